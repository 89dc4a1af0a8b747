package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// remarkOn is what is said of one parameter outside of a table.
type remarkOn struct {
	name, in string
	text     source.Text
}

// saysRules says that words are about the values of a field.
func saysRules(words source.Text) bool {
	var s said
	s.read(words, assumeNothing)
	return len(s.words) > 0
}

// heldInBody says that the example of the body has a field of that name.
func (a *assembler) heldInBody(name string) bool {
	v := a.sheet.Request.Body.Value
	return v != nil && v.Kind == nearjson.Object && v.Get(name) != nil
}

// settleRules says of each field of the request what the sheet says of its values: in the row of a table or a list, in a remark beside the example or in its
// place, and in sentences that name the field.
func (a *assembler) settleRules() {
	q := &a.sheet.Request
	spoken := spokenOf(a.prose, q.Fields)
	beside := a.besideExample()
	for i := range q.Fields {
		f := &q.Fields[i]
		if !f.Rules.IsZero() {
			continue
		}
		var s said
		for j := range a.listed {
			if a.describes(&a.listed[j], *f) {
				for _, w := range a.listed[j].words {
					s.read(w.text, w.says)
				}
			}
		}
		for _, r := range a.remarks {
			if r.name == f.Name && r.in != probe.InBody && f.In != probe.InBody {
				s.read(r.text, assumeNothing)
			}
		}
		if f.In == probe.InBody {
			s.read(beside.at(f.At), assumeNothing)
			if v := q.Body.Value.Lookup(f.Pointer); v != nil && v.Template {
				s.read(source.Unplaced(v.Text), assumeNothing)
			}
		}
		for _, t := range spoken[i] {
			s.read(t, assumeNothing)
		}
		value, number, _ := documentedValue(a.sheet, *f)
		f.Rules = s.rules(f.Type, value, number)
		if f.Rules.At.IsZero() && !f.Rules.IsZero() {
			f.Rules.At = f.At
		}
	}
}

// describes says that a row or an entry of a list is about a field.
func (a *assembler) describes(p *parameter, f probe.RequestField) bool {
	if p.in == inHeader {
		return false
	}
	if f.In == probe.InBody {
		return f.Pointer == p.pointer()
	}
	return f.Name == p.name.String()
}

// SpokenRules takes from words about a request what they say of the values of its fields: "mobileNo must be 10 digits". What is known of a field stays.
func SpokenRules(s *probe.Sheet, words source.Text) {
	fields := s.Request.Fields
	for i, sentences := range spokenOf(words.Lines(), fields) {
		if !fields[i].Rules.IsZero() {
			continue
		}
		var heard said
		for _, t := range sentences {
			heard.read(t, assumeNothing)
		}
		value, number, _ := documentedValue(s, fields[i])
		fields[i].Rules = heard.rules(fields[i].Type, value, number)
	}
}

// spokenOf are, by field, the sentences around the request that are about that field alone and make a demand: "mobileNo must be 10 digits".
func spokenOf(lines []source.Text, fields []probe.RequestField) map[int][]source.Text {
	const most = 400
	found := map[int][]source.Text{}
	for n, line := range lines {
		if n == most || len(columns(line)) > 2 {
			continue
		}
		for _, sentence := range sentencesOf(line) {
			if i, ok := onlyField(sentence.String(), fields); ok && demands(sentence.String()) {
				found[i] = append(found[i], sentence)
			}
		}
	}
	return found
}

// onlyField is the one field that a sentence names.
func onlyField(sentence string, fields []probe.RequestField) (at int, ok bool) {
	words := map[string]bool{}
	for w := range strings.FieldsFuncSeq(sentence, func(r rune) bool { return !isWordRune(r) && r != '-' }) {
		words[w] = true
	}
	at = -1
	for i, f := range fields {
		if !words[f.Name] {
			continue
		}
		if at >= 0 {
			return 0, false
		}
		at = i
	}
	return at, at >= 0
}

// demands says that a sentence tells what has to be.
func demands(sentence string) bool {
	for w := range strings.FieldsFuncSeq(strings.ToLower(sentence), func(r rune) bool { return !isWordRune(r) && r != '\'' }) {
		switch w {
		case "must", "should", "shall", "has", "may", "can", "cannot", "can't", "is", "accepts", "not", "between", "only", "max", "maximum", "min", "minimum":
			return true
		}
	}
	return false
}

// besideExample are the remarks on the lines of the example that hold one field each.
func (a *assembler) besideExample() textsBeside {
	found := textsBeside{}
	for _, line := range a.requestText.Lines() {
		s := line.String()
		remark := remarkOf(s)
		if remark == "" || line.At().Line == 0 || strings.Count(s, ":") > 1+strings.Count(remark, ":") {
			continue
		}
		at := strings.LastIndex(s, remark)
		key := lineOf(line.At())
		found[key] = append(found[key], textBeside{
			from: line.Pos(0).Offset, to: line.Pos(line.Len()).Offset, text: line.Slice(at, at+len(remark)),
		})
	}
	return found
}

// textsBeside are remarks by the line of the document on which they stand.
type textsBeside map[lineKey][]textBeside

type textBeside struct {
	from, to int // the bytes of the document
	text     source.Text
}

// at is the remark on the line of the example that holds a place.
func (t textsBeside) at(place source.Span) source.Text {
	for _, beside := range t[lineOf(place)] {
		if beside.from <= place.Offset && place.Offset <= beside.to {
			return beside.text
		}
	}
	return source.Text{}
}
