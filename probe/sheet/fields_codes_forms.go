package sheet

import (
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// CodeForms are the codes that the examples of a document show, and what codes of the same make look like. They tell rows such as
// "0 done", "S Success" and "err.busy  Try again" from words of the page, which their own form does not. The zero value knows none.
type CodeForms struct {
	exact, forms map[string]bool
}

// FormsOf collects the codes of the answers in body fields.
func FormsOf(bodies ...source.Text) CodeForms {
	f := CodeForms{exact: map[string]bool{}, forms: map[string]bool{}}
	for _, t := range bodies {
		for _, p := range splitBody(t).parts {
			if p.kind != partJSON {
				continue
			}
			if r, err := nearjson.Parse(p.text); err == nil {
				walkEnvelope(r.Value, 0, f.learn)
			}
		}
	}
	return f
}

// learn takes in a scalar of an answer where its key speaks of how the call went.
func (f CodeForms) learn(key string, v *nearjson.Value, _ int) {
	const longest = 40
	scalar := v.Kind == nearjson.String || v.Kind == nearjson.Number
	if !scalar || v.Template || v.Text == "" || len(v.Text) > longest || strings.ContainsFunc(v.Text, unicode.IsSpace) || !speaksOfOutcome(key) {
		return
	}
	f.exact[v.Text] = true
	if form := codeForm(v.Text); form != "" {
		f.forms[form] = true
	}
}

// codeForm is what two codes of one make have in common: runs of digits and of letters, the marks between them, no sign; for a few
// capitals, how many. It is "" for words: any other word would be a code then.
func codeForm(code string) string {
	var form strings.Builder
	last, telling := byte(0), false
	for _, r := range strings.TrimLeft(code, "+-") {
		class := byte('a')
		switch {
		case r >= '0' && r <= '9':
			class = '9'
		case strings.ContainsRune("-_./:", r):
			class = byte(r)
		case !unicode.IsLetter(r):
			return ""
		}
		telling = telling || class != 'a'
		if class != last {
			form.WriteByte(class)
		}
		last = class
	}
	switch {
	case telling:
		return form.String()
	case len(code) > 3 || code != strings.ToUpper(code):
		return ""
	}
	return strings.Repeat("a", len(code))
}

// fits says that a word is one of the codes, or made like one.
func (f CodeForms) fits(word string) bool {
	if f.exact[word] {
		return true
	}
	form := codeForm(word)
	return form != "" && f.forms[form]
}

// IsRow says that a line is a code of these forms and its message.
func (f CodeForms) IsRow(line source.Text) bool {
	_, ok := f.row(line)
	return ok
}

// IsLone says that a line is one of the codes and nothing else.
func (f CodeForms) IsLone(line source.Text) bool { return f.exact[trimBullet(line).String()] }

func (f CodeForms) row(line source.Text) (codeRow, bool) {
	line = trimBullet(line)
	s := line.String()
	if len(f.exact) == 0 || IsColumnTitles(line) {
		return codeRow{}, false
	}
	end := strings.IndexFunc(s, unicode.IsSpace)
	code, message := line, source.Text{}
	if cols := columns(line); len(cols) >= 2 {
		code, message = cols[0], cols[1]
	} else if left, right, ok := splitPair(line); ok {
		code, message = left, right
	} else if end > 0 {
		code, message = line.Slice(0, end), line.Slice(end, len(s)).TrimSpace()
	}
	code, message = unquote(code), unquote(message)
	if !f.fits(code.String()) || !startsMessage(message.String()) {
		return codeRow{}, false
	}
	return newRow(line, code.String(), message.String()), true
}
