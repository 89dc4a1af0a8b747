package text

import (
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Not every sheet has labels: some say in sentences what to call, what to send and what comes back.

// matchQuestion reads a question, or a wish, for a field as its label: "What is the API URL?", "Please share the request headers".
func matchQuestion(l line) (candidate, bool) {
	const most = 10
	words := strings.Fields(strings.TrimRight(l.s, "?:. "))
	if len(words) < 2 || len(words) > most {
		return candidate{}, false
	}
	from := 0
	for from < len(words) && isAsking(words[from]) {
		from++
	}
	label, ok := sheet.LookupLabel(strings.Join(words[from:], " "))
	if from == 0 || from == len(words) || !ok || label.Field == "" {
		return candidate{}, false
	}
	c := candidate{label: label, text: l.body, value: l.body.Slice(l.body.Len(), l.body.Len()), certainty: possible, colon: true}
	if strings.HasSuffix(l.s, "?") {
		c.certainty = likely
	}
	return c, true
}

// matchTestTitle reads "Test data for the OTP API:".
func matchTestTitle(l line) (candidate, bool) {
	lower := strings.ToLower(l.s)
	for _, word := range []string{" for ", " of ", " - ", " – "} {
		at := strings.Index(lower, word)
		if at < 0 || isSentence(l.s) || strings.ContainsAny(l.s[:at], ":=0123456789") {
			continue
		}
		label, ok := sheet.LookupLabel(l.s[:at])
		rest := strings.TrimRight(l.s[at+len(word):], ": ")
		if ok && label.Role == sheet.TestValues && !strings.ContainsAny(rest, ":=0123456789{") {
			return candidate{label: label, text: l.body, value: l.body.Slice(l.body.Len(), l.body.Len()), certainty: sure, colon: true}, true
		}
	}
	return candidate{}, false
}

// isAsking says that a word leads up to what is asked for.
func isAsking(word string) bool {
	switch strings.ToLower(strings.Trim(word, ",")) {
	case "what", "which", "what's", "please", "pls", "plz", "kindly", "share", "provide", "send", "give", "can", "could", "you", "us", "me", "the", "is", "are", "a", "an", "your",
		"qué", "cuál", "es", "la", "el", "quelle", "quel", "est", "was", "ist", "die", "der", "wie", "lautet", "qual", "é", "o":
		return true
	}
	return false
}

// matchSentence reads a sentence above an example; whether one stands below is not known yet.
func matchSentence(l line) (candidate, bool) {
	if l.marked() || l.bullet || !strings.HasSuffix(l.s, ":") && len(strings.Fields(l.s)) < 6 {
		return candidate{}, false
	}
	label, ok := sheet.LookupSentence(l.s)
	if !ok {
		return candidate{}, false
	}
	return candidate{label: label, text: l.body, value: l.body.Slice(l.body.Len(), l.body.Len()), certainty: possible, colon: true, prose: true}, true
}

// proseCall reads a sentence that holds a method and an address: "Please call POST https://.. with the payload below".
func proseCall(l line) (candidate, bool) {
	if l.marked() || strings.Count(l.s, "://") != 1 {
		return candidate{}, false
	}
	method, url := source.Text{}, source.Text{}
	for word := range wordsOf(l.body) {
		s := word.String()
		if _, known := sheet.Method(s); known && s == strings.ToUpper(s) {
			if method.Len() > 0 {
				return candidate{}, false
			}
			method = word
		}
		if strings.Contains(s, "://") && isAddress(s) {
			url = word
		}
	}
	if method.Len() == 0 || url.Len() == 0 {
		return candidate{}, false
	}
	call := source.Compose([]source.Run{{Text: method.String(), From: method}, {Text: " "}, {Text: url.String(), From: url}})
	return candidate{label: sheet.Label{Field: probe.FieldURL, Strong: true}, text: l.body.Slice(0, 0), value: call, certainty: sure, colon: true, prose: true}, true
}

// beginBelow begins another field on the line of a sentence that holds a call, where it introduces the example below as well.
func (s *segmenter) beginBelow(c candidate, i int) {
	if next := s.lines[i].next; !c.prose || !c.isCall() || next == len(s.lines) || !startsBracket(s.lines[next].s) {
		return
	}
	var words []string
	for word := range wordsOf(s.lines[i].body) {
		if !strings.Contains(word.String(), "://") {
			words = append(words, word.String())
		}
	}
	if label, ok := sheet.LookupSentence(strings.Join(words, " ")); ok {
		body := s.lines[i].body
		s.begin(candidate{label: label, text: body, value: body.Slice(body.Len(), body.Len()), certainty: sure, colon: true, prose: true, alone: true}, i)
	}
}

// wordsOf yields the words of a line, without the marks around them.
func wordsOf(t source.Text) func(yield func(source.Text) bool) {
	return func(yield func(source.Text) bool) {
		s := t.String()
		for from := 0; from < len(s); {
			end := from + strings.IndexFunc(s[from:], unicode.IsSpace)
			if end < from {
				end = len(s)
			}
			word := strings.TrimLeft(s[from:end], "\"'`(<*[“‘")
			start := end - len(word)
			word = strings.TrimRight(word, "\"'`)>*],.;:!?”’")
			if word != "" && !yield(t.Slice(start, start+len(word))) {
				return
			}
			from = end + 1
		}
	}
}
