//go:build unix

package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/postgres"
	"github.com/sheetprobe/sheetprobe/probe"
)

// TestADatabaseThatIsLostChangesNoRun takes the database away in the middle of a run: the report is whole, the exit code is the run's, and what is
// not kept is said without the password.
func TestADatabaseThatIsLostChangesNoRun(t *testing.T) {
	between := newWire(t, postgres.Start(t))
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) == 30 {
			between.cut()
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"order":"abc"}`)
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	writeOrders(t, dir, 3, 20)
	path := filepath.Join(t.TempDir(), "run.json")
	var out, errs bytes.Buffer
	code := Main(t.Context(), World{
		Args:    []string{"run", dir, "--base-url", server.URL, "--rate", "0", "--negatives", "none", "--report", "json=" + path, "-q"},
		Environ: []string{"SHEETPROBE_DB=" + between.url("hunter22")}, In: strings.NewReader(""), Out: &out, Err: &errs,
	})
	require.Equal(t, exitDeviates, code, errs.String())
	require.Contains(t, errs.String(), "could not take the whole run")
	require.NotContains(t, errs.String(), "hunter22")
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	run, err := probe.DecodeRun(file)
	require.NoError(t, err)
	require.Len(t, verdicts(run), 3*21)
}

// TestARunIsKeptInPostgres keeps one, and finds it again.
func TestARunIsKeptInPostgres(t *testing.T) {
	database := "--db=" + postgres.Start(t)
	server := newCounting(t)
	dir := t.TempDir()
	writeOrders(t, dir, 1, 3)
	do := func(args ...string) (int, string) {
		var out bytes.Buffer
		return Main(t.Context(), World{Args: append(args, database), In: strings.NewReader(""), Out: &out, Err: &out}), out.String()
	}
	code, out := do("run", dir, "--base-url", server.URL, "--rate", "0", "--negatives", "none", "--run-id", "first")
	require.Equal(t, exitDeviates, code, out)
	code, out = do("run", dir, "--base-url", server.URL, "--rate", "0", "--negatives", "none", "--fail-on-new")
	require.Equal(t, exitConforms, code, out)
	require.Contains(t, out, "Nothing new.")
	for _, args := range [][]string{{"history"}, {"history", "show", "first"}, {"history", "findings"}, {"compare", "previous", "latest"}, {"history", "prune", "--beyond", "1"}} {
		code, out = do(args...)
		require.Equal(t, exitConforms, code, out)
	}
	require.Contains(t, out, "runs that were deleted: 1")
}

// wire lies between the program and its database, and can be cut.
type wire struct {
	listener net.Listener
	address  string // of the database
	query    string

	mu    sync.Mutex
	ends  []net.Conn
	group sync.WaitGroup
}

func newWire(t *testing.T, database string) *wire {
	t.Helper()
	_, rest, _ := strings.Cut(database, "@")
	address, path, _ := strings.Cut(rest, "/")
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &wire{listener: listener, address: address, query: path}
	w.group.Go(w.serve)
	t.Cleanup(func() {
		w.cut()
		w.group.Wait()
	})
	return w
}

func (w *wire) url(password string) string {
	return "postgres://sheetprobe:" + password + "@" + w.listener.Addr().String() + "/" + w.query
}

func (w *wire) serve() {
	for {
		from, err := w.listener.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("tcp", w.address)
		if err != nil {
			_ = from.Close()
			return
		}
		w.mu.Lock()
		w.ends = append(w.ends, from, to)
		w.mu.Unlock()
		w.group.Go(func() { w.copy(to, from) })
		w.group.Go(func() { w.copy(from, to) })
	}
}

func (w *wire) copy(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
	_ = from.Close()
}

func (w *wire) cut() {
	_ = w.listener.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, end := range w.ends {
		_ = end.Close()
	}
}
