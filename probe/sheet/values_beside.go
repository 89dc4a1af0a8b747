package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// HeadersBeside parts the title of an answer from the headers that it names: "HTTP 200, header X-Code: T000". It returns no headers where the
// title names none, and then the whole title.
func HeadersBeside(title source.Text) (rest source.Text, headers []probe.Header) {
	if title.Len() > maxLabel {
		return title, nil
	}
	s := title.String()
	for from := range wordStarts(s) {
		end := headerWord(s[from:])
		if _, status := titleStatus(s[:from]); end == 0 && !(status && strings.EqualFold(s[from:min(from+2, len(s))], "x-")) {
			continue
		}
		behind := title.Slice(from+end, title.Len())
		if headers = namedHeaders(behind); len(headers) > 0 {
			return closed(title.Slice(0, trimLead(s[:from]))), headers
		}
	}
	return title, nil
}

// besideTitle moves the headers that the title of an answer names to where they belong. A status alone is no title.
func (p *part) besideTitle() {
	title, headers := HeadersBeside(p.title)
	if len(headers) == 0 {
		return
	}
	if _, ok := statusLine(title.String()); ok {
		title = title.Slice(0, 0)
	}
	p.title, p.headers = title, append(p.headers, headers...)
}

// closed is a title with the parenthesis closed behind which its headers stood.
func closed(title source.Text) source.Text {
	if s := title.String(); strings.Count(s, "(") <= strings.Count(s, ")") {
		return title
	}
	return source.Compose([]source.Run{{Text: title.String(), From: title}, {Text: ")"}})
}

// wordStarts yields the bytes at which the words of a title begin.
func wordStarts(s string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range len(s) {
			if isASCIILetter(s[i]) && (i == 0 || strings.IndexByte(" \t,;([*_`", s[i-1]) >= 0) && !yield(i) {
				return
			}
		}
	}
}

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// headerWord is how many bytes at the start of s are the word "header" and the mark behind it; 0 where it starts with another word.
func headerWord(s string) int {
	for _, word := range [...]string{"response headers", "response header", "headers", "header"} {
		if len(s) > len(word) && strings.EqualFold(s[:len(word)], word) && strings.IndexByte(" :`*_", s[len(word)]) >= 0 {
			return len(s) - len(strings.TrimLeft(s[len(word):], " :`*_"))
		}
	}
	return 0
}

// namedHeaders are the headers of which a text consists; none where it holds anything else.
func namedHeaders(t source.Text) []probe.Header {
	t = t.Slice(0, len(strings.TrimRight(t.String(), " \t`*_:.,;)]")))
	if several := splitHeaders(t); len(several) > 0 {
		return several
	}
	name, value, colon := strings.Cut(t.String(), ":")
	if h, ok := headerLine(t); ok && colon && strings.TrimSpace(value) != "" && isToken(strings.TrimSpace(name)) {
		return []probe.Header{h}
	}
	return nil
}

// trimLead is how long a title is without what only leads up to the headers behind it.
func trimLead(s string) int {
	const marks = " \t,;:([*_`-–—"
	s = strings.TrimRight(s, marks)
	for _, word := range [...]string{"with", "and", "plus"} {
		if before, ok := strings.CutSuffix(s, " "+word); ok {
			s = strings.TrimRight(before, marks)
		} else if s == word {
			s = ""
		}
	}
	return len(s)
}
