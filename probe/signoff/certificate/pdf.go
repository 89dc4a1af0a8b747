package certificate

import (
	"bytes"
	"io"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"

	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// Measures in millimetres, and sizes of letters in points.
const (
	margin     = 16.0
	pageWidth  = 210.0 - 2*margin
	lineHeight = 4.1
	cellGap    = 2.0
	small      = 8.5
	tiny       = 7.5
)

const (
	regular = "go"
	mono    = "gomono"
)

type colour struct{ r, g, b int }

var (
	ink  = colour{27, 31, 36}
	soft = colour{83, 91, 101}
	rule = colour{217, 218, 213}
)

func outcomeColour(o signoff.Outcome) colour {
	switch o {
	case signoff.Go:
		return statusColour(signoff.Met)
	case signoff.GoWithWaivers:
		return statusColour(signoff.Waived)
	case signoff.NoGo:
		return statusColour(signoff.Failed)
	}
	return statusColour(signoff.Unknown)
}

func statusColour(s signoff.Status) colour {
	switch s {
	case signoff.Met:
		return colour{23, 100, 58}
	case signoff.Waived:
		return colour{122, 74, 0}
	case signoff.Failed:
		return colour{168, 32, 13}
	case signoff.Unknown:
		return colour{90, 60, 168}
	case signoff.Off:
		return soft
	}
	return ink
}

// printer lays the sections out on pages.
type printer struct {
	*fpdf.Fpdf
	has     func(rune) bool
	escaped bool // a letter was shown by its code point
}

// WritePDF prints pages of A4.
func (d *Document) WritePDF(w io.Writer) error {
	p, err := newPrinter()
	if err != nil {
		return err
	}
	p.describe(d)
	p.AddPage()
	p.title(d)
	for i, s := range d.sections() {
		if i == 1 {
			p.AddPage()
		}
		p.section(s)
	}
	if p.escaped {
		p.paragraph("Letters that the fonts of this print do not know are shown by their code points, as in [U+4E2D]; the HTML print shows them.")
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return err
	}
	_, err = w.Write(out.Bytes())
	return err
}

func newPrinter() (*printer, error) {
	font, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return nil, err
	}
	p := &printer{Fpdf: fpdf.New("P", "mm", "A4", "")}
	p.has = func(r rune) bool {
		glyph, err := font.GlyphIndex(&sfnt.Buffer{}, r)
		return err == nil && glyph != 0 && r <= 0xFFFF
	}
	p.AddUTF8FontFromBytes(regular, "", goregular.TTF)
	p.AddUTF8FontFromBytes(regular, "B", gobold.TTF)
	p.AddUTF8FontFromBytes(mono, "", gomono.TTF)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(true, margin+4)
	p.SetCatalogSort(true)
	p.SetCellMargin(0)
	return p, p.Error()
}

// describe fills what is said of the file, with the moment of the decision as that of its making, and the foot of each page.
func (p *printer) describe(d *Document) {
	p.SetTitle(p.known(d.title()+": "+string(d.Decision.Outcome)), true)
	p.SetCreator(d.Tool.Name+" "+d.Tool.Version, true)
	p.SetProducer("sheetprobe", true)
	p.SetLang("en")
	p.SetCreationDate(d.Decision.DecidedAt.UTC())
	p.SetModificationDate(d.Decision.DecidedAt.UTC())
	p.AliasNbPages("{pages}")
	foot := "run " + d.Run.ID
	if d.SHA256 != "" {
		foot += "   signed decision " + short(d.SHA256)
	}
	p.SetFooterFunc(func() {
		p.SetY(-margin + 2)
		p.font(regular, "", tiny, soft)
		p.CellFormat(pageWidth/2, 4, p.known(foot), "", 0, "L", false, 0, "")
		p.CellFormat(pageWidth/2, 4, pageNumber(p), "", 0, "R", false, 0, "")
	})
}

func (p *printer) known(s string) string {
	shown, all := known(s, p.has)
	p.escaped = p.escaped || !all
	return shown
}

func (p *printer) font(family, style string, size float64, c colour) {
	p.SetFont(family, style, size)
	p.SetTextColor(c.r, c.g, c.b)
}

// title writes what stands at the top of the first page.
func (p *printer) title(d *Document) {
	p.font(regular, "", 9, soft)
	p.MultiCell(pageWidth, 5, "Pre-go-live sign-off", "", "L", false)
	p.font(regular, "B", 16, ink)
	p.MultiCell(pageWidth, 7.5, p.known(d.title()), "", "L", false)
	p.Ln(2)
	c := outcomeColour(d.Decision.Outcome)
	p.font(regular, "B", 18, c)
	p.SetDrawColor(c.r, c.g, c.b)
	p.SetLineWidth(0.9)
	word := string(d.Decision.Outcome)
	p.CellFormat(p.GetStringWidth(word)+10, 12, word, "1", 1, "C", false, 0, "")
	p.Ln(2)
	p.font(regular, "", small+0.5, ink)
	p.MultiCell(pageWidth, lineHeight+0.3, p.known(sentence(limited(d.Decision.Reason))), "", "L", false)
	p.Ln(2)
}

func (p *printer) section(s section) {
	if s.title != "" {
		p.room(24)
		p.Ln(2)
		p.font(regular, "B", 12, ink)
		p.Bookmark(s.title, 0, -1)
		p.MultiCell(pageWidth, 7, s.title, "", "L", false)
		p.Ln(1)
	}
	for _, b := range s.blocks {
		switch {
		case b.table != nil:
			p.table(b.table)
		case b.mono:
			p.font(mono, "", small, ink)
			p.MultiCell(pageWidth, lineHeight+0.4, p.known(b.text), "", "L", false)
			p.Ln(2)
		default:
			p.paragraph(b.text)
		}
	}
}

func (p *printer) paragraph(text string) {
	p.font(regular, "", small, ink)
	p.MultiCell(pageWidth, lineHeight+0.2, p.known(text), "", "L", false)
	p.Ln(2)
}

// room begins a page where less than that is left of the current one.
func (p *printer) room(height float64) bool {
	_, tall := p.GetPageSize()
	if p.GetY()+height > tall-margin-4 {
		p.AddPage()
		return true
	}
	return false
}
