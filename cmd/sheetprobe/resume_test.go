package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
)

// counting is a slow server that counts the requests by what they say.
type counting struct {
	*httptest.Server
	turns chan struct{} // each lets one request be answered, so that a run cannot come to its end before it is killed; nil lets all
	mu    sync.Mutex
	seen  map[string]int
}

func newCounting(t *testing.T) *counting {
	t.Helper()
	c := &counting{seen: map[string]int{}}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c.mu.Lock()
		c.seen[signature(r.Method, r.URL.Path, string(body))]++
		c.mu.Unlock()
		if c.turns != nil {
			select {
			case <-c.turns:
			case <-r.Context().Done():
				return
			}
		}
		time.Sleep(15 * time.Millisecond)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"order":"`+strings.Repeat("x", len(body))+`"}`)
	}))
	t.Cleanup(c.Close)
	return c
}

// admit lets so many more requests be answered.
func (c *counting) admit(n int) {
	for range n {
		c.turns <- struct{}{}
	}
}

func signature(parts ...string) string { return strings.Join(parts, " ") }

func (c *counting) count(key string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seen[key]
}

// different is how many different requests came.
func (c *counting) different() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.seen)
}

// writeOrders writes sheets of APIs that change something, with many rows of test data each. Every third deviates.
func writeOrders(t testing.TB, dir string, apis, rows int) {
	t.Helper()
	for a := range apis {
		var b strings.Builder
		answer := "{order: abc}"
		if a%3 == 0 {
			answer = "{order: abc, price: 1}"
		}
		fmt.Fprintf(&b, "name: Order %d\nmethod: POST\nurl: https://api-sit.things.example/orders/%d\nrequest_body: {n: none}\nsuccess_response: %s\ntest_data:\n", a, a, answer)
		for n := range rows {
			fmt.Fprintf(&b, "  - {n: row-%d}\n", n)
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("order-%d.yaml", a)), []byte(b.String()), 0o600))
	}
}

// TestARunThatIsKilledIsResumed kills a run several times and goes on with it until it is finished: nothing that had its verdict is sent twice, nothing
// is lost, and the end is the same as that of a run that nobody disturbed.
func TestARunThatIsKilledIsResumed(t *testing.T) {
	const apis, rows, kills, most = 6, 60, 4, 80
	server, dir := newCounting(t), t.TempDir()
	server.turns = make(chan struct{}, kills*most) // fewer than there are cases
	writeOrders(t, dir, apis, rows)
	path := filepath.Join(t.TempDir(), "history.db")
	flags := []string{"--base-url", server.URL, "--rate", "0", "--concurrency", "3", "--negatives", "none", "--db", "sqlite://" + path, "-q"}
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1)) //nolint:gosec // any moment will do

	args := append([]string{"run", dir, "--run-id", "night"}, flags...)
	kept := map[string]int{}
	for range kills {
		cmd := exec.CommandContext(t.Context(), "sheetprobe", args...)
		require.NoError(t, cmd.Start())
		server.admit(10 + random.IntN(most-10))
		awaitCases(t, path, "night", len(kept)+1)
		time.Sleep(time.Duration(random.IntN(120)) * time.Millisecond)
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait()
		run := afterTheLease(t, path)
		require.True(t, run.Interrupted)
		require.Len(t, run.Sheets, apis, "those whose turn has not come are known too")
		for id, key := range verdicts(run) { // before its verdict was kept, a request may have been under way when the process died
			if sent, known := kept[key]; known {
				require.Equal(t, sent, server.count(key), "%s had its verdict, and was sent again", id)
			}
			kept[key] = server.count(key)
		}
		args = append([]string{"run", "--resume", "latest"}, flags...)
	}
	close(server.turns)
	out, err := exec.CommandContext(t.Context(), "sheetprobe", args...).CombinedOutput()
	require.Error(t, err, "it deviates")
	require.NotContains(t, string(out), "waiting")

	resumed := loadKept(t, path, "night")
	require.False(t, resumed.Interrupted)
	require.Len(t, verdicts(resumed), apis*(rows+1))
	for key, sent := range kept {
		require.Equal(t, sent, server.count(key), "%q had its verdict, and was sent again", key)
	}
	again := filepath.Join(t.TempDir(), "undisturbed.json")
	_ = exec.CommandContext(t.Context(), "sheetprobe", append(append([]string{"run", dir, "--run-id", "night"}, flags...), "--db", "none", "--report", "json="+again)...).Run()
	file, err := os.Open(again)
	require.NoError(t, err)
	defer file.Close()
	undisturbed, err := probe.DecodeRun(file)
	require.NoError(t, err)
	require.Equal(t, timeless(t, undisturbed), timeless(t, resumed))
}

// verdicts are the requests of the cases that have their verdict, by id.
func verdicts(run *probe.Run) map[string]string {
	all := map[string]string{}
	for i := range run.Sheets {
		for k := range run.Sheets[i].Cases {
			if c := &run.Sheets[i].Cases[k]; hasVerdict(c) {
				_, path, _ := strings.Cut(c.Exchange.Request.URL, "/orders/")
				all[c.ID] = signature(c.Exchange.Request.Method, "/orders/"+path, c.Exchange.Request.Body)
			}
		}
	}
	return all
}

// awaitCases waits until so many cases have been kept.
func awaitCases(t *testing.T, path, runID string, n int) {
	t.Helper()
	require.Eventually(t, func() bool {
		if _, err := os.Stat(path); err != nil {
			return false
		}
		s, err := sqlstore.Open(t.Context(), "sqlite://"+path, time.Now)
		if err != nil {
			return false
		}
		defer func() { _ = s.Close() }()
		run, err := s.Load(t.Context(), runID)
		return err == nil && len(verdicts(run)) >= n
	}, time.Minute, 5*time.Millisecond)
}

// afterTheLease is the run as it was kept, when its maker is known to be gone.
func afterTheLease(t *testing.T, path string) *probe.Run {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), "sqlite://"+path, time.Now)
	require.NoError(t, err)
	defer func() { _ = s.Close() }()
	require.NoError(t, s.Renew(t.Context(), "night", time.Now().Add(-time.Second)))
	entry, err := history.Find(t.Context(), s, "nigh")
	require.NoError(t, err)
	require.Equal(t, history.Interrupted, entry.State)
	run, err := s.Load(t.Context(), "night")
	require.NoError(t, err)
	return run
}

func loadKept(t *testing.T, path, id string) *probe.Run {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), "sqlite://"+path, time.Now)
	require.NoError(t, err)
	defer func() { _ = s.Close() }()
	run, err := s.Load(t.Context(), id)
	require.NoError(t, err)
	return run
}

// timeless is a run without what differs from one to the next.
func timeless(t *testing.T, run *probe.Run) string {
	t.Helper()
	run.StartedAt, run.FinishedAt = time.Time{}, time.Time{}
	for i := range run.Sheets {
		run.Sheets[i].Timings = nil
		for k := range run.Sheets[i].Cases {
			if x := run.Sheets[i].Cases[k].Exchange; x != nil {
				x.StartedAt, x.Timing, x.RemoteAddr = time.Time{}, probe.Timing{}, ""
				for n := range x.Attempts {
					x.Attempts[n].Timing = probe.Timing{}
				}
				if x.Response != nil {
					x.Response.Headers = nil
				}
			}
		}
	}
	var out bytes.Buffer
	require.NoError(t, run.Encode(&out))
	return out.String()
}
