package report

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/yuin/goldmark/ast"
	extension "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	_ "embed"
)

// The parts of a docx (ECMA-376, part 1) that do not depend on the text.
//
//go:embed templates/docx.styles.xml
var docxStyles string

//go:embed templates/docx.numbering.xml
var docxNumbering string

const (
	xmlHead          = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	docxContentTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
		`<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>` +
		`</Types>`
	docxRels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>` +
		`</Relationships>`
	docxDocumentRels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" Target="numbering.xml"/>` +
		`</Relationships>`
	docxHead = xmlHead + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`
	docxFoot = `<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>` +
		`</w:sectPr></w:body></w:document>`
)

// writeDocx writes a word processor's document.
func writeDocx(w io.Writer, markdown []byte, at time.Time) error {
	d := &docx{source: markdown}
	d.blocks(newMarkdown().Parser().Parse(text.NewReader(markdown)), 0)
	return writeZip(w, at, []zipEntry{
		{"[Content_Types].xml", docxContentTypes},
		{"_rels/.rels", docxRels},
		{"word/document.xml", docxHead + d.out.String() + docxFoot},
		{"word/_rels/document.xml.rels", docxDocumentRels},
		{"word/styles.xml", docxStyles},
		{"word/numbering.xml", docxNumbering},
	})
}

type zipEntry struct{ name, text string }

func writeZip(w io.Writer, at time.Time, entries []zipEntry) error {
	archive := zip.NewWriter(w)
	for _, e := range entries {
		part, err := archive.CreateHeader(&zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: at.UTC()})
		if err == nil {
			_, err = io.WriteString(part, e.text)
		}
		if err != nil {
			return err
		}
	}
	return archive.Close()
}

// docx writes a Markdown document as WordprocessingML.
type docx struct {
	source []byte
	out    strings.Builder
}

// blocks writes the block nodes below n; depth counts the lists around them.
func (d *docx) blocks(n ast.Node, depth int) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Heading:
			d.paragraph(fmt.Sprintf("Heading%d", min(c.Level, 3)), "", c)
		case *ast.List:
			d.list(c, depth+1)
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			d.code(c)
		case *ast.Blockquote:
			d.blocks(c, depth)
		case *ast.ThematicBreak:
			d.out.WriteString(`<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr></w:pPr></w:p>`)
		case *extension.Table:
			d.table(c)
		case *ast.HTMLBlock: // left out, as in HTML
		default:
			d.paragraph("", "", c)
		}
	}
}

// list writes the first paragraph of each item behind its mark, and what else it holds below.
func (d *docx) list(list *ast.List, depth int) {
	number := 1
	if list.IsOrdered() {
		number = 2
	}
	mark := fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, min(depth, 3)-1, number)
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		first := item.FirstChild()
		if first == nil {
			continue
		}
		d.paragraph("", mark, first)
		item.RemoveChild(item, first)
		d.blocks(item, depth)
	}
}

func (d *docx) paragraph(style, properties string, n ast.Node) {
	d.out.WriteString("<w:p>")
	if style != "" {
		properties = `<w:pStyle w:val="` + style + `"/>` + properties
	}
	if properties != "" {
		d.out.WriteString("<w:pPr>" + properties + "</w:pPr>")
	}
	d.inlines(n, "")
	d.out.WriteString("</w:p>")
}

// inlines writes the text below n as runs, each with the properties of the emphasis around it.
func (d *docx) inlines(n ast.Node, properties string) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			d.run(properties, string(unescapeMarkdown(c.Value(d.source))))
			if c.SoftLineBreak() {
				d.run(properties, " ")
			}
			if c.HardLineBreak() {
				d.out.WriteString("<w:r><w:br/></w:r>")
			}
		case *ast.String:
			d.run(properties, string(c.Value))
		case *ast.CodeSpan:
			d.inlinesRaw(c, properties+`<w:rStyle w:val="CodeSpan"/>`)
		case *ast.Emphasis:
			mark := "<w:i/>"
			if c.Level > 1 {
				mark = "<w:b/>"
			}
			d.inlines(c, properties+mark)
		case *ast.AutoLink:
			d.run(properties, string(c.URL(d.source)))
		case *ast.RawHTML: // left out, as in HTML
		default:
			d.inlines(c, properties)
		}
	}
}

// inlinesRaw writes text in which nothing is escaped.
func (d *docx) inlinesRaw(n ast.Node, properties string) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			d.run(properties, string(t.Value(d.source)))
		}
	}
}

func (d *docx) run(properties, s string) {
	if s == "" {
		return
	}
	d.out.WriteString("<w:r>")
	if properties != "" {
		d.out.WriteString("<w:rPr>" + properties + "</w:rPr>")
	}
	d.out.WriteString(`<w:t xml:space="preserve">` + xmlText(s) + "</w:t></w:r>")
}

// code is one paragraph, so that its frame is one; its lines are parted by breaks.
func (d *docx) code(n ast.Node) {
	d.out.WriteString(`<w:p><w:pPr><w:pStyle w:val="CodeBlock"/></w:pPr>`)
	lines := n.Lines()
	for i := range lines.Len() {
		line := lines.At(i)
		if i > 0 {
			d.out.WriteString("<w:r><w:br/></w:r>")
		}
		d.run("", strings.TrimRight(string(line.Value(d.source)), "\n"))
	}
	d.out.WriteString("</w:p>")
}

func (d *docx) table(t *extension.Table) {
	d.out.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr>`)
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		d.out.WriteString("<w:tr>")
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			d.out.WriteString("<w:tc>")
			d.paragraph("", "", cell)
			d.out.WriteString("</w:tc>")
		}
		d.out.WriteString("</w:tr>")
	}
	d.out.WriteString("</w:tbl><w:p/>")
}

// unescapeMarkdown takes the backslashes away that MarkdownText put in, and reads character references.
func unescapeMarkdown(s []byte) []byte {
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(s)))
}

// xmlText escapes a text for XML, and leaves out what no XML can hold (XML 1.0, section 2.2).
func xmlText(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' {
			return -1
		}
		return r
	}, s))) // a strings.Builder never fails
	return b.String()
}
