// Package html reads web pages that somebody saved, and HTML that was exported or written by hand: the HTML standard's syntax (WHATWG, section
// 13.2), as much of it as browsers forgive.
//
// The package takes the words of a page out of its markup, each with the line and column of the source, and leaves the rest to
// [text.ReadPage]. Scripts, styles and hidden elements are not read, nor is what surrounds the text of a page: navigation, side bars,
// breadcrumbs, votes and footers. It runs no script and loads nothing; a page that a script would fill is empty. Web archives (MHTML and
// those of Safari) are refused.
package html

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/html/charset"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const name = "html"

// Format reads HTML.
var Format = sheet.Format{Name: name, Detect: detect, Read: read}

func detect(in sheet.Input) int {
	const beyondDoubt, likely, lastResort, sample = 90, 70, 30, 8 << 10
	head := in.Data[:min(len(in.Data), sample)]
	if isWebArchive(head) != "" {
		return beyondDoubt
	}
	if bytes.IndexByte(head, 0) >= 0 {
		doc, err := source.Decode(in.Name, head[:len(head)&^3])
		if err != nil {
			return 0
		}
		head = []byte(doc.Text().String())
	}
	switch tag := firstTag(string(head)); tag {
	case "!doctype html", "html", "head", "body":
		return beyondDoubt
	case "meta", "title", "table", "div", "section", "article", "main", "h1", "h2", "h3", "h4", "p", "ul", "ol", "dl", "pre", "center", "span", "style":
		if beginsMarkdown(string(head)) {
			return lastResort
		}
		return likely
	}
	return 0
}

// beginsMarkdown says that a page goes on with the headings and fences of Markdown, which may well begin with a tag.
func beginsMarkdown(s string) bool {
	marks, sure := 0, false
	for line := range strings.Lines(s) {
		switch {
		case strings.HasPrefix(line, "## "), strings.HasPrefix(line, "### "), strings.HasPrefix(line, "```"):
			sure = true
			marks++
		case strings.HasPrefix(line, "# "):
			marks++
		}
	}
	return sure && marks > 1
}

// firstTag is the name of the tag that a page begins with, behind comments and the XML declaration; "" where it begins with something else.
func firstTag(s string) string {
	for range 20 {
		s = strings.TrimLeft(s, "\uFEFF \t\r\n")
		end := ""
		switch {
		case strings.HasPrefix(s, "<!--"):
			end = "-->"
		case strings.HasPrefix(s, "<?"):
			end = "?>"
		case strings.HasPrefix(s, "<"):
			tag := strings.ToLower(s[1:min(len(s), 40)])
			if strings.HasPrefix(tag, "!doctype html") {
				return "!doctype html"
			}
			return tag[:len(tag)-len(strings.TrimLeft(tag, "abcdefghijklmnopqrstuvwxyz0123456789"))]
		default:
			return ""
		}
		i := strings.Index(s, end)
		if i < 0 {
			return ""
		}
		s = s[i+len(end):]
	}
	return ""
}

// isWebArchive says which kind of archive of a page a file begins like.
func isWebArchive(head []byte) string {
	lower := bytes.ToLower(head)
	switch {
	case bytes.HasPrefix(head, []byte("bplist00")) && bytes.Contains(head, []byte("WebMainResource")):
		return "a web archive of Safari"
	case (bytes.HasPrefix(lower, []byte("from: <saved by")) || bytes.HasPrefix(lower, []byte("mime-version:"))) && bytes.Contains(lower, []byte("multipart/related")):
		return "a web archive (MHTML)"
	}
	return ""
}

func read(in sheet.Input) sheet.Reading {
	empty := source.NewDocument(in.Name, in.Data, "")
	if len(in.Data) > sheet.MaxBytes {
		return unreadable(empty, fmt.Sprintf("the document %q has %d bytes; at most %d are read", in.Name, len(in.Data), sheet.MaxBytes), "hand over the sheets in several documents")
	}
	const head = 8 << 10
	if what := isWebArchive(in.Data[:min(len(in.Data), head)]); what != "" {
		return unreadable(empty, fmt.Sprintf("%q is %s, which is not read", in.Name, what), `save the page as "web page, HTML only", or copy and paste it into a text file`)
	}
	doc, err := decode(in)
	if err != nil {
		hint := "save the page anew, or copy and paste it into a text file"
		if errors.Is(err, source.ErrEmpty) {
			hint = "name the document that holds the sheet"
		}
		return unreadable(empty, err.Error(), hint)
	}
	doc.Format = name
	return readPage(doc)
}

// decode trusts the bytes first: a page that is UTF-8 often says that it is something else. What the page says counts for the rest.
func decode(in sheet.Input) (*source.Document, error) {
	doc, err := in.Decode()
	if err != nil || doc.Encoding != "windows-1252" {
		return doc, err
	}
	const reach = 1024 // bytes in which a page declares its encoding
	encoding, label, _ := charset.DetermineEncoding(in.Data[:min(len(in.Data), reach)], "")
	if label == "utf-8" || label == doc.Encoding {
		return doc, nil
	}
	if decoded, err := encoding.NewDecoder().Bytes(in.Data); err == nil { // else the page is wrong about its encoding
		doc = source.NewDocument(in.Name, in.Data, string(decoded))
		doc.Encoding = label
	}
	return doc, nil
}

// readPage reads what is marked as the text of the page. Where that holds no sheet, the page is read without, and at last with what
// looks like navigation.
func readPage(doc *source.Document) sheet.Reading {
	var r sheet.Reading
	tried := 0 // blocks of the last part
	for _, surroundings := range []bool{false, true} {
		w := newWalker(doc, surroundings)
		if w.walk(); w.long.Len() > 0 {
			return sheet.Reading{Document: doc, Diagnostics: source.Diagnostics{sheet.TooLong("", "the text or tag", w.long)}}
		}
		blocks, all := w.page()
		for _, part := range [][]text.Block{blocks, all} {
			if len(part) == tried {
				continue
			}
			tried = len(part)
			if r = text.ReadPage(doc, part); len(r.Sheets) > 0 {
				r.Diagnostics = append(r.Diagnostics, w.remarks()...)
				return r
			}
		}
	}
	at := doc.Text().Slice(0, 0).At()
	if r.Document == nil {
		return unreadable(doc, "the page has no text; perhaps a script fills it when it is looked at", "open it, select all, copy, and paste it into a text file")
	}
	for i := range r.Diagnostics {
		r.Diagnostics[i].At = at
	}
	return r
}

func unreadable(doc *source.Document, message, hint string) sheet.Reading {
	doc.Format = name
	return sheet.Reading{Document: doc, Diagnostics: source.Diagnostics{sheet.Diagnose("sheet.unreadable", "", source.Span{}, message, hint)}}
}
