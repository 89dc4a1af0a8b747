package correct_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/correct"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

const ledger = `name: Book an entry
method: POST
url: https://ledger-uat.example/v1/entries
request_body: {amount: 5}
success_response:
  http_status: 200
  body: {id: E-1, kind: "DEBIT|CREDIT", lines: [{text: a, sum: 1.5}]}
error_response:
  http_status: 400
  body: {code: 4001, message: amount missing}
status_codes: {4001: amount missing}
`

// reply is a recorded answer to the documented request, or to one with a mutation.
type reply struct {
	family   probe.Family
	mutation string
	status   int
	body     string
}

func proposed(t *testing.T, replies ...reply) correct.Proposal {
	t.Helper()
	s := engine.Read([]sheet.Input{{Name: "ledger.yaml", Data: []byte(ledger)}})[0].Sheets[0]
	j, err := judge.New(s, judge.Options{})
	require.NoError(t, err)
	result := &probe.SheetResult{Name: s.Name}
	codes := probe.NewCodes(s)
	for _, r := range replies {
		outcome := probe.OutcomeSuccess
		if r.family.Negative() {
			outcome = probe.OutcomeError
		}
		c := &probe.Case{
			ID: "book-an-entry/" + string(r.family) + "/" + r.mutation, Family: r.family, Mutation: r.mutation, Request: probe.Request{Method: s.Method, URL: s.URL},
			Expect: probe.Expectation{Outcome: outcome, HTTPStatus: codes.Statuses(outcome), Codes: codes.For(outcome), Forbidden: r.family.Negative()},
		}
		response := &probe.RecordedResponse{HTTPStatus: r.status, Body: r.body, MediaType: "application/json", Headers: []probe.Header{{Name: "Content-Type", Value: "application/json"}}}
		result.Cases = append(result.Cases, j.Decide(c, &probe.Exchange{Attempts: []probe.Attempt{{}}, Response: response}))
	}
	return correct.Propose(s, result)
}

func TestWhatAProposalTakesUp(t *testing.T) {
	const right = `{"id":"E-1","kind":"DEBIT","lines":[{"text":"a","sum":1.5}]}`
	good := reply{probe.FamilySuccess, "", 200, right}
	for name, test := range map[string]struct {
		replies []reply
		changes []correct.Change // Kind, Pointer, Now
		left    int
	}{
		"nothing deviates":  {replies: []reply{good}},
		"another type":      {[]reply{{probe.FamilySuccess, "", 200, `{"id":7,"kind":"DEBIT","lines":[{"text":"a","sum":1.5}]}`}}, []correct.Change{{Kind: correct.Replaced, Pointer: "/id", Now: "7"}}, 0},
		"a null":            {[]reply{{probe.FamilySuccess, "", 200, `{"id":"E-1","kind":"DEBIT","lines":[{"text":"a","sum":null}]}`}}, []correct.Change{{Kind: correct.Nullable, Pointer: "/lines/0/sum", Now: "1.5"}}, 0},
		"a further value":   {[]reply{{probe.FamilySuccess, "", 200, `{"id":"E-1","kind":"FEE","lines":[{"text":"a","sum":1.5}]}`}}, []correct.Change{{Kind: correct.Replaced, Pointer: "/kind", Now: `"DEBIT|CREDIT|FEE"`}}, 0},
		"a hidden value":    {[]reply{{probe.FamilySuccess, "", 200, `{"id":"E-1","kind":"DEBIT","lines":[{"text":"a","sum":1.5}],"key":"[masked:api-key~abcde]"}`}}, []correct.Change{{Kind: correct.Added, Pointer: "/key", Now: `"<<api_key>>"`}}, 0},
		"types that differ": {replies: []reply{{probe.FamilySuccess, "", 200, `{"id":"E-1","kind":"DEBIT","lines":[{"text":"a","sum":1.5},{"text":"b","sum":"2"}]}`}}, left: 1},
		"a failed server":   {replies: []reply{good, {probe.FamilyMalformedBody, "the body broken off", 500, `{"code":5,"message":"oops"}`}}, left: 1},
		"a stack trace": {replies: []reply{good, {
			probe.FamilyMissingField, `field "amount" left out`, 400,
			`{"code":4001,"message":"java.lang.NullPointerException\n\tat com.ledger.Entries.book(Entries.java:12)\n\tat com.ledger.Main.run(Main.java:3)"}`,
		}}, left: 1},
		"what should be refused": {replies: []reply{good, {probe.FamilyMissingField, `field "amount" left out`, 200, right}}, left: 1},
		"an unknown refusal": {
			[]reply{good, {probe.FamilyMalformedBody, "the body broken off", 415, `{"fault":"not read"}`}},
			[]correct.Change{{Kind: correct.Added, Pointer: "", Now: `{"fault":"not read"}`}},
			0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := proposed(t, test.replies...)
			var changes []correct.Change
			for _, c := range p.Changes {
				changes = append(changes, correct.Change{Kind: c.Kind, Pointer: c.Pointer, Now: c.Now})
			}
			require.Equal(t, test.changes, changes)
			require.Len(t, p.Left, test.left, "%v", p.Left)
		})
	}
}
