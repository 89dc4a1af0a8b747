package sheet

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// introductions are the words behind which the allowed values stand. Those that are sure need no colon.
var introductions = [...]struct {
	words string
	sure  bool
}{
	{"one of the following", true},
	{"must be one of", true},
	{"should be one of", true},
	{"can be one of", true},
	{"any one of", true},
	{"any of", false},
	{"one of", true},
	{"either", true},
	{"allowed values are", true},
	{"possible values are", true},
	{"valid values are", true},
	{"accepted values are", true},
	{"permitted values are", true},
	{"supported values are", true},
	{"allowed values", false},
	{"possible values", false},
	{"valid values", false},
	{"accepted values", false},
	{"permitted values", false},
	{"supported values", false},
	{"allowed value", false},
	{"possible value", false},
	{"valid value", false},
	{"accepts only", true},
	{"enumeration", false},
	{"enum", false},
	{"values", false},
	{"options", false},
}

// readEnum reads the allowed values, and returns the text without them.
func (s *said) readEnum(t source.Text, a assumption) source.Text {
	from, until, list, ok := introduced(t)
	switch {
	case ok:
	case a == assumeEnum:
		from, until, list = 0, t.Len(), t
	case isShortChoice(t.String()):
		from, until, list = 0, t.Len(), t
	default:
		return t
	}
	values := valuesOfList(list.String())
	if len(values) == 0 || len(s.enum) > 0 {
		if ok {
			return t.Slice(0, from) // what is no list of values is no rule either
		}
		return t
	}
	s.enum = values
	s.keep(t.Slice(from, until))
	return t.Slice(0, from)
}

// introduced finds the words that introduce allowed values, and the list behind them: to the end of the sentence, or the lines below.
func introduced(t source.Text) (from, until int, list source.Text, ok bool) {
	lower := strings.ToLower(t.String())
	if len(lower) != t.Len() {
		return 0, 0, source.Text{}, false
	}
	for _, in := range introductions {
		i := strings.Index(lower, in.words)
		if i < 0 || i > 0 && isWordByte(lower[i-1]) {
			continue
		}
		end := i + len(in.words)
		rest := strings.TrimLeft(lower[end:], " \t")
		marked := rest != "" && strings.ContainsAny(rest[:1], ":=-([{") || strings.HasPrefix(rest, "\n")
		behind := t.Slice(end, t.Len())
		behind = behind.Slice(len(behind.String())-len(strings.TrimLeft(behind.String(), " \t:=-–")), behind.Len())
		list = listBehind(behind)
		if !in.sure && !marked && !isPlainList(in.words, list.String()) || rest != "" && isWordByte(lower[end]) {
			continue
		}
		return i, t.Len(), list, true
	}
	return 0, 0, source.Text{}, false
}

// isPlainList says that values stand behind words such as "allowed values" although no sign introduces them: "allowed values 0, 20, 25".
func isPlainList(words, list string) bool {
	return strings.HasSuffix(words, " values") && strings.ContainsAny(list, ",/|") && len(valuesOfList(list)) > 1
}

// listBehind is the list that a text begins with: to the end of its bracket, of the sentence or, where nothing stands on the line, of the lines below.
func listBehind(t source.Text) source.Text {
	s := t.String()
	if strings.HasPrefix(s, "\n") || strings.HasPrefix(s, "\r") {
		if end := strings.Index(strings.TrimLeft(s, "\r\n"), "\n\n"); end >= 0 {
			return t.Slice(0, end)
		}
		return t
	}
	if s != "" && strings.ContainsAny(s[:1], "([{") {
		if end := strings.IndexAny(s, ")]}"); end > 0 {
			return t.Slice(1, end)
		}
		return t.Slice(0, 0)
	}
	for i := range s {
		switch s[i] {
		case '\n', '\r':
			return t.Slice(0, i)
		case '.':
			if endsSentence(s, i) {
				return t.Slice(0, i)
			}
		case ')', ']', '}':
			if strings.Count(s[:i], "(")+strings.Count(s[:i], "[")+strings.Count(s[:i], "{") <= strings.Count(s[:i], ")")+strings.Count(s[:i], "]")+strings.Count(s[:i], "}") {
				return t.Slice(0, i)
			}
		}
	}
	return t
}

// isShortChoice says that a text is nothing but a choice that everybody writes so: "Y/N".
func isShortChoice(s string) bool {
	switch strings.ToUpper(strings.Join(strings.Fields(strings.Trim(s, " ().,`\"'")), " ")) {
	case "Y/N", "Y / N", "Y OR N", "YES/NO", "YES / NO", "0/1", "0 OR 1", "M/F", "M / F", "M/F/O", "T/F":
		return true
	}
	return false
}

// valuesOfList parts a list of allowed values; none where it is open, where an item is more than a value, or where there is only one.
func valuesOfList(list string) []string {
	const most, fewest = 60, 2
	list = strings.TrimSpace(strings.Trim(strings.TrimSpace(list), ".:"))
	if list == "" || isOpenList(list) {
		return nil
	}
	var values []string
	for _, item := range itemsOf(list) {
		value, ok := valueOf(item)
		if !ok {
			return nil
		}
		if value != "" && !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	if len(values) < fewest || len(values) > most {
		return nil
	}
	return values
}

// isOpenList says that there are values that are not named.
func isOpenList(list string) bool {
	lower := " " + strings.ToLower(list) + " "
	for _, mark := range []string{
		"etc", "...", "…", "e.g", "eg.", " such as ", " example", " like ", " any ", " see ", " refer", " so on", " other ",
		" others ", " more ", " if ", " when ", " only if ", " except ", " depending ",
	} {
		if strings.Contains(lower, mark) {
			return true
		}
	}
	return false
}

// itemsOf parts a list at what parts it most clearly: line ends, bars, commas and semicolons, slashes; "and" and "or" part the last two.
func itemsOf(list string) []string {
	separator := ""
	for _, sep := range []string{"\n", "|", ";", ",", "/"} {
		if strings.Contains(list, sep) {
			separator = sep
			break
		}
	}
	if separator == "" {
		return splitWords(list)
	}
	parts := strings.Split(list, separator)
	last := parts[len(parts)-1]
	return append(parts[:len(parts)-1:len(parts)-1], splitWords(last)...)
}

// splitWords parts "A or B" and "A and B"; "or B" behind a comma is B.
func splitWords(s string) []string {
	fields := strings.Fields(s)
	var items []string
	from := 0
	for i, w := range fields {
		if lower := strings.ToLower(w); lower == "or" || lower == "and" || lower == "&" {
			if i > from {
				items = append(items, strings.Join(fields[from:i], " "))
			}
			from = i + 1
		}
	}
	return append(items, strings.Join(fields[from:], " "))
}

// valueOf is the value that an item names: in quotes, alone, or before what explains it: "A = Active", "N (new)", "1: open". ok is false where words
// stand there.
func valueOf(item string) (value string, ok bool) {
	item = strings.Trim(strings.TrimSpace(item), "•*-– \t")
	if item == "" {
		return "", true
	}
	if quote := item[0]; strings.IndexByte("\"'`", quote) >= 0 {
		if end := strings.IndexByte(item[1:], quote); end > 0 {
			return item[1 : 1+end], true
		}
		return "", false
	}
	for _, sign := range []string{" - ", " – ", "=", ":", "(", "–"} {
		if head, tail, found := strings.Cut(item, sign); found && strings.TrimSpace(head) != "" && strings.TrimSpace(tail) != "" {
			item = strings.TrimSpace(head)
			break
		}
	}
	item = strings.Trim(item, "\"'` .")
	return item, item != "" && !strings.ContainsAny(item, " \t<>{}[]()$^\\,;\"") && len(item) <= maxLabel
}

// readPattern reads a regular expression: what stands between ^ and $, or behind "regex:" and "pattern:". ok is true where there is one, also one that
// cannot be used here.
func (s *said) readPattern(t source.Text, a assumption) (ok bool) {
	text := t.String()
	from, end := strings.IndexByte(text, '^'), strings.LastIndexByte(text, '$')
	if from < 0 || end < from+2 {
		return a == assumePattern
	}
	pattern := text[from : end+1]
	if _, err := regexp.Compile(pattern); err != nil || s.pattern != "" || strings.ContainsAny(pattern, "\n") {
		return true
	}
	s.pattern = pattern
	s.keep(t)
	return true
}
