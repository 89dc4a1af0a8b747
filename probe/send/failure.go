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

	"github.com/sheetprobe/sheetprobe/probe"
)

// The rules that name failures.
const (
	ruleDNS            = "transport.dns"
	ruleRefused        = "transport.refused"
	ruleConnectTimeout = "transport.connect-timeout"
	ruleTLS            = "transport.tls"
	ruleTimeout        = "transport.timeout"
	ruleReset          = "transport.reset"
	ruleMalformed      = "transport.malformed"
	ruleTooLarge       = "transport.too-large"
)

// witness is all that is known of an attempt when it is over.
type witness struct {
	target  string // host:port
	url     *url.URL
	options Options
	facts   facts
	cause   error // of the end of the attempt's context
	answer  *http.Response
	body    []byte
	mask    func(string) string
}

// target is host:port of a URL, the port of its scheme where it names none.
func target(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// judge names a failure. Its texts say what happened in the words of whoever operates the endpoint, never in those of Go.
func (w witness) judge(err error) probe.Attempt {
	if err == nil {
		return w.judgeAnswer()
	}
	fail := func(rule, format string, args ...any) probe.Attempt {
		return probe.Attempt{Rule: rule, Phase: w.facts.phase, Error: fmt.Sprintf(format, args...)}
	}
	switch {
	case errors.Is(err, errTooLarge):
		return fail(ruleTooLarge, "the answer from %s has more than %d bytes", w.target, w.options.MaxBody)
	case errors.Is(err, errCompressed):
		return fail(ruleMalformed, "the answer from %s says that it is compressed (%s), but cannot be decompressed", w.target, w.answer.Header.Get("Content-Encoding"))
	case unknown(err):
		return fail(ruleMalformed, "the answer from %s is compressed in a way that was not asked for (%s)", w.target, w.answer.Header.Get("Content-Encoding"))
	case errors.Is(w.cause, errConnectTimeout), w.timedOutConnecting(err):
		return w.connectTimeout()
	case errors.Is(w.cause, errTimeout), isTimeout(err):
		return w.timeout()
	case errors.Is(w.cause, errSentBefore):
		return fail(ruleReset, "%s closed the connection or refused the request before it answered", w.target)
	case errors.Is(w.cause, context.Canceled), errors.Is(w.cause, context.DeadlineExceeded):
		return fail(ruleTimeout, "the run was interrupted while %s was asked", w.target)
	}
	if !w.facts.got {
		return w.judgeConnecting(err, fail)
	}
	return w.judgeExchange(err, fail)
}

type failFunc func(rule, format string, args ...any) probe.Attempt

func (w witness) timedOutConnecting(err error) bool { return !w.facts.got && isTimeout(err) }

func (w witness) connectTimeout() probe.Attempt {
	a := probe.Attempt{Rule: ruleConnectTimeout, Phase: w.facts.phase}
	waited := waited(w.options.ConnectTimeout)
	switch w.facts.phase {
	case probe.PhaseDNS:
		a.Rule = ruleDNS
		a.Error = fmt.Sprintf("the name %q was not resolved within %s", w.url.Hostname(), waited)
	case probe.PhaseTLS:
		a.Error = fmt.Sprintf("%s accepted the connection, but did not finish the TLS handshake within %s", w.target, waited)
	default:
		a.Error = fmt.Sprintf("no connection to %s came about within %s", w.target, waited)
	}
	return a
}

func (w witness) timeout() probe.Attempt {
	a := probe.Attempt{Rule: ruleTimeout, Phase: w.facts.phase}
	waited := waited(w.options.Timeout)
	switch w.facts.phase {
	case probe.PhaseBody:
		a.Error = fmt.Sprintf("the answer from %s was not complete after %s: %d bytes came", w.target, waited, len(w.body))
	case probe.PhaseWrite:
		a.Error = fmt.Sprintf("%s did not take the whole request within %s", w.target, waited)
	case probe.PhaseFirstByte:
		a.Error = fmt.Sprintf("%s took the request, but did not answer within %s", w.target, waited)
	default:
		a.Rule = ruleConnectTimeout
		a.Error = fmt.Sprintf("no connection to %s came about within %s", w.target, waited)
	}
	return a
}

// judgeConnecting names what went wrong before there was a connection for the request.
func (w witness) judgeConnecting(err error, fail failFunc) probe.Attempt {
	var dns *net.DNSError
	var refusal *proxyRefusal
	if cause, ok := tlsCause(err, w.facts); ok {
		return fail(ruleTLS, "the TLS handshake with %s failed: %s", w.target, cause)
	}
	to := w.target
	if op := (*net.OpError)(nil); errors.As(err, &op) && (op.Op == "proxyconnect" || op.Op == "socks connect") {
		to = "the proxy on the way to " + w.target
	}
	switch {
	case errors.As(err, &refusal):
		return fail(ruleRefused, "the proxy refused to connect to %s: it answered %s", w.target, strconv.Quote(refusal.status))
	case errors.As(err, &dns):
		return fail(ruleDNS, "the name %q could not be resolved", dns.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fail(ruleRefused, "%s refused the connection", to)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return fail(ruleConnectTimeout, "there is no route to %s", to)
	case speaksOther(err):
		return fail(ruleMalformed, "%s does not speak TLS: check the scheme and the port of the URL", w.target)
	case brokenOff(err):
		return fail(ruleReset, "%s closed the connection during the %s", to, map[bool]string{true: "TLS handshake", false: "connect"}[w.facts.phase == probe.PhaseTLS])
	}
	return fail(ruleRefused, "no connection to %s could be made", to)
}

// judgeExchange names what went wrong once the request was under way.
func (w witness) judgeExchange(err error, fail failFunc) probe.Attempt {
	if cause, ok := tlsCause(err, w.facts); ok {
		return fail(ruleTLS, "%s broke off TLS: %s", w.target, cause)
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "response headers exceeded"), strings.Contains(text, "header list larger"):
		return fail(ruleTooLarge, "the answer from %s has more than %d bytes of headers", w.target, maxHeader)
	case brokenOff(err) && w.facts.certAsked && w.facts.first.IsZero():
		// In TLS 1.3 the refusal comes after the handshake, and is lost where our request meets the closed connection first.
		return fail(ruleTLS, "%s asked for a client certificate and closed the connection: %s", w.target, certificateRefused(w.facts))
	case brokenOff(err) && w.facts.phase == probe.PhaseBody:
		return fail(ruleReset, "%s closed the connection within the answer: %s", w.target, w.arrived())
	case brokenOff(err):
		return fail(ruleReset, "%s closed the connection before it answered, after %s", w.target, waited(w.facts.end.Sub(w.facts.start)))
	}
	return fail(ruleMalformed, "%s did not answer in HTTP: %s", w.target, w.malformedCause(text))
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
var malformedCauses = []struct{ says, means string }{
	{`malformed HTTP response "\x15\x03`, "the port speaks TLS; try https"},
	{`malformed HTTP response "\x00\x00`, "the port speaks HTTP/2 only"},
	{"malformed HTTP status", "the status line cannot be read"},
	{"malformed HTTP version", "the status line cannot be read"},
	{"malformed MIME header", "a header line cannot be read"},
	{"Content-Length", "the lengths that its headers give contradict each other, or are no number"},
	{"ransfer encoding", "the transfer encoding is unknown"},
	{"ransfer-Encoding", "the transfer encoding is unknown"},
	{"chunk", "the chunks of the body cannot be read"},
	{"1xx", "it sent too many interim answers"},
}

func (w witness) malformedCause(text string) string {
	for _, c := range malformedCauses {
		if strings.Contains(text, c.says) {
			return c.means
		}
	}
	if _, line, found := strings.Cut(text, "malformed HTTP response "); found {
		line = w.mask(line) // before it is cut, lest half a secret remain
		return "it begins with " + line[:min(len(line), 60)]
	}
	return "the answer breaks the rules of the protocol"
}

// judgeAnswer finds the one failure that looks like an answer: a TLS port that was spoken to in plain HTTP says so in a 400.
func (w witness) judgeAnswer() probe.Attempt {
	if w.url.Scheme != "http" || w.answer.StatusCode != http.StatusBadRequest {
		return probe.Attempt{}
	}
	for _, says := range []string{
		"Client sent an HTTP request to an HTTPS server", "The plain HTTP request was sent to HTTPS port",
		"speaking plain HTTP to an SSL-enabled server port", "This combination of host and port requires TLS",
	} {
		if strings.Contains(string(w.body[:min(len(w.body), 2048)]), says) {
			return probe.Attempt{Rule: ruleMalformed, Phase: probe.PhaseFirstByte, Error: w.target + " speaks TLS, and was asked in plain HTTP: use https"}
		}
	}
	return probe.Attempt{}
}
