package docx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// The limits of a text.
const (
	maxDepth   = 256 // of elements within each other
	maxSpan    = 64  // columns that one cell spans
	maxColumns = 512
	maxCells   = 1 << 20
	maxText    = 16 << 20
)

// walker goes through the text and gathers blocks.
type walker struct {
	doc     *source.Document
	archive *archive
	styles  styles
	bullets map[string]bool
	links   map[string]string

	decoder *xml.Decoder
	depth   int
	stack   []*container
	tables  int // top-level ones so far
	lines   int // paragraphs with text so far
	cells   int
	written int
	note    string // what the paragraphs belong to: "" for the text, "footnote"
	skipped skipped
}

// skipped is what was left out, and where first.
type skipped struct{ hidden, struck, comments, pictures, chunks source.Span }

// piece is a paragraph or, where it has rows, a table.
type piece struct {
	kind  text.BlockKind
	level int // of a heading
	text  string
	place string
	rows  [][]cell
	// indent is how far a paragraph is moved to the right, in blanks.
	indent int
}

// container holds pieces: the text as a whole, a cell, or a text box.
type container struct {
	pieces []piece
	place  string     // of a cell; "" outside of tables
	open   *paragraph // the one that is being read
	table  *table     // the innermost one that is being read
	carry  string     // of a paragraph whose end is deleted: it goes on in the next
	shows  string     // what a cell shows that cannot be read
}

func walkDocument(doc *source.Document, a *archive) (*walker, error) {
	data, err := a.read(a.main, maxPart)
	if err != nil {
		return nil, err
	}
	w := &walker{doc: doc, archive: a, styles: a.styles(), bullets: a.bullets(), links: map[string]string{}}
	dir, base, _ := cutLast(a.main)
	for _, r := range a.relationships(dir + "_rels/" + base + ".rels") {
		if strings.HasSuffix(r.Type, "/hyperlink") {
			w.links[r.ID] = r.Target
		}
	}
	w.stack = []*container{{}}
	if err := w.part(data); err != nil {
		return nil, err
	}
	for _, note := range []string{"footnote", "endnote"} {
		if err := w.notes(note); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func cutLast(name string) (dir, base string, ok bool) {
	i := strings.LastIndexByte(name, '/')
	return name[:i+1], name[i+1:], i >= 0
}

// notes reads the notes of one kind behind the text, where they are printed.
func (w *walker) notes(kind string) error {
	data, _ := w.archive.read(w.archive.beside(kind+"s.xml"), maxHelper)
	if len(data) == 0 { // a text without its notes, or with damaged ones, is still worth reading
		return nil
	}
	before := len(w.stack[0].pieces)
	w.note, w.lines = kind, 0
	err := w.part(data)
	notes := slices.Clone(w.stack[0].pieces[before:])
	w.stack[0].pieces = w.stack[0].pieces[:before]
	if err != nil || !slices.ContainsFunc(notes, func(p piece) bool { return p.text != "" || p.rows != nil }) {
		return err
	}
	w.stack[0].pieces = append(append(w.stack[0].pieces, piece{kind: text.Heading, text: "Notes", place: kind + "s"}), notes...)
	return nil
}

// part reads one part of the document into the outermost container.
func (w *walker) part(data []byte) error {
	w.decoder, w.depth, w.stack = decoder(data), 0, w.stack[:1]
	for {
		token, err := w.next()
		if errors.Is(err, io.EOF) {
			w.settle()
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			err = w.start(token)
		case xml.EndElement:
			w.end(token)
		}
		if err != nil {
			return err
		}
	}
}

// next is the next token, with the limits that keep hostile documents harmless.
func (w *walker) next() (xml.Token, error) {
	token, err := w.decoder.Token()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, err
		}
		return nil, fmt.Errorf("its text is no well-formed XML: %w", err)
	}
	switch token.(type) {
	case xml.StartElement:
		if w.depth++; w.depth > maxDepth {
			return nil, fmt.Errorf("%w: more than %d elements stand within each other", errTooLarge, maxDepth)
		}
	case xml.EndElement:
		w.depth--
	case xml.Directive:
		return nil, errors.New("it declares a document type, which no word processor writes")
	}
	if w.written > maxText || w.cells > maxCells {
		return nil, fmt.Errorf("%w: at most %d MiB of text and %d cells are read", errTooLarge, maxText>>20, maxCells)
	}
	return token, nil
}

// skip leaves out the element that just began, and calls visit for the elements within.
func (w *walker) skip(visit func(xml.StartElement)) error {
	for until := w.depth - 1; w.depth > until; {
		token, err := w.next()
		if errors.Is(err, io.EOF) {
			return nil // the decoder complains about a missing end itself
		}
		if err != nil {
			return err
		}
		if e, ok := token.(xml.StartElement); ok && visit != nil {
			visit(e)
		}
	}
	return nil
}

func (w *walker) top() *container { return w.stack[len(w.stack)-1] }

func (w *walker) push(c *container) { w.stack = append(w.stack, c) }

func (w *walker) pop() *container {
	c := w.top()
	if len(w.stack) > 1 {
		w.stack = w.stack[:len(w.stack)-1]
	}
	return c
}

// paragraph is the innermost one that is being read, or nil.
func (w *walker) paragraph() *paragraph { return w.top().open }

// place names where the next paragraph of a container stands.
func (w *walker) place(c *container, filled bool) string {
	if c.place != "" {
		return c.place
	}
	if filled {
		w.lines++
	}
	number := strconv.Itoa(max(w.lines, 1))
	if w.note != "" {
		return w.note + " " + number
	}
	return "paragraph " + number
}

// settle closes what a damaged document left open.
func (w *walker) settle() {
	for {
		c := w.top()
		if c.open != nil {
			w.endParagraph()
		}
		if len(w.stack) == 1 {
			return
		}
		w.pop()
	}
}

// page is what people see of the document.
func (w *walker) page() []text.Block {
	blocks := make([]text.Block, 0, len(w.stack[0].pieces))
	for _, p := range w.stack[0].pieces {
		b := text.Block{Kind: p.kind, Level: p.level}
		switch {
		case p.rows != nil:
			b.Kind, b.Rows = text.Table, w.grid(p.rows)
		case p.text != "":
			b.Text = w.doc.Cell(p.place, p.text)
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// grid is the rows of a table, each cell with its place.
func (w *walker) grid(rows [][]cell) [][]sheet.GridCell {
	grid := make([][]sheet.GridCell, len(rows))
	for i, row := range rows {
		for _, c := range row {
			g := sheet.GridCell{Merged: c.merged}
			if c.text != "" {
				g.Text = w.doc.Cell(c.place, c.text)
			}
			grid[i] = append(grid[i], g)
		}
	}
	return grid
}

// remarks say what was left out and might have been meant to be read.
func (w *walker) remarks(nothing bool) source.Diagnostics {
	var ds source.Diagnostics
	remark := func(at source.Span, what, hint string) {
		if !at.IsZero() {
			ds = append(ds, sheet.Note(source.Info, "sheet.ambiguous", "", at, what, hint))
		}
	}
	remark(w.skipped.hidden, "hidden text is not read", "ask the API owner whether it counts; where it does, have it shown")
	remark(w.skipped.struck, "text that is struck out is not read", "ask the API owner whether it still counts; where it does, have the line removed")
	remark(w.skipped.comments, "comments beside the text are not read", "ask the API owner to settle them in the text")
	remark(w.skipped.chunks, "a part that was inserted from another file is not read", "open and save the document in a word processor, which takes such parts in")
	if nothing {
		remark(w.skipped.pictures, "pictures and embedded objects cannot be read", "ask the API owner to paste what they show as text")
	}
	return ds
}
