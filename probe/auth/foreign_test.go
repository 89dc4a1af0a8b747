package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	oauth2 "github.com/go-oauth2/oauth2/v4"
	"github.com/go-oauth2/oauth2/v4/manage"
	"github.com/go-oauth2/oauth2/v4/models"
	"github.com/go-oauth2/oauth2/v4/server"
	"github.com/go-oauth2/oauth2/v4/store"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/auth"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// tokens keeps what the server issues. The server's own memory leaves a goroutine behind that nobody can end.
type tokens struct {
	mu       sync.Mutex
	byAccess map[string]oauth2.TokenInfo
}

func (t *tokens) Create(_ context.Context, info oauth2.TokenInfo) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.byAccess[info.GetAccess()] = info
	return nil
}

func (t *tokens) GetByAccess(_ context.Context, access string) (oauth2.TokenInfo, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.byAccess[access], nil
}

func (t *tokens) GetByCode(context.Context, string) (oauth2.TokenInfo, error)    { return nil, nil }
func (t *tokens) GetByRefresh(context.Context, string) (oauth2.TokenInfo, error) { return nil, nil }
func (t *tokens) RemoveByCode(context.Context, string) error                     { return nil }
func (t *tokens) RemoveByAccess(context.Context, string) error                   { return nil }
func (t *tokens) RemoveByRefresh(context.Context, string) error                  { return nil }

// foreign is an OAuth 2.0 server that others wrote (github.com/go-oauth2/oauth2), with one client, one user, and a resource behind it.
func foreign(t *testing.T, life time.Duration) (url string, issued *atomic.Int32) {
	t.Helper()
	manager := manage.NewDefaultManager()
	manager.SetClientTokenCfg(&manage.Config{AccessTokenExp: life})
	manager.SetPasswordTokenCfg(&manage.Config{AccessTokenExp: life})
	manager.MapTokenStorage(&tokens{byAccess: map[string]oauth2.TokenInfo{}})
	clients := store.NewClientStore()
	require.NoError(t, clients.Set("harbour", &models.Client{ID: "harbour", Secret: "s3cr3t-of-harbour"}))
	manager.MapClientStorage(clients)
	srv := server.NewServer(server.NewConfig(), manager)
	srv.SetAllowedGrantType(oauth2.ClientCredentials, oauth2.PasswordCredentials)
	srv.SetPasswordAuthorizationHandler(func(_ context.Context, _, user, password string) (string, error) {
		if user == "anna" && password == "pass-of-anna" {
			return "anna", nil
		}
		return "", nil
	})
	issued = &atomic.Int32{}
	mux := http.NewServeMux()
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		srv.SetClientInfoHandler(server.ClientFormHandler)
		if _, _, basic := r.BasicAuth(); basic {
			srv.SetClientInfoHandler(server.ClientBasicHandler)
		}
		issued.Add(1)
		_ = srv.HandleTokenRequest(w, r)
	})
	mux.HandleFunc("/berths", func(w http.ResponseWriter, r *http.Request) {
		if _, err := srv.ValidationBearerToken(r); err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	h := httptest.NewServer(mux)
	t.Cleanup(h.Close)
	return h.URL, issued
}

func TestATokenOfAServerThatIsNotOurs(t *testing.T) {
	for name, tt := range map[string]struct {
		spec    auth.Spec
		refused bool
	}{
		"client credentials":               {spec: auth.Spec{ClientID: "harbour", ClientSecret: "s3cr3t-of-harbour"}},
		"client credentials in the body":   {spec: auth.Spec{ClientID: "harbour", ClientSecret: "s3cr3t-of-harbour", ClientAuth: "body"}},
		"password":                         {spec: auth.Spec{Grant: "password", ClientID: "harbour", ClientSecret: "s3cr3t-of-harbour", Username: "anna", Password: "pass-of-anna"}},
		"wrong secret of the client":       {spec: auth.Spec{ClientID: "harbour", ClientSecret: "another"}, refused: true},
		"a client that is not known":       {spec: auth.Spec{ClientID: "nobody", ClientSecret: "s3cr3t-of-harbour"}, refused: true},
		"wrong password of the user":       {spec: auth.Spec{Grant: "password", ClientID: "harbour", ClientSecret: "s3cr3t-of-harbour", Username: "anna", Password: "no"}, refused: true},
		"a user who is not known, in body": {spec: auth.Spec{Grant: "password", ClientAuth: "body", ClientID: "harbour", ClientSecret: "s3cr3t-of-harbour", Username: "bob", Password: "x"}, refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			url, issued := foreign(t, time.Hour)
			client, err := send.New(send.Options{})
			require.NoError(t, err)
			t.Cleanup(client.Close)
			tt.spec.Type, tt.spec.TokenURL = "oauth2", url+"/token"
			a, err := auth.New(tt.spec, auth.World{
				Now: time.Now, Nonce: func() string { return "n" },
				Do: func(ctx context.Context, q probe.Request) (*probe.Exchange, string, error) {
					var body string
					x, err := client.SendInspected(ctx, q, func(_ int, _ http.Header, b []byte) { body = string(b) })
					return x, body, err
				},
			})
			require.NoError(t, err)
			for range 3 {
				q, err := a.Authorize(t.Context(), probe.Request{Method: "GET", URL: url + "/berths"})
				if tt.refused {
					var failed *auth.TokenError
					require.ErrorAs(t, err, &failed)
					continue
				}
				require.NoError(t, err)
				x, err := client.Send(t.Context(), q)
				require.NoError(t, err)
				assert.Equal(t, http.StatusNoContent, x.Response.HTTPStatus)
			}
			assert.EqualValues(t, 1, issued.Load(), "one token call")
		})
	}
}
