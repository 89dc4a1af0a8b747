package probe_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/parts"
	"github.com/sheetprobe/sheetprobe/probe"
)

func TestCurlLine(t *testing.T) {
	q := probe.RecordedRequest{
		Method: "POST", URL: "https://api.staging.example.test/otp",
		Headers: []probe.Header{
			{Name: "Authorization", Value: "Bearer [masked:token]"},
			{Name: "Content-Type", Value: "application/json"},
			{Name: "Accept-Encoding", Value: "gzip"},
			{Name: probe.RunHeader, Value: "r1"},
		},
		Body: `{"mobile":"98"}`,
	}
	want := `curl 'https://api.staging.example.test/otp' \
  -H 'Authorization: Bearer '"$TOKEN" \
  -H 'Content-Type: application/json' \
  --compressed \
  --data-binary '{"mobile":"98"}'`
	assert.Equal(t, want, probe.Curl(q))
}

// A line that repeats an exchange holds what the answer hangs on, and no more.
func TestCurlOfAnExchange(t *testing.T) {
	request := func(agent string) probe.RecordedRequest {
		return probe.RecordedRequest{Method: "GET", URL: "http://h.test", Headers: []probe.Header{
			{Name: "Accept-Encoding", Value: "gzip"}, {Name: "User-Agent", Value: agent}, {Name: probe.RunHeader, Value: "r1"},
		}}
	}
	packed := &probe.RecordedResponse{Headers: []probe.Header{{Name: "content-encoding", Value: "gzip"}}}
	for _, c := range []struct {
		name string
		x    probe.Exchange
		want string
	}{
		{"plain answer", probe.Exchange{Request: request("sheetprobe/1.2"), Response: &probe.RecordedResponse{}}, "curl 'http://h.test'"},
		{"compressed answer", probe.Exchange{Request: request("sheetprobe"), Response: packed}, "curl 'http://h.test' \\\n  --compressed"},
		{"no answer", probe.Exchange{Request: request("sheetprobe")}, "curl 'http://h.test' \\\n  --compressed"},
		{"the sheet's agent", probe.Exchange{Request: request("sheetprobes"), Response: &probe.RecordedResponse{}}, "curl 'http://h.test' \\\n  -H 'User-Agent: sheetprobes'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := len(c.x.Request.Headers)
			assert.Equal(t, c.want, c.x.Curl())
			assert.Len(t, c.x.Request.Headers, before, "the exchange stays as it is")
			assert.Equal(t, "Accept-Encoding", c.x.Request.Headers[0].Name)
		})
	}
}

func TestCurlThroughAShell(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		parts.Missing(t, "there is no sh on this machine: what curl lines mean to a shell is not tested")
	}
	nasty := "a'b\"c$HOME`id`\\n!! ;&|<>(){}*?~#\n\n-x\t\r\x1b[201~ \x03 é \u009b \x00\xff"
	kept := strings.ReplaceAll(nasty, "\x00", "")
	for _, c := range []struct {
		name string
		q    probe.RecordedRequest
		want []string
	}{
		{"get", probe.RecordedRequest{Method: "GET", URL: "http://h.test/?a=1&b='"}, []string{"http://h.test/?a=1&b='"}},
		{"put", probe.RecordedRequest{Method: "PUT", URL: "http://h.test"}, []string{"http://h.test", "-X", "PUT"}},
		{"odd method", probe.RecordedRequest{Method: "A$B", URL: "u"}, []string{"u", "-X", "A$B"}},
		{"head", probe.RecordedRequest{Method: "HEAD", URL: "u"}, []string{"u", "--head"}},
		{"get with body", probe.RecordedRequest{Method: "GET", URL: "u", Body: "b"}, []string{"u", "-X", "GET", "-H", "Content-Type:", "--data-binary", "b"}},
		{"post without", probe.RecordedRequest{Method: "POST", URL: "u"}, []string{"u", "-X", "POST"}},
		{"globs", probe.RecordedRequest{Method: "GET", URL: "u/{a}[1]/../x"}, []string{"--globoff", "u/{a}[1]/../x", "--path-as-is"}},
		{
			"nasty",
			probe.RecordedRequest{Method: "POST", URL: nasty, Headers: []probe.Header{{Name: "X", Value: nasty}, {Name: "Content-Type", Value: ""}}, Body: nasty},
			[]string{"--globoff", kept, "-H", "X: " + kept, "-H", "Content-Type;", "--data-binary", kept},
		},
		{"file", probe.RecordedRequest{Method: "POST", URL: "u", Body: "@/etc/passwd"}, []string{"u", "-H", "Content-Type:", "--data-raw", "@/etc/passwd"}},
		{
			"marks",
			probe.RecordedRequest{Method: "POST", URL: "u?k=[masked:api key][masked:9lives]", Headers: []probe.Header{{Name: "X", Value: "[masked:token][masked:pwd]x"}}, Body: "'[masked:X-Api-Key]'[masked:токен]"},
			[]string{"--globoff", "u?k=[masked:api key]<nine>", "-H", "X: <t o'k$>" + "<pwd>x", "-H", "Content-Type:", "--data-binary", "'<key>'<secret>"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			script := "curl() { for a in \"$@\"; do printf '%s\\0' \"$a\"; done; }\n" + probe.Curl(c.q)
			cmd := exec.Command(sh, "-c", script)
			cmd.Env = []string{"TOKEN=<t o'k$>", "_9LIVES=<nine>", "SECRET_PWD=<pwd>", "X_API_KEY=<key>", "SECRET=<secret>", "HOME=wrong", "PATH=" + os.Getenv("PATH")}
			out, err := cmd.Output()
			require.NoError(t, err, script)
			assert.Equal(t, c.want, strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"), script)
		})
	}
}

func TestCurlHidesControlCharactersFromTheTerminal(t *testing.T) {
	line := probe.Curl(probe.RecordedRequest{Method: "POST", URL: "u", Body: "\x1b[201~\x03\r\u009b\x7f"})
	for _, c := range []string{"\x1b", "\x03", "\r", "\u009b", "\x7f"} {
		assert.NotContains(t, line, c)
	}
}

func FuzzCurl(f *testing.F) {
	f.Add("http://h.test/'", "X", "v'", "b$(id)")
	f.Add("[masked:a]", "X", "[masked:", "'\\''")
	f.Fuzz(func(t *testing.T, url, name, value, body string) {
		line := probe.Curl(probe.RecordedRequest{Method: "POST", URL: url, Headers: []probe.Header{{Name: name, Value: value}}, Body: body})
		assert.True(t, balanced(line), line)
	})
}

// balanced says that every quote of a line is closed and nothing a shell acts on stands outside quotes.
func balanced(line string) bool {
	line = strings.ReplaceAll(line, " \\\n  ", " ")
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\'', '"':
			n := strings.IndexByte(line[i+1:], line[i])
			if n < 0 {
				return false
			}
			i += n + 1
		case '\\':
			i++
		case '$', '`', ';', '&', '|', '<', '>', '(', ')', '\n', '*', '?':
			return false
		}
	}
	return true
}
