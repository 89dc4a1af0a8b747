package sheet

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// ShareTestData gives values to try that stand outside of any one sheet to the sheets that they are for: those that the title names, else
// those whose request has their fields. Where it has to be guessed nobody gets them, and that is said.
func ShareTestData(sheets []*probe.Sheet, f Fragment) {
	if len(sheets) == 0 || f.Value.IsBlank() {
		return
	}
	all := newAPIs(sheets)
	named := slices.DeleteFunc(slices.Clone(sheets), func(s *probe.Sheet) bool { return !isNamedIn(s, f.Label) })
	if len(named) == 1 || len(sheets) == 1 {
		addTestData(append(named, sheets[0])[0], f)
		return
	}
	if len(named) > 0 {
		sheets = named
	}
	taken, copied := false, 0
	var lost []source.Text
	for _, s := range sheets {
		if copied += f.Value.Len(); copied > maxGridCopies {
			break
		}
		var rows []probe.TestDatum
		rows, lost = namedRows(s, all, f)
		room := maxTestData - len(s.TestData)
		s.TestData = append(s.TestData, rows[:min(room, len(rows))]...)
		taken = taken || len(rows) > 0
	}
	last := sheets[len(sheets)-1]
	sayLost(last, lost)
	if !taken && len(lost) == 0 {
		last.Diagnostics = append(last.Diagnostics, Note(source.Info, "sheet.ambiguous", "", f.Value.At(), "which API the test data under "+quoteShort(f.Label.String())+
			" is for is not clear; it is not sent", "write it below its API, or the name of the field with each value, as in \"mobileNo: 9000000001 - success\""))
	}
	last.Diagnostics.Sort()
}

// sayLost tells that test data names an API that is not there.
func sayLost(s *probe.Sheet, lost []source.Text) {
	if len(lost) > 0 {
		s.Diagnostics = append(s.Diagnostics, Note(source.Info, "sheet.ambiguous", "", lost[0].At(), "the test data for "+quoteShort(lost[0].String())+
			" names no API of the document; it is not sent", "write the name of the API as it stands over its sheet"))
	}
}

// isNamedIn says that a title names the API.
func isNamedIn(s *probe.Sheet, title source.Text) bool {
	const shortest = 4
	name := Fold(s.Name)
	return len(name) >= shortest && strings.Contains(Fold(title.String()), name)
}

// namedRows are the rows of test data all of whose values have a field of the request by their name or their documented value.
func namedRows(s *probe.Sheet, all *apis, f Fragment) (rows []probe.TestDatum, lost []source.Text) {
	t := newTestData(s, f)
	t.shared, t.among = true, all
	t.read(f.Value.TrimSpace())
	return slices.DeleteFunc(t.rows, func(row probe.TestDatum) bool {
		return slices.ContainsFunc(row.Values, func(v probe.Header) bool { return v.Name == "" })
	}), t.lost
}
