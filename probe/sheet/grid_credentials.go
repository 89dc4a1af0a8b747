package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// PartCredentials parts rows whose label is several names of credentials, one a line: each name stands beside its value where there are as many
// values, and else all beside what is said of them.
func PartCredentials(rows [][]GridCell) [][]GridCell {
	var out [][]GridCell
	for i, row := range rows {
		parted := partCredentials(row)
		if parted != nil && out == nil {
			out = append(make([][]GridCell, 0, len(rows)+len(parted)), rows[:i]...)
		}
		switch {
		case parted != nil:
			out = append(out, parted...)
		case out != nil:
			out = append(out, row)
		}
	}
	if out == nil {
		return rows
	}
	return out
}

// partCredentials are the rows that one row makes; nil where its label is no such list.
func partCredentials(row []GridCell) [][]GridCell {
	for at := range max(0, len(row)-1) {
		names := credentialLines(row[at].Text)
		if names == nil {
			continue
		}
		values := textLines(row[at+1].Text)
		if len(values) != len(names) {
			one := append([]GridCell{}, row...)
			one[at].Text = joined(names, ", ")
			return [][]GridCell{one}
		}
		parted := make([][]GridCell, len(names))
		for i := range names {
			parted[i] = make([]GridCell, len(row))
			if i == 0 {
				copy(parted[i], row)
			}
			parted[i][at], parted[i][at+1] = GridCell{Text: names[i]}, GridCell{Text: values[i]}
		}
		return parted
	}
	return nil
}

// credentialLines are the lines of a label if there are several and each names a credential.
func credentialLines(label source.Text) []source.Text {
	if label.Len() > maxLabel || len(textLines(label)) < 2 {
		return nil
	}
	names := textLines(label)
	for i, name := range names {
		name = trimBullet(name)
		name = name.Slice(Numbering(name.String()), name.Len()).TrimSpace()
		names[i] = name.Slice(0, len(strings.TrimRight(name.String(), " ,;:/&")))
		if !isNamedValue(names[i].String()) {
			return nil
		}
	}
	return names
}
