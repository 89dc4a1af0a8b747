package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The demonstration works only where it finds what was planted and nothing else.
func TestDemoHoldsItselfToItsWord(t *testing.T) {
	interrupted, stop := context.WithCancel(context.Background())
	stop()
	tests := []struct {
		name    string
		ctx     context.Context
		defects []string
		code    int
		says    string
	}{
		{"as planted", context.Background(), demoDefects, exitConforms, ""},
		{"one was not planted", context.Background(), demoDefects[1:], exitDeviates, "was not found"},
		{"another API deviates", context.Background(), with("search-third-quantity-string"), exitDeviates, `"search-orders/success" shows what was not planted: shape.type`},
		{"another case deviates", context.Background(), with("verify-data-string"), exitDeviates, `"verify-hand-over-otp/success" shows what was not planted`},
		{"a case deviates in two ways", context.Background(), with("order-no-total"), exitDeviates, "shape.missing, shape.missing"},
		{"an answer cannot be trusted", context.Background(), with("points-hang-up"), exitDeviates, "should have been judged, but is inconclusive"},
		{"interrupted", interrupted, demoDefects, exitInterrupted, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			w := World{Out: &out, Err: &errs}
			code := conclude(w.Err, demonstrate(tt.ctx, w, tt.defects, reportFlags{}))
			require.Equal(t, tt.code, code, errs.String())
			if tt.says == "" {
				assert.Empty(t, errs.String())
			}
			assert.Contains(t, errs.String(), tt.says)
		})
	}
}

func with(defect string) []string { return append(slices.Clone(demoDefects), defect) }

// A newcomer reads the demonstration at once: it fits on two screens, names what is well, and says nothing twice.
func TestDemoIsShort(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, demonstrate(context.Background(), World{Out: &out, Err: &out}, demoDefects, reportFlags{}))
	text := out.String()
	assert.LessOrEqual(t, strings.Count(text, "\n"), 80, text)
	assert.Contains(t, text, "3 of 5 APIs deviate from their sheets, 2 conform.")
	assert.Contains(t, text, "conforms         Search orders and Pickup points of a city")
	assert.Equal(t, 1, strings.Count(text, "curl '"), text)
	assert.Equal(t, 1, strings.Count(text, "does not rule it out"), text)
	assert.NotContains(t, text, "\nnext ")
	assert.NotContains(t, text, "User-Agent")
	assert.NotContains(t, text, "--compressed")
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.Contains(line, "://") {
			assert.LessOrEqual(t, len(line), 80, line)
		}
	}
}

func TestDemoWritesReportsBesideItsText(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.html")
	var out bytes.Buffer
	run := func(args ...string) int {
		out.Reset()
		return Main(context.Background(), World{Args: append([]string{"demo"}, args...), In: strings.NewReader(""), Out: &out, Err: &out})
	}
	require.Equal(t, 0, run("--report", "html="+path), out.String())
	assert.Contains(t, out.String(), "What next:")
	assert.NotContains(t, out.String(), "<!DOCTYPE html>")
	page, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Contains(t, string(page), "<!DOCTYPE html>")

	assert.Equal(t, exitUsage, run("--report", "html"))
	assert.Contains(t, out.String(), "as in --report html=FILE")
	assert.Equal(t, exitUsage, run("--serve", "--report", "html="+path))
}
