package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// memberRemarks are the remarks in parentheses on a line of several members: each stands behind the value that it speaks of.
func memberRemarks(line source.Text) []lineRemark {
	var found []lineRemark
	for _, member := range membersOf(line) {
		s := member.String()
		colon, open := strings.IndexAny(s, ":="), strings.LastIndexByte(s, '(')
		if colon < 0 || open < colon || isNoneOrEnds(s[colon+1:open]) || !strings.HasSuffix(strings.TrimRight(s, " \t}]"), ")") {
			continue
		}
		if mandatory, ok := statedMandatory(s[open:]); ok {
			found = append(found, lineRemark{from: member.Pos(0).Offset, to: member.Pos(open).Offset, mandatory: mandatory})
		}
	}
	return found
}

// isNoneOrEnds says that there is no value, or that it ends an object as well, of which a remark behind it speaks.
func isNoneOrEnds(value string) bool {
	return strings.TrimSpace(value) == "" || strings.Contains(value[strings.LastIndexByte(value, '"')+1:], "}")
}

// membersOf parts a line at the commas and opening brackets of objects outside of quotes and parentheses.
func membersOf(line source.Text) []source.Text {
	var members []source.Text
	s, from, depth, quote := line.String(), 0, 0, rune(0)
	for i, c := range s {
		switch {
		case quote != 0 && c == quote && s[i-1] != '\\':
			quote = 0
		case quote != 0:
		case c == '"':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth = max(0, depth-1)
		case depth == 0 && strings.ContainsRune(",;{", c):
			members = append(members, line.Slice(from, i))
			from = i + 1
		}
	}
	return append(members, line.Slice(from, len(s)))
}
