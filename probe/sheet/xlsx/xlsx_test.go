package xlsx_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"hash/crc32"
	_ "image/png" // the size of the picture is read when it is added
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/sheettest"
	"github.com/sheetprobe/sheetprobe/probe/sheet/xlsx"
)

// book builds a workbook for a test.
type book struct {
	*excelize.File
	t testing.TB
}

func newBook(t testing.TB, firstTab string) book {
	f := excelize.NewFile()
	require.NoError(t, f.SetSheetName("Sheet1", firstTab))
	return book{f, t}
}

func (b book) tab(name string) { _, err := b.NewSheet(name); require.NoError(b.t, err) }

// rows writes rows of strings and numbers from a row on.
func (b book) rows(tab string, from int, rows ...[]any) {
	for i, row := range rows {
		require.NoError(b.t, b.SetSheetRow(tab, fmt.Sprintf("A%d", from+i), &row))
	}
}

func (b book) bytes() []byte {
	var out bytes.Buffer
	require.NoError(b.t, b.Write(&out))
	require.NoError(b.t, b.Close())
	return out.Bytes()
}

var titles = []any{"S.No", "API Name", "Method", "URL", "Headers", "Request Body", "Success Response", "Error Response", "Status Codes"}

func apiRow(n int) []any {
	return []any{
		n, fmt.Sprintf("Order %d", n), "POST", fmt.Sprintf("https://uat.shop.example/v1/orders/%d", n), "Content-Type: application/json\nX-Key: <<key>>",
		fmt.Sprintf("{\n  \"id\": %d, // mandatory\n  \"note\": \"x\" // optional\n}", n), `{"status": "ok", "code": "S1"}`, `{"status": "no", "code": "E1"}`, "S1 fine\nE1 not fine",
	}
}

// workbooks are the golden cases.
var workbooks = map[string]func(b book){
	"row-per-api": func(b book) {
		b.rows("APIs", 1, []any{"Orders of the shop"}, []any{}, titles, apiRow(1), apiRow(2))
	},
	"merged-parameters": func(b book) {
		b.rows("APIs", 1, []any{"API Name", "Method", "URL", "Parameter", "Type", "Mandatory", "Request", "Response"},
			[]any{"Open", "POST", "https://uat.bank.example/open", "name", "string", "M", `{"name": "Ann", "age": 30}`, `{"id": 7}`},
			[]any{"", "", "", "age", "number", "O"},
			[]any{"Close", "POST", "https://uat.bank.example/close", "id", "number", "M", `{"id": 7}`, `{"closed": true}`})
		for _, c := range []string{"A", "B", "C", "G", "H"} {
			require.NoError(b.t, b.MergeCell("APIs", c+"2", c+"3"))
		}
	},
	"numbers-and-dates": func(b book) {
		b.rows("Pay", 1, []any{"API Name", "Pay"}, []any{"Method", "POST"}, []any{"URL", "https://uat.pay.example/pay"},
			[]any{"Partner Code", 123}, []any{"Success Response", `{"ok": true}`}, []any{"Status Codes", "Code", "Message"},
			[]any{"", 200, "paid"}, []any{"", 4001, "not paid"}, []any{"Client ID", 9928056506123})
		style, err := b.NewStyle(&excelize.Style{CustomNumFmt: ptr("000000")})
		require.NoError(b.t, err)
		require.NoError(b.t, b.SetCellStyle("Pay", "B4", "B4", style))
	},
	"hidden-and-pictures": func(b book) {
		b.rows("Shown", 1, titles, apiRow(1), apiRow(2), apiRow(3))
		require.NoError(b.t, b.SetRowVisible("Shown", 3, false))
		require.NoError(b.t, b.AddComment("Shown", excelize.Comment{Cell: "D2", Author: "Ann", Text: "changes soon"}))
		require.NoError(b.t, b.AddPictureFromBytes("Shown", "H2", &excelize.Picture{Extension: ".png", File: pixel}))
		b.tab("Old")
		b.rows("Old", 1, titles, apiRow(9))
		require.NoError(b.t, b.SetSheetVisible("Old", false))
	},
	"rich-text": func(b book) {
		b.rows("Rich", 1, []any{"Name", "Find"}, []any{"Method"}, []any{"URL", "https://uat.find.example/q"}, []any{"Response"})
		require.NoError(b.t, b.SetCellRichText("Rich", "B2", []excelize.RichTextRun{{Text: "PO"}, {Text: "ST", Font: &excelize.Font{Bold: true}}}))
		require.NoError(b.t, b.SetCellRichText("Rich", "B4", []excelize.RichTextRun{{Text: "{\"hits\":"}, {Text: " [1, 2]}", Font: &excelize.Font{Bold: true}}}))
	},
	"links": func(b book) {
		b.rows("Links", 1, []any{"API Name", "Method", "Endpoint URL", "Response"}, []any{"Ask", "GET", "click here", `{"a": 1}`},
			[]any{"Tell", "GET", "https://uat.talk.example/tell", `{"a": 2}`})
		require.NoError(b.t, b.SetCellHyperLink("Links", "C2", "https://uat.talk.example/ask", "External"))
		require.NoError(b.t, b.SetCellHyperLink("Links", "C3", "https://elsewhere.example/tell", "External"))
	},
	"dates-and-long-numbers": func(b book) {
		b.rows("Dates", 1, []any{"API Name", "Method", "URL", "Partner Code", "User ID", "Response"},
			[]any{"Fetch", "GET", "https://uat.talk.example/fetch", time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC), 123456789012345678, `{"a": 1}`})
		style, err := b.NewStyle(&excelize.Style{CustomNumFmt: ptr("yyyy-mm-dd")})
		require.NoError(b.t, err)
		require.NoError(b.t, b.SetCellStyle("Dates", "D2", "D2", style))
	},
	"tab-per-api-and-codes": func(b book) {
		for i, name := range []string{"Log in", "Log out"} {
			if i > 0 {
				b.tab(name)
			}
			b.rows(name, 2, []any{"", "Method", "POST"}, []any{"", "Endpoint", "/" + strings.ToLower(name[4:])}, []any{"", "Request", `{"user": "u"}`},
				[]any{"", "Response", `{"code": "A0"}`})
		}
		b.tab("Common")
		b.rows("Common", 1, []any{"Base URL", "https://sit.clinic.example/api"}, []any{"Headers", "X-Key: <<key>>"}, []any{}, []any{"Error Codes"},
			[]any{"Code", "Message"}, []any{"A0", "fine"}, []any{"A1", "not fine"})
	},
}

func ptr[T any](v T) *T { return &v }

// pixel is a picture of one transparent pixel.
var pixel = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82")

func firstTab(name string) string {
	switch name {
	case "row-per-api", "merged-parameters":
		return "APIs"
	case "numbers-and-dates":
		return "Pay"
	case "hidden-and-pictures":
		return "Shown"
	case "links":
		return "Links"
	case "dates-and-long-numbers":
		return "Dates"
	case "rich-text":
		return "Rich"
	}
	return "Log in"
}

func suite(t testing.TB) sheettest.Suite {
	built := map[string][]byte{}
	for name, build := range workbooks {
		b := newBook(t, firstTab(name))
		build(b)
		built[name] = b.bytes()
	}
	return sheettest.Suite{Format: xlsx.Format, Documents: built, Sure: 91}
}

func TestReadGolden(t *testing.T) { suite(t).Golden(t) }

func TestOneAPI(t *testing.T) { suite(t).OneAPI(t) }

func TestDamaged(t *testing.T) { suite(t).Damaged(t) }

func TestManyRows(t *testing.T) {
	r := xlsx.Format.Read(sheet.Input{Name: "many.xlsx", Data: manyRows(t, 300)})
	require.Empty(t, r.Diagnostics)
	require.Len(t, r.Sheets, 300)
	assert.Equal(t, "Order 300", r.Sheets[299].Name)
	assert.Equal(t, "APIs!G301", r.Sheets[299].At.Of(probe.FieldSuccessResponse).Cell)
}

// TestNumbersAreReadAsShown reads numbers without a format of their own, which are stored with more digits than are shown, beside texts.
func TestNumbersAreReadAsShown(t *testing.T) {
	row := func(n int, label, cell string) string {
		return fmt.Sprintf(`<row r="%d">%s%s</row>`, n, inline(fmt.Sprintf("A%d", n), label), cell)
	}
	number := func(ref, v string) string { return `<c r="` + ref + `"><v>` + v + `</v></c>` }
	rows := row(1, "API Name", inline("B1", "Pay")) + row(2, "Method", inline("B2", "GET")) + row(3, "URL", inline("B3", "https://u.test/a")) +
		row(4, "Partner Code", "%s") + row(5, "Response", inline("B5", "{}"))
	for want, cell := range map[string]string{
		"0.3": number("B4", "0.30000000000000004"), "42": number("B4", "42"), "12345678901234": number("B4", "12345678901234"),
		"0.30000000000000004": inline("B4", "0.30000000000000004"), "TRUE": `<c r="B4" t="b"><v>1</v></c>`,
	} {
		r := xlsx.Format.Read(sheet.Input{Name: "x.xlsx", Data: pack(t, minimal(fmt.Sprintf(rows, cell)))})
		require.Len(t, r.Sheets, 1)
		assert.Equal(t, want, r.Sheets[0].PartnerCode)
	}
}

func manyRows(t testing.TB, n int) []byte {
	b := newBook(t, "APIs")
	w, err := b.NewStreamWriter("APIs")
	require.NoError(t, err)
	require.NoError(t, w.SetRow("A1", titles))
	for i := range n {
		require.NoError(t, w.SetRow(fmt.Sprintf("A%d", i+2), apiRow(i+1)))
	}
	require.NoError(t, w.Flush())
	return b.bytes()
}

func BenchmarkTenThousandAPIs(b *testing.B) {
	data := manyRows(b, 10_000)
	b.ReportAllocs()
	for b.Loop() {
		if r := xlsx.Format.Read(sheet.Input{Name: "many.xlsx", Data: data}); len(r.Sheets) != 10_000 {
			b.Fatalf("%d sheets", len(r.Sheets))
		}
	}
}

// pack makes a workbook of parts as they are given.
func pack(t testing.TB, parts map[string]string) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range parts {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = w.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return out.Bytes()
}

// minimal is a workbook of one tab with the given rows.
func minimal(sheetData string) map[string]string {
	return map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="T" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + sheetData + `</sheetData></worksheet>`,
	}
}

func inline(ref, text string) string {
	return `<c r="` + ref + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
}

func utf16(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteByte(c)
		b.WriteByte(0)
	}
	return b.String()
}

// bomb is a small archive that unfolds to so many MiB.
func bomb(t testing.TB, n int) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	packed, sum := blanks(t, n)
	w, err := z.CreateRaw(&zip.FileHeader{Name: "xl/workbook.xml", Method: zip.Deflate, CRC32: sum, CompressedSize64: uint64(len(packed)), UncompressedSize64: uint64(n) << 20})
	require.NoError(t, err)
	_, err = w.Write(packed)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return out.Bytes()
}

// blanks packs so many MiB of blanks. One is packed and repeated, since packing each takes half a minute under the race detector.
func blanks(t testing.TB, n int) ([]byte, uint32) {
	blank := bytes.Repeat([]byte(" "), 1<<20)
	var one bytes.Buffer
	w, err := flate.NewWriter(&one, flate.BestSpeed)
	require.NoError(t, err)
	_, err = w.Write(blank)
	require.NoError(t, err)
	require.NoError(t, w.Flush())
	sum := crc32.NewIEEE()
	for range n {
		_, _ = sum.Write(blank)
	}
	const end = "\x03\x00" // a last block with nothing in it
	return append(bytes.Repeat(one.Bytes(), n), end...), sum.Sum32()
}

func TestHostile(t *testing.T) {
	const ole = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
	good := manyRows(t, 3)
	entities := minimal("")
	entities["xl/worksheets/sheet1.xml"] = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><worksheet><sheetData><row r="1">` + inline("A1", "&b;") + `</row></sheetData></worksheet>`
	wide := strings.Builder{}
	for i := range 1000 {
		fmt.Fprintf(&wide, `<row r="%d"><c r="XFD%d"><v>1</v></c></row>`, i+1, i+1)
	}
	binary := minimal("")
	binary["xl/workbook.bin"] = "x"
	cases := []struct {
		name string
		data []byte
		want string
	}{
		{"old format", []byte(ole + strings.Repeat("\x00", 504) + utf16("Workbook")), "old .xls"},
		{"encrypted", []byte(ole + strings.Repeat("\x00", 504) + utf16("EncryptedPackage")), "password"},
		{"cut off", good[:len(good)/2], "cut off"},
		{"zip bomb", bomb(t, 300), "unfolds to 300 MiB"},
		{"zip bomb of cells", bomb(t, 65), "65 MiB of them cells"},
		{"entity bomb", pack(t, entities), "document type"},
		{"archive for a part", pack(t, map[string]string{"xl/workbook.xml": string(good)}), "no XML"},
		{"too many texts", pack(t, map[string]string{"xl/workbook.xml": "<sst>" + strings.Repeat("<si></si>", 500_001)}), "more than 500000 texts"},
		{"far row", pack(t, minimal(`<row r="999999999993">`+inline("A1", "x")+`</row>`)), "no sheet"},
		{"far row after a near one", pack(t, minimal(`<row r="1">`+inline("A1", "x")+`</row><row r="999999999993">`+inline("A1", "x")+`</row>`)), "no sheet"},
		{"far cell", pack(t, minimal(`<row r="1048576">`+inline("XFD1048576", "x")+`</row>`)), "no sheet"},
		{"wide rows", pack(t, minimal(wide.String())), "no sheet"},
		{"binary workbook", pack(t, binary), ".xlsb"},
		{"no tabs", pack(t, map[string]string{"xl/workbook.xml": "<workbook/>"}), ""},
		{"shared string that is not there", pack(t, minimal(`<row r="1"><c r="A1" t="s"><v>99</v></c></row>`)), "no sheet"},
		{"negative row", pack(t, minimal(`<row r="-5">`+inline("A-5", "x")+`</row>`)), ""},
		{"deep nesting", pack(t, minimal(strings.Repeat("<row>", 100_000))), "within each other"},
		{"empty", pack(t, minimal("")), "no sheet"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := sheet.Input{Name: "x.xlsx", Data: c.data}
			assert.Positive(t, xlsx.Format.Detect(in))
			r := xlsx.Format.Read(in)
			require.Empty(t, r.Sheets)
			require.NotEmpty(t, r.Diagnostics)
			last := r.Diagnostics[len(r.Diagnostics)-1]
			assert.Equal(t, "sheet.unreadable", last.Rule)
			assert.Contains(t, last.Message, c.want)
			assert.NotEmpty(t, last.Hint)
		})
	}
}

func TestTooLongACellIsSaidWithItsPlace(t *testing.T) {
	data := pack(t, minimal(`<row r="7">`+inline("A7", "Method")+inline("B7", strings.Repeat("{", 1<<20+1))+`</row>`))
	r := xlsx.Format.Read(sheet.Input{Name: "x.xlsx", Data: data})
	require.Empty(t, r.Sheets)
	require.Len(t, r.Diagnostics, 1)
	assert.Contains(t, r.Diagnostics[0].Message, "a text has more than 1048576 bytes")
	assert.Equal(t, "T!B7", r.Diagnostics[0].At.Cell)
	assert.NotEmpty(t, r.Diagnostics[0].Hint)
}

func TestDetectLeavesOthersAlone(t *testing.T) {
	for name, data := range map[string][]byte{
		"text": []byte("Method: POST"), "nothing": nil, "a zip of something else": pack(t, map[string]string{"word/document.xml": "<x/>"}),
		"old word document": []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + utf16("WordDocument")),
	} {
		assert.Zero(t, xlsx.Format.Detect(sheet.Input{Data: data}), name)
	}
}

func FuzzRead(f *testing.F) {
	suite(f).Fuzz(f, nil, string(pack(f, minimal(`<row r="1">`+inline("A1", "Method")+inline("B1", "POST")+`</row>`))))
}

// FuzzTab changes the XML of a tab, which the archive around it would hide from the fuzzer.
func FuzzTab(f *testing.F) {
	f.Add(`<row r="1">` + inline("A1", "Method") + inline("B1", "POST") + `</row><row r="2">` + inline("A2", "URL") + inline("B2", "https://uat.x.example/a") + `</row>`)
	f.Add(`<row r="7" hidden="1"><c r="C7" t="b"><v>1</v></c><c t="n" s="3"><v>1.5E+300</v></c></row></sheetData><mergeCells><mergeCell ref="A1:C9"/></mergeCells><sheetData>`)
	f.Fuzz(func(t *testing.T, data string) { sheettest.Read(t, xlsx.Format, pack(t, minimal(data))) })
}
