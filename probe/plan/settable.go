package plan

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// CanSet says that a row of test data can name the field: the request of the sheet has it, in its body, query, form, path or headers.
func CanSet(s *probe.Sheet, name string) bool {
	d := newDraft(s)
	p := putting{draft: &d}
	return p.put(name, "x")
}

// Settable lists the names that CanSet takes, in the order of the request, each once.
func Settable(s *probe.Sheet) []string {
	d := newDraft(s)
	var names []string
	texts := []string{d.url, d.text}
	if d.body != nil {
		d.body.Walk(func(_ string, v *nearjson.Value) bool {
			for _, m := range v.Members {
				names = append(names, m.Key)
			}
			return true
		})
	}
	for _, p := range slices.Concat(d.query, d.form) {
		names, texts = append(names, decoded(p)), append(texts, p.value)
	}
	for _, h := range d.headers {
		names, texts = append(names, h.Name), append(texts, h.Value)
	}
	for _, text := range texts {
		for _, ref := range probe.FindPlaceholders(text, true) {
			names = append(names, ref.Name)
		}
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(names, func(name string) bool {
		repeated := seen[fold(name)] || fold(name) == ""
		seen[fold(name)] = true
		return repeated
	})
}
