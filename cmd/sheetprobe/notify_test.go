package main

import (
	"bytes"
	"io"
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

	"github.com/sheetprobe/sheetprobe/fixtures"
	"github.com/sheetprobe/sheetprobe/fixtures/staging"
	"github.com/sheetprobe/sheetprobe/probe/notify/channel"
)

// letterbox is a receiver of alerts; what it answers can be changed.
type letterbox struct {
	*httptest.Server
	mu     sync.Mutex
	answer int
	bodies []string
	heads  []http.Header
}

func newLetterbox(t *testing.T) *letterbox {
	t.Helper()
	b := &letterbox{answer: http.StatusOK}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.answer == http.StatusOK {
			b.bodies, b.heads = append(b.bodies, string(body)), append(b.heads, r.Header)
		}
		w.WriteHeader(b.answer)
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *letterbox) say(status int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = status
}

func (b *letterbox) got() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.bodies...)
}

const (
	canaryURL = "/services/canary-T0KEN-9f8e7d6c"
	canaryKey = "canary-key-1a2b3c4d5e6f"
)

// alerting is a folder with the shipped OTP sheet and a configuration that tells to a letterbox.
type alerting struct {
	t       *testing.T
	dir     string
	box     *letterbox
	environ []string
	out     bytes.Buffer
}

func newAlerting(t *testing.T, notify string) *alerting {
	t.Helper()
	a := &alerting{t: t, dir: t.TempDir(), box: newLetterbox(t)}
	a.environ = []string{"CHAT_URL=" + a.box.URL + canaryURL, "HOOK_KEY=" + canaryKey}
	sheet, err := fixtures.Sheets.ReadFile("sheets/generate-otp.txt")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(a.dir, "otp.txt"), sheet, 0o600))
	var c strings.Builder
	c.WriteString("rate: 0\ndb: sqlite://" + filepath.Join(a.dir, "h.db") + "\nvar:\n")
	for _, v := range fixtures.Vars() {
		c.WriteString("  " + v.Name + ": \"" + v.Value + "\"\n")
	}
	c.WriteString("secrets:\n  chat_url: {env: CHAT_URL}\n  hook_key: {env: HOOK_KEY}\n")
	c.WriteString(strings.ReplaceAll(notify, "BOX", a.box.URL))
	require.NoError(t, os.WriteFile(a.path(), []byte(c.String()), 0o600))
	return a
}

func (a *alerting) path() string { return filepath.Join(a.dir, "sheetprobe.yaml") }

func (a *alerting) sheetprobe(args ...string) (code int, said string) {
	a.t.Helper()
	var out bytes.Buffer
	args = append(args, "--config", a.path())
	code = Main(a.t.Context(), World{Args: args, Environ: a.environ, In: strings.NewReader(""), Out: &out, Err: &out})
	a.out.Write(out.Bytes())
	return code, out.String()
}

// run makes a run against a staging server with defects.
func (a *alerting) run(defects ...string) (code int, said string) {
	a.t.Helper()
	server, err := staging.Start(withDefects(defects)...)
	require.NoError(a.t, err)
	defer func() { _ = server.Close() }()
	return a.sheetprobe("run", filepath.Join(a.dir, "otp.txt"), "--base-url", server.URL, "--notify", "-q")
}

// secretless demands that no secret stands in what was said, sent or kept.
func (a *alerting) secretless() {
	a.t.Helper()
	files, err := filepath.Glob(filepath.Join(a.dir, "h.db*"))
	require.NoError(a.t, err)
	require.NotEmpty(a.t, files)
	texts := append(a.box.got(), a.out.String())
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(a.t, err)
		texts = append(texts, string(data))
	}
	for _, text := range texts {
		for _, secret := range []string{canaryURL, canaryKey, "canary-T0KEN"} {
			assert.NotContains(a.t, text, secret)
		}
	}
}

const chatOnly = `
notify:
  channels: {chat: {kind: slack, url: chat_url}}
  routes: [{name: all, to: [chat]}]
`

func TestARunTellsWhatIsNewOnce(t *testing.T) {
	a := newAlerting(t, chatOnly)
	code, _ := a.run()
	assert.Equal(t, exitConforms, code)
	assert.Empty(t, a.box.got())
	for range 2 {
		code, _ = a.run("otp-message-number")
		assert.Equal(t, exitDeviates, code)
	}
	require.Len(t, a.box.got(), 1, "%v", a.box.got())
	assert.Contains(t, a.box.got()[0], "deviates")
	a.run()
	require.Len(t, a.box.got(), 2)
	assert.Contains(t, a.box.got()[1], "is mended")
	a.secretless()
}

func TestAChannelThatIsDownIsToldLater(t *testing.T) {
	a := newAlerting(t, chatOnly)
	a.box.say(http.StatusInternalServerError)
	code, said := a.run("otp-message-number")
	assert.Equal(t, exitDeviates, code, "alerts decide no exit code")
	assert.Contains(t, said, "tried again")
	a.box.say(http.StatusOK)
	code, _ = a.sheetprobe("notify", "send")
	assert.Equal(t, exitConforms, code)
	assert.Empty(t, a.box.got(), "its pause is not over")
	a.secretless()
}

func TestPreviewSendsNothing(t *testing.T) {
	a := newAlerting(t, strings.Replace(chatOnly, "{kind: slack, url: chat_url}", `{kind: slack, url: chat_url, quiet: {from: "00:00", to: "00:00"}}`, 1)+`
  # nothing is at once: it is always quiet
`)
	a.run("otp-message-number", "otp-extra-key")
	assert.Empty(t, a.box.got())
	a.environ = nil // no secret is needed
	code, said := a.sheetprobe("notify", "preview")
	assert.Equal(t, exitConforms, code, said)
	assert.Contains(t, said, "nothing is told")
	assert.Contains(t, said, "not told:")
	assert.Contains(t, said, "route all: this run, or a later one, was looked at already; it was told")
	assert.Contains(t, said, "route all: its severity is", "remarks and warnings are left out")
	a.secretless()
}

func TestNotifyTest(t *testing.T) {
	a := newAlerting(t, `
notify:
  channels:
    chat: {kind: slack, url: chat_url}
    hook: {kind: webhook, url: BOX/hook, key: hook_key}
  routes: [{name: all, to: [chat, hook]}]
`)
	code, said := a.sheetprobe("notify", "test")
	assert.Equal(t, exitConforms, code)
	assert.Equal(t, "chat: sent\nhook: sent\n", said)
	require.Len(t, a.box.got(), 2)
	require.NoError(t, channel.Verify(canaryKey, a.box.heads[1], []byte(a.box.got()[1]), time.Now()))

	code, said = a.sheetprobe("notify", "test", "chta")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, said, `did you mean "chat"`)

	a.box.say(http.StatusForbidden)
	code, said = a.sheetprobe("notify", "test", "hook")
	assert.Equal(t, exitDeviates, code)
	assert.Contains(t, said, "answered 403 Forbidden")
	assert.NotContains(t, a.out.String(), "canary")
}

func TestAConfigurationOfAlertsThatIsWrongIsRefused(t *testing.T) {
	for name, test := range map[string]struct{ text, place, says string }{
		"a secret in the open":     {"notify:\n  channels: {c: {kind: slack, url: https://hooks.example/canary}}", ":2:36", "not the name of a secret"},
		"a token in the open":      {"notify:\n  channels: {c: {kind: slack, url: xoxb-canary}}\n  routes: [{name: a, to: [c]}]", ":2:36", "names no secret that is known"},
		"a password in the open":   {"notify:\n  channels: {c: {kind: email, server: h:25, from: a@b.example, to: c@d.example, username: u, password: 'can ary'}}", ":2:", "not the name of a secret"},
		"no kind":                  {"notify:\n  channels: {c: {kind: slakc, url: chat_url}}", ":2:24", `did you mean "slack"`},
		"a key too many":           {"notify:\n  channels: {c: {kind: slack, url: chat_url, server: x}}", ":2:46", "means nothing to a channel of kind slack"},
		"an unknown key":           {"notify:\n  channels: {c: {kind: slack, uri: chat_url}}", ":2:31", `did you mean "url"`},
		"a key too few":            {"notify:\n  channels: {c: {kind: webhook, url: https://x.example}}", ":2:", "lacks key"},
		"no channel":               {"notify:\n  routes: [{name: a, to: [c]}]", ":2:", "leads to the channel"},
		"no route":                 {"notify:\n  channels: {c: {kind: slack, url: chat_url}}", ":2:3", "there is no route"},
		"a route to nowhere":       {"notify:\n  channels: {chat: {kind: slack, url: chat_url}}\n  routes: [{name: a, to: [caht]}]", ":3:", `did you mean "chat"`},
		"two routes":               {"notify:\n  channels: {c: {kind: slack, url: chat_url}}\n  routes: [{name: a, to: [c]}, {name: a, to: [c]}]", ":3:", "two routes"},
		"no such severity":         {"notify:\n  routes: [{name: a, to: [c], severity: fatal}]", ":2:41", "is no severity"},
		"nobody to blame":          {"notify:\n  routes: [{name: a, to: [c], blame: [me]}]", ":2:", "is nobody"},
		"no threshold":             {"notify:\n  routes: [{name: a, to: [c], seen: 5 of 2}]", ":2:37", "no threshold"},
		"two thresholds":           {"notify:\n  routes: [{name: a, to: [c], seen: 2 of 5, after: 2}]", ":2:", "exclude each other"},
		"no number":                {"notify:\n  routes: [{name: a, to: [c], after: 0}]", ":2:38", "no number of runs"},
		"no length of time":        {"notify:\n  routes: [{name: a, to: [c], remind: weekly}]", ":2:39", "no length of time"},
		"a reminder each minute":   {"notify:\n  routes: [{name: a, to: [c], remind: 1m}]", ":2:39", "at least 1h"},
		"no time of day":           {"notify:\n  channels: {c: {kind: slack, url: chat_url, quiet: {from: 22, to: '07:00'}}}", ":2:", "no time of day"},
		"no time zone":             {"notify:\n  channels: {c: {kind: slack, url: chat_url, quiet: {from: '22:00', to: '07:00', timezone: Berlin}}}", ":2:", "no time zone"},
		"no day":                   {"notify:\n  channels: {c: {kind: slack, url: chat_url, quiet: {from: '22:00', to: '07:00', days: [funday]}}}", ":2:", "is no day"},
		"half of quiet hours":      {"notify:\n  channels: {c: {kind: slack, url: chat_url, quiet: {from: '22:00'}}}", ":2:", "lack to"},
		"no template":              {"notify:\n  channels: {c: {kind: slack, url: chat_url, template: nowhere.tmpl}}", ":2:", "cannot read"},
		"no certificates":          {"notify:\n  channels: {c: {kind: slack, url: chat_url, cacert: nowhere.pem}}", ":2:", "cannot read"},
		"no PEM":                   {"notify:\n  channels: {c: {kind: slack, url: chat_url, cacert: notify_test.go}}", ":2:", "holds no certificate"},
		"a template that is none":  {"notify:\n  channels: {c: {kind: slack, url: chat_url, template: notify_test.go}}", ":2:", "notify_test.go: "},
		"a list":                   {"notify: []", ":1:9", "must be a map"},
		"a public URL that is not": {"serve: {public-url: 'sheetprobe.example'}", ":1:21", "no address of pages"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "c.yaml")
			require.NoError(t, os.WriteFile(path, []byte(test.text+"\nsecrets: {chat_url: {env: CHAT_URL}}\n"), 0o600))
			var out bytes.Buffer
			code := Main(t.Context(), World{Args: []string{"notify", "test", "--config", path}, In: strings.NewReader(""), Out: &out, Err: &out})
			assert.Equal(t, exitUsage, code)
			assert.Contains(t, out.String(), path+test.place)
			assert.Contains(t, out.String(), test.says)
			assert.NotContains(t, strings.ReplaceAll(out.String(), dir, ""), "canary")
		})
	}
}

func TestAlertsThatCannotBeToldAreSaidBeforeAnythingIsSent(t *testing.T) {
	a := newAlerting(t, chatOnly)
	a.environ = nil
	code, said := a.run()
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, said, "CHAT_URL is not set")
	a.environ = []string{"CHAT_URL=http://hooks.example" + canaryURL}
	code, said = a.run()
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, said, "without encryption")
	code, said = a.sheetprobe("run", filepath.Join(a.dir, "otp.txt"), "--notify", "--db", "none")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, said, "needs the history")
	require.NoError(t, os.WriteFile(a.path(), []byte("rate: 0\n"), 0o600))
	code, said = a.sheetprobe("run", filepath.Join(a.dir, "otp.txt"), "--notify")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, said, "no section `notify`")
	assert.NotContains(t, a.out.String(), "canary")
}

func TestTheExampleOfTheHelpIsRight(t *testing.T) {
	help := newNotify(World{}).Long
	_, example, found := strings.Cut(help, "\n\n  secrets:")
	require.True(t, found)
	example, _, found = strings.Cut(example, "\n\nA route takes")
	require.True(t, found)
	c, err := parseConfig("help.yaml", []byte("  secrets:"+example))
	require.NoError(t, err)
	assert.Len(t, c.notify.channels, 3)
	assert.Len(t, c.notify.routes, 2)
}
