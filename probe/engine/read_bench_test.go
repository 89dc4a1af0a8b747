package engine

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
)

// BenchmarkRead reads and lints one document of the native form, of few and of many rows of test data.
func BenchmarkRead(b *testing.B) {
	for _, rows := range []int{8, 90} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			in := []sheet.Input{{Name: "otp.yaml", Data: []byte(rowsOfTestData(rows))}}
			b.ReportAllocs()
			for b.Loop() {
				if r := Read(in); len(r[0].Sheets) != 1 {
					b.Fatal("not read")
				}
			}
		})
	}
}

// A document is parsed once, and little is made of it beside: detection, reading and lint together allocate less than a quarter of what parsing does.
func TestADocumentIsParsedOnce(t *testing.T) {
	const rows, runs = 90, 20
	in := sheet.Input{Name: "otp.yaml", Data: []byte(rowsOfTestData(rows))}
	doc, err := in.Decode()
	require.NoError(t, err)
	parsing := testing.AllocsPerRun(runs, func() { _, _ = tree.Parse(doc.Text()) })
	reading := testing.AllocsPerRun(runs, func() { _ = Read([]sheet.Input{in}) })
	t.Logf("parsing: %.0f allocations; reading and lint: %.0f", parsing, reading)
	assert.Greater(t, reading, parsing)
	assert.Less(t, reading, 1.25*parsing)
}

func rowsOfTestData(rows int) string {
	var text strings.Builder
	text.WriteString(`name: Generate OTP
method: POST
url: https://api-sit.parcelway.test/otp/v1/generateOTP
headers: {Authorization: "Bearer <<token>>", Content-Type: application/json}
request_body: {mobileNo: "9000012345", "Attempt id": "1"}
fields: {mobileNo: {mandatory: true, type: string}, "Attempt id": {mandatory: true, type: string}}
success_response: {status: success, status_code: SUCC001, message: Request Successful}
error_response: {status: error, status_code: ERR002, message: "Request Failed: caller not recognised"}
partner_code: none
credentials: {consumer_key: not used, consumer_secret: not used}
status_codes: {SUCC001: Request Successful, ERR001: "Request Failed: invalid or incomplete data", ERR002: caller not recognised}
test_data:
`)
	for row := range rows {
		fmt.Fprintf(&text, "  - {mobileNo: \"9%09d\", \"Attempt id\": \"1\", expect: success}\n", row)
	}
	return text.String()
}
