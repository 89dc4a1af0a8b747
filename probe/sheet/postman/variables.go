package postman

import (
	"maps"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// variables are the values that a collection gives its variables, by name.
type variables map[string]string

// with adds the variables of a list, or of a map of names and values; those without a value stay placeholders.
func (v variables) with(list *tree.Node) variables {
	if list == nil {
		return v
	}
	all := maps.Clone(v)
	if all == nil {
		all = variables{}
	}
	for _, item := range list.Items {
		key := plain(item.Get("key"))
		if key == "" {
			key = plain(item.Get("id"))
		}
		if value := item.Get("value").Words().String(); key != "" && value != "" && !isDisabled(item) {
			all[key] = value
		}
	}
	for _, m := range list.Members {
		if m.Value.Kind == nearjson.String {
			all[m.Key] = m.Value.Text
		}
	}
	return all
}

// Limits of replacing variables by values that hold variables.
const (
	maxRounds   = 5
	maxExpanded = 1 << 20 // bytes
)

// expand replaces the variables of a text. What they are replaced by stands where they stand.
func (v variables) expand(t source.Text) source.Text {
	for range maxRounds {
		expanded, changed := v.round(t)
		if !changed {
			break
		}
		t = expanded
	}
	return t
}

func (v variables) round(t source.Text) (expanded source.Text, changed bool) {
	s := t.String()
	var runs []source.Run
	from, added := 0, 0
	take := func(to int) {
		if piece := t.Slice(from, to); piece.Len() > 0 {
			runs = append(runs, source.Run{Text: piece.String(), From: piece})
		}
	}
	for at := 0; at < len(s); {
		open := strings.Index(s[at:], "{{")
		if open < 0 {
			break
		}
		open += at
		length := strings.Index(s[open:], "}}")
		if length < 0 {
			break
		}
		end := open + length + len("}}")
		value, known := v[strings.TrimSpace(s[open+len("{{"):end-len("}}")])]
		if !known {
			at = open + len("{{")
			continue
		}
		if added += len(value); added > maxExpanded {
			return t, false
		}
		take(open)
		runs = append(runs, source.Run{Text: value, From: t.Slice(open, end)})
		from, at, changed = end, end, true
	}
	if !changed {
		return t, false
	}
	take(len(s))
	return source.Compose(runs), true
}
