package correct

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Format writes the corrected sheets: as a workbook, as Markdown, HTML or docx where the file is named so, else in the native form. It needs the
// documents that the run was made from.
var Format = report.Format{Name: "corrected", File: "corrected.yaml", About: "the sheet as observed, every change explained", Documents: true, Write: write}

func write(w io.Writer, run *probe.Run, o report.Options) error {
	proposals, err := proposalsOf(run, o.Documents)
	if err != nil {
		return err
	}
	switch extension := strings.ToLower(o.Extension); extension {
	case ".xlsx":
		return writeWorkbook(w, proposals, run, o.Documents)
	case ".md", ".markdown", ".html", ".htm", ".docx":
		return report.WriteMarkdown(w, markdown(proposals, run), extension, run.StartedAt)
	}
	return writeYAML(w, proposals, run)
}

// proposalsOf corrects every sheet of the run.
func proposalsOf(run *probe.Run, documents []report.Document) ([]Proposal, error) {
	if len(run.Sheets) == 0 {
		return nil, errors.New("the run holds no sheet that could be corrected")
	}
	var all []Proposal
	next := map[string]int{} // by digest, how many sheets of the document are settled
	for i := range run.Sheets {
		result := &run.Sheets[i]
		s := sheetOf(result, documents, next[result.DocumentSHA256])
		if s == nil {
			return nil, fmt.Errorf("%q, which the run was made from, is not at hand: name it behind the run", result.Document)
		}
		next[result.DocumentSHA256]++
		all = append(all, Propose(s, result))
	}
	return all, nil
}

// sheetOf is the n-th sheet of the document that a result is of.
func sheetOf(result *probe.SheetResult, documents []report.Document, n int) *probe.Sheet {
	for _, d := range documents {
		if d.Document.SHA256 != result.DocumentSHA256 {
			continue
		}
		if n < len(d.Sheets) {
			return d.Sheets[n]
		}
		n -= len(d.Sheets) // the same document, handed over twice
	}
	return nil
}

// heading says whose proposal it is, and how much of it is new.
func (p *Proposal) heading(run *probe.Run) string {
	changes := "nothing to change"
	switch n := len(p.Changes); {
	case n == 1:
		changes = "1 change"
	case n > 1:
		changes = fmt.Sprintf("%d changes", n)
	}
	return fmt.Sprintf("as observed on %s (run %s): %s", run.StartedAt.UTC().Format("2006-01-02"), run.RunID, changes)
}

// sentence tells a change to a person.
func (c *Change) sentence() string {
	what := ""
	switch c.Kind {
	case Added:
		what = "added: " + c.Now
	case Removed:
		what = "removed, was " + c.Was
	case Replaced:
		what = fmt.Sprintf("was %s, now %s", orElse(c.Was, "nothing"), c.Now)
	case Renamed:
		what = fmt.Sprintf("renamed, was %q", c.Was)
	case Optional:
		what = "not always there"
	case Nullable:
		what = "can be null"
	case Repaired:
		return "repaired: " + c.Why
	}
	if c.Pointer != "" {
		what = c.Pointer + " " + what
	}
	return what + "; " + c.Why
}

// sentence tells a person what is not proposed.
func (l *Left) sentence() string { return "not proposed: " + l.What + "; " + l.Why }

// mark is what stands beside a changed place.
func (c *Change) mark() string { return fmt.Sprintf("(%d) %s", c.Number, c.Kind) }

// origin is where in the document the changed thing stands.
func (c *Change) origin(document string) string {
	if c.At.IsZero() {
		return ""
	}
	return document[strings.LastIndexAny(document, `/\`)+1:] + c.At.Suffix()
}

// oneLine keeps a text from breaking out of a comment, and what acts on a terminal visible.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F || r >= 0x80 && r < 0xA0 || r == 0x2028 || r == 0x2029 || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
			return ' '
		}
		return r
	}, s)
}

// answersOf are the answers of a field.
func answersOf(s *probe.Sheet, f probe.Field) []probe.Response {
	switch f {
	case probe.FieldSuccessResponse:
		return s.Success
	case probe.FieldErrorResponse:
		return s.Errors
	}
	return nil
}

// spanOf is where a field of a sheet stands.
func spanOf(s *probe.Sheet, f probe.Field) source.Span {
	if at := s.At.Of(f); !at.IsZero() {
		return at
	}
	return s.Labels.Of(f)
}
