package export

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// writeHurl writes an entry for each call: the documented request, and the documented success as what is expected.
func writeHurl(out *bytes.Buffer, calls []call, notes *Notes) {
	for i := range calls {
		c := &calls[i]
		if strings.Trim(c.Method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			notes.leaveOut(c.Sheet, fmt.Sprintf("Hurl has no place for the method %s", c.Method))
			continue
		}
		if out.Len() > 0 {
			out.WriteString("\n\n")
		}
		fmt.Fprintf(out, "# %s\n", oneLine(c.title()))
		if len(c.names) > 0 {
			fmt.Fprintf(out, "# needs: --variable %s=...\n", strings.Join(c.names, "=... --variable "))
		}
		fmt.Fprintf(out, "%s %s%s\n", c.Method, c.origin.in(hurlURL, double), c.path.in(hurlURL, double))
		for _, h := range c.headers {
			fmt.Fprintf(out, "%s: %s\n", hurlKey(h.name), hurlValue(h.value))
		}
		c.hurlIdentity(out, notes)
		section(out, "QueryStringParams", c.query)
		if strings.HasPrefix(c.Request.MediaType, "multipart/") {
			section(out, "MultipartFormData", c.form)
		} else {
			section(out, "FormParams", c.form)
		}
		c.hurlBody(out)
		c.hurlAnswer(out)
	}
}

func section(out *bytes.Buffer, name string, pairs []pair) {
	if len(pairs) == 0 {
		return
	}
	fmt.Fprintf(out, "[%s]\n", name)
	for _, p := range pairs {
		fmt.Fprintf(out, "%s: %s\n", hurlKey(p.name), hurlValue(p.value))
	}
}

func (c *call) hurlIdentity(out *bytes.Buffer, notes *Notes) {
	switch kind := c.identity(); kind {
	case "":
	case "basic":
		fmt.Fprintf(out, "[BasicAuth]\n%s: %s\n", c.credential("username").in(hurlKey, double), hurlValue(c.credential("password")))
	case "bearer":
		fmt.Fprintf(out, "Authorization: Bearer %s\n", hurlValue(c.token(notes)))
	case "aws_sigv4":
		fmt.Fprintf(out, "[Options]\naws-sigv4: aws:amz:%s:%s\nuser: %s:%s\n", hurlValue(c.credential("region")), hurlValue(c.credential("service")),
			hurlValue(c.credential("access_key")), hurlValue(c.credential("secret_key")))
	default:
		notes.lacks(c.Sheet, "Hurl has no option for its identity ("+kind+")")
	}
}

func (c *call) hurlBody(out *bytes.Buffer) {
	switch {
	case c.body != nil:
		out.WriteString(c.json(c.body, "", "", nil) + "\n")
	case len(c.raw) > 0:
		fmt.Fprintf(out, "`%s`\n", c.raw.in(hurlText, double))
	}
}

// hurlAnswer says what the documented success promises: the HTTP status, and of which type each value is.
func (c *call) hurlAnswer(out *bytes.Buffer) {
	if status := c.expected(); status != 0 {
		fmt.Fprintf(out, "HTTP %d\n", status)
	} else {
		out.WriteString("HTTP *\n")
	}
	var asserts []string
	if c.expected() == 0 {
		asserts = append(asserts, "status < 400")
	}
	if len(c.Success) == 1 && c.Success[0].Body.Value != nil {
		assertsOf(c.Success[0].Body.Value, "$", &asserts)
		asserts = append(asserts, codeAsserts(c.Success[0])...)
	}
	if len(asserts) > 0 {
		out.WriteString("[Asserts]\n" + strings.Join(asserts, "\n") + "\n")
	}
}

// maxAsserts bounds what is written about one answer.
const maxAsserts = 200

// assertsOf says of which type each value is; of a list its first item is told. A null says nothing of what may come.
func assertsOf(v *nearjson.Value, path string, asserts *[]string) {
	if len(*asserts) >= maxAsserts {
		return
	}
	if test := map[nearjson.Kind]string{nearjson.String: "isString", nearjson.Bool: "isBoolean", nearjson.Number: "isNumber", nearjson.Array: "isCollection"}[kindOf(v)]; test != "" && path != "$" {
		*asserts = append(*asserts, fmt.Sprintf("jsonpath %s %s", hurlQuoted(path), test))
	}
	for _, m := range v.Members {
		assertsOf(m.Value, path+"["+singleQuoted(m.Key)+"]", asserts)
	}
	if len(v.Items) > 0 {
		assertsOf(v.Items[0], path+"[0]", asserts)
	}
}

// kindOf is the kind of a value, and of a template the one that it states; Null where it states none.
func kindOf(v *nearjson.Value) nearjson.Kind {
	if !v.Template {
		return v.Kind
	}
	if kind, ok := nearjson.TemplateKind(v.Text); ok {
		return kind
	}
	return nearjson.Null
}

// codeAsserts say that the business code is the documented one, where it stands at the top of the answer.
func codeAsserts(r probe.Response) []string {
	m, ok := codeKey(r)
	if !ok {
		return nil
	}
	value := m.Value.String()
	if m.Value.Kind == nearjson.String {
		value = hurlQuoted(m.Value.Text)
	}
	return []string{fmt.Sprintf("jsonpath %s == %s", hurlQuoted("$["+singleQuoted(m.Key)+"]"), value)}
}

// singleQuoted is a name in a JSONPath.
func singleQuoted(s string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), "'", `\'`) + "'"
}

// The texts of a Hurl file, by the grammar of Hurl 6. Whatever has a meaning somewhere is written by its number, which means the same in every kind of text.

// hurlText is a text between back quotes, or the value of a header, parameter or option.
func hurlText(s string) string {
	return hurlEscaped(s, func(r rune) bool { return r != '#' && r != '`' })
}

// hurlValue is a value, the blanks around it included.
func hurlValue(t text) string {
	s := t.in(hurlText, double)
	if inner := strings.Trim(s, " "); inner != s {
		lead := strings.Index(s, inner)
		s = strings.Repeat(`\u{20}`, lead) + inner + strings.Repeat(`\u{20}`, len(s)-lead-len(inner))
	}
	return s
}

// hurlKey is the name of a header, parameter or user.
func hurlKey(s string) string {
	return hurlEscaped(s, func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-.[]@$", r)
	})
}

// hurlQuoted is a text between quotes.
func hurlQuoted(s string) string {
	return `"` + hurlEscaped(s, func(r rune) bool { return r != '"' }) + `"`
}

// hurlEscaped writes by their numbers the characters that cannot stand as they are, and those that nothing shows.
func hurlEscaped(s string, plain func(rune) bool) string {
	var b strings.Builder
	for i, r := range s {
		if plain(r) && r != '\\' && unicode.IsPrint(r) && !strings.HasPrefix(s[i:], "{{") && !(i > 0 && r == '{' && s[i-1] == '{') {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
	}
	return b.String()
}

// hurlURL is a part of an address: what an address cannot hold is encoded in it (RFC 3986, section 2).
func hurlURL(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if ch := s[i]; ch >= 'a' && ch <= 'z' || ch >= 'A' && ch <= 'Z' || ch >= '0' && ch <= '9' || strings.IndexByte("-._~:/?@!$&'()*+,;=%[]", ch) >= 0 {
			b.WriteByte(ch)
		} else {
			fmt.Fprintf(&b, "%%%02X", ch)
		}
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
