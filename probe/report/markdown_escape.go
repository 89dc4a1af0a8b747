package report

import (
	"strings"
	"unicode/utf8"
)

// MarkdownText makes a text stand in Markdown as itself: on one line, of bounded length, and nothing of it is taken for mark-up (CommonMark,
// section 2.4) or for HTML.
func MarkdownText(s string) string {
	var b strings.Builder
	s = inert(s)
	begins := beginsBlock(s)
	for i, r := range s {
		if strings.ContainsRune("\\`*_[]<>|~&$", r) || i == begins {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// beginsBlock is where the text holds what would make a heading or a list of it at the beginning of a line; -1 where it does not. Elsewhere
// hyphens, full stops and their like mean nothing.
func beginsBlock(s string) int {
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	switch {
	case s == "" || digits > 9:
		return -1
	case strings.ContainsRune("#+-=", rune(s[0])):
		return 0
	case digits > 0 && (strings.HasPrefix(s[digits:], ".") || strings.HasPrefix(s[digits:], ")")) && (len(s) == digits+1 || s[digits+1] == ' '):
		return digits
	}
	return -1
}

// MarkdownCode is a code span with as many backquotes as the text needs (CommonMark, section 6.1).
func MarkdownCode(s string) string {
	s = inert(s)
	if s == "" {
		return ""
	}
	fence := strings.Repeat("`", longestRun(s, '`')+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// MarkdownBlock is a fenced block of code. Lines stay; what would act on a terminal or a reader is spelled out, and what is longer than
// maxCurl is cut with a note.
func MarkdownBlock(language, s string) string {
	cut := ""
	if len(s) > maxCurl {
		end := maxCurl
		for end > 0 && !utf8.RuneStart(s[end]) {
			end--
		}
		s, cut = s[:end], "\n... ("+count(len(s), "byte")+" in all)"
	}
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = inertUpTo(line, maxCurl)
	}
	text := strings.TrimRight(strings.Join(lines, "\n"), "\n") + cut
	fence := strings.Repeat("`", max(longestRun(text, '`')+1, 3))
	return fence + language + "\n" + text + "\n" + fence
}

func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
