package answers_test

import (
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/answers"
)

func TestRead(t *testing.T) {
	type answer struct {
		name, api, method, url string
		status                 int
		media, body            string
	}
	tests := []struct {
		name, text string
		want       []answer
	}{
		{"body", `{"a":1}`, []answer{{name: "f", media: "application/json", body: `{"a":1}`}}},
		{"text", "OK", []answer{{name: "f", body: "OK"}}},
		{"broken JSON", `{"a":`, []answer{{name: "f", body: `{"a":`}}},
		{"curl -i", "HTTP/1.1 200 OK\r\nContent-Type: application/JSON; charset=utf-8\r\n\r\n{}\r\n", []answer{{name: "f", status: 200, media: "application/json", body: "{}\r\n"}}},
		{"curl -i, ended like a text file", "HTTP/2 404 \ncontent-type: text/plain\n\nnone", []answer{{name: "f", status: 404, media: "text/plain", body: "none"}}},
		{"no body", "HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n", []answer{{name: "f", status: 204}}},
		{"100 Continue and a proxy", "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n\r\nx", []answer{{name: "f", status: 201, body: "x"}}},
		{"redirect", "HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx", []answer{{name: "f", status: 200, body: "x"}}},
		{"byte-order mark", "\ufeffHTTP/1.1 200 OK\r\n\r\nx", []answer{{name: "f", status: 200, body: "x"}}},
		{
			"curl -v", "*   Trying 127.0.0.1:80...\n> GET /v1/orders/7 HTTP/1.1\n> Host: sit.shop.test\n> \n* Request completely sent\n< HTTP/1.1 200 OK\n< Content-Type: application/json\n< \n{ [7 bytes data]\n{\"a\":1}\n* Connection left intact\n",
			[]answer{{name: "f", method: "GET", url: "https://sit.shop.test/v1/orders/7", status: 200, media: "application/json", body: "{\"a\":1}\n"}},
		},
		{"UTF-16, as PowerShell writes it", "\xff\xfe{\x00}\x00", []answer{{name: "f", media: "application/json", body: `{}`}}},
		{"a prompt before it", "$ curl -i https://sit.shop.test/a\nHTTP/1.1 200 OK\n\n{}", []answer{{name: "f", status: 200, body: "{}"}}},
		{"curl -i 2>&1", meter + "HTTP/1.1 200 OK\r\n\r\n{}", []answer{{name: "f", status: 200, body: "{}"}}},
		{"curl -v to a terminal", "> GET /a HTTP/1.1\n> Host: x.test\n>\n< HTTP/1.1 200 OK\n<\n{\"a\":1}* Connection #0 to host x.test left intact\n", []answer{{name: "f", method: "GET", url: "https://x.test/a", status: 200, body: `{"a":1}`}}},
		{"curl -v 2>&1", meter + "< HTTP/1.1 200 OK\r\n< \r\n{ [7 bytes data]\n" + meterRow + "\n* Connection #0 to host x.test left intact\n{\"a\":1}", []answer{{name: "f", status: 200, body: `{"a":1}`}}},
		{"curl -iv", "< HTTP/1.1 200 OK\n<\n* Connection #0 to host x.test left intact\nHTTP/1.1 200 OK\nContent-Type: text/plain\n\nab", []answer{{name: "f", status: 200, media: "text/plain", body: "ab"}}},
		{"a size in the middle of a body", "< HTTP/1.1 200 OK\n<\n{\"a\":{ [16384 bytes data]\n1}", []answer{{name: "f", status: 200, body: `{"a":1}`}}},
		{"curl -w behind it", "HTTP/1.1 200 OK\nContent-Length: 7\n\n{\"a\":1}\n200", []answer{{name: "f", status: 200, body: `{"a":1}`}}},
		{"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4;x=y\r\n\":1}\r\n0\r\n\r\n", []answer{{name: "f", status: 200, body: `{"a":1}`}}},
		{"chunks that curl has joined", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}", []answer{{name: "f", status: 200, body: `{}`}}},
		{"gzip", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed(`{"a":1}`), []answer{{name: "f", status: 200, body: `{"a":1}`}}},
		{"gzip that curl has unpacked", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n{\"a\":1}", []answer{{name: "f", status: 200, body: `{"a":1}`}}},
		{"a packed file", packed("HTTP/1.1 200 OK\r\n\r\n{}"), []answer{{name: "f", status: 200, body: `{}`}}},
		{
			"archive of a browser that asks whether anything changed", `{"log":{"entries":[{"request":{"method":"GET","url":"https://x.test/a","headers":[{"name":"if-none-match","value":"b"}]},"response":{"status":304}},
				{"request":{"method":"GET","url":"https://x.test/a"},"response":{"status":-1}},{"request":{"method":"GET","url":"https://x.test/a"},"response":{"status":304}}]}}`,
			[]answer{{name: "f#3", method: "GET", url: "https://x.test/a", status: 304}},
		},
		{"lines", "{\"a\":1}\n\n[2]\n", []answer{{name: "f:1", media: "application/json", body: `{"a":1}`}, {name: "f:3", media: "application/json", body: `[2]`}}},
		{"a broken line", "{\"a\":1}\n{\"a\":\n", []answer{{name: "f:1", media: "application/json", body: `{"a":1}`}, {name: "f:2", body: `{"a":`}}},
		{
			"records", `{"api":"A","method":"GET","url":"https://x.test/a","http_status":404,"headers":{"content-type":"text/plain"},"body":"no"}` + "\n" + `{"http_status":null,"body":{"a":1.10}}`,
			[]answer{{name: "f:1", api: "A", method: "GET", url: "https://x.test/a", status: 404, media: "text/plain", body: "no"}, {name: "f:2", media: "application/json", body: `{"a":1.10}`}},
		},
		{"a body that looks like a record", `{"http_status":404,"body":"no","id":1}`, []answer{{name: "f", media: "application/json", body: `{"http_status":404,"body":"no","id":1}`}}},
		{
			"archive", `{"log":{"entries":[{"request":{"method":"POST","url":"https://x.test/a","headers":[{"name":"A","value":"b"}],"postData":{"text":"q"}},
				"response":{"status":200,"headers":[{"name":"content-type","value":"application/json"}],"content":{"mimeType":"application/json","text":"eyJhIjoxfQ==","encoding":"base64"}}},
				{"request":{"method":"GET","url":"https://x.test/b"},"response":{"status":0}}]}}`,
			[]answer{{name: "f#1", method: "POST", url: "https://x.test/a", status: 200, media: "application/json", body: `{"a":1}`}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, err := answers.Read("f", []byte(tt.text))
			require.NoError(t, err)
			var got []answer
			for _, a := range found {
				got = append(got, answer{a.Name, a.API, a.Request.Method, a.Request.URL, a.Response.HTTPStatus, a.Response.MediaType, a.Response.Body})
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

const (
	meterRow = "\r100    97  100    97    0     0  62702      0 --:--:--  0:00:01 --:--:-- 97000"
	meter    = "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n" + meterRow + "\n"
)

func packed(text string) string {
	var b strings.Builder
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

// Less than came was saved by curl -I, and by browsers that drop what is large or old.
func TestReadNotesWhatIsCutOff(t *testing.T) {
	const archived = `{"log":{"entries":[{"request":{"method":"%s"},"response":{"status":200,"content":{"size":%d,"text":"%s"}}}]}}`
	for name, tt := range map[string]struct {
		text string
		want bool
	}{
		"curl -I":                {"HTTP/1.1 200 OK\r\nContent-Length: 97\r\n\r\n", true},
		"half":                   {"HTTP/1.1 200 OK\r\nContent-Length: 97\r\n\r\n{\"a\":", true},
		"whole":                  {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false},
		"other line ends":        {"HTTP/1.1 200 OK\nContent-Length: 4\n\n{\n}", false},
		"archive":                {fmt.Sprintf(archived, "GET", 97, ""), true},
		"size as it travelled":   {`{"log":{"entries":[{"request":{"method":"GET"},"response":{"status":200,"bodySize":64,"content":{"size":0}}}]}}`, true},
		"half in an archive":     {fmt.Sprintf(archived, "GET", 97, "{"), true},
		"whole in an archive":    {fmt.Sprintf(archived, "GET", 2, "{}"), false},
		"HEAD in an archive":     {fmt.Sprintf(archived, "HEAD", 97, ""), false},
		"no body in an archive":  {fmt.Sprintf(archived, "GET", 0, ""), false},
		"no size in the archive": {fmt.Sprintf(archived, "GET", -1, ""), false},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := answers.Read("f", []byte(tt.text))
			require.NoError(t, err)
			assert.Equal(t, tt.want, found[0].Response.Truncated)
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for name, tt := range map[string][2]string{
		"nothing":               {" \n", "the file is empty"},
		"no status":             {"HTTP/1.1 OK\r\n\r\n", "is no HTTP status"},
		"half a status line":    {"HTTP/1.1", "is no status line"},
		"body without a line":   {"HTTP/1.1 200 OK\n{\"a\" 1}\n", "line 2"},
		"record of no status":   {`{"http_status":1000,"body":""}`, "1000 is no HTTP status"},
		"archive of nothing":    {`{"log":{"entries":[]}}`, "holds no entries"},
		"archive of no answers": {`{"log":{"entries":[{"request":{},"response":{"status":0}}]}}`, "no entry"},
		"archive cut short":     {`{"log":{"entries":[{"request":{}}]}}`, "entry 1"},
		"packed otherwise":      {"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n\x8b\x03\xff", "curl --compressed"},
		"packed badly":          {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\xff", "cannot be unpacked"},
		"no answer":             {meter + "* Closing connection 0\ncurl: (7) Failed to connect to x.test", "curl got no answer: curl: (7)"},
		"too large":             {strings.Repeat(" ", answers.MaxBytes+1), "larger than"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := answers.Read("f", []byte(tt[0]))
			require.ErrorContains(t, err, tt[1])
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n{}"))
	f.Add([]byte("> GET / HTTP/1.1\n< HTTP/1.1 200 OK\n< A: b\n<\n{}"))
	f.Add([]byte("{\"a\":1}\n[2]\n{\"http_status\":200,\"body\":{}}"))
	f.Add([]byte(`{"log":{"entries":[{"request":{"headers":[{}]},"response":{"status":200,"content":{"text":"x","encoding":"base64"}}}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := answers.Read("f", data)
		if err == nil && len(found) == 0 {
			t.Fatal("neither an answer nor an error")
		}
	})
}
