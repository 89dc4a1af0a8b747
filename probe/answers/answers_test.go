package answers_test

import (
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
