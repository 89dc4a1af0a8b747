// Package xlsx reads workbooks.
//
// Every visible tab becomes a table of texts as people see them: numbers and dates in their format, rich text as one text, merged cells told
// apart from empty ones. What the tables describe is not its business but that of the parent package. Hidden tabs, rows and columns are said
// and not read; pictures, comments and embedded objects are said with their cell.
//
// The format is Office Open XML, ECMA-376 part 1, section 18 (SpreadsheetML). Cell values are read by excelize, row by row and never whole
// sheets at once, since a damaged row number makes it walk a million million empty rows. The package evaluates no formula, follows no link to
// another file, and reads neither the older binary formats nor encrypted workbooks: it says what they are.
package xlsx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const name = "xlsx"

// Format reads workbooks of the Office Open XML format.
var Format = sheet.Format{Name: name, Detect: detect, Read: read}

// The limits of a workbook. What lies beyond is said and not read.
const (
	maxRows     = 20000
	maxColumns  = 200
	maxTabs     = 200
	maxCells    = 4_000_000 // filled or empty ones before a filled one
	maxUnzipped = 256 << 20
	maxXML      = 64 << 20 // of that, in parts that are parsed: in memory they take some ten times as much
	maxText     = 64 << 20 // bytes in all cells together
)

const (
	zipPrefix = "PK\x03\x04"
	olePrefix = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
)

func detect(in sheet.Input) int {
	const beyondDoubt, clear, damaged = 98, 60, 40
	switch {
	case bytes.HasPrefix(in.Data, []byte(zipPrefix)):
		z, err := zip.NewReader(bytes.NewReader(in.Data), int64(len(in.Data)))
		if err != nil {
			if bytes.Contains(in.Data, []byte("xl/")) && !bytes.Contains(in.Data, []byte("word/document")) {
				return damaged
			}
			return 0
		}
		for _, f := range z.File {
			if strings.HasPrefix(f.Name, "xl/workbook.") || strings.HasPrefix(f.Name, "xl\\workbook.") {
				return beyondDoubt
			}
		}
		if isOpenDocument(in.Data) {
			return clear
		}
	case bytes.HasPrefix(in.Data, []byte(olePrefix)):
		if oleKind(in.Data) != "" {
			return clear
		}
	}
	return 0
}

// isOpenDocument recognises a spreadsheet of the OpenDocument format: its media type is the first entry of the archive.
func isOpenDocument(data []byte) bool {
	return bytes.Contains(data[:min(len(data), 200)], []byte("application/vnd.oasis.opendocument.spreadsheet"))
}

// oleKind says what a compound file holds, as far as it concerns workbooks.
func oleKind(data []byte) string {
	utf16 := func(s string) []byte {
		b := make([]byte, 0, 2*len(s))
		for _, c := range []byte(s) {
			b = append(b, c, 0)
		}
		return b
	}
	switch {
	case bytes.Contains(data, utf16("EncryptedPackage")):
		return "encrypted"
	case bytes.Contains(data, utf16("WordDocument")):
		return ""
	case bytes.Contains(data, utf16("Workbook")), bytes.Contains(data, utf16("Book")):
		return "xls"
	}
	return ""
}

func read(in sheet.Input) (r sheet.Reading) {
	doc := source.NewDocument(in.Name, in.Data, "")
	doc.Format = name
	if message, hint := refuse(in); message != "" {
		return unreadable(doc, message, hint)
	}
	defer func() {
		if p := recover(); p != nil { // the library has met a workbook that nobody foresaw
			r = unreadable(source.NewDocument(in.Name, in.Data, ""), fmt.Sprintf("the workbook %q is damaged: %v", in.Name, p), repairHint)
		}
	}()
	return readWorkbook(in, doc)
}

const repairHint = "open the workbook in a spreadsheet program, save it anew as .xlsx, and hand that over"

// refuse says why a document is not read, and what to do; "" where nothing is known against it.
func refuse(in sheet.Input) (message, hint string) {
	switch {
	case len(in.Data) > sheet.MaxBytes:
		return fmt.Sprintf("the workbook %q has %d bytes; at most %d are read", in.Name, len(in.Data), sheet.MaxBytes), "remove pictures, or hand over the sheets in several workbooks"
	case bytes.HasPrefix(in.Data, []byte(olePrefix)) && oleKind(in.Data) == "encrypted":
		return fmt.Sprintf("%q is protected by a password", in.Name), "remove the password: in a spreadsheet program, save the workbook without one"
	case bytes.HasPrefix(in.Data, []byte(olePrefix)):
		return fmt.Sprintf("%q is a workbook of the old .xls format, which is not read", in.Name), "open it in a spreadsheet program and save it as .xlsx"
	case isOpenDocument(in.Data):
		return fmt.Sprintf("%q is an OpenDocument spreadsheet, which is not read", in.Name), "open it in a spreadsheet program and save it as .xlsx"
	}
	z, err := zip.NewReader(bytes.NewReader(in.Data), int64(len(in.Data)))
	if err != nil {
		return fmt.Sprintf("the workbook %q is damaged or cut off: %v", in.Name, err), "ask for the file again; " + repairHint
	}
	var size, markup uint64
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, ".xml") {
			markup += f.UncompressedSize64
		}
		if size += f.UncompressedSize64; f.Name == "xl/workbook.bin" {
			return fmt.Sprintf("%q is a workbook of the binary .xlsb format, which is not read", in.Name), "open it in a spreadsheet program and save it as .xlsx"
		}
	}
	if size > maxUnzipped || markup > maxXML {
		return fmt.Sprintf("the workbook %q unfolds to %d MiB, %d MiB of them cells and texts; at most %d and %d MiB are read",
			in.Name, size>>20, markup>>20, maxUnzipped>>20, maxXML>>20), "remove what is no part of the sheets, or hand them over in several workbooks"
	}
	return "", ""
}

func unreadable(doc *source.Document, message, hint string) sheet.Reading {
	doc.Format = name
	return sheet.Reading{Document: doc, Diagnostics: source.Diagnostics{sheet.Diagnose("sheet.unreadable", "", source.Span{}, message, hint)}}
}

func readWorkbook(in sheet.Input, doc *source.Document) sheet.Reading {
	z, err := zip.NewReader(bytes.NewReader(in.Data), int64(len(in.Data)))
	if err != nil { // as refuse has seen
		return unreadable(doc, err.Error(), repairHint)
	}
	if d := inspect(z); d != nil {
		return sheet.Reading{Document: doc, Diagnostics: source.Diagnostics{d.diagnostic(in.Name, partsOf(z))}}
	}
	f, err := excelize.OpenReader(bytes.NewReader(in.Data), excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped})
	if err != nil {
		return unreadable(doc, fmt.Sprintf("the workbook %q cannot be opened: %v", in.Name, err), repairHint)
	}
	defer func() { _ = f.Close() }() // nothing was written
	w := &workbook{File: f, doc: doc, parts: partsOf(z)}
	grids := w.grids()
	sheets, diagnostics := sheet.ReadGrids(doc, grids)
	r := sheet.Reading{Document: doc, Sheets: sheets, Diagnostics: append(w.notes, diagnostics...)}
	if len(sheets) == 0 {
		sheets = sheet.UnfilledGrids(doc, grids)
		r.Sheets = sheets
	}
	if len(sheets) == 0 {
		r.Diagnostics = append(r.Diagnostics, sheet.Diagnose("sheet.unreadable", "", source.Span{},
			`no sheet was found in the workbook: looked for labels such as "API Name", "Method", "Endpoint URL" and "Success Response" with values`,
			"check that this is the right document; put a label such as \"Method\" over each column, or beside each value"))
	}
	return r
}
