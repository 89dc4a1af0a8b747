package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// documentedMock is the address at which the documentation has a mock answer.
const documentedMock = "http://127.0.0.1:8090"

var mockAddress = regexp.MustCompile(`The mock answers on (http://\S+)`)

// addresses puts what answers in a test into the place of what a page names.
func (p *player) addresses() *strings.Replacer {
	pairs := []string{documentedServer, p.server.URL}
	if p.mock != "" {
		pairs = append(pairs, documentedMock, p.mock)
	}
	return strings.NewReplacer(pairs...)
}

// documented puts what a page names into the place of what answers in a test.
func (p *player) documented(printed string) string {
	host := func(url string) string { return strings.TrimPrefix(url, "http://") }
	printed = strings.ReplaceAll(printed, host(p.server.URL), host(documentedServer))
	if p.mock == "" {
		return printed
	}
	return strings.ReplaceAll(printed, host(p.mock), host(documentedMock))
}

// startMock plays sheets until the test ends, and returns what was printed when the mock first answered. It has to be told not to print requests.
func (p *player) startMock(t *testing.T, args []string) string {
	t.Helper()
	require.Contains(t, args, "-q", "a mock of a page prints no requests, which would come at any time")
	ctx, stop := context.WithCancel(context.Background())
	printed := &sharedBuffer{}
	ended := make(chan int, 1)
	go func() {
		ended <- Main(ctx, World{Args: append(args, "--listen", "127.0.0.1:0"), Environ: p.environ, In: strings.NewReader(""), Out: printed, Err: printed})
	}()
	t.Cleanup(func() {
		stop()
		assert.Equal(t, exitConforms, <-ended, printed.String())
	})
	require.Eventually(t, func() bool { return mockAddress.MatchString(printed.String()) }, time.Minute, 10*time.Millisecond)
	p.mock = mockAddress.FindStringSubmatch(printed.String())[1]
	res, err := http.Get(p.mock) // answered once everything is printed
	require.NoError(t, err)
	_, _ = io.Copy(io.Discard, res.Body)
	require.NoError(t, res.Body.Close())
	return p.documented(printed.String())
}

// sharedBuffer is written to and read at once.
type sharedBuffer struct {
	lock sync.Mutex
	text bytes.Buffer
}

func (b *sharedBuffer) Write(p []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.text.Write(p)
}

func (b *sharedBuffer) String() string {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.text.String()
}
