package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Numbering is how many bytes of a line are its number, with the blanks behind it: "10 ", "3) ", "2.1. ", "Step 4: ", "#5 ", "(iv) ", "b) ",
// "6 - ". It is 0 where the line has none, or is nothing but a number.
func Numbering(line string) int {
	if n := letterNumbering(line); n > 0 {
		return n
	}
	if n := hanNumbering(line); n > 0 {
		return n
	}
	word := numberWord(line)
	if n := digitNumbering(line[word:]); n > 0 {
		return word + n
	}
	return 0
}

// numberWord is how many bytes of a line say that a number follows: "Step ", "#", "No. ".
func numberWord(line string) int {
	for _, word := range [...]string{"step ", "#", "no. ", "point ", "item "} {
		if len(line) > len(word) && strings.EqualFold(line[:len(word)], word) && line[len(word)] >= '0' && line[len(word)] <= '9' {
			return len(word)
		}
	}
	return 0
}

// letterNumbering measures "a) ", "(b) ", "iv. " and "C. ".
func letterNumbering(line string) int {
	i := 0
	if strings.HasPrefix(line, "(") {
		i++
	}
	end := i
	for end < len(line) && end-i < 5 && isNameStart(line[end]) {
		end++
	}
	letters := strings.ToLower(line[i:end])
	roman := letters != "" && strings.Trim(letters, "ivx") == ""
	if !roman && len(letters) != 1 || end+1 >= len(line) || line[end] != ')' && (line[end] != '.' || i > 0) {
		return 0
	}
	rest := line[end+1:]
	text := strings.TrimLeftFunc(rest, unicode.IsSpace)
	if text == rest || text == "" {
		return 0
	}
	return len(line) - len(text)
}

// longestNumber is how many digits a number has at most that nothing sets off: "10001 param error" is a code and its message, and no label.
const longestNumber = 3

func digitNumbering(line string) int {
	i := 0
	if i < len(line) && (line[i] == '(' || line[i] == '[') {
		i++
	}
	digits := i
	for i < len(line) && (line[i] >= '0' && line[i] <= '9' || line[i] == '.' && i > digits) {
		i++
	}
	if i == digits || i-digits > 8 {
		return 0
	}
	dotted := line[i-1] == '.'
	closed := i < len(line) && strings.IndexByte(")]:", line[i]) >= 0
	if closed {
		i++
	}
	if strings.HasPrefix(line[i:], "、") {
		closed, i = true, i+len("、")
	}
	if !dotted && !closed && i-digits > longestNumber {
		return 0
	}
	blank := len(line[i:]) - len(strings.TrimLeftFunc(line[i:], unicode.IsSpace))
	rest := line[i+blank:]
	if dash := dashLength(rest); dash > 0 && blank > 0 && i-digits <= 2 { // longer numbers are codes
		blank, rest = blank+dash, rest[dash:]
	}
	first, _ := utf8.DecodeRuneInString(rest)
	if rest == "" || blank == 0 && !(dotted || closed) || blank == 0 && !unicode.IsLetter(first) {
		return 0
	}
	return i + blank
}

// dashLength is how many bytes of s are a dash and the blanks behind it.
func dashLength(s string) int {
	for _, dash := range [...]string{"-", "–", "—"} {
		if rest, ok := strings.CutPrefix(s, dash); ok {
			if text := strings.TrimLeftFunc(rest, unicode.IsSpace); text != rest {
				return len(s) - len(text)
			}
		}
	}
	return 0
}

// hanNumbering measures "一、", "（二）" and "十一. ".
func hanNumbering(line string) int {
	text := strings.TrimLeft(line, "（(")
	rest := strings.TrimLeft(text, "一二三四五六七八九十")
	if rest == text {
		return 0
	}
	for _, closer := range []string{"、", "）", ")", ".", "．"} {
		if behind, ok := strings.CutPrefix(rest, closer); ok && strings.TrimSpace(behind) != "" {
			return len(line) - len(strings.TrimLeftFunc(behind, unicode.IsSpace))
		}
	}
	return 0
}
