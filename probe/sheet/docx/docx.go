// Package docx reads documents of word processors: Office Open XML, part 1 (ISO/IEC 29500-1), section 17, in its transitional and strict
// form.
//
// The package renders a document into what people see of it, paragraphs and tables, and leaves the rest to [text.ReadPage]. What is
// deleted but still tracked, hidden, struck out, or part of a table of contents is not read; what is inserted and not yet accepted is.
// Pictures and embedded objects cannot be read; where one stands in place of an answer, the reading says so. Headers and footers of pages,
// comments, charts and formulas are left alone. Old .doc files and encrypted documents are not read.
//
// A document is an archive, and nothing in it is trusted: parts, nesting, rows and columns have limits, entities are not expanded, and
// nothing is read that the document merely points at.
package docx

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const name = "docx"

// Format reads documents of word processors.
var Format = sheet.Format{Name: name, Detect: detect, Read: read}

// detect looks for the parts of such a document by name, so that a damaged archive is complained about as what it is.
func detect(in sheet.Input) int {
	const beyondDoubt, likely = 95, 60
	switch {
	case !bytes.HasPrefix(in.Data, []byte("PK")):
		return 0
	case bytes.Contains(in.Data, []byte("word/document")):
		return beyondDoubt
	case bytes.Contains(in.Data, []byte("word/")) && bytes.Contains(in.Data, []byte("[Content_Types].xml")):
		return likely
	}
	return 0
}

func read(in sheet.Input) sheet.Reading {
	doc := source.NewDocument(in.Name, in.Data, "")
	doc.Format = name
	if len(in.Data) > sheet.MaxBytes {
		return unreadable(doc, fmt.Sprintf("the document %q has %d bytes; at most %d are read", in.Name, len(in.Data), sheet.MaxBytes),
			"hand over the sheets in several documents")
	}
	a, err := open(in.Data)
	if err != nil {
		return unreadable(doc, fmt.Sprintf("the document %q is damaged: %v", in.Name, err), "ask the API owner to send it again, or save it anew in the word processor")
	}
	w, err := walkDocument(doc, a)
	if err != nil {
		return unreadable(doc, fmt.Sprintf("the document %q cannot be read: %v", in.Name, err), hintFor(err))
	}
	r := text.ReadPage(doc, w.page())
	r.Diagnostics = append(r.Diagnostics, w.remarks(len(r.Sheets) == 0)...)
	return r
}

func hintFor(err error) string {
	if errors.Is(err, errTooLarge) {
		return "hand over the sheets in several documents, or paste them into a text file"
	}
	return "open it in the word processor, select all, copy, and paste it into a text file"
}

func unreadable(doc *source.Document, message, hint string) sheet.Reading {
	return sheet.Reading{Document: doc, Diagnostics: source.Diagnostics{sheet.Diagnose("sheet.unreadable", "", source.Span{}, message, hint)}}
}
