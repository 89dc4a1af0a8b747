package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/sheetprobe/sheetprobe/probe"
)

// gathered is what a collector was sent.
type gathered struct {
	*httptest.Server
	mu     sync.Mutex
	spans  []*tracepb.Span
	raw    bytes.Buffer
	header http.Header
}

func newCollector(t *testing.T) *gathered {
	t.Helper()
	g := &gathered{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var sent collector.ExportTraceServiceRequest
		if err != nil || r.URL.Path != "/v1/traces" || proto.Unmarshal(body, &sent) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		g.raw.Write(body)
		g.header = r.Header
		for _, resource := range sent.GetResourceSpans() {
			for _, scope := range resource.GetScopeSpans() {
				g.spans = append(g.spans, scope.GetSpans()...)
			}
		}
	}))
	t.Cleanup(g.Close)
	return g
}

// path is the names from the outermost span to this one, and the kinds of attributes on it.
func (g *gathered) path(s *tracepb.Span) string {
	for _, parent := range g.spans {
		if bytes.Equal(parent.GetSpanId(), s.GetParentSpanId()) {
			return g.path(parent) + " > " + s.GetName()
		}
	}
	return s.GetName()
}

func attribute(s *tracepb.Span, key string) string {
	for _, a := range s.GetAttributes() {
		if a.GetKey() == key {
			if text := a.GetValue().GetStringValue(); text != "" {
				return text
			}
			return fmt.Sprint(a.GetValue().GetIntValue())
		}
	}
	return ""
}

// listened is a server that keeps what came over its connections, byte by byte.
type listened struct {
	*httptest.Server
	mu    sync.Mutex
	bytes bytes.Buffer
	seen  []http.Header
}

type tapped struct {
	net.Listener
	into *listened
}

func (l tapped) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return tappedConn{conn, l.into}, err
}

type tappedConn struct {
	net.Conn
	into *listened
}

func (c tappedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.into.mu.Lock()
	defer c.into.mu.Unlock()
	c.into.bytes.Write(p[:n])
	return n, err
}

const traceSecret = "s3cr3t-of-the-staging-0001"

func newListened(t *testing.T) *listened {
	t.Helper()
	w := &listened{}
	w.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.seen = append(w.seen, r.Header.Clone())
		w.mu.Unlock()
		out.Header()["Date"] = nil
		out.Header().Set("Content-Type", "application/json")
		if r.Header.Get("X-Api-Key") != traceSecret {
			out.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(out, `{"error": "who is it"}`)
			return
		}
		_, _ = io.WriteString(out, `{"id": "A-1"}`)
	}))
	w.Listener = tapped{w.Listener, w}
	w.Start()
	t.Cleanup(w.Close)
	return w
}

func (w *listened) taken() (sent string, headers []http.Header) {
	w.mu.Lock()
	defer w.mu.Unlock()
	sent, headers = w.bytes.String(), w.seen
	w.bytes.Reset()
	w.seen = nil
	return sent, headers
}

const tracedSheet = `name: Find order
method: GET
url: https://api-sit.things.example/orders/A-1?key=<<api_key>>
headers: {X-Api-Key: <<api_key>>}
success_response: {id: A-1}
error_response: {http_status: 401, body: {error: who is it}}
`

// traced runs a sheet with a configuration, and returns the run, its exit code, and what was said.
func traced(t *testing.T, to *listened, sheet, config string, args ...string) (run *probe.Run, code int, said string) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	report := filepath.Join(dir, "run.json")
	args = append([]string{
		"run", write("sheet.yaml", sheet), "--config", write("sheetprobe.yaml", config), "--base-url", to.URL, "--db", "none",
		"--run-id", "same", "--rate", "0", "--report", "json=" + report, "--report", "text", "--no-color",
	}, args...)
	var out, err bytes.Buffer
	environ := append(os.Environ(), "SHEETPROBE_VAR_API_KEY="+traceSecret)
	code = Main(context.Background(), World{Args: args, Environ: environ, In: strings.NewReader(""), Out: &out, Err: &err})
	text, problem := os.ReadFile(report)
	require.NoError(t, problem, err.String())
	run, problem = probe.DecodeRun(bytes.NewReader(text))
	require.NoError(t, problem)
	return run, code, out.String() + err.String()
}

func TestARunIsExportedAsATrace(t *testing.T) {
	staging, to := newListened(t), newCollector(t)
	run, code, said := traced(t, staging, tracedSheet, "tracing:\n  endpoint: "+to.URL+"\n  headers: {X-Team: {env: HOME}}\n  traceparent: true\n")
	require.Equal(t, 0, code, said)
	assert.NotContains(t, said, "trace of the run")
	_, sent := staging.taken()
	var attempts []*tracepb.Span
	var paths []string
	for _, s := range to.spans {
		paths = append(paths, to.path(s))
		if s.GetKind() == tracepb.Span_SPAN_KIND_CLIENT {
			attempts = append(attempts, s)
		}
	}
	assert.Contains(t, paths, "run > Find order > find-order/success > GET")
	assert.Contains(t, paths, "run > Find order > find-order/no-auth > GET")
	require.Equal(t, run.Summary.RequestsSent, len(attempts))
	require.Len(t, sent, len(attempts))
	first := attempts[0]
	assert.Equal(t, []string{"GET", "200", "127.0.0.1"}, []string{attribute(first, "http.request.method"), attribute(first, "http.response.status_code"), attribute(first, "server.address")})
	want := "00-" + hex.EncodeToString(first.GetTraceId()) + "-" + hex.EncodeToString(first.GetSpanId()) + "-01"
	assert.Equal(t, want, sent[0].Get("traceparent"))
	x := run.Sheets[0].Cases[0].Exchange
	assert.Equal(t, []string{hex.EncodeToString(first.GetTraceId()), hex.EncodeToString(first.GetSpanId())}, []string{x.TraceID, x.SpanID})
	assert.Contains(t, x.Request.Headers, probe.Header{Name: "traceparent", Value: want})
	assert.NotContains(t, x.Curl(), "traceparent")
	assert.NotContains(t, to.raw.String(), traceSecret)
	assert.NotContains(t, to.raw.String(), "A-1\"", "no body")
	assert.Equal(t, os.Getenv("HOME"), to.header.Get("X-Team"))
}

// What deviates is found in the API owner's own tracing by the id that every report for people shows.
func TestReportsShowTheTraceID(t *testing.T) {
	staging := newListened(t)
	sheet := strings.Replace(tracedSheet, "{id: A-1}", "{id: A-1, state: open}", 1)
	for format, want := range map[string]string{
		"text": "trace id    %s, for the API owner's logs\n    span id     %s\n", "letter": "In your logs: trace id `%s`, span `%s`.",
		"html": "<code>%s</code>, span <code>%s</code>, for the API owner", "junit": "trace id    %s, for the API owner's logs\nspan id     %s\n", "har": "%s-%s",
	} {
		path := filepath.Join(t.TempDir(), "report")
		run, code, said := traced(t, staging, sheet, "traceparent: true", "--report", format+"="+path)
		require.Equal(t, 1, code, said)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		x := run.Sheets[0].Cases[0].Exchange
		assert.Contains(t, string(text), fmt.Sprintf(want, x.TraceID, x.SpanID), format)
	}
}

// Nothing about the requests changes where nobody asked for that.
func TestWithoutTraceparentRequestsAreTheSameByteByByte(t *testing.T) {
	staging, to := newListened(t), newCollector(t)
	_, _, _ = traced(t, staging, tracedSheet, "")
	plain, headers := staging.taken()
	require.NotEmpty(t, headers)
	run, _, _ := traced(t, staging, tracedSheet, "", "--trace", to.URL)
	followed, _ := staging.taken()
	require.NotEmpty(t, to.spans)
	assert.Equal(t, plain, followed)
	assert.Empty(t, run.Sheets[0].Cases[0].Exchange.TraceID)
	_, _, _ = traced(t, staging, tracedSheet, "", "--traceparent")
	marked, headers := staging.taken()
	assert.NotEqual(t, plain, marked)
	for _, h := range headers {
		assert.Regexp(t, `^00-[0-9a-f]{32}-[0-9a-f]{16}-01$`, h.Get("traceparent"), "ids can be had without a collector")
	}
}

func TestTheTraceparentOfASheetIsItsOwn(t *testing.T) {
	const own = "00-11111111111111111111111111111111-2222222222222222-00"
	staging := newListened(t)
	sheet := strings.Replace(tracedSheet, "headers: {", "headers: {Traceparent: "+own+", ", 1)
	run, _, said := traced(t, staging, sheet, "", "--traceparent")
	_, sent := staging.taken()
	require.NotEmpty(t, sent)
	for _, h := range sent {
		assert.Equal(t, []string{own}, h.Values("Traceparent"))
	}
	x := run.Sheets[0].Cases[0].Exchange
	assert.Empty(t, x.TraceID)
	assert.Contains(t, x.Curl(), own, said)
}

func TestACollectorThatIsAwayChangesNothingButOneLine(t *testing.T) {
	staging, gone := newListened(t), newCollector(t)
	gone.Close()
	_, want, _ := traced(t, staging, tracedSheet, "")
	_, code, said := traced(t, staging, tracedSheet, "", "--trace", gone.URL)
	assert.Equal(t, want, code)
	assert.Equal(t, 1, strings.Count(said, "the trace of the run is not whole"), said)
	assert.Contains(t, said, "spans did not reach the collector")
	_, code, said = traced(t, staging, tracedSheet, "tracing: {endpoint: 'http://127.0.0.1:1', headers: {Authorization: {env: NO_SUCH_VARIABLE}}}")
	assert.Equal(t, want, code)
	assert.Contains(t, said, "no trace of the run is exported: the environment variable NO_SUCH_VARIABLE is not set")
}

func TestWithoutAnExporterRequestsAreMarkedAllTheSame(t *testing.T) {
	staging := newListened(t)
	_, code, said := traced(t, staging, tracedSheet, "tracing: {endpoint: 'http://127.0.0.1:1', traceparent: true, headers: {Authorization: {env: NO_SUCH_VARIABLE}}}")
	require.Equal(t, 0, code)
	assert.Contains(t, said, "no trace of the run is exported")
	_, sent := staging.taken()
	require.NotEmpty(t, sent)
	assert.NotEmpty(t, sent[0].Get("traceparent"))
}

func TestTheVariablesOfOpenTelemetryCount(t *testing.T) {
	for name, test := range map[string]struct {
		env    map[string]string
		args   []string
		spans  bool
		saying string
	}{
		"the endpoint":       {env: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "URL"}, spans: true},
		"of traces":          {env: map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "URL/v1/traces"}, spans: true},
		"disabled":           {env: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "URL", "OTEL_SDK_DISABLED": "true"}},
		"no exporter":        {env: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "URL", "OTEL_TRACES_EXPORTER": "none"}},
		"turned off by flag": {env: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "URL"}, args: []string{"--trace", "none"}},
		"another protocol":   {env: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "URL", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, saying: "OTEL_EXPORTER_OTLP_PROTOCOL is grpc"},
		"no URL":             {env: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}, saying: "OTEL_EXPORTER_OTLP_ENDPOINT: the collector is no http or https URL"},
	} {
		t.Run(name, func(t *testing.T) {
			staging, to := newListened(t), newCollector(t)
			for key, value := range test.env {
				t.Setenv(key, strings.Replace(value, "URL", to.URL, 1))
			}
			_, code, said := traced(t, staging, tracedSheet, "", test.args...)
			assert.Equal(t, 0, code)
			assert.Equal(t, test.spans, len(to.spans) > 0, said)
			assert.Contains(t, said, test.saying)
		})
	}
}

func TestTheConfigurationOfThePageIsTaken(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "examples", "serve", "README.md"))
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(page), "```yaml\ntracing:\n")
	require.True(t, found)
	text, _, _ := strings.Cut(rest, "```")
	c, err := parseConfig("page.yaml", []byte("tracing:\n"+text))
	require.NoError(t, err)
	require.Len(t, c.tracing.headers, 1)
	assert.Equal(t, "env", c.tracing.headers[0].source.kind)
}

func TestTracingThatCannotBeIsRefused(t *testing.T) {
	for config, want := range map[string]string{
		"tracing: {endpoint: 'http://u:p@collector.example'}":          "--trace: the URL of the collector holds a user",
		"tracing: {sample: 2}":                                         `:1:19: "2" is no share from 0 to 1`,
		"tracing: {sampel: 1}":                                         `unknown key "sampel" in tracing`,
		"trace: none\ntracing: {endpoint: 'http://collector.example'}": "this stands in the configuration already",
		"tracing: {headers: {Authorization: {enf: NAME}}}":             `unknown source "enf"`,
		"tracing: {endpoint: 'collector.example:4318'}":                "--trace: the collector is no http or https URL",
	} {
		path := filepath.Join(t.TempDir(), "sheetprobe.yaml")
		require.NoError(t, os.WriteFile(path, []byte(config), 0o600))
		var out, err bytes.Buffer
		code := Main(context.Background(), World{Args: []string{"run", path, "--config", path, "--db", "none"}, In: strings.NewReader(""), Out: &out, Err: &err})
		assert.Equal(t, 2, code, config)
		assert.Contains(t, err.String(), want, config)
		assert.NotContains(t, err.String(), "u:p")
	}
}
