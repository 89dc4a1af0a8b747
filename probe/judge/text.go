package judge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func comparesText(a *answer) bool {
	return comparesBody(a) && !a.promise.json && !a.isEmpty()
}

// checkText says of an answer that is documented by a text what could be compared with it: whether it is XML, and whether it is the text.
// Prose about the answer cannot be told from the answer, so no more is held against it.
func checkText(a *answer) []probe.Finding {
	body := strings.TrimSpace(strings.TrimPrefix(a.body, "\ufeff"))
	switch {
	case a.promise.isXML() && (!strings.HasPrefix(body, "<") || startsAsHTML(body) && !a.documentsHTML()):
		return []probe.Finding{a.notXML(body)}
	case a.judge.documents(a.promise.outcome, body), isPositive(a) && a.outcome != a.c.Expect.Outcome:
		return nil
	case len(a.promise.textMarks()) > 0 && startsAsHTML(body) && !a.documentsHTML():
		return []probe.Finding{a.noRecord(body)}
	}
	if findings := a.checkElements(body); len(findings) > 0 {
		return findings
	}
	if a.promise.isWord() && a.value != nil && (a.value.Kind == nearjson.Object || a.value.Kind == nearjson.Array) {
		return []probe.Finding{a.notWord()}
	}
	f := a.finding("shape.unchecked", probe.AtBody, "text")
	f.At, f.Documented, f.Observed = a.promise.at(a.judge.sheet), "text, not JSON", short(body)
	f.Message = "the answer could not be compared: the sheet shows no JSON for " + a.outcomeInWords()
	a.soften(&f)
	return []probe.Finding{f}
}

// notWord is a warning: the word may as well be about the answer.
func (a *answer) notWord() probe.Finding {
	f := a.finding("shape.type", probe.AtBody, "word")
	f.Severity, f.At = source.Warning, a.promise.at(a.judge.sheet)
	f.Documented, f.Observed = strconv.Quote(short(a.promise.responses[0].Body.Text)), a.value.Kind.String()
	f.Message = fmt.Sprintf("the answer is a JSON %s, and the sheet documents the bare text %s for %s", f.Observed, f.Documented, a.outcomeInWords())
	f.Hint = "answer with the text, or document the JSON"
	return f
}

// isWord says that the documented answers are each one word, such as OK, and no name of a form.
func (p *promise) isWord() bool {
	return len(p.responses) > 0 && !slices.ContainsFunc(p.responses, func(r probe.Response) bool {
		text := strings.TrimSpace(r.Body.Text)
		_, isType := nearjson.TemplateKind(text)
		return isType || text == "" || len(text) > 20 || strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) ||
			oneOf(text, "json xml html body")
	})
}

// noRecord tells of a web page where a record such as "OK|12" is documented.
func (a *answer) noRecord(body string) probe.Finding {
	f := a.notXML(body)
	f.Documented = strconv.Quote(short(a.promise.responses[0].Body.Text))
	f.Message = "the answer is a web page, and the sheet documents the text " + f.Documented
	return f
}

func (a *answer) notXML(body string) probe.Finding {
	f := a.finding("body.media-type", probe.AtBody)
	f.At, f.Documented, f.Observed = a.promise.at(a.judge.sheet), "XML", short(body)
	f.Message = "the answer is not XML, and the sheet documents XML"
	switch {
	case startsAsHTML(body):
		f.Message = "the answer is a web page, and the sheet documents XML"
	case a.value != nil:
		f.Message = "the answer is JSON, and the sheet documents XML"
	}
	f.Hint = "answer with the documented media type, or correct the example"
	a.soften(&f)
	return f
}

// isXML says that every documented answer is markup.
func (p *promise) isXML() bool {
	return len(p.responses) > 0 && !slices.ContainsFunc(p.responses, func(r probe.Response) bool {
		return !strings.HasPrefix(strings.TrimSpace(r.Body.Text), "<")
	})
}
