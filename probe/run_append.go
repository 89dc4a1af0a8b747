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

// appender writes JSON on one line. What stands before a value, comma and name, is one text, as in `,"title":`.
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

func (a *appender) raw(text string) { a.out = append(a.out, text...) }

// next begins a member or an item of which it is not known whether others stand before it.
func (a *appender) next() {
	if last := a.out[len(a.out)-1]; last != '{' && last != '[' {
		a.out = append(a.out, ',')
	}
}

func (a *appender) text(before, value string) {
	a.raw(before)
	a.quoted(value)
}

// some is text where there is any.
func (a *appender) some(before, value string) {
	if value != "" {
		a.text(before, value)
	}
}

func (a *appender) number(before string, n int) {
	a.raw(before)
	a.out = strconv.AppendInt(a.out, int64(n), 10)
}

func (a *appender) truth(before string, is bool) {
	a.raw(before)
	a.out = strconv.AppendBool(a.out, is)
}

// other leaves a value to encoding/json.
func (a *appender) other(before string, v any) {
	a.raw(before)
	text, err := compact(v)
	if err != nil && a.failed == nil {
		a.failed = err
	}
	a.out = append(a.out, text...)
}

// decimal is written as encoding/json does, which writes what is very small or large otherwise.
func (a *appender) decimal(before string, f float64) {
	if size := math.Abs(f); size != 0 && (size < 1e-6 || size >= 1e21) || math.IsNaN(f) {
		a.other(before, f)
		return
	}
	a.raw(before)
	a.out = strconv.AppendFloat(a.out, f, 'f', -1, 64)
}

func (a *appender) moment(before string, t time.Time) {
	if year := t.Year(); year < 0 || year > 9999 {
		a.other(before, t)
		return
	}
	a.raw(before)
	a.out = append(t.AppendFormat(append(a.out, '"'), time.RFC3339Nano), '"')
}

// plain are the bytes that stand in a string as they are, whatever is beside them.
var plain = func() (is [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		is[c] = c != '"' && c != '\\'
	}
	return is
}()

// quoted writes a string: what acts on a terminal is escaped, and what is no UTF-8 becomes U+FFFD.
func (a *appender) quoted(s string) {
	a.out = append(a.out, '"')
	done := 0
	for i := 0; i < len(s); {
		if plain[s[i]] {
			i++
			continue
		}
		escaped, size := escapeOf(s[i:])
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

// escapeOf is how the first letter of a text that is not plain stands in JSON, and its size; "" is as it is.
func escapeOf(s string) (escaped string, size int) {
	if s[0] < utf8.RuneSelf {
		return escapeOfByte(s[0]), 1
	}
	r, size := utf8.DecodeRuneInString(s)
	isSeparator := r == '\u2028' || r == '\u2029' // which end a line in JavaScript
	if isSeparator || acts(r) || r == utf8.RuneError && size == 1 {
		return fmt.Sprintf(`\u%04x`, r), size
	}
	return "", size
}

func escapeOfByte(c byte) string {
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
	a.text(`{"id":`, c.ID)
	a.text(`,"title":`, c.Title)
	a.text(`,"family":`, string(c.Family))
	a.some(`,"mutation":`, c.Mutation)
	a.some(`,"base":`, c.Base)
	if len(c.Generated) > 0 {
		a.other(`,"generated":`, c.Generated)
	}
	a.text(`,"verdict":`, string(c.Verdict))
	a.text(`,"reason":`, c.Reason)
	if c.ByDesign {
		a.raw(`,"by_design":true`)
	}
	a.expectation(&c.Expect)
	a.some(`,"outcome":`, string(c.Outcome))
	a.number(`,"checks_executed":`, c.Checks)
	a.exchange(c.Exchange)
	a.further(c)
	a.findings(c.Findings)
	a.raw(`}`)
}

// further is what came after the first exchange.
func (a *appender) further(c *Result) {
	plain := Result{Repeats: c.Repeats, Callbacks: c.Callbacks}
	plain.canonicalFurther()
	if len(c.Repeats) > 0 {
		a.other(`,"repeats":`, plain.Repeats)
	}
	a.some(`,"not_repeated":`, c.NotRepeated)
	if len(c.Callbacks) > 0 {
		a.other(`,"callbacks":`, plain.Callbacks)
	}
	if len(c.Polls) > 0 {
		a.other(`,"polls":`, c.Polls)
	}
}

func (a *appender) expectation(e *Expectation) {
	a.text(`,"expectation":{"outcome":`, string(e.Outcome))
	a.raw(`,"http_status":[`)
	for _, status := range e.HTTPStatus {
		a.next()
		a.out = strconv.AppendInt(a.out, int64(status), 10)
	}
	a.raw(`],"codes":[`)
	for _, code := range e.Codes {
		a.next()
		a.quoted(code)
	}
	a.truth(`],"forbidden":`, e.Forbidden)
	if len(e.Errors) > 0 {
		a.other(`,"errors":`, e.Errors)
	}
	if len(e.Unrelated) > 0 {
		a.other(`,"unrelated":`, e.Unrelated)
	}
	a.raw(`}`)
}

func (a *appender) findings(all []Finding) {
	a.raw(`,"findings":[`)
	for i := range all {
		f := &all[i]
		a.next()
		a.text(`{"rule":`, f.Rule)
		a.text(`,"severity":`, string(f.Severity))
		a.some(`,"lowered_from":`, string(f.LoweredFrom))
		a.text(`,"blame":`, string(f.Blame))
		a.text(`,"location":`, string(f.Location))
		a.text(`,"pointer":`, f.Pointer)
		a.text(`,"documented":`, f.Documented)
		a.text(`,"observed":`, f.Observed)
		a.text(`,"message":`, f.Message)
		a.text(`,"why":`, f.Why)
		a.text(`,"hint":`, f.Hint)
		a.place(`,"at":{`, f.At)
		a.text(`,"fingerprint":`, f.Fingerprint)
		a.number(`,"count":`, f.Count)
		if f.Proposed != nil {
			a.other(`,"proposed":`, f.Proposed)
		}
		a.raw(`}`)
	}
	a.raw(`]`)
}

func (a *appender) place(before string, at source.Span) {
	a.raw(before)
	if at.Line != 0 {
		a.number(`"line":`, at.Line)
	}
	if at.Column != 0 {
		a.next()
		a.number(`"column":`, at.Column)
	}
	if at.Cell != "" {
		a.next()
		a.text(`"cell":`, at.Cell)
	}
	a.raw(`}`)
}

func (a *appender) exchange(x *Exchange) {
	if x == nil {
		a.raw(`,"exchange":null`)
		return
	}
	a.raw(`,"exchange":{`)
	if !x.StartedAt.IsZero() {
		a.moment(`"started_at":`, x.StartedAt.UTC())
		a.raw(`,`)
	}
	a.attempts(x.Attempts)
	a.text(`,"request":{"method":`, x.Request.Method)
	a.text(`,"url":`, x.Request.URL)
	a.headers(x.Request.Headers)
	a.body(x.Request.Body)
	a.raw(`}`)
	a.response(x.Response)
	a.timing(`,"timing_ms":`, x.Timing)
	a.text(`,"remote_addr":`, x.RemoteAddr)
	a.tls(x.TLS)
	a.some(`,"trace_id":`, x.TraceID)
	a.some(`,"span_id":`, x.SpanID)
	if x.Saved {
		a.raw(`,"saved":true`)
	}
	a.raw(`}`)
}

func (a *appender) tls(t *TLS) {
	if t == nil {
		a.raw(`,"tls":null`)
		return
	}
	a.text(`,"tls":{"version":`, t.Version)
	a.text(`,"cipher":`, t.Cipher)
	a.text(`,"subject":`, t.Subject)
	a.text(`,"issuer":`, t.Issuer)
	a.moment(`,"not_after":`, t.NotAfter.UTC())
	a.truth(`,"verified":`, t.Verified)
	a.raw(`}`)
}

func (a *appender) attempts(all []Attempt) {
	a.raw(`"attempts":[`)
	for i := range all {
		try := &all[i]
		a.next()
		a.text(`{"error":`, try.Error)
		a.text(`,"phase":`, string(try.Phase))
		a.some(`,"rule":`, try.Rule)
		if try.Waited != 0 {
			a.decimal(`,"waited_ms":`, try.Waited)
		}
		if try.HTTPStatus != 0 {
			a.number(`,"http_status":`, try.HTTPStatus)
		}
		if try.Timing != (Timing{}) {
			a.timing(`,"timing_ms":`, try.Timing)
		}
		if try.Diagnosis != nil {
			a.other(`,"diagnosis":`, try.Diagnosis)
		}
		a.raw(`}`)
	}
	a.raw(`]`)
}

func (a *appender) headers(all []Header) {
	a.raw(`,"headers":[`)
	for i := range all {
		a.next()
		a.text(`{"name":`, all[i].Name)
		a.text(`,"value":`, all[i].Value)
		a.raw(`}`)
	}
	a.raw(`]`)
}

func (a *appender) body(body string) {
	a.text(`,"body":`, body)
	if !utf8.ValidString(body) {
		a.other(`,"body_base64":`, []byte(body))
	}
}

func (a *appender) response(r *RecordedResponse) {
	if r == nil {
		a.raw(`,"response":null`)
		return
	}
	a.number(`,"response":{"http_status":`, r.HTTPStatus)
	a.headers(r.Headers)
	a.body(r.Body)
	a.text(`,"media_type":`, r.MediaType)
	a.truth(`,"truncated":`, r.Truncated)
	a.raw(`}`)
}

func (a *appender) timing(before string, t Timing) {
	a.raw(before)
	a.decimal(`{"dns":`, t.DNS)
	a.decimal(`,"connect":`, t.Connect)
	a.decimal(`,"tls":`, t.TLS)
	a.decimal(`,"first_byte":`, t.FirstByte)
	a.decimal(`,"total":`, t.Total)
	a.raw(`}`)
}
