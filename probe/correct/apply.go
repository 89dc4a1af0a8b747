package correct

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// subject is a documented answer that an observed one is compared with.
type subject struct {
	*builder
	field    probe.Field
	answer   int
	response *probe.Response
	observed *nearjson.Value // nil where it is no JSON
	result   *probe.Result
}

// apply makes the change that a finding speaks for, where it speaks for one.
func (p *subject) apply(f *probe.Finding) {
	switch f.Rule {
	case "status.http":
		p.status(f)
	case "shape.missing":
		p.missing(f)
	case "shape.undocumented":
		p.undocumented(f)
	case "shape.renamed":
		p.renamed(f)
	case "shape.null":
		p.null(f)
	case "shape.enum":
		p.alternative(f)
	case "shape.type", "shape.format":
		p.replaced(f)
	}
}

func (p *subject) change(f *probe.Finding, kind Kind, pointer, was, now string) {
	p.add(Change{Kind: kind, Field: p.field, Answer: p.answer, Pointer: pointer, Was: was, Now: now, Why: f.Message, Case: p.result.ID, At: f.At})
}

func (p *subject) status(f *probe.Finding) {
	status, was := p.result.Exchange.Response.HTTPStatus, ""
	if p.response.HTTPStatus != nil {
		was = "HTTP " + strconv.Itoa(*p.response.HTTPStatus)
	}
	if now := "HTTP " + strconv.Itoa(status); now != was && !p.isRefused("") && !isWrongError(p.result) {
		p.response.HTTPStatus = &status
		p.change(f, Replaced, "", was, now)
	}
}

// missing leaves a key out of the example; where another answer, or another item of a list, has it, it is said to be optional.
func (p *subject) missing(f *probe.Finding) {
	parent, key, at := p.parentOf(f.Pointer)
	if parent == nil || parent.Get(key) == nil || p.isRefused(at) {
		return
	}
	was := parent.Get(key).String()
	if p.elsewhere(f.Pointer) {
		yes := true
		p.override(f.Pointer, schema.Override{Optional: &yes})
		p.change(f, Optional, at, short(was), short(was))
		return
	}
	parent.Members = slices.DeleteFunc(parent.Members, func(m nearjson.Member) bool { return m.Key == key })
	p.change(f, Removed, at, short(was), "")
}

func (p *subject) isRefused(at string) bool { return p.refused[place{p.field, p.answer, pattern(at)}] }

// override says of a place, and of those like it, what an example cannot say.
func (p *subject) override(pointer string, o schema.Override) {
	in := probe.OutcomeSuccess
	if p.field == probe.FieldErrorResponse {
		in = probe.OutcomeError
	}
	pointer = pattern(pointer)
	for i, known := range p.sheet.Overrides {
		if known.Pointer == pointer && known.In == in {
			merged := &p.sheet.Overrides[i].Override
			merged.Optional, merged.Nullable = cmp.Or(o.Optional, merged.Optional), cmp.Or(o.Nullable, merged.Nullable)
			return
		}
	}
	p.sheet.Overrides = append(p.sheet.Overrides, probe.ShapeOverride{Pointer: pointer, In: in, Override: o})
}

// pattern is a pointer with "*" for every index.
func pattern(pointer string) string {
	tokens := strings.Split(pointer, "/")
	for i, t := range tokens {
		if isIndex(t) {
			tokens[i] = "*"
		}
	}
	return strings.Join(tokens, "/")
}

// null keeps the example, which shows the type, and says that null can stand there.
func (p *subject) null(f *probe.Finding) {
	parent, key, at := p.parentOf(f.Pointer)
	old := child(parent, key)
	if old == nil || p.isRefused(at) {
		return
	}
	yes := true
	p.override(f.Pointer, schema.Override{Nullable: &yes})
	p.change(f, Nullable, at, short(old.String()), short(old.String()))
}

// alternative adds a value to those that are listed.
func (p *subject) alternative(f *probe.Finding) {
	parent, key, at := p.parentOf(f.Pointer)
	old, seen := child(parent, key), p.observed.Lookup(f.Pointer)
	if old == nil || seen == nil || p.isRefused(at) {
		return
	}
	was := old.String()
	switch {
	case len(old.Others()) > 0 && len(seen.Members)+len(seen.Items) == 0:
		old.AddOther(seen.Clone())
	case old.Kind == nearjson.String && seen.Kind == nearjson.String && strings.ContainsAny(old.Text, "|/"):
		separator := "|"
		if !strings.Contains(old.Text, separator) {
			separator = "/"
		}
		old.Text += separator + seen.Text
	default:
		return
	}
	p.change(f, Replaced, at, short(was), short(old.String()))
}

// elsewhere says that another item of a list around the place, or another answer of the kind, has the value.
func (p *subject) elsewhere(pointer string) bool {
	for c, body := range p.answers {
		if c != p.result && (c.Outcome != p.result.Outcome || matching(answersOf(p.sheet, p.field), c.Exchange.Response, body) != p.answer) {
			continue
		}
		found := false
		body.Walk(func(at string, _ *nearjson.Value) bool {
			found = found || pattern(at) == pattern(pointer)
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

func isIndex(token string) bool { return token != "" && strings.Trim(token, "0123456789") == "" }

func (p *subject) undocumented(f *probe.Finding) {
	parent, key, at := p.parentOf(f.Pointer)
	seen := p.observed.Lookup(f.Pointer)
	if parent == nil || seen == nil || parent.Kind != nearjson.Object || parent.Get(key) != nil || p.isRefused(at) {
		return
	}
	parent.Members = append(parent.Members, nearjson.NewMember(key, seen.Clone()))
	if p.lacking(f.Pointer) {
		yes := true
		p.override(f.Pointer, schema.Override{Optional: &yes})
	}
	p.change(f, Added, at, "", short(seen.String()))
}

// lacking says that an answer of the kind, or an item of a list in it, is without a key that another one has.
func (p *subject) lacking(pointer string) bool {
	parent, key := pointer[:max(strings.LastIndexByte(pointer, '/'), 0)], pointer[strings.LastIndexByte(pointer, '/')+1:]
	for c, body := range p.answers {
		if c != p.result && (c.Outcome != p.result.Outcome || matching(answersOf(p.sheet, p.field), c.Exchange.Response, body) != p.answer) {
			continue
		}
		without := false
		body.Walk(func(at string, v *nearjson.Value) bool {
			without = without || v.Kind == nearjson.Object && pattern(at) == pattern(parent) && child(v, key) == nil
			return !without
		})
		if without {
			return true
		}
	}
	return false
}

// renamed finds the documented key by the words of the finding, since the answer holds the other name only.
func (p *subject) renamed(f *probe.Finding) {
	parent, key, at := p.parentOf(f.Pointer)
	if parent == nil || p.isRefused(at) {
		return
	}
	for i, m := range parent.Members {
		if f.Documented == fmt.Sprintf("key %q", m.Key) {
			parent.Members[i].Key = key
			p.change(f, Renamed, at, m.Key, key)
			return
		}
	}
}

func (p *subject) replaced(f *probe.Finding) {
	seen := p.observed.Lookup(f.Pointer)
	if seen == nil || p.response.Body.Value == nil || p.isRefused(f.Pointer) {
		return
	}
	if f.Pointer == "" {
		was := p.response.Body.Value.String()
		p.response.Body.Value = seen.Clone()
		p.change(f, Replaced, "", short(was), short(seen.String()))
		return
	}
	parent, key, at := p.parentOf(f.Pointer)
	old := child(parent, key)
	if old == nil || p.isRefused(at) {
		return
	}
	was := old.String()
	*old = *seen.Clone()
	p.change(f, Replaced, at, short(was), short(seen.String()))
}

// parentOf follows a pointer into the live answer through the documented example, whose lists may be shorter: an item that is not shown is
// like the last one that is. at is the pointer into the example; parent is nil where the example does not reach so far.
func (p *subject) parentOf(pointer string) (parent *nearjson.Value, key, at string) {
	tokens, ok := nearjson.SplitPointer(pointer)
	v := p.response.Body.Value
	if !ok || len(tokens) == 0 || v == nil || p.observed == nil {
		return nil, "", ""
	}
	for i, token := range tokens {
		if v == nil {
			return nil, "", ""
		}
		if v.Kind == nearjson.Array && isIndex(token) && len(v.Items) > 0 {
			n, _ := strconv.Atoi(token)
			token = strconv.Itoa(min(n, len(v.Items)-1))
		}
		at = nearjson.AppendPointer(at, token)
		if i == len(tokens)-1 {
			return v, token, at
		}
		v = child(v, token)
	}
	return nil, "", ""
}

// child is the value below one that a token of a pointer leads to.
func child(v *nearjson.Value, token string) *nearjson.Value {
	return v.Lookup(nearjson.AppendPointer("", token))
}
