package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Sheets shows a person how documents were understood: the ten fields of every sheet with the place of each, what had to be repaired, and
// what has to be filled in.
func Sheets(w io.Writer, documents []Document, o Options) error {
	p := newPage(o)
	sheets := 0
	for _, d := range documents {
		sheets += len(d.Sheets)
		if o.Quiet {
			continue
		}
		for _, s := range d.Sheets {
			p.sheet(d, s)
		}
		if len(d.Diagnostics) > 0 {
			p.blank()
			p.banner(plain, documentName(d.Document.Name, p.width-20), "")
			if err := p.diagnostics(d.Diagnostics, d.Document, nil); err != nil {
				return err
			}
		}
	}
	p.blank()
	p.text(0, bold, fmt.Sprintf("%s in %s.", count(sheets, "sheet"), count(len(documents), "document")))
	return p.writeTo(w)
}

// fieldWidth is the column at which the values of fields begin.
const fieldWidth = 18

func (p *page) sheet(d Document, s *probe.Sheet) {
	p.blank()
	p.sheetBanner(d, s)
	for _, f := range probe.Fields {
		p.field(s, f)
	}
	p.async(s)
	for i, ph := range s.Placeholder {
		label := ""
		if i == 0 {
			label = "To fill in"
		}
		name := orElse(ph.Name, "a value without a name")
		p.fieldRow(label, fmt.Sprintf("%s, written %s in %s", inert(name), inert(ph.Written), ph.Field.Title()), placeOf(ph.At.Pos))
	}
	p.repairs(s)
}

func (p *page) field(s *probe.Sheet, f probe.Field) {
	label, at := f.Title(), placeOf(s.At.Of(f).Pos)
	if f == probe.FieldCredentials {
		label = "Credentials"
	}
	values := valuesOf(s, f)
	if len(values) == 0 {
		p.fieldRow(label, "-", at)
	}
	for i, v := range values {
		if i > 0 {
			label, at = "", ""
		}
		p.fieldRow(label, v.text, at)
		if v.body != "" {
			for line := range strings.SplitSeq(v.body, "\n") {
				p.verbatimAt(fieldWidth, "", line)
			}
		}
	}
}

// fieldRow writes a value behind its label and its place at the right.
func (p *page) fieldRow(label, text, at string) {
	p.sidesAt(p.paint(dim, label)+strings.Repeat(" ", max(fieldWidth-columnsOf(label), 1)), fieldWidth, plain, text, at)
}

// value is one line of a field, and the body under it.
type value struct{ text, body string }

func valuesOf(s *probe.Sheet, f probe.Field) []value {
	switch f {
	case probe.FieldName:
		return plainValue(s.Name)
	case probe.FieldMethod:
		return plainValue(s.Method)
	case probe.FieldURL:
		return plainValue(s.URL)
	case probe.FieldHeaders:
		return pairs(s.Headers, func(h probe.Header) (string, string) { return h.Name, h.Value })
	case probe.FieldRequestBody:
		return requestValue(s.Request)
	case probe.FieldSuccessResponse:
		return responses(s.Success)
	case probe.FieldErrorResponse:
		return responses(s.Errors)
	case probe.FieldPartnerCode:
		return plainValue(s.PartnerCode)
	case probe.FieldCredentials:
		return pairs(s.Credentials, func(c probe.Credential) (string, string) { return c.Name, c.Value })
	case probe.FieldStatusCodes:
		return pairs(s.StatusCodes, func(c probe.StatusCode) (string, string) { return c.Code + " (" + c.Kind + ")", c.Message })
	}
	return nil
}

func plainValue(s string) []value {
	if s == "" {
		return nil
	}
	return []value{{text: inert(s)}}
}

func pairs[T any](in []T, split func(T) (name, content string)) []value {
	out := make([]value, len(in))
	for i, x := range in {
		name, content := split(x)
		out[i].text = inert(name)
		if content != "" {
			out[i].text += ": " + inert(content)
		}
	}
	return out
}

func requestValue(r probe.RequestSpec) []value {
	var out []value
	if !r.Body.IsZero() {
		out = append(out, value{orElse(inert(r.MediaType), "media type not stated"), bodyText(r.Body)})
	}
	for _, f := range r.Fields {
		text := inert(f.Name) + " in " + inert(f.In)
		if f.Type != "" {
			text += ", " + inert(f.Type)
		}
		switch {
		case f.Mandatory == nil:
		case *f.Mandatory:
			text += ", mandatory"
		default:
			text += ", optional"
		}
		if rules := rulesText(f.Rules); rules != "" {
			text += "; " + rules
		}
		out = append(out, value{text: text})
	}
	return out
}

func responses(rs []probe.Response) []value {
	out := make([]value, len(rs))
	for i, r := range rs {
		var parts []string
		if r.Title != "" {
			parts = append(parts, inert(r.Title))
		}
		if r.HTTPStatus != nil {
			parts = append(parts, "HTTP "+strconv.Itoa(*r.HTTPStatus))
		}
		if r.Code != "" {
			parts = append(parts, "code "+inert(r.Code))
		}
		if r.When != "" && r.When != r.Title {
			parts = append(parts, clause(r.When))
		}
		parts = append(parts, recipeParts(r.Request)...)
		out[i] = value{orElse(strings.Join(parts, ", "), "neither HTTP status nor code stated"), bodyText(r.Body)}
	}
	return out
}

// clause is what causes an answer, as a clause.
func clause(when string) string {
	if first, _, _ := strings.Cut(strings.ToLower(when), " "); first == "when" || first == "if" || first == "in" {
		return inert(when)
	}
	return "when " + inert(when)
}

// maxBodyText is how much of a body is shown, in columns over all its lines.
const maxBodyText = 8 << 10

// bodyText is the body as it was understood, indented where it is JSON that is small enough for that.
func bodyText(b probe.Body) string {
	if b.IsZero() {
		return ""
	}
	text := b.Text
	if b.Value != nil {
		raw, err := b.Value.MarshalJSON()
		if err != nil {
			return inert(err.Error())
		}
		var indented bytes.Buffer
		if len(raw) <= maxBodyText && json.Indent(&indented, raw, "", "  ") == nil && indented.Len() <= 8*maxBodyText {
			raw = indented.Bytes()
		}
		text = string(raw)
	}
	lines := strings.Split(text[:min(len(text), 8*maxBodyText)], "\n")
	for i, line := range lines {
		lines[i] = inertUpTo(strings.TrimSuffix(line, "\r"), maxBodyText)
	}
	return strings.Join(lines, "\n")
}

func (p *page) repairs(s *probe.Sheet) {
	label, rest := "Repaired", 0
	for _, d := range s.Diagnostics {
		if d.Rule != "sheet.repaired-json" {
			rest++
			continue
		}
		p.fieldRow(label, inert(d.Message), placeOf(d.At.Pos))
		label = ""
	}
	if rest > 0 {
		p.fieldRow("To correct", count(rest, "further remark")+"; `sheetprobe lint` shows them", "")
	}
}

// placeOf is a place in the document that the section names.
func placeOf(at source.Pos) string {
	switch {
	case at.Cell != "":
		return inert(at.Cell)
	case at.Line > 0:
		return fmt.Sprintf("%d:%d", at.Line, at.Column)
	}
	return ""
}

// SheetsJSON shows the same to a machine, in the form in which two readers of one document can be compared:
//
//	{"documents": [{"source", "format", "sha256", "sheets": [SHEET], "diagnostics": [DIAGNOSTIC]}]}
//
// with SHEET as probe.Sheet is encoded, all its lists written even where they are empty, and the DIAGNOSTICs of the document and all its
// sheets in the order of the document. "auth" is null: no reader describes it beyond the headers and credentials.
func SheetsJSON(w io.Writer, documents []Document) error {
	out := struct {
		Documents []readDocument `json:"documents"`
	}{[]readDocument{}}
	for _, d := range documents {
		doc := readDocument{documentJSON: describe(d), Sheets: []sheetJSON{}, Diagnostics: allOf(d)}
		for _, s := range d.Sheets {
			doc.Sheets = append(doc.Sheets, sheetJSONOf(s))
		}
		out.Documents = append(out.Documents, doc)
	}
	return probe.EncodeJSON(w, out)
}

type readDocument struct {
	documentJSON
	Sheets      []sheetJSON        `json:"sheets"`
	Diagnostics source.Diagnostics `json:"diagnostics"`
}

// sheetJSON is a sheet with the members that its own encoding leaves out where they are empty.
type sheetJSON struct {
	probe.Sheet
	TestData []probe.TestDatum `json:"test_data"`
	Auth     *struct{}         `json:"auth"`
}

func sheetJSONOf(s *probe.Sheet) sheetJSON {
	c := *s
	c.Headers, c.Credentials, c.StatusCodes, c.Placeholder = list(s.Headers), list(s.Credentials), list(s.StatusCodes), list(s.Placeholder)
	c.Success, c.Errors, c.Request.Fields = list(s.Success), list(s.Errors), list(s.Request.Fields)
	return sheetJSON{Sheet: c, TestData: list(s.TestData)}
}
