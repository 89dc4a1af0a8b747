package export_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/export"
)

// No registry offers Hurl itself, so that its grammar, as far as what we write makes use of it, stands here in our words.
const (
	hurlVariable = `\{\{[A-Za-z][A-Za-z0-9_-]*\}\}`
	hurlNumber   = `\\u\{[0-9a-f]+\}`
	hurlKeyText  = `(?:[A-Za-z0-9_.@$\[\]-]|` + hurlNumber + `|` + hurlVariable + `)+`
	hurlText     = `(?:[^#\\\x60\n{]|\{[^{\n]|` + hurlNumber + `|` + hurlVariable + `)*\{?`
	hurlQuoted   = `"(?:[^"\\\n{]|\{[^{"\n]|` + hurlNumber + `)*\{?"`
)

var hurlLines = map[string]*regexp.Regexp{
	"request":  regexp.MustCompile(`^[A-Z]+ (?:[A-Za-z0-9._~:/?@!$&'()*+,;=%\[\]-]|` + hurlVariable + `)+$`),
	"pair":     regexp.MustCompile(`^` + hurlKeyText + `: (?:|[^\s]|[^\s]` + hurlText + `|` + hurlText + `)$`),
	"section":  regexp.MustCompile(`^\[(?:QueryStringParams|FormParams|MultipartFormData|BasicAuth|Options)\]$`),
	"text":     regexp.MustCompile("^`" + hurlText + "`$"),
	"response": regexp.MustCompile(`^HTTP (?:\*|[1-9][0-9][0-9])$`),
	"assert": regexp.MustCompile(`^(?:status < 400|jsonpath ` + hurlQuoted + ` (?:is(?:String|Boolean|Number|Collection)|== (?:` + hurlQuoted +
		`|-?[0-9]+(?:\.[0-9]+)?|true|false|null)))$`),
}

// hurlProblem is the first line that is no Hurl; "" where all is.
func hurlProblem(text string) string {
	state := "entry"
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		is := func(kind string) bool { return hurlLines[kind].MatchString(line) }
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case is("response") && state == "request":
			state = "response"
		case is("request") && (state == "entry" || state == "response" || state == "asserts"):
			state = "request"
		case state == "request" && (is("section") || is("pair") || is("text")):
		case state == "request":
			body, rest, ok := hurlJSON(lines[i:])
			if !ok {
				return body
			}
			i = len(lines) - len(rest) - 1
		case state == "response" && line == "[Asserts]":
			state = "asserts"
		case state == "asserts" && is("assert"):
		default:
			return line
		}
	}
	if state == "request" {
		return "the last entry expects nothing"
	}
	return ""
}

// hurlJSON takes a body of JSON from the lines before the one that begins the answer.
func hurlJSON(lines []string) (body string, rest []string, ok bool) {
	end := 0
	for end < len(lines) && !hurlLines["response"].MatchString(lines[end]) {
		end++
	}
	body = strings.Join(lines[:end], "\n")
	filled := regexp.MustCompile(hurlVariable).ReplaceAllString(body, "0")
	return body, lines[end:], json.Valid([]byte(filled)) && !strings.Contains(filled, "{{")
}

func TestHurlFilesKeepToTheGrammar(t *testing.T) {
	folder := t.TempDir()
	everySheet(t, formatNamed(t, "hurl"), folder)
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Empty(t, hurlProblem(string(text)), filepath.Base(file))
	}
}

func TestTheGrammarRefusesWhatIsNoHurl(t *testing.T) {
	const request = "POST http://127.0.0.1/a\n"
	for _, wrong := range []string{
		"post http://127.0.0.1/a\nHTTP *\n", "POST http://127.0.0.1/a b\nHTTP *\n", request + "dry run: yes\nHTTP *\n", request + "X: a # b\nHTTP *\n", request + "X: a\\b\nHTTP *\n",
		request + "{\"a\": }\nHTTP *\n", request + "{\"a\": \"{{\"}\nHTTP *\n", request + "`a`b`\nHTTP *\n", request, request + "HTTP 20\n", request + "HTTP *\n[Asserts]\nbody isFine\n",
	} {
		assert.NotEmpty(t, hurlProblem(wrong), wrong)
	}
	assert.Empty(t, hurlProblem(request+"X: a\\u{23}\n{\"a\": {{b}}, \"c\": \"{{d}}\"}\nHTTP 201\n[Asserts]\njsonpath \"$['a']\" == \"b\"\n\n\nGET {{base_url}}/x\nHTTP *\n"))
}

// What a sheet holds cannot leave its place in a Hurl file.
func FuzzHurl(f *testing.F) {
	f.Add("X-Trace", " it's # 1 ", "a\\b`c`{{d}}\nHTTP 200", "/a b/{id}#x")
	f.Add("a:b", "{{", "{{{", "/{{")
	f.Fuzz(func(t *testing.T, name, value, body, path string) {
		if name == "" {
			return
		}
		s := &probe.Sheet{Name: "Thing " + name, Method: "POST", URL: "https://sit.things.example/" + path, Headers: []probe.Header{{Name: name, Value: value}}}
		s.Request.Body.Text = body
		var out strings.Builder
		_, err := export.Write(&out, formatNamed(t, "hurl"), []*probe.Sheet{s}, export.Options{})
		require.NoError(t, err)
		assert.Empty(t, hurlProblem(out.String()), out.String())
	})
}
