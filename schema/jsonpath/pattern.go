package jsonpath

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// pattern is a compiled I-Regexp, with about as many instructions as its size.
type pattern struct {
	*regexp.Regexp
	size int
}

const (
	maxPatternSize = 10_000 // instructions, repetitions multiplied out
	maxRepetition  = 1000   // what package regexp repeats at most, also where repetitions are nested
	categorySize   = 50     // a category of Unicode is a long table
	patternPrice   = 16     // bytes of text times instructions at the price of one step
	compilePrice   = 8      // steps for one instruction
)

// errTooLarge marks patterns that are I-Regexps, and that nobody should run.
var errTooLarge = errors.New("the pattern is too large")

func isTooLarge(err error) bool { return errors.Is(err, errTooLarge) }

// compilePattern checks an I-Regexp and compiles it, for the whole of a text or for any part of it.
func compilePattern(text string, whole bool) (*pattern, error) {
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("%w: it is longer than 16 KiB", errTooLarge)
	}
	t := translator{s: text}
	size, err := t.all()
	if err != nil {
		return nil, err
	}
	expr := t.out.String()
	if whole {
		expr = `\A(?:` + expr + `)\z`
	}
	re, err := regexp.Compile(expr)
	if err != nil { // what is left are its limits: the grammar has been checked
		return nil, fmt.Errorf("%w: %q repeats more than 1,000 times", errTooLarge, short(text))
	}
	return &pattern{re, size}, nil
}

// translator reads an I-Regexp by the grammar of RFC 9485 section 3 and writes it for package regexp, as section 5.4 has it.
type translator struct {
	s     string
	pos   int
	depth int
	out   strings.Builder
}

func (t *translator) fail(at int, next, format string, args ...any) error {
	column := utf8.RuneCountInString(t.s[:at]) + 1
	return fmt.Errorf("the pattern %q is no I-Regexp: character %d: %s; %s", excerpt(t.s, at), column, fmt.Sprintf(format, args...), next)
}

func (t *translator) all() (size int, err error) {
	if !utf8.ValidString(t.s) {
		return 0, t.fail(0, "write it in UTF-8", "it is not valid UTF-8")
	}
	size, err = t.branches()
	if err == nil && t.pos < len(t.s) { // only this ends branches outside of a group
		return 0, t.fail(t.pos, `write \) for the character`, `")" closes no group`)
	}
	return size, err
}

func (t *translator) branches() (size int, err error) {
	for {
		n, err := t.branch()
		if size += n; err != nil {
			return 0, err
		}
		if t.peek() != '|' {
			return size, nil
		}
		t.pos++
		size++
		t.out.WriteByte('|')
	}
}

func (t *translator) branch() (size int, err error) {
	for t.pos < len(t.s) && t.s[t.pos] != '|' && t.s[t.pos] != ')' {
		n, err := t.atom()
		if err != nil {
			return 0, err
		}
		if n, err = t.quantifier(n); err != nil {
			return 0, err
		}
		if size += n; size > maxPatternSize {
			return 0, fmt.Errorf("%w: %q stands for more than 10,000 characters", errTooLarge, short(t.s))
		}
	}
	return size, nil
}

func (t *translator) atom() (size int, err error) {
	switch c := t.s[t.pos]; c {
	case '(':
		return t.group()
	case '[':
		return t.class()
	case '\\':
		return t.escape()
	case '.':
		t.pos++
		t.out.WriteString(`[^\n\r]`)
		return 1, nil
	case '^', '$':
		t.pos++
		t.out.WriteString("(?:" + string(c) + ")")
		return 1, nil
	case '*', '+', '?', '{':
		return 0, t.fail(t.pos, `write \`+string(c)+" for the character", "%q follows nothing that could be repeated", string(c))
	case ']', '}':
		return 0, t.fail(t.pos, `write \`+string(c)+" for the character", "%q closes nothing", string(c))
	}
	t.writeRune(t.rune())
	return 1, nil
}

func (t *translator) group() (size int, err error) {
	open := t.pos
	if t.depth++; t.depth > MaxDepth {
		return 0, fmt.Errorf("%w: %q nests groups deeper than 64 levels", errTooLarge, short(t.s))
	}
	t.pos++
	if t.peek() == '?' {
		return 0, t.fail(t.pos, "write a plain group, without a question mark behind its parenthesis", `"(?" begins no group`)
	}
	t.out.WriteString("(?:")
	if size, err = t.branches(); err != nil {
		return 0, err
	}
	if t.peek() != ')' {
		return 0, t.fail(open, `close it with ")"`, "a group is never closed")
	}
	t.pos++
	t.out.WriteByte(')')
	t.depth--
	return size + 1, nil
}

// quantifier reads how often the atom of the given size is repeated, and returns the size of the whole.
func (t *translator) quantifier(size int) (int, error) {
	switch c := t.peek(); c {
	case '*', '+', '?':
		t.pos++
		t.out.WriteByte(c)
		return size + 1, nil
	case '{':
		return t.repetition(size)
	}
	return size, nil
}

func (t *translator) repetition(size int) (int, error) {
	open := t.pos
	t.pos++
	least, ok := t.count()
	most, bounded := least, true
	if ok && t.peek() == ',' {
		t.pos++
		if most, bounded = t.count(); !bounded {
			most = least + 1
		}
	}
	switch {
	case !ok || t.peek() != '}':
		return 0, t.fail(open, "write {2}, {2,} or {2,5}", "a repetition is not written so")
	case most < least:
		return 0, t.fail(open, "write the smaller number first", "a repetition counts backwards")
	case least > maxRepetition || bounded && most > maxRepetition:
		return 0, fmt.Errorf("%w: %q repeats more than 1,000 times", errTooLarge, short(t.s))
	}
	t.pos++
	t.out.WriteString(t.s[open:t.pos])
	return size*max(most, 1) + 1, nil
}

// count reads a number; one that is too large to repeat so often becomes one that is just too large.
func (t *translator) count() (n int, ok bool) {
	start := t.pos
	for isDigit(t.peek()) {
		t.pos++
	}
	n, err := strconv.Atoi(t.s[start:t.pos])
	if errors.Is(err, strconv.ErrRange) || n > maxRepetition {
		n = maxRepetition + 1
	}
	return n, t.pos > start
}

func (t *translator) peek() byte {
	if t.pos >= len(t.s) {
		return 0
	}
	return t.s[t.pos]
}

func (t *translator) rune() rune {
	r, size := utf8.DecodeRuneInString(t.s[t.pos:])
	t.pos += size
	return r
}

// writeRune writes a character so that it stands for itself, in brackets as outside.
func (t *translator) writeRune(r rune) {
	if r < utf8.RuneSelf && !isLetter(byte(r)) && !isDigit(byte(r)) {
		fmt.Fprintf(&t.out, `\x%02x`, r)
		return
	}
	t.out.WriteRune(r)
}
