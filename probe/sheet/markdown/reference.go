package markdown

import "strings"

// reference measures a link whose address stands elsewhere, "[text][id]"; 0 where there is none.
func (in *inline) reference(i int) int {
	const longest = 300
	window := in.s[i:min(len(in.s), i+longest)]
	middle := strings.Index(window, "][")
	if middle < 2 || strings.ContainsAny(window[1:middle], "[]{}\",") {
		return 0
	}
	end := strings.IndexByte(window[middle+1:], ']')
	if end < 0 || strings.ContainsAny(window[middle+2:middle+1+end], "[{}\", ") {
		return 0
	}
	return middle + 1 + end + 1
}

// referred shows the text of such a link.
func (in *inline) referred(i int) int {
	n := in.reference(i)
	middle := i + strings.Index(in.s[i:], "][")
	in.drop(i, 1, "")
	for at := i + 1; at < middle; {
		at += min(in.step(at), middle-at)
	}
	in.text(middle)
	in.from = i + n
	return n
}
