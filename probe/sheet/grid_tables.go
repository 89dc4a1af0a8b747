package sheet

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// named takes a table whose name is a label, and in which nothing else was found, for the value of that label.
func (r *gridReader) named(tab *gridTab, a area) {
	first := source.Text{}
	if cols := a.filled(0); len(cols) > 0 {
		first = a.text(0, cols[0])
	}
	title := source.Compose([]source.Run{{Text: tab.name, From: first.Slice(0, 0)}})
	l := r.label(title)
	if !l.ok || l.Field == "" && l.Role != TestValues || l.Field == probe.FieldName || l.Field == probe.FieldMethod || l.Field == probe.FieldURL {
		return
	}
	e := &entry{label: l, text: title}
	for row := range a.rows {
		cols := a.filled(row)
		texts := make([]source.Text, len(cols))
		for i, c := range cols {
			texts[i] = a.text(row, c)
		}
		e.add(texts, cols)
	}
	if rows, at, ok := e.parameters(); ok {
		d := &draft{}
		d.addParameters(l, title, rows, at)
		tab.shared = d.fragments
		return
	}
	if l.Role == TestValues {
		tab.shared = []Fragment{{Field: FieldTestData, Label: title, Value: e.aligned()}}
		return
	}
	if l.Field == probe.FieldHeaders && len(e.rows) > 0 && IsColumnTitles(inOneLine(e.rows[0])) {
		e.rows = e.rows[1:]
	}
	tab.shared = []Fragment{{Field: l.Field, Label: title, Value: e.value()}}
}

// assignTables gives tables that hold no API of their own to those before them, where there are several of a kind, as with a list of codes under each
// API, or where further APIs follow. A table of a kind that stands alone before or behind all APIs is for all of them, unless it is an example.
func (r *gridReader) assignTables() {
	tables := map[probe.Field]int{}
	lastAPI := -1
	for i, tab := range r.tabs {
		if len(tab.drafts) > 0 {
			lastAPI = i
			continue
		}
		for f := range fieldsOf(tab.shared) {
			tables[f]++
		}
	}
	var before []*draft
	for i, tab := range r.tabs {
		if len(tab.drafts) > 0 {
			before = tab.drafts
			r.assignParameters(tab, before)
			continue
		}
		word, _, _ := strings.Cut(tab.name, " ")
		between := i < lastAPI && len(before) == 1 && !isCommonWord(word)
		r.assignParameters(tab, before)
		tab.shared = slices.DeleteFunc(tab.shared, func(f Fragment) bool {
			if len(before) == 0 || f.Field == probe.FieldURL || tables[f.Field] < 2 && !isBodyField(f.Field) && !between {
				return false
			}
			for _, d := range before {
				if r.copied += f.Value.Len(); r.copied <= maxGridCopies {
					d.fragments = append(d.fragments, f)
				}
			}
			return true
		})
	}
}

func fieldsOf(fragments []Fragment) map[probe.Field]bool {
	fields := map[probe.Field]bool{}
	for _, f := range fragments {
		fields[f.Field] = true
	}
	return fields
}
