package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const watchedGet = `
name: Find order
method: GET
url: http://127.0.0.1/orders/PT-1
success_response: {id: PT-1, total: 3}
error_response: {code: E1}
`

const watchedPost = `
name: Place order
method: POST
url: http://127.0.0.1/orders
headers: {Content-Type: application/json}
request_body: {total: 3}
success_response: {id: PT-1}
error_response: {code: E1}
`

// heard is a text that grows while others read it.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(p)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// watched is a run with --watch under way, in a folder with a sheet of a GET and one of a POST.
type watched struct {
	t        *testing.T
	dir      string
	out, err heard
	code     chan int
	stop     context.CancelFunc

	mu       sync.Mutex
	requests map[string]int
}

func startWatching(t *testing.T, flags ...string) *watched {
	t.Helper()
	r := &watched{t: t, dir: t.TempDir(), code: make(chan int, 1), requests: map[string]int{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		r.requests[q.Method]++
		r.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"id": "PT-1", "total": 3}`))
	}))
	t.Cleanup(server.Close)
	t.Chdir(r.dir)
	r.save("get.yaml", watchedGet)
	r.save("post.yaml", watchedPost)
	ctx, stop := context.WithCancel(t.Context())
	r.stop = stop
	if len(flags) == 0 {
		flags = []string{"--watch"}
	}
	args := append([]string{"run", "get.yaml", "post.yaml", "--base-url", server.URL, "--negatives", "none", "--rate", "0", "--db", "sqlite://h.db"}, flags...)
	go func() { r.code <- Main(ctx, World{Args: args, In: strings.NewReader(""), Out: &r.out, Err: &r.err}) }()
	r.waits(1)
	return r
}

// save replaces a file as many editors do: by a new one that takes its name.
func (r *watched) save(name, text string) {
	r.t.Helper()
	temp := filepath.Join(r.dir, "."+name)
	require.NoError(r.t, os.WriteFile(temp, []byte(text), 0o600))
	require.NoError(r.t, os.Rename(temp, filepath.Join(r.dir, name)))
}

// waits returns when the n-th round is over.
func (r *watched) waits(n int) {
	r.t.Helper()
	require.Eventually(r.t, func() bool { return strings.Count(r.err.String(), "waiting for a file") >= n }, time.Minute, 10*time.Millisecond,
		"%s\n%s", &r.out, &r.err)
}

func (r *watched) sent(method string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.requests[method]
}

func (r *watched) end() int {
	r.stop()
	return <-r.code
}

func TestWatchSendsAgainWhatChangesNothing(t *testing.T) {
	r := startWatching(t)
	require.Equal(t, []int{1, 1}, []int{r.sent("GET"), r.sent("POST")}, "%s", &r.err)

	r.save("get.yaml", strings.Replace(watchedGet, "total: 3", `total: "3"`, 1)) // another type than what comes
	r.waits(2)
	assert.Equal(t, []int{2, 1}, []int{r.sent("GET"), r.sent("POST")}, "the API of the sheet that was saved, and no other")
	assert.Contains(t, r.err.String(), "saved: get.yaml")
	assert.Contains(t, r.out.String(), "shape.type")

	r.save("post.yaml", strings.Replace(watchedPost, "{id: PT-1}", "{id: PT-1, state: NEW}", 1))
	r.waits(3)
	assert.Equal(t, []int{2, 1}, []int{r.sent("GET"), r.sent("POST")}, "the recorded answer is judged by the new sheet")
	assert.Contains(t, r.out.String(), "shape.missing")

	r.save("post.yaml", strings.Replace(watchedPost, "{total: 3}", "{total: 4}", 1))
	r.waits(4)
	assert.Equal(t, 1, r.sent("POST"), "what may change data is not sent, although its request is another")
	assert.Contains(t, r.out.String(), "--watch=all sends it again")

	r.save("get.yaml", watchedGet)
	r.waits(5)
	assert.Equal(t, []int{3, 1}, []int{r.sent("GET"), r.sent("POST")})
	assert.Equal(t, exitConforms, r.end())
}

func TestWatchAllSendsEverythingOfTheSheetThatWasSaved(t *testing.T) {
	r := startWatching(t, "--watch=all")
	r.save("post.yaml", strings.Replace(watchedPost, "{total: 3}", "{total: 4}", 1))
	r.waits(2)
	assert.Equal(t, []int{1, 2}, []int{r.sent("GET"), r.sent("POST")})
	r.end()
}

func TestWatchWaitsForAFileThatCannotBeRead(t *testing.T) {
	r := startWatching(t)
	r.save(configName, "nonsense: true\n")
	r.waits(2)
	assert.Contains(t, r.err.String(), `unknown key "nonsense"`)
	r.save("get.yaml", "name: [")
	r.waits(3)
	r.save(configName, "strict: true\n")
	r.waits(4)
	r.save("get.yaml", watchedGet)
	r.waits(5)
	assert.Equal(t, 1, r.sent("POST"))
	assert.Greater(t, r.sent("GET"), 1)
	assert.Equal(t, exitDeviates, r.end(), "total is undocumented for Place order, which is strict now")
}

func TestWatchRefusesWhatItCannotDo(t *testing.T) {
	for _, args := range [][]string{
		{"-", "--watch"}, {"a.yaml", "--watch=some"}, {"a.yaml", "--watch", "--run-id", "x"}, {"a.yaml", "--watch", "--fail-on-new"}, {"--watch", "--resume", "latest"},
	} {
		var said bytes.Buffer
		code := Main(t.Context(), World{Args: append([]string{"run"}, args...), Out: &said, Err: &said})
		assert.Equal(t, exitUsage, code, "%v: %s", args, &said)
	}
}
