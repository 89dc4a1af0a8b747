package correct

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/native"
)

// writeYAML writes the sheets in the native form, each behind a list of its changes; the changed lines are marked as well.
func writeYAML(w io.Writer, proposals []Proposal, run *probe.Run) error {
	for i := range proposals {
		p := &proposals[i]
		text, err := native.Marshal([]*probe.Sheet{p.Sheet})
		if err != nil {
			return fmt.Errorf("%q: %w", p.Sheet.Name, err)
		}
		var out bytes.Buffer
		if i > 0 {
			out.WriteString("---\n")
		}
		fmt.Fprintf(&out, "# Proposal for %s, %s\n", oneLine(p.Sheet.Name), p.heading(run))
		for k := range p.Changes {
			c := &p.Changes[k]
			fmt.Fprintf(&out, "# (%d) %s: %s%s\n", c.Number, c.Field, oneLine(c.sentence()), bracketed(c.origin(p.Document)))
		}
		for _, l := range p.Left {
			fmt.Fprintf(&out, "# %s\n", oneLine(l.sentence()))
		}
		out.Write(marked(text, p))
		if _, err := w.Write(out.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return " [" + oneLine(s) + "]"
}

// marked puts a comment behind the lines that changed. Where they stand is told by the reader of the form; where a comment would change what is
// read, as within a text of several lines, there is none.
func marked(text []byte, p *Proposal) []byte {
	plain := reread(text)
	if plain == nil {
		return text
	}
	lines := strings.Split(string(text), "\n")
	for k := range p.Changes {
		c := &p.Changes[k]
		line := lineOf(plain, c)
		if line < 1 || line > len(lines) || strings.TrimSpace(lines[line-1]) == "" {
			continue
		}
		before := lines[line-1]
		lines[line-1] = before + beside(before) + c.mark()
		if again := reread([]byte(strings.Join(lines, "\n"))); again == nil || !sameSheet(plain, again) {
			lines[line-1] = before
		}
	}
	return []byte(strings.Join(lines, "\n"))
}

// beside is what parts a mark from what stands before it on its line.
func beside(line string) string {
	if strings.Contains(line, "  # (") {
		return ", "
	}
	return "  # "
}

// reread is the one sheet that a text in the native form holds; nil where there is another number of them.
func reread(text []byte) *probe.Sheet {
	reading := native.Format.Read(sheet.Input{Name: "proposal.yaml", Data: text})
	if len(reading.Sheets) != 1 {
		return nil
	}
	return reading.Sheets[0]
}

// sameSheet says that two readings hold the same; remarks beside values do not count.
func sameSheet(a, b *probe.Sheet) bool {
	a, b = withoutPlaces(a), withoutPlaces(b)
	x, errX := native.Marshal([]*probe.Sheet{a})
	y, errY := native.Marshal([]*probe.Sheet{b})
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// withoutPlaces is a sheet whose answers no longer know the text that they stand in, nor what stands beside them.
func withoutPlaces(s *probe.Sheet) *probe.Sheet {
	c := copied(s)
	for _, answers := range [][]probe.Response{c.Success, c.Errors} {
		for i := range answers {
			answers[i].Raw = ""
		}
	}
	return c
}

// lineOf is the line of a change in the text that s was read from; 0 where it is not known.
func lineOf(s *probe.Sheet, c *Change) int {
	switch c.Field {
	case probe.FieldSuccessResponse, probe.FieldErrorResponse:
		answers := answersOf(s, c.Field)
		if c.Answer >= len(answers) {
			return 0
		}
		a := answers[c.Answer]
		if v := a.Body.Value.Lookup(parentPointer(c)); c.Pointer != "" && v != nil {
			return v.At().Line
		}
		return a.At.Line
	case probe.FieldStatusCodes:
		for _, row := range s.StatusCodes {
			if c.Pointer == "/"+row.Code {
				return row.At.Line
			}
		}
	}
	return spanOf(s, c.Field).Line
}

// parentPointer is the place to mark: of what was removed, that which held it.
func parentPointer(c *Change) string {
	if c.Kind != Removed {
		return c.Pointer
	}
	return c.Pointer[:max(strings.LastIndexByte(c.Pointer, '/'), 0)]
}
