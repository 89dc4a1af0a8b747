package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// splitProse parts paragraphs on one line that hold examples between their sentences, so that sentences and examples stand on lines of their
// own as elsewhere: "Send a POST request to .. with {..}. On success we answer {..}."
func splitProse(t source.Text) source.Text {
	var runs []source.Run
	kept := 0 // bytes of the text that the runs hold
	for from, s := 0, t.String(); from < len(s); {
		end := from + strings.IndexByte(s[from:], '\n')
		if end < from {
			end = len(s)
		}
		if mayBeParagraph(s[from:end]) {
			if parts := sentencesOf(t.Slice(from, end)); len(parts) > 1 {
				runs = append(runs, source.Run{Text: s[kept:from], From: t.Slice(kept, from)})
				for i, part := range parts {
					runs = append(runs, source.Run{Text: part.String(), From: part})
					if i+1 < len(parts) && exampleAt(parts[i+1].String()) == 0 && exampleAt(part.String()) < 0 && !strings.HasSuffix(part.String(), ":") {
						runs = append(runs, source.Run{Text: ":"})
					}
					runs = append(runs, source.Run{Text: "\n"})
				}
				kept = end
			}
		}
		from = end + 1
	}
	if kept == 0 {
		return t
	}
	return source.Compose(append(runs, source.Run{Text: t.String()[kept:], From: t.Slice(kept, t.Len())}))
}

// mayBeParagraph says that a line is long, begins with a word, and holds the start of an example.
func mayBeParagraph(s string) bool {
	const shortest = 120
	return len(s) >= shortest && len(s) <= 20*1024 && exampleAt(s) > 0 && len(strings.Fields(s[:exampleAt(s)])) > 3
}

// exampleAt is the byte at which an object begins in a line; -1 where none does.
func exampleAt(s string) int {
	for from := 0; from < len(s); {
		at := strings.IndexByte(s[from:], '{')
		if at < 0 {
			return -1
		}
		from += at
		if strings.HasPrefix(strings.TrimLeft(s[from+1:], " "), `"`) && (from == 0 || s[from-1] == ' ' || s[from-1] == '(') {
			return from
		}
		from++
	}
	return -1
}

// sentencesOf parts a paragraph into sentences and examples; a line that is no paragraph comes whole. Two sentences at least, and a call or
// two examples, make one.
func sentencesOf(l source.Text) []source.Text {
	var parts []source.Text
	examples, sentences := 0, 0
	t := l.TrimSpace()
	if sheet.IsExampleCall(t) {
		return []source.Text{l}
	}
	for t.Len() > 0 {
		s := t.String()
		at := exampleAt(s)
		if at == 0 {
			var b sheet.Balance
			end := b.End(s)
			if end < 0 {
				return []source.Text{l}
			}
			examples++
			parts = append(parts, t.Slice(0, end))
			rest := strings.TrimLeft(s[end:], ".,;) ")
			t = t.Slice(len(s)-len(rest), len(s))
			continue
		}
		if at < 0 {
			at = len(s)
		}
		end := sentenceEnd(s[:at])
		part := t.Slice(0, end).TrimSpace()
		if part.Len() > 0 {
			sentences++
			parts = append(parts, part)
		}
		t = t.Slice(end, len(s)).TrimSpace()
	}
	if examples == 0 || sentences < 2 || examples+sentences < 4 {
		return []source.Text{l}
	}
	return parts
}

// sentenceEnd is the byte behind the first sentence: behind a full stop with a capital letter after the blank, or all of the text.
func sentenceEnd(s string) int {
	for i := 0; i+2 < len(s); i++ {
		if strings.IndexByte(".!?", s[i]) >= 0 && s[i+1] == ' ' {
			if r, _ := utf8.DecodeRuneInString(s[i+2:]); unicode.IsUpper(r) && i > 2 {
				return i + 1
			}
		}
	}
	return len(s)
}
