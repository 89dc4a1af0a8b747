package correct

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// rewrite puts what is proposed into a cell that holds nothing but what is documented: the example of an answer, or the list of codes.
func (b *workbook) rewrite(p *Proposal, c *Change, tab, name string) error {
	old, err := b.file.GetCellValue(tab, name)
	if err != nil {
		return err
	}
	text := replacement(p, c)
	switch {
	case c.Field == probe.FieldStatusCodes && c.Kind == Added:
		text = withCode(p, c, old)
	case !isWhole(p, c, old):
		return nil
	}
	if text == "" {
		return nil
	}
	return b.file.SetCellStr(tab, name, cutText(text))
}

// withCode adds a line to a cell that lists all documented codes, written as the others are; "" where the cell does not.
func withCode(p *Proposal, c *Change, cell string) string {
	between := ""
	for _, row := range p.Documented.StatusCodes {
		_, rest, found := strings.Cut(cell, row.Code)
		gap, _, told := strings.Cut(rest, row.Message)
		switch {
		case !found:
			return ""
		case told && between == "" && row.Message != "" && !strings.Contains(gap, "\n"):
			between = gap
		}
	}
	code, message, _ := strings.Cut(c.Now, ": ")
	if strings.TrimSpace(cell) == "" || !strings.Contains(strings.TrimSpace(cell), "\n") {
		return "" // a cell of one code
	}
	return strings.TrimRight(cell, "\n") + "\n" + code + orElse(between, " - ") + message
}

// cellOf is the cell of the documented thing that changes: its own, that of its answer, or that of its field.
func (b *workbook) cellOf(p *Proposal, c *Change) string {
	if c.At.Cell != "" {
		return c.At.Cell
	}
	if answers := answersOf(p.Documented, c.Field); c.Answer < len(answers) && answers[c.Answer].At.Cell != "" {
		return answers[c.Answer].At.Cell
	}
	return spanOf(p.Documented, c.Field).Cell
}

// colour keeps what else the cell looks like.
func (b *workbook) colour(tab, name string) error {
	id, err := b.file.GetCellStyle(tab, name)
	if err != nil {
		return err
	}
	style, err := b.file.GetStyle(id)
	if err != nil || style == nil {
		return b.file.SetCellStyle(tab, name, name, b.changed)
	}
	style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFF2CC"}}
	if id, err = b.file.NewStyle(style); err != nil {
		return err
	}
	return b.file.SetCellStyle(tab, name, name, id)
}

// replacement is the proposed example of a changed answer; "" where something else changed.
func replacement(p *Proposal, c *Change) string {
	answers := answersOf(p.Sheet, c.Field)
	if c.Answer >= len(answers) || answers[c.Answer].Body.Value == nil {
		return ""
	}
	return indented(answers[c.Answer].Body.Value)
}

// isWhole says that a cell holds the documented example and nothing else, or has been given the proposed one before.
func isWhole(p *Proposal, c *Change, old string) bool {
	answers := answersOf(p.Documented, c.Field)
	return c.Answer < len(answers) && strings.Join(strings.Fields(old), "") == strings.Join(strings.Fields(answers[c.Answer].Raw), "")
}

func indented(v *nearjson.Value) string {
	w := jsonWriter{}
	w.value(v, "", "", "")
	return strings.TrimRight(w.out.String(), "\n")
}
