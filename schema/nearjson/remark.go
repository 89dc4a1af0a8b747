package nearjson

import "strings"

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
