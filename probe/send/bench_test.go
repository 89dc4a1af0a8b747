package send_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

const documentedBody = `{"mobile":"9800000000","attempt":"1"}`

// documentedRequest carries a secret, as most do.
func documentedRequest(url string) probe.Request {
	return probe.Request{Method: "POST", URL: url, Body: []byte(documentedBody), Headers: []probe.Header{
		{Name: "Authorization", Value: "Bearer s3cr3t-t0ken-s3cr3t"}, {Name: "Content-Type", Value: "application/json"},
	}}
}

func secretOptions() send.Options {
	red := probe.NewRedactor(probe.NewVars(probe.Var{Name: "token", Value: "s3cr3t-t0ken-s3cr3t", Secret: true}))
	red.Salt([]byte("0123456789abcdef"))
	return send.Options{Redactor: red, RunID: "0011223344556677", Rate: 0}
}

// asBare sends the same with net/http alone, and looks at nothing.
func asBare(ctx context.Context, c *http.Client, url string) error {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(documentedBody))
	if err != nil {
		return err
	}
	q.Header.Set("Authorization", "Bearer s3cr3t-t0ken-s3cr3t")
	q.Header.Set("Content-Type", "application/json")
	answer, err := c.Do(q)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	return err
}

// parrot is a server that gives every request the same answer, and allocates nothing for it, so that what is counted is the client's.
func parrot(t testing.TB, body string) (url string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	answer := "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nX-Otp-Reference: 5f0c71a2-9d\r\nDate: Sun, 22 Nov 2026 19:27:42 GMT\r\n" +
		"Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go repeat(conn, []byte(answer))
		}
	}()
	return "http://" + l.Addr().String() + "/otp/v1/generate"
}

func repeat(conn net.Conn, answer []byte) {
	defer func() { _ = conn.Close() }()
	r, length := bufio.NewReader(conn), 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		if n, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			length, _ = strconv.Atoi(string(bytes.TrimSpace(n)))
		}
		if len(line) > 2 {
			continue
		}
		_, _ = r.Discard(length)
		if _, err := conn.Write(answer); err != nil {
			return
		}
	}
}

// BenchmarkSend compares a recorded, masked exchange with what a bare client does.
func BenchmarkSend(b *testing.B) {
	for _, answer := range []struct{ name, body string }{
		{"short", `{"status":"success","status_code":"SUCC001","message":"Request Successful"}` + "\n"},
		{"list", `{"items":[` + strings.Repeat(`{"id":"12345","note":"nothing of note"},`, 50) + `{}]}`},
	} {
		url := parrot(b, answer.body)
		b.Run(answer.name+"/bare", func(b *testing.B) {
			transport := &http.Transport{MaxIdleConnsPerHost: 64}
			defer transport.CloseIdleConnections()
			c := &http.Client{Transport: transport}
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := asBare(b.Context(), c, url); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
		b.Run(answer.name+"/send", func(b *testing.B) {
			c := client(b, secretOptions())
			q := documentedRequest(url)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if x, err := c.Send(context.Background(), q); err != nil || x.Failure() != nil {
						b.Error(err, x)
						return
					}
				}
			})
		})
	}
}
