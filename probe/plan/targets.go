package plan

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// target is a field of the request that can be left out or given another value.
type target struct {
	name      string
	in        string
	pointer   string // of a body field
	mandatory *bool
	kind      string // the JSON Schema type that the sheet states; "" where it states none
	rules     probe.FieldRules
}

// isMandatory says that the sheet calls the field so.
func (t target) isMandatory() bool { return t.mandatory != nil && *t.mandatory }

// isOptional says that the sheet calls the field so.
func (t target) isOptional() bool { return t.mandatory != nil && !*t.mandatory }

// isNested says that the field stands in an object or list of the body, which may be optional itself.
func (t target) isNested() bool { return strings.Count(t.pointer, "/") > 1 }

// detail is the target's part of a case id.
func (t target) detail() string {
	return firstNonEmpty(probe.Slug(firstNonEmpty(strings.ReplaceAll(strings.TrimPrefix(t.pointer, "/"), "/", " "), t.name)), "field")
}

func kindOf(t target) string {
	switch t.in {
	case probe.InQuery:
		return "query parameter"
	case probe.InForm:
		return "form field"
	case probe.InPath:
		return "path parameter"
	}
	return "field"
}

// targets lists the fields in the order of the request: body, form, query, path. Those on the top level of the body are all there; deeper ones,
// in the first item of an array where they stand in one, if the sheet says anything of them.
func (b *builder) targets() []target {
	if b.fields == nil {
		b.fields = slices.Clip(b.listTargets())
	}
	return b.fields
}

func (b *builder) listTargets() []target {
	all := []target{}
	for _, f := range b.sheet.Request.Fields {
		nested := strings.Count(f.Pointer, "/") > 1
		if f.In == probe.InBody && f.Pointer != "" && (!nested || f.Mandatory != nil || statedKind(f) != "" || !f.Rules.IsZero()) {
			all = append(all, targetOf(f))
		}
	}
	if b.base.body != nil && b.base.body.Kind == nearjson.Object {
		for _, m := range b.base.body.Members {
			t := b.described(probe.InBody, m.Key)
			t.pointer = nearjson.AppendPointer("", m.Key)
			all = append(all, t)
		}
	}
	for _, p := range b.base.form {
		all = append(all, b.described(probe.InForm, decoded(p)))
	}
	for _, p := range b.base.query {
		if name := decoded(p); !b.isCredential(name, p.value) {
			all = append(all, b.described(probe.InQuery, name))
		}
	}
	for _, f := range b.sheet.Request.Fields {
		if f.In == probe.InPath && (statedKind(f) != "" || !f.Rules.IsZero()) && hasPlaceholder(b.base.url, f.Name) {
			all = append(all, targetOf(f))
		}
	}
	return slices.DeleteFunc(all, isRepeated())
}

func targetOf(f probe.RequestField) target {
	return target{name: f.Name, in: f.In, pointer: f.Pointer, mandatory: f.Mandatory, kind: statedKind(f), rules: f.Rules}
}

func statedKind(f probe.RequestField) string {
	if f.TypeShown {
		return ""
	}
	return f.Type
}

// described is a field that stands on the top level of its part, with what the sheet says of it.
func (b *builder) described(in, name string) target {
	for _, f := range b.sheet.Request.Fields {
		if f.In == in && f.Name == name && strings.Count(f.Pointer, "/") <= 1 {
			return targetOf(f)
		}
	}
	return target{name: name, in: in}
}

// isRepeated tells which targets came before.
func isRepeated() func(target) bool {
	seen := map[[3]string]bool{}
	return func(t target) bool {
		key := [3]string{t.in, t.pointer, t.name}
		if t.pointer != "" {
			key[2] = ""
		}
		repeated := seen[key]
		seen[key] = true
		return repeated
	}
}

// sample is the value that the documented request has for a field.
type sample struct {
	kind nearjson.Kind // String in query and form, where all is text
	// text is that of a scalar; "" where it is not known before the request is sent, or is a secret, of which no part may travel elsewhere.
	text string
	// known says that the kind is: nothing but a placeholder may stand there.
	known bool
}

// sampleOf looks the documented value of a field up; ok is false where the request does not have the field.
func (b *builder) sampleOf(t target) (s sample, ok bool) {
	params := b.base.query
	switch t.in {
	case probe.InBody:
		v := b.base.body.Lookup(t.pointer)
		return b.sampleOfValue(t, v), v != nil
	case probe.InForm:
		params = b.base.form
	case probe.InPath:
		text := b.plainText(t.name, "<<"+t.name+">>")
		return sample{kind: nearjson.String, text: text, known: true}, text != ""
	}
	i := slices.IndexFunc(params, func(p param) bool { return decoded(p) == t.name })
	if i < 0 {
		return sample{}, false
	}
	written := params[i].value
	if params[i].open {
		written = "<<" + t.name + ">>"
	}
	return sample{kind: nearjson.String, text: b.plainText(t.name, written), known: true}, true
}

func (b *builder) sampleOfValue(t target, v *nearjson.Value) sample {
	switch {
	case v == nil:
		return sample{}
	case v.Kind == nearjson.Array || v.Kind == nearjson.Object:
		return sample{kind: v.Kind, known: true}
	}
	text := b.plainText(t.name, v.Text)
	if v.Template || v.Absent {
		kind := typeOfWord(v.Text)
		if kind == "" && !v.Absent && isQuoted(v.Source().String()) { // what fills it becomes a string
			kind = "string"
		}
		return sample{kind: kindNamed(kind), text: text, known: kind != ""}
	}
	return sample{kind: v.Kind, text: text, known: v.Kind != nearjson.Null}
}

// kindNamed is the kind of a JSON Schema type; integers are numbers.
func kindNamed(name string) nearjson.Kind {
	for _, k := range []nearjson.Kind{nearjson.Bool, nearjson.Number, nearjson.String, nearjson.Array, nearjson.Object} {
		if k.String() == name {
			return k
		}
	}
	if name == "integer" {
		return nearjson.Number
	}
	return nearjson.Null
}

// plainText fills a text where all of it is known now and none of it is secret; else it is "".
func (b *builder) plainText(name, written string) string {
	if probe.LooksSecret(name) || b.isCredential(name, written) || b.options.Dynamic.Find != nil && len(b.options.Dynamic.Find(written)) > 0 {
		return ""
	}
	refs := probe.FindPlaceholders(written, false)
	if len(refs) == 0 {
		return written
	}
	v, ok := b.values.lookup(firstNonEmpty(refs[0].Name, name))
	if !ok || v.Secret || len(refs) > 1 || strings.TrimSpace(written) != refs[0].Written || len(probe.FindPlaceholders(v.Value, false)) > 0 {
		return ""
	}
	return v.Value
}

// with is the documented request with another value for the field; ok is false where the request does not have it. In query and form, where
// all is text, the text of the value takes its place.
func (b *builder) with(t target, v *nearjson.Value) (d draft, ok bool) { return withIn(b.base, t, v) }

func withIn(base draft, t target, v *nearjson.Value) (d draft, ok bool) {
	d = base
	set := func(params []param) []param {
		params = slices.Clone(params)
		for i, p := range params {
			if decoded(p) == t.name {
				params[i] = param{name: t.name, value: v.Text, at: p.at}
				ok = true
			}
		}
		return params
	}
	switch t.in {
	case probe.InQuery:
		d.query = set(d.query)
		return d, ok
	case probe.InForm:
		d.form = set(d.form)
		return d, ok
	case probe.InPath:
		d.given = map[string]string{fold(t.name): v.Text}
		return d, true
	}
	path, ok := nearjson.SplitPointer(t.pointer)
	if ok {
		d.body, ok = replaced(base.body, path, func(*nearjson.Value) *nearjson.Value { return v })
	}
	return d, ok
}
