package xlsx

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// The library takes whole parts into memory, and texts several times over. What it could not bear is looked for beforehand, in a stream.

const (
	maxParts   = 20_000
	maxDepth   = 256 // of elements within each other
	maxStrings = 500_000
)

// damage is why a part is not read, and the cell in which that was seen, as in "D2"; "" where it was in none.
type damage struct{ message, hint, part, cell string }

// inspect looks through the markup of all parts.
func inspect(z *zip.Reader) *damage {
	if len(z.File) > maxParts {
		return &damage{message: fmt.Sprintf("the archive has %d parts; at most %d are read", len(z.File), maxParts), hint: repairHint}
	}
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, ".xml") && !strings.HasSuffix(f.Name, ".rels") {
			continue
		}
		r, err := f.Open()
		m := markup{}
		if err == nil {
			m.from = bufio.NewReaderSize(r, 1<<16)
			err = errors.Join(m.scan(), r.Close())
		}
		if err != nil {
			hint := m.hint
			if hint == "" {
				hint = "ask for the file again; " + repairHint
			}
			return &damage{message: fmt.Sprintf("the part %q cannot be read: %v", f.Name, err), hint: hint, part: f.Name, cell: m.cell}
		}
	}
	return nil
}

// markup is a part while it is looked through.
type markup struct {
	from                 *bufio.Reader
	tags, depth, strings int
	cell, hint           string
}

// scan goes from tag to tag. What it does not understand is left to the library.
func (m *markup) scan() error {
	for {
		head, n, more, err := m.until('<')
		if err == nil && m.tags == 0 && len(bytes.Trim(head, "\xEF\xBB\xBF\xFE\xFF\x00 \t\r\n<")) > 0 {
			err = errors.New("it is no XML")
		}
		if err == nil && n > sheet.MaxValue {
			m.hint = "shorten it to one typical example, and leave pictures and files out of it"
			err = fmt.Errorf("a text has more than %d bytes, which is more than is read", sheet.MaxValue)
		}
		if err != nil || !more {
			return err
		}
		head, n, more, err = m.until('>')
		if err == nil && n > sheet.MaxValue {
			err = fmt.Errorf("a tag has more than %d bytes", sheet.MaxValue)
		}
		if err == nil {
			err = m.tag(head)
		}
		if err != nil || !more {
			return err
		}
	}
}

// until reads up to a byte, and no further than a text that is too long. The head is the beginning and, of a short piece, all of it.
func (m *markup) until(end byte) (head []byte, n int, more bool, err error) {
	for n <= sheet.MaxValue {
		piece, err := m.from.ReadSlice(end)
		if n == 0 {
			head = piece
		}
		n += len(piece)
		switch {
		case err == nil:
			return head, n, true, nil
		case errors.Is(err, io.EOF):
			return head, n, false, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return head, n, false, err
		}
		head = bytes.Clone(head[:min(len(head), 1<<10)])
	}
	return head, n, true, nil
}

func (m *markup) tag(head []byte) error {
	m.tags++
	switch {
	case bytes.HasPrefix(head, []byte("!DOCTYPE")):
		return errors.New("it declares a document type, which no spreadsheet program writes")
	case len(head) < 2 || head[0] == '!' || head[0] == '?':
		return nil
	case head[0] == '/':
		m.depth--
		return nil
	case bytes.HasPrefix(head, []byte("c ")):
		m.cell = reference(head)
	case bytes.HasPrefix(head, []byte("si>")):
		if m.strings++; m.strings > maxStrings {
			m.hint = "hand over the sheets in several workbooks"
			return fmt.Errorf("it holds more than %d texts", maxStrings)
		}
	}
	if head[len(head)-2] == '/' {
		return nil
	}
	if m.depth++; m.depth > maxDepth {
		return fmt.Errorf("more than %d elements stand within each other", maxDepth)
	}
	return nil
}

// reference is the place of a cell as its tag gives it.
func reference(tag []byte) string {
	_, rest, _ := bytes.Cut(tag, []byte(` r="`))
	ref, _, found := bytes.Cut(rest, []byte(`"`))
	if !found || len(ref) > 16 {
		return ""
	}
	return string(ref)
}

// diagnostic puts the damage at its cell, or at none.
func (d damage) diagnostic(name string, p parts) source.Diagnostic {
	at := source.Span{}
	for _, t := range p.tabs {
		if t.part == d.part && d.cell != "" {
			at.Cell, at.Line, at.Column = t.name+"!"+d.cell, 1, 1
		}
	}
	return sheet.Diagnose("sheet.unreadable", "", at, fmt.Sprintf("the workbook %q cannot be opened: %s", name, d.message), d.hint)
}
