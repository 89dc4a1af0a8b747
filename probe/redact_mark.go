package probe

import (
	"strings"
	"unicode/utf8"
)

// What a mark consists of. The digest follows "~", which no name holds and no part of an address is parted by: after "#", the rest of a URL
// would be its fragment.
const markOpen, markDigest, markClose = "[masked:", "~", "]"

// mark is what stands in the place of a value; the digest is "" where it has none.
func mark(name, digest string) string {
	if digest == "" {
		return markOpen + name + markClose
	}
	return markOpen + name + markDigest + digest + markClose
}

func isMark(s string) bool {
	start, end := nextMark(s)
	return s != "" && start == 0 && end == len(s)
}

// nextMark finds the first mark in s; both are len(s) where there is none.
func nextMark(s string) (start, end int) {
	for from := 0; ; {
		i := strings.Index(s[from:], markOpen)
		if i < 0 {
			return len(s), len(s)
		}
		start = from + i
		end = start + len(markOpen)
		for end < len(s) && s[end] != ']' && end-start <= len(markOpen)+4*maxMarkName {
			r, size := utf8.DecodeRuneInString(s[end:])
			if !isMarkRune(r) {
				break
			}
			end += size
		}
		if end > start+len(markOpen) {
			end += digestLength(s[end:])
		}
		if end < len(s) && s[end] == ']' && end > start+len(markOpen) {
			return start, end + 1
		}
		from = start + len(markOpen)
	}
}

// maxMarkName is how much of a name a mark carries, in code points.
const maxMarkName = 48

func isMarkRune(r rune) bool {
	return r != utf8.RuneError && (isWordRune(r) || r == '_' || r == '-' || r == '.')
}

// markName makes a name that needs no escape in JSON, and that does not give the value away.
func markName(name, value string) string {
	if name = strings.TrimSpace(name); len(name) > maxMarkName || strings.ContainsFunc(name, isNoMarkRune) {
		name = asMarkName(name)
	}
	if name == "" || strings.Contains(name, value) && len(value) >= minAlone {
		return "secret"
	}
	return name
}

func isNoMarkRune(r rune) bool { return !isMarkRune(r) }

func asMarkName(name string) string {
	var b strings.Builder
	n := 0
	for _, r := range name {
		if n == maxMarkName {
			break
		}
		if !isMarkRune(r) {
			r = '_'
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}
