package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures"
	"github.com/sheetprobe/sheetprobe/fixtures/staging"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
)

// wiretap passes requests on to a staging server, and keeps them as they came.
type wiretap struct {
	*httptest.Server
	mu  sync.Mutex
	all []probe.Request
}

func tap(t *testing.T) *wiretap {
	t.Helper()
	target, err := staging.Start()
	require.NoError(t, err)
	t.Cleanup(func() { target.Close() })
	to, err := url.Parse(target.URL)
	require.NoError(t, err)
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }}
	w := &wiretap{}
	w.Server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.keep(t, r)
		pass.ServeHTTP(out, r)
	}))
	t.Cleanup(w.Close)
	return w
}

func (w *wiretap) keep(t *testing.T, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	assert.NoError(t, err)
	r.Body = io.NopCloser(bytes.NewReader(body))
	q := probe.Request{Method: r.Method, URL: w.URL + r.RequestURI, Body: body}
	id := r.Header.Get(probe.RunHeader)
	assert.NotEmpty(t, id)
	for name, values := range r.Header {
		for _, v := range values {
			if name != "Content-Length" {
				q.Headers = append(q.Headers, probe.Header{Name: name, Value: strings.ReplaceAll(v, id, "<run id>")})
			}
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, q)
}

// line is a request on one line, its headers in the order of the alphabet: HTTP gives their names no case.
func line(q probe.RecordedRequest) string {
	headers := make([]string, len(q.Headers))
	for i, h := range q.Headers {
		headers[i] = http.CanonicalHeaderKey(h.Name) + ": " + h.Value
	}
	slices.Sort(headers)
	return fmt.Sprintf("%s %s %q %q", q.Method, q.URL, headers, q.Body)
}

// allSheets are the documents of the fixtures that can be used, as files, but for those of which only a run knows what is captured and how often
// a status API is asked.
func allSheets(t *testing.T) (paths []string) {
	t.Helper()
	dir := t.TempDir()
	for _, d := range fixtures.Manifest() {
		if d.File == "sheets/behind.yaml" {
			continue
		}
		data, err := fixtures.Sheets.ReadFile(d.File)
		require.NoError(t, err)
		path := filepath.Join(dir, filepath.Base(d.File))
		require.NoError(t, os.WriteFile(path, data, 0o600))
		paths = append(paths, path)
	}
	require.NotEmpty(t, paths)
	return paths
}

func environWith(vars []probe.Var) (environ []string) {
	for _, v := range vars {
		environ = append(environ, varPrefix+v.Name+"="+v.Value)
	}
	return environ
}

// TestPlanPrintsExactlyWhatRunSends compares the two request by request, over the wire, but for the id of the run and what a server cannot
// see: the order and the case of header names.
func TestPlanPrintsExactlyWhatRunSends(t *testing.T) {
	paths, environ := allSheets(t), environWith(fixtures.Vars())
	for name, flags := range map[string][]string{
		"as documented":    {},
		"every negative":   {"--negatives", "no-auth,missing-field,malformed-body", "--allow-unsafe"},
		"no negatives":     {"--negatives", "none"},
		"a run of an id":   {"--run-id", "nightly-7"},
		"a budget of each": {"--max-requests-per-api", "2"},
		"some":             {"--only", "*pickup*", "--skip", "*/no-auth"},
	} {
		t.Run(name, func(t *testing.T) {
			server := tap(t)
			args := append(append([]string{"--base-url", server.URL}, flags...), paths...)
			var out, problems bytes.Buffer
			require.Zero(t, Main(t.Context(), World{Args: append([]string{"plan", "-o", "json"}, args...), Environ: environ, Out: &out, Err: &problems}), problems.String())
			planned := plannedLines(t, bytes.ReplaceAll(out.Bytes(), []byte("nightly-7"), []byte("<run id>")))

			Main(t.Context(), World{Args: append([]string{"run", "--rate", "0", "--report", "json"}, args...), Environ: environ, Out: io.Discard, Err: &problems})
			inputs, err := shippedSheets(manifestFiles())
			require.NoError(t, err)
			mask := engine.Redactor(engine.Read(inputs), secretByName(fixtures.Vars()))
			var sent []string
			for _, q := range server.all {
				sent = append(sent, line(mask.Request(q)))
			}
			slices.Sort(sent)
			assert.Equal(t, strings.Join(planned, "\n"), strings.Join(sent, "\n"), problems.String())
			assert.NotEmpty(t, sent)
		})
	}
}

// secretByName marks what the command line takes for a secret.
func secretByName(vars []probe.Var) probe.Vars {
	for i := range vars {
		vars[i].Secret = vars[i].Secret || probe.LooksSecret(vars[i].Name)
	}
	return probe.NewVars(vars...)
}

func manifestFiles() (files []string) {
	for _, d := range fixtures.Manifest() {
		files = append(files, d.File)
	}
	return files
}

func plannedLines(t *testing.T, printed []byte) (lines []string) {
	t.Helper()
	var doc struct {
		Plans []struct {
			Cases []struct {
				Action  string
				Request probe.RecordedRequest
			}
		}
	}
	require.NoError(t, json.Unmarshal(printed, &doc))
	for _, p := range doc.Plans {
		for _, c := range p.Cases {
			if c.Action == "send" {
				lines = append(lines, line(c.Request))
			}
		}
	}
	slices.Sort(lines)
	return lines
}
