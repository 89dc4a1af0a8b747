package source

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"strconv"
)

// Pos is a place in a document: a line and a column of its text, or of one cell of a workbook.
type Pos struct {
	Line   int    `json:"line,omitempty"`   // 1-based; 0 means that the place is not known
	Column int    `json:"column,omitempty"` // 1-based, in code points
	Cell   string `json:"cell,omitempty"`   // "Tab!B4" in a workbook; Line and Column then count inside the cell
	Offset int    `json:"-"`                // 0-based byte offset in the text of the document or cell
}

// IsZero says that the place is not known.
func (p Pos) IsZero() bool { return p.Line == 0 && p.Cell == "" }

// Suffix is what stands behind the name of a document to tell a place in it: ":3:14", or ":Tab!B4"; "" where the place is not known.
func (p Pos) Suffix() string {
	switch {
	case p.Cell != "":
		return ":" + p.Cell
	case p.Line == 0:
		return ""
	}
	return ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// Span is a place and how far it reaches on its line.
type Span struct {
	Pos
	Length int `json:"-"` // code points on the first line; 0 marks a point between two characters
}

// Document is one handed-over file, decoded to UTF-8. Adding cells is for one goroutine; all else is safe for several.
type Document struct {
	Name     string // as the user named it: a path, or "-" for standard input
	SHA256   string // hexadecimal digest of the bytes as they were handed over
	Format   string // the reader that understood it, such as "text" or "native"; "" before one did
	Encoding string // what Decode took the bytes for, by its IANA name, such as "UTF-8" or "windows-1252"; "" without Decode
	body     *block
	cells    map[string]*block
}

// NewDocument wraps the decoded text of a file whose bytes were raw. Invalid UTF-8 in text is replaced.
func NewDocument(name string, raw []byte, text string) *Document {
	sum := sha256.Sum256(raw)
	return &Document{
		Name:   name,
		SHA256: hex.EncodeToString(sum[:]),
		body:   newBlock("", valid(text)),
	}
}

// Text is the whole text of the document, without its byte-order mark.
func (d *Document) Text() Text {
	return Text{block: d.body, start: d.body.first, end: len(d.body.text)}
}

// Cell adds a workbook cell to the document and returns its text. The name is of the form "Tab!B4".
func (d *Document) Cell(name, text string) Text {
	if d.cells == nil {
		d.cells = map[string]*block{}
	}
	b := newBlock(name, valid(text))
	d.cells[name] = b
	return Text{block: b, start: b.first, end: len(b.text)}
}

// Texts are the whole text of the document, and that of every cell, in no order.
func (d *Document) Texts() iter.Seq[string] {
	return func(yield func(string) bool) {
		if !yield(d.body.text) {
			return
		}
		for _, cell := range d.cells {
			if !yield(cell.text) {
				return
			}
		}
	}
}

// Line returns the text of the line at p without its line end, or "" where there is none.
func (d *Document) Line(p Pos) string {
	b := d.blockAt(p)
	if b == nil || !b.hasLine(p.Line) {
		return ""
	}
	return b.text[b.lineStart(p.Line):b.lineEnd(p.Line)]
}

// blockAt is the text that p counts in, or nil where the document has none.
func (d *Document) blockAt(p Pos) *block {
	if p.Cell != "" {
		return d.cells[p.Cell]
	}
	return d.body
}
