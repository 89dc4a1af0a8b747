package serve

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/historytest"
	"github.com/sheetprobe/sheetprobe/probe/report"
)

// described is the OpenAPI document, and what tells which of it was held against an answer.
type described struct {
	Paths map[string]map[string]struct {
		Responses map[string]struct {
			Content map[string]json.RawMessage `json:"content"`
		} `json:"responses"`
		Security []map[string][]string `json:"security"`
	} `json:"paths"`
}

func describedAPI(t *testing.T) (described, *jsonschema.Compiler) {
	t.Helper()
	var d described
	require.NoError(t, json.Unmarshal(openAPI, &d))
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(openAPI))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	require.NoError(t, compiler.AddResource("api.json", whole))
	return d, compiler
}

// kept is a store with two runs, the later of which deviates.
func kept(t *testing.T) history.Store {
	t.Helper()
	store := emptyStore(t)
	at := time.Date(2026, 3, 1, 2, 30, 0, 0, time.UTC)
	require.NoError(t, store.Finish(t.Context(), historytest.Run("first", at, 2, 2, nil)))
	later := historytest.Run("second", at.Add(24*time.Hour), 2, 2, map[string]string{"api-1/case-1": "shape.type"})
	later.Schedule = "nightly"
	require.NoError(t, store.Finish(t.Context(), later))
	return store
}

// working is a bench whose scheduler works, and whose runs of "slow" last until they are interrupted.
func working(t *testing.T, store history.Store) *bench {
	t.Helper()
	b := newBench(t, store, func(b *bench, o *Options) {
		o.Grace, o.UploadLimit = time.Millisecond, 2000
		b.make = func(ctx context.Context, job Job) (*probe.Run, error) {
			run := quick(job, nil)
			if job.Schedule.Name == "slow" {
				<-ctx.Done()
				run.Interrupted = true
			}
			return run, nil
		}
	}, nightly(), Schedule{Name: "slow", Cron: "0 0 1 1 *", Sheets: []string{"x"}})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Server.work(ctx, nil, func() {}) }()
	t.Cleanup(func() { stop(); <-done })
	require.Eventually(t, func() bool { return b.ask(http.MethodGet, "/readyz", nil, "").Code == http.StatusOK }, time.Minute, time.Millisecond)
	return b
}

func (b *bench) ask(method, path string, headers map[string]string, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(body))
	r.Host = "127.0.0.1:8470"
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, r)
	return w
}

var inPath = regexp.MustCompile(`\{[a-z]+\}`)

// TestTheOpenAPIDocumentTellsTheTruth asks every operation for every answer that can be brought about, and holds each against the document.
func TestTheOpenAPIDocumentTellsTheTruth(t *testing.T) {
	b := working(t, kept(t))
	d, compiler := describedAPI(t)
	asJSON, binary := map[string]string{"Content-Type": "application/json"}, map[string]string{"Content-Type": "application/octet-stream"}
	checks := []struct {
		operation, path string
		headers         map[string]string
		body            string
		want            int
	}{
		{"GET /api/v1/openapi.json", "", nil, "", 200},
		{"GET /api/v1/me", "", nil, "", 200},
		{"GET /api/v1/me", "?x=1", nil, "", 400},
		{"GET /api/v1/openapi.json", "?x=1", nil, "", 400},
		{"GET /api/v1/schedules", "", nil, "", 200},
		{"GET /api/v1/schedules", "?a=b", nil, "", 400},
		{"POST /api/v1/schedules/{name}/run", "slow", asJSON, "{}", 202},
		{"POST /api/v1/schedules/{name}/run", "slow", asJSON, "", 409},
		{"POST /api/v1/schedules/{name}/run", "nowhere", asJSON, "", 404},
		{"POST /api/v1/schedules/{name}/run", "nightly", asJSON, `{"x":1}`, 400},
		{"POST /api/v1/schedules/{name}/run", "nightly", asJSON, strings.Repeat(" ", 5000), 413},
		{"POST /api/v1/schedules/{name}/run", "nightly", map[string]string{"Content-Type": "text/plain"}, "", 415},
		{"POST /api/v1/schedules/{name}/run", "nightly", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, "", 415},
		{"POST /api/v1/schedules/{name}/run", "nightly", nil, "", 415},
		{"POST /api/v1/schedules/{name}/run", "nightly", map[string]string{"Content-Type": "application/json", "Origin": "http://evil.example"}, "", 403},
		{"GET /api/v1/runs", "", nil, "", 200},
		{"GET /api/v1/runs", "?schedule=nightly&api=api-1&limit=1&since=2026-01-01T00:00:00Z&before=2027-01-01T00:00:00%2B01:00", nil, "", 200},
		{"GET /api/v1/runs", "?limit=0", nil, "", 400},
		{"GET /api/v1/runs", "?limit=501", nil, "", 400},
		{"GET /api/v1/runs", "?limit=1&limit=2", nil, "", 400},
		{"GET /api/v1/runs", "?since=yesterday", nil, "", 400},
		{"GET /api/v1/runs", "?%zz", nil, "", 400},
		{"GET /api/v1/runs/{id}", "second", nil, "", 200},
		{"GET /api/v1/runs/{id}", "CURRENT", nil, "", 200},
		{"GET /api/v1/runs/{id}", "nowhere", nil, "", 404},
		{"GET /api/v1/runs/{id}", "second?x=1", nil, "", 400},
		{"GET /api/v1/runs/{id}/report", "second", nil, "", 200},
		{"GET /api/v1/runs/{id}/report", "second?format=docx", nil, "", 400},
		{"GET /api/v1/runs/{id}/report", "nowhere", nil, "", 404},
		{"GET /api/v1/runs/{id}/report", "CURRENT", nil, "", 409},
		{"GET /api/v1/compare", "?before=first&now=second", nil, "", 200},
		{"GET /api/v1/compare", "?before=first", nil, "", 400},
		{"GET /api/v1/compare", "?before=first&now=second&severity=grave", nil, "", 400},
		{"GET /api/v1/compare", "?before=first&now=nowhere", nil, "", 404},
		{"GET /api/v1/compare", "?before=first&now=CURRENT", nil, "", 409},
		{"GET /api/v1/workers", "", nil, "", 200},
		{"GET /api/v1/workers", "?x=1", nil, "", 400},
		{"POST /api/v1/runs/{id}/cancel", "CURRENT", nil, "", 415},
		{"POST /api/v1/runs/{id}/cancel", "CURRENT", asJSON, `{"x":1}`, 400},
		{"POST /api/v1/runs/{id}/cancel", "second", asJSON, "", 404},
		{"POST /api/v1/runs/{id}/cancel", "CURRENT", asJSON, "", 202},
		{"GET /api/v1/apis", "", nil, "", 200},
		{"GET /api/v1/apis", "?text=api&verdict=deviates&schedule=nightly&sort=errors&limit=1&offset=0", nil, "", 200},
		{"GET /api/v1/apis", "?offset=7", nil, "", 200},
		{"GET /api/v1/apis", "?verdict=grave", nil, "", 400},
		{"GET /api/v1/apis", "?sort=luck", nil, "", 400},
		{"GET /api/v1/apis", "?limit=501", nil, "", 400},
		{"GET /api/v1/apis/{slug}", "api-1", nil, "", 200},
		{"GET /api/v1/apis/{slug}", "api-0?runs=1&schedule=nightly", nil, "", 200},
		{"GET /api/v1/apis/{slug}", "api-1?runs=0", nil, "", 400},
		{"GET /api/v1/apis/{slug}", "nothing", nil, "", 404},
		{"GET /api/v1/sheets", "", nil, "", 200},
		{"GET /api/v1/sheets", "?x=1", nil, "", 400},
		{"POST /api/v1/sheets", "?name=otp.txt", binary, "API Name: OTP", 201},
		{"POST /api/v1/sheets", "", binary, "x", 400},
		{"POST /api/v1/sheets", "?name=otp.txt", binary, "", 400},
		{"POST /api/v1/sheets", "?name=otp.txt", asJSON, "{}", 415},
		{"POST /api/v1/sheets", "?name=otp.txt", binary, strings.Repeat("x", 2001), 413},
		{"POST /api/v1/sheets", "?name=otp.txt", map[string]string{"Content-Type": "application/octet-stream", "Origin": "http://evil.example"}, "x", 403},
		{"GET /api/v1/sheets/{id}", "UPLOAD", nil, "", 200},
		{"GET /api/v1/sheets/{id}", "nothing", nil, "", 404},
		{"GET /api/v1/sheets/{id}", "UPLOAD?x=1", nil, "", 400},
		{"POST /api/v1/sheets/{id}/run", "UPLOAD", asJSON, "{}", 202},
		{"POST /api/v1/sheets/{id}/run", "UPLOAD", asJSON, `{"x":1}`, 400},
		{"POST /api/v1/sheets/{id}/run", "UPLOAD", nil, "", 415},
		{"POST /api/v1/sheets/{id}/run", "up-nothing", asJSON, "", 404},
		{"DELETE /api/v1/sheets/{id}", "UPLOAD", nil, "", 204},
		{"DELETE /api/v1/sheets/{id}", "UPLOAD", nil, "", 404},
		{"DELETE /api/v1/sheets/{id}", "UPLOAD?x=1", nil, "", 400},
		{"GET /api/v1/signoff/key", "", nil, "", 200},
		{"GET /api/v1/signoff/key", "?x=1", nil, "", 400},
		{"POST /api/v1/signoff/waivers", "", asJSON, `{"rule":"timing.slow","api":"*","reason":"x","owner":"x","expires":"TOMORROW"}`, 204},
		{"POST /api/v1/signoff/waivers", "", asJSON, `{"rule":"timing.slow"}`, 400},
		{"POST /api/v1/signoff/waivers", "", asJSON, `{"place":"x","rule":"timing.slow","api":"*","reason":"x","owner":"x","expires":"TOMORROW"}`, 400},
		{"POST /api/v1/signoff/waivers", "", asJSON, `{"x":1}`, 400},
		{"POST /api/v1/signoff/waivers", "", nil, `{}`, 415},
		{"POST /api/v1/signoff/waivers", "", asJSON, strings.Repeat(" ", 5000), 413},
		{"POST /api/v1/signoff/attestations", "", asJSON, `{"item":"access","by":"Ada","until":"TOMORROW"}`, 204},
		{"POST /api/v1/signoff/attestations", "", asJSON, `{"item":"access","until":"TOMORROW"}`, 400},
		{"GET /api/v1/signoff/waivers", "", nil, "", 200},
		{"GET /api/v1/signoff/waivers", "?x=1", nil, "", 400},
		{"DELETE /api/v1/signoff/waivers/{number}", "1", nil, "", 204},
		{"DELETE /api/v1/signoff/waivers/{number}", "1", nil, "", 404},
		{"DELETE /api/v1/signoff/waivers/{number}", "x", nil, "", 404},
		{"DELETE /api/v1/signoff/attestations/{number}", "2", nil, "", 204},
		{"DELETE /api/v1/signoff/attestations/{number}", "2?x=1", nil, "", 400},
		{"GET /api/v1/signoff/ledger", "", nil, "", 200},
		{"GET /api/v1/signoff/ledger", "?x=1", nil, "", 400},
		{"GET /api/v1/signoff/runs/{id}", "second", nil, "", 200},
		{"GET /api/v1/signoff/runs/{id}", "second?x=1", nil, "", 400},
		{"GET /api/v1/signoff/runs/{id}", "nowhere", nil, "", 404},
		{"GET /api/v1/signoff/runs/{id}/evidence", "second", nil, "", 404},
		{"GET /api/v1/signoff/runs/{id}/evidence", "second?x=1", nil, "", 400},
		{"POST /api/v1/signoff/runs/{id}/approvals", "second", asJSON, `{"shown":"x"}`, 403},
		{"POST /api/v1/signoff/runs/{id}/approvals/{approval}/revoke", "second", asJSON, `{"reason":"x"}`, 403},
	}
	for _, f := range report.Formats {
		checks = append(checks, checks[0])
		checks[len(checks)-1].operation, checks[len(checks)-1].path = "GET /api/v1/runs/{id}/report", "second?format="+f.Name
	}
	operations := map[string]bool{"GET /api/v1/events": true} // see TestEvents
	var upload string
	for _, c := range checks {
		operations[c.operation] = true
		method, path, _ := strings.Cut(c.operation, " ")
		current := b.schedules(t.Context())[1].Current
		at, query, _ := strings.Cut(strings.NewReplacer("CURRENT", current, "UPLOAD", upload).Replace(c.path), "?")
		address := inPath.ReplaceAllString(path, url.PathEscape(at))
		if query != "" {
			address += "?" + strings.ReplaceAll(query, "CURRENT", current)
		}
		w := b.ask(method, address, c.headers, strings.ReplaceAll(c.body, "TOMORROW", tomorrow()))
		if location := w.Header().Get("Location"); c.want == http.StatusCreated {
			upload = strings.TrimPrefix(location, "/api/v1/sheets/")
		}
		require.Equal(t, c.want, w.Code, "%s %s: %s", method, address, w.Body)
		holds(t, d, compiler, path, strings.ToLower(method), w)
	}
	for path, methods := range d.Paths {
		for method := range methods {
			operation := strings.ToUpper(method) + " " + path
			assert.Contains(t, b.operations(), operation, "described, and not there")
			assert.True(t, operations[operation], "%s was not asked", operation)
		}
	}
	for operation := range b.operations() {
		method, path, _ := strings.Cut(operation, " ")
		assert.Contains(t, d.Paths[path], strings.ToLower(method), "there, and not described")
	}
}

// holds an answer against what the document says of it.
func holds(t *testing.T, d described, compiler *jsonschema.Compiler, path, method string, w *httptest.ResponseRecorder) {
	t.Helper()
	code := http.StatusText(w.Code)
	responses := d.Paths[path][method].Responses
	status := strings.TrimSpace(strings.Split(w.Result().Status, " ")[0])
	require.Contains(t, responses, status, "%s %s: %s", method, path, code)
	if w.Code == http.StatusNoContent {
		require.Empty(t, w.Body.String())
		return
	}
	kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	require.Contains(t, responses[status].Content, kind, "%s %s %s", method, path, status)
	if !strings.HasSuffix(kind, "json") {
		return
	}
	pointer := strings.NewReplacer("~", "~0", "/", "~1")
	schema, err := compiler.Compile("api.json#/paths/" + url.PathEscape(pointer.Replace(path)) + "/" + method + "/responses/" + status + "/content/" + url.PathEscape(pointer.Replace(kind)) + "/schema")
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(w.Body.Bytes()))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(value), "%s %s: %s", method, path, w.Body)
}

func TestEveryReportFormatHasItsMediaType(t *testing.T) {
	for _, f := range report.Formats {
		assert.NotEmpty(t, mediaTypes()[f.Name], f.Name)
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	b := newBench(t, emptyStore(t), nil, nightly())
	for request, want := range map[string]int{
		"GET /api/v1/nothing": 404, "GET /api/": 404, "DELETE /api/v1/runs": 404, "GET /nothing": 404, "POST /metrics": 405, "GET /readyz": 503, "GET /healthz": 503,
		"POST /api/v1/schedules/nightly/run": 503,
	} {
		method, path, _ := strings.Cut(request, " ")
		assert.Equal(t, want, b.ask(method, path, map[string]string{"Content-Type": "application/json"}, "").Code, request)
	}
}

func TestWhileTheHistoryIsAwayItIsSaidSo(t *testing.T) {
	store, err := openAt(t.TempDir())
	require.NoError(t, err)
	b := newBench(t, store, nil, nightly())
	require.NoError(t, store.Close())
	for _, path := range []string{"/", "/runs", "/api/v1/runs", "/api/v1/runs/x"} {
		w := b.ask(http.MethodGet, path, nil, "")
		assert.Equal(t, http.StatusServiceUnavailable, w.Code, path)
		assert.Contains(t, strings.ToLower(w.Body.String()), "the history cannot be read", path)
	}
}

func TestEvents(t *testing.T) {
	b := newBench(t, emptyStore(t), nil, nightly())
	listener, err := Listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx, listener) }()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	ask := func(method, path string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://"+listener.Addr().String()+path, http.NoBody)
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		answer, err := client.Do(r)
		require.NoError(t, err)
		return answer
	}
	stream := ask(http.MethodGet, "/api/v1/events")
	defer stream.Body.Close()
	require.Equal(t, "text/event-stream", stream.Header.Get("Content-Type"))
	begun := ask(http.MethodPost, "/api/v1/schedules/nightly/run")
	_, _ = io.Copy(io.Discard, begun.Body)
	require.NoError(t, begun.Body.Close())
	require.Equal(t, http.StatusAccepted, begun.StatusCode)
	_, compiler := describedAPI(t)
	schema, err := compiler.Compile("api.json#/components/schemas/Event")
	require.NoError(t, err)
	var kinds []string
	lines := bufio.NewScanner(stream.Body)
	for len(kinds) < 3 && lines.Scan() {
		if kind, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			kinds = append(kinds, kind)
		}
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(data))
			require.NoError(t, err)
			require.NoError(t, schema.Validate(value))
		}
	}
	assert.Equal(t, []string{"began", "progress", "ended"}, kinds)
	stop()
	_, err = io.Copy(io.Discard, stream.Body)
	require.NoError(t, err, "the stream ends when the server stops")
	require.NoError(t, <-done)
}

func TestNotTooManyListen(t *testing.T) {
	e := newEvents()
	for range maxOwnListeners {
		require.NotNil(t, e.listen("ada"))
	}
	require.Nil(t, e.listen("ada"), "the others are to listen too")
	for range maxListeners - maxOwnListeners {
		require.NotNil(t, e.listen(""))
	}
	require.Nil(t, e.listen("bob"))
	for range 100 {
		e.tell(event{Kind: "began"}) // nobody reads, and nobody is waited for
	}
	e.close()
	require.Nil(t, e.listen(""))
}
