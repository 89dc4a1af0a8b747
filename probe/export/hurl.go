package export

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// writeHurl writes an entry for each call: the documented request, and the documented success as what is expected.
func writeHurl(out *bytes.Buffer, calls []call, notes *Notes) {
	for i := range calls {
		c := &calls[i]
		if i > 0 {
			out.WriteString("\n\n")
		}
		fmt.Fprintf(out, "# %s\n", oneLine(c.Name))
		if len(c.names) > 0 {
			fmt.Fprintf(out, "# needs: --variable %s=...\n", strings.Join(c.names, "=... --variable "))
		}
		fmt.Fprintf(out, "%s %s%s\n", c.Method, c.origin.in(hurlText, double), c.path.in(hurlText, double))
		for _, h := range c.headers {
			fmt.Fprintf(out, "%s: %s\n", hurlText(h.name), h.value.in(hurlText, double))
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
		fmt.Fprintf(out, "%s: %s\n", hurlText(p.name), p.value.in(hurlText, double))
	}
}

func (c *call) hurlIdentity(out *bytes.Buffer, notes *Notes) {
	switch kind := c.identity(); kind {
	case "":
	case "basic":
		fmt.Fprintf(out, "[BasicAuth]\n%s: %s\n", c.credential("username").in(hurlText, double), c.credential("password").in(hurlText, double))
	case "bearer":
		fmt.Fprintf(out, "Authorization: Bearer %s\n", c.credential("token").in(hurlText, double))
	case "aws_sigv4":
		fmt.Fprintf(out, "[Options]\naws-sigv4: aws:amz:%s:%s\nuser: %s:%s\n", c.credential("region").in(hurlText, double), c.credential("service").in(hurlText, double),
			c.credential("access_key").in(hurlText, double), c.credential("secret_key").in(hurlText, double))
	default:
		notes.lacks(c.Sheet, "Hurl has no option for its identity ("+kind+")")
	}
}

func (c *call) hurlBody(out *bytes.Buffer) {
	switch {
	case c.body != nil:
		out.WriteString(c.json(c.body, "", "", nil) + "\n")
	case len(c.raw) > 0:
		fmt.Fprintf(out, "```\n%s\n```\n", c.raw.in(func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), "`", "\\`") }, double))
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
		if r := c.Success[0]; r.Code != "" {
			asserts = append(asserts, codeAsserts(r)...)
		}
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
		*asserts = append(*asserts, fmt.Sprintf("jsonpath %s %s", str(path), test))
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

// codeAsserts say that the business code is the documented one, wherever it stands at the top of the answer.
func codeAsserts(r probe.Response) []string {
	for _, m := range r.Body.Value.Members {
		if m.Value.Text == r.Code && !m.Value.Template {
			return []string{fmt.Sprintf("jsonpath %s == %s", str("$["+singleQuoted(m.Key)+"]"), m.Value.String())}
		}
	}
	return nil
}

// singleQuoted is a name in a JSONPath.
func singleQuoted(s string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), "'", `\'`) + "'"
}

// hurlText escapes what has a meaning of its own in a value.
func hurlText(s string) string {
	return strings.NewReplacer(`\`, `\\`, "#", `\#`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "{{", `\u{7b}\u{7b}`).Replace(s)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
