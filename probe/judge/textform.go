package judge

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// textMarks are what tells success and error apart where both are documented by texts: elements of XML, and the word that a record begins with, as in
// "OK|12" and "ERR|7".
type textMarks struct {
	success, failure map[string]bool
}

// learnTextMarks compares the documented texts. What both outcomes have tells nothing, and the text of an element only where both have the element.
func learnTextMarks(success, failure *promise) textMarks {
	good, bad := success.textMarks(), failure.textMarks()
	if len(good) == 0 || len(bad) == 0 {
		return textMarks{}
	}
	return textMarks{onlyIn(good, bad), onlyIn(bad, good)}
}

func onlyIn(marks, others map[string]bool) map[string]bool {
	own := map[string]bool{}
	for mark := range marks {
		path, _, isText := strings.Cut(mark, "=")
		if !others[mark] && (!isText || others[path]) {
			own[mark] = true
		}
	}
	return own
}

// readTextMarks are those of all documented texts of an outcome; none where one of them is no record and no XML.
func (p *promise) readTextMarks() map[string]bool {
	all := map[string]bool{}
	for i := range p.responses {
		marks := marksOfText(p.responses[i].Body.Text)
		if len(marks) == 0 {
			return nil
		}
		for _, m := range marks {
			all[m] = true
		}
	}
	return all
}

// marksOfText lists the paths of the elements of XML, with their texts, or the word that a record begins with.
func marksOfText(text string) []string {
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	if !strings.HasPrefix(text, "<") {
		if word := recordWord(text); word != "" {
			return []string{word}
		}
		return nil
	}
	var marks []string
	for _, e := range documentedElements(text) {
		marks = append(marks, e.path)
		if e.text != "" {
			marks = append(marks, e.path+"="+e.text)
		}
	}
	return marks
}

// recordWord is the word in capitals, or the number, that a record begins with; "" of prose.
func recordWord(text string) string {
	const longest = 20
	end := strings.IndexFunc(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if end < 0 {
		end = len(text)
	}
	word := text[:end]
	if word == "" || len(word) > longest || word != strings.ToUpper(word) || !partsRecord(text[end:]) {
		return ""
	}
	return word
}

// partsRecord says that what stands behind the first word of a text goes on as records do: a mark, or a blank before a number.
func partsRecord(rest string) bool {
	switch {
	case rest == "":
		return true
	case rest[0] == ' ':
		return len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9'
	}
	return strings.IndexByte("|;,:~=\t\r\n", rest[0]) >= 0
}

// documentedElements are those of a documented text; none where it is no XML. A page of HTML is free in its elements.
func documentedElements(text string) []node {
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	if !strings.HasPrefix(text, "<") || startsAsHTML(text) {
		return nil
	}
	elements, err := elementsOf(text)
	if err != nil {
		return nil
	}
	return elements
}

// node is an element of an XML text, by the names that lead to it, without their prefixes.
type node struct{ path, text string }

// errManyElements says that XML is beyond the limits within which its elements are compared.
var errManyElements = errors.New("more elements, deeper or with longer names than are compared")

// elementsOf reads XML. An error says that it is not well-formed, or, as errManyElements, beyond the limits.
func elementsOf(text string) ([]node, error) {
	const deepest, most, longest = 100, 10_000, 4096
	d := xml.NewDecoder(strings.NewReader(text))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var found []node
	var open []int
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return found, nil
		case err != nil:
			return found, err
		case len(open) > deepest || len(found) > most || len(found) > 0 && len(found[len(found)-1].path) > longest:
			return nil, errManyElements
		}
		switch t := token.(type) {
		case xml.StartElement:
			path := "/" + t.Name.Local
			if len(open) > 0 {
				path = found[open[len(open)-1]].path + path
			}
			open, found = append(open, len(found)), append(found, node{path: path})
		case xml.CharData:
			if len(open) > 0 {
				found[open[len(open)-1]].text += strings.TrimSpace(string(t))
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

// tells is the outcome that a text speaks of; unknown where it has marks of neither or of both.
func (t textMarks) tells(text string) probe.Outcome {
	if len(t.success) == 0 || len(t.failure) == 0 {
		return probe.OutcomeUnknown
	}
	marks := marksOfText(text)
	success := slices.ContainsFunc(marks, func(m string) bool { return t.success[m] })
	failure := slices.ContainsFunc(marks, func(m string) bool { return t.failure[m] })
	return toldBy(success, failure)
}

// checkElements compares the elements of an answer with those that all documented ones of the outcome have.
func (a *answer) checkElements(body string) []probe.Finding {
	wanted := a.promise.elements()
	if len(wanted) == 0 || a.isHTML() || a.response.Truncated {
		return nil
	}
	live, err := elementsOf(body)
	if syntax := (*xml.SyntaxError)(nil); errors.As(err, &syntax) && isPlainXML(body) {
		f := a.notXML(body)
		f.Message = fmt.Sprintf("the answer is not well-formed XML (%s), and the sheet documents XML", short(err.Error()))
		f.Hint = "answer with XML that parsers accept"
		return []probe.Finding{f}
	}
	if err != nil { // beyond what is compared, which is no fault of the endpoint
		return nil
	}
	var findings []probe.Finding
	there, missing := presenceOf(live), ""
	for _, path := range wanted {
		if _, ok := there[path]; ok || missing != "" && strings.HasPrefix(path, missing+"/") || a.promise.isOfEmptyList(path, there) {
			continue
		}
		missing = path
		if findings = append(findings, a.missingElement(path, live)); len(findings) == mostMissing {
			break
		}
	}
	return findings
}

// mostMissing is how many elements of one answer are told as missing.
const mostMissing = 100

// isPlainXML says that a text is in UTF-8 and declares nothing of its own, so that what our parser says of it is true of every parser.
func isPlainXML(text string) bool {
	return utf8.ValidString(text) && !strings.Contains(text, "<!DOCTYPE")
}

// presenceOf are the paths of the elements that are there, and whether any of them holds something.
func presenceOf(elements []node) map[string]bool {
	there := make(map[string]bool, len(elements))
	for _, e := range elements {
		there[e.path] = there[e.path] || e.text != ""
		if parent := e.path[:strings.LastIndexByte(e.path, '/')]; parent != "" {
			there[parent] = true
		}
	}
	return there
}

// isOfEmptyList says of an element that it is, or lies within, the item of a list that is there without items. A list is what has items of one name, which
// stand in it more than once somewhere in the documented answers, or which it is named after, as hits are after a hit.
func (p *promise) isOfEmptyList(path string, there map[string]bool) bool {
	for cut := strings.LastIndexByte(path, '/'); cut > 0; cut = strings.LastIndexByte(path[:cut], '/') {
		if holds, ok := there[path[:cut]]; ok {
			item, _, _ := strings.Cut(path[cut+1:], "/")
			return !holds && p.documentsList(path[:cut], item)
		}
	}
	return false
}

func (p *promise) documentsList(list, item string) bool {
	name := strings.ToLower(list[strings.LastIndexByte(list, '/')+1:])
	named, repeated := strings.Contains(name, strings.ToLower(item[:max(1, len(item)-1)])), false // entries, entry
	for i := range p.responses {
		count := 0
		for _, e := range p.documented()[i] {
			switch within, ok := strings.CutPrefix(e.path, list+"/"); {
			case !ok || strings.Contains(within, "/"):
			case within != item:
				return false
			default:
				count++
			}
		}
		repeated = repeated || count > 1
	}
	return named || repeated
}

func (a *answer) missingElement(path string, live []node) probe.Finding {
	f := a.finding("shape.missing", probe.AtBody, path)
	name := path[strings.LastIndexByte(path, '/')+1:]
	f.Pointer, f.At = path, a.promise.at(a.judge.sheet)
	f.Documented, f.Observed = "element <"+name+">", fmt.Sprintf("absent; %d other elements", len(live))
	f.Message = fmt.Sprintf("the element %q is missing, and the sheet documents it for %s", short(name), a.outcomeInWords())
	f.Hint = "return the element, or document that it is optional"
	if len(a.promise.responses) > 1 && a.promise.outcome == probe.OutcomeError {
		f.Severity = source.Warning
	}
	a.soften(&f)
	return f
}

// readDocumented are the elements of the documented texts.
func (p *promise) readDocumented() [][]node {
	all := make([][]node, len(p.responses))
	for i := range p.responses {
		all[i] = documentedElements(p.responses[i].Body.Text)
	}
	return all
}

// commonElements are the paths that all documented texts of the outcome have, in the order of the first.
func (p *promise) commonElements() (common []string) {
	for i, elements := range p.documented() {
		there := presenceOf(elements)
		if i > 0 {
			common = slices.DeleteFunc(common, func(path string) bool { _, ok := there[path]; return !ok })
			continue
		}
		for _, e := range elements {
			if _, first := there[e.path]; first {
				common = append(common, e.path)
				delete(there, e.path)
			}
		}
	}
	return common
}
