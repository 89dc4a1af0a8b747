package tree

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// places turns the parser's lines and columns into places of the text, and finds where values end, which the parser does not tell.
type places struct {
	text  source.Text
	s     string
	lines []int // byte offset at which each line starts, as YAML counts lines
	// line, column and at remember the place asked for last: places are asked for in order, and one line may be megabytes long.
	line, column, at int
}

func newPlaces(t source.Text) *places {
	p := &places{text: t, s: t.String(), lines: []int{0}, line: 1, column: 1}
	for i := 0; i < len(p.s); {
		size := lineBreak(p.s[i:])
		if size == 0 {
			i++
			continue
		}
		i += size
		p.lines = append(p.lines, i)
	}
	return p
}

// lineBreak is the length of the line break that a text starts with, or 0. YAML 1.1 counts NEL, LS and PS as well.
func lineBreak(s string) int {
	switch s[0] {
	case '\n':
		return 1
	case '\r':
		if strings.HasPrefix(s, "\r\n") {
			return 2
		}
		return 1
	case 0xC2:
		if strings.HasPrefix(s, "\u0085") {
			return len("\u0085")
		}
	case 0xE2:
		if strings.HasPrefix(s, "\u2028") || strings.HasPrefix(s, "\u2029") {
			return len("\u2028")
		}
	}
	return 0
}

// offset is the byte at which a 1-based line and column stand; columns count code points.
func (p *places) offset(line, column int) int {
	if line < 1 || line > len(p.lines) {
		return len(p.s)
	}
	if line != p.line || column < p.column {
		p.line, p.column, p.at = line, 1, p.lines[line-1]
	}
	for p.column < column && p.at < len(p.s) {
		_, size := utf8.DecodeRuneInString(p.s[p.at:])
		p.at += size
		p.column++
	}
	return p.at
}

// here is the character that a node starts with.
func (p *places) here(n *yaml.Node) source.Text {
	start := p.offset(n.Line, n.Column)
	return p.text.Slice(start, start+1)
}

// value is where a node starts, behind its anchor and its tag.
func (p *places) value(n *yaml.Node) int {
	at := p.offset(n.Line, n.Column)
	for at < len(p.s) && (p.s[at] == '&' && n.Anchor != "" || p.s[at] == '!' && n.Style&yaml.TaggedStyle != 0) {
		blank := strings.IndexAny(p.s[at:], " \t\r\n")
		if blank < 0 {
			return len(p.s)
		}
		at += blank
		at += len(p.s[at:]) - len(strings.TrimLeft(p.s[at:], " \t\r\n"))
	}
	return at
}

// scalar is where a scalar starts and ends as written, its quotes included.
func (p *places) scalar(n *yaml.Node) (start, end int) {
	start = p.value(n)
	rest := p.s[start:]
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return start, start + quotedLength(rest, '"')
	case n.Style&yaml.SingleQuotedStyle != 0:
		return start, start + quotedLength(rest, '\'')
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return start, start + blockLength(rest)
	case strings.HasPrefix(rest, n.Value):
		return start, start + len(n.Value)
	}
	// A plain text over several lines: its first line is enough to point at.
	line := lineLength(rest)
	return start, start + len(strings.TrimRight(rest[:line], " \t"))
}

// written is a text as the document holds it between two places, where it stands there letter by letter: it then takes no memory of its own.
func (p *places) written(start, end int, text string) string {
	in := p.s[start:end]
	if len(in) == len(text)+len(`""`) {
		in = in[1 : len(in)-1]
	}
	if in == text {
		return in
	}
	return text
}

// lineLength is the length of the first line of s.
func lineLength(s string) int {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		return i
	}
	return len(s)
}

// quotedLength is the length of the quoted text that s starts with. Two single quotes stand for one; a backslash escapes in double quotes.
func quotedLength(s string, quote byte) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quote == '"':
			i++
		case s[i] != quote:
		case quote == '\'' && i+1 < len(s) && s[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return len(s)
}

// blockLength is the length of the block scalar (| or >) that s starts with: its header, and the lines that are indented as its first one.
func blockLength(s string) int {
	end := lineLength(s)
	indent := -1
	for at := end; at < len(s); {
		at += lineBreak(s[at:])
		next := at + lineLength(s[at:])
		line := s[at:next]
		blank := len(line) - len(strings.TrimLeft(line, " "))
		if strings.TrimSpace(line) != "" {
			if indent < 0 {
				indent = blank
			}
			if blank < indent || blank == 0 {
				break
			}
			end = next
		}
		at = next
	}
	return end
}

// closed is where a list or map ends whose last value ends at end: behind its closing bracket or, in block style, right there.
func (p *places) closed(end int, flow bool, bracket byte) int {
	if !flow {
		return end
	}
	for i := end; i < len(p.s); i++ {
		switch p.s[i] {
		case bracket:
			return i + 1
		case '#':
			i += lineLength(p.s[i:])
		}
	}
	return len(p.s)
}

// Error puts an error of the parser into words and at its place.
func (p *places) Error(err error) error {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return &Error{At: p.text.Slice(0, 1).At(), Message: err.Error()}
	}
	at := p.firstControl()
	if load.Mark.Line > 0 {
		at = p.offset(load.Mark.Line, load.Mark.Column)
	}
	if at >= len(p.s) {
		at = len(strings.TrimRight(p.s, " \t\r\n"))
	}
	message := load.Message
	if at < len(p.s) && p.s[at] == '\t' {
		message = "found a tab character"
	}
	if load.ContextMsg != "" {
		message += ", " + load.ContextMsg
		if line := load.ContextMark.Line; line > 0 && line != load.Mark.Line {
			start := p.text.Pos(p.offset(line, load.ContextMark.Column))
			message += fmt.Sprintf(" that starts at line %d, column %d", start.Line, start.Column)
		}
	}
	if strings.Contains(message, "exceeded max depth") {
		return beyond(p.text.Slice(at, at+1), tooDeep)
	}
	return &Error{At: p.text.Span(at, at+1), Message: message}
}

// firstControl is where the first character stands that no YAML document may hold.
func (p *places) firstControl() int {
	for i, r := range p.s {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0 && r != 0x85 || r == 0xfffe || r == 0xffff {
			return i
		}
	}
	return 0
}
