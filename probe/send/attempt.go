package send

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"

	"github.com/sheetprobe/sheetprobe/probe"
)

// attempt sends once, and records it in x.
func (c *Client) attempt(ctx context.Context, limit time.Duration, p *prepared, red *probe.Redactor, x *probe.Exchange) done {
	defer c.follow(ctx, p, x)()
	rec := newRecorder(ctx, p, limit, c.options.ConnectTimeout)
	came, err := c.exchange(rec)
	x.Response, x.TLS = nil, nil
	if came.answer != nil {
		if p.inspect != nil && err == nil {
			p.inspect(came.answer.StatusCode, came.answer.Header, came.body)
		}
		x.Response = recordAnswer(came, err != nil, red)
		x.TLS = rec.connection().recordTLS(came.answer.TLS)
	}
	cause := context.Cause(rec)
	facts := rec.finish(err != nil)
	x.Timing, x.RemoteAddr, x.LocalAddr = facts.timing(), facts.remote, facts.own
	d := done{took: facts.end.Sub(facts.start)}
	tried := probe.Attempt{}
	if err != nil || came.answer.StatusCode == http.StatusBadRequest { // which may be about TLS
		w := witness{target: target(p.url), url: p.url, options: c.options, facts: facts, cause: cause, arrival: came, mask: red.Text}
		tried = c.diagnosed(ctx, w, p, err)
		if shown := certificateShown(err); shown != nil {
			x.TLS = shown
		}
		d.sent, d.refused = rec.sent(), refusalOf(err)
		d.again = mayRepeat(tried, d.sent, p)
	}
	tried.Timing = x.Timing
	if x.Response != nil && !x.Response.Truncated {
		tried.HTTPStatus = x.Response.HTTPStatus
	}
	x.Attempts = append(x.Attempts, tried)
	return d
}

// arrival is what came of an answer.
type arrival struct {
	answer *http.Response // its body is read and closed; nil where none began
	body   []byte
}

// anyURL is one that is quickly looked at.
const anyURL = "http:"

// exchange sends, and returns what came, with an error too.
func (c *Client) exchange(rec *recorder) (arrival, error) {
	q, kept := c.requests.Get().(*resty.Request)
	if !kept {
		q = c.resty.R()
	}
	sent, err := q.SetContext(httptrace.WithClientTrace(rec, &rec.hooks)).Execute(http.MethodGet, anyURL) // see asPrepared
	c.requests.Put(q)
	if err != nil {
		return arrival{}, err
	}
	body, err := readBody(sent.RawResponse, c.options.MaxBody)
	rec.note(func(f *facts) { f.phase = probe.PhaseBody })
	return arrival{sent.RawResponse, body}, err
}

// certificateShown is the certificate because of which a connection was given up; nil where that was not why.
func certificateShown(err error) *probe.TLS {
	var verification *tls.CertificateVerificationError
	if !errors.As(err, &verification) || len(verification.UnverifiedCertificates) == 0 {
		return nil
	}
	return certificateFacts(verification.UnverifiedCertificates[0])
}

func refusalOf(err error) *addressRefusal {
	var refused *addressRefusal
	_ = errors.As(err, &refused)
	return refused
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
func (p *prepared) isSafe() bool { return p.IsSafe() }

// recordAnswer keeps the body as bytes came, so that what is not UTF-8 can be judged. Headers are sorted by name; values of one name keep
// their order.
func recordAnswer(came arrival, partial bool, red *probe.Redactor) *probe.RecordedResponse {
	answer := came.answer
	headers := make([]probe.Header, 0, len(answer.Header))
	for name, values := range answer.Header {
		if name == hiddenLocation {
			name = "Location"
		}
		for _, v := range values {
			headers = append(headers, probe.Header{Name: name, Value: v})
		}
	}
	slices.SortStableFunc(headers, func(a, b probe.Header) int { return cmp.Compare(a.Name, b.Name) })
	red.MaskHeaders(headers)
	record := &probe.RecordedResponse{
		HTTPStatus: answer.StatusCode, Headers: headers, MediaType: mediaType(answer.Header.Get("Content-Type")), Truncated: partial,
	}
	if partial {
		record.Body = red.CutOff(string(came.body))
	} else {
		record.Body = red.BodyBytes(came.body)
	}
	return record
}

// mediaType forgives broken parameters: they do not change what the body is said to be.
func mediaType(contentType string) string {
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
