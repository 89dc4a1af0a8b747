// Package pdf reads the text of PDF documents.
//
// A page of PDF is glyphs with places and nothing else. The lines are put together again by where the glyphs stand: rows by their height on
// the page, words and columns by the gaps between them. What is printed on every page is left out, so that an example that crosses a page
// is whole. The lines are then read as a pasted page; each has a place such as "page 2, line 14".
//
// The package reads a text layer: it recognises no letters in pictures, opens no encrypted document, and starts no other program. The
// parser underneath was not written for hostile documents; see guard.go for what it is kept from.
package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const name = "pdf"

// Format reads PDF documents with a text layer.
var Format = sheet.Format{Name: name, Detect: detect, Read: read}

// Limits on one document.
const (
	maxBytes  = 24 << 20
	maxPages  = 400
	maxGlyphs = 2_000_000
)

// Why a document has no text for us.
var (
	errEncrypted = errors.New("the document is encrypted")
	errDamaged   = errors.New("the document is damaged, or not a PDF document as the standard has it")
	errTooLarge  = errors.New("the document unpacks to more than is read")
)

// header is how a PDF document begins; other bytes may stand before it.
var header = []byte("%PDF-")

func detect(in sheet.Input) int {
	const certain, furthest = 100, 1024
	if bytes.Contains(in.Data[:min(len(in.Data), furthest)], header) {
		return certain
	}
	return 0
}

func read(in sheet.Input) sheet.Reading {
	doc := source.NewDocument(in.Name, in.Data, "")
	doc.Format = name
	if len(in.Data) > maxBytes {
		return refused(doc, fmt.Sprintf("the document %q has %d bytes; of PDF at most %d are read", in.Name, len(in.Data), maxBytes),
			"hand over the pages with the sheets alone")
	}
	pages, total, err := extract(in.Data)
	switch {
	case errors.Is(err, errEncrypted):
		return refused(doc, err.Error()+": its text cannot be read without a password", "open it, print it to a new PDF document, and hand over that one")
	case err != nil:
		return refused(doc, err.Error(), "open it in a viewer, select all, copy, and paste it into a text file")
	}
	if why := unreadable(pages); why != "" {
		return refused(doc, why, "hand over the document that the PDF was made from, or type the sheet into a text file")
	}
	r := text.ReadPage(doc, newLayout(doc, pages, structureOf(in.Data)).blocks())
	r.Document = doc
	if total > len(pages) {
		r.Diagnostics = append(r.Diagnostics, sheet.Note(source.Warning, "sheet.unreadable", "", source.Span{},
			fmt.Sprintf("only the first %d of %d pages are read", len(pages), total), "hand over the pages with the sheets alone"))
	}
	for i, p := range pages {
		if p.failed {
			r.Diagnostics = append(r.Diagnostics, sheet.Note(source.Warning, "sheet.unreadable", "", source.Span{Pos: source.Pos{Cell: place(i, 0)}},
				fmt.Sprintf("page %d is damaged and was read in part", i+1), "open the document in a viewer and compare"))
		}
	}
	return r
}

func refused(doc *source.Document, message, hint string) sheet.Reading {
	return sheet.Reading{Document: doc, Diagnostics: source.Diagnostics{sheet.Diagnose("sheet.unreadable", "", source.Span{}, message, hint)}}
}

// unreadable says why the pages have no text that can be read: they are pictures, or their fonts do not tell which letters they show.
func unreadable(pages []page) string {
	letters, strange, pictures := 0, 0, 0
	for _, p := range pages {
		pictures += len(p.pictures)
		for _, g := range p.glyphs {
			for _, r := range g.text {
				switch {
				case r == unicode.ReplacementChar || unicode.Is(unicode.Co, r) || unicode.IsControl(r) && !unicode.IsSpace(r):
					strange++
				case !unicode.IsSpace(r):
					letters++
				}
			}
		}
	}
	const fewest = 20
	switch {
	case letters+strange < fewest && pictures > 0:
		return "the pages are pictures without a text layer, as scanned paper is"
	case letters+strange == 0:
		return "the pages have no text"
	case strange > letters:
		return "the fonts of the document do not tell which letters they show"
	}
	return ""
}
