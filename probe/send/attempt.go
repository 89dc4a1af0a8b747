package send

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// attempt sends once, and records it in x.
func (c *Client) attempt(ctx context.Context, limit time.Duration, p *prepared, red *probe.Redactor, x *probe.Exchange) done {
	parent := ctx
	defer c.follow(ctx, p, x)()
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errTimeout)
	defer cancel()
	ctx, rec := newRecorder(withPrepared(ctx, p), c.options.ConnectTimeout)
	answer, err := c.resty.R().SetContext(ctx).Execute(p.method, p.url.String())
	w := witness{target: target(p.url), url: p.url, options: c.options, mask: red.Text}
	x.Response, x.TLS = nil, nil
	if err == nil {
		w.answer = answer.RawResponse
		w.body, err = readBody(w.answer, c.options.MaxBody)
		rec.note(func(f *facts) { f.phase = probe.PhaseBody })
		if p.inspect != nil && err == nil {
			p.inspect(w.answer.StatusCode, w.answer.Header, w.body)
		}
		x.Response = recordAnswer(w.answer, w.body, err != nil, red)
		x.TLS = recordTLS(w.answer.TLS)
	}
	w.cause = context.Cause(ctx)
	w.facts = rec.finish()
	x.Timing, x.RemoteAddr, x.LocalAddr = w.facts.timing(), w.facts.remote, w.facts.own
	failed := c.diagnosed(parent, w, p, err)
	failed.Timing = x.Timing
	if x.Response != nil && !x.Response.Truncated {
		failed.HTTPStatus = x.Response.HTTPStatus
	}
	x.Attempts = append(x.Attempts, failed)
	if verification := (*tls.CertificateVerificationError)(nil); errors.As(err, &verification) && len(verification.UnverifiedCertificates) > 0 {
		x.TLS = certificateFacts(verification.UnverifiedCertificates[0])
	}
	d := done{sent: rec.sent(), took: w.facts.end.Sub(w.facts.start)}
	d.again = mayRepeat(failed, d.sent, p)
	_ = errors.As(err, &d.refused)
	return d
}

// mayRepeat follows RFC 9110, section 9.2.2: what was not sent may be sent; what may have been acted upon only where acting twice is safe.
// What will fail in the same way again is not tried again, and neither is what used up its time.
func mayRepeat(failed probe.Attempt, sent bool, p *prepared) bool {
	switch failed.Rule {
	case ruleDNS, ruleRefused, ruleConnectTimeout:
		return !sent
	case ruleReset:
		return !sent || p.isSafe()
	}
	return false
}

// isSafe says that the request as it goes out is safe.
func (p *prepared) isSafe() bool { return p.recorded.IsSafe() }

// recordAnswer keeps the body as bytes came, so that what is not UTF-8 can be judged. Headers are sorted by name; values of one name keep
// their order.
func recordAnswer(answer *http.Response, body []byte, partial bool, red *probe.Redactor) *probe.RecordedResponse {
	var headers []probe.Header
	for name, values := range answer.Header {
		for _, v := range values {
			headers = append(headers, probe.Header{Name: textproto.CanonicalMIMEHeaderKey(name), Value: v})
		}
	}
	slices.SortStableFunc(headers, func(a, b probe.Header) int { return cmp.Compare(a.Name, b.Name) })
	text := ""
	if partial {
		text = red.CutOff(string(body))
	} else {
		text = red.Body(string(body))
	}
	return &probe.RecordedResponse{
		HTTPStatus: answer.StatusCode, Headers: red.Headers(headers), Body: text,
		MediaType: mediaType(answer.Header.Get("Content-Type")), Truncated: partial,
	}
}

// mediaType forgives broken parameters: they do not change what the body is said to be.
func mediaType(contentType string) string {
	if t, _, err := mime.ParseMediaType(contentType); err == nil {
		return t
	}
	t, _, _ := strings.Cut(contentType, ";")
	t, _, _ = strings.Cut(t, ",")
	return strings.ToLower(strings.TrimSpace(t))
}

func recordTLS(state *tls.ConnectionState) *probe.TLS {
	if state == nil {
		return nil
	}
	facts := &probe.TLS{}
	if len(state.PeerCertificates) > 0 {
		facts = certificateFacts(state.PeerCertificates[0])
	}
	facts.Version, facts.Cipher = tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)
	facts.Verified = len(state.VerifiedChains) > 0
	return facts
}

func certificateFacts(c *x509.Certificate) *probe.TLS {
	return &probe.TLS{Subject: c.Subject.String(), Issuer: c.Issuer.String(), NotAfter: c.NotAfter.UTC()}
}

// waited writes a duration for a person: "30s", "12ms".
func waited(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%dms", d.Milliseconds())
	}
	return strings.TrimSuffix(d.Round(100*time.Millisecond).String(), "0s")
}
