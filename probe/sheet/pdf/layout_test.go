package pdf_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/pdf"
)

// title draws a line in large letters.
func title(x, y float64, s string) string {
	return strings.Replace(at(x, y, s), "/F1 10", "/F1 16", 1)
}

// Headings that are calls are one API each, whatever placeholders their paths have.
func TestCallsAsHeadings(t *testing.T) {
	b := builder{pages: []string{
		title(50, 800, "Parcels") + column(50, 780, "Base URL: https://uat.parcel.example") +
			title(50, 750, "GET /parcels/{id}") + column(50, 730, "Response", `{"id": "P1"}`) +
			title(50, 690, "POST /parcels") + column(50, 670, "Request", `{"weight": 3}`, "Response", `{"id": "P2"}`) +
			title(50, 600, "DELETE /parcels/{{id}}") + column(50, 580, "Response", `{"gone": true}`),
	}}
	r := pdf.Format.Read(sheet.Input{Name: "x.pdf", Data: b.bytes()})
	calls := make([]string, 0, len(r.Sheets))
	for _, s := range r.Sheets {
		assert.Len(t, s.Success, 1)
		calls = append(calls, s.Method+" "+s.URL)
	}
	assert.Equal(t, []string{
		"GET https://uat.parcel.example/parcels/{id}", "POST https://uat.parcel.example/parcels", "DELETE https://uat.parcel.example/parcels/{{id}}",
	}, calls)
}

// The columns of a table without lines and padding touch: the width of each is that of its longest text.
func TestColumnsThatTouch(t *testing.T) {
	const wide = "<</Type/Font/Subtype/Type1/BaseFont/Own/Encoding/WinAnsiEncoding/FirstChar 32/LastChar 126/Widths["
	row := func(y float64, cells ...string) string {
		return at(50, y, cells[0]) + at(115, y, cells[1]) + at(157, y, cells[2]) + column(205, y, cells[3:]...)
	}
	b := builder{font: wide + strings.Repeat("500 ", 95) + "]>>", pages: []string{
		column(50, 800, "Create rider", "", "POST https://uat.ride.example/v1/riders", "", "Parameters") +
			row(728, "Name", "Type", "Mandatory", "Description") + row(716, "rider_name", "string", "Yes", "As printed on the card", "of the rider") +
			row(692, "age", "number", "No", "In years") + row(680, "mobile_number", "string", "Yes", "With the country code") +
			column(50, 650, "Success response", `{"id": 7}`),
	}}
	r := pdf.Format.Read(sheet.Input{Name: "x.pdf", Data: b.bytes()})
	require.Len(t, r.Sheets, 1)
	mandatory := map[string]bool{}
	for _, f := range r.Sheets[0].Request.Fields {
		mandatory[f.Name] = f.Mandatory != nil && *f.Mandatory
	}
	assert.Equal(t, map[string]bool{"rider_name": true, "age": false, "mobile_number": true}, mandatory)
}

// What a browser leaves out at the edge of the page is said.
func TestClipped(t *testing.T) {
	const said = "too wide for the page"
	page := func(lines ...string) string {
		return "q 40 40 230 760 re W n\n" + column(50, 780, append([]string{"Method: POST", "URL: https://uat.ride.example/v1", "Request Body:"}, lines...)...) + "Q\n"
	}
	cases := []struct {
		name  string
		lines []string
		said  bool
	}{
		{"cut", []string{`{"note": "wrap it in paper, and then some mo`, "Success Response:", "{}"}, true},
		{"cut within an object", []string{"{", `"note": "wrap it in paper, and then some mor`, `"pay": 1}`}, true},
		{"wrapped", []string{`{"note": "wrap it in paper, and then some mo`, `re of it"}`, "Success Response:", "{}"}, false},
		{"short", []string{`{"note": "wrap it`, "Success Response:", "{}"}, false},
	}
	const font = "<</Type/Font/Subtype/Type1/BaseFont/Own/Encoding/WinAnsiEncoding/FirstChar 32/LastChar 126/Widths["
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := builder{font: font + strings.Repeat("500 ", 95) + "]>>", pages: []string{page(c.lines...)}}
			r := pdf.Format.Read(sheet.Input{Name: "x.pdf", Data: b.bytes()})
			all := ""
			for _, d := range r.Diagnostics {
				all += d.Message + "\n"
			}
			assert.Equal(t, c.said, strings.Contains(all, said), all)
		})
	}
}

// Headings stand out from text, and not from what is smaller than text: examples in letters of one width, and tables.
func TestTextIsLargerThanExamples(t *testing.T) {
	example := []string{"{", `"consignee": "Anna Rao, 4 Lake Road", "pin": "600001",`, `"contents": "three books and a lamp", "worth": "1200"`, "}"}
	mono := func(y float64) string {
		var b strings.Builder
		for i, s := range example {
			b.WriteString(strings.Replace(at(50, y-11*float64(i), s), "/F1 10", "/F2 8", 1))
		}
		return b.String()
	}
	for name, label := range map[string]func(x, y float64, s string) string{"under large labels": title, "under labels of its own size": at} {
		t.Run(name, func(t *testing.T) {
			b := builder{pages: []string{
				label(50, 800, "1. Method") + column(50, 780, "POST") + label(50, 750, "2. URL") + column(50, 730, "https://uat.parcel.example/v1/parcels") +
					label(50, 700, "3. Request Body") + mono(680) + label(50, 620, "4. Response") + mono(600) +
					label(50, 540, "5. Status Codes") + column(50, 520, "0000 - ok", "1404 - parcel is unknown"),
			}}
			r := pdf.Format.Read(sheet.Input{Name: "x.pdf", Data: b.bytes()})
			require.Len(t, r.Sheets, 1)
			assert.Equal(t, "POST https://uat.parcel.example/v1/parcels", r.Sheets[0].Method+" "+r.Sheets[0].URL)
			assert.Len(t, r.Sheets[0].Request.Fields, 4)
			assert.Len(t, r.Sheets[0].StatusCodes, 2)
		})
	}
}
