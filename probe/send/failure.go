package send

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// The rules that decide whether a request may be tried again.
const (
	ruleDNS            = "transport.dns"
	ruleRefused        = "transport.refused"
	ruleConnectTimeout = "transport.connect-timeout"
	ruleReset          = "transport.reset"
)

// witness is all that is known of an attempt when it is over.
type witness struct {
	target  string // host:port
	url     *url.URL
	options Options
	facts   *facts
	cause   error // of the end of the attempt's context
	mask    func(string) string
	arrival
}

// target is host:port of a URL, the port of its scheme where it names none.
func target(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// failure is an attempt that failed, and the cause by which a diagnosis knows it.
type failure struct {
	cause string // see probe.Causes; "" where nothing failed
	text  string
}

func fail(cause, format string, args ...any) failure {
	return failure{cause, fmt.Sprintf(format, args...)}
}

// judge names a failure. Its texts say what happened in the words of whoever operates the endpoint, never in those of Go.
func (w witness) judge(err error) failure {
	if err == nil {
		return w.judgeAnswer()
	}
	switch {
	case errors.Is(err, errTooLarge):
		return fail("body-too-large", "the answer from %s has more than %d bytes", w.target, w.options.MaxBody)
	case errors.Is(err, errCompressed):
		return fail("broken-compression", "the answer from %s says that it is compressed (%s), but cannot be decompressed", w.target, w.answer.Header.Get("Content-Encoding"))
	case unknown(err):
		return fail("broken-compression", "the answer from %s is compressed in a way that was not asked for (%s)", w.target, w.answer.Header.Get("Content-Encoding"))
	case errors.Is(w.cause, errConnectTimeout), w.timedOutConnecting(err):
		return w.connectTimeout(w.options.ConnectTimeout)
	case errors.Is(w.cause, errTimeout), isTimeout(err):
		return w.timeout()
	case errors.Is(w.cause, errSentBefore) && !w.facts.http2:
		return w.closedBeforeAnswer("closed-before-answer")
	case errors.Is(w.cause, errSentBefore):
		return fail("http2-refused", "%s closed the connection or refused the request before it answered", w.target)
	case errors.Is(w.cause, context.Canceled), errors.Is(w.cause, context.DeadlineExceeded):
		return fail("interrupted", "the run was interrupted while %s was asked", w.target)
	}
	if !w.facts.got {
		return w.judgeConnecting(err)
	}
	return w.judgeExchange(err)
}

func (w witness) timedOutConnecting(err error) bool { return !w.facts.got && isTimeout(err) }

// connectTimeout names a connection that did not come about within the limit that ended first.
func (w witness) connectTimeout(limit time.Duration) failure {
	waited := waited(limit)
	switch {
	case w.facts.proxy != "" && w.facts.phase != probe.PhaseTLS:
		return fail("proxy-unreachable", "no connection to %s came about within %s by way of the proxy %s", w.target, waited, w.facts.proxy)
	case w.facts.phase == probe.PhaseDNS:
		return fail("dns-timeout", "the name %q was not resolved within %s", w.url.Hostname(), waited)
	case w.facts.phase == probe.PhaseTLS:
		return fail("tls-handshake-timeout", "%s accepted the connection, but did not finish the TLS handshake within %s", w.target, waited)
	}
	return fail("connect-timeout", "no connection to %s came about within %s", w.target, waited)
}

func (w witness) timeout() failure {
	waited := waited(w.options.Timeout)
	switch w.facts.phase {
	case probe.PhaseBody:
		return fail("answer-incomplete", "the answer from %s was not complete after %s: %d bytes came", w.target, waited, len(w.body))
	case probe.PhaseWrite:
		return fail("request-not-taken", "%s did not take the whole request within %s", w.target, waited)
	case probe.PhaseFirstByte:
		return fail("no-answer", "%s took the request, but did not answer within %s", w.target, waited)
	}
	return w.connectTimeout(w.facts.end.Sub(w.facts.start))
}

// judgeConnecting names what went wrong before there was a connection for the request.
func (w witness) judgeConnecting(err error) failure {
	var dns *net.DNSError
	var refusal *proxyRefusal
	toProxy := reachingProxy(err)
	if cause, text, ok := w.tlsCause(err); ok && !toProxy {
		return fail(cause, "the TLS handshake with %s failed: %s", w.target, text)
	}
	switch {
	case errors.As(err, &refusal):
		return fail(refusal.cause(), "the proxy refused to connect to %s: it answered %s", w.target, strconv.Quote(refusal.status))
	case toProxy, w.facts.proxy != "" && w.facts.phase != probe.PhaseTLS:
		return w.proxyFailed(err)
	case errors.As(err, &dns):
		return fail(dnsCause(dns), "the name %q could not be resolved", dns.Name)
	case errors.Is(err, syscall.ECONNREFUSED), w.facts.refusedOnce():
		return fail("connect-refused", "%s refused the connection", w.target)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return fail("no-route", "there is no route to %s", w.target)
	case speaksOther(err):
		return fail("tls-plain-http", "%s does not speak TLS: check the scheme and the port of the URL", w.target)
	case brokenOff(err) && w.facts.phase == probe.PhaseTLS:
		return fail("tls-reset-after-hello", "%s closed the connection during the TLS handshake", w.target)
	case brokenOff(err):
		return fail("closed-before-answer", "%s closed the connection during the connect", w.target)
	}
	return fail("connect-failed", "no connection to %s could be made", w.target)
}

func reachingProxy(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "proxyconnect" || op.Op == "socks connect")
}

func (w witness) proxyFailed(err error) failure {
	to := "the proxy on the way to " + w.target
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return fail("proxy-unreachable", "the name %q of %s could not be resolved", dns.Name, to)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fail("proxy-unreachable", "%s refused the connection", to)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return fail("proxy-unreachable", "there is no route to %s", to)
	case strings.Contains(err.Error(), "socks connect"):
		return fail("proxy-bad-gateway", "%s could not connect further", to)
	case brokenOff(err):
		return fail("proxy-unreachable", "%s closed the connection instead of connecting further", to)
	}
	return fail("proxy-unreachable", "no connection to %s could be made", to)
}

func dnsCause(err *net.DNSError) string {
	switch {
	case err.IsTimeout:
		return "dns-timeout"
	case err.IsNotFound:
		return "dns-nxdomain"
	}
	return "dns-server-failure"
}

// judgeExchange names what went wrong once the request was under way.
func (w witness) judgeExchange(err error) failure {
	if cause, text, ok := w.tlsCause(err); ok {
		return fail(cause, "%s broke off TLS: %s", w.target, text)
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "response headers exceeded"), strings.Contains(text, "header list larger"):
		return fail("headers-too-large", "the answer from %s has more than %d bytes of headers", w.target, maxHeader)
	case isOurs(text):
		return fail("broken-http", "the answer from %s breaks the rules of HTTP/2", w.target)
	case brokenOff(err) && w.facts.certAsked && w.facts.first.IsZero():
		// In TLS 1.3 the refusal comes after the handshake, and is lost where our request meets the closed connection first.
		cause, text := certificateRefused(w.facts)
		return fail(cause, "%s asked for a client certificate and closed the connection: %s", w.target, text)
	case brokenOff(err) && w.facts.phase == probe.PhaseBody:
		return fail("closed-within-answer", "%s closed the connection within the answer: %s", w.target, w.arrived())
	case brokenOff(err):
		cause := "closed-before-answer"
		if strings.Contains(text, "GOAWAY") || strings.Contains(text, "stream error:") {
			cause = "http2-refused"
		}
		return w.closedBeforeAnswer(cause)
	}
	cause, means := w.malformedCause(text)
	return fail(cause, "%s did not answer in HTTP: %s", w.target, means)
}

func (w witness) closedBeforeAnswer(cause string) failure {
	return fail(cause, "%s closed the connection before it answered, after %s", w.target, waited(w.facts.end.Sub(w.facts.start)))
}

// isOurs says that it was us who ended a stream or connection of HTTP/2, because of what came over it.
func isOurs(text string) bool {
	return strings.Contains(text, "stream error:") && !strings.Contains(text, "received from peer") || strings.Contains(text, "connection error: PROTOCOL_ERROR")
}

func (w witness) arrived() string {
	if length := w.answer.ContentLength; length > 0 && w.answer.Header.Get("Content-Encoding") == "" {
		return fmt.Sprintf("%d of %d bytes came", len(w.body), length)
	}
	return fmt.Sprintf("%d bytes came", len(w.body))
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout() || errors.Is(err, context.DeadlineExceeded)
}

// brokenOff says that the other side, or something between, ended the connection. net/http has no types for some of the ways.
func brokenOff(err error) bool {
	var op *net.OpError
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &op) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, net.ErrClosed) {
		return true
	}
	text := err.Error()
	return slices.ContainsFunc(
		[]string{"server closed idle connection", "stream error:", "GOAWAY", "http2: client conn", "use of closed", "connection lost"},
		func(says string) bool { return strings.Contains(text, says) })
}

// malformedCauses are the ways in which an answer breaks HTTP, by what net/http says of them.
var malformedCauses = []struct{ says, cause, means string }{
	{`malformed HTTP response "\x15\x03`, "plain-on-tls-port", "the port speaks TLS; try https"},
	{`malformed HTTP response "\x00\x00`, "not-http", "the port speaks HTTP/2 only"},
	{"malformed HTTP status", "broken-http", "the status line cannot be read"},
	{"malformed HTTP version", "broken-http", "the status line cannot be read"},
	{"malformed MIME header", "broken-http", "a header line cannot be read"},
	{"Content-Length", "broken-http", "the lengths that its headers give contradict each other, or are no number"},
	{"ransfer encoding", "broken-http", "the transfer encoding is unknown"},
	{"ransfer-Encoding", "broken-http", "the transfer encoding is unknown"},
	{"chunk", "broken-http", "the chunks of the body cannot be read"},
	{"1xx", "broken-http", "it sent too many interim answers"},
}

func (w witness) malformedCause(text string) (cause, means string) {
	if first := w.facts.heard; first != "" && w.url.Scheme == "http" && !strings.HasPrefix(first, "HTTP/") && !strings.HasPrefix(first, "\x15\x03") && !strings.HasPrefix(first, "\x00\x00") {
		line, _, _ := strings.Cut(w.mask(first), "\n") // masked before it is cut, lest half a secret remain
		line = strconv.Quote(strings.TrimSuffix(line, "\r"))
		return "not-http", "it begins with " + line[:min(len(line), 60)]
	}
	for _, c := range malformedCauses {
		if strings.Contains(text, c.says) {
			return c.cause, c.means
		}
	}
	if _, line, found := strings.Cut(text, "malformed HTTP response "); found {
		line = w.mask(line)
		return "not-http", "it begins with " + line[:min(len(line), 60)]
	}
	return "broken-http", "the answer breaks the rules of the protocol"
}

// saysItself are failures of TLS that servers tell in HTTP: a 400 with a page of their own. Most of them are nginx's and Apache's words.
var saysItself = []struct{ scheme, says, cause, text string }{
	{"http", "Client sent an HTTP request to an HTTPS server", "plain-on-tls-port", speaksTLS},
	{"http", "The plain HTTP request was sent to HTTPS port", "plain-on-tls-port", speaksTLS},
	{"http", "speaking plain HTTP to an SSL-enabled server port", "plain-on-tls-port", speaksTLS},
	{"http", "This combination of host and port requires TLS", "plain-on-tls-port", speaksTLS},
	{"https", "No required SSL certificate was sent", "tls-client-certificate-required", "%s says that it demands a client certificate"},
	{"https", "<center>The SSL certificate error</center>", "tls-client-certificate-refused", "%s says that it refuses our client certificate"},
}

const speaksTLS = "%s speaks TLS, and was asked in plain HTTP: use https"

// judgeAnswer finds the failures that look like an answer.
func (w witness) judgeAnswer() failure {
	if w.answer.StatusCode != http.StatusBadRequest {
		return failure{}
	}
	page := string(w.body[:min(len(w.body), 2048)])
	for _, known := range saysItself {
		if known.scheme == w.url.Scheme && strings.Contains(page, known.says) {
			return fail(known.cause, known.text, w.target)
		}
	}
	return failure{}
}
