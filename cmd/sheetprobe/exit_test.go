package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The ways in which a document can end, as bits.
const (
	endConforms = 1 << iota
	endDeviates
	endBlocked
	endInconclusive
	endUnreadable
	endLeftOut
	endEverything
)

// TestExitCodeOfEveryMixture runs every mixture of documents in one run: usage wins over deviates, that over what could not be used, that
// over what could not be judged; what executed nothing never conforms.
func TestExitCodeOfEveryMixture(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, map[bool]string{true: `{"pong":true}`, false: `{}`}[r.URL.Path == "/well"])
	}))
	t.Cleanup(server.Close)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()

	dir := t.TempDir()
	document := func(name, url string) string {
		path := filepath.Join(dir, name+".yaml")
		text := fmt.Sprintf("name: %s\nmethod: GET\nurl: %s\nsuccess_response: {pong: true}\n", name, url)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	paths := []string{
		document("well", server.URL+"/well"), document("wrong", server.URL+"/wrong"), document("unfilled", server.URL+"/<<nobody_knows>>"),
		document("down", closed.URL+"/"), filepath.Join(dir, "gone.yaml"), document("skipped", server.URL+"/well"),
	}
	require.Equal(t, endEverything, 1<<len(paths))
	for mixture := range endEverything {
		args := []string{"run", "--skip", "skipped", "--rate", "0"}
		var names []string
		for i, path := range paths {
			if mixture&(1<<i) != 0 {
				args = append(args, path)
				names = append(names, strings.TrimSuffix(filepath.Base(path), ".yaml"))
			}
		}
		t.Run(strings.Join(names, "+"), func(t *testing.T) {
			t.Parallel()
			run := func(args ...string) int {
				return Main(t.Context(), World{Args: args, In: strings.NewReader(""), Out: io.Discard, Err: io.Discard})
			}
			assert.Equal(t, wantedCode(mixture), run(args...))
			assert.Equal(t, exitUsage, run(append(args, "--fail-on", "info")...), "wrong usage wins")
		})
	}
}

// wantedCode is what the contract says, from the highest precedence down.
func wantedCode(mixture int) int {
	switch {
	case mixture == 0:
		return exitUsage
	case mixture&endDeviates != 0:
		return exitDeviates
	case mixture&(endBlocked|endUnreadable) != 0:
		return exitUnusable
	case mixture&endInconclusive != 0:
		return exitInconclusive
	case mixture&endConforms != 0:
		return exitConforms
	}
	return exitUnusable // nothing was executed
}

// Whoever interrupts us before anything was sent has made no mistake of usage.
func TestAnInterruptedRunSaysSo(t *testing.T) {
	server := newCounting(t)
	dir, db := t.TempDir(), "sqlite://"+filepath.Join(t.TempDir(), "history.db")
	writeOrders(t, dir, 1, 2)
	run := func(ctx context.Context, args ...string) (code int, said string) {
		var problem strings.Builder
		if args[0] != "run" || !slices.Contains(args, "--db") {
			args = append(args, "--db", db)
		}
		code = Main(ctx, World{Args: args, In: strings.NewReader(""), Out: io.Discard, Err: &problem})
		return code, problem.String()
	}
	again := []string{"run", dir, "--base-url", server.URL, "--rate", "0", "--negatives", "none"}
	code, said := run(t.Context(), again...)
	require.Equal(t, exitDeviates, code, said) // so that there is a history
	sent := server.different()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for _, args := range [][]string{again, append(again, "--db", "none"), {"run", "--resume", "latest"}, {"history"}, {"compare", "previous", "latest"}} {
		code, said := run(stopped, args...)
		assert.Equal(t, exitInterrupted, code, "%s: %s", args, said)
		assert.Equal(t, map[bool]string{true: "sheetprobe: interrupted; nothing was sent\n", false: "sheetprobe: interrupted\n"}[args[0] == "run"], said, args)
	}
	assert.Equal(t, sent, server.different())
}
