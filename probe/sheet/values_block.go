package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Balance follows the brackets of a hand-written example line by line, so that a reader knows whether a line still belongs to it. Brackets
// in strings and comments do not count; a string that its line leaves open ends with the line. The zero value is ready.
type Balance struct {
	depth   int
	comment bool // inside /* */
}

// Open says that a bracket is waiting for its closer.
func (b *Balance) Open() bool { return b.depth > 0 }

// Line takes in one line.
func (b *Balance) Line(s string) {
	for i := 0; i < len(s); {
		i += b.step(s, i)
	}
}

// End is the byte behind the bracket that closes the one at the start of a text; -1 where nothing does.
func (b *Balance) End(s string) int { return b.close(s) }

// close takes in a line up to the bracket that closes the outermost one. It returns the byte behind it, or -1 where it is not on the line.
func (b *Balance) close(s string) int {
	for i := 0; i < len(s); {
		i += b.step(s, i)
		if b.depth == 0 {
			return i
		}
	}
	return -1
}

// step takes in what starts at byte i, and returns its length.
func (b *Balance) step(s string, i int) int {
	n, delta := b.token(s, i)
	b.depth = max(b.depth+delta, 0)
	return n
}

// token measures what starts at byte i, and says what it does to the depth.
func (b *Balance) token(s string, i int) (step, delta int) {
	rest := s[i:]
	if b.comment {
		end := strings.Index(rest, "*/")
		if end < 0 {
			return len(rest), 0
		}
		b.comment = false
		return end + 2, 0
	}
	switch c := rest[0]; {
	case c == '{' || c == '[':
		return 1, 1
	case c == '}' || c == ']':
		return 1, -1
	case c == '\\' && strings.HasPrefix(rest, `\"`):
		return escapedEnd(rest), 0
	case c == '"':
		return stringEnd(rest, 1, `"`), 0
	case c == '\'':
		return b.single(s, i), 0
	case strings.HasPrefix(rest, "“"):
		return stringEnd(rest, len("“"), `”"`), 0
	case strings.HasPrefix(rest, "/*"):
		b.comment = true
		return 2, 0
	case strings.HasPrefix(rest, "//") && (i == 0 || s[i-1] != ':'):
		return len(rest), 0
	case c < utf8.RuneSelf:
		return 1, 0
	}
	_, size := utf8.DecodeRuneInString(rest)
	return size, 0
}

// stringEnd is the byte behind a string, whose text starts at byte from and which any of the closers ends.
func stringEnd(s string, from int, closers string) int {
	for i := from; i < len(s); i++ {
		if s[i] == '\\' {
			i++
			continue
		}
		if r, size := utf8.DecodeRuneInString(s[i:]); strings.ContainsRune(closers, r) {
			return i + size
		}
	}
	return len(s)
}

// escapedEnd is the byte behind a string whose quotation marks are escaped: \"..\". A mark within it is escaped twice.
func escapedEnd(s string) int {
	for i := 2; i+1 < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], `\\`):
			i += 3
		case strings.HasPrefix(s[i:], `\"`):
			return i + 2
		}
	}
	return len(s)
}

// single tells a string in single quotes from an apostrophe, by what stands before it.
func (b *Balance) single(s string, i int) int {
	before := strings.TrimRightFunc(s[:i], unicode.IsSpace)
	if before != "" && strings.IndexByte("{[,:(", before[len(before)-1]) < 0 {
		return 1
	}
	end := strings.IndexByte(s[i+1:], '\'')
	if end < 0 {
		return 1
	}
	return end + 2
}

// StartsBody says that a line opens an example: a bracket, at its start or behind a few words ("Response:", "Invalid OTP -"), a member
// of an object without its brace, an element of XML, or a form. It returns the byte at which the example starts.
func StartsBody(line string) (at int, ok bool) {
	trimmed := strings.TrimSpace(line)
	lead := strings.Index(line, trimmed)
	switch {
	case trimmed == "":
		return 0, false
	case isMember(trimmed), isElement(trimmed), isFormBody(trimmed):
		return lead, true
	}
	i := strings.IndexAny(trimmed, "{[")
	if i > 0 && strings.HasPrefix(trimmed[i:], "[]") && isAlphanumeric(trimmed[i-1]) { // the name of a parameter: "lines[].sku"
		return 0, false
	}
	if i < 0 || !opensExample(trimmed[i:], i == 0) || i > 0 && !isLeadIn(strings.TrimSpace(trimmed[:i])) {
		return 0, false
	}
	return lead + i, true
}

// isFormBody recognises a=1&b={{c}}: a form of several fields, whose values may be placeholders.
func isFormBody(line string) bool {
	if !strings.Contains(line, "&") || !strings.Contains(line, "=") {
		return false
	}
	var filled strings.Builder
	from := 0
	for _, ref := range probe.FindPlaceholders(line, false) {
		filled.WriteString(line[from:ref.Start] + "x")
		from = ref.End
	}
	return isForm(filled.String() + line[from:])
}

// opensExample tells a bracket of JSON from one of a placeholder or a remark.
func opensExample(s string, first bool) bool {
	inner := strings.TrimSpace(s[1:])
	if inner == "" {
		return true
	}
	r, _ := utf8.DecodeRuneInString(inner)
	switch {
	case strings.ContainsRune(`"'“”‘{[}]/`, r):
		return !strings.HasPrefix(s, "{{") || strings.ContainsAny(inner, `":`)
	case s[0] == '[':
		return first && (unicode.IsDigit(r) || r == '-' || r == '.' || r == '<' || strings.ContainsAny(inner, ","))
	}
	end := strings.IndexAny(inner, "}\r\n")
	if end < 0 {
		end = len(inner)
	}
	return strings.ContainsAny(inner[:end], ":=：") || end == len(inner) && first
}

// isLeadIn says that words before a bracket introduce an example: they are few, and no member of one.
func isLeadIn(prefix string) bool {
	if prefix == `"` || prefix == "'" {
		return true // the example is written as a text: "{\"a\": 1}"
	}
	if len(prefix) > 100 || strings.HasSuffix(prefix, "(") || strings.ContainsAny(prefix, `"'{}“”`) || strings.HasSuffix(prefix, ",") {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(prefix)
	return strings.ContainsRune(":：=>-–)", last) || len(strings.Fields(prefix)) <= 6
}

// isMember recognises `"key": value` on a line of its own.
func isMember(line string) bool {
	r, size := utf8.DecodeRuneInString(line)
	if !strings.ContainsRune(`"'“`, r) {
		return false
	}
	end := strings.IndexAny(line[size:], `"'”“`)
	if end < 1 {
		return false
	}
	_, closer := utf8.DecodeRuneInString(line[size+end:])
	rest := strings.TrimSpace(line[size+end+closer:])
	return strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "：") || strings.HasPrefix(rest, "=>")
}

// isElement recognises a line of XML or HTML: it starts with a tag, and closes one or is nothing but tags.
func isElement(line string) bool {
	if len(line) < 3 || line[0] != '<' || !isNameStart(line[1]) && line[1] != '?' && line[1] != '!' {
		return false
	}
	end := strings.IndexByte(line, '>')
	if end < 0 {
		return false
	}
	return line[1] == '?' || line[1] == '!' || strings.Contains(line, "</") || strings.Contains(line, "/>") ||
		end == len(line)-1 && !strings.ContainsAny(line[:end], " _") || strings.Contains(line[:end], "=") || strings.HasPrefix(line[end+1:], "<")
}

func isNameStart(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// Bullet is how many bytes of a line are its bullet, with the blanks around it.
func Bullet(line string) int {
	trimmed := strings.TrimLeftFunc(line, unicode.IsSpace)
	r, size := utf8.DecodeRuneInString(trimmed)
	if !strings.ContainsRune("•●▪◦‣·–—-*+○■□➢➤✓→☐☑☒✔✅>", r) {
		return 0
	}
	rest := trimmed[size:]
	text := strings.TrimLeftFunc(rest, unicode.IsSpace)
	if len(text) == len(rest) && strings.ContainsRune("-*+–—·>", r) || text == "" {
		return 0 // -1, **bold**, ----
	}
	return len(line) - len(text)
}
