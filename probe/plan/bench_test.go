package plan_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// BenchmarkBuild tells what planning costs: sheets with many rows of test data, whose values go into a body or into the address, and one without.
func BenchmarkBuild(b *testing.B) {
	for _, c := range []struct {
		name string
		in   input
		row  func(i int) datum
		rows int
	}{
		{"body", otp, func(i int) datum {
			return datum{[][2]string{{"mobileNo", fmt.Sprint(9000000000 + i)}, {"Attempt id", "1"}}, "success"}
		}, 90},
		{"address", lines, func(i int) datum { return datum{[][2]string{{"orderId", fmt.Sprint(100000 + i)}, {"page", "2"}}, ""} }, 90},
		{"no rows", otp, nil, 0},
	} {
		b.Run(c.name, func(b *testing.B) {
			for i := range c.rows {
				c.in.TestData = append(c.in.TestData, c.row(i))
			}
			s := c.in.sheet(b)
			s.Document = &source.Document{Name: "bench"}
			b.ReportAllocs()
			cases := 0
			for b.Loop() {
				cases += len(plan.Build(s, c.in.options()).Cases)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(cases), "ns/case")
			b.ReportMetric(float64(cases)/float64(b.N), "cases")
		})
	}
}

var mandatory = true

var otp = input{
	Name: "Generate OTP", Method: "POST", URL: "https://api-sit.parcelway.test/otp/v1/generateOTP",
	Headers: [][2]string{{"Authorization", "Bearer <<token>>"}, {"Content-Type", "application/json"}},
	Body:    `{"mobileNo": "9000012345", "Attempt id": "1"}`,
	Fields: []field{
		{Name: "mobileNo", In: probe.InBody, Pointer: "/mobileNo", Type: "string", Mandatory: &mandatory},
		{Name: "Attempt id", In: probe.InBody, Pointer: "/Attempt id", Type: "string", Mandatory: &mandatory},
	},
	Success: []response{{200, "SUCC001", `{"status": "success", "status_code": "SUCC001", "message": "Request Successful"}`}},
	Errors:  []response{{0, "ERR002", `{"status": "error", "status_code": "ERR002", "message": "Request Failed: caller not recognised"}`}},
	Codes: [][3]string{
		{"SUCC001", "Request Successful", ""}, {"ERR001", "Request Failed: invalid or incomplete data", ""}, {"ERR002", "caller not recognised", ""},
	},
	Vars: map[string]string{"token": "stg-token-0001"}, BaseURL: "http://127.0.0.1:8080",
}

var lines = input{
	Name: "Order lines", Method: "GET", URL: "https://api-sit.parcelway.test/orders/{{orderId}}/lines?page=1&size=20",
	Headers: [][2]string{{"Authorization", "Bearer <<token>>"}, {"X-Partner", "PW01"}},
	Success: []response{{200, "", `{"lines": [{"sku": "A1", "count": 2}]}`}},
	Errors:  []response{{404, "", `{"error": "no such order"}`}},
	Vars:    map[string]string{"token": "stg-token-0001"}, BaseURL: "http://127.0.0.1:8080",
}

// What is the same for all rows of test data is worked out once.
func TestARowCostsLittle(t *testing.T) {
	allocated := func(rows int) float64 {
		in := otp
		for i := range rows {
			in.TestData = append(in.TestData, datum{[][2]string{{"mobileNo", fmt.Sprint(9000000000 + i)}, {"Attempt id", "1"}}, "success"})
		}
		s := in.sheet(t)
		return testing.AllocsPerRun(10, func() { _ = plan.Build(s, in.options()) })
	}
	each := (allocated(210) - allocated(10)) / 200
	assert.Less(t, each, 22.0, "allocations for each row")
	assert.Positive(t, each)
}

// What the rows share must not pass from one that brings a value of its own to another, or back.
func TestRowsThatBringTheirOwnValues(t *testing.T) {
	in := otp
	in.URL, in.BaseURL = "https://{{tenant}}.uat.parcelway.test/otp", ""
	in.Vars = map[string]string{"token": "common", "tenant": "all"}
	in.TestData = []datum{
		{[][2]string{{"mobileNo", "1"}}, ""},
		{[][2]string{{"mobileNo", "2"}, {"token", "own"}}, ""},
		{[][2]string{{"mobileNo", "3"}, {"tenant", "one"}}, ""},
		{[][2]string{{"mobileNo", "4"}, {"Authorization", "Basic abc"}}, ""},
		{[][2]string{{"mobileNo", "5"}}, ""},
	}
	o := in.options()
	o.Negatives.None = true
	var got []string
	for _, c := range plan.Build(in.sheet(t), o).Cases[1:] {
		got = append(got, fmt.Sprint(c.Request.URL, " ", c.Request.Headers[0].Value, " ", len(c.Needs), " ", string(c.Request.Body)))
	}
	assert.Equal(t, []string{
		`https://all.uat.parcelway.test/otp Bearer common 2 {"mobileNo":"1","Attempt id":"1"}`,
		`https://all.uat.parcelway.test/otp Bearer own 1 {"mobileNo":"2","Attempt id":"1"}`,
		`https://one.uat.parcelway.test/otp Bearer common 1 {"mobileNo":"3","Attempt id":"1"}`,
		`https://all.uat.parcelway.test/otp Basic abc 1 {"mobileNo":"4","Attempt id":"1"}`,
		`https://all.uat.parcelway.test/otp Bearer common 2 {"mobileNo":"5","Attempt id":"1"}`,
	}, got)
}
