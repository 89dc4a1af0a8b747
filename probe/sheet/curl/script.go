package curl

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// A script says more than its commands: what its variables hold, what a command reads from the lines below it, and in comments what it
// prints. All of that is read as text; nothing is evaluated.

// isAssignment says that a line gives a variable a value, whichever way it comes by it.
func isAssignment(line source.Text) bool {
	_, _, ok := assigned(line)
	return ok
}

// assigned parts NAME=value, as shells write it: with "export" or "set" before it, or $NAME = "value" of PowerShell.
func assigned(line source.Text) (name string, value source.Text, ok bool) {
	t := line.TrimSpace()
	for _, word := range []string{"export ", "set ", "SET ", "$"} {
		if strings.HasPrefix(t.String(), word) {
			t = t.Slice(len(word), t.Len()).TrimSpace()
		}
	}
	name, rest, ok := strings.Cut(t.String(), "=")
	if name = strings.TrimSpace(name); !ok || !isVariableName(name) || rest == "" || rest[0] == '=' {
		return "", source.Text{}, false
	}
	return name, t.Slice(t.Len()-len(rest), t.Len()).TrimSpace(), true
}

// assignment reads an assignment of a value that stands there, in quotes or as one word. What another command prints is none.
func assignment(line source.Text) (name string, value source.Text, ok bool) {
	name, value, ok = assigned(line)
	s := value.String()
	if n := len(s); n > 1 && (s[0] == '"' || s[0] == '\'') && s[n-1] == s[0] {
		value = value.Slice(1, n-1)
	} else if strings.ContainsAny(s, " \t\"'") {
		return "", source.Text{}, false
	}
	if strings.Contains(s, "$(") || strings.Contains(s, "`") {
		return "", source.Text{}, false
	}
	return name, value, ok && value.Len() > 0
}

func isVariableName(s string) bool { return s != "" && nameLength(s) == len(s) }

// nameLength is how many bytes at the start of a text can be the name of a variable.
func nameLength(s string) int {
	for i := range len(s) {
		if c := s[i]; c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (i == 0 || c < '0' || c > '9') {
			return i
		}
	}
	return len(s)
}

// maxExpanded bounds a command with the values of its variables, in bytes.
const maxExpanded = 1 << 16

// expand replaces the variables of a command that the script has assigned a value: $NAME, ${NAME} and %NAME%.
func expand(t source.Text, variables map[string]source.Text) source.Text {
	if len(variables) == 0 {
		return t
	}
	s := t.String()
	var runs []source.Run
	from, added := 0, 0
	for i := 0; i < len(s); i++ {
		name, length := variableAt(s[i:])
		value, known := variables[name]
		if added += value.Len(); !known || added > maxExpanded {
			continue
		}
		runs = append(runs, source.Run{Text: s[from:i], From: t.Slice(from, i)}, source.Run{Text: value.String(), From: t.Slice(i, i+length)})
		from = i + length
		i = from - 1
	}
	if from == 0 {
		return t
	}
	return source.Compose(append(runs, source.Run{Text: s[from:], From: t.Slice(from, len(s))}))
}

// variableAt is the variable that a text begins with, and how many bytes it has; "" where it begins with none.
func variableAt(s string) (name string, length int) {
	switch {
	case strings.HasPrefix(s, "${"):
		if n := nameLength(s[2:]); n > 0 && strings.HasPrefix(s[2+n:], "}") {
			return s[2 : 2+n], n + 3
		}
	case strings.HasPrefix(s, "$"):
		if n := nameLength(s[1:]); n > 0 {
			return s[1 : 1+n], n + 1
		}
	case strings.HasPrefix(s, "%"):
		if n := nameLength(s[1:]); n > 0 && strings.HasPrefix(s[1+n:], "%") {
			return s[1 : 1+n], n + 2
		}
	}
	return "", 0
}

// here takes the lines below a command that it reads: from "<<EOF" down to "EOF".
func (c *cutter) here(command string) {
	at := strings.LastIndex(command, "<<") // those before it are placeholders
	word := strings.Trim(strings.TrimLeft(command[at+1:], "< -"), `'" `)
	if at < 0 || !isVariableName(word) {
		return
	}
	for end := c.at; end < len(c.lines); end++ {
		if strings.TrimSpace(c.lines[end].String()) == word {
			if end > c.at {
				c.input = c.lines[c.at].Join(c.lines[end-1])
			}
			c.at = end + 1
			return
		}
	}
}

// uncomment takes the marks of comments off the answers that stand in comments below a command.
func uncomment(lines []source.Text) []source.Text {
	shown := make([]source.Text, len(lines))
	command, body := false, sheet.Balance{}
	for i, line := range lines {
		shown[i] = line
		command = command || sheet.IsCurl(line)
		inner, ok := commented(line)
		if !ok || !command {
			body = sheet.Balance{}
			continue
		}
		if at, starts := sheet.StartsBody(inner.String()); body.Open() || starts && at == 0 {
			body.Line(inner.String())
			shown[i] = inner
		} else if sheet.IsStatusLine(inner) {
			shown[i] = inner
		}
	}
	return shown
}

// joined are several lines as one text, without the marks of comments.
func (c *cutter) joined(first, last int) source.Text {
	var runs []source.Run
	changed := false
	for i := first; i <= last; i++ {
		changed = changed || c.lines[i].Len() != c.written[i].Len()
		runs = append(runs, source.Run{Text: c.lines[i].String(), From: c.lines[i]}, source.Run{Text: "\n"})
	}
	if !changed {
		return c.lines[first].Join(c.lines[last])
	}
	return source.Compose(runs[:len(runs)-1])
}

// commented is what stands in a comment, behind its mark and an arrow.
func commented(line source.Text) (source.Text, bool) {
	t := line.TrimSpace()
	s := t.String()
	for _, mark := range []string{"#", "//", "::"} {
		if strings.HasPrefix(s, mark) {
			inner := strings.TrimLeft(s[len(mark):], " \t")
			for _, arrow := range []string{"=>", "->", "→", "<"} {
				inner = strings.TrimLeft(strings.TrimPrefix(inner, arrow), " \t")
			}
			return t.Slice(len(s)-len(inner), len(s)), inner != ""
		}
	}
	return t, false
}
