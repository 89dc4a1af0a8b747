//go:build unix

package main

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
)

// TestARunOfAServerThatIsKilledIsResumedByHand has a server killed in the middle of a run: whoever comes in the morning goes on with that run.
func TestARunOfAServerThatIsKilledIsResumedByHand(t *testing.T) {
	const apis, rows = 3, 30
	staging, dir := newCounting(t), t.TempDir()
	staging.turns = make(chan struct{}, apis*rows) // fewer than there are cases
	staging.admit(apis * rows / 2)
	sheets, path, config := filepath.Join(dir, "sheets"), filepath.Join(dir, "history.db"), filepath.Join(dir, "sheetprobe.yaml")
	require.NoError(t, os.Mkdir(sheets, 0o700))
	writeOrders(t, sheets, apis, rows)
	require.NoError(t, os.WriteFile(config, []byte("base-url: "+staging.URL+`
rate: 0
concurrency: 1
negatives: none
serve: {schedules: [{name: nightly, cron: "@yearly", sheets: [`+sheets+`]}]}
`), 0o600))
	id := killedInTheMiddle(t, config, path)
	close(staging.turns)

	store, err := sqlstore.Open(t.Context(), "sqlite://"+path, time.Now)
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	require.NoError(t, store.Renew(t.Context(), id, time.Now().Add(-time.Second)))
	half, err := store.Load(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, half.Sheets, apis, "those whose turn has not come are known too")
	require.NotEmpty(t, half.Documents)
	require.Equal(t, "nightly", half.Schedule)

	out, _ := exec.CommandContext(t.Context(), "sheetprobe", "run", "--resume", id, "--config", config, "--db", "sqlite://"+path, "-q").CombinedOutput() // it deviates
	whole, err := store.Load(t.Context(), id)
	require.NoError(t, err)
	require.False(t, whole.Interrupted, string(out))
	require.Len(t, verdicts(whole), apis*(rows+1))
	for _, key := range verdicts(half) {
		require.Equal(t, 1, staging.count(key), "%q had its verdict, and was sent again", key)
	}
}

// killedInTheMiddle has a server begin a run, and kills it when some of its cases are kept.
func killedInTheMiddle(t *testing.T, config, path string) (runID string) {
	t.Helper()
	server := exec.CommandContext(t.Context(), "sheetprobe", "serve", "--config", config, "--db", "sqlite://"+path, "--listen", "127.0.0.1:0")
	out, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	url := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(line)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/api/v1/schedules/nightly/run", http.NoBody)
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	body, err := bufio.NewReader(answer.Body).ReadString('}')
	require.NoError(t, err)
	_ = answer.Body.Close()
	runID = regexp.MustCompile(`[0-9a-f]{16}`).FindString(body)
	require.NotEmpty(t, runID, strings.TrimSpace(body))
	awaitCases(t, path, runID, 1)
	require.NoError(t, server.Process.Kill())
	_ = server.Wait()
	return runID
}

func TestASecondServerOfOneFileIsRefused(t *testing.T) {
	s := serving(t, "serve: {schedules: [{name: nightly, cron: \"@yearly\", sheets: [OTP]}]}\n")
	var errs strings.Builder
	args := []string{"serve", "--config", s.config, "--db", "sqlite://" + filepath.Join(filepath.Dir(s.config), "h.db"), "--listen", "127.0.0.1:0"}
	require.Equal(t, exitUsage, Main(t.Context(), World{Args: args, Out: io.Discard, Err: &errs, In: strings.NewReader("")}))
	require.Contains(t, errs.String(), "another `sheetprobe serve` goes by schedules with the history in ")
	require.Contains(t, errs.String(), "stop it, or name another --db; several processes share a PostgreSQL database")
}
