package probe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Encode writes the run in its one canonical JSON form, which is the JSON report. Equal runs give equal bytes: fields stand in the order of
// the types, empty lists are [], times are UTC, "<", ">" and "&" are not escaped, and the last byte is a line end.
//
// JSON is UTF-8 (RFC 8259, section 8.1), bodies need not be: a body that is not valid UTF-8 is written twice, in "body" with U+FFFD for what
// is not UTF-8, for people, and in "body_base64" byte for byte, for DecodeRun. Elsewhere, as in header values, invalid bytes become U+FFFD.
func (r *Run) Encode(w io.Writer) error {
	return EncodeJSON(w, r.canonical())
}

// EncodeJSON writes a value as every JSON of this program is written: indented by two, nothing escaped for HTML, a line end at the end. What
// would act on a terminal that shows it (control characters, U+007F to U+009F and the marks that reverse text, which JSON lets pass) is escaped.
func EncodeJSON(w io.Writer, v any) error {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escapeActing(out.Bytes()))
	return err
}

// escapeActing works on finished JSON: such characters stand nowhere but in strings.
func escapeActing(data []byte) []byte {
	var out []byte
	done := 0
	for i := 0; i < len(data); {
		if c := data[i]; c < 0x7F {
			i++
			continue
		}
		r, size := utf8.DecodeRune(data[i:])
		if r >= 0x7F && r <= 0x9F || unicode.Is(unicode.Bidi_Control, r) {
			out = append(append(out, data[done:i]...), fmt.Sprintf(`\u%04x`, r)...)
			done = i + size
		}
		i += size
	}
	if done == 0 {
		return data
	}
	return append(out, data[done:]...)
}

// canonical is a copy with everything that Encode promises; r itself stays as it is.
func (r *Run) canonical() *Run {
	c := *r
	if c.SchemaVersion == "" {
		c.SchemaVersion = SchemaVersion
	}
	c.StartedAt, c.FinishedAt = r.StartedAt.UTC(), r.FinishedAt.UTC()
	c.Diagnostics = source.Diagnostics(list(r.Diagnostics))
	c.Sheets = list(r.Sheets)
	for i, s := range c.Sheets {
		s.Diagnostics = source.Diagnostics(list(s.Diagnostics))
		s.Coverage.Codes = list(s.Coverage.Codes)
		s.Coverage.Responses = list(s.Coverage.Responses)
		s.Cases = list(s.Cases)
		for k, result := range s.Cases {
			result.Findings = list(result.Findings)
			result.Expect.HTTPStatus, result.Expect.Codes = list(result.Expect.HTTPStatus), list(result.Expect.Codes)
			result.Exchange = result.Exchange.canonical()
			result.canonicalFurther()
			s.Cases[k] = result
		}
		c.Sheets[i] = s
	}
	return &c
}

// canonicalFurther does to what came after the first exchange what Encode promises, on copies.
func (c *Result) canonicalFurther() {
	c.Repeats, c.Callbacks = slices.Clone(c.Repeats), slices.Clone(c.Callbacks)
	for i := range c.Repeats {
		c.Repeats[i].Exchange = c.Repeats[i].Exchange.canonical()
	}
	for i := range c.Callbacks {
		q := &c.Callbacks[i].Request
		q.Headers, q.BodyBase64 = list(q.Headers), notUTF8(q.Body)
	}
}

func (x *Exchange) canonical() *Exchange {
	if x == nil {
		return nil
	}
	c := *x
	if !x.StartedAt.IsZero() {
		c.StartedAt = x.StartedAt.UTC()
	}
	c.Attempts = list(x.Attempts)
	c.Request.Headers = list(x.Request.Headers)
	c.Request.BodyBase64 = notUTF8(x.Request.Body)
	if x.Response != nil {
		response := *x.Response
		response.Headers = list(response.Headers)
		response.BodyBase64 = notUTF8(response.Body)
		c.Response = &response
	}
	if x.TLS != nil {
		tls := *x.TLS
		tls.NotAfter = tls.NotAfter.UTC()
		c.TLS = &tls
	}
	return &c
}

// notUTF8 is the body as bytes where JSON cannot carry it as text, else nil.
func notUTF8(body string) []byte {
	if utf8.ValidString(body) {
		return nil
	}
	return []byte(body)
}

// list is a copy that is never nil, so that JSON shows [] and not null.
func list[T any](in []T) []T { return append([]T{}, in...) }
