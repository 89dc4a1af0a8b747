package certificate

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

func pageNumber(p *printer) string { return fmt.Sprintf("%d / {pages}", p.PageNo()) }

// table writes rows that are never broken between pages; its head stands on each page again.
func (p *printer) table(t *table) {
	widths := make([]float64, len(t.widths))
	for i, part := range t.widths {
		widths[i] = part * pageWidth
	}
	p.head(t, widths)
	for _, row := range t.rows {
		p.row(t, widths, row)
	}
	p.Ln(3)
}

func (p *printer) head(t *table, widths []float64) {
	if t.head == nil {
		return
	}
	p.room(3 * lineHeight)
	p.font(regular, "", small, soft)
	for i, title := range t.head {
		p.CellFormat(widths[i], lineHeight+0.8, title, "", 0, "L", false, 0, "")
	}
	p.Ln(lineHeight + 0.8)
	p.line(soft, 0.35)
}

func (p *printer) line(c colour, width float64) {
	p.SetDrawColor(c.r, c.g, c.b)
	p.SetLineWidth(width)
	p.Line(margin, p.GetY(), margin+pageWidth, p.GetY())
	p.SetY(p.GetY() + 0.6)
}

func (p *printer) row(t *table, widths []float64, row []cell) {
	lines, tallest := make([][]string, len(row)), 1
	for i, c := range row {
		p.cellFont(t, i, c)
		lines[i] = p.fold(p.known(c.text), widths[i]-cellGap)
		tallest = max(tallest, len(lines[i]))
	}
	if p.room(float64(tallest)*lineHeight + 1.2) {
		p.head(t, widths)
	}
	top, x := p.GetY(), margin
	for i, c := range row {
		p.cellFont(t, i, c)
		for k, line := range lines[i] {
			p.SetXY(x, top+float64(k)*lineHeight)
			p.CellFormat(widths[i], lineHeight, line, "", 0, "L", false, 0, "")
		}
		x += widths[i]
	}
	p.SetXY(margin, top+float64(tallest)*lineHeight+0.3)
	p.line(rule, 0.15)
}

// cellFont chooses the letters of a cell: those of a status are bold, and the first of a row without a head is a label.
func (p *printer) cellFont(t *table, column int, c cell) {
	switch {
	case c.mono:
		p.font(mono, "", tiny, ink)
	case c.status != "" && c.status != signoff.Off:
		p.font(regular, "B", small, statusColour(c.status))
	case c.status == signoff.Off, t.head == nil && column == 0:
		p.font(regular, "", small, soft)
	default:
		p.font(regular, "", small, ink)
	}
}

// fold breaks a text at blanks, and a word that is wider than the column anywhere.
func (p *printer) fold(text string, width float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		next := strings.TrimLeft(line+" "+word, " ")
		if p.GetStringWidth(next) <= width {
			line = next
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		var whole []string
		whole, line = p.broken(word, width)
		lines = append(lines, whole...)
	}
	return append(lines, line)
}

// broken cuts a word into lines that fit, and what is left of it.
func (p *printer) broken(word string, width float64) (lines []string, rest string) {
	for _, r := range word {
		if p.GetStringWidth(rest+string(r)) > width && rest != "" {
			lines, rest = append(lines, rest), ""
		}
		rest += string(r)
	}
	return lines, rest
}
