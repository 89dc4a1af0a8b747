package engine_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// canaries are secrets that occur nowhere by accident: one of plain characters, one that every encoding treats in its own way.
var canaries = []string{"cnry7Hk29LmzQpW4xT", `cn&ry'7Hk2/9=L+mz"Q~(4)`}

// way is one by which a secret gets into a run: fields laid over a plain sheet, SECRET standing for the value. Where the sheet holds only
// placeholders, the value comes as a variable.
type way struct {
	name   string
	fields map[string]any
	vars   []string // names of the variables that hold the secret
	marked bool     // as by --secret: the name alone does not tell
	plain  bool     // only a value without special characters can stand there
}

var ways = []way{
	{name: "header by placeholder", fields: map[string]any{"headers": map[string]any{"Authorization": "Bearer <<token>>"}}, vars: []string{"token"}},
	{name: "header of no telling name", fields: map[string]any{"headers": map[string]any{"X-Trace": "<<partner>>"}}, vars: []string{"partner"}, marked: true},
	{name: "header spelled out", fields: map[string]any{"headers": map[string]any{"X-Api-Key": "SECRET"}}},
	{name: "bearer spelled out", fields: map[string]any{"headers": map[string]any{"Authorization": "Bearer SECRET"}}, plain: true},
	{name: "basic spelled out", fields: map[string]any{"headers": map[string]any{"Authorization": "Basic BASIC"}}},
	{name: "cookie spelled out", fields: map[string]any{"headers": map[string]any{"Cookie": "lang=en; sid=SECRET"}}, plain: true},
	{name: "credentials field", fields: map[string]any{"credentials": map[string]any{"consumer_secret": "SECRET"}, "headers": map[string]any{"X-Consumer-Secret": "<<consumer_secret>>"}}},
	{name: "query by placeholder", fields: map[string]any{"url": "https://api-sit.canary.example/v1/things?q=<<api_key>>"}, vars: []string{"api_key"}},
	{name: "query spelled out", fields: map[string]any{"url": "https://api-sit.canary.example/v1/things?access_token=QUERY"}},
	{name: "path by placeholder", fields: map[string]any{"url": "https://api-sit.canary.example/v1/<<token>>/things"}, vars: []string{"token"}},
	{name: "user information spelled out", fields: map[string]any{"url": "https://me:USERINFO@api-sit.canary.example/v1/things"}},
	{name: "body by placeholder", fields: map[string]any{"request_body": map[string]any{"password": "<<password>>"}}, vars: []string{"password"}},
	{name: "body spelled out", fields: map[string]any{"request_body": map[string]any{"password": "SECRET", "deep": []any{map[string]any{"clientSecret": "SECRET"}}}}},
	{name: "test data", fields: map[string]any{"request_body": map[string]any{"password": "x"}, "test_data": []any{map[string]any{"password": "SECRET", "expect": "success"}}}},
	{name: "two variables", fields: map[string]any{"headers": map[string]any{"X-Api-Key": "<<api_key>>"}, "request_body": map[string]any{"pin": "<<pin>>"}}, vars: []string{"api_key", "pin"}},
}

func (w way) input(t *testing.T, secret string) sheet.Input {
	t.Helper()
	document := map[string]any{
		"name": "Canary", "method": "POST", "url": "https://api-sit.canary.example/v1/things",
		"headers": map[string]any{"Content-Type": "application/json"}, "request_body": map[string]any{"id": "1"},
		"success_response": map[string]any{"status": "ok", "code": "S1", "id": 7},
		"error_response":   map[string]any{"status": "bad", "code": "E1"},
		"status_codes":     map[string]any{"S1": "done", "E1": "refused"},
	}
	for key, value := range w.fields {
		document[key] = value
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	require.NoError(t, enc.Encode(document))
	literal, err := json.Marshal(secret)
	require.NoError(t, err)
	text := strings.NewReplacer(
		"SECRET", string(literal[1:len(literal)-1]), "QUERY", url.QueryEscape(secret), "USERINFO", url.UserPassword("me", secret).String()[len("me:"):],
		"BASIC", base64.StdEncoding.EncodeToString([]byte("someone:"+secret)),
	).Replace(b.String())
	return sheet.Input{Name: "canary.json", Data: []byte(text)}
}

func (w way) values(secret string) probe.Vars {
	var vars []probe.Var
	for _, name := range w.vars {
		vars = append(vars, probe.Var{Name: name, Value: secret, Secret: w.marked || probe.LooksSecret(name)})
	}
	return probe.NewVars(vars...)
}

// spellings are the forms in which servers give back what they were sent.
func spellings(secret string) map[string]string {
	b := []byte(secret)
	code, _ := json.Marshal(secret)
	nested, _ := json.Marshal(map[string]string{"in": secret})
	var percent, entities, units strings.Builder
	for _, c := range b {
		fmt.Fprintf(&percent, "%%%02x", c)
		fmt.Fprintf(&entities, "&#%d;", c)
		fmt.Fprintf(&units, `\u%04X`, c)
	}
	long := base64.StdEncoding.EncodeToString([]byte("an introduction to what follows, ending here:" + secret + " and so on, and so on, and so on"))
	return map[string]string{
		"raw": secret, "upper": strings.ToUpper(secret), "lower": strings.ToLower(secret), "hex": hex.EncodeToString(b), "HEX": strings.ToUpper(hex.EncodeToString(b)),
		"base64": base64.StdEncoding.EncodeToString(b), "base64url": base64.RawURLEncoding.EncodeToString(b),
		"basic": base64.StdEncoding.EncodeToString([]byte("user:" + secret)), "base64 in lines": long[:60] + "\r\n" + long[60:76] + "\n" + long[76:],
		"query": url.QueryEscape(secret), "path": url.PathEscape(secret), "percent": percent.String(), "entities": entities.String(),
		"html": html.EscapeString(secret), "json": string(code), "nested": string(nested), "units": units.String(),
		"in lines": secret[:9] + "\n" + secret[9:], "wrapped": secret[:5] + "\r\n  " + secret[5:], "quoted": strconv.Quote(secret), "joined": "id=" + secret + ";x",
	}
}

// leaks looks for a secret in whatever a program left behind, whatever its spelling and wherever its lines were broken.
func leaks(left, secret string) (found []string) {
	squeezed := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, strings.NewReplacer(`\n`, "", `\r`, "").Replace(left))
	for name, form := range spellings(secret) {
		form = strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return unicode.ToLower(r)
		}, form)
		if at := strings.Index(squeezed, form); at >= 0 {
			found = append(found, name+": ..."+squeezed[max(0, at-60):min(len(squeezed), at+len(form)+20)])
		}
	}
	for i := 0; i+10 <= len(secret); i++ {
		if strings.Contains(left, secret[i:i+10]) {
			return append(found, "a part: "+secret[i:i+10])
		}
	}
	return found
}

// echo gives back a secret in some way.
type echo struct {
	name   string
	answer func(w http.ResponseWriter, secret string)
}

func jsonEcho(w http.ResponseWriter, secret string) {
	body := map[string]any{"status": "ok", "code": "S1", "id": 7, secret: "as key", "list": []any{map[string]any{"id": secret}}}
	for name, form := range spellings(secret) {
		body[name] = form
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}

func hijacked(w http.ResponseWriter, text string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_, _ = io.WriteString(conn, text)
		_ = conn.Close()
	}
}

var echoes = []echo{
	{"JSON", jsonEcho},
	{"headers", func(w http.ResponseWriter, secret string) {
		for name, form := range spellings(secret) {
			w.Header().Add("X-Echo-"+strings.ReplaceAll(name, " ", "-"), strings.NewReplacer("\r", "", "\n", "", "  ", "").Replace(form))
		}
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: url.QueryEscape(secret)})
		w.Header().Set("Location", "https://elsewhere.example/?next="+url.QueryEscape("/x?t="+url.QueryEscape(secret)))
		w.Header().Set("WWW-Authenticate", `Bearer error_description="`+secret+`"`)
		jsonEcho(w, secret)
	}},
	{"redirect", func(w http.ResponseWriter, secret string) {
		w.Header().Set("Location", "/login/"+url.PathEscape(secret)+"?id="+url.QueryEscape(secret))
		w.WriteHeader(http.StatusFound)
	}},
	{"error page", func(w http.ResponseWriter, secret string) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusInternalServerError)
		for name, form := range spellings(secret) {
			fmt.Fprintf(w, "<p title=%q>%s</p>\n", html.EscapeString(form), name+" "+html.EscapeString(form)+"\n"+form)
		}
	}},
	{"refusal", func(w http.ResponseWriter, secret string) {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, `{"status":"bad","code":"E1","message":"the token %s is unknown"}`, url.QueryEscape(secret))
	}},
	{"wrong type", func(w http.ResponseWriter, secret string) {
		_ = json.NewEncoder(w).Encode(map[string]any{"status": "ok", "code": secret, "id": secret})
	}},
	{"gzip", func(w http.ResponseWriter, secret string) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		_ = json.NewEncoder(z).Encode(spellings(secret))
	}},
	{"cut off", func(w http.ResponseWriter, secret string) {
		hijacked(w, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{\"status\": \"ok\", \"x\": \""+secret[:len(secret)-3])
	}},
	{"no HTTP", func(w http.ResponseWriter, secret string) {
		hijacked(w, "ERR no such key, namely the one that you sent "+secret+"\r\n\r\n")
	}},
	{"status line", func(w http.ResponseWriter, secret string) { hijacked(w, "HTTP/1.1 abc "+secret+"\r\n\r\n") }},
	{"encoding", func(w http.ResponseWriter, secret string) {
		hijacked(w, "HTTP/1.1 200 OK\r\nContent-Encoding: "+secret+"\r\nContent-Length: 4\r\n\r\nabcd")
	}},
	{"too large", func(w http.ResponseWriter, secret string) {
		_, _ = io.WriteString(w, strings.Repeat(" ", 1<<12-9)+`"`+secret+strings.Repeat("x", 99)+`"`)
	}},
}

func TestNoSecretIsLeftBehind(t *testing.T) {
	for _, e := range echoes {
		for _, w := range ways {
			for _, secret := range canaries {
				if w.plain && secret != canaries[0] {
					continue
				}
				t.Run(e.name+"/"+w.name+"/"+secret[:4], func(t *testing.T) {
					t.Parallel()
					reached := false
					server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
						reached = true
						e.answer(out, secret)
					}))
					defer server.Close()
					left := everything(t, w, secret, server.URL)
					require.True(t, reached)
					for place, text := range left {
						assert.Empty(t, leaks(text, secret), place)
					}
				})
			}
		}
	}
}

// everything is whatever the listings and reports of a run say, by their name.
func everything(t *testing.T, w way, secret, baseURL string) map[string]string {
	t.Helper()
	readings := engine.Read([]sheet.Input{w.input(t, secret)})
	require.NotEmpty(t, readings[0].Sheets, "%v", readings[0].Diagnostics)
	o := engine.Options{Vars: w.values(secret), BaseURL: baseURL, Send: send.Options{MaxBody: 1 << 12}}
	plans, mask := engine.Plan(readings, o), engine.Redactor(readings, o.Vars)
	run, err := engine.Run(context.Background(), readings, o)
	require.NoError(t, err)
	documents := []report.Document{report.Document(readings[0])}
	left := map[string]string{}
	note := func(name string, write func(io.Writer) error) {
		var b strings.Builder
		require.NoError(t, write(&b))
		left[name] = b.String()
	}
	note("plan", func(out io.Writer) error { return report.Plan(out, plans, mask, report.Options{}) })
	note("plan as JSON", func(out io.Writer) error { return report.PlanJSON(out, plans, mask) })
	note("plan as curl", func(out io.Writer) error { return report.PlanCurl(out, plans, mask) })
	note("lint as JSON", func(out io.Writer) error { return report.LintJSON(out, documents, mask) })
	note("lint as Markdown", func(out io.Writer) error { return report.LintMarkdown(out, documents, mask) })
	note("lint", func(out io.Writer) error { return report.Lint(out, documents, mask, report.Options{Width: 40}) })
	for _, f := range textFormats() {
		note(f.Name, func(out io.Writer) error { return f.Write(out, run, report.Options{Verbose: true}) })
		note(f.Name+", narrow", func(out io.Writer) error { return f.Write(out, run, report.Options{Width: 40}) })
	}
	return left
}

// textFormats leaves out what packs the other reports: within it nothing could be found.
func textFormats() []report.Format {
	return slices.DeleteFunc(slices.Clone(report.Formats), func(f report.Format) bool { return f.Binary })
}
