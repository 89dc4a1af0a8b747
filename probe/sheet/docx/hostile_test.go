package docx_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/docx"
	"github.com/sheetprobe/sheetprobe/probe/sheet/sheettest"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestReadHostile(t *testing.T) {
	whole := documents["paragraphs"]()
	bare := func(xml string) []byte { return archive("word/document.xml", xml) }
	cases := []struct {
		name string
		data []byte
		want string
	}{
		{"truncated", whole[:len(whole)-100], "no whole zip archive"},
		{"truncated to its head", whole[:60], "no whole zip archive"},
		{"damaged part", func() []byte {
			data := []byte(string(whole))
			for i := 1000; i < len(data) && i < 1400; i++ {
				data[i] ^= 0x55
			}
			return data
		}(), "word/document.xml"},
		{"not a document", archive("word/other.xml", "<a/>"), "no word/document.xml"},
		{"zip bomb", document(strings.Repeat(" ", 32<<20)), "more than 32 MiB unpacked"},
		{"a single text of 16 MB", document("<w:p><w:r><w:t>" + strings.Repeat("a", 16<<20+1) + "</w:t></w:r></w:p>"), "too large"},
		{"entity bomb", bare(`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><w:document><w:t>&b;</w:t></w:document>`), "document type"},
		{"unknown entity", document("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>"), "no well-formed XML"},
		{"deep", document(strings.Repeat("<w:p>", 20000)), "within each other"},
		{"deep tables", document(strings.Repeat("<w:tbl><w:tr><w:tc>", 10000)), "within each other"},
		{"deep where it is skipped", document("<w:del>" + strings.Repeat("<w:r>", 20000)), "within each other"},
		{"cut off", bare(`<w:document><w:body><w:p><w:r><w:t>Method: PO`), "no well-formed XML"},
		{"another encoding", bare(`<?xml version="1.0" encoding="UTF-7"?><w:document/>`), "only UTF-8"},
		{"empty", document(""), "no sheet was found"},
		{"empty part", bare(""), "no sheet was found"},
		{"no sheet", document(p("Dear all,", "see you on Monday.")), "no sheet was found"},
		{"wide cells", document("<w:tbl>" + strings.Repeat(`<w:tr>`+strings.Repeat(`<w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr></w:tc>`, 9)+`</w:tr>`, 5000) + "</w:tbl>"), "too large"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := sheet.Input{Name: "x.docx", Data: c.data}
			r := docx.Format.Read(in)
			require.Empty(t, r.Sheets)
			require.NotEmpty(t, r.Diagnostics)
			d := r.Diagnostics[0]
			assert.Equal(t, "sheet.unreadable", d.Rule)
			assert.Equal(t, source.Error, d.Severity)
			assert.Contains(t, d.Message, c.want)
			assert.Less(t, len(d.Message), 400)
			assert.NotEmpty(t, d.Hint)
			assert.NotEmpty(t, r.Document.SHA256)
		})
	}
}

// TestReadDamagedStructure reads documents whose elements stand where they must not.
func TestReadDamagedStructure(t *testing.T) {
	for i, body := range []string{
		"<w:tr><w:tc>" + p("a") + "</w:tc></w:tr>", "<w:tbl><w:tbl/></w:tbl>", "<w:tc/>", "<w:tbl><w:tc>" + p("a") + "</w:tc></w:tbl>", "<w:txbxContent>" + p("a") + "</w:txbxContent>",
		"<w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:p>", "<w:tbl><w:tr/><w:tr><w:trPr><w:gridBefore w:val=\"-3\"/></w:trPr></w:tr></w:tbl>", "<w:p><w:p/></w:p>",
		"<w:tbl><w:tr><w:tc><w:txbxContent><w:tcPr><w:vMerge/></w:tcPr></w:txbxContent></w:tc></w:tr></w:tbl>",
		"<w:tbl><w:tr><w:txbxContent><w:tc/></w:txbxContent></w:tr></w:tbl>",
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			r := docx.Format.Read(sheet.Input{Data: document(body + p("Method: POST", "URL: https://h.example/a", `Response: {"a": 1}`))})
			require.Len(t, r.Sheets, 1)
			assert.Equal(t, "POST", r.Sheets[0].Method)
		})
	}
}

func TestDetect(t *testing.T) {
	assert.Zero(t, docx.Format.Detect(sheet.Input{}))
	assert.Zero(t, docx.Format.Detect(sheet.Input{Data: []byte("word/document.xml")}))
	assert.Zero(t, docx.Format.Detect(sheet.Input{Data: archive("xl/workbook.xml", "", "[Content_Types].xml", "")}))
	assert.Greater(t, docx.Format.Detect(sheet.Input{Data: document("")}), 90)
}

func TestReadFindsTheMainPart(t *testing.T) {
	body := `<w:document ` + space + `><w:body>` + p("Method: POST", "URL: https://h.example/a", `Response: {"a": 1}`) + `</w:body></w:document>`
	elsewhere := archive("_rels/.rels", strings.ReplaceAll(rels, "word/document.xml", "/word/document2.xml"), "word/document2.xml", body)
	strict := archive("word/document.xml", strings.ReplaceAll(body, "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"))
	for _, data := range [][]byte{elsewhere, strict} {
		r := docx.Format.Read(sheet.Input{Data: data})
		require.Len(t, r.Sheets, 1)
		assert.Equal(t, "https://h.example/a", r.Sheets[0].URL)
	}
}

// FuzzRead changes the text of a document, since changes to the archive hardly ever leave it whole.
func FuzzRead(f *testing.F) {
	f.Add(p("Method: POST", "URL: https://h.example/a", `Response: {"a": 1}`))
	f.Add(table([]string{"Method", "POST"}, []string{"URL", "https://h.example/a"}, []string{"Response", table([]string{"a"})}))
	f.Add(heading("A") + listed(1, "b") + `<w:del><w:p/></w:del><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent/></w:sdt><w:txbxContent><w:p/></w:txbxContent>`)
	f.Fuzz(func(t *testing.T, body string) {
		sheettest.Read(t, docx.Format, document(body))
		sheettest.Read(t, docx.Format, []byte("PK\x03\x04word/document"+body))
	})
}

// FuzzArchive changes the archive.
func FuzzArchive(f *testing.F) { suite().Fuzz(f, nil) }
