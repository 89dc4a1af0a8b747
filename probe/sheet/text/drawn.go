package text

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// drawnPage parts a text at its drawn tables of several columns, so that cells of several lines are whole again. ok is false where it has
// none: tables whose cells are of one line each need no unfolding.
func drawnPage(t source.Text) (blocks []Block, ok bool) {
	lines := t.Lines()
	for from := 0; from < len(lines); {
		to := from
		for to < len(lines) && isDrawn(lines[to].String(), to > from) {
			to++
		}
		if rows, folded := drawnRows(lines[from:to]); folded {
			blocks = append(blocks, Block{Kind: Table, Rows: rows})
			from, ok = to, true
			continue
		}
		for to = max(to, from+1); from < to; from++ {
			blocks = append(blocks, Block{Text: lines[from]})
		}
	}
	return blocks, ok
}

// isDrawn says that a line is part of a drawn table: a rule, or a row below one.
func isDrawn(s string, inside bool) bool {
	l, ok := readGridLine([]byte(s), 0, len(s))
	return ok && (l.rule || inside)
}

// drawnRows are the rows of a drawn table; folded says that some cells have several lines.
func drawnRows(lines []source.Text) (rows [][]sheet.GridCell, folded bool) {
	const fewest = 5
	if len(lines) < fewest {
		return nil, false
	}
	joints := jointsOf(lines[0].TrimSpace().String())
	rules, ruled := 0, isRuled(lines)
	var open [][]source.Text // the lines of the cells of the row that is being read
	closeRow := func() {
		if len(open) > 0 {
			rows = append(rows, rowOf(open, joints))
		}
		open = nil
	}
	for i, l := range lines {
		t := l.TrimSpace()
		if at := jointsOf(t.String()); at != nil {
			if !slices.Equal(at, joints) {
				return nil, false
			}
			if closeRow(); i+1 < len(lines) {
				rules++
			}
			continue
		}
		cells := cellsOf(t, joints)
		if cells == nil {
			return nil, false
		}
		if last := len(open) - 1; last >= 0 && !cells[0].IsBlank() && !(ruled && len(cells) > 2) && !isBrokenLabel(trimmed(open[last][0]), trimmed(cells[0])) {
			closeRow()
		}
		folded = folded || len(open) > 0 && (len(cells) > 2 || !cells[0].IsBlank())
		open = append(open, cells)
	}
	closeRow()
	return rows, folded && rules > 0 && len(joints) > 2
}

func trimmed(t source.Text) string { return t.TrimSpace().String() }

// isRuled says that a rule stands below every row, rather than below the titles alone.
func isRuled(lines []source.Text) bool {
	const framed = 3 // above and below the titles, and below the table
	rules := 0
	for _, l := range lines {
		if jointsOf(l.TrimSpace().String()) != nil {
			rules++
		}
	}
	return rules > framed
}

// jointsOf are the places, in runes, at which a rule of a drawn table meets the sides of its columns; nil where a line is no rule.
func jointsOf(s string) []int {
	if l, ok := readGridLine([]byte(s), 0, len(s)); !ok || !l.rule {
		return nil
	}
	var at []int
	i := 0
	for _, r := range s {
		if !strings.ContainsRune("-=─═━", r) {
			at = append(at, i)
		}
		i++
	}
	return at
}

// cellsOf cuts a line at the bars below the joints of the rule, or at all bars where wide letters moved them; nil where they are not as many.
func cellsOf(t source.Text, joints []int) []source.Text {
	var below, all []int // in bytes
	column := 0
	for i, r := range t.String() {
		if isBar(r) {
			all = append(all, i)
			if slices.Contains(joints, column) {
				below = append(below, i)
			}
		}
		column++
	}
	if len(below) != len(joints) {
		below = all
	}
	if len(below) != len(joints) {
		return nil
	}
	cells := make([]source.Text, 0, len(below)-1)
	for i, from := range below[:len(below)-1] {
		_, bar := utf8.DecodeRuneInString(t.String()[from:])
		cells = append(cells, t.Slice(from+bar, below[i+1]))
	}
	return cells
}

// rowOf joins the lines of the cells of a row. A column of numbers belongs to the labels beside it.
func rowOf(lines [][]source.Text, joints []int) []sheet.GridCell {
	cells := make([]sheet.GridCell, len(joints)-1)
	for j := range cells {
		var runs []source.Run
		for _, l := range lines {
			t := l[j]
			if t.IsBlank() {
				continue
			}
			s := strings.TrimRight(t.String(), " ")
			indent := min(len(s)-len(strings.TrimLeft(s, " ")), 1)
			if len(runs) > 0 && !goesOn(runs, joints[j+1]-joints[j]) {
				runs = append(runs, source.Run{Text: "\n"})
			}
			runs = append(runs, source.Run{Text: s[indent:], From: t.Slice(indent, len(s))})
		}
		cells[j].Text = source.Compose(runs)
	}
	if first := cells[0].Text.String(); len(cells) > 2 && len(first) <= 5 && isCount(first) {
		label := []source.Run{{Text: cells[1].Text.String(), From: cells[1].Text}}
		if first = strings.Trim(first, ".) "); first != "" && strings.Trim(first, "0123456789") == "" {
			label = slices.Insert(label, 0, source.Run{Text: first + ". "})
		}
		cells = append([]sheet.GridCell{{Text: source.Compose(label)}}, cells[2:]...)
	}
	return cells
}

// goesOn says that the last line of a cell was broken where the cell or an address ended, and goes on in the next without a blank.
func goesOn(runs []source.Run, width int) bool {
	const frame = 3 // a bar and a blank on either side
	last := runs[len(runs)-1].Text
	return strings.Contains(runs[0].Text, "://") && !strings.Contains(last, " ") && (sheet.BreaksURL(last) || utf8.RuneCountInString(last) >= width-frame)
}

// isCount says that a cell counts the rows, or is the title of a column that does.
func isCount(s string) bool {
	switch strings.ToLower(strings.Trim(s, ". )#")) {
	case "", "no", "nr", "sr", "sl", "s.no", "sno", "nº", "n°":
		return true
	}
	return strings.Trim(s, "0123456789.) ") == ""
}
