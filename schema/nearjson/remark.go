package nearjson

import (
	"slices"
	"strings"
	"unicode"
)

// maxRemark bounds what is read beside a value.
const maxRemark = 200

// Remark is the comment or parenthesis that stands behind the value on its line: "optional" of `"nick": "N", // optional`. Of an object or
// array it is what stands behind the opening bracket. It is "" where there is none.
func (v *Value) Remark() string {
	if v == nil || v.src == nil {
		return ""
	}
	from := v.end
	if v.Kind == Object || v.Kind == Array {
		from = v.start + 1
	}
	from = min(from, v.src.Len())
	line, _, _ := strings.Cut(v.src.Slice(from, min(v.src.Len(), from+maxRemark)).String(), "\n")
	line = strings.TrimLeft(line, " \t,\r\u00a0")
	for _, mark := range []string{"//", "/*", "#", "<!--", "(", "--"} {
		if rest, ok := strings.CutPrefix(line, mark); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

// MarkedKey is the key of member i of an object without the mark that people put behind it, and that mark: "?" of `"nick?"` and of `nick?:`,
// "*" of `"name*"`. Keys of other signs than letters, digits and joints are left as they are.
func (v *Value) MarkedKey(i int) (name, mark string) {
	m := v.Members[i]
	if m.mark != "" {
		return m.Key, m.mark
	}
	if v.src != nil && m.keyEnd > m.keyStart { // an unquoted key is read without its mark
		written := strings.TrimSpace(v.src.Slice(m.keyStart, m.keyEnd).String())
		if rest, ok := strings.CutPrefix(written, m.Key); ok {
			return m.Key, lastMark(strings.TrimSpace(rest))
		}
	}
	mark = lastMark(m.Key)
	name = strings.TrimRight(m.Key, "*? ")
	if mark == "" || name == "" || strings.Trim(m.Key[len(name):], mark+" ") != "" || strings.ContainsFunc(name, isNoNameRune) {
		return m.Key, ""
	}
	return name, mark
}

// Unmarked is the value with the names of [Value.MarkedKey] for keys, as they are sent; the marks can still be asked for. It is the value itself
// where no key of it or below it has a mark.
func (v *Value) Unmarked() *Value {
	if !v.hasMarks(0) {
		return v
	}
	root := v.Clone()
	todo := []*Value{root}
	for len(todo) > 0 {
		c := todo[len(todo)-1]
		todo = append(todo[:len(todo)-1], c.Items...)
		for i := range c.Members {
			name, mark := c.MarkedKey(i)
			c.Members[i].Key, c.Members[i].mark = name, mark
			todo = append(todo, c.Members[i].Value)
		}
	}
	return root
}

// hasMarks recurses as deep as the value does; every value that was read is at most [MaxDepth] deep.
func (v *Value) hasMarks(depth int) bool {
	if v == nil || depth > MaxDepth {
		return false
	}
	for i, m := range v.Members {
		if name, _ := v.MarkedKey(i); name != m.Key || m.Value.hasMarks(depth+1) {
			return true
		}
	}
	return slices.ContainsFunc(v.Items, func(item *Value) bool { return item.hasMarks(depth + 1) })
}

func lastMark(s string) string {
	if strings.HasSuffix(s, "?") || strings.HasSuffix(s, "*") {
		return s[len(s)-1:]
	}
	return ""
}

func isNoNameRune(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-.", r)
}
