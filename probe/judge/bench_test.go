package judge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// answerOf is an exchange as a server behind a proxy leads to, with an answer of the body.
func answerOf(status int, body string) *probe.Exchange {
	return &probe.Exchange{
		Attempts: []probe.Attempt{{HTTPStatus: status}},
		Request: probe.RecordedRequest{
			Method: "POST", URL: "http://uat.shop.example/send", Body: `{"mobileNo":"9000012345","Attempt id":"1"}`,
			Headers: []probe.Header{
				{Name: "Authorization", Value: "Bearer [masked:token~abcdef]"}, {Name: "Content-Type", Value: "application/json"}, {Name: "User-Agent", Value: "sheetprobe"},
			},
		},
		Response: &probe.RecordedResponse{
			HTTPStatus: status, Body: body, MediaType: "application/json",
			Headers: []probe.Header{
				{Name: "Content-Length", Value: "80"},
				{Name: "Content-Type", Value: "application/json"},
				{Name: "Date", Value: "Sun, 01 Mar 2026 10:00:00 GMT"},
				{Name: "Server", Value: "nginx/1.25.3"},
				{Name: "X-Request-Id", Value: "0b9c6c5a-3c5f-4c52-9d6e-0f8f4b6f2a11"},
			},
		},
	}
}

// orderList documents a list, of which an answer may have any number of items.
var orderList = doc{
	success: []string{`200 S000 {"status":"success","code":"S000","message":"Found","data":{"page":1,"orders":[` + oneOrder + `]}}`},
	failure: []string{
		`400 E400 {"status":"error","code":"E400","message":"Bad input","errors":[{"field":"page","reason":"must be positive"}]}`,
		`404 E404 {"status":"error","code":"E404","message":"No such customer","errors":[]}`,
	},
	codes: []string{"S000 Found", "E400 Bad input", "E404 No such customer", "E401 Not authorised"},
}

const oneOrder = `{"id":"O-1001","placedAt":"2026-03-31T10:00:00Z","total":"1250.00","paid":true,"note":null,"lines":[{"sku":"TEA-250","qty":2}],` +
	`"customer":{"name":"Asha Rao","mail":"asha@shop.example","address":{"city":"Pune","pin":"411001"}}}`

func listOf(items int, item string) string {
	return `{"status":"success","code":"S000","message":"Found","data":{"page":1,"orders":[` + strings.TrimSuffix(strings.Repeat(item+",", items), ",") + `]}}`
}

var benched = []struct {
	name   string
	doc    doc
	family probe.Family
	status int
	body   string
}{
	{"conforms-80B", model, probe.FamilyTestData, 200, `{"status":"success","status_code":"SUCC001","message":"Request Successful"}`},
	{"refused-80B", model, probe.FamilyMissingField, 200, `{"status":"error","status_code":"ERR002","message":"Request Failed"}`},
	{"deviates-80B", model, probe.FamilyTestData, 200, `{"status":"success","status_code":"SUCC009","msg":"Request Successful","at":1}`},
	{"conforms-2KB", orderList, probe.FamilyTestData, 200, listOf(8, oneOrder)},
	{"deviates-2KB", orderList, probe.FamilyTestData, 200, listOf(8, strings.Replace(oneOrder, `"paid":true,"note":null`, `"paid":"yes","nota":"x"`, 1))},
	{"conforms-200KB", orderList, probe.FamilyTestData, 200, listOf(800, oneOrder)},
	{"deviates-200KB", orderList, probe.FamilyTestData, 200, listOf(800, strings.Replace(oneOrder, `"paid":true,"note":null`, `"paid":"yes","nota":"x"`, 1))},
	{"conforms-1000-items", orderList, probe.FamilyTestData, 200, listOf(1000, oneOrder)},
}

func caseOf(family probe.Family) *probe.Case {
	c := &probe.Case{ID: "send/case", Family: family, Expect: probe.Expectation{Outcome: probe.OutcomeSuccess, Codes: []string{}}}
	if family.Negative() {
		c.Expect.Outcome, c.Expect.Forbidden = probe.OutcomeError, true
	}
	return c
}

// Beside reading it, an answer that is as documented costs a few allocations, however long it is.
func TestAnAnswerThatConformsCostsLittleMoreThanReadingIt(t *testing.T) {
	tried := 0
	for _, bm := range benched {
		if strings.HasPrefix(bm.name, "deviates") {
			continue
		}
		j, err := judge.New(bm.doc.sheet(t), judge.Options{})
		require.NoError(t, err)
		c, x := caseOf(bm.family), answerOf(bm.status, bm.body)
		require.Equal(t, probe.Conforms, j.Decide(c, x).Verdict, bm.name)
		decided := testing.AllocsPerRun(20, func() { j.Decide(c, x) })
		read := testing.AllocsPerRun(20, func() {
			if _, _, err := nearjson.ParseStrict(source.Unplaced(bm.body)); err != nil {
				t.Error(err)
			}
		})
		require.LessOrEqual(t, decided-read, 9.0, bm.name)
		tried++
	}
	require.Positive(t, tried)
}

func BenchmarkDecide(b *testing.B) {
	for _, bm := range benched {
		b.Run(bm.name, func(b *testing.B) {
			j, err := judge.New(bm.doc.sheet(b), judge.Options{})
			require.NoError(b, err)
			c, x := caseOf(bm.family), answerOf(bm.status, bm.body)
			b.ReportAllocs()
			for b.Loop() {
				j.Decide(c, x)
			}
		})
	}
}

// BenchmarkCoverage is of a sheet with 100 cases.
func BenchmarkCoverage(b *testing.B) {
	j, err := judge.New(orderList.sheet(b), judge.Options{})
	require.NoError(b, err)
	var results []probe.Result
	for i := range 100 {
		c := &probe.Case{ID: fmt.Sprintf("send/case-%d", i), Family: probe.FamilyTestData, Expect: probe.Expectation{Outcome: probe.OutcomeSuccess}}
		results = append(results, j.Decide(c, answerOf(200, listOf(1, oneOrder))))
	}
	b.ReportAllocs()
	for b.Loop() {
		j.Coverage(results, nil)
	}
}

// BenchmarkNew is what a sheet costs before its first answer is judged.
func BenchmarkNew(b *testing.B) {
	for name, d := range map[string]doc{"model": model, "orders": orderList} {
		b.Run(name, func(b *testing.B) {
			s := d.sheet(b)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := judge.New(s, judge.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
