package judge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// coded documents two errors by code, and two more by HTTP status.
var coded = doc{
	success: model.success,
	failure: []string{
		`400 E10 {"status":"error","status_code":"E10","message":"amount is mandatory"}`, `400 E20 {"status":"error","status_code":"E20","message":"Request failed"}`,
		`404 - {"status":"error","status_code":"E40","message":"not found"}`,
	},
	codes: []string{"SUCC001 ok", "E10 amount is mandatory", "E20 Request failed", "E40 not found", "http:400 Bad request", "http:404 Not found", "http:405 Method not allowed"},
}

func TestWrongErrors(t *testing.T) {
	amount := probe.ExpectedError{Code: "E10", HTTPStatus: 400, Title: "amount is mandatory", Why: `its message names "amount"`, Sure: true}
	likely := amount
	likely.Sure = false
	gone := probe.ExpectedError{HTTPStatus: 404, Title: "Not found", Why: "404 is what an unknown id leads to", Sure: true}
	noMethod := probe.ExpectedError{HTTPStatus: 405, Title: "Method not allowed", Why: "405 is what a wrong method leads to", Sure: true}
	const e10, e20, e99 = `{"status":"error","status_code":"E10","message":"a"}`, `{"status":"error","status_code":"E20","message":"a"}`, `{"status":"error","status_code":"E99","message":"a"}`
	for name, c := range map[string]struct {
		family probe.Family
		open   bool
		expect probe.ExpectedError
		status int
		body   string
		want   string
	}{
		"the very one":                       {"missing-field", false, amount, 400, e10, ""},
		"another one":                        {"missing-field", false, amount, 400, e20, "negative.wrong-error"},
		"another one, not forbidden":         {"missing-field", true, amount, 400, e20, "negative.wrong-error:warning"},
		"another than the likely one":        {"missing-field", false, likely, 404, `{"status":"error","status_code":"E40","message":"a"}`, "negative.wrong-error:info"},
		"another one of the status":          {"missing-field", false, likely, 400, e20, ""},
		"an undocumented one":                {"missing-field", false, amount, 400, e99, "status.code-undocumented"},
		"accepted":                           {"missing-field", false, amount, 200, good, "negative.accepted"},
		"another status":                     {"unknown-id", false, gone, 400, e20, "negative.wrong-error"},
		"another status, of a layer":         {"unknown-id", false, gone, 400, `{"oops":1}`, "shape.missing:warning"},
		"404 for 405":                        {"wrong-method", true, noMethod, 404, `{"status":"error","status_code":"E40","message":"a"}`, ""},
		"a status of no row":                 {"unknown-id", false, gone, 410, e20, "status.http"},
		"known by its heading alone":         {"missing-field", false, probe.ExpectedError{Title: "amount", Sure: true}, 400, e20, ""},
		"the code of the status in the body": {"unknown-id", false, probe.ExpectedError{Code: "404", Sure: true}, 404, `{"status":"error","status_code":"E40","message":"a"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			j, err := judge.New(coded.sheet(t), judge.Options{})
			require.NoError(t, err)
			r := row{family: c.family, open: c.open, status: c.status, media: "application/json", body: c.body}
			q := r.testCase()
			q.Expect.Errors = []probe.ExpectedError{c.expect}
			got := j.Decide(q, r.exchange())
			checkResult(t, got, c.want)
			for _, f := range got.Findings {
				if f.Rule == "negative.wrong-error" {
					assert.Contains(t, f.Why, c.expect.Why, "the pairing is stated")
				}
			}
		})
	}
}

func TestUnseen(t *testing.T) {
	j, err := judge.New(coded.sheet(t), judge.Options{})
	require.NoError(t, err)
	planned := []probe.PlannedError{
		{Code: "E10", HTTPStatus: 400, Title: "amount is mandatory", Response: 0, Tried: []string{"send/missing-field"}},
		{Code: "E20", HTTPStatus: 400, Title: "Request failed", Response: 1, Lacking: "the sheet does not say what leads to it; add `when`"},
		{HTTPStatus: 404, Response: 2, Tried: []string{"send/unknown-id"}},
		{HTTPStatus: 405, Title: "Method not allowed", Response: -1, Lacking: "nothing"},
		{HTTPStatus: 500, Response: -1, Lacking: "nothing"},
	}
	success := row{family: probe.FamilySuccess, status: 200, media: "application/json", body: good}
	wrong := row{family: probe.FamilyMissingField, status: 400, media: "application/json", body: `{"status":"error","status_code":"E99","message":"a"}`}
	c := wrong.testCase()
	c.Expect.Errors = []probe.ExpectedError{{Code: "E10", HTTPStatus: 400, Sure: true}}
	results := []probe.Result{j.Decide(success.testCase(), success.exchange()), j.Decide(c, wrong.exchange())}
	var got []string
	for _, f := range j.Unseen("send", j.Coverage(results, planned), planned, results) {
		assert.NotEmpty(t, f.Hint, f.Message)
		assert.NotEmpty(t, f.Fingerprint)
		got = append(got, string(f.Severity)+" "+f.Rule+": "+f.Message)
	}
	assert.Equal(t, []string{
		string(source.Warning) + ` coverage.error-not-elicited: no case brought about the documented error "E10" (amount is mandatory), which missing-field was there to do`,
		`info coverage.error-not-elicited: no case brought about the documented error "E20" (Request failed)`,
		`info coverage.error-not-elicited: no case brought about the documented error HTTP 404 Not Found, which unknown-id was there to do`,
		`info coverage.code-not-seen: no answer carried the code "405" (Method not allowed)`,
		`info coverage.code-not-seen: no answer carried the code "E40" (not found)`,
	}, got)
	refused := []probe.Result{j.Decide(success.testCase(), wrong.exchange())}
	assert.Empty(t, j.Unseen("send", j.Coverage(refused, planned), planned, refused), "where the documented request fails, nothing could be tried")
}

// Where none of the errors is sure, one that tells of what was not changed is worth a warning, whatever its status.
func TestErrorsThatTellOfAnotherField(t *testing.T) {
	unrelated := probe.ExpectedError{Code: "E10", HTTPStatus: 400, Title: "amount is mandatory", Why: `it tells of "amount", which the request leaves as documented`}
	likely := probe.ExpectedError{Code: "E20", HTTPStatus: 400, Title: "Request failed", Why: "it may be any mistake"}
	sure := likely
	sure.Sure = true
	const e10, e20 = `{"status":"error","status_code":"E10","message":"a"}`, `{"status":"error","status_code":"E20","message":"a"}`
	for name, c := range map[string]struct {
		errors []probe.ExpectedError
		body   string
		want   string
	}{
		"it came":                   {[]probe.ExpectedError{likely}, e10, "negative.wrong-error:warning"},
		"it came, none is expected": {nil, e10, "negative.wrong-error:warning"},
		"it came for a sure one":    {[]probe.ExpectedError{sure}, e10, "negative.wrong-error"},
		"another came":              {[]probe.ExpectedError{likely}, e20, ""},
		"another came, none is due": {nil, e20, ""},
	} {
		t.Run(name, func(t *testing.T) {
			j, err := judge.New(coded.sheet(t), judge.Options{})
			require.NoError(t, err)
			r := row{family: "missing-field", status: 400, media: "application/json", body: c.body}
			q := r.testCase()
			q.Expect.Errors, q.Expect.Unrelated = c.errors, []probe.ExpectedError{unrelated, {HTTPStatus: 400, Title: "no note"}, {Code: "400", HTTPStatus: 400}}
			checkResult(t, j.Decide(q, r.exchange()), c.want)
		})
	}
}

// The status of another error is told as what it is: documented, but not for the code that came with it.
func TestStatusOfAnotherErrorNamesTheCode(t *testing.T) {
	j, err := judge.New(coded.sheet(t), judge.Options{})
	require.NoError(t, err)
	r := row{family: "missing-field", status: 404, media: "application/json", body: `{"status":"error","status_code":"E10","message":"a"}`}
	got := j.Decide(r.testCase(), r.exchange())
	require.Len(t, got.Findings, 1)
	assert.Equal(t, "status.http", got.Findings[0].Rule)
	assert.Contains(t, got.Findings[0].Message, `the HTTP status is 404, and the sheet documents 400 for the error "E10" that came with it`)
}

// A row of the status codes may tie its code to a status, and no example carries it.
func TestStatusThatARowTiesToItsCode(t *testing.T) {
	s := coded.sheet(t)
	s.StatusCodes = append(s.StatusCodes, probe.StatusCode{Code: "E30", Message: "date is wrong", Kind: probe.KindBusiness, HTTPStatus: 422})
	j, err := judge.New(s, judge.Options{})
	require.NoError(t, err)
	for status, want := range map[int]string{422: "", 400: "status.http"} {
		r := row{family: "missing-field", status: status, media: "application/json", body: `{"status":"error","status_code":"E30","message":"a"}`}
		checkResult(t, j.Decide(r.testCase(), r.exchange()), want)
	}
}

// What is to be corrected is what was broken: the rule of a field is not about what is mandatory.
func TestHintOfAnAcceptedRequestNamesWhatWasBroken(t *testing.T) {
	j, err := judge.New(coded.sheet(t), judge.Options{})
	require.NoError(t, err)
	for family, want := range map[probe.Family]string{
		probe.FamilyMissingField: "mandatory", probe.FamilyBrokenRule: "the field's values", probe.FamilyDocumentedError: "its errors",
	} {
		r := row{family: family, status: 200, media: "application/json", body: good}
		got := j.Decide(r.testCase(), r.exchange())
		require.Len(t, got.Findings, 1, family)
		assert.Contains(t, got.Findings[0].Hint, want)
	}
}
