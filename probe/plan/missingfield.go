package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// target is a field of the request that can be left out.
type target struct {
	name      string
	in        string
	pointer   string // of a body field
	mandatory *bool
}

// deriveMissingField leaves out one field after the other: those on the top level of the body, those deeper of which the sheet says that
// they are mandatory, query parameters and form fields. Fields that the sheet calls optional are left alone. Where it does not
// say, only a safe request is sent, and its acceptance is a question and no error.
func deriveMissingField(b *builder) {
	for _, t := range b.targets() {
		d, ok := b.without(t)
		if !ok || t.mandatory != nil && !*t.mandatory {
			continue
		}
		s := spec{
			family: probe.FamilyMissingField, detail: probe.Slug(firstNonEmpty(strings.ReplaceAll(strings.TrimPrefix(t.pointer, "/"), "/", " "), t.name)),
			title: fmt.Sprintf("without %q", t.name), mutation: fmt.Sprintf("%s %q left out", kindOf(t), t.name), subject: t.name,
			draft: d, outcome: probe.OutcomeError, forbidden: t.mandatory != nil,
		}
		s.detail = firstNonEmpty(s.detail, "field")
		if t.mandatory == nil && !isSafe(b.sheet.Method) && !b.options.Negatives.named(probe.FamilyMissingField) {
			s.skip = fmt.Sprintf("the sheet does not say that %q is mandatory, and %s may change data; mark it mandatory, or pass --negatives missing-field", t.name, b.sheet.Method)
		}
		b.add(s)
	}
}

func kindOf(t target) string {
	switch t.in {
	case probe.InQuery:
		return "query parameter"
	case probe.InForm:
		return "form field"
	}
	return "field"
}

// targets lists the fields in the order of the request: body, form, query.
func (b *builder) targets() []target {
	var all []target
	for _, f := range b.sheet.Request.Fields {
		nested := strings.Count(f.Pointer, "/") > 1
		if f.In == probe.InBody && f.Pointer != "" && (!nested || f.Mandatory != nil) {
			all = append(all, target{name: f.Name, in: f.In, pointer: f.Pointer, mandatory: f.Mandatory})
		}
	}
	if b.base.body != nil && b.base.body.Kind == nearjson.Object {
		for _, m := range b.base.body.Members {
			all = append(all, target{name: m.Key, in: probe.InBody, pointer: nearjson.AppendPointer("", m.Key), mandatory: b.stated(probe.InBody, m.Key)})
		}
	}
	for _, p := range b.base.form {
		all = append(all, target{name: p.name, in: probe.InForm, mandatory: b.stated(probe.InForm, p.name)})
	}
	for _, p := range b.base.query {
		if name := decoded(p); !b.isCredential(name, p.value) {
			all = append(all, target{name: name, in: probe.InQuery, mandatory: b.stated(probe.InQuery, name)})
		}
	}
	return slices.DeleteFunc(all, isRepeated())
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

// stated is what the sheet says of a field that stands on the top level of its part.
func (b *builder) stated(in, name string) *bool {
	for _, f := range b.sheet.Request.Fields {
		if f.In == in && f.Name == name && strings.Count(f.Pointer, "/") <= 1 {
			return f.Mandatory
		}
	}
	return nil
}

// statedAt is what the sheet says of a field of the body: of this very place, or of a field of that name on the top level.
func (b *builder) statedAt(pointer, name string) *bool {
	for _, f := range b.sheet.Request.Fields {
		if f.In == probe.InBody && f.Pointer == pointer {
			return f.Mandatory
		}
	}
	return b.stated(probe.InBody, name)
}

// without is the documented request without the field; ok is false where the request does not have it.
func (b *builder) without(t target) (d draft, ok bool) { return withoutIn(b.base, t) }

func withoutIn(base draft, t target) (d draft, ok bool) {
	d = base
	drop := func(params []param) []param {
		return slices.DeleteFunc(slices.Clone(params), func(p param) bool { return decoded(p) == t.name })
	}
	switch t.in {
	case probe.InQuery:
		d.query = drop(d.query)
		return d, len(d.query) < len(base.query)
	case probe.InForm:
		d.form = drop(d.form)
		return d, len(d.form) < len(base.form)
	}
	path, ok := nearjson.SplitPointer(t.pointer)
	if ok {
		d.body, ok = replaced(base.body, path, nil)
	}
	return d, ok
}

// replaced copies v with the value at the path exchanged by what with makes of it, or removed where with is nil.
func replaced(v *nearjson.Value, path []string, with func(*nearjson.Value) *nearjson.Value) (*nearjson.Value, bool) {
	if v == nil || len(path) == 0 || len(path) > nearjson.MaxDepth {
		return v, false
	}
	c := *v
	if v.Kind == nearjson.Array {
		i, err := strconv.Atoi(path[0])
		if err != nil || i < 0 || i >= len(v.Items) || len(path) == 1 && with == nil {
			return v, false
		}
		item, ok := descend(v.Items[i], path, with)
		c.Items = slices.Clone(v.Items)
		c.Items[i] = item
		return &c, ok
	}
	i := slices.IndexFunc(v.Members, func(m nearjson.Member) bool { return m.Key == path[0] })
	if i < 0 {
		return v, false
	}
	c.Members = slices.Clone(v.Members)
	if len(path) == 1 && with == nil {
		c.Members = slices.Delete(c.Members, i, i+1)
		return &c, true
	}
	item, ok := descend(v.Members[i].Value, path, with)
	c.Members[i].Value = item
	return &c, ok
}

func descend(v *nearjson.Value, path []string, with func(*nearjson.Value) *nearjson.Value) (*nearjson.Value, bool) {
	if len(path) == 1 {
		return with(v), true
	}
	return replaced(v, path[1:], with)
}
