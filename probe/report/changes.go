package report

import (
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// change is one place at which a request differs from the documented one; what is not there is "".
type change struct {
	place      string
	documented string
	sent       string
}

// baseOf is the case that sent the documented request, beside which a broken one is to be read; nil where there is none, or it was not sent.
func baseOf(s *probe.SheetResult, r *probe.Result) *probe.Result {
	if r.Base == "" {
		return nil
	}
	for i := range s.Cases {
		if c := &s.Cases[i]; c.ID == r.Base && c.Exchange != nil {
			return c
		}
	}
	return nil
}

// changesOf lists where the request of a case differs from the documented one, but for values that are made anew for every case.
func changesOf(base, r *probe.Result) []change {
	was, is := base.Exchange.Request, r.Exchange.Request
	var all []change
	add := func(place, documented, sent string) {
		made := func(g probe.Generated) bool { return g.Value != "" && strings.Contains(sent, g.Value) }
		if documented != sent && !slices.ContainsFunc(r.Generated, made) {
			all = append(all, change{place, documented, sent})
		}
	}
	add("method", was.Method, is.Method)
	addressChanges(was.URL, is.URL, add)
	headerChanges(was.Headers, is.Headers, add)
	bodyChanges(was.Body, is.Body, add)
	return all
}

func addressChanges(was, is string, add func(place, documented, sent string)) {
	a, errA := url.Parse(was)
	b, errB := url.Parse(is)
	if errA != nil || errB != nil {
		add("URL", was, is)
		return
	}
	add("path", a.EscapedPath(), b.EscapedPath())
	before, after := a.Query(), b.Query()
	names := make([]string, 0, len(before)+len(after))
	for name := range before {
		names = append(names, name)
	}
	for name := range after {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		add("query parameter "+name, quotedAll(before[name]), quotedAll(after[name]))
	}
}

func quotedAll(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = `"` + v + `"`
	}
	return strings.Join(quoted, ", ")
}

func headerChanges(was, is []probe.Header, add func(place, documented, sent string)) {
	var names []string
	for _, h := range slices.Concat(was, is) {
		known := func(name string) bool { return strings.EqualFold(name, h.Name) }
		if !slices.ContainsFunc(names, known) {
			names = append(names, h.Name)
		}
	}
	for _, name := range names {
		add("header "+name, headerValues(was, name), headerValues(is, name))
	}
}

func headerValues(headers []probe.Header, name string) string {
	var values []string
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			values = append(values, h.Value)
		}
	}
	return strings.Join(values, ", ")
}

// bodyChanges compares JSON place by place, and everything else as a whole.
func bodyChanges(was, is string, add func(place, documented, sent string)) {
	a, _, errA := nearjson.ParseStrict(source.Unplaced(was))
	b, _, errB := nearjson.ParseStrict(source.Unplaced(is))
	if errA != nil || errB != nil {
		add("body", was, is)
		return
	}
	jsonChanges(a, b, "", add)
}

func jsonChanges(a, b *nearjson.Value, pointer string, add func(place, documented, sent string)) {
	if a == nil || b == nil || a.Kind != nearjson.Object || b.Kind != nearjson.Object {
		add(strings.TrimSpace("body "+pointer), jsonText(a), jsonText(b))
		return
	}
	for _, m := range a.Members {
		jsonChanges(m.Value, b.Get(m.Key), nearjson.AppendPointer(pointer, m.Key), add)
	}
	for _, m := range b.Members {
		if a.Get(m.Key) == nil {
			jsonChanges(nil, m.Value, nearjson.AppendPointer(pointer, m.Key), add)
		}
	}
}

func jsonText(v *nearjson.Value) string {
	if v == nil {
		return ""
	}
	return v.String()
}
