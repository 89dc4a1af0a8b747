package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sheetprobe/sheetprobe/probe"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func clientCredentials() Spec {
	return Spec{Type: "oauth2", TokenURL: "http://login.test/token", ClientID: "id", ClientSecret: "client secret:1"}
}

// numbered answers each call with a token of its number.
func numbered(body string) func(context.Context, int, probe.Request) (*probe.Exchange, string, error) {
	return func(_ context.Context, call int, _ probe.Request) (*probe.Exchange, string, error) {
		return answered(200, fmt.Sprintf(body, call))
	}
}

func tokenOf(t *testing.T, a Authorizer) string {
	t.Helper()
	q, err := a.Authorize(t.Context(), get("http://a.test/"))
	require.NoError(t, err)
	return strings.TrimPrefix(headerOf(t, q, "Authorization"), "Bearer ")
}

func TestOAuth2Requests(t *testing.T) {
	password := Spec{Type: "oauth2", Grant: "password", TokenURL: "http://login.test/token", Username: "u", Password: "p&w"}
	with := func(s Spec, change func(*Spec)) Spec {
		change(&s)
		return s
	}
	cases := []struct {
		name                string
		spec                Spec
		body, authorization string
		secrets             []string
	}{
		{
			"client credentials in the header", with(clientCredentials(), func(s *Spec) { s.Scope, s.Audience = " a b ", "http://api.test" }),
			"audience=http%3A%2F%2Fapi.test&grant_type=client_credentials&scope=a+b",
			"Basic " + base64.StdEncoding.EncodeToString([]byte("id:client+secret%3A1")),
			[]string{"client secret:1"},
		},
		{
			"client credentials in the body", with(clientCredentials(), func(s *Spec) { s.ClientAuth = "Body" }),
			"client_id=id&client_secret=client+secret%3A1&grant_type=client_credentials", "",
			[]string{"client secret:1"},
		},
		{"password of a nameless client", password, "grant_type=password&password=p%26w&username=u", "", []string{"p&w"}},
		{"password of a public client", with(password, func(s *Spec) { s.ClientID = "id" }), "client_id=id&grant_type=password&password=p%26w&username=u", "", []string{"p&w"}},
		{
			"password of a client with a secret", with(password, func(s *Spec) { s.ClientID, s.ClientSecret = "id", "sec" }),
			"grant_type=password&password=p%26w&username=u", "Basic aWQ6c2Vj",
			[]string{"sec", "aWQ6c2Vj"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newTestWorld()
			w.answer = func(_ context.Context, _ int, q probe.Request) (*probe.Exchange, string, error) {
				for _, s := range c.secrets {
					assert.True(t, w.knows(s), "%q is announced before the call", s)
				}
				assert.Equal(t, "POST", q.Method)
				assert.Equal(t, "http://login.test/token", q.URL)
				assert.Equal(t, c.body, string(q.Body))
				assert.Equal(t, form, headerOf(t, q, "Content-Type"))
				value, _ := header(q, "Authorization")
				assert.Equal(t, c.authorization, value)
				return answered(200, `{"access_token":"token-1","token_type":"bearer","refresh_token":"refresh-1"}`)
			}
			a, err := New(c.spec, w.world())
			require.NoError(t, err)
			assert.Equal(t, "token-1", tokenOf(t, a))
			assert.True(t, w.knows("token-1"))
			assert.True(t, w.knows("refresh-1"))
		})
	}
}

func TestATokenCallOfOnesOwn(t *testing.T) {
	w := newTestWorld()
	call := probe.Request{URL: "http://login.test/login", Headers: []probe.Header{{Name: "X-A", Value: "b"}}, Body: []byte(`{"user":"u"}`)}
	w.answer = func(_ context.Context, _ int, q probe.Request) (*probe.Exchange, string, error) {
		assert.Equal(t, probe.Request{Method: "POST", URL: call.URL, Headers: call.Headers, Body: call.Body}, q)
		q.Headers[0].Value = "changed" // as a careless Do would
		return answered(200, `{"result":[{"ticket":"tick-1"}]}`)
	}
	q := authorize(t, Spec{Type: "bearer", TokenRequest: &call, TokenPath: "$.result[0].ticket", Header: "X-Ticket"}, w, get("http://a.test/"))
	assert.Equal(t, "tick-1", headerOf(t, q, "X-Ticket"))
	assert.Equal(t, "b", call.Headers[0].Value)
	assert.True(t, w.knows("tick-1"))
}

func TestAHundredRequestsMakeOneTokenCall(t *testing.T) {
	w := newTestWorld()
	w.answer = func(ctx context.Context, call int, q probe.Request) (*probe.Exchange, string, error) {
		time.Sleep(20 * time.Millisecond)
		return numbered(`{"access_token":"token-%d","expires_in":3600}`)(ctx, call, q)
	}
	a, err := New(clientCredentials(), w.world())
	require.NoError(t, err)
	together := func(each func()) {
		var group sync.WaitGroup
		for range 100 {
			group.Go(each)
		}
		group.Wait()
	}
	together(func() { assert.Equal(t, "token-1", tokenOf(t, a)) })
	assert.EqualValues(t, 1, w.calls.Load())

	w.move(time.Hour)
	together(func() { assert.Equal(t, "token-2", tokenOf(t, a)) })
	assert.EqualValues(t, 2, w.calls.Load())

	refused := get("http://a.test/", "Authorization", "Bearer token-2")
	together(func() {
		q, ok := a.Answer(t.Context(), refused, unauthorized())
		assert.True(t, ok)
		assert.Equal(t, "Bearer token-3", headerOf(t, q, "Authorization"))
	})
	assert.EqualValues(t, 3, w.calls.Load(), "a hundred refusals of one token are one reason to fetch another")
}

func TestATokenIsReplacedShortlyBeforeItExpires(t *testing.T) {
	jwt := "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"iat":1000,"exp":1100}`)) + ".sig%d"
	cases := []struct {
		name, body string
		kept, gone time.Duration // 0: never
	}{
		{"an hour", `{"access_token":"t%d","expires_in":3600}`, 3569 * time.Second, 3571 * time.Second},
		{"in quotes", `{"access_token":"t%d","expires_in":"3600"}`, 3569 * time.Second, 3571 * time.Second},
		{"two seconds", `{"access_token":"t%d","expires_in":2}`, 1500 * time.Millisecond, 1700 * time.Millisecond},
		{"beside the token", `{"expires_in":9,"data":{"accessToken":"t%d","expiresIn":100}}`, 79 * time.Second, 81 * time.Second},
		{"above the token", `{"expires_in":100,"data":{"token":"t%d"}}`, 79 * time.Second, 81 * time.Second},
		{"of the token itself", `{"token":"` + jwt + `"}`, 79 * time.Second, 81 * time.Second},
		{"not told", `{"access_token":"t%d"}`, 1000 * time.Hour, 0},
		{"nonsense", `{"access_token":"t%d","expires_in":"soon"}`, 1000 * time.Hour, 0},
		{"zero", `{"access_token":"t%d","expires_in":0}`, 1000 * time.Hour, 0},
		{"negative", `{"access_token":"t%d","expires_in":-5}`, 1000 * time.Hour, 0},
		{"for ever", `{"access_token":"t%d","expires_in":1e300}`, 1000 * time.Hour, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newTestWorld()
			w.answer = numbered(c.body)
			a, err := New(clientCredentials(), w.world())
			require.NoError(t, err)
			tokenOf(t, a)
			w.move(c.kept)
			tokenOf(t, a)
			assert.EqualValues(t, 1, w.calls.Load())
			if c.gone > 0 {
				w.move(c.gone - c.kept)
				tokenOf(t, a)
				assert.EqualValues(t, 2, w.calls.Load())
			}
		})
	}
}

func TestAClockThatIsPutBackMakesNoTokenYounger(t *testing.T) {
	w := newTestWorld()
	w.answer = numbered(`{"access_token":"t%d","expires_in":100}`)
	a, err := New(clientCredentials(), w.world())
	require.NoError(t, err)
	assert.Equal(t, "t1", tokenOf(t, a))
	w.move(-24 * time.Hour)
	assert.Equal(t, "t2", tokenOf(t, a))
	assert.Equal(t, "t2", tokenOf(t, a))
	w.move(48 * time.Hour)
	assert.Equal(t, "t3", tokenOf(t, a))
}

func TestARefusedTokenIsReplacedOnce(t *testing.T) {
	w := newTestWorld()
	w.answer = numbered(`{"access_token":"t%d"}`)
	a, err := New(clientCredentials(), w.world())
	require.NoError(t, err)
	ask := func(token string, r *probe.RecordedResponse) (string, bool) {
		q, ok := a.Answer(t.Context(), get("http://a.test/", "Authorization", "Bearer "+token), r)
		return strings.TrimPrefix(headerOf(t, q, "Authorization"), "Bearer "), ok
	}
	require.Equal(t, "t1", tokenOf(t, a))
	_, ok := ask("t1", &probe.RecordedResponse{HTTPStatus: 403})
	assert.False(t, ok, "403 is no matter of tokens")
	_, ok = ask("t1", unauthorized(`Bearer error="insufficient_scope"`))
	assert.False(t, ok, "another token of the same scope is refused too")
	token, ok := ask("t1", unauthorized(`Bearer error="invalid_token"`))
	assert.True(t, ok)
	assert.Equal(t, "t2", token)
	token, ok = ask("t1", unauthorized())
	assert.True(t, ok, "a request that was under way with the old token")
	assert.Equal(t, "t2", token)
	_, ok = ask("t2", unauthorized())
	assert.False(t, ok, "the new token is refused as well: tokens are not what is wrong")
	assert.EqualValues(t, 2, w.calls.Load())
	w.move(2 * time.Minute)
	token, ok = ask("t2", unauthorized())
	assert.True(t, ok, "a token that has served for a while may have run out")
	assert.Equal(t, "t3", token)
}

func TestTheSameTokenAgainIsNoReasonToSendAgain(t *testing.T) {
	w := newTestWorld()
	w.answer = numbered(`{"access_token":"same","n":%d}`)
	a, err := New(clientCredentials(), w.world())
	require.NoError(t, err)
	require.Equal(t, "same", tokenOf(t, a))
	for range 5 {
		_, ok := a.Answer(t.Context(), get("http://a.test/", "Authorization", "Bearer same"), unauthorized())
		assert.False(t, ok)
	}
	assert.EqualValues(t, 2, w.calls.Load())
}

func TestAFailedTokenCallIsOneError(t *testing.T) {
	w := newTestWorld()
	w.answer = func(context.Context, int, probe.Request) (*probe.Exchange, string, error) {
		return answered(401, `{"error":"invalid_client","error_description":"no such\r\nclient"}`)
	}
	a, err := New(clientCredentials(), w.world())
	require.NoError(t, err)
	var errs [100]error
	var group sync.WaitGroup
	for i := range errs {
		group.Go(func() { _, errs[i] = a.Authorize(t.Context(), get("http://a.test/")) })
	}
	group.Wait()
	var first *TokenError
	require.ErrorAs(t, errs[0], &first)
	for _, err := range errs {
		assert.Same(t, first, err)
	}
	assert.EqualValues(t, 1, w.calls.Load())
	assert.Equal(t, 401, first.Exchange.Response.HTTPStatus)
	assert.Equal(t, "POST http://login.test/token: it was answered with HTTP status 401 (invalid_client: no such client); "+
		"check client_id and client_secret, and whether the server wants them in the body (client_auth: body)", first.Reason+"; "+first.Next)

	w.answer = numbered(`{"access_token":"t%d"}`)
	w.move(2 * time.Minute)
	assert.Equal(t, "t2", tokenOf(t, a), "later it is tried again")
}

func TestAFailedRefreshKeepsTheTokenWhileItLasts(t *testing.T) {
	w := newTestWorld()
	w.answer = numbered(`{"access_token":"t%d","expires_in":1000}`)
	a, err := New(clientCredentials(), w.world())
	require.NoError(t, err)
	require.Equal(t, "t1", tokenOf(t, a))
	w.answer = func(context.Context, int, probe.Request) (*probe.Exchange, string, error) { return answered(503, "") }
	w.move(980 * time.Second)
	assert.Equal(t, "t1", tokenOf(t, a))
	assert.Equal(t, "t1", tokenOf(t, a))
	assert.EqualValues(t, 2, w.calls.Load(), "and the call is not repeated for every request")
	w.move(21 * time.Second)
	_, err = a.Authorize(t.Context(), get("http://a.test/"))
	require.ErrorAs(t, err, new(*TokenError))
}

func TestTheEndOfOneRequestDoesNotFailTheOthers(t *testing.T) {
	w := newTestWorld()
	under := make(chan struct{})
	w.answer = func(ctx context.Context, call int, q probe.Request) (*probe.Exchange, string, error) {
		if call == 1 {
			close(under)
			<-ctx.Done()
			return nil, "", ctx.Err()
		}
		return numbered(`{"access_token":"t%d"}`)(ctx, call, q)
	}
	a, err := New(clientCredentials(), w.world())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		_, err := a.Authorize(ctx, get("http://a.test/"))
		assert.ErrorIs(t, err, context.Canceled)
	})
	<-under
	for range 10 {
		group.Go(func() { assert.Equal(t, "t2", tokenOf(t, a)) })
	}
	time.Sleep(10 * time.Millisecond)
	cancel()
	group.Wait()
	assert.EqualValues(t, 2, w.calls.Load())
}

func TestTheNextStepFitsTheStatus(t *testing.T) {
	for status, want := range map[int]string{
		302: "check the address: credentials do not follow a redirect", 404: "check the address and the method", 405: "check the address and the method",
		429: "wait, or ask", 503: "ask the owner of the token endpoint", 401: "check the credentials", 400: "check the credentials",
	} {
		w := newTestWorld()
		w.answer = func(context.Context, int, probe.Request) (*probe.Exchange, string, error) {
			return answered(status, "")
		}
		a, err := New(clientCredentials(), w.world())
		require.NoError(t, err)
		_, err = a.Authorize(t.Context(), get("http://a.test/"))
		require.ErrorAs(t, err, new(*TokenError))
		assert.ErrorContains(t, err, fmt.Sprintf("HTTP status %d; %s", status, want))
	}
}

func TestTokenFailures(t *testing.T) {
	const leak = "hushhushhush-1234567890-hush"
	cases := []struct {
		name string
		x    *probe.Exchange
		body string
		err  error
		want string
	}{
		{name: "not sendable", err: errors.New("the request cannot be sent: no host"), want: "it could not be sent: the request cannot be sent: no host"},
		{name: "nothing at all", want: "nothing was exchanged"},
		{
			name: "refused connection", x: &probe.Exchange{Attempts: []probe.Attempt{{Error: "connection refused", Phase: probe.PhaseConnect, Rule: "transport.refused"}}},
			want: "no answer came (connect: connection refused); check the address",
		},
		{name: "no answer", x: &probe.Exchange{}, want: "no answer came"},
		{name: "an empty answer", body: " ", want: "its answer is empty"},
		{name: "a page", body: "<html>hush</html>", want: "neither JSON nor a form"},
		{name: "an error with 200", body: `{"error":"invalid_grant"}`, want: "no token where tokens usually stand (access_token, token, data.token and their like); say with token_path where it is (invalid_grant); check username and password"},
		{name: "a token under another key", body: `{"ticket":"` + leak + `"}`, want: "say with token_path where it is"},
		{name: "an empty token", body: `{"data":{"token":""},"access_token":""}`, want: "no token where tokens usually stand"},
		{name: "a token of another kind", body: `{"access_token":"hush","token_type":"DPoP"}`, want: "needs a proof with each request"},
		{name: "a token that breaks the line", body: `{"access_token":"hush\r\nX: y"}`, want: "a header cannot carry"},
		{name: "a message without a code", body: `{"message":"try ` + strings.Repeat("later ", 100) + `"}`, want: "(try later"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newTestWorld()
			w.answer = func(context.Context, int, probe.Request) (*probe.Exchange, string, error) {
				if c.body != "" {
					return answered(200, c.body)
				}
				return c.x, "", c.err
			}
			a, err := New(clientCredentials(), w.world())
			require.NoError(t, err)
			_, err = a.Authorize(t.Context(), get("http://a.test/"))
			var failure *TokenError
			require.ErrorAs(t, err, &failure)
			assert.Contains(t, failure.Error(), c.want)
			assert.NotContains(t, failure.Error(), "hush")
			assert.Less(t, len(failure.Error()), 600)
			if strings.Contains(c.body, leak) {
				assert.True(t, w.knows(leak))
				assert.NotContains(t, failure.Exchange.Response.Body, leak, "a token that was not found is masked all the same")
			}
		})
	}
}
