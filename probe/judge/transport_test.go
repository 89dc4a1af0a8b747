package judge_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
)

func TestAnswersThatAreNotTheAPIs(t *testing.T) {
	const page = "text/html"
	run(t, []row{
		{name: "gateway page", doc: model, status: 502, media: page, body: "<html><title>502 Bad Gateway</title></html>", want: "? transport.blocked-page"},
		{name: "gateway without a body", doc: model, status: 503, media: "-", body: "", want: "? transport.blocked-page"},
		{name: "gateway text", doc: model, status: 504, media: "text/plain", body: "upstream request timeout", want: "? transport.blocked-page"},
		{
			name: "gateway status with JSON is the API's", doc: model, status: 503, body: `{"status":"error","status_code":"ERR002","message":"a"}`,
			want: "outcome.error-instead-of-success status.code status.http",
		},
		{
			name: "gateway status that is documented with text", doc: doc{success: plain.success, failure: []string{`503 - closed`}}, status: 503, media: "text/plain", body: "closed",
			want: "outcome.error-instead-of-success",
		},
		{name: "gateway page to a negative", doc: model, family: "no-auth", status: 502, media: page, body: "<html></html>", want: "? transport.blocked-page"},
		{name: "firewall page", doc: model, status: 403, media: page, body: "<html><h1>Access Denied</h1><p>Your IP address is not whitelisted</p></html>", want: "? transport.blocked-page"},
		{name: "firewall page with 200", doc: model, media: page, body: "<html><title>Request Rejected</title>The requested URL was rejected.</html>", want: "? transport.blocked-page"},
		{name: "web server's own 403", doc: model, status: 403, media: page, body: "<html><center><h1>403 Forbidden</h1></center><hr><center>nginx</center></html>", want: "? transport.blocked-page"},
		{name: "proxy", doc: model, status: 407, media: page, body: "<html></html>", want: "? transport.blocked-page"},
		{name: "captive network", doc: model, status: 511, media: page, body: "<html></html>", want: "? transport.blocked-page"},
		{name: "too many requests", doc: model, status: 429, body: `{"message":"slow down"}`, want: "? transport.blocked-page"},
		{name: "too many requests, documented", doc: doc{success: tied.success, failure: []string{`429 - {"error":"slow"}`}}, family: "missing-field", status: 429, body: `{"error":"slow"}`},
		{
			name: "too many requests, documented, where a success is due", doc: doc{success: tied.success, failure: []string{`429 - {"error":"slow"}`}}, status: 429,
			body: `{"error":"slow"}`, want: "? transport.blocked-page",
		},
		{name: "login page", doc: model, media: page, body: `<html><title>Welcome</title><form><input name=p TYPE="password"></form></html>`, want: "? transport.blocked-page"},
		{name: "login page by its title", doc: model, media: page, body: `<!doctype html><title>Sign in to Parcel</title>`, want: "? transport.blocked-page"},
		{name: "page without a media type", doc: model, media: "-", body: ` <!DOCTYPE html><title>Log in</title>`, want: "? transport.blocked-page"},
		{name: "maintenance", doc: model, media: page, body: `<html><title>Scheduled maintenance</title></html>`, want: "? transport.blocked-page"},
		{name: "redirect", doc: model, status: 302, media: page, body: "", want: "? transport.redirect"},
		{name: "redirect to a negative", doc: model, family: "no-auth", status: 302, media: page, body: "", want: "? transport.redirect"},
		{name: "redirect to a login page", doc: model, status: 302, location: "https://id.shop.example/sso/start", media: page, want: "? transport.redirect"},
		{name: "redirect to a login page without credentials", doc: model, family: "no-auth", status: 302, location: "/login?next=/send", media: page, want: "status.http:warning"},
		{name: "redirect elsewhere without credentials", doc: model, family: "no-auth", status: 302, location: "/v2/send?from=login", media: page, want: "? transport.redirect"},
		{name: "login page without credentials", doc: model, family: "no-auth", media: page, body: `<html><title>Sign in</title></html>`, want: "status.http:warning"},
		{name: "redirect that is documented", doc: doc{success: []string{`302 - `}}, status: 302, media: "-", body: ""},
		{name: "redirect of another status than the documented one", doc: doc{success: []string{`307 - `}}, status: 302, location: "/next", media: "-", body: "", want: "status.http"},
		{name: "login page where a redirect is documented", doc: doc{success: []string{`307 - `}}, status: 302, location: "/login", media: "-", body: "", want: "? transport.redirect"},
		{name: "page where pages are documented", doc: doc{success: []string{`- - <html><input type="password"></html>`}}, media: page, body: `<html><input type="password"></html>`},
	})
}

func TestTransportFailures(t *testing.T) {
	j, err := judge.New(model.sheet(t), judge.Options{})
	require.NoError(t, err)
	failures := map[probe.Phase]string{
		probe.PhaseDNS: "transport.dns", probe.PhaseConnect: "transport.refused", probe.PhaseTLS: "transport.tls", probe.PhaseWrite: "transport.reset",
		probe.PhaseFirstByte: "transport.timeout", probe.PhaseBody: "transport.too-large", "": "transport.malformed",
	}
	for phase, rule := range failures {
		t.Run(rule, func(t *testing.T) {
			x := &probe.Exchange{Attempts: []probe.Attempt{{}, {Error: "dial tcp: no", Phase: phase, Rule: rule}}}
			checkResult(t, j.Decide(row{family: probe.FamilySuccess}.testCase(), x), "? "+rule)
		})
	}
	t.Run("no answer and no failure", func(t *testing.T) {
		checkResult(t, j.Decide(row{family: probe.FamilySuccess}.testCase(), &probe.Exchange{}), "? transport.reset")
	})
	t.Run("a partial answer beside a failure", func(t *testing.T) {
		x := row{status: 200, body: good[:20]}.exchange()
		x.Attempts = []probe.Attempt{{Error: "reset", Phase: probe.PhaseBody, Rule: "transport.reset"}}
		checkResult(t, j.Decide(row{family: probe.FamilySuccess}.testCase(), x), "? transport.reset")
	})
	t.Run("cut off", func(t *testing.T) {
		x := row{status: 200, media: "application/json", body: good[:20]}.exchange()
		x.Response.Truncated = true
		checkResult(t, j.Decide(row{family: probe.FamilySuccess}.testCase(), x), "? transport.too-large")
	})
}

func TestTimeAndCertificate(t *testing.T) {
	now := time.Date(2030, 5, 1, 0, 0, 0, 0, time.UTC)
	cases := []struct {
		name  string
		now   time.Time
		left  time.Duration
		total float64
		want  string
	}{
		{"in time", now, 15 * 24 * time.Hour, 1000, ""},
		{"slow", now, 15 * 24 * time.Hour, 1001, "timing.slow"},
		{"expires", now, 13 * 24 * time.Hour, 1, "transport.tls-expiring"},
		{"has expired", now, -time.Hour, 1, "transport.tls-expiring"},
		{"no clock", time.Time{}, -time.Hour, 1, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := model
			d.limit = 1000
			j, err := judge.New(d.sheet(t), judge.Options{Now: c.now})
			require.NoError(t, err)
			x := row{status: 200, media: "application/json", body: good}.exchange()
			x.Timing.Total, x.TLS = c.total, &probe.TLS{NotAfter: now.Add(c.left)}
			checkResult(t, j.Decide(row{family: probe.FamilySuccess}.testCase(), x), c.want)
		})
	}
}

func TestWhatWasNotSent(t *testing.T) {
	j, err := judge.New(model.sheet(t), judge.Options{})
	require.NoError(t, err)
	blocked := j.Decide(&probe.Case{ID: "a", Blocked: []probe.Finding{{Rule: "setup.placeholder-unresolved", Message: "no token"}}}, nil)
	assert.Equal(t, probe.Blocked, blocked.Verdict)
	assert.Equal(t, "no token", blocked.Reason)
	assert.Len(t, blocked.Findings, 1)
	assert.Zero(t, blocked.Checks)
	skipped := j.Decide(&probe.Case{ID: "a", Skip: "left out by --only", Blocked: blocked.Findings}, nil)
	assert.Equal(t, probe.Skipped, skipped.Verdict)
	assert.Equal(t, "left out by --only", skipped.Reason)
	assert.Equal(t, probe.Skipped, j.Decide(&probe.Case{}, nil).Verdict)
}
