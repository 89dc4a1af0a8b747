package mock_test

import (
	"context"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/callback"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/mock"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A mock of a sheet conforms to that sheet: what `run` has to say against it is wrong with one of the two.
func TestAMockConformsToItsSheet(t *testing.T) {
	played, failed := 0, 0
	err := filepath.WalkDir("../../fixtures/sheets", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".truth.json") {
			return err
		}
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, r := range engine.Read([]sheet.Input{{Name: path, Data: data}}) {
			if len(r.Sheets) == 0 {
				continue
			}
			conforming, told := tell(t, r)
			played += conforming
			if len(told) > 0 {
				failed++
				t.Errorf("%s:\n  %s", path, strings.Join(told, "\n  "))
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, played, 50, "the test must find sheets that can be played")
	t.Logf("%d APIs conform, %d do not", played, failed)
}

// tell runs the sheets of a document against their own mock, and says how many APIs conform, and what is said of the others.
func tell(t *testing.T, r sheet.Reading) (conforming int, told []string) {
	t.Helper()
	m, values, _ := mock.New(r.Sheets, mock.Options{})
	defer m.Close()
	server := httptest.NewServer(m)
	defer server.Close()
	run, err := engine.Run(t.Context(), []sheet.Reading{r}, engine.Options{
		BaseURL: server.URL, Vars: probe.NewVars(values...), Negatives: plan.NegativeFilter{Asked: true},
	})
	require.NoError(t, err)
	for _, s := range run.Sheets {
		if s.Verdict == probe.Conforms {
			conforming++
		}
		for _, c := range s.Cases {
			for _, f := range c.Findings {
				if c.Verdict == probe.Deviates && f.Severity == source.Error {
					told = append(told, c.ID+" "+f.Rule+": "+f.Message)
				}
			}
		}
	}
	return conforming, told
}

const voucher = `name: Issue a voucher
method: POST
url: https://sit.lure.example/v1/{region}/vouchers
headers: {X-Api-Key: <<key>>, Content-Type: application/json}
request_body: {kind: GIFT, amount: 5, notifyUrl: "<<callback_url>>"}
success_response: {http_status: 201, body: {id: V-1, left: <number>, at: <time>}}
error_response:
  - {http_status: 422, body: {code: E1, message: kind is missing}}
  - {http_status: 409, body: {code: E2, message: not now}}
status_codes: {201: issued, 401: who are you, E1: kind is missing, E2: not now, E9: amount exceeds the maximum}
fields: {kind: {mandatory: true, enum: [GIFT, LOAN]}, amount: {mandatory: true, type: number, maximum: 100}}
test_data: [{amount: 13, expect: E2}]
callback: {body: {id: V-1, state: DONE}, signature: {header: X-Sign, algorithm: sha256, encoding: hex, prefix: "sha256=", secret: "<<secret>>"}}
`

func play(t *testing.T, o mock.Options) string {
	t.Helper()
	readings := engine.Read([]sheet.Input{{Name: "voucher.yaml", Data: []byte(voucher)}})
	require.Len(t, readings[0].Sheets, 1)
	o.Vars = probe.NewVars(probe.Var{Name: "key", Value: "K"}, probe.Var{Name: "secret", Value: "S"}, probe.Var{Name: "callback_url", Value: "http://127.0.0.1:1/"})
	m, values, unplayed := mock.New(readings[0].Sheets, o)
	require.Empty(t, unplayed)
	require.Len(t, values, 1) // of the region
	server := httptest.NewServer(m)
	t.Cleanup(func() { server.Close(); m.Close() })
	return server.URL
}

func ask(t *testing.T, method, address, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Api-Key", "K")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(req)
	if err != nil {
		return nil, err.Error()
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return answer, err.Error()
	}
	return answer, string(text)
}

func TestAnswers(t *testing.T) {
	at := play(t, mock.Options{}) + "/v1/mock-region/vouchers"
	const right = `{"kind":"GIFT","amount":5,"notifyUrl":"http://127.0.0.1:1/"}`
	for name, c := range map[string]struct {
		method, body string
		headers      []string
		status       int
		holds, why   string
	}{
		"as documented":        {"POST", right, nil, 201, `{"id":"V-1","left":1,"at":"sample at"}`, ""},
		"another amount":       {"POST", `{"amount": 99.5, "kind": "LOAN", "more": 1}`, nil, 201, `"V-1"`, ""},
		"a field is missing":   {"POST", `{"amount":5}`, nil, 422, `"E1"`, `"kind" is missing`},
		"a rule is broken":     {"POST", `{"kind":"GIFT","amount":101}`, nil, 422, `"E9"`, `"amount" is above 100`},
		"not of the list":      {"POST", `{"kind":"LURE","amount":5}`, nil, 0, "", `none of the allowed values`},
		"a text for a number":  {"POST", `{"kind":"GIFT","amount":"much"}`, nil, 0, "", `"amount" is no number`},
		"no key":               {"POST", right, []string{"X-Api-Key", ""}, 401, "", `is missing`},
		"a wrong key":          {"POST", right, []string{"X-Api-Key", "L"}, 401, "", `not the one that was expected`},
		"test data":            {"POST", `{"kind":"GIFT","amount":13,"notifyUrl":"http://127.0.0.1:1/"}`, nil, 409, `"E2"`, "documents it for this request"},
		"no JSON":              {"POST", `{"kind":`, nil, 0, "", "the body is not JSON"},
		"nothing":              {"POST", ``, nil, 0, "", "the body is missing"},
		"another media type":   {"POST", right, []string{"Content-Type", "text/plain"}, 0, "", "the Content-Type is not application/json"},
		"another method":       {"GET", "", nil, 405, "", "the sheet documents POST here"},
		"asked for by status":  {"POST", right, []string{"Prefer", "code=409"}, 409, `"E2"`, "Prefer"},
		"asked for by code":    {"POST", right, []string{"Prefer", `respond-async, code="E9"`}, 400, `"E9"`, "Prefer"},
		"asked for in no case": {"POST", right, []string{"Prefer", `code=E77`}, 201, `"V-1"`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			answer, text := ask(t, c.method, at, c.body, c.headers...)
			if c.status == 0 {
				assert.GreaterOrEqual(t, answer.StatusCode, 400)
			} else {
				assert.Equal(t, c.status, answer.StatusCode, text)
			}
			assert.Contains(t, text, c.holds)
			assert.Contains(t, answer.Header.Get(mock.WhyHeader), c.why)
		})
	}
	answer, _ := ask(t, "POST", strings.Replace(at, "vouchers", "nothing", 1), "")
	assert.Equal(t, 404, answer.StatusCode)
}

func TestFaults(t *testing.T) {
	for kind, want := range map[string]string{
		"503": "fault on request: 503", "reset": "EOF", "truncated": "unexpected EOF", "malformed": `{"data": [1, 2,`, "html": "<h1>Bad Gateway</h1>", "timeout": "deadline exceeded",
	} {
		t.Run(kind, func(t *testing.T) {
			f, err := mock.ParseFault(kind)
			require.NoError(t, err)
			at := play(t, mock.Options{Faults: []mock.Fault{f}}) + "/v1/x/vouchers"
			if kind == "timeout" {
				ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
				defer cancel()
				req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
				require.NoError(t, err)
				answer, err := http.DefaultClient.Do(req)
				if err == nil {
					_ = answer.Body.Close()
				}
				require.ErrorContains(t, err, want)
				return
			}
			_, text := ask(t, "POST", at, "{}")
			assert.Contains(t, text, want)
		})
	}
	for _, wrong := range []string{"", "200", "600", "sleep", "503=0", "503=101", "503=x", "reset=NaN"} {
		_, err := mock.ParseFault(wrong)
		require.Error(t, err, wrong)
	}
	some, err := mock.ParseFault("503=50%")
	require.NoError(t, err)
	row := func(seed uint64) (row string) {
		at := play(t, mock.Options{Faults: []mock.Fault{some}, Seed: seed}) + "/v1/x/vouchers"
		for range 40 {
			answer, _ := ask(t, "GET", at, "")
			row += strconv.Itoa(answer.StatusCode) + " "
		}
		return row
	}
	first := row(1)
	assert.Equal(t, first, row(1), "the same seed gives the same faults")
	assert.NotEqual(t, first, row(2))
	assert.Contains(t, first, "503")
	assert.Contains(t, first, "405")
}

func TestCallbacksAreMadeAndSigned(t *testing.T) {
	came := make(chan probe.Request, 1)
	listener := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		came <- probe.Request{Method: r.Method, Body: body, Headers: []probe.Header{{Name: "X-Sign", Value: r.Header.Get("X-Sign")}}}
	}))
	defer listener.Close()
	at := play(t, mock.Options{Callbacks: func(string) bool { return true }}) + "/v1/x/vouchers"
	answer, text := ask(t, "POST", at, `{"kind":"GIFT","amount":5,"notifyUrl":"`+listener.URL+`/hook"}`)
	require.Equal(t, 201, answer.StatusCode, text)
	var q probe.Request
	select {
	case q = <-came:
	case <-time.After(20 * time.Second):
		t.Fatal("no call came")
	}
	assert.JSONEq(t, `{"id":"V-1","state":"DONE"}`, string(q.Body))
	require.NoError(t, callback.Verify(probe.Signature{Header: "X-Sign", Algorithm: "sha256", Encoding: "hex", Prefix: "sha256="}, "S", q))
}

func FuzzRequests(f *testing.F) {
	f.Add("POST", "/v1/x/vouchers", "application/json", `{"kind":"GIFT","amount":5}`)
	f.Add("GET", "/v1/%zz/", "multipart/form-data; boundary=x", "--x\r\n")
	readings := engine.Read([]sheet.Input{{Name: "voucher.yaml", Data: []byte(voucher)}})
	m, _, _ := mock.New(readings[0].Sheets, mock.Options{AnyCredentials: true})
	f.Cleanup(m.Close)
	f.Fuzz(func(t *testing.T, method, path, kind, body string) {
		req, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+path, strings.NewReader(body))
		if err != nil {
			return
		}
		req.Header.Set("Content-Type", kind)
		req.Header.Set("X-Api-Key", "K")
		w := httptest.NewRecorder()
		m.ServeHTTP(w, req)
		require.GreaterOrEqual(t, w.Code, 200)
	})
}
