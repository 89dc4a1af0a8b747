package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

// loginServer is a token endpoint and a resource in one; it forgets its tokens when told to.
type loginServer struct {
	mu     sync.Mutex
	issued int
	valid  string
}

func (l *loginServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.URL.Path != "/token" {
		if l.valid == "" || r.Header.Get("Authorization") != "Bearer "+l.valid {
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			w.WriteHeader(http.StatusUnauthorized)
		}
		return
	}
	id, secret, ok := r.BasicAuth()
	if !ok || id != "id" || secret != "client+secret%3A1" || r.PostFormValue("grant_type") != "client_credentials" {
		w.WriteHeader(http.StatusUnauthorized)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_client"})
		return
	}
	l.issued++
	l.valid = fmt.Sprintf("token-%d", l.issued)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": l.valid, "token_type": "Bearer", "expires_in": 600})
}

func (l *loginServer) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.valid = ""
}

// calling performs token calls as the program does, but for the host guard.
func calling(t *testing.T) func(context.Context, probe.Request) (*probe.Exchange, string, error) {
	return func(ctx context.Context, q probe.Request) (*probe.Exchange, string, error) {
		r, err := http.NewRequestWithContext(ctx, q.Method, q.URL, strings.NewReader(string(q.Body)))
		require.NoError(t, err)
		for _, h := range q.Headers {
			r.Header.Set(h.Name, h.Value)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return nil, "", err
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		x, _, _ := answered(answer.StatusCode, string(body))
		return x, string(body), err
	}
}

func TestAStrictServerAcceptsOAuth2(t *testing.T) {
	login := &loginServer{}
	server := httptest.NewServer(login)
	defer server.Close()
	defer http.DefaultClient.CloseIdleConnections()
	w, c := newTestWorld(), newSender(t)
	world := w.world()
	world.Do = calling(t)
	spec := clientCredentials()
	spec.TokenURL = server.URL + "/token"
	a, err := New(spec, world)
	require.NoError(t, err)
	ask := func() {
		r, err := exchange(t.Context(), c, a, get(server.URL+"/x"))
		assert.NoError(t, err)
		assert.Equal(t, 200, r.HTTPStatus)
	}
	var group sync.WaitGroup
	for range 100 {
		group.Go(ask)
	}
	group.Wait()
	assert.Equal(t, 1, login.issued)
	login.forget()
	for range 100 {
		group.Go(ask)
	}
	group.Wait()
	assert.Equal(t, 2, login.issued, "a token that the server forgot is replaced, once")
	w.move(10 * time.Minute)
	ask()
	assert.Equal(t, 3, login.issued)

	spec.ClientSecret = "wrong-secret"
	a, err = New(spec, world)
	require.NoError(t, err)
	_, err = a.Authorize(t.Context(), get(server.URL+"/x"))
	require.ErrorAs(t, err, new(*TokenError))
	assert.ErrorContains(t, err, "invalid_client")
}
