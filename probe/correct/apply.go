package correct

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// place is a documented answer that an observed one is compared with.
type place struct {
	*builder
	field    probe.Field
	answer   int
	response *probe.Response
	observed *nearjson.Value // nil where it is no JSON
	result   *probe.Result
}

// apply makes the change that a finding speaks for, where it speaks for one.
func (p *place) apply(f *probe.Finding) {
	switch f.Rule {
	case "status.http":
		p.status(f)
	case "shape.missing":
		p.missing(f)
	case "shape.undocumented":
		p.undocumented(f)
	case "shape.renamed":
		p.renamed(f)
	case "shape.type", "shape.null", "shape.format", "shape.enum", "status.code":
		p.replaced(f)
	}
}

func (p *place) change(f *probe.Finding, kind Kind, pointer, was, now string) {
	p.add(Change{Kind: kind, Field: p.field, Answer: p.answer, Pointer: pointer, Was: was, Now: now, Why: f.Message, Case: p.result.ID, At: f.At})
}

func (p *place) status(f *probe.Finding) {
	status, was := p.result.Exchange.Response.HTTPStatus, ""
	if p.response.HTTPStatus != nil {
		was = "HTTP " + strconv.Itoa(*p.response.HTTPStatus)
	}
	if now := "HTTP " + strconv.Itoa(status); now != was {
		p.response.HTTPStatus = &status
		p.change(f, Replaced, "", was, now)
	}
}

// missing leaves a key out of the example; within a list whose other items have it, it is said to be optional.
func (p *place) missing(f *probe.Finding) {
	parent, key, at := p.parentOf(f.Pointer)
	if parent == nil || parent.Get(key) == nil {
		return
	}
	was := parent.Get(key).String()
	if p.elsewhere(f.Pointer) {
		p.change(f, Optional, at, short(was), short(was))
		return
	}
	parent.Members = slices.DeleteFunc(parent.Members, func(m nearjson.Member) bool { return m.Key == key })
	p.change(f, Removed, at, short(was), "")
}

// elsewhere says that another item of a list around the place has the value.
func (p *place) elsewhere(pointer string) bool {
	tokens, _ := nearjson.SplitPointer(pointer)
	found := false
	p.observed.Walk(func(at string, _ *nearjson.Value) bool {
		others, _ := nearjson.SplitPointer(at)
		found = found || len(others) == len(tokens) && at != pointer && slices.EqualFunc(others, tokens, sameStep)
		return !found && len(others) < len(tokens)
	})
	return found
}

func sameStep(a, b string) bool { return a == b || isIndex(a) && isIndex(b) }

func isIndex(token string) bool { return token != "" && strings.Trim(token, "0123456789") == "" }

func (p *place) undocumented(f *probe.Finding) {
	parent, key, at := p.parentOf(f.Pointer)
	seen := p.observed.Lookup(f.Pointer)
	if parent == nil || seen == nil || parent.Kind != nearjson.Object || parent.Get(key) != nil {
		return
	}
	parent.Members = append(parent.Members, nearjson.NewMember(key, seen.Clone()))
	p.change(f, Added, at, "", short(seen.String()))
}

// renamed finds the documented key by the words of the finding, since the answer holds the other name only.
func (p *place) renamed(f *probe.Finding) {
	parent, key, at := p.parentOf(f.Pointer)
	if parent == nil {
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

func (p *place) replaced(f *probe.Finding) {
	seen := p.observed.Lookup(f.Pointer)
	if seen == nil || p.response.Body.Value == nil || f.Rule == "status.code" && f.Pointer == "" {
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
	if old == nil {
		return
	}
	was := old.String()
	*old = *seen.Clone()
	p.change(f, Replaced, at, short(was), short(seen.String()))
}

// parentOf follows a pointer into the live answer through the documented example, whose lists may be shorter: an item that is not shown is
// like the last one that is. at is the pointer into the example; parent is nil where the example does not reach so far.
func (p *place) parentOf(pointer string) (parent *nearjson.Value, key, at string) {
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
