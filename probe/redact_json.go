package probe

import "strings"

// maxLevels is how deep lists and objects may lie in each other.
const maxLevels = 10_000

// isJSON says that a text is one JSON value (RFC 8259), as json.Valid does, in a third of the time: every body is asked about.
func isJSON(s string) bool {
	var room [32]byte
	open := room[:0] // what begins the lists and objects that have not ended
	for i := 0; ; {
		i = skipSpace(s, i)
		if i < len(s) && (s[i] == '{' || s[i] == '[') {
			if open = append(open, s[i]); len(open) > maxLevels {
				return false
			}
			if i = skipSpace(s, i+1); i == len(s) || !ends(open, s[i]) {
				if i = memberName(open, s, i); i < 0 {
					return false
				}
				continue
			}
		} else if i = scalarEnd(s, i); i < 0 {
			return false
		}
		for i = skipSpace(s, i); i < len(s) && ends(open, s[i]); i = skipSpace(s, i+1) {
			open = open[:len(open)-1]
		}
		if len(open) == 0 || i == len(s) || s[i] != ',' {
			return len(open) == 0 && i == len(s)
		}
		if i = memberName(open, s, i+1); i < 0 {
			return false
		}
	}
}

// ends says that c ends the innermost list or object.
func ends(open []byte, c byte) bool {
	return len(open) > 0 && c == open[len(open)-1]+2 // "]" is two after "[", and "}" after "{"
}

// memberName is the place after the name and the colon at s[i] where an object wants them, i itself in a list, and -1 where they are missing.
func memberName(open []byte, s string, i int) int {
	if open[len(open)-1] == '[' {
		return i
	}
	i = skipSpace(s, i)
	if i == len(s) || s[i] != '"' {
		return -1
	}
	if i = quotedEnd(s, i); i < 0 {
		return -1
	}
	if i = skipSpace(s, i); i == len(s) || s[i] != ':' {
		return -1
	}
	return i + 1
}

// scalarEnd is the place after the string, number or word at s[i]; -1 where there is none.
func scalarEnd(s string, i int) int {
	if i == len(s) {
		return -1
	}
	if s[i] == '"' {
		return quotedEnd(s, i)
	}
	for _, word := range [...]string{"true", "false", "null"} {
		if s[i] == word[0] {
			if strings.HasPrefix(s[i:], word) {
				return i + len(word)
			}
			return -1
		}
	}
	return numberEnd(s, i)
}

// quotedEnd is the place after the string that begins at s[i]; -1 where it has no end, or holds what JSON does not.
func quotedEnd(s string, i int) int {
	for i++; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return i + 1
		case c < ' ':
			return -1
		case c == '\\':
			if i++; i == len(s) || strings.IndexByte(`"\/bfnrtu`, s[i]) < 0 || s[i] == 'u' && hex4(s[i-1:]) < 0 {
				return -1
			}
		}
	}
	return -1
}

// numberEnd is the place after the number that begins at s[i]; -1 where none does.
func numberEnd(s string, i int) int {
	if s[i] == '-' {
		i++
	}
	if i < len(s) && s[i] == '0' {
		i++
	} else if i = digitsEnd(s, i); i < 0 {
		return -1
	}
	if i < len(s) && s[i] == '.' {
		if i = digitsEnd(s, i+1); i < 0 {
			return -1
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		if i++; i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		i = digitsEnd(s, i)
	}
	return i
}

// digitsEnd is the place after the digits at s[i]; -1 where there are none.
func digitsEnd(s string, i int) int {
	end := i
	for end < len(s) && '0' <= s[end] && s[end] <= '9' {
		end++
	}
	if end == i {
		return -1
	}
	return end
}
