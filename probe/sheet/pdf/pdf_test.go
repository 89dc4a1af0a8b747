package pdf_test

import (
	"bytes"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/pdf"
	"github.com/sheetprobe/sheetprobe/probe/sheet/sheettest"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// documents are the golden cases; their files beside the expectations would be bytes that nobody can read.
var documents = map[string]builder{
	"labels-and-values": {pages: []string{
		column(50, 800, "Refund a ticket", "", "API Name", "Method", "Endpoint URL", "Headers", "", "Request Body", "", "", "", "Success Response", "Error Response", "Status Codes") +
			column(200, 776, "Refund a ticket", "POST", "https://uat.rail.example/v1/refunds", "Content-Type: application/json", "Authorization: Bearer <<rail_token>>",
				"{", "  \"ticket\": \"T-1\", // mandatory", "  \"reason\": 4 // optional", "}", "{\"code\": \"R00\", \"refund\": 12.50}", "{\"code\": \"R41\", \"text\": \"used\"}", "R00 - refunded", "R41 - used"),
	}, packed: true},
	"across-pages": {pages: []string{
		at(50, 820, "Harbour services - interface description") + column(50, 790, "API Name: Book a berth", "Method: PUT", "URL: https://sit.harbour.example/berths/{berth}", "Request Body:", "{",
			"  \"ship\": \"Anna\",", "  \"length\": 120,") + at(280, 30, "Page 1 of 2"),
		at(50, 820, "Harbour services - interface description") + column(50, 790, "  \"from\": \"2026-04-01\",", "  \"crew\": [", "    { \"name\": \"Ole\" }", "  ]", "}", "Success Response:",
			"{ \"booked\": true }", "Error Response:", "{ \"booked\": false, \"why\": \"berth is taken\" }") + at(280, 30, "Page 2 of 2"),
	}},
	"kerning": {pages: []string{
		"BT /F1 10 Tf 50 800 Td [(Method: P) 80 (OS) -20 (T)] TJ 0 -12 Td [(URL: ht) 30 (tps://dev.) -15 (clocks.example/t) 40 (icks)] TJ ET\n" +
			"BT /F1 10 Tf 50 776 Td [(Success) -278 (Response:)] TJ 0 -12 Td [({\"ti) 60 (ck\": 1, \"un) -30 (it\":) -278 (\"ms\"})] TJ ET\n",
	}},
	"composite-font": {
		font: "<</Type/Font/Subtype/Type0/BaseFont/Own/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/DW 500/W[3[278] 36 90 600]>>]/ToUnicode 10 0 R>>",
		objects: []string{stream("/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n" +
			"1 beginbfrange <0003> <0060> <0020> endbfrange\nendcmap end end")},
		pages: []string{hexLines("Method: DELETE", "URL: https://qa.gates.example/gates/7", "Success Response:", "{\"gate\": 7}")},
	},
	"picture": {
		objects: []string{"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>\nstream\nx\nendstream"},
		pages: []string{column(50, 800, "API Name: Read a meter", "Method: GET", "URL: https://test.meters.example/meters/{id}", "Success Response:") +
			"q 200 0 0 80 50 670 cm /X10 Do Q\n" + column(50, 640, "Error Response:", "{\"error\": \"no such meter\"}")},
	},
	// The label stands in the middle of its value; the address is broken at a hyphen, the message at a blank.
	"cells": {pages: []string{
		"BT /F1 16 Tf 50 800 Td (Park a bicycle) Tj ET\n" + ruled([]float64{48, 150, 300}, 790, 770, 738, 690, 670, 640) +
			column(52, 776, "Method") + column(154, 776, "POST") + column(52, 750, "URL") + column(154, 756, "https://test.bicycle-stands-", "city.example/places") +
			column(52, 711, "Request Body") + column(154, 726, "{", "  \"stand\": 4", "}") + column(52, 676, "Success Response") + column(154, 676, "{\"place\": 12}") +
			column(52, 652, "Status Codes") + column(154, 658, "B0 - done, the place is kept for", "an hour"),
	}},
	// One row an API; the titles are repeated on the next page, where the second row goes on.
	"rows-across-pages": {pages: []string{
		ruled([]float64{48, 130, 190, 400, 560}, 800, 780, 740, 660) + column(52, 786, "API Name") + column(134, 786, "Method") + column(194, 786, "URL") + column(404, 786, "Response") +
			column(52, 766, "Open a gate") + column(134, 766, "POST") + column(194, 766, "https://uat.gates.example/open") + column(404, 766, "{\"open\": true}") +
			column(52, 726, "List gates") + column(134, 726, "GET") + column(194, 726, "https://uat.gates.example/gates") + column(404, 726, "{", "\"gates\": ["),
		ruled([]float64{48, 130, 190, 400, 560}, 800, 780, 700) + column(52, 786, "API Name") + column(134, 786, "Method") + column(194, 786, "URL") + column(404, 786, "Response") +
			column(404, 766, "1, 2", "]", "}"),
	}},
	// What browsers print at the edges of a page is not a part of it; addresses that are underlined are no tables.
	"printed-by-a-browser": {pages: []string{
		at(30, 825, "11/2/26, 10:26 AM") + at(280, 825, "Gates") + at(30, 15, "file:///home/kim/gates.html") + at(550, 15, "1/1") +
			column(50, 790, "API Name: Count gates", "Method: GET", "URL: https://uat.gates.example/gates/count", "Success Response:", "{\"count\": 3}", "Status Codes:", "G0 - counted", "G9 - closed") +
			"50 764 190 0.5 re f\n",
	}},
	"lines-between-rows": {pages: []string{
		"50 740 100 0.5 re f 150 740 300 0.5 re f 50 720 100 0.5 re f 150 720 300 0.5 re f 50 670 100 0.5 re f 150 670 300 0.5 re f\n" +
			column(52, 746, "Method") + column(154, 746, "PUT") + column(52, 726, "URL") + column(154, 726, "https://uat.gates.example/gates/{gate}") +
			column(52, 695, "Request Body") + column(154, 707, "{", "\"open\": false", "}") + column(52, 650, "Response") + column(154, 656, "{", "\"ok\": 1}"),
	}},
	"form-and-rotation": {
		rotate: 90,
		objects: []string{"<</Type/XObject/Subtype/Form/BBox[0 0 600 800]/Matrix[1 0 0 1 0 -100]/Resources<</Font<</F1 3 0 R>>>>" +
			strings.TrimPrefix(stream(column(50, 800, "Success Response:", "{\"door\": \"open\"}")), "<<")},
		pages: []string{"q 0 1 -1 0 600 0 cm " + column(50, 550, "Method: POST", "URL: https://dev.doors.example/open") + "1 0 0 1 0 -250 cm /X10 Do Q\n"},
	},
}

// ruled draws the lines around the cells of a table: at these distances from the left, and these heights.
func ruled(xs []float64, ys ...float64) string {
	var b strings.Builder
	for _, y := range ys {
		fmt.Fprintf(&b, "%g %g %g 0.5 re f\n", xs[0], y, xs[len(xs)-1]-xs[0])
	}
	for _, x := range xs {
		fmt.Fprintf(&b, "%g %g m %g %g l S\n", x, ys[0], x, ys[len(ys)-1])
	}
	return b.String()
}

func stream(content string) string {
	return fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(content), content)
}

// hexLines draws lines in the codes of a font of its own: the blank is 3, the other letters of ASCII follow.
func hexLines(lines ...string) string {
	var b strings.Builder
	for i, l := range lines {
		fmt.Fprintf(&b, "BT /F1 10 Tf 50 %d Td <", 800-12*i)
		for _, r := range l {
			fmt.Fprintf(&b, "%04X", r-' '+3)
		}
		b.WriteString("> Tj ET\n")
	}
	return b.String()
}

func suite() sheettest.Suite {
	built := map[string][]byte{}
	for name, b := range documents {
		built[name] = b.bytes()
	}
	return sheettest.Suite{Format: pdf.Format, Documents: built, Sure: 100}
}

func TestReadGolden(t *testing.T) { suite().Golden(t) }

func TestOneAPI(t *testing.T) { suite().OneAPI(t) }

// FuzzRead starts from documents that are not packed as well: a change to packed ones breaks them.
func FuzzRead(f *testing.F) {
	var plain []string
	for _, b := range documents {
		b.packed = false
		plain = append(plain, string(b.bytes()))
	}
	suite().Fuzz(f, nil, plain...)
}

// TestAcrossPages says in words what the golden file of the document of two pages says in JSON.
func TestAcrossPages(t *testing.T) {
	r := pdf.Format.Read(sheet.Input{Name: "x.pdf", Data: documents["across-pages"].bytes()})
	require.Empty(t, r.Diagnostics)
	require.Len(t, r.Sheets, 1)
	s := r.Sheets[0]
	require.NotNil(t, s.Request.Body.Value)
	assert.Equal(t, "Ole", s.Request.Body.Value.Get("crew").Items[0].Get("name").Text)
	assert.Equal(t, "page 1, line 6", s.At.Of(probe.FieldRequestBody).Cell)
	assert.Equal(t, "page 2, line 8", s.At.Of(probe.FieldSuccessResponse).Cell)
	assert.Equal(t, `{ "booked": true }`, r.Document.Line(s.At.Of(probe.FieldSuccessResponse).Pos))
}

func TestRefused(t *testing.T) {
	image := "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>\nstream\nx\nendstream"
	whole := builder{pages: []string{column(50, 800, "Method: GET")}}.bytes()
	bomb := builder{pages: []string{strings.Repeat(" ", 40<<20)}, packed: true}.bytes()
	cases := []struct{ name, data, want string }{
		{"scanned", string(builder{pages: []string{"q 500 0 0 800 0 0 cm /X10 Do Q"}, objects: []string{image}}.bytes()), "pictures without a text layer"},
		{"empty page", string(builder{pages: []string{" "}}.bytes()), "no text"},
		{"encrypted", string(builder{pages: []string{at(50, 50, "x")}, trailer: "/ID[<00><00>]/Encrypt<</Filter/Standard/V 5/R 6/O(x)/U(x)/P -4>>"}.bytes()), "encrypted"},
		{"header alone", "%PDF-1.4\n", "damaged"},
		{"cut", string(whole[:len(whole)/2]), "damaged"},
		{"no sheet", string(builder{pages: []string{column(50, 800, "Dear reader, this document has words and no fields")}}.bytes()), "no sheet"},
		{"zip bomb", string(bomb), "page 1 has more than 33554432 bytes of content"},
		{"a string of megabytes", string(builder{pages: []string{at(50, 800, strings.Repeat("a", 1<<20))}, packed: true}.bytes()), "unpacks to more than is read: page 1 has more than 200000 letters"},
		{"circle of tables", strings.Replace(string(whole), "/Root 1 0 R", fmt.Sprintf("/Root 1 0 R/Prev %d", bytes.Index(whole, []byte("xref\n"))), 1), ""},
		{"huge table", strings.Replace(string(whole), "xref\n0 ", "xref\n999999999 ", 1), "damaged"},
		{"circle of pages", strings.Replace(string(whole), "/Kids[100 0 R ]/Count 1", "/Kids[  2 0 R ]/Count 9", 1), ""},
		{"too many pages said", strings.Replace(string(whole), "/Count 1>>", "/Count 999999999>>", 1), ""},
		{"object stream within itself", selfContained(), "damaged"},
		{"too large", "%PDF-1.4\n" + strings.Repeat("x", 25<<20), "at most"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := pdf.Format.Read(sheet.Input{Name: "x.pdf", Data: []byte(c.data)})
			require.NotNil(t, r.Document)
			assert.Empty(t, r.Sheets)
			require.NotEmpty(t, r.Diagnostics)
			assert.Equal(t, "sheet.unreadable", r.Diagnostics[0].Rule)
			assert.Contains(t, r.Diagnostics[0].Message, c.want)
			assert.NotEmpty(t, r.Diagnostics[0].Hint)
		})
	}
}

// TestPagesWithoutEnd reads a tree of pages that is far larger than what is read of it, in a time that depends on the latter.
func TestPagesWithoutEnd(t *testing.T) {
	const many = 300_000
	page := column(50, 800, "Method: GET", "URL: https://uat.rail.example/v1/refunds", "Response: {}")
	b := builder{pages: []string{page}, kids: strings.Repeat("100 0 R ", many-1)}
	r := pdf.Format.Read(sheet.Input{Name: "x.pdf", Data: b.bytes()})
	require.NotEmpty(t, r.Diagnostics)
	assert.Contains(t, r.Diagnostics[len(r.Diagnostics)-1].Message, "only the first 400 of 300000 pages are read")
}

// TestADamagedPageLeavesTheOthers reads a document of which one page is nested too deep.
func TestADamagedPageLeavesTheOthers(t *testing.T) {
	page := column(50, 800, "Method: GET", "URL: https://uat.rail.example/v1/refunds", "Response: {}")
	b := builder{pages: []string{page}, objects: []string{"<</Type/Page/X " + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + ">>"}}
	b.kids = "10 0 R "
	r := pdf.Format.Read(sheet.Input{Name: "x.pdf", Data: b.bytes()})
	require.Len(t, r.Sheets, 1)
	require.NotEmpty(t, r.Diagnostics)
	assert.Contains(t, r.Diagnostics[len(r.Diagnostics)-1].Message, "page 2 is damaged")
}

// selfContained is a document whose table of objects puts object 7 into the object stream 7.
func selfContained() string {
	var b strings.Builder
	b.WriteString("%PDF-1.5\n")
	start := b.Len()
	rows := string([]byte{0, 0, 0, 2, 7, 0})
	fmt.Fprintf(&b, "1 0 obj\n<</Type/XRef/Size 8/W[1 1 1]/Index[0 1 7 1]/Root 7 0 R/Length %d>>\nstream\n%s\nendstream\nendobj\n", len(rows), rows)
	b.WriteString(strings.Repeat("%\n", 100))
	fmt.Fprintf(&b, "startxref\n%d\n%%%%EOF\n", start)
	return b.String()
}

// TestMutated reads documents of which single bytes are wrong: whatever happens, something is said.
func TestMutated(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for name, b := range documents {
		whole := b.bytes()
		for range 300 {
			data := bytes.Clone(whole)
			for range 1 + random.Intn(8) {
				data[random.Intn(len(data))] = byte(random.Intn(256))
			}
			r := pdf.Format.Read(sheet.Input{Name: name, Data: data})
			require.NotNil(t, r.Document)
			require.True(t, len(r.Sheets) > 0 || len(r.Diagnostics) > 0)
		}
	}
}

func TestDetect(t *testing.T) {
	assert.Zero(t, pdf.Format.Detect(sheet.Input{}))
	assert.Zero(t, pdf.Format.Detect(sheet.Input{Data: []byte("Method: POST\nthe header of PDF is %PDF")}))
	assert.Equal(t, 100, pdf.Format.Detect(sheet.Input{Data: []byte("junk\n%PDF-1.7\n")}))
}

func TestPlaceIsKnown(t *testing.T) {
	r := pdf.Format.Read(sheet.Input{Name: "x.pdf", Data: documents["labels-and-values"].bytes()})
	require.Len(t, r.Sheets, 1)
	var out strings.Builder
	at := r.Sheets[0].At.Of(probe.FieldURL)
	require.NoError(t, source.Diagnostics{{Message: "m", At: at}}.Render(&out, r.Document, source.RenderOptions{}))
	assert.Contains(t, out.String(), "x.pdf:page 1, line 4")
	assert.Contains(t, out.String(), "https://uat.rail.example/v1/refunds")
}
