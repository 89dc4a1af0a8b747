package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// filler fills the placeholders of one case and notes those that have no value, each once.
type filler struct {
	caseID   string
	sheet    *probe.Sheet
	values   values
	given    map[string]string
	problems []probe.Finding
	noted    map[string]bool
	needs    []probe.Need
	quiet    bool      // needs are nobody's
	asked    *[]string // takes the folded names that values were looked up for; nil where nobody wants to know

	dynamic   Dynamic
	generated []probe.Generated
}

// render fills the draft, and lists the values that were made for it, and the placeholders that it needs others for. A request that comes with
// problems is not to be sent.
func (b *builder) render(caseID string, d draft) (probe.Request, []probe.Generated, []probe.Need, []probe.Finding) {
	f := b.filler(caseID, d.given)
	q := probe.Request{Method: d.method, URL: b.url(f, d), Headers: b.headers(f, d)}
	var mediaType string
	q.Body, mediaType = f.payload(d)
	if mediaType != "" {
		q.Headers = b.parts.withContentType(q.Headers, mediaType)
	}
	problems := append(b.methodProblem(caseID), f.problems...)
	if d.raw == nil && d.body == nil && d.text == "" && len(d.form) == 0 {
		problems = append(problems, b.bodyProblem(caseID)...)
	}
	if len(f.problems) == 0 {
		problems = append(problems, b.urlProblem(caseID, q.URL)...)
	}
	return q, f.generated, f.needs, problems
}

// slot is where a text stands, for messages and for filling what has no name.
type slot struct {
	field probe.Field
	part  string // "the headers"
	key   string // a value that has no name of its own is filled by the name of its key
	at    source.Span
}

// escaper makes a value fit for the place where it lands.
type escaper func(value string) (string, error)

func asIs(value string) (string, error) { return value, nil }

// lookup finds what fills a placeholder; one without a name is filled by its key.
func (f *filler) lookup(name, written string, s slot) (string, bool) {
	filledBy := firstNonEmpty(name, s.key)
	folded := fold(filledBy)
	if f.asked != nil {
		*f.asked = append(*f.asked, folded)
	}
	if value, ok := f.given[folded]; ok && folded != "" {
		return f.withDynamic(value, s), true
	}
	v, ok := f.values.lookup(filledBy)
	f.need(probe.Need{Name: filledBy, Written: written, Part: s.part, At: f.place(name, written, s), Value: v, Set: ok})
	return v.Value, ok
}

// need notes a placeholder, each name once and each mask of nobody's name.
func (f *filler) need(n probe.Need) {
	same := func(m probe.Need) bool {
		return sameName(m.Name, n.Name) && (!isNameless(n.Name) || m.Part == n.Part && m.Written == n.Written)
	}
	if !f.quiet && !slices.ContainsFunc(f.needs, same) {
		f.needs = append(f.needs, n)
	}
}

// text fills the placeholders of a text. escapeAt chooses the escaper for the placeholder that starts at a byte.
func (f *filler) text(text string, inURL bool, s slot, escapeAt func(start int) escaper) string {
	refs := f.refs(text, inURL)
	if len(refs) == 0 {
		return text
	}
	var b strings.Builder
	end := 0
	for _, ref := range refs {
		value, ok := f.valueOf(ref, s)
		if !ok {
			continue
		}
		escaped, err := escapeAt(ref.Start)(value)
		if err != nil {
			f.unfit(ref.PlaceholderRef, s, err)
			continue
		}
		b.WriteString(text[end:ref.Start])
		b.WriteString(escaped)
		end = ref.End
	}
	b.WriteString(text[end:])
	return b.String()
}

// missing notes a placeholder without a value.
func (f *filler) missing(name, written string, s slot) {
	varName := firstNonEmpty(name, s.key)
	identity := string(s.field) + "\x00" + firstNonEmpty(fold(varName), written)
	if !f.isNew(identity) {
		return
	}
	finding := probe.NewFinding("setup.placeholder-unresolved", f.caseID, probe.AtSetup, string(s.field), firstNonEmpty(varName, written))
	finding.Documented, finding.At = written, f.place(name, written, s)
	finding.Message = fmt.Sprintf("%q in %s has no value", written, s.part)
	if written == "" {
		finding.Message = fmt.Sprintf("%q in %s has no value", varName, s.part)
	}
	finding.Hint = "ask the API owner for a value, or to name it, as in <<token>>"
	if varName != "" {
		finding.Hint = supply(varName)
	}
	if v, _ := f.values.lookup(varName); v.Problem != "" {
		finding.Message, finding.Hint = finding.Message+": "+v.Problem, v.Hint
	}
	f.problems = append(f.problems, finding)
}

// isNew says that a problem was not noted before, and notes it.
func (f *filler) isNew(identity string) bool {
	if f.noted == nil {
		f.noted = map[string]bool{}
	}
	known := f.noted[identity]
	f.noted[identity] = true
	return !known
}

func supply(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return strings.ContainsRune(" '\"$`\\&|;<>(){}*?!#~", r) }) {
		name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return fold(string(r)) == "" }), "_")
	}
	if isCallbackName(name) {
		return fmt.Sprintf("have its calls taken with --callback-listen HOST:PORT, or supply it with --var %s=VALUE or in a file with --vars FILE", name)
	}
	return fmt.Sprintf("supply it with --var %s=VALUE, with --secret %s, or in a file with --vars FILE", name, name)
}

// place prefers the placeholder's own place to that of the whole field.
func (f *filler) place(name, written string, s slot) source.Span {
	for _, p := range f.sheet.Placeholder {
		if p.Field == s.field && p.Name == name && p.Written == written && !p.At.IsZero() {
			return p.At
		}
	}
	if s.at.IsZero() {
		return f.sheet.At.Of(s.field)
	}
	return s.at
}

// unfit notes a value that cannot stand where its placeholder does.
func (f *filler) unfit(ref probe.PlaceholderRef, s slot, err error) {
	finding := probe.NewFinding("setup.placeholder-unresolved", f.caseID, probe.AtSetup, string(s.field), firstNonEmpty(ref.Name, s.key), "unfit")
	finding.Documented, finding.At = ref.Written, f.place(ref.Name, ref.Written, s)
	finding.Message = fmt.Sprintf("the value for %q cannot stand in %s: %v", ref.Written, s.part, err)
	finding.Hint = "supply another value"
	f.problems = append(f.problems, finding)
}

// headers fills names and values. A value that repeats the scheme in front of its placeholder, as in "Bearer abc" for "Bearer <<token>>",
// is not made to repeat it.
func (f *filler) headers(documented []probe.Header) []probe.Header {
	if len(documented) == 0 {
		return nil
	}
	filled := make([]probe.Header, 0, len(documented))
	for _, h := range documented {
		s := slot{field: probe.FieldHeaders, part: "the headers", key: h.Name, at: h.At}
		name := f.text(h.Name, false, s, func(int) escaper { return headerText })
		value := f.text(h.Value, false, s, func(start int) escaper {
			return func(value string) (string, error) {
				if prefix := h.Value[:start]; start > 0 && len(value) > start && strings.EqualFold(value[:start], prefix) {
					value = value[start:]
				}
				return headerText(value)
			}
		})
		if !isToken(name) && len(f.problems) == 0 {
			f.badHeader(name, h.At)
		}
		if v, err := headerText(value); err == nil {
			value = strings.TrimSpace(v)
		} else if len(f.problems) == 0 {
			f.badHeader(name, h.At)
		}
		filled = append(filled, probe.Header{Name: name, Value: value, At: h.At})
	}
	return filled
}

func (f *filler) badHeader(name string, at source.Span) {
	finding := probe.NewFinding("sheet.ambiguous", f.caseID, probe.AtSetup, string(probe.FieldHeaders), name)
	finding.At, finding.Documented = at, name
	finding.Message = fmt.Sprintf("%q cannot be sent as an HTTP header", name)
	finding.Hint = "ask the API owner for the header's exact name and value"
	f.problems = append(f.problems, finding)
}

// headerText refuses what would end the header or start another (RFC 9110, section 5.5).
func headerText(value string) (string, error) {
	for _, r := range value {
		if r == 0x7f || r < ' ' && r != '\t' {
			return "", fmt.Errorf("it holds a control character (U+%04X)", r)
		}
	}
	return value, nil
}

// isToken says that s can name a header (RFC 9110, section 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0 {
			continue
		}
		return false
	}
	return s != ""
}

func contentType(headers []probe.Header) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, "Content-Type") {
			return strings.ToLower(h.Value)
		}
	}
	return ""
}

// bodyProblem says why a request whose body is described and not shown cannot be sent: an empty one would prove nothing.
func (b *builder) bodyProblem(caseID string) []probe.Finding {
	fields := b.sheet.Request.Unsampled()
	if len(fields) == 0 || hasNoBody(b.sheet.Method) {
		return nil
	}
	found := b.unusableField(caseID, "sheet.missing-field", probe.FieldRequestBody, "the sheet describes the fields of the request body and gives no example of it")
	found[0].Hint = "ask the API owner for an example, or for a sample value of " + probe.FieldNames(fields)
	return found
}

// methodProblem says why the method cannot be used.
func (b *builder) methodProblem(caseID string) []probe.Finding {
	methods := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
	switch {
	case slices.Contains(methods, b.sheet.Method):
		return nil
	case b.sheet.Method == "":
		return b.unusableField(caseID, "sheet.missing-field", probe.FieldMethod, "the sheet gives no method, so nothing can be sent")
	}
	return b.unusableField(caseID, "sheet.bad-method", probe.FieldMethod, fmt.Sprintf("%q is not an HTTP method", b.sheet.Method))
}

func (b *builder) unusableField(caseID, rule string, field probe.Field, message string) []probe.Finding {
	f := probe.NewFinding(rule, caseID, probe.AtSetup, string(field))
	f.Message, f.At = message, b.sheet.At.Of(field)
	if f.At.IsZero() {
		f.At = b.sheet.Labels.Of(field)
	}
	return []probe.Finding{f}
}
