package native

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Overrides reads what stands under the key `overrides` of a sheet where it stands elsewhere, as in a configuration: a map from JSON Pointers
// to what is to be known of the place. The diagnostics are errors of the text.
func Overrides(n *tree.Node) ([]probe.ShapeOverride, source.Diagnostics) {
	r := &reader{sheet: &probe.Sheet{}}
	r.overrides(n)
	return r.sheet.Overrides, r.sheet.Diagnostics
}

// overrides reads what corrects the shapes that are inferred from the documented answers.
func (r *reader) overrides(n *tree.Node) {
	if n.Kind == nearjson.Null {
		return
	}
	if n.Kind != nearjson.Object || n.IsTemplate() {
		r.wrongType("", n, keyOverrides, "a map of JSON Pointers, as in {/data/id: {optional: true}}")
		return
	}
	for _, m := range r.names("", n) {
		entries := []*tree.Node{m.Value}
		if m.Value.Kind == nearjson.Array { // one for the successes and one for the errors
			entries = m.Value.Items
		}
		for _, entry := range entries {
			r.overrideAt(m, entry)
		}
	}
}

func (r *reader) overrideAt(m tree.Member, n *tree.Node) {
	before := len(r.sheet.Diagnostics)
	entry, ok := r.object("", n, fmt.Sprintf("the override of %q", m.Key), overrideKeys)
	o := probe.ShapeOverride{Pointer: m.Key, At: m.At().At(), Override: r.override(entry)}
	if e, given := entry[keyIn]; given {
		o.In = probe.Outcome(r.oneOf("", e.Value, keyIn, string(probe.OutcomeSuccess), string(probe.OutcomeError)))
	}
	if err := (&schema.Shape{Types: schema.Object}).Override("", o.Override); ok && err != nil {
		r.fail("", n.At(), err.Error(), "see the keys of an override: "+strings.Join(overrideKeys, ", "))
	}
	if _, isPointer := nearjson.SplitPointer(m.Key); !isPointer {
		r.fail("", m.At(), fmt.Sprintf("%q is no JSON Pointer", m.Key), "write it as /data/0/id, or /data/*/id for all items")
	}
	if problems := r.sheet.Diagnostics[before:]; problems.Count(source.Error) > 0 {
		o.Problem = problems[0].Message
	}
	r.sheet.Overrides = append(r.sheet.Overrides, o)
}

func (r *reader) override(entry map[string]tree.Member) (o schema.Override) {
	flag := func(key string) *bool {
		m, given := entry[key]
		if !given || m.Value.Kind == nearjson.Null {
			return nil
		}
		if m.Value.Kind != nearjson.Bool {
			r.wrongType("", m.Value, key, "true or false")
			return nil
		}
		yes := strings.EqualFold(m.Value.Text, "true")
		return &yes
	}
	set := func(key string) bool {
		yes := flag(key)
		return yes != nil && *yes
	}
	text := func(key string) string {
		if m, given := entry[key]; given {
			text, _ := r.text("", m.Value, key)
			return text
		}
		return ""
	}
	o = schema.Override{
		Optional: flag(keyOptional), Nullable: flag(keyNullable), Map: set(keyMap), Any: set(keyAny), Ignore: set(keyIgnore),
		Pattern: text(keyPattern), Format: text(keyFormat),
	}
	if m, given := entry[keyEnum]; given {
		if m.Value.Kind != nearjson.Array || len(m.Value.Items) == 0 {
			r.wrongType("", m.Value, keyEnum, "a list of values")
		}
		for _, item := range m.Value.Items {
			if text, ok := r.text("", item, "a value of enum"); ok {
				o.Enum = append(o.Enum, text)
			}
		}
	}
	return o
}

// OverridesNode writes overrides as [Overrides] reads them: by pointer, in order.
func OverridesNode(overrides []probe.ShapeOverride) *yaml.Node {
	var pointers []string
	entries := map[string][]*yaml.Node{}
	for _, o := range overrides {
		if entries[o.Pointer] == nil {
			pointers = append(pointers, o.Pointer)
		}
		entries[o.Pointer] = append(entries[o.Pointer], overrideNode(o))
	}
	all := newMap()
	for _, p := range pointers {
		if len(entries[p]) == 1 {
			all.put(p, entries[p][0])
			continue
		}
		items := list()
		items.Content = entries[p]
		all.put(p, items)
	}
	return &all.Node
}

func overrideNode(o probe.ShapeOverride) *yaml.Node {
	entry := newMap()
	entry.Style = yaml.FlowStyle
	for _, flag := range []struct {
		key   string
		value *bool
	}{{keyOptional, o.Optional}, {keyNullable, o.Nullable}, {keyMap, orNil(o.Map)}, {keyAny, orNil(o.Any)}, {keyIgnore, orNil(o.Ignore)}} {
		if flag.value != nil {
			entry.put(flag.key, plain(strconv.FormatBool(*flag.value)))
		}
	}
	if len(o.Enum) > 0 {
		values := list()
		for _, value := range o.Enum {
			values.Content = append(values.Content, str(value))
		}
		entry.put(keyEnum, values)
	}
	entry.putText(keyPattern, o.Pattern)
	entry.putText(keyFormat, o.Format)
	entry.putText(keyIn, string(o.In))
	return &entry.Node
}

// orNil leaves out a flag that is not set.
func orNil(yes bool) *bool {
	if !yes {
		return nil
	}
	return &yes
}

// checkOverrides warns of overrides that no documented answer has a place for: they would change nothing.
func (r *reader) checkOverrides() {
	for _, o := range r.sheet.Overrides {
		if err := Misplaced(r.sheet, o); err != nil && o.Problem == "" {
			r.note(sheet.Diagnose("sheet.ambiguous", "", o.At, "the override changes nothing: "+err.Error(), "correct the pointer"))
		}
	}
}

// Misplaced says why an override changes nothing of what a sheet documents, or is nil.
func Misplaced(s *probe.Sheet, o probe.ShapeOverride) error {
	var first error
	for _, side := range []struct {
		outcome   probe.Outcome
		responses []probe.Response
	}{{probe.OutcomeSuccess, s.Success}, {probe.OutcomeError, s.Errors}} {
		if o.In != "" && o.In != side.outcome {
			continue
		}
		var examples []*nearjson.Value
		for _, a := range side.responses {
			examples = append(examples, a.Body.Value)
		}
		err := schema.Infer(examples...).Override(o.Pointer, o.Override)
		if err == nil {
			return nil
		}
		first = cmp.Or(first, err)
	}
	return first
}

// schemaText reads a hand-written JSON Schema.
func (r *reader) schemaText(f probe.Field, n *tree.Node, response *probe.Response) {
	if n.Kind == nearjson.Null {
		return
	}
	text := nearjson.Encode(r.value(f, n))
	if n.Kind == nearjson.String {
		text = []byte(n.Text)
	}
	if _, err := schema.CompileSchema(text, n.At().At()); err != nil { // kept nevertheless: nothing may conform to what cannot be read
		r.fail(f, n.At(), err.Error(), "correct the schema, or give an example under `body`")
		if !json.Valid(text) {
			text, _ = json.Marshal(string(text))
		}
	}
	response.Schema, response.SchemaAt = text, n.At().At()
}

// isSchema says that a node is written like a JSON Schema, and is no answer that happens to have the key.
func isSchema(n *tree.Node) bool {
	for _, key := range []string{"$schema", "$ref", "type", "properties", "items", "allOf", "anyOf", "oneOf", "enum", "const"} {
		if _, ok := n.Find(key); ok {
			return true
		}
	}
	return n.Kind == nearjson.String && strings.HasPrefix(strings.TrimSpace(n.Text), "{")
}
