package text_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
)

// The fields of a named type stand in a table of their own, before the answers or behind them.
func TestTablesOfObjects(t *testing.T) {
	const (
		call     = "# Book\n\nPOST https://uat.book.test/v1/bookings\n\n## Request parameters\n\n| Name | Type | Required |\n|---|---|---|\n| ref | string | Yes |\n| customer | Customer | Yes |\n| guests | List<Guest> | No |\n\n"
		answer   = "## Success response\n\n```json\n{\"id\": 1}\n```\n\n"
		customer = "## Customer object\n\n| Name | Type | Required |\n|---|---|---|\n| firstName | string | Yes |\n\n"
		guest    = "## Guest\n\n| Name | Type | Required |\n|---|---|---|\n| age | integer | No |\n\n"
		room     = "## Room object\n\n| Name | Type | Required |\n|---|---|---|\n| roomNo | string | Yes |\n\n"
	)
	own := []string{"/ref", "/customer", "/guests"}
	cases := []struct {
		name, document string
		want           []string
		said           bool
	}{
		{"before the answer", call + customer + guest + answer, append(own[:3:3], "/customer/firstName", "/guests/0/age"), false},
		{"behind the answer", call + answer + customer + guest, append(own[:3:3], "/customer/firstName", "/guests/0/age"), false},
		{"of no field", call + room + answer, own, true},
		{"of no field, behind another", call + answer + customer + room, append(own[:3:3], "/customer/firstName"), true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := text.Format.Read(sheet.Input{Name: "x.txt", Data: []byte(c.document)})
			require.Len(t, r.Sheets, 1)
			assert.Len(t, r.Sheets[0].Success, 1)
			var got []string
			for _, f := range r.Sheets[0].Request.Fields {
				got = append(got, f.Pointer)
			}
			assert.Equal(t, c.want, got)
			said := false
			for _, d := range r.Sheets[0].Diagnostics {
				said = said || strings.Contains(d.Message, `"Room object"`)
			}
			assert.Equal(t, c.said, said)
		})
	}
}
