package mock

import (
	"slices"
	"sync/atomic"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/jsonpath"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// ending is how a status API says that what was started has come to its end.
type ending struct {
	path  *jsonpath.Path
	state string
	asked *atomic.Int64
}

// endingOf finds in the other sheets by which value of this one they know that something has ended; nil where none asks.
func endingOf(s *probe.Sheet, sheets []*probe.Sheet) *ending {
	for _, other := range sheets {
		p := other.Poll
		if p == nil || p.API != s.Name || len(p.Until) == 0 {
			continue
		}
		if path, err := jsonpath.Parse(p.Path); err == nil {
			return &ending{path: path, state: p.Until[0], asked: &atomic.Int64{}}
		}
	}
	return nil
}

// reached chooses the success that tells the end, from the second time on that it is asked for; the first time it is the first that the sheet shows. Where
// no example tells the end, one is made of the first.
func (e *ending) reached(all []probe.Response) probe.Response {
	first := all[0]
	if e == nil || first.Body.Value == nil || e.asked.Add(1) == 1 {
		return first
	}
	for _, r := range all {
		if at := e.at(r.Body.Value); at != nil && at.Text == e.state {
			return r
		}
	}
	if at := e.at(first.Body.Value); at != nil {
		first.Body.Value = replacedAt(first.Body.Value, at, nearjson.NewString(e.state))
	}
	return first
}

// at is what tells the state; nil where nothing does.
func (e *ending) at(v *nearjson.Value) *nearjson.Value {
	if v == nil {
		return nil
	}
	found, _, _ := e.path.First(v) // a path that finds nothing tells nothing
	return found
}

// replacedAt copies v with another value in the place of one of its own.
func replacedAt(v, old, by *nearjson.Value) *nearjson.Value {
	if v == old {
		return by
	}
	c := *v
	c.Members, c.Items = slices.Clone(v.Members), slices.Clone(v.Items)
	for i := range c.Members {
		c.Members[i].Value = replacedAt(c.Members[i].Value, old, by)
	}
	for i := range c.Items {
		c.Items[i] = replacedAt(c.Items[i], old, by)
	}
	return &c
}
