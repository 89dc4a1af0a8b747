package jsonpath

import "strings"

// escape reads a backslash and what it makes of the next character.
func (t *translator) escape() (size int, err error) {
	if c := t.next(); c == 'p' || c == 'P' {
		return categorySize, t.category()
	}
	r, err := t.single()
	if err == nil {
		t.writeRune(r)
	}
	return 1, err
}

// next is the character behind the present one, 0 at the end.
func (t *translator) next() byte {
	if t.pos+1 >= len(t.s) {
		return 0
	}
	return t.s[t.pos+1]
}

// single reads an escape that stands for one character.
func (t *translator) single() (rune, error) {
	at := t.pos
	c := t.next()
	t.pos += 2
	switch c {
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 0:
		return 0, t.fail(at, `write \\ for the character`, "a backslash escapes nothing")
	}
	if strings.IndexByte(`()*+-.?[\]^{|}`, c) >= 0 {
		return rune(c), nil
	}
	next := "write the character without a backslash"
	switch c {
	case 'd':
		next = "write [0-9]"
	case 'w':
		next = "write [A-Za-z0-9_]"
	case 's':
		next = `write [ \t\n\r]`
	case 'b', 'B', 'A', 'z', 'Z':
		next = "leave it out: match compares the whole text, search any part of it"
	case 'D', 'W', 'S':
		next = "write a class with ^, as in [^0-9]"
	}
	t.pos = at + 1
	return 0, t.fail(at, next, "%q is no escape", `\`+string(t.rune()))
}

// category reads \p{Lu} or \P{Lu}.
func (t *translator) category() error {
	at := t.pos
	end := strings.IndexByte(t.s[at:], '}')
	if end < 0 || t.s[at+2] != '{' || !isCategory(t.s[at+3:at+end]) {
		return t.fail(at, `write a general category of Unicode, as in \p{L} or \p{Lu}`, "a category is not written so")
	}
	t.pos += end + 1
	t.out.WriteString(t.s[at:t.pos])
	return nil
}

func isCategory(name string) bool {
	if name == "" || len(name) > 2 {
		return false
	}
	minor := map[byte]string{'L': "lmotu", 'M': "cen", 'N': "dlo", 'P': "cdefios", 'S': "ckmo", 'Z': "lps", 'C': "cfno"}[name[0]]
	return minor != "" && (len(name) == 1 || strings.IndexByte(minor, name[1]) >= 0)
}

// class reads a class in brackets. A hyphen stands for itself only as the first or the last.
func (t *translator) class() (size int, err error) {
	open := t.pos
	t.pos++
	t.out.WriteByte('[')
	if t.peek() == '^' {
		t.pos++
		t.out.WriteByte('^')
	}
	for first := true; ; first = false {
		switch c := t.peek(); {
		case t.pos >= len(t.s):
			return 0, t.fail(open, `close it with "]"`, "a class is never closed")
		case c == ']' && first:
			return 0, t.fail(t.pos, `write \] for the character`, "a class is empty")
		case c == ']':
			t.pos++
			t.out.WriteByte(']')
			return size + 1, nil
		case c == '-' && (first || t.next() == ']'):
			t.pos++
			t.writeRune('-')
		default:
			n, err := t.member()
			if size += n; err != nil {
				return 0, err
			}
		}
	}
}

// member reads a category, a character, or a range of them.
func (t *translator) member() (size int, err error) {
	if c := t.next(); t.peek() == '\\' && (c == 'p' || c == 'P') {
		return categorySize, t.category()
	}
	at := t.pos
	from, err := t.classRune()
	if err != nil {
		return 0, err
	}
	t.writeRune(from)
	if t.peek() != '-' || t.next() == ']' {
		return 0, nil
	}
	t.pos++
	to, err := t.classRune()
	if err != nil {
		return 0, err
	}
	if to < from {
		return 0, t.fail(at, "write the smaller character first", "a range runs backwards")
	}
	t.out.WriteByte('-')
	t.writeRune(to)
	return 0, nil
}

func (t *translator) classRune() (rune, error) {
	switch t.peek() {
	case '\\':
		return t.single()
	case '[', '-':
		return 0, t.fail(t.pos, `write it with a backslash`, "%q stands within a class", t.s[t.pos:t.pos+1])
	case 0:
		if t.pos >= len(t.s) {
			return 0, t.fail(t.pos, `close it with "]"`, "a class is never closed")
		}
	}
	return t.rune(), nil
}
