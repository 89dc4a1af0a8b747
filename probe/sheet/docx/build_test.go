package docx_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"html"
	"io"
	"strings"
)

// The builders below write the XML of a document, as word processors do.

const space = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ` +
	`xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" ` +
	`xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" ` +
	`xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"`

const styles = `<w:styles ` + space + `><w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="ApiTitle"><w:name w:val="API Title"/><w:basedOn w:val="berschrift1"/></w:style>` +
	`<w:style w:type="paragraph" w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style></w:styles>`

const numbering = `<w:numbering ` + space + `><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>` +
	`<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>` +
	`<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num></w:numbering>`

// archive packs the parts of a document: names and contents in turns.
func archive(parts ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for i := 0; i+1 < len(parts); i += 2 {
		f, err := z.Create(parts[i])
		if err == nil {
			_, err = f.Write([]byte(parts[i+1]))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

const rels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" ` +
	`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`

// document packs paragraphs and tables into a document; further parts are names and contents in turns.
func document(body string, further ...string) []byte {
	return archive(append([]string{
		"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`, "_rels/.rels", rels,
		"word/document.xml", `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document ` + space + `><w:body>` + body + `<w:sectPr/></w:body></w:document>`,
		"word/styles.xml", styles, "word/numbering.xml", numbering,
	}, further...)...)
}

// run is a run of text, or of "\t" and "\n" as elements.
func run(s string) string {
	s = html.EscapeString(s)
	s = strings.ReplaceAll(s, "\t", `</w:t><w:tab/><w:t xml:space="preserve">`)
	return `<w:r><w:rPr><w:lang w:val="en-GB"/></w:rPr><w:t xml:space="preserve">` + strings.ReplaceAll(s, "\n", `</w:t><w:br/><w:t xml:space="preserve">`) + `</w:t></w:r>`
}

// cut is a text cut into runs of three letters.
func cut(s string) string {
	var b strings.Builder
	for r := []rune(s); len(r) > 0; {
		n := min(3, len(r))
		b.WriteString(run(string(r[:n])) + `<w:proofErr w:type="spellStart"/>`)
		r = r[n:]
	}
	return b.String()
}

func styled(style, inner string) string {
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>` + inner + `</w:p>`
}

// p is a paragraph for each text.
func p(texts ...string) string {
	var b strings.Builder
	for _, s := range texts {
		b.WriteString(`<w:p>` + cut(s) + `</w:p>`)
	}
	return b.String()
}

// lines is a paragraph for each line.
func lines(s string) string { return p(strings.Split(s, "\n")...) }

func heading(s string) string { return styled("berschrift1", run(s)) }

func listed(list int, s string) string {
	return fmt.Sprintf(`<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr></w:pPr>%s</w:p>`, list, run(s))
}

// table is a table of texts; a cell that starts with "<w:" is taken as it is.
func table(rows ...[]string) string {
	var b strings.Builder
	b.WriteString(`<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="100"/></w:tblGrid>`)
	for _, row := range rows {
		b.WriteString(`<w:tr>`)
		for _, c := range row {
			switch {
			case strings.HasPrefix(c, "<w:tc>"):
				b.WriteString(c)
			case strings.HasPrefix(c, "<w:"):
				b.WriteString(tc("", c))
			default:
				b.WriteString(tc("", lines(c)))
			}
		}
		b.WriteString(`</w:tr>`)
	}
	return b.String() + `</w:tbl>`
}

func tc(properties, inner string) string {
	return `<w:tc><w:tcPr>` + properties + `</w:tcPr>` + inner + `</w:tc>`
}

const picture = `<w:r><w:drawing><a:graphic><a:blip r:embed="rId9"/></a:graphic></w:drawing></w:r>`
