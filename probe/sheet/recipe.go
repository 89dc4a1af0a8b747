package sheet

import (
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// RecipeBetween says by which changes one request becomes another one of the same API; nil where they are the same.
func RecipeBetween(from, to *probe.Sheet) *probe.Recipe {
	r := &probe.Recipe{At: to.At.Of(probe.FieldURL)}
	if to.Method != "" && to.Method != from.Method {
		r.Method = to.Method
	}
	if path := filledPath(to); path != "" && path != filledPath(from) {
		r.Path = path
	}
	r.Query = changes(inputs(from, probe.InQuery), inputs(to, probe.InQuery), strings.Compare)
	r.Headers = changes(from.Headers, to.Headers, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	r.Body = bodyBetween(from.Request, to.Request)
	if r.Method == "" && r.Path == "" && len(r.Query)+len(r.Headers) == 0 && r.Body == nil {
		return nil
	}
	return r
}

// filledPath is the path of a URL with the values of its parameters in it, as far as they are known.
func filledPath(s *probe.Sheet) string {
	address, _, _ := strings.Cut(s.URL, "?")
	path := address[pathStart(address):]
	for _, f := range s.Request.Fields {
		if f.In != probe.InPath || f.Value == "" {
			continue
		}
		for _, ref := range probe.FindPlaceholders(path, true) {
			if ref.Name == f.Name {
				path = strings.Replace(path, ref.Written, f.Value, 1)
				break
			}
		}
	}
	return path
}

// inputs are the names and values of the fields that travel in one place, those that the URL shows among them.
func inputs(s *probe.Sheet, in string) []probe.Header {
	var all []probe.Header
	for _, fields := range [][]probe.RequestField{URLFields(s.URL, s.At.Of(probe.FieldURL)), s.Request.Fields} {
		for _, f := range fields {
			if f.In == in && !slices.ContainsFunc(all, func(h probe.Header) bool { return h.Name == f.Name }) {
				all = append(all, probe.Header{Name: f.Name, Value: f.Value})
			}
		}
	}
	return all
}

// changes says what is set anew in a list of names and values, and what is missing from it.
func changes(from, to []probe.Header, compare func(a, b string) int) []probe.Change {
	var all []probe.Change
	find := func(list []probe.Header, name string) (probe.Header, bool) {
		i := slices.IndexFunc(list, func(h probe.Header) bool { return compare(h.Name, name) == 0 })
		if i < 0 {
			return probe.Header{}, false
		}
		return list[i], true
	}
	for _, h := range to {
		if was, ok := find(from, h.Name); !ok || was.Value != h.Value {
			all = append(all, probe.Change{Name: h.Name, Value: h.Value})
		}
	}
	for _, h := range from {
		if _, ok := find(to, h.Name); !ok {
			all = append(all, probe.Change{Name: h.Name, Remove: true})
		}
	}
	return all
}

// bodyBetween is the body that replaces another one, or what is merged over it; nil where both are the same.
func bodyBetween(from, to probe.RequestSpec) *probe.Body {
	if form := formText(to); form != "" || formText(from) != "" {
		if form == formText(from) {
			return nil
		}
		return &probe.Body{Text: form, At: to.Body.At}
	}
	was, is := from.Body.Value, to.Body.Value
	switch {
	case was == nil && is == nil && from.Body.Text == to.Body.Text, was != nil && is != nil && sameJSON(was, is):
		return nil
	case was == nil || is == nil || was.Kind != nearjson.Object || is.Kind != nearjson.Object:
		body := to.Body
		return &body
	}
	patch, ok := mergePatch(was, is)
	if !ok { // a null cannot be said by a merge: the text stands for the whole
		return &probe.Body{Text: to.Raw, At: to.Body.At}
	}
	return &probe.Body{Value: patch, At: to.Body.At}
}

// formText is a form as it travels; "" where the request has none.
func formText(q probe.RequestSpec) string {
	var pairs []string
	for _, f := range q.Fields {
		if f.In != probe.InForm {
			continue
		}
		value := f.Value
		if len(probe.FindPlaceholders(value, false)) == 0 {
			value = url.QueryEscape(value)
		}
		pairs = append(pairs, url.QueryEscape(f.Name)+"="+value)
	}
	return strings.Join(pairs, "&")
}

func sameJSON(a, b *nearjson.Value) bool {
	x, err := a.MarshalJSON()
	y, err2 := b.MarshalJSON()
	return err == nil && err2 == nil && string(x) == string(y)
}

// mergePatch is the patch (RFC 7396) that makes one object of another; ok is false where a null in the result stands in the way.
func mergePatch(from, to *nearjson.Value) (patch *nearjson.Value, ok bool) {
	var members []nearjson.Member
	for _, m := range to.Members {
		was := from.Get(m.Key)
		switch {
		case was != nil && sameJSON(was, m.Value):
		case was != nil && was.Kind == nearjson.Object && m.Value.Kind == nearjson.Object:
			inner, ok := mergePatch(was, m.Value)
			if !ok {
				return nil, false
			}
			members = append(members, nearjson.NewMember(m.Key, inner))
		case holdsNull(m.Value):
			return nil, false
		default:
			members = append(members, nearjson.NewMember(m.Key, m.Value))
		}
	}
	for _, m := range from.Members {
		if to.Get(m.Key) == nil {
			members = append(members, nearjson.NewMember(m.Key, nearjson.NewNull()))
		}
	}
	return nearjson.NewObject(members...), true
}

// holdsNull says that a value is null, or an object with one in it: both would remove.
func holdsNull(v *nearjson.Value) bool {
	return v.Kind == nearjson.Null || v.Kind == nearjson.Object && slices.ContainsFunc(v.Members, func(m nearjson.Member) bool { return holdsNull(m.Value) })
}
