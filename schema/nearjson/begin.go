package nearjson

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// begin finds where the value starts, and opens it. A label before it is cut off; members without outer braces get them.
func (p *tolerant) begin() error {
	p.skip()
	if p.pos >= len(p.s) {
		return fmt.Errorf("%w: there is nothing", ErrNotJSON)
	}
	switch c := p.s[p.pos]; {
	case (c == '{' || c == '[') && placeholderLength(p.s[p.pos:]) == 0:
		return p.element0(c)
	case p.beginsMember():
		return p.implicitRoot()
	}
	if n := p.labelLength(); n > 0 {
		p.note(TextBefore, p.pos, p.pos+n, "")
		p.pos += n
		return p.element0(p.s[p.pos])
	}
	return p.scalarRoot()
}

// element0 opens the outermost container.
func (p *tolerant) element0(c byte) error {
	kind := map[byte]Kind{'{': Object, '[': Array}[c]
	_, err := p.open(kind, p.pos)
	p.pos++
	return err
}

func (p *tolerant) implicitRoot() error {
	p.note(MissingBraces, p.pos, p.pos, "{ }")
	f, err := p.open(Object, p.pos)
	if err == nil {
		f.implicit = true
	}
	return err
}

// beginsMember says that the text starts with a member: a quoted key and a colon, or an unquoted one whose value can be nothing but JSON.
func (p *tolerant) beginsMember() bool {
	line := p.s[p.pos:min(len(p.s), p.pos+lookLine)]
	line = line[:lineLength(line)]
	first, size := utf8.DecodeRuneInString(line)
	if class := classOf(first); class != notQuote && class != backQuote {
		end := strings.IndexFunc(line[size:], func(r rune) bool { return classOf(r) == class })
		if end <= 0 {
			return false
		}
		_, closing := utf8.DecodeRuneInString(line[size+end:])
		after := strings.TrimLeft(line[size+end+closing:], " \t\u00a0")
		return strings.HasPrefix(after, ":") || strings.HasPrefix(after, "=>") || strings.HasPrefix(after, "：")
	}
	key, value, ok := strings.Cut(line, ":")
	return ok && isKeyLike(strings.TrimSpace(key)) && isPlainValue(strings.TrimSpace(value))
}

// isPlainValue says that a text is a quoted string, a number or a literal, with or without a comma: prose is none of these.
func isPlainValue(value string) bool {
	value = strings.TrimSpace(strings.TrimRight(value, ",; "))
	if value == "" {
		return false
	}
	first, _ := utf8.DecodeRuneInString(value)
	last, _ := utf8.DecodeLastRuneInString(value)
	if class := classOf(first); class == doubleQuote || class == singleQuote {
		return len(value) > 1 && classOf(last) == class
	}
	switch value {
	case "true", "false", "null":
		return true
	}
	return numberLength(value) == len(value)
}

// labelLength is how long a label before the value is, as in "Response:", "json" or "Payload =": 0 where the text before the first bracket
// is no label, or there is no bracket.
func (p *tolerant) labelLength() int {
	window := p.s[p.pos:min(len(p.s), p.pos+lookLine)]
	if window[0] == '<' {
		return 0 // markup
	}
	for n := range window {
		if window[n] != '{' && window[n] != '[' || placeholderLength(window[n:]) > 0 {
			continue
		}
		head := window[:n]
		ownLine := strings.TrimRight(head, " \t") != head && strings.HasSuffix(strings.TrimRight(head, " \t\u00a0"), "\n") || strings.HasSuffix(head, "\n")
		if ownLine || isLabel(strings.TrimSpace(head)) {
			return n
		}
		return 0
	}
	return 0
}

const maxLabel = 60

func isLabel(head string) bool {
	if head == "" || utf8.RuneCountInString(head) > maxLabel {
		return false
	}
	trimmed := strings.TrimRight(head, ":=->*：` ")
	if trimmed != head {
		return !strings.ContainsAny(trimmed, "\"{}[]<>&;")
	}
	words := strings.FieldsFunc(head, unicode.IsSpace)
	return len(words) <= 4 && !strings.ContainsAny(head, "\"{}[]<>&;,.!?")
}

// scalarRoot reads a text that is one JSON scalar and nothing else: a quoted string, a number, a literal.
func (p *tolerant) scalarRoot() error {
	start := p.pos
	rest := strings.TrimSpace(p.s[p.pos:])
	if class := p.quoteHere(); class == doubleQuote || class == singleQuote {
		text := p.quoted(false)
		if strings.TrimSpace(p.s[p.pos:]) == "" {
			v := p.value(String, start, p.pos)
			v.Text, v.Template = text, isTemplate(text)
			p.root = v
			return nil
		}
	} else if literal := foreignLiterals[strings.ToLower(rest)]; literal != "" || numberLength(rest) == len(rest) && unwieldy(rest) == "" {
		p.root = p.bareValue(rest, start)
		p.pos = len(p.s)
		return nil
	}
	return fmt.Errorf("%w: it begins with %q", ErrNotJSON, excerpt(firstLine(rest)))
}

func firstLine(s string) string { return s[:lineLength(s)] }
