// Package markdown reads Markdown: READMEs, wiki pages, and the templates that API owners fill in.
//
// The blocks of the document (CommonMark 0.31, with the tables of GitHub) are laid out as lines of text without markup, and the reader of
// pasted text finds the fields in them; tables that hold one API per row go to the reader of tables. What stands between is left out of
// neither: a remark in a list, a status before an answer. Every place is that of the document as it was handed over.
//
// Fences that were closed in the middle of an example are opened again, line breaks within inline code and cells are kept, and a picture
// in the place of an answer is said. The package follows no link and shows no picture.
package markdown

import (
	"fmt"
	"sort"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const name = "markdown"

// Format reads Markdown.
var Format = sheet.Format{Name: name, Detect: detect, Read: read}

// Limits on what is parsed. A larger document, or one whose blocks lie deeper in each other than any person writes, is not.
const (
	maxBytes = 8 << 20
	maxDepth = 40
	maxLines = 250_000
	maxCells = 1 << 20 // of all tables together; a row has as many as its table has columns
)

func read(in sheet.Input) sheet.Reading {
	doc, err := in.Decode()
	if err != nil {
		return refused(source.NewDocument(in.Name, in.Data, ""), err.Error(), "hand over the document as text")
	}
	doc.Format = name
	page := withoutFrontMatter(doc.Text())
	switch {
	case page.Len() > maxBytes:
		return refused(doc, fmt.Sprintf("the document %q has %d bytes; of Markdown at most %d are read", in.Name, page.Len(), maxBytes),
			"hand over the sheets in several documents")
	case strings.Count(page.String(), "\n") > maxLines:
		return refused(doc, fmt.Sprintf("the document has more than %d lines", maxLines), "hand over the sheets in several documents")
	case cells(page.String()) > maxCells:
		return refused(doc, fmt.Sprintf("the tables have more than %d cells", maxCells), "hand over the sheets in several documents")
	case depth(page.String()) > maxDepth:
		return refused(doc, fmt.Sprintf("lists and quotations lie more than %d deep in each other", maxDepth), "hand over the sheets without nesting")
	}
	l := layout{doc: doc, page: page, source: []byte(reopenFences(page.String()))}
	l.block(parse(l.source), 0)
	return l.reading()
}

func refused(doc *source.Document, message, hint string) sheet.Reading {
	doc.Format = name
	at := doc.Text().Slice(0, 0).At()
	return sheet.Reading{Document: doc, Diagnostics: source.Diagnostics{sheet.Diagnose("sheet.unreadable", "", at, message, hint)}}
}

// parse finds the blocks. Inline markup is read by this package: it is linear where a general parser is not, and leaves alone what people
// type into examples.
func parse(markdown []byte) ast.Node {
	p := parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithParagraphTransformers(util.Prioritized(extension.NewTableParagraphTransformer(), 200)),
	)
	return p.Parse(gtext.NewReader(markdown))
}

// isDelimiterRow recognises the second row of a table: "|---|:--:|".
func isDelimiterRow(s string) bool {
	return strings.Contains(s, "|") && strings.Contains(s, "--") && strings.Trim(s, "|:- ") == ""
}

// reading hands the lines and the tables to their readers, and puts the sheets into the order of the document.
func (l *layout) reading() sheet.Reading {
	r := text.ReadText(l.doc, source.Compose(l.runs))
	grids := l.grids
	if len(r.Sheets) == 0 {
		grids = append(grids, l.overviews...)
	}
	if len(grids) == 0 {
		return r
	}
	sheets, diagnostics := sheet.ReadGrids(l.doc, append(l.globals(), grids...))
	if len(sheets) == 0 {
		return r
	}
	if len(r.Sheets) == 0 {
		r.Diagnostics = nil
	}
	r.Sheets = append(r.Sheets, sheets...)
	r.Diagnostics = append(r.Diagnostics, diagnostics...)
	sort.SliceStable(r.Sheets, func(i, j int) bool { return firstLine(r.Sheets[i]) < firstLine(r.Sheets[j]) })
	return r
}

// firstLine is the line at which a sheet begins: where its own fields stand. Titles of columns and what several sheets share do not count.
func firstLine(s *probe.Sheet) int {
	for _, f := range []probe.Field{probe.FieldName, probe.FieldMethod, probe.FieldURL, probe.FieldRequestBody, probe.FieldSuccessResponse, probe.FieldErrorResponse} {
		if at, ok := s.At.Find(f); ok && at.Line > 0 {
			return at.Line
		}
	}
	return 0
}
