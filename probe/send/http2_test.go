package send_test

import (
	"crypto/tls"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// refusingServer speaks HTTP/2 by hand, and takes every request, then refuses it. It counts them.
func refusingServer(t *testing.T, refuse func(f *http2.Framer, stream uint32)) (url string, requests *atomic.Int64) {
	t.Helper()
	cert := newAuthority(t).issue(t, nil)
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"h2"}})
	require.NoError(t, err)
	requests = &atomic.Int64{}
	var served sync.WaitGroup
	served.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			defer conn.Close() // when the listener ends
			served.Go(func() { refuseAll(conn, requests, refuse) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		served.Wait()
	})
	return "https://" + l.Addr().String(), requests
}

func refuseAll(conn net.Conn, requests *atomic.Int64, refuse func(f *http2.Framer, stream uint32)) {
	defer conn.Close()
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	f := http2.NewFramer(conn, conn)
	_ = f.WriteSettings()
	for {
		frame, err := f.ReadFrame()
		if err != nil {
			return
		}
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			if !frame.IsAck() {
				_ = f.WriteSettingsAck()
			}
		case *http2.HeadersFrame, *http2.DataFrame:
			if frame.Header().Flags.Has(http2.FlagDataEndStream) {
				requests.Add(1)
				refuse(f, frame.Header().StreamID)
			}
		}
	}
}

func TestHTTP2RefusalsLeaveUnsafeRequestsAlone(t *testing.T) {
	for name, refuse := range map[string]func(f *http2.Framer, stream uint32){
		"refused stream": func(f *http2.Framer, stream uint32) { _ = f.WriteRSTStream(stream, http2.ErrCodeRefusedStream) },
		"go away":        func(f *http2.Framer, _ uint32) { _ = f.WriteGoAway(0, http2.ErrCodeNo, nil) },
	} {
		for _, method := range []string{"POST", "DELETE"} {
			for _, body := range []string{"", "{}"} {
				t.Run(name+" "+method+body, func(t *testing.T) {
					url, requests := refusingServer(t, refuse)
					x := do(t, client(t, send.Options{Insecure: true}), probe.Request{Method: method, URL: url, Body: []byte(body)})
					require.NotNil(t, x.Failure())
					assert.Equal(t, "transport.reset", x.Failure().Rule, x.Failure().Error)
					assert.EqualValues(t, 1, requests.Load(), "the server may have acted upon it")
				})
			}
		}
	}
}

func TestHTTP2RefusalsOfSafeRequestsAreBounded(t *testing.T) {
	url, requests := refusingServer(t, func(f *http2.Framer, stream uint32) { _ = f.WriteRSTStream(stream, http2.ErrCodeRefusedStream) })
	x := do(t, client(t, send.Options{Insecure: true}), get(url))
	require.NotNil(t, x.Failure())
	assert.Equal(t, "transport.reset", x.Failure().Rule, x.Failure().Error)
	assert.EqualValues(t, len(x.Attempts), requests.Load(), "every attempt is told")
	assert.EqualValues(t, 2, requests.Load())
}
