package probe

import (
	"strings"
)

// FormPairs takes a=1&b=2 apart, as written: names and values keep their escapes and placeholders. ok is false for a text that is no such form: one line
// without blanks outside of placeholders, and a name before every equals sign.
func FormPairs(text string) (pairs []Header, ok bool) {
	text = strings.TrimSpace(text)
	bare := []byte(text)
	for _, ref := range FindPlaceholders(text, false) {
		for i := range len(ref.Written) {
			bare[ref.Start+i] = 'x'
		}
	}
	if len(bare) == 0 || strings.ContainsAny(string(bare), " \t\r\n{}\"") {
		return nil, false
	}
	from := 0
	for part := range strings.SplitSeq(string(bare), "&") {
		to, equals := from+len(part), strings.Index(part, "=")
		if equals < 1 {
			return nil, false
		}
		pairs = append(pairs, Header{Name: text[from : from+equals], Value: text[from+equals+1 : to]})
		from = to + 1
	}
	return pairs, true
}
