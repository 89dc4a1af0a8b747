package text

import (
	"bytes"
	"strings"
)

// withoutAsking blanks what a list of questions and answers writes before each: "Q1.", "Ans:".
func withoutAsking(text []byte) bool {
	const fewest = 3
	var marks [][2]int
	questions := 0
	eachLine(text, func(from, end int) {
		s := string(text[from:min(end, from+maxLead)])
		n, asks := askingMark(s)
		if n == 0 {
			return
		}
		if marks = append(marks, [2]int{from, from + n}); asks {
			questions++
		}
	})
	if questions < fewest || len(marks)-questions < fewest {
		return false
	}
	for _, m := range marks {
		copy(text[m[0]:m[1]], bytes.Repeat([]byte(" "), m[1]-m[0]))
	}
	return true
}

// askingMark is how many bytes at the start of a line only say that a question, or an answer, follows.
func askingMark(s string) (n int, asks bool) {
	rest := strings.TrimLeft(s, " \t*")
	word := rest[:len(rest)-len(strings.TrimLeft(rest, "QAqaNnSsWwEeRrUuTtIiOo"))]
	switch strings.ToLower(word) {
	case "q", "que", "question":
		asks = true
	case "a", "an", "ans", "answer":
	default:
		return 0, false
	}
	rest = strings.TrimLeft(rest[len(word):], "0123456789 ")
	behind := strings.TrimLeft(rest, ".:)-–* ")
	if behind == rest || strings.TrimLeft(rest, " ") == behind || behind == "" {
		return 0, false
	}
	return len(s) - len(behind), asks
}

// withoutCircles makes usual bullets of the letters that word processors leave of round ones: "   o Content-Type: ..".
func withoutCircles(text []byte) bool {
	const fewest = 2
	var at []int
	eachLine(text, func(from, end int) {
		s := string(text[from:end])
		trimmed := strings.TrimLeft(s, " \t")
		if len(trimmed) > 3 && trimmed[0] == 'o' && strings.IndexByte(" \t", trimmed[1]) >= 0 && (len(trimmed) < len(s) || trimmed[1] == '\t') {
			at = append(at, from+len(s)-len(trimmed))
		}
	})
	if len(at) < fewest {
		return false
	}
	for _, i := range at {
		text[i] = '-'
	}
	return true
}

// withoutBoxes makes usual bullets of boxes to tick: "[x] Method: POST".
func withoutBoxes(text []byte) bool {
	const fewest, length = 2, 3
	var at []int
	eachLine(text, func(from, end int) {
		s := string(text[from:end])
		trimmed := strings.TrimLeft(s, " \t-*")
		if len(trimmed) > length+1 && trimmed[0] == '[' && strings.IndexByte("xX ", trimmed[1]) >= 0 && strings.HasPrefix(trimmed[2:], "] ") {
			at = append(at, from+len(s)-len(trimmed))
		}
	})
	if len(at) < fewest {
		return false
	}
	for _, i := range at {
		copy(text[i:i+length], "   ")
	}
	return true
}

// withoutComment blanks the frame of a comment that documents a call in the code of a program: "/**", " * @url https://..".
func withoutComment(text []byte) bool {
	inside, found := false, false
	eachLine(text, func(from, end int) {
		line := text[from:end]
		s := strings.TrimSpace(string(line))
		if s == "/**" || s == "/*" {
			inside, found = true, true
		}
		if !inside {
			return
		}
		inside = !strings.HasSuffix(s, "*/")
		n := len(line) - len(bytes.TrimLeft(line, "/* \t"))
		if n < len(line) && line[n] == '@' {
			n++
		}
		copy(line, bytes.Repeat([]byte(" "), n))
	})
	return found
}

// eachLine visits the lines of a text.
func eachLine(text []byte, visit func(from, end int)) {
	for from := 0; from < len(text); {
		end := from + bytes.IndexByte(text[from:], '\n')
		if end < from {
			end = len(text)
		}
		visit(from, end)
		from = end + 1
	}
}
