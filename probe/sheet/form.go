package sheet

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// isGuidanceTitle recognises the title over a column that tells how a form is to be filled in. What stands there is of the form and not of the API.
func isGuidanceTitle(s string) bool {
	switch Fold(s) {
	case "howtofillin", "howtofillitin", "howtofill", "howtofillthisin", "fillinginstructions", "guidance", "guidelines", "guideline", "instruction", "instructions", "whattowrite",
		"whattoenter", "whattofillin", "ausfüllhinweis", "ausfüllhinweise", "填写说明", "作成要領":
		return true
	}
	return false
}

// maxFormHead is how many rows may stand over the titles of a form.
const maxFormHead = 20

// withoutGuidance takes the column of guidance out of a form: the one whose title says so, from its title on.
func withoutGuidance(rows [][]GridCell) [][]GridCell {
	for i, row := range rows[:min(len(rows), maxFormHead)] {
		at := slices.IndexFunc(row, func(c GridCell) bool { return isGuidanceTitle(c.Text.String()) })
		if at < 1 || !slices.ContainsFunc(row[:at], func(c GridCell) bool { return c.Text.Len() > 0 }) {
			continue
		}
		clean := slices.Clone(rows[:i])
		for _, row := range rows[i:] {
			if at < len(row) {
				row = slices.Clone(row)
				row[at] = GridCell{}
			}
			clean = append(clean, row)
		}
		return clean
	}
	return rows
}

// FewestOfForm is how many of the ten fields a form names before it is taken for one that nobody has filled in.
const FewestOfForm = 8

// Unfilled is the sheet of a form that nobody has filled in: labels of nearly all fields, and no values. It says field by field what is missing, where "no
// sheet was found" would say nothing. It is nil for what is no form.
func Unfilled(doc *source.Document, labels []Fragment) *probe.Sheet {
	named := map[probe.Field]bool{}
	var bare []Fragment
	for _, f := range labels {
		if slices.Contains(probe.Fields[:], f.Field) && !named[f.Field] {
			named[f.Field] = true
			bare = append(bare, Fragment{Field: f.Field, Label: f.Label, Value: f.Label.Slice(f.Label.Len(), f.Label.Len())})
		}
	}
	if len(named) < FewestOfForm || !named[probe.FieldMethod] || !named[probe.FieldURL] {
		return nil
	}
	return Assemble(doc, bare)
}

// UnfilledGrids finds the form that nobody has filled in among tables in which no sheet was found: labels one under the other, in the first cells that
// are no numbers.
func UnfilledGrids(doc *source.Document, grids []Grid) []*probe.Sheet {
	for _, g := range grids {
		var labels []Fragment
		for _, row := range withoutGuidance(g.Rows) {
			if f, ok := labelOfRow(row); ok {
				labels = append(labels, f)
			}
		}
		if s := Unfilled(doc, labels); s != nil {
			return []*probe.Sheet{s}
		}
	}
	return nil
}

// labelOfRow is the label of a row that holds nothing else but its number.
func labelOfRow(row []GridCell) (f Fragment, ok bool) {
	for _, c := range row {
		text := c.Text.TrimSpace()
		switch {
		case text.Len() == 0 || isDigits(text.String()):
		case ok:
			return f, false
		default:
			l, known := LookupLabel(text.String())
			if !known {
				return f, false
			}
			f, ok = Fragment{Field: l.Field, Label: text}, true
		}
	}
	return f, ok
}
