package correct

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// isEvidence says that an answer may be taken for how the API is meant to answer: it is of the outcome that was expected, the server did not
// fail, and nothing in it is for the endpoint alone to mend.
func isEvidence(c *probe.Result) bool {
	if !canBeJudged(c) || c.Exchange.Response.HTTPStatus >= 500 {
		return false
	}
	return c.Outcome == c.Expect.Outcome && !slices.ContainsFunc(c.Findings, func(f probe.Finding) bool { return f.Rule != wrongError && isEndpoints(f.Rule) })
}

// wrongError is about which of the errors came: what it looks like may be learned from it all the same, but not that it belongs to the mistake.
const wrongError = "negative.wrong-error"

func isWrongError(c *probe.Result) bool {
	return slices.ContainsFunc(c.Findings, func(f probe.Finding) bool { return f.Rule == wrongError })
}

// isEndpoints says that what a rule is about is wrong whatever a sheet says.
func isEndpoints(rule string) bool {
	switch group, _, _ := strings.Cut(rule, "."); group {
	case "negative", "security", "outcome", "stability", "transport":
		return true
	}
	return rule == "status.code"
}

// bodyOf is the answer as JSON, with placeholders for what is masked; nil where it is none.
func bodyOf(r *probe.RecordedResponse) *nearjson.Value {
	v, _, err := nearjson.ParseStrict(source.NewDocument("", nil, r.Body).Text())
	if err != nil {
		return nil
	}
	v.Walk(func(_ string, v *nearjson.Value) bool {
		if v.Kind == nearjson.String {
			v.Text = unmasked(v.Text)
		}
		return true
	})
	return v
}

// matching is the documented answer that one is to be compared with: by its business code, else by its HTTP status, else the only one; -1
// where it is like none.
func matching(answers []probe.Response, r *probe.RecordedResponse, body *nearjson.Value) int {
	code := func(a probe.Response) bool { return a.Code != "" && holds(body, a.Code) }
	if i := slices.IndexFunc(answers, code); i >= 0 {
		return i
	}
	status := func(a probe.Response) bool {
		return a.HTTPStatus != nil && *a.HTTPStatus == r.HTTPStatus
	}
	if i := slices.IndexFunc(answers, status); i >= 0 {
		return i
	}
	if len(answers) == 1 && answers[0].Code == "" && (answers[0].HTTPStatus == nil || r.HTTPStatus < 400) {
		return 0
	}
	return -1
}

// holds says that a text or number of the answer is the code.
func holds(body *nearjson.Value, code string) bool {
	found := false
	body.Walk(func(_ string, v *nearjson.Value) bool {
		found = found || (v.Kind == nearjson.String || v.Kind == nearjson.Number) && v.Text == code
		return !found
	})
	return found
}
