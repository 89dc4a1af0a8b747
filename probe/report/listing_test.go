package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const pinSheet = `Dear all, here is the API.

API Name: Send one-time PIN
Method: POST
Endpoint URL: https://sit.parcels.example/pin/v1/send
Headers: Authorization: Bearer <<token>>
Request Body: {"msisdn": "0711000222", "purpose": "login"}
Success Response: {"result": "ok", "result_code": "RC000"}
Error Response: the call ends with <error/>
Status Codes: RC000 sent
`

// at is the span of a piece of the document's text.
func at(t *testing.T, d *source.Document, piece string) source.Span {
	t.Helper()
	i := strings.Index(d.Text().String(), piece)
	require.GreaterOrEqual(t, i, 0, piece)
	return d.Text().Span(i, i+len(piece))
}

func bodyOf(t *testing.T, d *source.Document, piece string) probe.Body {
	t.Helper()
	i := strings.Index(d.Text().String(), piece)
	v, _, err := nearjson.ParseStrict(d.Text().Slice(i, i+len(piece)))
	require.NoError(t, err)
	return probe.Body{Value: v, At: at(t, d, piece)}
}

// documents are one that was understood, and one that was not.
func documents(t *testing.T) []report.Document {
	t.Helper()
	d := source.NewDocument("pin.txt", []byte(pinSheet), pinSheet)
	d.Format = "text"
	yes, status := true, 200
	s := &probe.Sheet{
		Name: "Send one-time PIN", Method: "POST", URL: "https://sit.parcels.example/pin/v1/send", Document: d,
		Headers: []probe.Header{{Name: "Authorization", Value: "Bearer <<token>>"}},
		Request: probe.RequestSpec{
			Body: bodyOf(t, d, `{"msisdn": "0711000222", "purpose": "login"}`), Raw: `{"msisdn": "0711000222", "purpose": "login"}`, MediaType: "application/json",
			Fields: []probe.RequestField{{Name: "msisdn", In: probe.InBody, Pointer: "/msisdn", Type: "string", Mandatory: &yes}, {Name: "purpose", In: probe.InBody, Pointer: "/purpose"}},
		},
		Success:     []probe.Response{{Title: "Sent", HTTPStatus: &status, Code: "RC000", Body: bodyOf(t, d, `{"result": "ok", "result_code": "RC000"}`)}},
		Errors:      []probe.Response{{When: "the number is unknown", Body: probe.Body{Text: "the call ends with <error/>"}}},
		StatusCodes: []probe.StatusCode{{Code: "RC000", Message: "sent", Kind: probe.KindBusiness}},
		Placeholder: []probe.Placeholder{{Name: "token", Written: "<<token>>", Field: probe.FieldHeaders, At: at(t, d, "<<token>>")}},
		At: probe.PlacesOf(map[probe.Field]source.Span{
			probe.FieldName: at(t, d, "Send one-time PIN"), probe.FieldURL: at(t, d, "https://sit.parcels.example/pin/v1/send"), probe.FieldRequestBody: at(t, d, `{"msisdn"`),
		}),
		Diagnostics: source.Diagnostics{
			{Rule: "sheet.no-test-data", Severity: source.Info, Message: "no test data is documented", Hint: "ask the API owner for test accounts", At: at(t, d, "Send one-time PIN")},
			{Rule: "sheet.repaired-json", Severity: source.Info, Field: "success_response", Message: "keys were not quoted (2)", At: at(t, d, `"result"`)},
			{Rule: "sheet.missing-field", Severity: source.Error, Field: "error_response", Message: "the error response is not JSON", Hint: "ask the API owner for it", At: at(t, d, "the call ends")},
		},
	}
	notes := source.NewDocument("minutes.txt", []byte("x"), "x")
	return []report.Document{
		{Document: d, Sheets: []*probe.Sheet{s}},
		{Document: notes, Diagnostics: source.Diagnostics{{Rule: "sheet.unreadable", Severity: source.Error, Message: "no API details sheet was found", Hint: "expected labels such as Endpoint URL"}}},
	}
}

func plans(t *testing.T) []probe.Plan {
	t.Helper()
	s := documents(t)[0].Sheets[0]
	send := probe.Request{
		Method: "POST", URL: s.URL, Headers: []probe.Header{{Name: "Authorization", Value: "Bearer s3cr3t-Tok/en+42"}, {Name: "Content-Type", Value: "application/json"}},
		Body: []byte(`{"msisdn":"0711000222","purpose":"login"}`),
	}
	broken := send
	broken.Body = []byte("{\"msisdn\":\"\xff")
	return []probe.Plan{{Sheet: s, Cases: []probe.Case{
		{ID: "send-one-time-pin/success", Title: "the documented request", Family: probe.FamilySuccess, Request: send, Expect: probe.Expectation{Outcome: probe.OutcomeSuccess, HTTPStatus: []int{200}, Codes: []string{"RC000"}}},
		{ID: "send-one-time-pin/malformed-body", Title: "a body that is not JSON", Family: probe.FamilyMalformedBody, Mutation: "the JSON body breaks off", Request: broken, Expect: probe.Expectation{Outcome: probe.OutcomeError}},
		{
			ID: "send-one-time-pin/no-auth", Title: "without credentials", Family: probe.FamilyNoAuth, Mutation: `header "Authorization" left out`, Request: probe.Request{Method: "POST", URL: s.URL},
			Blocked: []probe.Finding{{Rule: "setup.host-not-allowed", Message: "the host does not look like staging", Hint: "admit it with --allow-host"}},
		},
		{ID: "send-one-time-pin/missing-field/purpose", Family: probe.FamilyMissingField, Mutation: `field "purpose" left out`, Skip: "not chosen by --only", Request: send},
	}}}
}

func mask() *probe.Redactor {
	return probe.NewRedactor(probe.NewVars(probe.Var{Name: "token", Value: "s3cr3t-Tok/en+42", Secret: true}))
}

func TestListings(t *testing.T) {
	docs, planned := documents(t), plans(t)
	rules := []probe.Rule{probe.Rules[0], probe.Rules[1], probe.Rules[len(probe.Rules)-1]}
	listings := map[string]func(io.Writer, report.Options) error{
		"rules":      func(w io.Writer, o report.Options) error { return report.Rules(w, rules, o) },
		"rules.json": func(w io.Writer, _ report.Options) error { return report.RulesJSON(w, rules) },
		"lint":       func(w io.Writer, o report.Options) error { return report.Lint(w, docs, mask(), o) },
		"lint.json":  func(w io.Writer, _ report.Options) error { return report.LintJSON(w, docs, mask()) },
		"lint.md":    func(w io.Writer, _ report.Options) error { return report.LintMarkdown(w, docs, mask()) },
		"plan":       func(w io.Writer, o report.Options) error { return report.Plan(w, planned, mask(), o) },
		"plan.json":  func(w io.Writer, _ report.Options) error { return report.PlanJSON(w, planned, mask()) },
		"plan.curl":  func(w io.Writer, _ report.Options) error { return report.PlanCurl(w, planned, mask()) },
		"read":       func(w io.Writer, o report.Options) error { return report.Sheets(w, docs, o) },
		"read.json":  func(w io.Writer, _ report.Options) error { return report.SheetsJSON(w, docs) },
	}
	for name, write := range listings {
		t.Run(name, func(t *testing.T) {
			var out, again bytes.Buffer
			require.NoError(t, write(&out, report.Options{}))
			require.NoError(t, write(&again, report.Options{}))
			assert.Equal(t, out.String(), again.String(), "the same each time")
			assert.NotContains(t, out.String(), "s3cr3t")
			assert.NotContains(t, out.String(), ": null,\n        \"sheets\"")
			golden(t, filepath.Join("testdata", "listings", name+".golden"), out.String())
			if strings.HasSuffix(name, ".json") {
				assert.True(t, json.Valid(out.Bytes()))
				return
			}
			assertInert(t, out.String())
			require.Error(t, write(brokenWriter{}, report.Options{}))
		})
	}
}

// What `read -o json` promises: every member, whatever the sheet holds.
func TestSheetsJSONHasEveryMember(t *testing.T) {
	var out bytes.Buffer
	d := source.NewDocument("empty.txt", nil, "")
	require.NoError(t, report.SheetsJSON(&out, []report.Document{{Document: d, Sheets: []*probe.Sheet{{}}}}))
	var doc struct {
		Documents []struct {
			Source, Format, SHA256 *string
			Diagnostics            []any
			Sheets                 []map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &doc))
	require.Len(t, doc.Documents, 1)
	assert.NotNil(t, doc.Documents[0].Source)
	assert.NotNil(t, doc.Documents[0].Format)
	assert.NotNil(t, doc.Documents[0].SHA256)
	assert.NotNil(t, doc.Documents[0].Diagnostics)
	sheet := doc.Documents[0].Sheets[0]
	for name := range strings.FieldsSeq("name method url headers request success_responses error_responses partner_code credentials status_codes placeholders test_data auth at") {
		assert.Contains(t, sheet, name)
	}
	for name := range strings.FieldsSeq("headers success_responses error_responses credentials status_codes placeholders test_data") {
		assert.Equal(t, []any{}, sheet[name], name)
	}
	assert.Equal(t, map[string]any{}, sheet["at"])
	assert.Nil(t, sheet["request"].(map[string]any)["body"])
}

// hostileSheet has a hostile text wherever a text can be.
func hostileSheet(evil string) (report.Document, probe.Plan) {
	d := source.NewDocument(evil, []byte(evil), evil)
	span := source.Span{Pos: source.Pos{Line: 1, Column: 1, Cell: ""}}
	s := &probe.Sheet{
		Name: evil, Method: evil, URL: evil, Document: d, PartnerCode: evil, Headers: []probe.Header{{Name: evil, Value: evil}},
		Request:     probe.RequestSpec{Body: probe.Body{Text: evil}, MediaType: evil, Fields: []probe.RequestField{{Name: evil, In: evil, Type: evil}}},
		Success:     []probe.Response{{Title: evil, Code: evil, When: evil, Body: probe.Body{Text: evil}}},
		Credentials: []probe.Credential{{Name: evil, Value: evil}}, StatusCodes: []probe.StatusCode{{Code: evil, Message: evil, Kind: evil}},
		Placeholder: []probe.Placeholder{{Name: evil, Written: evil, At: span}},
		Diagnostics: source.Diagnostics{{Rule: "sheet.repaired-json", Severity: source.Info, Message: evil, Hint: evil, At: span}},
	}
	q := probe.Request{Method: evil, URL: evil, Headers: []probe.Header{{Name: evil, Value: evil}}, Body: []byte(evil)}
	return report.Document{Document: d, Sheets: []*probe.Sheet{s}, Diagnostics: s.Diagnostics}, probe.Plan{Sheet: s, Cases: []probe.Case{
		{ID: evil, Mutation: evil, Request: q, Expect: probe.Expectation{Outcome: probe.Outcome(evil), Codes: []string{evil}}},
		{ID: evil, Mutation: evil, Skip: evil},
		{ID: evil, Blocked: []probe.Finding{{Message: evil, Hint: evil}}},
	}}
}

func TestListingsMakeHostileContentInert(t *testing.T) {
	for name, evil := range map[string]string{
		"escapes": "\x1b[2J\x1b]0;owned\x07\r\u009b31m\x7f\x00 \u202egnp\u2066", "newlines": "a\nb\r\nc\n\n", "long": strings.Repeat("\x1b[31m0123456789", 20_000),
		"wide": strings.Repeat("\u4e2d\u6587 \U0001F600e\u0301", 300), "markup": "<script>`|*_[x](y)", "not UTF-8": "\xff\xfe\xe5",
	} {
		d, p := hostileSheet(evil)
		for listing, write := range map[string]func(io.Writer) error{
			"lint": func(w io.Writer) error { return report.Lint(w, []report.Document{d}, nil, report.Options{}) },
			"read": func(w io.Writer) error { return report.Sheets(w, []report.Document{d}, report.Options{}) },
			"plan": func(w io.Writer) error { return report.Plan(w, []probe.Plan{p}, nil, report.Options{}) },
			"curl": func(w io.Writer) error { return report.PlanCurl(w, []probe.Plan{p}, nil) },
			"json": func(w io.Writer) error { return report.PlanJSON(w, []probe.Plan{p}, nil) },
			"md":   func(w io.Writer) error { return report.LintMarkdown(w, []report.Document{d}, nil) },

			"lint, narrow": func(w io.Writer) error { return report.Lint(w, []report.Document{d}, nil, report.Options{Width: 40}) },
			"read, narrow": func(w io.Writer) error { return report.Sheets(w, []report.Document{d}, report.Options{Width: 40}) },
			"plan, narrow": func(w io.Writer) error { return report.Plan(w, []probe.Plan{p}, nil, report.Options{Width: 40}) },
		} {
			t.Run(fmt.Sprintf("%s/%s", listing, name), func(t *testing.T) {
				var out bytes.Buffer
				require.NoError(t, write(&out))
				assertInert(t, out.String())
				assert.Less(t, out.Len(), 200_000+40*len(evil))
				switch {
				case strings.HasSuffix(listing, "narrow"):
					assertFits(t, out.String(), 40)
				case listing != "curl" && listing != "json" && listing != "md":
					assertFits(t, out.String(), 80)
				}
				if listing != "curl" { // a command line sends what it says
					assert.False(t, strings.Contains(out.String(), "\u202e"))
				}
			})
		}
	}
}

// What a document says stays words: it cannot format, link, mention or end the list.
func TestLintMarkdownEscapesWhatDocumentsSay(t *testing.T) {
	for name, c := range map[string]struct{ evil, want string }{
		"html and links":  {"<img src=x onerror=y> [go](https://evil.example)", `\<img src=x onerror=y\> \[go\](https\://evil.example)`},
		"code and tables": {"`a` | **b** ~~c~~", "\\`a\\` \\| \\*\\*b\\*\\* \\~\\~c\\~\\~"},
		"a heading":       {"# owned", `\# owned`},
		"a list":          {"- [ ] done", `\- \[ \] done`},
		"a number":        {"1. owned", `1\. owned`},
		"a mention":       {"ask @everyone, see #12", `ask @<!-- -->everyone, see \#<!-- -->12`},
		"an address":      {"mail ops@parcels.example", "mail ops@parcels.example"},
		"a bare address":  {"www.evil.example", `www\.evil.example`},
		"lines":           {"a\n\n# b", `a\\n\\n\# b`},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			d, _ := hostileSheet(c.evil)
			require.NoError(t, report.LintMarkdown(&out, []report.Document{d}, nil))
			assert.Contains(t, out.String(), "## "+c.want+"\n")
			assert.Contains(t, out.String(), "column 1: "+c.want+" (sheet.repaired-json)\n   *"+c.want+"*\n")
		})
	}
}

// Where a value kept a case from being sent, the value may be a secret.
func TestPlanJSONMasksWhatKeepsACaseFromBeingSent(t *testing.T) {
	const secret = "s3cr3t-Tok/en+42"
	mask := probe.NewRedactor(probe.NewVars(probe.Var{Name: "token", Value: secret, Secret: true}))
	f := probe.Finding{Message: "host " + secret, Hint: "not " + secret, Documented: secret, Observed: secret}
	plan := probe.Plan{Sheet: documents(t)[0].Sheets[0], Cases: []probe.Case{{ID: "a/success", Blocked: []probe.Finding{f}}}}
	var out bytes.Buffer
	require.NoError(t, report.PlanJSON(&out, []probe.Plan{plan}, mask))
	assert.NotContains(t, out.String(), secret)
	assert.Equal(t, secret, plan.Cases[0].Blocked[0].Observed, "the plan stays as it is")
}

// Every rule reads as two sentences, whatever its texts are used for elsewhere.
func TestRulesAreSentences(t *testing.T) {
	require.NotEmpty(t, probe.Rules)
	for _, r := range probe.Rules {
		for _, text := range []string{r.Meaning, r.Fix} {
			assert.NotEmpty(t, text, r.ID)
			assert.False(t, strings.HasSuffix(text, "."), "%s: %q", r.ID, text)
			assert.NotContains(t, text, "  ", r.ID)
		}
	}
}
