package channel_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"mime"
	"net"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/notify/channel"
)

// postOffice is a mail server as simple as can be.
type postOffice struct {
	address  string
	certs    tls.Config
	implicit bool
	offers   string // extensions
	stallAt  string // the command that is never answered
	refuses  string // the command that is refused

	mu    sync.Mutex
	lines []string // all that came, "(TLS)" before what came encrypted
	mails []string
}

func newPostOffice(t *testing.T, change func(*postOffice)) (*postOffice, *x509.CertPool) {
	t.Helper()
	borrowed := httptest.NewUnstartedServer(nil)
	borrowed.StartTLS()
	pool := x509.NewCertPool()
	pool.AddCert(borrowed.Certificate())
	o := &postOffice{offers: "STARTTLS"}
	o.certs.Certificates = borrowed.TLS.Certificates //nolint:gosec // the oldest version is left to the client
	borrowed.Close()
	change(o)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	o.address = listener.Addr().String()
	var all sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
				defer stop()
				o.serve(conn)
			})
		}
	})
	t.Cleanup(func() { cancel(); _ = listener.Close(); all.Wait() })
	return o, pool
}

func (o *postOffice) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	mark := ""
	if o.implicit {
		conn, mark = tls.Server(conn, &o.certs), "(TLS)"
	}
	in := bufio.NewReader(conn)
	say := func(line string) { _, _ = fmt.Fprintf(conn, "%s\r\n", line) }
	if o.stallAt == "greeting" {
		_, _ = in.ReadString('\n')
		return
	}
	say("220 mx.example.test")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		o.mu.Lock()
		o.lines = append(o.lines, mark+line)
		o.mu.Unlock()
		verb := strings.ToUpper(strings.Fields(line + " x")[0])
		if verb == o.stallAt {
			_, _ = in.ReadString('\n')
			return
		}
		if verb == o.refuses {
			say("550 no, and here is what you said: " + line)
			continue
		}
		switch verb {
		case "EHLO":
			say("250-mx.example.test")
			if o.offers != "" && mark == "" || o.offers == "AUTH PLAIN" {
				say("250-" + o.offers)
			}
			if mark != "" {
				say("250-AUTH PLAIN")
			}
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go on")
			conn, mark = tls.Server(conn, &o.certs), "(TLS)"
			in = bufio.NewReader(conn)
		case "AUTH":
			say("235 welcome")
		case "DATA":
			say("354 write")
			o.take(in)
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}

func (o *postOffice) take(in *bufio.Reader) {
	var text strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		text.WriteString(line)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.mails = append(o.mails, text.String())
}

func (o *postOffice) said(prefix string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var all []string
	for _, l := range o.lines {
		if strings.HasPrefix(l, prefix) {
			all = append(all, l)
		}
	}
	return all
}

func mailbox(o *postOffice, pool *x509.CertPool) channel.Spec {
	return channel.Spec{
		Kind: channel.Email, Server: o.address, From: "Sheet Probe <probe@things.example>", To: []string{"a@things.example", "b@things.example"},
		Username: "probe", Password: canary, CAs: pool,
	}
}

func TestMailGoesOutEncryptedAndOnceToAll(t *testing.T) {
	for name, implicit := range map[string]bool{"STARTTLS": false, "TLS from the start": true} {
		t.Run(name, func(t *testing.T) {
			o, pool := newPostOffice(t, func(o *postOffice) { o.implicit = implicit })
			s := mailbox(o, pool)
			if implicit {
				s.TLS = channel.Implicit
			}
			sender := open(t, s)
			require.NoError(t, sender.Send(t.Context(), message(t, sender)))
			require.Len(t, o.mails, 1, "one mail, whoever gets it")
			assert.Empty(t, o.said("MAIL"), "nothing is in the clear")
			assert.Empty(t, o.said("AUTH"))
			assert.Len(t, o.said("(TLS)MAIL"), 1)
			assert.Len(t, o.said("(TLS)RCPT"), 2)
			assert.Equal(t, []string{"(TLS)AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00probe\x00"+canary))}, o.said("(TLS)AUTH"))

			m, err := mail.ReadMessage(strings.NewReader(o.mails[0]))
			require.NoError(t, err)
			subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
			require.NoError(t, err)
			assert.Equal(t, `sheetprobe: "Book @all" deviates`, subject)
			assert.Equal(t, "<d-1@sheetprobe>", m.Header.Get("Message-Id"))
			assert.Equal(t, "auto-generated", m.Header.Get("Auto-Submitted"))
			assert.Empty(t, m.Header.Get("Bcc"), "what a server says is no header")
			assert.Contains(t, m.Header.Get("Content-Type"), "text/plain")
			assert.NotContains(t, o.mails[0], canary)
		})
	}
}

func TestMailIsNotSentInTheClear(t *testing.T) {
	for name, offers := range map[string]string{"no STARTTLS": "", "a login without it": "AUTH PLAIN"} {
		t.Run(name, func(t *testing.T) {
			o, pool := newPostOffice(t, func(o *postOffice) { o.offers = offers })
			sender := open(t, mailbox(o, pool))
			require.Error(t, sender.Send(t.Context(), message(t, sender)))
			assert.Empty(t, o.mails)
			assert.Empty(t, o.said("AUTH"))
		})
	}
	t.Run("a certificate that nobody vouches for", func(t *testing.T) {
		o, _ := newPostOffice(t, func(*postOffice) {})
		sender := open(t, mailbox(o, x509.NewCertPool()))
		require.ErrorContains(t, sender.Send(t.Context(), message(t, sender)), "certificate")
		assert.Empty(t, o.mails)
		assert.Empty(t, o.said("(TLS)AUTH"))
	})
	t.Run("where it was asked for", func(t *testing.T) {
		o, pool := newPostOffice(t, func(o *postOffice) { o.offers = "" })
		s := mailbox(o, pool)
		s.TLS, s.Username, s.Password = channel.Plain, "", ""
		sender := open(t, s)
		require.NoError(t, sender.Send(t.Context(), message(t, sender)))
		assert.Len(t, o.mails, 1)
	})
}

func TestAMailServerThatStallsOrRefusesEndsTheAttempt(t *testing.T) {
	for _, verb := range []string{"greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA"} {
		for name, change := range map[string]func(*postOffice){
			"stalls":  func(o *postOffice) { o.stallAt = verb },
			"refuses": func(o *postOffice) { o.refuses = verb },
		} {
			if verb == "greeting" && name == "refuses" {
				continue
			}
			t.Run(verb+" "+name, func(t *testing.T) {
				o, pool := newPostOffice(t, change)
				sender := open(t, mailbox(o, pool))
				ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
				defer cancel()
				if name == "refuses" {
					ctx = t.Context()
				}
				err := sender.Send(ctx, message(t, sender))
				require.Error(t, err)
				assert.NotContains(t, err.Error(), canary)
				assert.NotContains(t, err.Error(), base64.StdEncoding.EncodeToString([]byte("\x00probe\x00"+canary)))
			})
		}
	}
}
