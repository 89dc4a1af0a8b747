package judge_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func decide(t testing.TB, d doc, o judge.Options, r row) probe.Result {
	t.Helper()
	j, err := judge.New(d.sheet(t), o)
	require.NoError(t, err)
	return j.Decide(r.testCase(), r.exchange())
}

func TestOptions(t *testing.T) {
	extra := row{family: probe.FamilySuccess, status: 200, media: "application/json", body: strings.Replace(good, "{", `{"more":1,`, 1)}
	question := row{family: probe.FamilyMissingField, open: true, status: 200, media: "application/json", body: good}
	severities := func(rule string, s source.Severity) judge.Options {
		return judge.Options{Severities: map[string]source.Severity{rule: s}}
	}
	cases := []struct {
		name     string
		options  judge.Options
		row      row
		severity source.Severity
		verdict  probe.Verdict
	}{
		{"default", judge.Options{}, extra, source.Warning, probe.Conforms},
		{"strict", judge.Options{Strict: true}, extra, source.Error, probe.Deviates},
		{"fail on warnings", judge.Options{FailOn: source.Warning}, extra, source.Warning, probe.Deviates},
		{"severity raised", severities("shape.undocumented", source.Error), extra, source.Error, probe.Deviates},
		{"severity lowered", severities("shape.undocumented", source.Info), extra, source.Info, probe.Conforms},
		{"severity wins over strict", judge.Options{Strict: true, Severities: map[string]source.Severity{"shape.undocumented": source.Info}}, extra, source.Info, probe.Conforms},
		{"a severity that is none", severities("shape.undocumented", "loud"), extra, source.Warning, probe.Conforms},
		{"a question stays a question", severities("negative.accepted", source.Warning), question, source.Info, probe.Conforms},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := decide(t, model, c.options, c.row)
			require.Len(t, r.Findings, 1)
			assert.Equal(t, c.severity, r.Findings[0].Severity)
			assert.Equal(t, c.verdict, r.Verdict)
		})
	}
}

func TestFindingsAreOrderedAndBounded(t *testing.T) {
	var documented, live []string
	for i := range 300 {
		documented = append(documented, fmt.Sprintf(`"k%d":1`, i))
		live = append(live, fmt.Sprintf(`"k%d":"x"`, i))
	}
	r := decide(t, doc{success: []string{"- - {" + strings.Join(documented, ",") + "}"}}, judge.Options{},
		row{family: probe.FamilySuccess, status: 200, media: "application/json", body: "{" + strings.Join(live, ",") + "}"})
	require.Len(t, r.Findings, 200)
	last := r.Findings[199]
	assert.Equal(t, source.Info, last.Severity)
	assert.Equal(t, 101, last.Count)
	for i := 1; i < 199; i++ {
		assert.LessOrEqual(t, r.Findings[i-1].Pointer, r.Findings[i].Pointer)
	}
}

func TestFingerprintsLast(t *testing.T) {
	bodies := [][2]string{
		{`{"status":"success","status_code":"X1","message":1}`, `{"status":"success","status_code":"Z2","message":[2]}`},
		{`{"status":"success","status_code":"ERR002","message":"a"}`, `{"status":"success","status_code":"ERR001","message":"b"}`},
		{`not json`, `{`},
	}
	for _, b := range bodies {
		one := decide(t, model, judge.Options{}, row{family: probe.FamilySuccess, status: 200, media: "application/json", body: b[0]})
		two := decide(t, model, judge.Options{}, row{family: probe.FamilySuccess, status: 200, media: "application/json", body: b[1]})
		require.NotEmpty(t, one.Findings)
		require.Len(t, two.Findings, len(one.Findings))
		for i := range one.Findings {
			assert.Equal(t, one.Findings[i].Fingerprint, two.Findings[i].Fingerprint, one.Findings[i].Rule)
		}
	}
}

func TestTestData(t *testing.T) {
	j, err := judge.New(nested.sheet(t), judge.Options{})
	require.NoError(t, err)
	const missing, bad, fine = `{"status":{"code":"E404","text":"x"}}`, `{"status":{"code":"E100","text":"x"}}`, `{"status":{"code":"S100","text":"x"},"orders":[]}`
	cases := []struct {
		name   string
		expect probe.Expectation
		status int
		body   string
		want   string
	}{
		{"promised code", probe.Expectation{Outcome: probe.OutcomeError, HTTPStatus: []int{400, 404}, Codes: []string{"E404"}}, 404, missing, ""},
		{"another documented code", probe.Expectation{Outcome: probe.OutcomeError, HTTPStatus: []int{400, 404}, Codes: []string{"E404"}}, 400, bad, "status.code"},
		{
			"an undocumented code",
			probe.Expectation{Outcome: probe.OutcomeError, HTTPStatus: []int{400, 404}, Codes: []string{"E404"}},
			400,
			`{"status":{"code":"E9","text":"x"}}`, "status.code-undocumented",
		},
		{
			"success in place of an error",
			probe.Expectation{Outcome: probe.OutcomeError, HTTPStatus: []int{400, 404}, Codes: []string{"E404"}},
			200, fine,
			"outcome.success-instead-of-error status.code",
		},
		{
			"error in place of a success",
			probe.Expectation{Outcome: probe.OutcomeSuccess, HTTPStatus: []int{200}, Codes: []string{"S100"}},
			404, missing,
			"outcome.error-instead-of-success status.code",
		},
		{"promised status", probe.Expectation{Outcome: probe.OutcomeError, HTTPStatus: []int{404}, Codes: []string{"E100", "E404"}}, 404, missing, ""},
		{"another status", probe.Expectation{Outcome: probe.OutcomeError, HTTPStatus: []int{422}, Codes: []string{"E100", "E404"}}, 404, missing, "status.http"},
		{"promised refusal", probe.Expectation{Outcome: probe.OutcomeError, HTTPStatus: []int{401}, Codes: []string{"E100", "E404"}}, 401, bad, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			x := row{status: c.status, media: "application/json", body: c.body}.exchange()
			checkResult(t, j.Decide(&probe.Case{ID: "a/test-data/1", Family: probe.FamilyTestData, Expect: c.expect}, x), c.want)
		})
	}
}

func TestJSONBeyondOurLimitsIsNotTheEndpointsFault(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 1500) + "1" + strings.Repeat("}", 1500)
	r := decide(t, model, judge.Options{}, row{family: probe.FamilySuccess, status: 200, media: "application/json", body: deep})
	assert.Equal(t, probe.Inconclusive, r.Verdict)
	assert.NotEmpty(t, r.Reason)
	assert.Empty(t, r.Findings)
}

func TestHeadHasNoBody(t *testing.T) {
	j, err := judge.New(model.sheet(t), judge.Options{})
	require.NoError(t, err)
	c := row{family: probe.FamilySuccess}.testCase()
	c.Request.Method = "HEAD"
	checkResult(t, j.Decide(c, row{status: 200, media: "application/json"}.exchange()), "")
}

func TestCoverage(t *testing.T) {
	j, err := judge.New(nested.sheet(t), judge.Options{})
	require.NoError(t, err)
	c := row{family: probe.FamilySuccess}.testCase()
	results := []probe.Result{
		j.Decide(c, row{status: 404, media: "application/json", body: `{"status":{"code":"E404","text":"x"}}`}.exchange()),
		j.Decide(c, row{status: 400, media: "application/json", body: `{"status":{"code":"E777","text":"x"}}`}.exchange()),
		j.Decide(c, row{status: 302, body: `{"status":{"code":"E100","text":"x"}}`}.exchange()), // inconclusive: seen in no sense that counts
		j.Decide(c, nil),
	}
	planned := []probe.PlannedError{
		{Code: "E100", Response: 0, Lacking: "nothing says how; add a row"},
		{Code: "E404", Response: 1, Tried: []string{"send/unknown-id/no"}},
		{Code: "E500", Response: -1, Tried: []string{"send/success"}},
	}
	got := j.Coverage(results, planned)
	assert.Equal(t, got, j.Coverage(recorded(results), planned))
	assert.Equal(t, []probe.CodeCoverage{
		{Code: "S100", Message: "Fine", Documented: true},
		{Code: "E100", Message: "Bad request", Documented: true, Lacking: "nothing says how; add a row"},
		{Code: "E404", Message: "Not found", Documented: true, Seen: true, SeenIn: []string{"send/success"}, Tried: []string{"send/unknown-id/no"}},
		{Code: "E500", Message: "Failed", Documented: true, Tried: []string{"send/success"}},
		{Code: "E777", Seen: true, SeenIn: []string{"send/success"}},
	}, got.Codes)
	require.Len(t, got.Responses, 3)
	assert.Equal(t, probe.OutcomeSuccess, got.Responses[0].Kind)
	assert.False(t, got.Responses[0].Seen)
	assert.True(t, got.Responses[2].Seen)
	empty, err := judge.New(doc{}.sheet(t), judge.Options{})
	require.NoError(t, err)
	assert.Equal(t, probe.Coverage{Codes: []probe.CodeCoverage{}, Responses: []probe.ResponseCoverage{}}, empty.Coverage(nil, nil))
}

// recorded are results as they come from a record, which holds nothing for the coverage.
func recorded(results []probe.Result) []probe.Result {
	results = slices.Clone(results)
	for i := range results {
		results[i].Sighting = nil
	}
	return results
}

func TestCoverageTellsErrorsOfOneStatusApart(t *testing.T) {
	d := doc{success: tied.success, failure: []string{`400 - {"error":"amount is missing"}`, `400 - {"error":"no such currency"}`, `400 - {"error":"closed on <date>"}`}}
	j, err := judge.New(d.sheet(t), judge.Options{})
	require.NoError(t, err)
	planned := []probe.PlannedError{
		{HTTPStatus: 400, Response: 0, Tried: []string{"send/missing-field/amount"}},
		{HTTPStatus: 400, Response: 1, Tried: []string{"send/broken-rule/currency"}},
		{HTTPStatus: 400, Response: 2, Lacking: "nothing says how"},
	}
	for name, what := range map[string]struct{ id, body, want string }{
		"by its own words, whatever the case was for": {"send/missing-field/amount", `{"error":"No such currency"}`, "false true false"},
		"by what the case was for":                    {"send/broken-rule/currency", `{"error":"currency XXX is unknown"}`, "false true false"},
		"none, where another would be told apart":     {"send/empty-body", `{"error":"unreadable"}`, "false false false"},
	} {
		t.Run(name, func(t *testing.T) {
			c := row{family: probe.FamilyMissingField}.testCase()
			c.ID = what.id
			results := []probe.Result{j.Decide(c, row{status: 400, media: "application/json", body: what.body}.exchange())}
			got := j.Coverage(results, planned)
			assert.Equal(t, got, j.Coverage(recorded(results), planned))
			var seen []string
			for _, r := range got.Responses[1:] {
				seen = append(seen, strconv.FormatBool(r.Seen))
			}
			assert.Equal(t, what.want, strings.Join(seen, " "))
		})
	}
}

// Whatever comes, it is judged: no panic, findings that are complete, and one verdict from run to run.
func FuzzDecide(f *testing.F) {
	docs := []doc{model, numeric, boolean, nested, keysOnly, tied, alone, mirror, order, product, flat, list, plain, nothing, xml, {}}
	families := append([]probe.Family{probe.FamilySuccess, probe.FamilyTestData}, probe.NegativeFamilies[:]...)
	for i, body := range []string{good, "", "null", "[]", "[[[1e999]]]", `{"code":{},"code":[]}`, "<html><title>", "\xff\x00", `{"status":{"code":null}}`, `"x"`, "{\"\":{\"/~\":1}}"} {
		f.Add(uint8(i), uint8(i), i*50, "application/json", body)
	}
	for _, body := range []string{"<r><code>0</code></r>", "<r/>", "<r><code>", "<a:r xmlns:a='x'><a:code>9</a:code></a:r>", "<!DOCTYPE r><r>&x;</r>", "OK|12", strings.Repeat("<r>", 200)} {
		f.Add(uint8(14), uint8(0), 200, "application/xml", body)
	}
	f.Fuzz(func(t *testing.T, which, family uint8, status int, media, body string) {
		r := row{family: families[int(family)%len(families)], status: status, media: media, body: body}
		d := docs[int(which)%len(docs)]
		got := decide(t, d, judge.Options{}, r)
		require.Contains(t, []probe.Verdict{probe.Conforms, probe.Deviates, probe.Inconclusive}, got.Verdict)
		require.Equal(t, got.Findings, decide(t, d, judge.Options{}, r).Findings)
		for _, finding := range got.Findings {
			_, known := probe.RuleByID(finding.Rule)
			require.True(t, known, finding.Rule)
			require.NotEmpty(t, finding.Message)
			require.Less(t, len(finding.Observed), 2000)
		}
	})
}
