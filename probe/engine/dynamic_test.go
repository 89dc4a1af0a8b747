package engine_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

const freshValues = `
name: Sign up
method: POST
url: https://sit.harbour.example/members/{{$uuid}}/cards?ref={{$randomDigits(12)}}&name={{$fullName}}
headers: {X-Request-Id: "{{$uuid}}", X-Batch: "b-{{$randomInt(100,999)}}-<<batch>>"}
request_body: {email: "{{$email}}", order: "{{$counter}}", password: "{{$randomDigits(16)}}", nick: "x"}
success_response: {ok: true}
test_data: [{nick: "n-{{$randomDigits(9)}}", expect: success}, {batch: "{{$randomDigits(7)}}"}]
---
name: Sign in
method: POST
url: https://sit.harbour.example/sessions
headers: {Content-Type: application/x-www-form-urlencoded}
request_body: user={{$email}}&note={{$fullName}}
success_response: {ok: true}
`

// requestLog is what a server was asked, a line for each request.
type requestLog struct {
	mu    sync.Mutex
	lines []string
}

func (l *requestLog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, strings.Join([]string{r.RequestURI, r.Header.Get("X-Request-Id"), r.Header.Get("X-Batch"), string(body)}, " "))
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"ok":true}`)
}

func planned(plans []probe.Plan, base string) (lines []string) {
	for _, p := range plans {
		for _, c := range p.Cases {
			if c.Skip == "" && len(c.Blocked) == 0 {
				id, batch := "", ""
				for _, h := range c.Request.Headers {
					switch h.Name {
					case "X-Request-Id":
						id = h.Value
					case "X-Batch":
						batch = h.Value
					}
				}
				lines = append(lines, strings.Join([]string{strings.TrimPrefix(c.Request.URL, base), id, batch, string(c.Request.Body)}, " "))
			}
		}
	}
	return lines
}

func TestFreshValuesAreThoseOfThePlanWhereTheRunHasTheSameID(t *testing.T) {
	seen := &requestLog{}
	server := httptest.NewServer(seen)
	defer server.Close()
	readings := engine.Read([]sheet.Input{{Name: "fresh.yaml", Data: []byte(freshValues)}})
	require.Len(t, readings[0].Sheets, 2, "%v", readings[0].Diagnostics)
	o := engine.Options{BaseURL: server.URL, RunID: "run-7", Vars: probe.NewVars(probe.Var{Name: "batch", Value: "B1"})}
	run, err := engine.Run(context.Background(), readings, o)
	require.NoError(t, err)
	assert.ElementsMatch(t, planned(engine.Plan(readings, o), server.URL), seen.lines)
	require.NotEmpty(t, seen.lines)
	for _, line := range seen.lines {
		assert.NotContains(t, line, "{{")
		assert.NotContains(t, line, "%7B")
	}
	assert.Regexp(t, regexp.MustCompile(`^/members/[0-9a-f-]{36}/cards\?ref=[1-9][0-9]{11}&name=[A-Z][a-z]+%20[A-Z][a-z]+ [0-9a-f-]{36} b-[0-9]{3}-B1 \{"email":"[a-z.0-9]+@example.test","order":"1",`),
		planned(engine.Plan(readings, o), server.URL)[0])

	o.RunID = "run-8"
	assert.NotEqual(t, seen.lines[0], planned(engine.Plan(readings, o), server.URL)[0])
	o.RunID = ""
	assert.NotEqual(t, planned(engine.Plan(readings, o), server.URL), planned(engine.Plan(readings, o), server.URL), "without an id they are fresh")

	made := run.Sheets[0].Cases[0].Generated
	require.Len(t, made, 8)
	assert.Equal(t, "{{$uuid}}", made[0].Written)
	var text, asJSON bytes.Buffer
	for _, f := range report.Formats {
		switch f.Name {
		case "text":
			require.NoError(t, f.Write(&text, run, report.Options{Verbose: true}))
		case "json":
			require.NoError(t, f.Write(&asJSON, run, report.Options{}))
		}
	}
	assert.Contains(t, text.String(), "{{$uuid}} is "+made[0].Value)
	assert.Contains(t, asJSON.String(), made[0].Value)
	assert.Contains(t, asJSON.String(), "[masked:password]")
}

func TestFreshValuesNeedNotBeSupplied(t *testing.T) {
	readings := engine.Read([]sheet.Input{{Name: "fresh.yaml", Data: []byte(freshValues)}})
	for _, p := range readings[0].Sheets[0].Placeholder {
		assert.Equal(t, "batch", p.Name, "the others are made")
	}
}

func TestAFreshValueThatThereIsNot(t *testing.T) {
	document := strings.NewReplacer("{{$uuid}}", "{{$uiud}}", "<<batch>>", "1").Replace(freshValues)
	readings := engine.Read([]sheet.Input{{Name: "fresh.yaml", Data: []byte(document)}})
	c := engine.Plan(readings, engine.Options{})[0].Cases[0]
	require.NotEmpty(t, c.Blocked)
	assert.Equal(t, "setup.placeholder-unresolved", c.Blocked[0].Rule)
	assert.Contains(t, c.Blocked[0].Message, `"{{$uiud}}" in the endpoint URL: there is no dynamic value "$uiud"`)
	assert.Contains(t, c.Blocked[0].Hint, `did you mean "$uuid"?`)
	assert.Empty(t, c.Generated)

	supplied := engine.Plan(readings, engine.Options{Vars: probe.NewVars(probe.Var{Name: "uiud", Value: "mine"})})[0].Cases[0]
	assert.Empty(t, supplied.Blocked, "a name of somebody else's can be supplied")
	assert.Contains(t, supplied.Request.URL, "/members/mine/cards")
}
