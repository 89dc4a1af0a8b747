package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseNewman(t *testing.T) {
	const timings = `"timings":{"responseAverage":2.4,"started":1795387817165,"completed":1795387826117}`
	for _, tt := range []struct {
		name, report string
		want         newmanRun
		problem      string
	}{
		{
			"all of it",
			`{"collection":{"item":[]},"run":{"stats":{"iterations":{"total":3,"pending":0,"failed":0},"requests":{"total":6,"pending":0,"failed":1},` +
				`"assertions":{"total":18,"pending":0,"failed":2}},` + timings + `,"executions":[{"response":{"stream":{"type":"Buffer","data":[123,125]}}}],"failures":[]}}`,
			newmanRun{requests: 6, failedRequests: 1, assertions: 18, failedAssertions: 2, sending: 8952 * time.Millisecond},
			"",
		},
		{"asserts nothing", `{"run":{"stats":{"requests":{"total":6}},` + timings + `}}`, newmanRun{requests: 6, sending: 8952 * time.Millisecond}, ""},
		{"stopped", `{"run":{"stats":{"requests":{"total":6,"pending":2}},` + timings + `}}`, newmanRun{}, "2 requests and assertions that did not come to their end"},
		{"never ended", `{"run":{"stats":{"requests":{"total":6}},"timings":{"started":1795387817165}}}`, newmanRun{}, "no run that came to its end"},
		{"never began", `{"run":{"stats":{}}}`, newmanRun{}, "no run that came to its end"},
		{"another report", `{"collection":{}}`, newmanRun{}, "no run that came to its end"},
		{"cut off", `{"run":{"stats":`, newmanRun{}, "the report of Newman: unexpected EOF"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseNewman(strings.NewReader(tt.report))
			if tt.problem != "" {
				require.ErrorContains(t, err, tt.problem)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

// Where Newman is not there the bench says so, and goes on.
func TestCompareIsSkippedWithoutNewman(t *testing.T) {
	for _, tools := range []string{"", t.TempDir()} {
		var out strings.Builder
		require.NoError(t, compare(&bench{ctx: t.Context(), out: &out, tools: tools}))
		assert.Contains(t, out.String(), "compare: skipped, because ")
	}
}

// Both sides of the comparison get the same rows, each once, and a token that the server takes.
func TestComparedRows(t *testing.T) {
	sheet, rows := comparedSheet(3), comparedRows(3)
	require.Len(t, rows, 3)
	for _, row := range rows {
		assert.Equal(t, 1, strings.Count(sheet, row["mobile"]), row)
	}
}

// What is compared are answers of every kind to the documented request, and none that takes minutes.
func TestPlanted(t *testing.T) {
	rules := map[string]bool{}
	for _, d := range planted() {
		rules[d.Rule] = true
	}
	for _, rule := range []string{"status.http", "status.code", "shape.type", "shape.missing", "shape.renamed", "body.not-json", "outcome.error-instead-of-success"} {
		assert.True(t, rules[rule], rule)
	}
	for _, rule := range []string{"transport.timeout", "timing.slow", "negative.accepted"} {
		assert.False(t, rules[rule], rule)
	}
}
