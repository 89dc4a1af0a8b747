package probe

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// typicalCase is a case as most of those of a run are: it conforms.
func typicalCase() Result {
	timing := Timing{FirstByte: 6.798, Total: 6.843}
	return Result{
		ID: "generate-otp/test-data/5", Title: "test data row 5", Family: FamilyTestData, Mutation: `"mobileNo", "Attempt id" set to the values of the row`,
		Verdict: Conforms, Expect: Expectation{Outcome: OutcomeSuccess, Codes: []string{"SUCC001"}}, Outcome: OutcomeSuccess, Checks: 17,
		Exchange: &Exchange{
			StartedAt: time.Unix(1_795_000_000, 674_993_256), Attempts: []Attempt{{HTTPStatus: 200, Timing: timing}}, Timing: timing, RemoteAddr: "127.0.0.1:34463",
			Request: RecordedRequest{
				Method: "POST", URL: "http://127.0.0.1:34463/otp/v1/generateOTP", Body: `{"mobileNo":"9000000004","Attempt id":"1"}`,
				Headers: []Header{
					{Name: "Authorization", Value: "Bearer [masked:TOKEN~zavn2]"},
					{Name: "Content-Type", Value: "application/json"},
					{Name: "Accept", Value: "application/json, */*;q=0.5"},
					{Name: "Accept-Encoding", Value: "gzip"},
					{Name: "User-Agent", Value: "sheetprobe/dev (run 5dc68c9e2af67b7d)"},
					{Name: "X-Sheetprobe-Run", Value: "5dc68c9e2af67b7d"},
				},
			},
			Response: &RecordedResponse{
				HTTPStatus: 200, MediaType: "application/json", Body: `{"status":"success","status_code":"SUCC001","message":"Request Successful"}` + "\n",
				Headers: []Header{
					{Name: "Content-Length", Value: "76"},
					{Name: "Content-Type", Value: "application/json; charset=utf-8"},
					{Name: "Date", Value: "Sun, 22 Nov 2026 19:27:42 GMT"},
					{Name: "X-Otp-Reference", Value: "[masked:X-Otp-Reference~uszol]"},
				},
			},
		},
	}
}

func BenchmarkEncodeResult(b *testing.B) {
	c := typicalCase()
	b.ReportAllocs()
	for b.Loop() {
		line, err := EncodeResult(&c)
		require.NoError(b, err)
		b.SetBytes(int64(len(line)))
	}
}

func BenchmarkIndent(b *testing.B) {
	c := typicalCase()
	line, err := EncodeResult(&c)
	require.NoError(b, err)
	out := NewIndenter(io.Discard)
	b.ReportAllocs()
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		_, _ = out.Write(line)
	}
}
