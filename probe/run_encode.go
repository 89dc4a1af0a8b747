package probe

import (
	"bytes"
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
//
// It is written case by case: what it takes in memory is what the largest case takes.
func (r *Run) Encode(w io.Writer) error {
	return r.encode(w, func(out *Indenter) error {
		return join(out, len(r.Sheets), func(i int) error { return r.Sheets[i].EncodeLine(out) })
	})
}

// EncodeWith is Encode where the sheets are kept elsewhere: of each of them, sheet writes what EncodeLine does. Its calls overlap.
func (r *Run) EncodeWith(w io.Writer, sheets int, sheet func(out io.Writer, i int) error) error {
	return r.encode(w, func(out *Indenter) error { return out.abreast(sheets, sheet) })
}

func (r *Run) encode(w io.Writer, sheets func(*Indenter) error) error {
	head, err := EncodeHead(r)
	if err != nil {
		return err
	}
	out := NewIndenter(w)
	if err := writeList(out, head, func() error { return sheets(out) }); err != nil {
		return err
	}
	return out.End()
}

// EncodeLine writes what a run found out about a sheet on one line, case by case, as DecodeSheet reads it.
func (s *SheetResult) EncodeLine(w io.Writer) error {
	head, err := EncodeSheet(s)
	if err != nil {
		return err
	}
	var line []byte
	return writeList(w, head, func() error {
		return join(w, len(s.Cases), func(k int) error {
			if line, err = AppendResult(line[:0], &s.Cases[k]); err == nil {
				_, err = w.Write(line)
			}
			return err
		})
	})
}

// writeList writes a value that was encoded on one line and whose last member is an empty list, with items in the list.
func writeList(w io.Writer, empty []byte, items func() error) error {
	open, found := bytes.CutSuffix(empty, []byte("]}"))
	if !found {
		return fmt.Errorf("the last member of %.40s is no list", empty)
	}
	if _, err := w.Write(open); err != nil {
		return err
	}
	if err := items(); err != nil {
		return err
	}
	_, err := w.Write([]byte("]}"))
	return err
}

// join writes items with commas between them.
func join(w io.Writer, n int, item func(i int) error) error {
	comma := []byte(",")
	for i := range n {
		if i > 0 {
			if _, err := w.Write(comma); err != nil {
				return err
			}
		}
		if err := item(i); err != nil {
			return err
		}
	}
	return nil
}

// EncodeJSON writes a value as every JSON of this program is written: indented by two, nothing escaped for HTML, a line end at the end. What
// would act on a terminal that shows it (control characters, U+007F to U+009F and the marks that reverse text, which JSON lets pass) is escaped.
func EncodeJSON(w io.Writer, v any) error {
	out := NewIndenter(w)
	if err := out.Value(v); err != nil {
		return err
	}
	return out.End()
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
		if acts(r) {
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

// acts says that a letter which JSON lets pass would act on a terminal.
func acts(r rune) bool {
	return r >= 0x7F && r <= 0x9F || unicode.Is(unicode.Bidi_Control, r)
}

// canonical is a copy with everything that Encode promises; r itself stays as it is.
func (r *Run) canonical() *Run {
	c := *r
	if c.SchemaVersion == "" {
		c.SchemaVersion = SchemaVersion
	}
	c.StartedAt, c.FinishedAt = r.StartedAt.UTC(), r.FinishedAt.UTC()
	c.Diagnostics = source.Diagnostics(list(r.Diagnostics))
	if r.Choices != nil {
		choices := *r.Choices
		choices.Families = list(choices.Families)
		c.Choices = &choices
	}
	c.Sheets = list(r.Sheets)
	for i := range c.Sheets {
		c.Sheets[i] = *c.Sheets[i].canonical()
	}
	return &c
}

func (s *SheetResult) canonical() *SheetResult {
	c := *s
	c.Diagnostics = source.Diagnostics(list(s.Diagnostics))
	c.Coverage.Codes = list(s.Coverage.Codes)
	c.Coverage.Responses = list(s.Coverage.Responses)
	c.Cases = list(s.Cases)
	for i := range c.Cases {
		c.Cases[i] = *c.Cases[i].canonical()
	}
	return &c
}

func (c *Result) canonical() *Result {
	result := *c
	result.Findings = list(c.Findings)
	result.Expect.HTTPStatus, result.Expect.Codes = list(c.Expect.HTTPStatus), list(c.Expect.Codes)
	result.Exchange = c.Exchange.canonical()
	result.canonicalFurther()
	return &result
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
