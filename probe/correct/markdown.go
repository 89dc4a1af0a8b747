package correct

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// markdown writes the ten fields of every sheet as an owner would, changes marked by number, and what each of them is about below.
func markdown(proposals []Proposal, run *probe.Run) []byte {
	var b strings.Builder
	for i := range proposals {
		p := &proposals[i]
		fmt.Fprintf(&b, "# %s\n\n_Proposal, %s_\n\n", report.MarkdownText(orElse(p.Sheet.Name, "API")), report.MarkdownText(p.heading(run)))
		for n, f := range probe.Fields {
			fmt.Fprintf(&b, "## %d. %s\n\n%s\n\n", n+1, f.Title()+p.marksOf(f), p.fieldText(f))
		}
		if len(p.Changes)+len(p.Left) == 0 {
			continue
		}
		b.WriteString("## Changes\n\n")
		for k := range p.Changes {
			c := &p.Changes[k]
			fmt.Fprintf(&b, "- **(%d)** %s: %s%s\n", c.Number, c.Field.Title(), report.MarkdownText(c.sentence()), report.MarkdownText(bracketed(c.origin(p.Document))))
		}
		for _, l := range p.Left {
			fmt.Fprintf(&b, "- %s\n", report.MarkdownText(l.sentence()))
		}
		b.WriteString("\n")
	}
	return []byte(strings.TrimRight(b.String(), "\n") + "\n")
}

// marksOf names the changes of a field that concern it as a whole.
func (p *Proposal) marksOf(f probe.Field) string {
	var marks []string
	for k := range p.Changes {
		if c := &p.Changes[k]; c.Field == f && (answersOf(p.Sheet, f) == nil || c.Kind == Repaired) {
			marks = append(marks, fmt.Sprintf("(%d)", c.Number))
		}
	}
	if len(marks) == 0 {
		return ""
	}
	return " " + strings.Join(marks, " ")
}

func (p *Proposal) fieldText(f probe.Field) string {
	s := p.Sheet
	switch f {
	case probe.FieldName:
		return orElse(report.MarkdownText(s.Name), "-")
	case probe.FieldMethod:
		return orElse(report.MarkdownText(s.Method), "-")
	case probe.FieldURL:
		return report.MarkdownCode(orElse(s.URL, "-"))
	case probe.FieldHeaders:
		return listed(s.Headers, func(h probe.Header) string { return h.Name + ": " + h.Value })
	case probe.FieldRequestBody:
		return p.requestText()
	case probe.FieldSuccessResponse, probe.FieldErrorResponse:
		return p.answersText(f)
	case probe.FieldPartnerCode:
		return orElse(report.MarkdownText(s.PartnerCode), "-")
	case probe.FieldCredentials:
		return listed(s.Credentials, func(c probe.Credential) string { return c.Name + ": " + c.Value })
	case probe.FieldStatusCodes:
		return listed(s.StatusCodes, func(c probe.StatusCode) string { return c.Code + ": " + c.Message })
	}
	return ""
}

func listed[T any](items []T, line func(T) string) string {
	if len(items) == 0 {
		return "-"
	}
	lines := make([]string, len(items))
	for i, item := range items {
		lines[i] = "- " + report.MarkdownCode(strings.TrimSpace(line(item)))
	}
	return strings.Join(lines, "\n")
}

func (p *Proposal) requestText() string {
	s, text := p.Sheet, "-"
	if !s.Request.Body.IsZero() {
		text = bodyBlock(s.Request.Body, nil)
	}
	var told []probe.RequestField
	for _, f := range s.Request.Fields {
		if f.Mandatory != nil {
			told = append(told, f)
		}
	}
	if len(told) == 0 {
		return text
	}
	return text + "\n\n" + listed(told, func(f probe.RequestField) string {
		if *f.Mandatory {
			return f.Name + ": mandatory"
		}
		return f.Name + ": optional"
	})
}

func (p *Proposal) answersText(f probe.Field) string {
	var parts []string
	for i, a := range answersOf(p.Sheet, f) {
		var changes []*Change
		for k := range p.Changes {
			if c := &p.Changes[k]; c.Field == f && c.Answer == i && c.Kind != Repaired {
				changes = append(changes, c)
			}
		}
		parts = append(parts, answerHead(a, changes)+bodyBlock(a.Body, changes))
	}
	return orElse(strings.Join(parts, "\n\n"), "-")
}

// answerHead says what tells an answer from the others of its field.
func answerHead(a probe.Response, changes []*Change) string {
	var words []string
	if a.Title != "" {
		words = append(words, report.MarkdownText(a.Title))
	}
	if a.HTTPStatus != nil {
		words = append(words, fmt.Sprintf("HTTP %d", *a.HTTPStatus))
	}
	if a.When != "" && a.When != a.Title {
		words = append(words, "when: "+report.MarkdownText(a.When))
	}
	for _, c := range changes {
		if c.Pointer == "" {
			words = append(words, "**"+c.mark()+"**")
		}
	}
	if len(words) == 0 {
		return ""
	}
	return strings.Join(words, ", ") + "\n\n"
}

func bodyBlock(body probe.Body, changes []*Change) string {
	if body.Value == nil {
		return report.MarkdownBlock("", body.Text)
	}
	w := jsonWriter{changes: changes}
	w.value(body.Value, "", "", "")
	return report.MarkdownBlock("json", w.out.String())
}

// jsonWriter writes JSON in many lines, with a remark behind each that changed. Readers that take no remarks find the JSON in the YAML form.
type jsonWriter struct {
	out     strings.Builder
	changes []*Change
}

// value writes v, what stands behind it on its last line, and the remark.
func (w *jsonWriter) value(v *nearjson.Value, pointer, indent, behind string) {
	open, shut := "{", "}"
	switch {
	case v.Kind == nearjson.Array && len(v.Items) > 0:
		open, shut = "[", "]"
	case v.Kind != nearjson.Object || len(v.Members) == 0 && !w.hasRemoved(pointer):
		w.line(v.String()+behind, pointer)
		return
	}
	w.line(open, pointer)
	for i, m := range v.Members {
		w.out.WriteString(indent + "  " + string(nearjson.AppendQuoted(nil, m.Key)) + ": ")
		w.value(m.Value, nearjson.AppendPointer(pointer, m.Key), indent+"  ", comma(i, len(v.Members)))
	}
	for i, item := range v.Items {
		w.out.WriteString(indent + "  ")
		w.value(item, nearjson.AppendIndex(pointer, i), indent+"  ", comma(i, len(v.Items)))
	}
	w.removed(pointer, indent+"  ")
	w.out.WriteString(indent + shut + behind + "\n")
}

func comma(i, n int) string {
	if i < n-1 {
		return ","
	}
	return ""
}

func (w *jsonWriter) line(text, pointer string) {
	w.out.WriteString(text)
	for _, c := range w.changes {
		if c.Pointer == pointer && c.Pointer != "" && c.Kind != Removed {
			w.out.WriteString(" // " + oneLine(c.mark()))
		}
	}
	w.out.WriteString("\n")
}

func (w *jsonWriter) hasRemoved(pointer string) bool {
	for _, c := range w.changes {
		if c.Kind == Removed && parentPointer(c) == pointer {
			return true
		}
	}
	return false
}

// removed writes a remark for each member that is no longer there.
func (w *jsonWriter) removed(pointer, indent string) {
	for _, c := range w.changes {
		if c.Kind == Removed && parentPointer(c) == pointer {
			w.out.WriteString(indent + "// " + oneLine(fmt.Sprintf("%s: %s", c.mark(), c.Pointer[strings.LastIndexByte(c.Pointer, '/')+1:])) + "\n")
		}
	}
}
