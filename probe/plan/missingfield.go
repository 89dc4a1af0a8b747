package plan

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// deriveMissingField leaves out one field after the other: those on the top level of the body, those deeper of which the sheet says that
// they are mandatory, query parameters and form fields. Fields that the sheet calls optional are left alone. Where it does not
// say, only a safe request is sent, and its acceptance is a question and no error.
func deriveMissingField(b *builder) {
	var all []brokenField
	for _, t := range b.targets() {
		d, ok := b.without(t)
		if !ok || t.isOptional() || t.mandatory == nil && t.isNested() {
			continue
		}
		all = append(all, brokenField{
			target: t, title: fmt.Sprintf("without %q", t.name), what: "left out", draft: d, forbidden: t.isMandatory(), asked: isSafe(b.sheet.Method),
		})
	}
	b.addBroken(probe.FamilyMissingField, all)
}

// stated is what the sheet says of a field that stands on the top level of its part.
func (b *builder) stated(in, name string) *bool { return b.described(in, name).mandatory }

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
	case probe.InPath: // without it, it would be another address
		return d, false
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
