package judge_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// doc is a documented API in brief. Responses are written as "STATUS CODE BODY", where STATUS and CODE may be "-".
type doc struct {
	success, failure []string
	codes            []string // "CODE message"; three digits in "http:" notation for HTTP rows: "http:200 OK"
	limit            int
}

// model has the form of most sheets: a flag, a code and a message, and both outcomes come with HTTP 200.
var model = doc{
	success: []string{`- SUCC001 {"status":"success","status_code":"SUCC001","message":"Request Successful"}`},
	failure: []string{`- ERR002 {"status":"error","status_code":"ERR002","message":"Request Failed"}`},
	codes:   []string{"SUCC001 Request Successful", "ERR001 Request Failed"},
}

func (d doc) sheet(t testing.TB) *probe.Sheet {
	t.Helper()
	s := &probe.Sheet{Name: "Send", Method: "POST", URL: "http://uat.shop.example/send", Limits: probe.Limits{MaxResponseMS: d.limit}}
	for i, f := range probe.Fields {
		s.At.Set(f, source.Span{Pos: source.Pos{Line: i + 1, Column: 1}})
	}
	s.Success, s.Errors = documented(t, d.success), documented(t, d.failure)
	for _, row := range d.codes {
		code, message, _ := strings.Cut(row, " ")
		status := probe.StatusCode{Code: code, Message: message, Kind: probe.KindBusiness}
		if http, ok := strings.CutPrefix(code, "http:"); ok {
			status.Code, status.Kind = http, probe.KindHTTP
		}
		s.StatusCodes = append(s.StatusCodes, status)
	}
	return s
}

func documented(t testing.TB, written []string) []probe.Response {
	t.Helper()
	var all []probe.Response
	for _, w := range written {
		parts := strings.SplitN(w, " ", 3)
		require.Len(t, parts, 3, w)
		var r probe.Response
		if status, err := strconv.Atoi(parts[0]); err == nil {
			r.HTTPStatus = &status
		}
		if parts[1] != "-" {
			r.Code = parts[1]
		}
		if parsed, err := nearjson.Parse(source.Unplaced(parts[2])); err == nil {
			r.Body.Value = parsed.Value
		} else {
			r.Body.Text = parts[2]
		}
		all = append(all, r)
	}
	return all
}

// row is one answer and what is to be said of it.
type row struct {
	name     string
	doc      doc
	family   probe.Family // success where empty
	open     bool         // the sheet does not forbid the negative request
	status   int          // 200 where 0
	media    string       // application/json where empty, none where "-"
	body     string
	location string // of a redirect
	want     string // the rules, in any order; ":warning" or ":info" where the severity is not the rule's own
}

func (r row) testCase() *probe.Case {
	c := &probe.Case{ID: "send/" + string(r.family), Title: "without something", Family: r.family, Request: probe.Request{Method: "POST"}}
	c.Expect = probe.Expectation{Outcome: probe.OutcomeSuccess}
	if r.family.Negative() {
		c.Expect = probe.Expectation{Outcome: probe.OutcomeError, Forbidden: !r.open}
	}
	return c
}

func (r row) exchange() *probe.Exchange {
	media := strings.TrimSuffix(r.media, "-")
	x := &probe.Exchange{
		Attempts: []probe.Attempt{{}},
		Response: &probe.RecordedResponse{HTTPStatus: r.status, Body: r.body, MediaType: media},
	}
	if r.location != "" {
		x.Response.Headers = []probe.Header{{Name: "Location", Value: r.location}}
	}
	return x
}

func run(t *testing.T, rows []row) {
	t.Helper()
	require.NotEmpty(t, rows)
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			if r.family == "" {
				r.family = probe.FamilySuccess
			}
			if r.status == 0 {
				r.status = 200
			}
			if r.media == "" {
				r.media = "application/json"
			}
			s := r.doc.sheet(t)
			c := r.testCase()
			codes := probe.NewCodes(s)
			c.Expect.HTTPStatus, c.Expect.Codes = codes.Statuses(c.Expect.Outcome), codes.For(c.Expect.Outcome)
			j, err := judge.New(s, judge.Options{})
			require.NoError(t, err)
			checkResult(t, j.Decide(c, r.exchange()), r.want)
		})
	}
}

func checkResult(t *testing.T, got probe.Result, want string) {
	t.Helper()
	wanted := strings.Fields(want)
	slices.Sort(wanted)
	assert.Equal(t, strings.Join(wanted, " "), strings.Join(rulesOf(got), " "), "%+v", got.Findings)
	assert.Positive(t, got.Checks)
	for _, f := range got.Findings {
		assert.NotEmpty(t, f.Message, f.Rule)
		assert.NotEmpty(t, f.Fingerprint, f.Rule)
		assert.NotEmpty(t, f.Hint, f.Rule)
		assert.Equal(t, strings.ToLower(f.Message[:1]), f.Message[:1], f.Message)
		assert.False(t, strings.HasSuffix(f.Message, "."), f.Message)
		assert.Positive(t, f.Count)
	}
	switch {
	case got.Verdict == probe.Inconclusive:
		assert.NotEmpty(t, got.Reason)
	case slices.ContainsFunc(got.Findings, func(f probe.Finding) bool { return f.Severity == source.Error }):
		assert.Equal(t, probe.Deviates, got.Verdict)
	default:
		assert.Equal(t, probe.Conforms, got.Verdict)
	}
}

// rulesOf writes findings as the tables do, "?" for an inconclusive case.
func rulesOf(r probe.Result) []string {
	var rules []string
	if r.Verdict == probe.Inconclusive {
		rules = append(rules, "?")
	}
	for _, f := range r.Findings {
		rule, _ := probe.RuleByID(f.Rule)
		if f.Severity != rule.Severity {
			rules = append(rules, f.Rule+":"+string(f.Severity))
			continue
		}
		rules = append(rules, f.Rule)
	}
	slices.Sort(rules)
	return rules
}

// What was decided about an answer stays as it is when its judge reads others.
func TestWhatWasDecidedOutlivesItsAnswer(t *testing.T) {
	for _, bm := range benched {
		j, err := judge.New(bm.doc.sheet(t), judge.Options{})
		require.NoError(t, err)
		first := j.Decide(caseOf(bm.family), answerOf(bm.status, bm.body))
		before, err := probe.EncodeResult(&first)
		require.NoError(t, err)
		seen := *first.Sighting
		for _, other := range benched {
			j.Decide(caseOf(other.family), answerOf(other.status, strings.ReplaceAll(other.body, "S", "T")))
		}
		after, err := probe.EncodeResult(&first)
		require.NoError(t, err)
		assert.Equal(t, string(before), string(after), bm.name)
		assert.Equal(t, seen, *first.Sighting, bm.name)
		again := j.Decide(caseOf(bm.family), answerOf(bm.status, bm.body))
		last, err := probe.EncodeResult(&again)
		require.NoError(t, err)
		assert.Equal(t, string(before), string(last), bm.name)
	}
}
