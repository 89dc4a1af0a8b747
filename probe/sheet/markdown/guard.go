package markdown

import "strings"

// The parser takes time and memory by the product of two numbers: the lines with how deep blocks lie in each other, and the rows of a table
// with its columns. Both are counted before it runs.

// depth is how deep lists and quotations lie in each other at most: the marks at the start of one line, and items each indented more than
// the one above it.
func depth(s string) int {
	deepest := 0
	var open []int // columns of the items around the line
	for line := range strings.Lines(s) {
		n, indent := marks(line)
		deepest = max(deepest, n)
		if n == 0 {
			continue
		}
		for len(open) > 0 && open[len(open)-1] >= indent {
			open = open[:len(open)-1]
		}
		open = append(open, indent)
		deepest = max(deepest, len(open))
	}
	return deepest
}

// marks counts the marks of lists and quotations at the start of a line, and the blanks before the first.
func marks(line string) (n, indent int) {
	for i := range len(line) {
		switch c := line[i]; {
		case c == '>', (c == '-' || c == '*' || c == '+' || c == '.' || c == ')') && i+1 < len(line) && (line[i+1] == ' ' || line[i+1] == '\t'):
			n++
		case c == '\t' && n == 0:
			indent += 4
		case c == ' ' && n == 0:
			indent++
		case c == ' ' || c == '\t' || c >= '0' && c <= '9':
		default:
			return n, indent
		}
	}
	return n, indent
}

// cells is how many cells the tables have at most: the lines below a row of delimiters, times its columns.
func cells(s string) int {
	total, columns := 0, 0
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			columns = 0
		case strings.Contains(line, "-") && strings.Trim(line, "|:-> \t") == "": // also within a quotation
			columns = strings.Count(line, "|") + 1
		}
		total += columns
	}
	return total
}
