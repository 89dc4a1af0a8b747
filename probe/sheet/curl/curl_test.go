package curl_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/curl"
	"github.com/sheetprobe/sheetprobe/probe/sheet/sheettest"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// suite holds the reader against its golden files.
func suite(t testing.TB) sheettest.Suite {
	return sheettest.Suite{Format: curl.Format, Documents: sheettest.Documents(t, "*.txt"), Sure: 60}
}

func TestReadGolden(t *testing.T) { suite(t).Golden(t) }

// TestAnswers says in words what the golden file of commands with their answers says in JSON.
func TestAnswers(t *testing.T) {
	data, err := os.ReadFile("testdata/with-answers.txt")
	require.NoError(t, err)
	r := curl.Format.Read(sheet.Input{Name: "x", Data: data})
	require.Empty(t, r.Diagnostics)
	require.Len(t, r.Sheets, 2)
	held, taken := r.Sheets[0], r.Sheets[1]
	assert.Equal(t, "POST", held.Method)
	assert.Equal(t, "http://localhost:8080/seats/hold", held.URL)
	assert.Equal(t, "4A", held.Request.Body.Value.Get("seat").Text)
	require.Len(t, held.Success, 1)
	assert.Equal(t, 201, *held.Success[0].HTTPStatus)
	require.Len(t, taken.Errors, 1)
	assert.Equal(t, 409, *taken.Errors[0].HTTPStatus)
	assert.Equal(t, source.Pos{Line: 14, Column: 1, Offset: taken.Errors[0].At.Offset}, taken.Errors[0].At.Pos)
}

// TestSameCallInEveryShell writes one call for every shell.
func TestSameCallInEveryShell(t *testing.T) {
	shells := map[string]string{
		"one line":   `curl -X POST 'https://h.example/a' -H 'Content-Type: application/json' -d '{"a": "b c", "n": 1}'`,
		"no method":  `curl https://h.example/a -H 'Content-Type: application/json' -d '{"a": "b c", "n": 1}'`,
		"joined":     `curl -XPOST https://h.example/a -H'Content-Type: application/json' -d'{"a": "b c", "n": 1}'`,
		"bash":       "curl -X POST \\\n 'https://h.example/a' \\\n -H 'Content-Type: application/json' \\\n -d '{\"a\": \"b c\", \"n\": 1}'",
		"cmd":        "curl -X POST ^\r\n \"https://h.example/a\" ^\r\n -H \"Content-Type: application/json\" ^\r\n -d \"{\\\"a\\\": \\\"b c\\\", \\\"n\\\": 1}\"",
		"PowerShell": "curl.exe -X POST `\n \"https://h.example/a\" `\n -H \"Content-Type: application/json\" `\n -d \"{`\"a`\": `\"b c`\", `\"n`\": 1}\"",
		"$'..'":      `curl $'https://h.example/a' -H $'Content-Type: application/json' -d $'{"a": "b\x20c", "n": 1}'`,
		"quotes":     `curl "https://h.example/a" -H "Content-Type: application/json" -d "{\"a\": \"b c\", \"n\": 1}"`,
		"combined":   `curl -sSLkX POST --url=https://h.example/a --header "Content-Type: application/json" --data-binary '{"a": "b c", "n": 1}' > out.json`,
		"piped":      `curl https://h.example/a -H 'Content-Type: application/json' -d '{"a": "b c", "n": 1}' | jq .data`,
	}
	want := ""
	for shell, command := range shells {
		r := curl.Format.Read(sheet.Input{Name: "x", Data: []byte(command)})
		require.Len(t, r.Sheets, 1, shell)
		s := *r.Sheets[0]
		require.Empty(t, s.Diagnostics, shell)
		s.At = probe.Places{}
		got, err := json.Marshal(&s)
		require.NoError(t, err)
		if want == "" {
			want = string(got)
		}
		assert.JSONEq(t, want, string(got), shell)
		assert.Equal(t, 60, curl.Format.Detect(sheet.Input{Data: []byte(command)}), shell)
	}
	assert.Contains(t, want, `"body":{"a":"b c","n":1}`)
}

func TestDetect(t *testing.T) {
	cases := []struct {
		name, data string
		want       int
	}{
		{"nothing", "", 0},
		{"binary", "\x00\x01", 0},
		{"prose", "curly hair\ncurl up\n", 0},
		{"a sheet with a command", "API Name: A\nMethod: POST\ncurl https://h.example/a\n", 0},
		{"a command and a label", "curl https://h.example/a\n\nSuccess Response:\n{}\n", 0},
		{"Markdown", "```\ncurl https://h.example/a\n```\n", 0},
		{"a long text", "a\nb\nc\nd\ncurl https://h.example/a\n", 0},
		{"comments", "# a\n# b\n# c\n# d\ncurl https://h.example/a\n", 60},
		{"two commands", "curl https://h.example/a\ncurl https://h.example/b\n", 60},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, curl.Format.Detect(sheet.Input{Name: "x", Data: []byte(c.data)}))
		})
	}
}

func TestHostile(t *testing.T) {
	const size = 1 << 17
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	cases := []struct{ name, data string }{
		{"commands", fill("curl a.b\n")},
		{"open quotes", "curl '" + fill("a\n")},
		{"many quotes", "curl " + fill(`''`)},
		{"words", "curl " + fill("-H 'a: b' ")},
		{"flags", "curl -" + fill("s")},
		{"continuation", "curl \\\n" + fill("\\\n")},
		{"carets", "curl ^\"" + fill("^\n")},
		{"backticks", "curl `\n" + fill("`\n")},
		{"escapes", "curl -d $'" + fill(`\u0041`)},
		{"open quotes one by one", fill("curl 'a\n")},
		{"data", "curl a " + fill("-d a=b ")},
		{"brackets", "curl a -d '" + fill("{")},
		{"answers", "curl a.b\n" + fill("{}\n")},
		{"too large", strings.Repeat("curl a.b\n", 5<<20/9)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := sheet.Input{Name: "x", Data: []byte(c.data)}
			curl.Format.Detect(in)
			r := curl.Format.Read(in)
			require.NotNil(t, r.Document)
			require.True(t, len(r.Sheets) > 0 || len(r.Diagnostics) > 0)
		})
	}
}

func FuzzRead(f *testing.F) { suite(f).Fuzz(f, nil) }
