package plan

import (
	"maps"
	"slices"
	"strconv"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// put sets values in a copy of the documented request, wherever that has their names: body, query, form, path, header, or a placeholder of that
// name anywhere. It returns the names that the request does not have.
func (b *builder) put(d *draft, values []probe.Header) (stray []string) {
	if b.open == nil {
		b.open = b.base.open()
	}
	p := putting{draft: d, names: b.open}
	for _, v := range values {
		if v.Name != "" && !p.put(v.Name, v.Value) {
			stray = append(stray, v.Name)
		}
	}
	return stray
}

// putting sets one value after the other in a draft. What it has copied once it changes in place.
type putting struct {
	*draft
	names    []string // of its placeholders, see open; nil where it has changed since
	ownBody  bool
	ownGiven bool
}

func (p *putting) put(name, value string) bool {
	found := p.putPlaceholder(name, value)
	found = p.putBody(name, value) || found
	found = p.putParam(&p.query, name, value) || found
	found = p.putParam(&p.form, name, value) || found
	return p.putHeader(name, value) || found
}

// putPlaceholder supplies a value to the placeholders of URL, headers and body text that have the name.
func (p *putting) putPlaceholder(name, value string) bool {
	if p.names == nil {
		p.names = p.open()
	}
	if !slices.ContainsFunc(p.names, func(open string) bool { return sameName(open, name) }) {
		return false
	}
	if !p.ownGiven {
		p.given, p.ownGiven = maps.Clone(p.given), true
	}
	if p.given == nil {
		p.given = map[string]string{}
	}
	p.given[fold(name)] = value
	return true
}

// open lists the names of the placeholders of URL, body text, headers, query and form; it is not nil.
func (d *draft) open() []string {
	names := []string{}
	add := func(text string) {
		for ref := range probe.Placeholders(text, true) {
			names = append(names, ref.Name)
		}
	}
	add(d.url)
	add(d.text)
	for _, h := range d.headers {
		add(h.Value)
	}
	for _, params := range [...][]param{d.query, d.form} {
		for _, p := range params {
			add(p.value)
		}
	}
	return names
}

func (p *putting) putBody(name, value string) bool {
	path := findKey(p.body, name)
	if path == nil {
		return false
	}
	if i := memberAt(p.body, path); p.ownBody && i >= 0 {
		m := &p.body.Members[i]
		m.Value = sameKind(m.Value, value)
		return true
	}
	p.body, p.ownBody = replaced(p.body, path, func(old *nearjson.Value) *nearjson.Value { return sameKind(old, value) })
	return true
}

// memberAt is the place of a member that the path leads to at once; -1 where it leads deeper, or to nothing.
func memberAt(v *nearjson.Value, path []string) int {
	if len(path) != 1 || v.Kind != nearjson.Object {
		return -1
	}
	return slices.IndexFunc(v.Members, func(m nearjson.Member) bool { return m.Key == path[0] })
}

func (p *putting) putParam(params *[]param, name, value string) (found bool) {
	for i, old := range *params {
		if !sameName(decoded(old), name) {
			continue
		}
		if !found {
			*params = slices.Clone(*params)
		}
		(*params)[i] = param{name: decoded(old), value: value, at: old.at}
		found, p.names = true, nil
	}
	return found
}

func (p *putting) putHeader(name, value string) (found bool) {
	for i, h := range p.headers {
		if !sameName(h.Name, name) {
			continue
		}
		if !found {
			p.headers = slices.Clone(p.headers)
		}
		p.headers[i].Value = value
		found, p.names = true, nil
	}
	return found
}

// findKey looks for a key, level by level; a name that is a pointer is taken as one.
func findKey(v *nearjson.Value, name string) []string {
	if path, ok := nearjson.SplitPointer(name); ok && name != "" && v.Lookup(name) != nil {
		return path
	}
	type node struct {
		value *nearjson.Value
		path  []string
	}
	queue := []node{{value: v}}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		if n.value == nil || len(n.path) > nearjson.MaxDepth {
			continue
		}
		for _, m := range n.value.Members {
			if m.Key == name || sameName(m.Key, name) && !isNameless(name) {
				return append(slices.Clone(n.path), m.Key)
			}
		}
		for _, m := range n.value.Members {
			if isContainer(m.Value) {
				queue = append(queue, node{m.Value, append(slices.Clone(n.path), m.Key)})
			}
		}
		for i, item := range n.value.Items {
			if isContainer(item) {
				queue = append(queue, node{item, append(slices.Clone(n.path), strconv.Itoa(i))})
			}
		}
	}
	return nil
}

func isContainer(v *nearjson.Value) bool { return v != nil && len(v.Members)+len(v.Items) > 0 }

// sameKind makes a value of the documented value's type where the text is one of that type.
func sameKind(documented *nearjson.Value, text string) *nearjson.Value {
	kind := literalKind(text)
	unquoted := documented.Template && !isQuoted(documented.Source().String()) || documented.Absent
	switch {
	case kind == documented.Kind, kind == nearjson.Null, unquoted, typeOfWord(documented.Text) == kind.String():
		return &nearjson.Value{Kind: kind, Text: text}
	}
	return nearjson.NewString(text)
}
