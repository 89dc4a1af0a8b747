package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
)

// calls are the rows that begin an API: those with an address or a method.
func (t *rowTable) calls(a area) []int {
	var rows []int
	for row := t.rows; row < min(len(a.rows), maxJudged); row++ {
		for _, c := range t.cols {
			if c.label.ok && c.parameter == "" && (c.label.Field == probe.FieldURL && c.label.Role != Base || c.label.Field == probe.FieldMethod) && a.text(row, c.at).Len() > 0 {
				rows = append(rows, row)
				break
			}
		}
	}
	return rows
}

// differentCalls counts the calls of rows, each once.
func (t *rowTable) differentCalls(a area, rows []int) int {
	seen := map[string]bool{}
	for _, row := range rows {
		call := ""
		for _, c := range t.cols {
			if c.label.ok && c.parameter == "" && (c.label.Field == probe.FieldURL || c.label.Field == probe.FieldMethod) {
				call += "\n" + a.text(row, c.at).String()
			}
		}
		seen[call] = true
	}
	return len(seen)
}

// isGroup says that the column of names holds those of groups: an everyday word stands over it, such as "Module", and many of its values are repeated or merged
// over different calls.
func (t *rowTable) isGroup(a area, name int) bool {
	c := t.cols[name]
	if c.label.Strong || t.hasParameters() {
		return false
	}
	rows := t.calls(a)
	seen := map[string]bool{}
	for _, row := range rows {
		if s := a.text(row, c.at).String(); s != "" {
			seen[s] = true
		}
	}
	return len(rows) > 1 && 4*len(seen) <= 3*len(rows) && t.differentCalls(a, rows) == len(rows)
}

// nameByDescription takes a column of short descriptions for the names, where there is none of names or only one of groups. Among groups each
// call must have a description of its own.
func (t *rowTable) nameByDescription(a area, group int) {
	for i := range t.cols {
		c := &t.cols[i]
		if i == group || c.parameter != "" || c.status != 0 || !isDescriptionTitle(c.title.String()) || !t.areShort(a, c.at) || group >= 0 && !t.distinct(a, c.at) {
			continue
		}
		if group >= 0 {
			t.cols[group].ignored = true
		}
		c.label, c.ignored, c.scenario = gridLabel{Label{Field: probe.FieldName}, true}, false, false
		return
	}
	t.nameByContent(a, group)
}

// nameByContent takes the first column of an unknown title for the names that holds words of its own for each call.
func (t *rowTable) nameByContent(a area, group int) {
	for i := range t.cols {
		c := &t.cols[i]
		if c.ignored || c.parameter != "" || c.label.ok || c.title.Len() == 0 || !t.areShort(a, c.at) || !t.distinct(a, c.at) || !t.areWords(a, c.at) {
			continue
		}
		if group >= 0 {
			t.cols[group].ignored = true
		}
		c.label = gridLabel{Label{Field: probe.FieldName}, true}
		return
	}
}

// areWords says that a column tells in words what each call does: two of them at least, or one of a script that sets no blanks, and no addresses.
func (t *rowTable) areWords(a area, col int) bool {
	rows := t.calls(a)
	for _, row := range rows {
		s := a.text(row, col).String()
		first, _ := utf8.DecodeRuneInString(s)
		blankless := first >= 0x2E80
		if !unicode.IsLetter(first) || len(strings.Fields(s)) < 2 && !blankless || strings.ContainsAny(s, "/:@=<>") || proves(probe.FieldMethod, a.text(row, col)) {
			return false
		}
	}
	return len(rows) > 1
}

func isDescriptionTitle(title string) bool {
	switch Fold(title) {
	case "summary", "apidescription", "feature", "action", "usecase", "usecases", "task", "activity", "menu", "submodule", "what", "whatitdoes", "purpose", "use", "功能描述", "接口描述", "接口说明", "功能说明", "操作":
		return true
	}
	return parameterColumn(title) == colAbout && !strings.HasPrefix(Fold(title), "remark") && !strings.HasPrefix(Fold(title), "note")
}

// areShort says that a column holds a few words in each cell.
func (t *rowTable) areShort(a area, col int) bool {
	const mostWords = 10
	for row := t.rows; row < min(len(a.rows), maxJudged); row++ {
		if s := a.text(row, col).String(); len(strings.Fields(s)) > mostWords || strings.ContainsAny(s, "{\r\n") {
			return false
		}
	}
	return true
}

// distinct says that a column holds a text of its own for each call.
func (t *rowTable) distinct(a area, col int) bool {
	seen := map[string]bool{}
	for _, row := range t.calls(a) {
		s := a.text(row, col).String()
		if s == "" || seen[s] {
			return false
		}
		seen[s] = true
	}
	return true
}
