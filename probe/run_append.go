package probe

import (
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Cases are most of what is ever encoded, and encoding/json spends more on each of them than sending it takes. So what every case has is written
// here, member by member, as encoding/json would; what few have is left to it. A test holds both to the same bytes.

// appender writes JSON on one line.
type appender struct {
	out    []byte // to which little is appended at a time, in statements of its own: so the compiler changes its length alone
	failed error
}

// AppendResult appends to out what EncodeResult writes.
func AppendResult(out []byte, c *Result) ([]byte, error) {
	a := &appender{out: out}
	a.result(c)
	return a.out, a.failed
}

func (a *appender) open(bracket byte)  { a.out = append(a.out, bracket) }
func (a *appender) close(bracket byte) { a.out = append(a.out, bracket) }

// next begins a member or an item behind what is there.
func (a *appender) next() {
	if last := a.out[len(a.out)-1]; last != '{' && last != '[' {
		a.out = append(a.out, ',')
	}
}

func (a *appender) name(name string) {
	a.next()
	a.out = append(a.out, '"')
	a.out = append(a.out, name...)
	a.out = append(a.out, '"', ':')
}

func (a *appender) text(name, value string) {
	a.name(name)
	a.quoted(value)
}

// some is text where there is any.
func (a *appender) some(name, value string) {
	if value != "" {
		a.text(name, value)
	}
}

func (a *appender) number(name string, n int) {
	a.name(name)
	a.out = strconv.AppendInt(a.out, int64(n), 10)
}

func (a *appender) truth(name string, is bool) {
	a.name(name)
	a.out = strconv.AppendBool(a.out, is)
}

// other leaves a member to encoding/json.
func (a *appender) other(name string, v any) {
	a.name(name)
	text, err := compact(v)
	if err != nil && a.failed == nil {
		a.failed = err
	}
	a.out = append(a.out, text...)
}

// decimal is written as encoding/json does, which writes what is very small or large otherwise.
func (a *appender) decimal(name string, f float64) {
	if size := math.Abs(f); size != 0 && (size < 1e-6 || size >= 1e21) || math.IsNaN(f) {
		a.other(name, f)
		return
	}
	a.name(name)
	a.out = strconv.AppendFloat(a.out, f, 'f', -1, 64)
}

func (a *appender) moment(name string, t time.Time) {
	if year := t.Year(); year < 0 || year > 9999 {
		a.other(name, t)
		return
	}
	a.name(name)
	a.out = append(t.AppendFormat(append(a.out, '"'), time.RFC3339Nano), '"')
}

// quoted writes a string: what acts on a terminal is escaped, and what is no UTF-8 becomes U+FFFD.
func (a *appender) quoted(s string) {
	a.out = append(a.out, '"')
	done := 0
	for i := 0; i < len(s); {
		c, size := s[i], 1
		if c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
			i++
			continue
		}
		escaped := ""
		if c < utf8.RuneSelf {
			escaped = escapeOf(c)
		} else {
			escaped, size = escapeOfRune(s[i:])
		}
		if escaped != "" {
			a.out = append(a.out, s[done:i]...)
			a.out = append(a.out, escaped...)
			done = i + size
		}
		i += size
	}
	a.out = append(a.out, s[done:]...)
	a.out = append(a.out, '"')
}

// escapeOfRune is how the first letter of a text stands in JSON, and its size; "" is as it is.
func escapeOfRune(s string) (escaped string, size int) {
	r, size := utf8.DecodeRuneInString(s)
	isSeparator := r == '\u2028' || r == '\u2029' // which end a line in JavaScript
	if isSeparator || acts(r) || r == utf8.RuneError && size == 1 {
		return fmt.Sprintf(`\u%04x`, r), size
	}
	return "", size
}

func escapeOf(c byte) string {
	switch c {
	case '"':
		return `\"`
	case '\\':
		return `\\`
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	case '\b':
		return `\b`
	case '\f':
		return `\f`
	}
	const digits = "0123456789abcdef"
	return `\u00` + digits[c>>4:c>>4+1] + digits[c&15:c&15+1]
}

func (a *appender) result(c *Result) {
	a.open('{')
	a.text("id", c.ID)
	a.text("title", c.Title)
	a.text("family", string(c.Family))
	a.some("mutation", c.Mutation)
	a.some("base", c.Base)
	if len(c.Generated) > 0 {
		a.other("generated", c.Generated)
	}
	a.text("verdict", string(c.Verdict))
	a.text("reason", c.Reason)
	if c.ByDesign {
		a.truth("by_design", true)
	}
	a.name("expectation")
	a.expectation(&c.Expect)
	a.some("outcome", string(c.Outcome))
	a.number("checks_executed", c.Checks)
	a.name("exchange")
	a.exchange(c.Exchange)
	a.further(c)
	a.name("findings")
	a.findings(c.Findings)
	a.close('}')
}

// further is what came after the first exchange.
func (a *appender) further(c *Result) {
	if len(c.Repeats)+len(c.Callbacks)+len(c.Polls) > 0 {
		plain := Result{Repeats: c.Repeats, Callbacks: c.Callbacks}
		plain.canonicalFurther()
		if len(c.Repeats) > 0 {
			a.other("repeats", plain.Repeats)
		}
		a.some("not_repeated", c.NotRepeated)
		if len(c.Callbacks) > 0 {
			a.other("callbacks", plain.Callbacks)
		}
		if len(c.Polls) > 0 {
			a.other("polls", c.Polls)
		}
		return
	}
	a.some("not_repeated", c.NotRepeated)
}

func (a *appender) expectation(e *Expectation) {
	a.open('{')
	a.text("outcome", string(e.Outcome))
	a.name("http_status")
	a.open('[')
	for _, status := range e.HTTPStatus {
		a.next()
		a.out = strconv.AppendInt(a.out, int64(status), 10)
	}
	a.close(']')
	a.name("codes")
	a.open('[')
	for _, code := range e.Codes {
		a.next()
		a.quoted(code)
	}
	a.close(']')
	a.truth("forbidden", e.Forbidden)
	if len(e.Errors) > 0 {
		a.other("errors", e.Errors)
	}
	if len(e.Unrelated) > 0 {
		a.other("unrelated", e.Unrelated)
	}
	a.close('}')
}

func (a *appender) findings(all []Finding) {
	a.open('[')
	for i := range all {
		f := &all[i]
		a.next()
		a.open('{')
		a.text("rule", f.Rule)
		a.text("severity", string(f.Severity))
		a.some("lowered_from", string(f.LoweredFrom))
		a.text("blame", string(f.Blame))
		a.text("location", string(f.Location))
		a.text("pointer", f.Pointer)
		a.text("documented", f.Documented)
		a.text("observed", f.Observed)
		a.text("message", f.Message)
		a.text("why", f.Why)
		a.text("hint", f.Hint)
		a.place("at", f.At)
		a.text("fingerprint", f.Fingerprint)
		a.number("count", f.Count)
		if f.Proposed != nil {
			a.other("proposed", f.Proposed)
		}
		a.close('}')
	}
	a.close(']')
}

func (a *appender) place(name string, at source.Span) {
	a.name(name)
	a.open('{')
	if at.Line != 0 {
		a.number("line", at.Line)
	}
	if at.Column != 0 {
		a.number("column", at.Column)
	}
	a.some("cell", at.Cell)
	a.close('}')
}

func (a *appender) exchange(x *Exchange) {
	if x == nil {
		a.out = append(a.out, "null"...)
		return
	}
	a.open('{')
	if !x.StartedAt.IsZero() {
		a.moment("started_at", x.StartedAt.UTC())
	}
	a.name("attempts")
	a.attempts(x.Attempts)
	a.name("request")
	a.open('{')
	a.text("method", x.Request.Method)
	a.text("url", x.Request.URL)
	a.headers(x.Request.Headers)
	a.body(x.Request.Body)
	a.close('}')
	a.name("response")
	a.response(x.Response)
	a.timing("timing_ms", x.Timing)
	a.text("remote_addr", x.RemoteAddr)
	a.name("tls")
	a.tls(x.TLS)
	a.some("trace_id", x.TraceID)
	a.some("span_id", x.SpanID)
	if x.Saved {
		a.truth("saved", true)
	}
	a.close('}')
}

func (a *appender) tls(t *TLS) {
	if t == nil {
		a.out = append(a.out, "null"...)
		return
	}
	a.open('{')
	a.text("version", t.Version)
	a.text("cipher", t.Cipher)
	a.text("subject", t.Subject)
	a.text("issuer", t.Issuer)
	a.moment("not_after", t.NotAfter.UTC())
	a.truth("verified", t.Verified)
	a.close('}')
}

func (a *appender) attempts(all []Attempt) {
	a.open('[')
	for i := range all {
		try := &all[i]
		a.next()
		a.open('{')
		a.text("error", try.Error)
		a.text("phase", string(try.Phase))
		a.some("rule", try.Rule)
		if try.Waited != 0 {
			a.decimal("waited_ms", try.Waited)
		}
		if try.HTTPStatus != 0 {
			a.number("http_status", try.HTTPStatus)
		}
		if try.Timing != (Timing{}) {
			a.timing("timing_ms", try.Timing)
		}
		if try.Diagnosis != nil {
			a.other("diagnosis", try.Diagnosis)
		}
		a.close('}')
	}
	a.close(']')
}

func (a *appender) headers(all []Header) {
	a.name("headers")
	a.open('[')
	for i := range all {
		a.next()
		a.open('{')
		a.text("name", all[i].Name)
		a.text("value", all[i].Value)
		a.close('}')
	}
	a.close(']')
}

func (a *appender) body(body string) {
	a.text("body", body)
	if !utf8.ValidString(body) {
		a.other("body_base64", []byte(body))
	}
}

func (a *appender) response(r *RecordedResponse) {
	if r == nil {
		a.out = append(a.out, "null"...)
		return
	}
	a.open('{')
	a.number("http_status", r.HTTPStatus)
	a.headers(r.Headers)
	a.body(r.Body)
	a.text("media_type", r.MediaType)
	a.truth("truncated", r.Truncated)
	a.close('}')
}

func (a *appender) timing(name string, t Timing) {
	a.name(name)
	a.open('{')
	a.decimal("dns", t.DNS)
	a.decimal("connect", t.Connect)
	a.decimal("tls", t.TLS)
	a.decimal("first_byte", t.FirstByte)
	a.decimal("total", t.Total)
	a.close('}')
}
