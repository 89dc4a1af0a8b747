package certificate

import (
	_ "embed"
	"html/template"
	"io"
	"math"
	"strings"
)

//go:embed certificate.tmpl
var page string

//go:embed certificate.css
var style string

// htmlPage is what the template sees.
type htmlPage struct {
	Style                   template.CSS
	Title, Outcome, Class   string
	Reason, Standing, RunID string
	Sections                []htmlSection
}

type htmlSection struct {
	Title  string
	Blocks []htmlBlock
}

type htmlBlock struct {
	Text  string
	Mono  bool
	Table *htmlTable
}

type htmlTable struct {
	Widths []float64 // in per cent
	Head   []string
	Rows   [][]htmlCell
}

type htmlCell struct {
	Text, Status string
	Mono, Label  bool
}

// WriteHTML prints a page for browsers, which prints on A4.
func (d *Document) WriteHTML(w io.Writer) error {
	t, err := template.New("certificate").Parse(page)
	if err != nil {
		return err
	}
	p := htmlPage{
		Style: template.CSS(style), //nolint:gosec // it is ours
		Title: d.title(), Outcome: string(d.Decision.Outcome), Class: class(string(d.Decision.Outcome)), Reason: sentence(limited(d.Decision.Reason)), RunID: d.Run.ID,
	}
	for _, s := range d.sections() {
		part := htmlSection{Title: s.title}
		for _, b := range s.blocks {
			part.Blocks = append(part.Blocks, htmlBlock{visible(b.text), b.mono, b.table.html()})
		}
		p.Sections = append(p.Sections, part)
	}
	return t.Execute(w, p)
}

// title names the print after the APIs.
func (d *Document) title() string {
	if len(d.Sheets) == 1 {
		return "Sign-off of " + limited(d.Sheets[0].Name)
	}
	return "Sign-off of " + count(len(d.Sheets), "API")
}

func class(words string) string { return strings.ToLower(strings.ReplaceAll(words, " ", "-")) }

func (t *table) html() *htmlTable {
	if t == nil {
		return nil
	}
	out := &htmlTable{Head: t.head}
	for _, part := range t.widths {
		out.Widths = append(out.Widths, math.Round(100*part))
	}
	for _, row := range t.rows {
		var cells []htmlCell
		for i, c := range row {
			cells = append(cells, htmlCell{Text: visible(c.text), Status: string(c.status), Mono: c.mono, Label: i == 0 && t.head == nil})
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}
