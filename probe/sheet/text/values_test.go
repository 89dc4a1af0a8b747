package text_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
)

const checkPin = `API Name: Check PIN
Method: POST
Endpoint URL: https://sit.parcels.example/pin/check
Request Body: {"mobileNo": "9000000001", "otp": "1234"}
Success Response: {"status": "success", "code": "SUCC001"}
Error Response: {"status": "error", "code": "ERR001"}
`

func TestReadTestData(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"outcomes as labels": {"Test Data:\nSuccess: 9000000001\nError: 9000000009\nStatus Codes: ERR001 failed\n", []string{"mobileNo=9000000001 success", "mobileNo=9000000009 error"}},
		"a heading and a table": {
			"\n## Test accounts\n\nUse these numbers only on staging.\n\n| mobileNo | otp | Expected |\n|---|---|---|\n| 9000000001 | 1234 | success |\n| 9000000001 | 0000 | ERR001 |\n\nCall us for more numbers.\n",
			[]string{"mobileNo=9000000001 otp=1234 success", "mobileNo=9000000001 otp=0000 ERR001"},
		},
		"an object below": {"Test Data\n{\n  \"mobileNo\": \"9000000002\",\n  \"otp\": \"1111\"\n}\nPartner Code: ACME\n", []string{"mobileNo=9000000002 otp=1111 "}},
		"two APIs":        {"Test IDs: 9000000001 - success\n\n" + checkPin, []string{"mobileNo=9000000001 success"}},
		"none":            {"Test Data:\n\nStatus Codes: ERR001 failed\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := text.Format.Read(sheet.Input{Name: "a.txt", Data: []byte(checkPin + c.text)})
			require.NotEmpty(t, r.Sheets)
			s := r.Sheets[0]
			var got []string
			for _, row := range s.TestData {
				line := ""
				for _, v := range row.Values {
					line += v.Name + "=" + v.Value + " "
				}
				got = append(got, line+row.Expect)
				assert.Positive(t, row.At.Line)
			}
			assert.Equal(t, c.want, got)
			assert.Len(t, s.Success, 1)
			assert.Len(t, s.Errors, 1)
			assert.Empty(t, r.Sheets[len(r.Sheets)-1].Diagnostics)
		})
	}
}

func TestRecordsAreAnswers(t *testing.T) {
	const document = "Name: Top up\nMethod: GET\nURL: https://staging.ferry.example/topup?number=47&amount=50\nSuccess: OK|47|50.00|TX88\nFailure: ERR|20|unknown number\n" +
		"Codes:\n20 unknown number\n21 amount not allowed\n"
	r := text.Format.Read(sheet.Input{Name: "a.txt", Data: []byte(document)})
	require.Len(t, r.Sheets, 1)
	s := r.Sheets[0]
	require.Len(t, s.Success, 1)
	assert.Equal(t, "OK|47|50.00|TX88", s.Success[0].Body.Text)
	require.Len(t, s.Errors, 1)
	assert.Equal(t, "ERR|20|unknown number", s.Errors[0].Body.Text)
	for line, want := range map[string]bool{
		"OK|47|TX88": true, "ERR;7;busy": true, "68 | Timeout | busy": false, "E1|Failed": false, "see a; b; c": false, `{"a":"x|y|z"}`: false, "a~b~c": true,
	} {
		assert.Equal(t, want, sheet.IsRecord(line), line)
	}
}
