package correct

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
)

// changesTab is the tab that lists every change.
const changesTab = "Proposed changes"

// writeWorkbook writes into the workbook that the sheets came in, where they came in one: changed cells are coloured and commented, and where
// a cell holds nothing but the example, it holds the proposed one. Else it is a new workbook, a tab to a sheet and a row to a field. Either
// has a tab that lists the changes.
func writeWorkbook(w io.Writer, proposals []Proposal, run *probe.Run, documents []report.Document) error {
	b := &workbook{run: run, used: map[string]bool{}, remarks: map[[2]string][]string{}}
	if err := b.open(proposals, documents); err != nil {
		return err
	}
	defer func() { _ = b.file.Close() }()
	for i := range proposals {
		if err := b.proposal(&proposals[i]); err != nil {
			return err
		}
	}
	if err := errors.Join(b.comments(), b.list(proposals), b.finish()); err != nil {
		return err
	}
	return b.file.Write(w)
}

type workbook struct {
	file     *excelize.File
	run      *probe.Run
	original bool
	changed  int // the style of changed cells
	wrapped  int // the style of cells of several lines
	heading  int
	used     map[string]bool        // names of tabs, lower case
	order    [][2]string            // cells with remarks, in their order
	remarks  map[[2]string][]string // by tab and cell
}

// maxUnzipped bounds what the parts of a workbook may hold; its reader has looked at it before.
const maxUnzipped = 256 << 20

func (b *workbook) open(proposals []Proposal, documents []report.Document) (err error) {
	b.file = excelize.NewFile()
	if data := workbookOf(proposals, b.run, documents); data != nil {
		b.file, err = excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped})
		if err != nil {
			return fmt.Errorf("the workbook cannot be opened for writing: %w", err)
		}
		b.original = true
	}
	for _, name := range b.file.GetSheetList() {
		b.used[strings.ToLower(name)] = b.original
	}
	fill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFF2CC"}}
	lines := &excelize.Alignment{WrapText: true, Vertical: "top"}
	styles := []*excelize.Style{{Fill: fill, Alignment: lines}, {Alignment: lines}, {Font: &excelize.Font{Bold: true}, Alignment: lines}}
	for i, into := range []*int{&b.changed, &b.wrapped, &b.heading} {
		if *into, err = b.file.NewStyle(styles[i]); err != nil {
			return err
		}
	}
	return nil
}

// workbookOf is the one workbook that all sheets came in; nil where there is none, or several, or one that holds a secret.
func workbookOf(proposals []Proposal, run *probe.Run, documents []report.Document) []byte {
	var found []byte
	for _, p := range proposals {
		d := p.Documented.Document
		i := slices.IndexFunc(documents, func(g report.Document) bool { return d != nil && g.Document.SHA256 == d.SHA256 })
		holdsSecret := func(r probe.RunDocument) bool { return r.SHA256 == d.SHA256 && r.HoldsSecret }
		if i < 0 || slices.ContainsFunc(run.Documents, holdsSecret) || documents[i].Document.Format != "xlsx" || found != nil && !bytes.Equal(found, documents[i].Data) {
			return nil
		}
		found = documents[i].Data
	}
	return found
}

func (b *workbook) proposal(p *Proposal) error {
	if b.original {
		return b.inPlace(p)
	}
	tab, err := b.tab(p.Sheet.Name)
	if err != nil {
		return err
	}
	row := 0
	put := func(style int, cells ...string) error {
		row++
		for i, text := range cells {
			if err := b.set(tab, cell(i+1, row), text, style); err != nil {
				return err
			}
		}
		return nil
	}
	if err := put(b.heading, "Field", "Documented", "Proposed", "Why"); err != nil {
		return err
	}
	for _, f := range probe.Fields {
		was, now, why := cellText(p.Documented, f), cellText(p.Sheet, f), p.reasons(f)
		style := b.wrapped
		if why != "" {
			style = b.changed
		}
		if err := put(style, f.Title(), was, now, why); err != nil {
			return err
		}
	}
	return errors.Join(b.file.SetColWidth(tab, "A", "A", 18), b.file.SetColWidth(tab, "B", "D", 60), b.onePageWide(tab))
}

// onePageWide is for those who print.
func (b *workbook) onePageWide(tab string) error {
	landscape, wide, unlimited, fit := "landscape", 1, 0, true
	return errors.Join(
		b.file.SetPageLayout(tab, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &wide, FitToHeight: &unlimited}),
		b.file.SetSheetProps(tab, &excelize.SheetPropsOptions{FitToPage: &fit}))
}

// inPlace marks the cells of the workbook that the sheet was read from.
func (b *workbook) inPlace(p *Proposal) error {
	for k := range p.Changes {
		c := &p.Changes[k]
		at := b.cellOf(p, c)
		tab, name, ok := cutCell(at)
		if !ok {
			continue // the list tells it
		}
		key := [2]string{tab, name}
		if b.remarks[key] == nil {
			b.order = append(b.order, key)
		}
		b.remarks[key] = append(b.remarks[key], fmt.Sprintf("(%d) %s", c.Number, oneLine(c.sentence())))
		if err := b.colour(tab, name); err != nil {
			return err
		}
		if err := b.rewrite(p, c, tab, name); err != nil {
			return err
		}
	}
	return nil
}

// reasons are the changes of a field.
func (p *Proposal) reasons(f probe.Field) string {
	var lines []string
	for k := range p.Changes {
		if c := &p.Changes[k]; c.Field == f {
			lines = append(lines, fmt.Sprintf("(%d) %s", c.Number, oneLine(c.sentence())))
		}
	}
	return strings.Join(lines, "\n")
}

// cellText is a field as it stands in a cell.
func cellText(s *probe.Sheet, f probe.Field) string {
	lines := func(n int, line func(int) string) string {
		all := make([]string, n)
		for i := range all {
			all[i] = line(i)
		}
		return strings.Join(all, "\n")
	}
	switch f {
	case probe.FieldName:
		return s.Name
	case probe.FieldMethod:
		return s.Method
	case probe.FieldURL:
		return s.URL
	case probe.FieldHeaders:
		return lines(len(s.Headers), func(i int) string { return s.Headers[i].Name + ": " + s.Headers[i].Value })
	case probe.FieldRequestBody:
		return bodyCell(s.Request.Body)
	case probe.FieldPartnerCode:
		return s.PartnerCode
	case probe.FieldCredentials:
		return lines(len(s.Credentials), func(i int) string { return s.Credentials[i].Name + ": " + s.Credentials[i].Value })
	case probe.FieldStatusCodes:
		return lines(len(s.StatusCodes), func(i int) string { return s.StatusCodes[i].Code + ": " + s.StatusCodes[i].Message })
	}
	answers := answersOf(s, f)
	return lines(len(answers), func(i int) string { return answerCell(answers[i]) })
}

func answerCell(a probe.Response) string {
	var head []string
	if a.HTTPStatus != nil {
		head = append(head, fmt.Sprintf("HTTP %d", *a.HTTPStatus))
	}
	if words := orElse(a.When, a.Title); words != "" {
		head = append(head, words)
	}
	if len(head) == 0 {
		return bodyCell(a.Body)
	}
	return strings.Join(head, " - ") + "\n" + bodyCell(a.Body)
}

func bodyCell(body probe.Body) string {
	if body.Value != nil {
		return indented(body.Value)
	}
	return body.Text
}

// maxCell is how many characters a cell may hold.
const maxCell = 32_000

// set writes text as text: a formula in it is none.
func (b *workbook) set(tab, at, text string, style int) error {
	if len(text) > maxCell {
		text = strings.ToValidUTF8(text[:maxCell], "") + "..."
	}
	return errors.Join(b.file.SetCellStr(tab, at, text), b.file.SetCellStyle(tab, at, at, style))
}

// comments writes the remarks, one comment to a cell; a comment that was there before stays in front.
func (b *workbook) comments() error {
	for _, key := range b.order {
		tab, name := key[0], key[1]
		text := strings.Join(b.remarks[key], "\n")
		existing, err := b.file.GetComments(tab)
		if err != nil {
			return err
		}
		for _, c := range existing {
			if c.Cell == name {
				text = strings.TrimSpace(commentText(c)) + "\n" + text
				if err := b.file.DeleteComment(tab, name); err != nil {
					return err
				}
			}
		}
		comment := excelize.Comment{Cell: name, Author: "sheetprobe", Paragraph: []excelize.RichTextRun{{Text: cutText(text)}}, Width: 420, Height: 180}
		if err := b.file.AddComment(tab, comment); err != nil {
			return err
		}
	}
	return nil
}

func commentText(c excelize.Comment) string {
	text := c.Text
	for _, run := range c.Paragraph {
		text += run.Text
	}
	return text
}

func cutText(s string) string {
	if len(s) > maxCell {
		return strings.ToValidUTF8(s[:maxCell], "") + "..."
	}
	return s
}

// list writes the tab of all changes.
func (b *workbook) list(proposals []Proposal) error {
	tab, err := b.tab(changesTab)
	if err != nil {
		return err
	}
	rows := [][]string{{"API", "No.", "Field", "Place", "Change", "Was", "Now", "Why", "In the document", "Case"}}
	for i := range proposals {
		for k := range proposals[i].Changes {
			c := &proposals[i].Changes[k]
			rows = append(rows, []string{
				proposals[i].Sheet.Name, fmt.Sprint(c.Number), c.Field.Title(), c.Pointer, string(c.Kind), c.Was, c.Now, c.Why,
				c.origin(proposals[i].Document), c.Case,
			})
		}
	}
	for i := range proposals {
		for _, l := range proposals[i].Left {
			rows = append(rows, []string{proposals[i].Sheet.Name, "", "", "", "not proposed", "", "", l.What + "; " + l.Why, "", l.Case})
		}
	}
	for r, row := range rows {
		style := b.wrapped
		if r == 0 {
			style = b.heading
		}
		for i, text := range row {
			if err := b.set(tab, cell(i+1, r+1), text, style); err != nil {
				return err
			}
		}
	}
	return errors.Join(b.file.SetColWidth(tab, "A", "J", 24), b.file.SetColWidth(tab, "B", "B", 6), b.onePageWide(tab))
}

// tab makes a tab whose name is free, and allowed.
func (b *workbook) tab(name string) (string, error) {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) || r < ' ' {
			return ' '
		}
		return r
	}, name)
	runes := []rune(orElse(strings.TrimSpace(name), "API"))
	unique := string(runes[:min(len(runes), 31)])
	for n := 2; b.used[strings.ToLower(unique)]; n++ {
		suffix := fmt.Sprintf(" (%d)", n)
		unique = string(runes[:min(len(runes), 31-len(suffix))]) + suffix
	}
	b.used[strings.ToLower(unique)] = true
	_, err := b.file.NewSheet(unique)
	return unique, err
}

// finish removes the empty tab of a new workbook, and makes the bytes depend on the run alone.
func (b *workbook) finish() error {
	if !b.original && !b.used["sheet1"] {
		if err := b.file.DeleteSheet("Sheet1"); err != nil {
			return err
		}
	}
	at := b.run.StartedAt.UTC().Format("2006-01-02T15:04:05Z")
	return b.file.SetDocProps(&excelize.DocProperties{Created: at, Modified: at, Creator: "sheetprobe", Title: "Proposed API details sheet"})
}

func cell(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return "A1" // both are counted from 1
	}
	return name
}

// cutCell parts "Tab!B4".
func cutCell(at string) (tab, name string, ok bool) {
	i := strings.LastIndexByte(at, '!')
	if i < 0 {
		return "", "", false
	}
	return at[:i], at[i+1:], true
}
