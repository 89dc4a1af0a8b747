package sheet_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// assembled is an API with a name, an address and a request.
func assembled(name, url, request string) *probe.Sheet {
	text := func(s string) source.Text { return source.NewDocument("t.txt", []byte(s), s).Text() }
	return sheet.Assemble(source.NewDocument("t.txt", nil, ""), []sheet.Fragment{
		{Field: probe.FieldName, Value: text(name)}, {Field: probe.FieldURL, Value: text(url)}, {Field: probe.FieldRequestBody, Value: text(request)},
	})
}

// Rows of test data go to the API that they name, and to no other.
func TestTestDataNamesItsAPI(t *testing.T) {
	for name, c := range map[string]struct {
		rows         string
		find, detail []string
		said         string
	}{
		"by name": {"API Name\thotelId\tExpected\nHotel details\tH7\tsuccess\n3. Hotel Details API\tH0\terror", nil, []string{"hotelId=H7 > success", "hotelId=H0 > error"}, ""},
		"in the last column, merged": {
			"hotelId\tcity\tAPI\nH7\tGoa\tHotel details\nH8\tAgra\t\n\tPune\tFind hotels",
			[]string{"city=Pune > "},
			[]string{"hotelId=H7 city=Goa > ", "hotelId=H8 city=Agra > "},
			"",
		},
		"by path":                   {"Endpoint\tcity\tExpected\n/hotels\tGoa\tsuccess\nPOST /hotels/details\tAgra\terror", []string{"city=Goa > success"}, []string{"city=Agra > error"}, ""},
		"by part of the name":       {"Service,city\nFind,Goa\nDetails,Agra", []string{"city=Goa > "}, []string{"city=Agra > "}, ""},
		"for all":                   {"API,city\nAll,Goa", []string{"city=Goa > "}, []string{"city=Goa > "}, ""},
		"for one that is not there": {"API,city\nBook hotel,Goa", nil, nil, `"Book hotel" names no API`},
	} {
		t.Run(name, func(t *testing.T) {
			find := assembled("Find hotels", "https://uat.stay.example/hotels", `{"city": "Pune"}`)
			detail := assembled("Hotel details", "https://uat.stay.example/hotels/details", `{"hotelId": "H1", "city": "Pune"}`)
			doc := source.NewDocument("t.txt", []byte(c.rows), c.rows)
			title := source.NewDocument("t.txt", nil, "Test Data").Text()
			sheet.ShareTestData([]*probe.Sheet{find, detail}, sheet.Fragment{Field: sheet.FieldTestData, Label: title, Value: doc.Text()})
			assert.Equal(t, c.find, told(find.TestData))
			assert.Equal(t, c.detail, told(detail.TestData))
			all := ""
			for _, d := range detail.Diagnostics {
				all += d.Message + "\n"
			}
			assert.Contains(t, all, c.said)
		})
	}
}

// Under the API itself the rows are its own, whatever they call it.
func TestTestDataUnderItsAPI(t *testing.T) {
	s := assembled("Book hotel", "https://uat.stay.example/bookings", `{"hotelId": "H1"}`)
	rows := "API\thotelId\nreservation\tH7"
	title := source.NewDocument("t.txt", nil, "Test Data").Text()
	sheet.ShareTestData([]*probe.Sheet{s}, sheet.Fragment{Field: sheet.FieldTestData, Label: title, Value: source.NewDocument("t.txt", nil, rows).Text()})
	assert.Equal(t, []string{"hotelId=H7 > "}, told(s.TestData))
}

// The tab of test data of a workbook, and test data below the rows of the APIs.
func TestGridsShareTestData(t *testing.T) {
	const apis = "API Name|Method|URL|Request Body|Success Response\n" +
		`Find hotels|POST|https://uat.stay.example/hotels|{"city": "Pune"}|{"id": 1}` + "\n" +
		`Hotel details|POST|https://uat.stay.example/hotels/details|{"hotelId": "H1", "city": "Pune"}|{"id": 2}` + "\n"
	const tests = "API|hotelId|Expected\nHotel details|H7|success\n"
	for name, grids := range map[string][]sheet.Grid{
		"a tab of its own": {namedGrid("APIs", apis), namedGrid("Test Data", tests)},
		"below":            {namedGrid("APIs", apis+"\nTest Data\n"+tests)},
	} {
		t.Run(name, func(t *testing.T) {
			sheets, _ := sheet.ReadGrids(source.NewDocument("t.xlsx", nil, ""), grids)
			require.Len(t, sheets, 2)
			assert.Empty(t, sheets[0].TestData)
			assert.Equal(t, []string{"hotelId=H7 > success"}, told(sheets[1].TestData))
		})
	}
}

// namedGrid makes a table of lines whose cells are parted by bars.
func namedGrid(name, lines string) sheet.Grid {
	g := sheet.Grid{Name: name}
	for line := range strings.SplitSeq(lines, "\n") {
		var row []sheet.GridCell
		for cell := range strings.SplitSeq(line, "|") {
			row = append(row, sheet.GridCell{Text: source.NewDocument("t.xlsx", nil, cell).Text()})
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}
