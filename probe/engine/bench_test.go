package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// BenchmarkPlan tells what a run spends on planning, reading aside: sheets with many rows of test data, by the place that their values go to.
func BenchmarkPlan(b *testing.B) {
	const body = "method: POST\nurl: https://api-sit.parcelway.test/otp\nrequest_body: {mobileNo: \"9000012345\", purpose: login}\n"
	for name, how := range map[string]string{
		"body":     body + "headers: {Authorization: \"Bearer <<token>>\"}\n",
		"address":  "method: GET\nurl: https://api-sit.parcelway.test/customers/{{mobileNo}}?page=1\nheaders: {Authorization: \"Bearer <<token>>\"}\n",
		"identity": body + "auth: {type: oauth2, grant: client_credentials, token_url: \"https://auth-sit.parcelway.test/token\", client_id: pw, client_secret: \"<<token>>\"}\n",
	} {
		b.Run(name, func(b *testing.B) {
			var doc strings.Builder
			fmt.Fprintf(&doc, "name: Generate OTP\n%ssuccess_response: {status: success}\nerror_response: {status: error}\ntest_data:\n", how)
			for i := range 90 {
				fmt.Fprintf(&doc, "  - {mobileNo: \"%d\", expect: success}\n", 9000000000+i)
			}
			readings := engine.Read([]sheet.Input{{Name: "otp.yaml", Data: []byte(doc.String())}})
			vars := probe.NewVars(probe.Var{Name: "token", Value: "stg-token-0001", Secret: true})
			cases := engine.Total(readings, engine.Options{Vars: vars, RunID: "bench"}).Cases
			b.ReportAllocs()
			for b.Loop() {
				_ = engine.Total(readings, engine.Options{Vars: vars, RunID: "bench"})
			}
			b.ReportMetric(float64(cases), "cases")
		})
	}
}
