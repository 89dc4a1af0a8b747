package nearjson

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// What editors, web pages and program sources leave in a pasted example: escapes, entities, markup, line numbers, bullets.

// filler takes the place of bytes that a decoded escape or entity no longer needs, so that every byte keeps its offset. It is passed in
// silence, and is part of no text.
const filler = '\x00'

// decoded undoes one level of escaping around a whole example, as in {\"a\": 1} and {&quot;a&quot;: 1}, where the first quotation mark is
// written so. The text keeps its length.
func decoded(s string) (plain string, kind RepairKind, at, size int) {
	quote := strings.IndexByte(s, '"')
	entity := firstEntity(s)
	switch {
	case strings.IndexByte(s, filler) >= 0:
	case entity >= 0 && (quote < 0 || entity < quote):
		return decodeEntities(s), HTMLEntities, entity, strings.IndexByte(s[entity:], ';') + 1
	case quote > 0 && s[quote-1] == '\\':
		return decodeEscapes(s), EscapedQuotes, quote - 1, 2
	}
	return s, "", 0, 0
}

func firstEntity(s string) int {
	first := -1
	for _, written := range [...]string{"&quot;", "&#34;"} {
		if i := strings.Index(s, written); i >= 0 && (first < 0 || i < first) {
			first = i
		}
	}
	return first
}

// entities are those that stand for the signs of JSON.
var entities = [...]struct {
	written string
	sign    byte
}{{"&quot;", '"'}, {"&#34;", '"'}, {"&apos;", '\''}, {"&#39;", '\''}, {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&nbsp;", ' '}, {"&#160;", ' '}}

func decodeEntities(s string) string {
	out := []byte(s)
	for i := 0; i < len(s); i++ {
		if s[i] != '&' {
			continue
		}
		for _, e := range entities {
			if strings.HasPrefix(s[i:], e.written) {
				fill(out[i:i+len(e.written)], e.sign)
				i += len(e.written) - 1
				break
			}
		}
	}
	return string(out)
}

// fill writes a sign and fillers behind it.
func fill(out []byte, sign byte) {
	for i := range out {
		out[i] = filler
	}
	out[0] = sign
}

// decodeEscapes undoes backslashes outside in: \" is a quotation mark, \n a line end, and \\ the backslash of an escape that stays one.
func decodeEscapes(s string) string {
	out := []byte(s)
	for i := 0; i+1 < len(s); i++ {
		if s[i] != '\\' {
			continue
		}
		out[i] = filler
		switch i++; s[i] {
		case 'n', 'r', 't':
			out[i] = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t'}[s[i]]
		case '\\':
			if i+2 < len(s) && s[i+1] == '\\' { // \\\" and \\\\: the escape of an escaped sign
				out[i], out[i+1], out[i+2] = filler, '\\', s[i+2]
				i += 2
			}
		}
	}
	return string(out)
}

// plainText takes the fillers out of a piece of decoded text.
func (p *tolerant) plainText(s string) string {
	if !p.decodes {
		return s
	}
	return strings.ReplaceAll(s, string(filler), "")
}

// isNumbered says that every line of the text has its number before it, as editors and web pages paste them; that of the first may have been
// cut off. Lists of numbers are not: nothing stands beside theirs.
func isNumbered(s string) bool {
	line, rest, found := strings.Cut(s, "\n")
	last := 0
	if n, size := lineNumber(line); size > 0 {
		last = n
	}
	count, beside := 0, ""
	for found {
		line, rest, found = strings.Cut(rest, "\n")
		if strings.TrimSpace(line) == "" {
			continue
		}
		n, size := lineNumber(line)
		if size == 0 || last > 0 && n != last+1 {
			return false
		}
		if beside = strings.TrimSpace(line[size:]); strings.HasPrefix(beside, ",") || strings.HasPrefix(beside, ":") {
			return false
		}
		last, count = n, count+1
	}
	return count >= 2 && beside != ""
}

// lineNumber reads the number at the start of a line, and measures it with the mark and the blanks around it.
func lineNumber(line string) (n, size int) {
	i := len(line) - len(strings.TrimLeft(line, " \t"))
	from := i
	for i < len(line) && i-from < 6 && line[i] >= '0' && line[i] <= '9' {
		n = 10*n + int(line[i]-'0')
		i++
	}
	if i == from {
		return 0, 0
	}
	if i < len(line) && strings.IndexByte(".)|", line[i]) >= 0 {
		i++
	}
	return n, i
}

// lineFurniture measures what stands before the example at the start of a line: its number, or a bullet.
func (p *tolerant) lineFurniture() int {
	if p.numbered && p.lineStart {
		if _, size := lineNumber(p.s[p.pos:min(len(p.s), p.pos+lookInline)]); size > 0 {
			return size
		}
	}
	r, size := utf8.DecodeRuneInString(p.s[p.pos:])
	switch {
	case strings.ContainsRune("•●▪◦‣·○■▸", r):
		return size
	case !strings.ContainsRune("-*+>|", r):
		return 0
	}
	rest := p.s[p.pos+size : min(len(p.s), p.pos+lookInline)]
	text := strings.TrimLeft(rest, " \t\u00a0")
	next, _ := utf8.DecodeRuneInString(text)
	if classOf(next) == doubleQuote || classOf(next) == singleQuote || text != rest && (strings.ContainsRune("{[}]", next) || p.top().v.Kind == Object && unicode.IsLetter(next)) {
		return size
	}
	return 0
}

// breakTag is how many bytes of s are a tag that only breaks lines: <br>, </p>, <div>.
func breakTag(s string) int {
	end := strings.IndexByte(s[:min(len(s), 8)], '>')
	if end < 2 || s[0] != '<' {
		return 0
	}
	switch strings.ToLower(strings.Trim(s[1:end], "/ ")) {
	case "br", "p", "div", "span":
		return end + 1
	}
	return 0
}
