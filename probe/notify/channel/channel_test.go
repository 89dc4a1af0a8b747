package channel_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/notify"
	"github.com/sheetprobe/sheetprobe/probe/notify/channel"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	canary = "canary-T0KEN-9f8e7d6c"
	key    = "a signing key of some length"
)

func standing() time.Time { return time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC) }

// hostile is what a tested server may put into a finding.
const hostile = "@channel <!here> <https://evil.example|click> [click](https://evil.example) *b* `c` <at>all</at> </b>\r\nBcc: x@evil.example\x00\u202e &amp;"

func message(t *testing.T, sender notify.Sender) notify.Message {
	t.Helper()
	m, err := notify.Render(notify.Delivery{ID: "d-1", Channel: "c", Events: []notify.Event{{
		Change: notify.New, RunID: "0123456789abcdef", At: standing(), Since: standing(), Runs: 1, Verdict: probe.Deviates,
		Topic: notify.Topic{Key: "k", Kind: notify.Finding, API: "Book @all", Slug: "book", Severity: source.Error, Blame: probe.BlameEndpoint, Message: hostile, Hint: hostile},
	}}}, "https://sheetprobe.example.test", nil, sender)
	require.NoError(t, err)
	return m
}

// letterbox keeps what is posted to it.
type letterbox struct {
	*httptest.Server
	got    []posted
	answer int
}

type posted struct {
	path   string
	header http.Header
	body   []byte
}

func newLetterbox(t *testing.T) *letterbox {
	t.Helper()
	b := &letterbox{answer: http.StatusOK}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		b.got = append(b.got, posted{r.URL.Path, r.Header, body})
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(b.answer)
		_, _ = w.Write([]byte("{}"))
	}))
	t.Cleanup(b.Close)
	return b
}

func open(t *testing.T, s channel.Spec) notify.Sender {
	t.Helper()
	sender, err := channel.New(s, standing)
	require.NoError(t, err)
	return sender
}

func TestAWebhookIsSigned(t *testing.T) {
	for name, key := range map[string]string{"a text": key, "base64": "whsec_" + base64.StdEncoding.EncodeToString([]byte(key))} {
		t.Run(name, func(t *testing.T) {
			box := newLetterbox(t)
			sender := open(t, channel.Spec{Kind: channel.Webhook, URL: box.URL + "/hook", Key: key})
			m := message(t, sender)
			require.NoError(t, sender.Send(t.Context(), m))
			require.Len(t, box.got, 1)
			got := box.got[0]
			require.NoError(t, channel.Verify(key, got.header, got.body, standing()))
			assert.Equal(t, "d-1", got.header.Get("Idempotency-Key"))
			var p channel.Payload
			require.NoError(t, json.Unmarshal(got.body, &p))
			assert.Equal(t, "sheetprobe.alert", p.Type)
			assert.Equal(t, m.Title, p.Title)

			require.ErrorContains(t, channel.Verify("another key of some length", got.header, got.body, standing()), "signature")
			require.ErrorContains(t, channel.Verify(key, got.header, append(got.body, ' '), standing()), "signature")
			require.ErrorContains(t, channel.Verify(key, got.header, got.body, standing().Add(6*time.Minute)), "away from now")
			require.ErrorContains(t, channel.Verify(key, got.header, got.body, standing().Add(-6*time.Minute)), "away from now")
			replayed := got.header.Clone()
			replayed.Set("Webhook-Timestamp", "1772348700")
			require.ErrorContains(t, channel.Verify(key, replayed, got.body, time.Unix(1772348700, 0)), "signature", "a timestamp cannot be renewed")
			other := got.header.Clone()
			other.Set("Webhook-Id", "d-2")
			require.ErrorContains(t, channel.Verify(key, other, got.body, standing()), "signature")
			require.ErrorContains(t, channel.Verify(key, http.Header{}, got.body, standing()), "no timestamp")
		})
	}
}

// The example of the specification Standard Webhooks 1.0.0, so that libraries of others verify what we sign.
func TestTheSignatureIsThatOfStandardWebhooks(t *testing.T) {
	secret, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	require.NoError(t, err)
	got := channel.Sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	assert.Equal(t, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", got)
}

func TestNoRedirectIsFollowedAndOnly2xxIsTaken(t *testing.T) {
	for _, kind := range []channel.Kind{channel.Webhook, channel.Slack, channel.Teams} {
		for status, says := range map[int]string{200: "", 202: "", 204: "", 301: "redirect", 307: "redirect", 404: "404", 500: "500"} {
			box := newLetterbox(t)
			box.answer = status
			sender := open(t, channel.Spec{Kind: kind, URL: box.URL + "/" + canary, Key: key})
			err := sender.Send(t.Context(), message(t, sender))
			assert.Len(t, box.got, 1, "%s %d", kind, status)
			if says == "" {
				require.NoError(t, err)
				continue
			}
			require.ErrorContains(t, err, says)
			assert.NotContains(t, err.Error(), canary)
		}
	}
}

func TestSlackIsToldNothingThatItCouldObey(t *testing.T) {
	box := newLetterbox(t)
	sender := open(t, channel.Spec{Kind: channel.Slack, URL: box.URL + "/services/" + canary})
	require.NoError(t, sender.Send(t.Context(), message(t, sender)))
	var got map[string]any
	require.NoError(t, json.Unmarshal(box.got[0].body, &got))
	text, _ := got["text"].(string)
	for _, never := range []string{"<", ">", "@channel", "@all", "](", "`", "\u202e", "\x00", "\r"} {
		assert.NotContains(t, text, never)
	}
	assert.Contains(t, text, "&lt;!here&gt;")
	assert.Contains(t, text, "https://sheetprobe.example.test/runs/0123456789abcdef")
	assert.Equal(t, false, got["mrkdwn"])
	assert.Equal(t, false, got["link_names"])
	assert.Equal(t, false, got["unfurl_links"])
}

func TestTeamsIsGivenTextRuns(t *testing.T) {
	box := newLetterbox(t)
	sender := open(t, channel.Spec{Kind: channel.Teams, URL: box.URL + "/workflows/" + canary})
	require.NoError(t, sender.Send(t.Context(), message(t, sender)))
	body := string(box.got[0].body)
	assert.NotContains(t, body, `"type":"TextBlock"`, "it would be read as Markdown")
	assert.NotContains(t, body, "entities")
	var got struct {
		Type        string
		Attachments []struct {
			ContentType string
			Content     struct {
				Type, Version string
				Body          []struct {
					Type    string
					Inlines []struct{ Type, Text, Weight string }
				}
				Actions []struct{ Type, Title, URL string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(box.got[0].body, &got))
	require.Len(t, got.Attachments, 1)
	card := got.Attachments[0].Content
	assert.Equal(t, "application/vnd.microsoft.card.adaptive", got.Attachments[0].ContentType)
	assert.Equal(t, "AdaptiveCard", card.Type)
	assert.Equal(t, "Bolder", card.Body[0].Inlines[0].Weight)
	for _, b := range card.Body {
		assert.Equal(t, "RichTextBlock", b.Type)
		assert.Equal(t, "TextRun", b.Inlines[0].Type)
	}
	require.Len(t, card.Actions, 1)
	assert.Equal(t, "https://sheetprobe.example.test/runs/0123456789abcdef", card.Actions[0].URL)
}

func TestShoutrrr(t *testing.T) {
	for name, test := range map[string]struct{ url, path, never string }{
		"gotify":     {"gotify://HOST/" + gotifyToken + "?disabletls=yes", "/message", "@channel"},
		"ntfy":       {"ntfy://HOST/alerts?scheme=http", "/alerts", "@channel"},
		"mattermost": {"mattermost://HOST/" + canary + "?disabletls=yes", "/hooks/" + canary, "*b*"},
	} {
		t.Run(name, func(t *testing.T) {
			box := newLetterbox(t)
			sender, err := channel.New(channel.Spec{Kind: channel.Shoutrrr, URL: strings.Replace(test.url, "HOST", strings.TrimPrefix(box.URL, "http://"), 1)}, standing)
			require.NoError(t, err)
			_ = sender.Send(t.Context(), message(t, sender)) // whatever the service makes of the answer
			http.DefaultClient.CloseIdleConnections()
			require.NotEmpty(t, box.got)
			assert.Contains(t, box.got[0].path, test.path)
			assert.NotContains(t, string(box.got[0].body), test.never)
			assert.Contains(t, string(box.got[0].body), "evil.example")
		})
	}
}

const gotifyToken = "Aaa.bbb.ccc.ddd"

func TestAnAttemptThatDoesNotEndHoldsUpNoOther(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	sender := open(t, channel.Spec{Kind: channel.Shoutrrr, URL: "gotify://" + strings.TrimPrefix(server.URL, "http://") + "/" + gotifyToken + "?disabletls=yes"})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorContains(t, sender.Send(ctx, message(t, sender)), "no answer came in time")
	require.ErrorContains(t, sender.Send(t.Context(), message(t, sender)), "the attempt before has not ended yet")
	close(release)
	require.Eventually(t, func() bool {
		err := sender.Send(t.Context(), message(t, sender))
		return err == nil || !strings.Contains(err.Error(), "the attempt before")
	}, 10*time.Second, 5*time.Millisecond)
}

func TestWrongChannelsAreRefusedWithoutTheirSecrets(t *testing.T) {
	for name, test := range map[string]struct {
		spec channel.Spec
		says string
	}{
		"no kind":                 {channel.Spec{Kind: "carrier-pigeon"}, "is no kind of channel"},
		"webhook without a key":   {channel.Spec{Kind: channel.Webhook, URL: "https://x.example/" + canary}, "needs 16 at least"},
		"webhook with a bad key":  {channel.Spec{Kind: channel.Webhook, URL: "https://x.example", Key: "whsec_" + canary + "!"}, "no base64"},
		"in the clear":            {channel.Spec{Kind: channel.Slack, URL: "http://hooks.example/" + canary}, "without encryption"},
		"no address":              {channel.Spec{Kind: channel.Teams, URL: canary}, "no address"},
		"a bad address":           {channel.Spec{Kind: channel.Teams, URL: "https://%zz" + canary}, "no address"},
		"mail without recipients": {channel.Spec{Kind: channel.Email, Server: "mx.example:587", From: "a@x.example"}, "nobody to send to"},
		"mail without a port":     {channel.Spec{Kind: channel.Email, Server: "mx.example", From: "a@x.example", To: []string{"b@x.example"}}, "not HOST:PORT"},
		"mail from nobody":        {channel.Spec{Kind: channel.Email, Server: "mx.example:25", From: "x", To: []string{"b@x.example"}}, "is no address"},
		"mail to nobody":          {channel.Spec{Kind: channel.Email, Server: "mx.example:25", From: "a@x.example", To: []string{"b\r\nRCPT TO:<c@evil.example>"}}, "is no address"},
		"half a login":            {channel.Spec{Kind: channel.Email, Server: "mx.example:25", From: "a@x.example", To: []string{"b@x.example"}, Password: canary}, "go together"},
		"a password in the clear": {channel.Spec{Kind: channel.Email, Server: "mx.example:25", From: "a@x.example", To: []string{"b@x.example"}, Username: "u", Password: canary, TLS: "none"}, "in the clear"},
		"no such encryption":      {channel.Spec{Kind: channel.Email, Server: "mx.example:25", From: "a@x.example", To: []string{"b@x.example"}, TLS: "maybe"}, "no way to encrypt"},
		"shoutrrr's own mail":     {channel.Spec{Kind: channel.Shoutrrr, URL: "smtp://u:" + canary + "@x.example/?to=a@x.example"}, "use kind: email"},
		"shoutrrr's own slack":    {channel.Spec{Kind: channel.Shoutrrr, URL: "slack://hook:" + canary + "@webhook"}, "use kind: slack"},
		"shoutrrr's own webhook":  {channel.Spec{Kind: channel.Shoutrrr, URL: "generic+https://x.example/" + canary}, "use kind: webhook"},
		"no such service":         {channel.Spec{Kind: channel.Shoutrrr, URL: "pigeon://" + canary}, "knows no service"},
		"a log is no channel":     {channel.Spec{Kind: channel.Shoutrrr, URL: "logger://"}, "knows no service"},
		"formatted by answers":    {channel.Spec{Kind: channel.Shoutrrr, URL: "telegram://" + canary + "@telegram?chats=1&parsemode=html"}, "parsemode"},
		"half a URL":              {channel.Spec{Kind: channel.Shoutrrr, URL: "discord://" + canary}, "cannot use its URL"},
		"nothing":                 {channel.Spec{Kind: channel.Shoutrrr}, "no address"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := channel.New(test.spec, standing)
			require.ErrorContains(t, err, test.says)
			assert.NotContains(t, err.Error(), canary)
		})
	}
}

func TestNoErrorShowsASecret(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	untrusted := httptest.NewTLSServer(nil)
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer untrusted.Close()
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte(r.URL.String() + r.Header.Get("Authorization")))
	}))
	defer broken.Close()
	for _, url := range []string{closed.URL, untrusted.URL, broken.URL} {
		host := url[strings.Index(url, "//")+2:]
		for _, s := range []channel.Spec{
			{Kind: channel.Webhook, URL: url + "/" + canary + "?t=" + canary, Key: canary},
			{Kind: channel.Slack, URL: url + "/services/" + canary},
			{Kind: channel.Teams, URL: strings.Replace(url, "//", "//u:"+canary+"@", 1) + "/" + canary},
			{Kind: channel.Shoutrrr, URL: "mattermost://" + host + "/" + canary + "?disabletls=yes"},
			{Kind: channel.Shoutrrr, URL: "ntfy://u:" + canary + "@" + host + "/topic?scheme=http"},
			{Kind: channel.Email, Server: host, From: "a@x.example", To: []string{"b@x.example"}, Username: canary, Password: canary},
		} {
			sender := open(t, s)
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // an HTTP server has no greeting for mail
			err := sender.Send(ctx, message(t, sender))
			cancel()
			require.Error(t, err, "%s at %s", s.Kind, url)
			assert.NotContains(t, err.Error(), canary, "%s at %s", s.Kind, url)
			assert.False(t, bytes.Contains([]byte(err.Error()), []byte("\n")))
		}
	}
	http.DefaultClient.CloseIdleConnections()
}
