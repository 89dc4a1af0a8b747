package export

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// tests is a script that holds an answer against the documented success, as far as the sheet promises anything; nil where it does not.
func (c *call) tests() *nearjson.Value {
	lines := slices.Concat(c.statusTest(), c.shapeTest(), c.codeTest())
	if len(lines) == 0 {
		return nil
	}
	script := list()
	for _, line := range lines {
		script.Items = append(script.Items, str(line))
	}
	return script
}

// pmTest is one test: its name, which people read, and what it does.
func pmTest(name string, body ...string) []string {
	return slices.Concat([]string{"pm.test(" + scriptText(name) + ", function () {"}, body, []string{"});"})
}

func (c *call) statusTest() []string {
	status := c.expected()
	if status == 0 {
		return nil
	}
	n := strconv.Itoa(status)
	return pmTest("HTTP status "+n, "  pm.response.to.have.status("+n+");")
}

// shapeTest asks for the documented keys, with values of the documented types. A success whose shape a schema of its own tells, or that has no JSON, is left
// alone.
func (c *call) shapeTest() []string {
	var examples []*nearjson.Value
	for _, r := range c.Success {
		if r.Body.Value == nil || len(r.Schema) > 0 {
			return nil
		}
		examples = append(examples, r.Body.Value)
	}
	if len(examples) == 0 {
		return nil
	}
	shape := shapeOf(c.Sheet, probe.OutcomeSuccess, examples)
	typesOnly(shape, false)
	var text bytes.Buffer
	_ = json.Indent(&text, nearjson.Encode(shape), "  ", "  ") // what Encode writes is JSON
	return pmTest("documented keys and types", strings.Split("  pm.response.to.have.jsonSchema("+text.String()+");", "\n")...)
}

// typesOnly drops what the validator of Postman knows otherwise, or not at all: formats of our own, and patterns in the syntax of Go. names says that the keys
// are names of properties and no keywords.
func typesOnly(v *nearjson.Value, names bool) {
	if !names {
		v.Members = slices.DeleteFunc(v.Members, func(m nearjson.Member) bool { return m.Key == "format" || m.Key == "pattern" })
	}
	for _, m := range v.Members {
		typesOnly(m.Value, !names && m.Key == "properties")
	}
}

// codeTest asks for a code that means success, where the one documented success shows in which key it stands.
func (c *call) codeTest() []string {
	if len(c.Success) != 1 {
		return nil
	}
	key, ok := codeKey(c.Success[0])
	if !ok {
		return nil
	}
	var codes []string
	known := probe.NewCodes(c.Sheet)
	for _, code := range known.For(probe.OutcomeSuccess) {
		codes = append(codes, scriptText(code))
	}
	return pmTest("code of success", "  pm.expect(["+strings.Join(codes, ", ")+"]).to.include(String(pm.response.json()["+scriptText(key.Key)+"]));")
}

// codeKey is the key at the top of an answer under which the business code stands.
func codeKey(r probe.Response) (nearjson.Member, bool) {
	if r.Code == "" || r.Body.Value == nil {
		return nearjson.Member{}, false
	}
	at := slices.IndexFunc(r.Body.Value.Members, func(m nearjson.Member) bool { return m.Value.Text == r.Code && !m.Value.Template })
	if at < 0 {
		return nearjson.Member{}, false
	}
	return r.Body.Value.Members[at], true
}

// scriptText is a text of JavaScript, which has the texts of JSON.
func scriptText(s string) string { return string(nearjson.AppendQuoted(nil, s)) }
