// Package text reads pasted text and e-mail.
//
// A pasted page is mostly not a sheet: navigation, link lists, prose about sheets, a footer. The reader looks for labels that the shared
// vocabulary knows, gives each what stands beside and below it as far as that can be its value, and takes labels that stand together for a
// sheet where at least two fields hold what such fields hold. Everything else on the page is left alone.
//
// Understood are numbered rows, "Label: value", labels on a line of their own, tabs and aligned columns, Markdown headings and tables of
// two columns, quoted e-mail, and several sheets one after another. The package reads no workbook, no markup, and no native form; the
// meaning of values is not its business but that of the parent package.
package text

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const name = "text"

// Format reads pasted text. It is the reader of last resort: it takes every input a little, so that a document that nothing can read is
// complained about by somebody.
var Format = sheet.Format{Name: name, Detect: detect, Read: read}

// maxSheets is how many sheets one document may hold.
const maxSheets = 20000

// maxLines is how many lines a document may have: each takes about a kilobyte while it is read.
const maxLines = 250_000

func detect(in sheet.Input) int {
	const asAnyText, asSheet, sample = 1, 30, 1 << 20
	data := in.Data[:min(len(in.Data), sample)]
	if bytes.IndexByte(data, 0) >= 0 {
		return asAnyText
	}
	labels := map[probe.Field]bool{}
	for _, l := range linesOf(source.Unplaced(firstLines(string(data)))) {
		if c, ok := match(l); ok && c.label.Field != "" && c.certainty >= likely {
			if labels[c.label.Field] = true; len(labels) > 2 {
				return asSheet
			}
		}
	}
	return asAnyText
}

// firstLines are as many lines as tell a sheet from another text.
func firstLines(s string) string {
	const most = 20_000
	at := 0
	for range most {
		n := strings.IndexAny(s[at:], "\r\n")
		if n < 0 {
			return s
		}
		at += n + 1
	}
	return s[:at]
}

func read(in sheet.Input) sheet.Reading {
	if len(in.Data) > sheet.MaxBytes {
		doc := source.NewDocument(in.Name, in.Data, "")
		return unreadable(doc, fmt.Sprintf("the document %q has %d bytes; at most %d are read", in.Name, len(in.Data), sheet.MaxBytes),
			"hand over the sheets in several documents")
	}
	doc, err := in.Decode()
	if err != nil {
		return unreadable(source.NewDocument(in.Name, in.Data, ""), err.Error(), hintFor(err))
	}
	clean := withoutQuoteMarks(doc, in)
	r := sheet.Reading{}
	if blocks, drawn := drawnPage(clean.Text()); drawn {
		r = ReadPage(clean, blocks)
	} else {
		r = ReadDocument(clean)
	}
	r.Document.Format = name
	return r
}

// ReadDocument reads a document that is decoded already: the lines of its text are read as those of a pasted page. Formats that flow, as
// word processors and web pages do, render themselves into such lines: a paragraph or heading each ("## " may stand before a heading), and
// tables of two columns as "label<TAB>value". The document's Format is left as it is. A document without a sheet is complained about.
func ReadDocument(doc *source.Document) sheet.Reading { return ReadText(doc, doc.Text()) }

// ReadText is ReadDocument for a text that is not all of the document, or that was composed of its pieces.
func ReadText(doc *source.Document, flow source.Text) sheet.Reading {
	r := sheet.Reading{Document: doc}
	if refused := refuse(flow); refused != nil {
		if doc.Format == "" {
			doc.Format = name
		}
		r.Diagnostics = append(r.Diagnostics, *refused)
		return r
	}
	lines := linesOf(splitProse(flow))
	statements := takeStatements(lines)
	pieces, statements := takeShared(cutAll(segment(lines)), statements)
	groups := resolveDittos(group(pieces))
	other, isOther := asSettings(flow)
	if isOther {
		groups = slices.DeleteFunc(groups, other.holds)
	}
	tests := looseTests(pieces, groups)
	shareHeaders(groups, statements)
	var starts []int
	for _, g := range share(lines, groups) {
		if len(r.Sheets) == maxSheets {
			r.Diagnostics = append(r.Diagnostics, sheet.Diagnose("sheet.unreadable", "", g.at(),
				fmt.Sprintf("only the first %d sheets of the document are read", maxSheets), "hand over the sheets in several documents"))
			break
		}
		made := sheet.Assemble(doc, g.fragments())
		made.Diagnostics = append(made.Diagnostics, g.unknownLabels()...)
		made.Diagnostics.Sort()
		r.Sheets = append(r.Sheets, made)
		starts = append(starts, g.pieces[0].from)
	}
	sheet.Promises(r.Sheets, wordsBetween(lines, starts))
	for _, p := range tests {
		sheet.ShareTestData(r.Sheets, sheet.Fragment{Field: sheet.FieldTestData, Label: p.text, Value: p.value})
	}
	if len(r.Sheets) == 0 && isOther {
		return other.complain(doc)
	}
	if form := unfilled(doc, lines); form != nil && len(r.Sheets) == 0 {
		r.Sheets = append(r.Sheets, form)
	}
	if len(r.Sheets) == 0 {
		return unreadable(doc, `no sheet was found: looked for labels such as "API Name", "Method", "Endpoint URL", "Request Body" and "Success Response" with values`,
			"check that this is the right document; label each field, as in \"Method: POST\", or write it in the native form, see `sheetprobe read --help`")
	}
	return r
}

// unfilled is the form that nobody has filled in, of lines in which no sheet was found; nil where they are none.
func unfilled(doc *source.Document, lines []line) *probe.Sheet {
	var labels []sheet.Fragment
	for _, l := range lines {
		if c, ok := match(l); ok && c.alone && !c.prose && c.certainty >= likely {
			labels = append(labels, sheet.Fragment{Field: c.label.Field, Label: c.text})
		}
	}
	return sheet.Unfilled(doc, labels)
}

// refuse complains about a text of which one line, or all lines together, would take more memory than any sheet is worth. It looks before
// anything is made of the lines.
func refuse(flow source.Text) *source.Diagnostic {
	s, n := flow.String(), 1
	for from := 0; from <= len(s); n++ {
		end := strings.IndexAny(s[from:], "\r\n")
		if end < 0 {
			end = len(s) - from
		}
		if end > sheet.MaxValue {
			d := sheet.TooLong("", "the line", flow.Slice(from, from+end))
			return &d
		}
		if from += end + 1; from < len(s) && s[from-1] == '\r' && s[from] == '\n' {
			from++
		}
	}
	if n--; n <= maxLines {
		return nil
	}
	d := sheet.Diagnose("sheet.unreadable", "", flow.Slice(0, 0).At(), fmt.Sprintf("the document has %d lines; at most %d are read", n, maxLines), "hand over the sheets in several documents")
	return &d
}

func unreadable(doc *source.Document, message, hint string) sheet.Reading {
	if doc.Format == "" {
		doc.Format = name
	}
	at := doc.Text().Slice(0, 0).At()
	return sheet.Reading{Document: doc, Diagnostics: source.Diagnostics{sheet.Diagnose("sheet.unreadable", "", at, message, hint)}}
}

func hintFor(err error) string {
	if errors.Is(err, source.ErrEmpty) {
		return "paste the sheet into the document, or name another one"
	}
	return "hand over the document as text: open it, select all, copy, and paste it into a text file"
}

// withoutQuoteMarks blanks the marks of quoted e-mail, so that examples are whole again. Blanks stand where the marks stood: no place
// moves.
func withoutQuoteMarks(doc *source.Document, in sheet.Input) *source.Document {
	const fewest = 3
	marked := 0
	text := []byte(doc.Text().String())
	if spoken := withoutSpeakers(text); spoken {
		marked = fewest
	}
	for _, clean := range []func([]byte) bool{withoutGrid, withoutAsking, withoutCircles, withoutBoxes, withoutComment} {
		if clean(text) {
			marked = max(marked, fewest)
		}
	}
	eachQuoteMark(text, func(int, int) { marked++ })
	if marked < fewest {
		return doc
	}
	eachQuoteMark(text, func(from, to int) {
		for i := from; i < to; i++ {
			if text[i] == '>' {
				text[i] = ' '
			}
		}
	})
	clean := source.NewDocument(in.Name, in.Data, string(text))
	clean.Encoding = doc.Encoding
	return clean
}

// eachQuoteMark visits the marks at the start of every quoted line.
func eachQuoteMark(text []byte, visit func(from, to int)) {
	for from := 0; from < len(text); {
		end := from + bytes.IndexAny(text[from:], "\r\n")
		if end < from {
			end = len(text)
		}
		to := from
		for to < end && (text[to] == '>' || text[to] == ' ' && to > from) {
			to++
		}
		if to > from && text[from] == '>' && (to == end || strings.IndexByte(" \t", text[to-1]) >= 0 || text[to-1] == '>' && text[to] != '<') {
			visit(from, to)
		}
		from = end + 1
	}
}
