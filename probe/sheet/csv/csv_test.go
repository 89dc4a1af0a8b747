package csv_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/csv"
	"github.com/sheetprobe/sheetprobe/probe/sheet/sheettest"
)

// suite holds the reader against its golden files.
func suite(t testing.TB) sheettest.Suite {
	return sheettest.Suite{Format: csv.Format, Documents: sheettest.Documents(t, "*.?sv"), Sure: 31}
}

func TestReadGolden(t *testing.T) { suite(t).Golden(t) }

func TestOneAPI(t *testing.T) { suite(t).OneAPI(t) }

// TestPlaces says in words that a place is one of the file, also within a cell whose quotes are doubled.
func TestPlaces(t *testing.T) {
	data, err := os.ReadFile("testdata/quoted.csv")
	require.NoError(t, err)
	r := csv.Format.Read(sheet.Input{Name: "quoted.csv", Data: data})
	require.Len(t, r.Sheets, 2)
	s := r.Sheets[0]
	lines := strings.Split(string(data), "\n")
	note := s.Request.Body.Value.Get("note").At()
	assert.Equal(t, 5, note.Line)
	assert.True(t, strings.HasPrefix(lines[note.Line-1][note.Column-1:], `""says`), "column %d", note.Column)
	assert.Equal(t, `says "hi" twice`, s.Request.Body.Value.Get("note").Text)
	success := s.At.Of(probe.FieldSuccessResponse)
	assert.True(t, strings.HasPrefix(lines[success.Line-1][success.Column-1:], `{""state""`), "column %d", success.Column)
}

func TestHostile(t *testing.T) {
	head := "API Name,Method,URL,Request,Response\n"
	cases := []struct {
		name, data string
		sheets     int
		want       string // of the last diagnostic where there is no sheet
	}{
		{"empty", "", 0, "empty"},
		{"binary", "\x00\x01\x02\x03" + head, 0, "not a text"},
		{"no table", "just,some,words\nand,more,of\n", 0, "no sheet"},
		{"titles alone", head, 0, "no sheet"},
		{"open quote", head + `A,POST,https://uat.x.example/a,"{""a"": 1`, 1, ""},
		{"many open quotes", head + "A,POST,https://uat.x.example/a,,{}\n" + strings.Repeat("\"a,", 20_000), 2, ""},
		{"many open brackets", head + "A,POST,https://uat.x.example/a,,{}\n" + strings.Repeat("{,", 20_000), 2, ""},
		{"many open brackets, a line each", head + "A,POST,https://uat.x.example/a,,{}\n" + strings.Repeat("{,\n", 10_000), 1, ""},
		{"open brackets that go on", head + strings.Repeat("{\n", 50_000), 0, "no sheet"},
		{"quoted JSON that never ends", head + strings.Repeat("\"{\"a\": \n", 20_000), 0, ""},
		{"deep nesting", head + "A,POST,https://uat.x.example/a," + strings.Repeat("[", 100_000) + "\n", 1, ""},
		{"a wide row", head + "A,POST,https://uat.x.example/a,,{}\n" + strings.Repeat("x,", 50_000), 2, ""},
		{"a long cell", head + `A,POST,https://uat.x.example/a,,"` + strings.Repeat("y", 1<<18) + "\"\n", 1, ""},
		{"a cell of quotation marks", head + "A,GET," + strings.Repeat(`"`, 1<<19) + "\n", 0, "quotation marks"},
		{"a cell of more than a megabyte", head + "A,GET," + strings.Repeat("{", 1<<20+1) + "\n", 0, "at most 1048576 are read"},
		{"many line ends", head + strings.Repeat("\n", 200_000), 0, "no sheet"},
		{"many rows of titles", strings.Repeat(head, 800), 0, "no sheet"},
		{"many that refer to one", head + "A,POST,https://uat.x.example/a,{},\"{\"\"a\"\": \"\"" + strings.Repeat("z", 1<<14) + "\"\"}\"\n" +
			strings.Repeat("B,POST,https://uat.x.example/b,{},same as above\nC,PUT,https://uat.x.example/c,{},same as above\n", 150), 301, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := sheet.Input{Name: "x.csv", Data: []byte(c.data)}
			csv.Format.Detect(in)
			r := csv.Format.Read(in)
			require.Len(t, r.Sheets, c.sheets)
			if c.sheets > 0 {
				return
			}
			require.NotEmpty(t, r.Diagnostics)
			last := r.Diagnostics[len(r.Diagnostics)-1]
			assert.Equal(t, "sheet.unreadable", last.Rule)
			assert.Contains(t, last.Message, c.want)
			assert.NotEmpty(t, last.Hint)
		})
	}
}

func TestDetectLeavesOthersAlone(t *testing.T) {
	for name, data := range map[string]string{
		"nothing":       "",
		"prose":         "Please send us API Name, Method, URL, Headers, Request Body and Success Response.\nWe need them soon.\n",
		"pasted text":   "API Name: Pay\nMethod: POST\nURL: https://uat.x.example/a\nResponse:\n{\"a\": 1, \"b\": 2}\n",
		"tabbed text":   "API Name\tPay\nMethod\tPOST\nEndpoint URL\thttps://uat.x.example/a\n",
		"native form":   "name: Pay\nmethod: POST\nurl: https://uat.x.example/a\n",
		"JSON":          `{"name": "Pay", "method": "POST", "url": "https://uat.x.example/a"}`,
		"Markdown":      "| API Name | Method | URL |\n|---|---|---|\n| Pay | POST | https://uat.x.example/a |\n",
		"page":          "<table><tr><td>Method, URL, Name</td></tr></table>",
		"workbook":      "PK\x03\x04rest",
		"numbered rows": "1 API Name Pay\n2 Method POST\n3 URL https://uat.x.example/a\n",
	} {
		assert.Less(t, csv.Format.Detect(sheet.Input{Data: []byte(data)}), 30, name)
	}
}

func FuzzRead(f *testing.F) { suite(f).Fuzz(f, nil) }

func BenchmarkTenThousandAPIs(b *testing.B) {
	var data strings.Builder
	data.WriteString("S.No,API Name,Method,URL,Headers,Request Body,Success Response,Error Response,Status Codes\n")
	for i := range 10_000 {
		fmt.Fprintf(&data, "%d,Order %d,POST,https://uat.shop.example/v1/orders/%d,X-Key: <<key>>,\"{\"\"id\"\": %d, // mandatory\n\"\"note\"\": \"\"x\"\"}\",\"{\"\"code\"\": \"\"S1\"\"}\","+
			"\"{\"\"code\"\": \"\"E1\"\"}\",\"S1 fine\nE1 not fine\"\n", i, i, i, i)
	}
	b.ReportAllocs()
	b.SetBytes(int64(data.Len()))
	for b.Loop() {
		if r := csv.Format.Read(sheet.Input{Name: "many.csv", Data: []byte(data.String())}); len(r.Sheets) != 10_000 {
			b.Fatalf("%d sheets", len(r.Sheets))
		}
	}
}
