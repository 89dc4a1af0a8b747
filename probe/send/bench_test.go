package send_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// BenchmarkSend compares a recorded, masked exchange with what a bare client does.
func BenchmarkSend(b *testing.B) {
	answer := []byte(`{"items":[` + strings.Repeat(`{"id":"12345","note":"nothing of note"},`, 50) + `{}]}`)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
	}))
	b.Cleanup(s.Close)
	const body = `{"mobile":"9800000000","attempt":"1"}`

	b.Run("bare", func(b *testing.B) {
		transport := &http.Transport{MaxIdleConnsPerHost: 64}
		defer transport.CloseIdleConnections()
		c := &http.Client{Transport: transport}
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				r, err := c.Post(s.URL, "application/json", strings.NewReader(body))
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.ReadAll(r.Body)
				r.Body.Close()
			}
		})
	})
	b.Run("send", func(b *testing.B) {
		c := client(b, send.Options{Redactor: probe.NewRedactor(probe.NewVars(probe.Var{Name: "token", Value: "s3cr3t-t0ken", Secret: true}))})
		q := probe.Request{Method: "POST", URL: s.URL, Body: []byte(body), Headers: []probe.Header{
			{Name: "Authorization", Value: "Bearer s3cr3t-t0ken"}, {Name: "Content-Type", Value: "application/json"},
		}}
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
