package judge_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
)

func TestNegatives(t *testing.T) {
	const bad = `{"status":"error","status_code":"ERR002","message":"a"}`
	run(t, []row{
		{name: "documented error under 200", doc: model, family: "missing-field", body: bad},
		{name: "documented error with 400", doc: model, family: "missing-field", status: 400, body: bad},
		{name: "documented error with 422", doc: model, family: "malformed-body", status: 422, body: bad},
		{name: "code of field 10 only", doc: model, family: "missing-field", status: 400, body: `{"status":"error","status_code":"ERR001","message":"a"}`},
		{name: "accepted", doc: model, family: "missing-field", body: good, want: "negative.accepted"},
		{name: "accepted where the sheet does not say", doc: model, family: "missing-field", open: true, body: good, want: "negative.accepted:info"},
		{name: "malformed accepted", doc: model, family: "malformed-body", body: good, want: "negative.accepted"},
		{name: "not authenticated", doc: model, family: "no-auth", body: good, want: "security.auth-not-enforced"},
		{name: "not authenticated, other shape", doc: alone, family: "no-auth", body: `{"id":1,"name":"a","status":"x"}`, want: "security.auth-not-enforced"},
		{name: "accepted without a body", doc: alone, family: "missing-field", status: 204, media: "-", body: "", want: "negative.accepted"},
		{name: "server error", doc: model, family: "missing-field", status: 500, body: bad, want: "negative.server-error"},
		{name: "server error as a page", doc: model, family: "malformed-body", status: 500, media: "text/html", body: "<html><h1>500</h1></html>", want: "negative.server-error"},
		{name: "server error that is documented", doc: doc{success: tied.success, failure: []string{`500 - {"error":"a"}`}}, family: "missing-field", status: 500, body: `{"error":"b"}`},
		{
			name: "server error that is a row of the table, with the code of another", doc: tied, family: "missing-field", status: 500,
			body: `{"errors":[{"code":"NF1","title":"a"}]}`, want: "status.http",
		},
		{name: "server error that is a row of the table, in a form of its own", doc: tied, family: "missing-field", status: 500, body: `{"trace":"a"}`, want: "negative.server-error"},
		{name: "server error without credentials", doc: model, family: "no-auth", status: 500, media: "text/plain", body: "oops", want: "negative.server-error"},
		{name: "undocumented code", doc: model, family: "missing-field", status: 400, body: `{"status":"error","status_code":"ERR777","message":"a"}`, want: "status.code-undocumented"},
		{
			name: "undocumented code where the sheet does not forbid", doc: model, family: "missing-field", open: true, status: 400,
			body: `{"status":"error","status_code":"ERR777","message":"a"}`, want: "status.code-undocumented:warning",
		},
		{name: "success code with 400", doc: model, family: "missing-field", status: 400, body: good, want: "status.code status.code"},
		{name: "no code", doc: model, family: "missing-field", status: 400, body: `{"status":"error","message":"a"}`, want: "status.code"},
		{name: "number as text in the error", doc: numeric, family: "missing-field", body: `{"code":"1001","msg":"a","data":null}`, want: "shape.type"},
		{name: "key missing in the error", doc: numeric, family: "missing-field", body: `{"code":1001,"data":null}`, want: "shape.missing"},
		{name: "error in a form of its own", doc: model, family: "missing-field", status: 422, body: `{"detail":[{"loc":["body"]}]}`, want: "shape.missing"},
		{name: "error in a form of its own where the sheet does not forbid", doc: model, family: "missing-field", open: true, status: 422, body: `{"detail":[]}`, want: "shape.missing:warning"},
		{name: "list in place of an error", doc: model, family: "missing-field", status: 400, body: `["bad"]`, want: "shape.type"},
		{name: "error without a body", doc: model, family: "missing-field", status: 400, body: ``, want: "body.empty"},
		{name: "error as a page", doc: model, family: "missing-field", status: 400, media: "text/html", body: `<html><h1>Bad Request</h1></html>`, want: "body.not-json"},
		{name: "neither success nor error under 200", doc: model, family: "missing-field", body: `{"message":"hm"}`, want: "shape.missing"},
		{name: "page under 200", doc: model, family: "missing-field", media: "text/html", body: `<html><title>App</title></html>`, want: "body.not-json"},
		{name: "undocumented status of a documented error", doc: tied, family: "missing-field", status: 400, body: `{"errors":[{"code":"NF1","title":"a"}]}`, want: "status.http"},
		{name: "documented status", doc: tied, family: "missing-field", status: 404, body: `{"errors":[{"code":"NF1","title":"a"}]}`},
		{name: "no error documented, 400", doc: alone, family: "missing-field", status: 400, media: "text/plain", body: "bad"},
		{name: "no error documented, 401", doc: alone, family: "no-auth", status: 401, media: "-", body: ""},
		{name: "no error documented, error under 200", doc: alone, family: "missing-field", body: `{"error":"no"}`},
		{name: "no error documented, false flag under 200", doc: alone, family: "missing-field", body: `{"success":false,"why":"no"}`},
		{name: "no error documented, 500", doc: alone, family: "missing-field", status: 500, body: `{"error":"no"}`, want: "negative.server-error"},
		{name: "code of an error of which the sheet says nothing", doc: one, family: "missing-field", status: 400, body: `{"code":"E_BAD","message":"a"}`, want: "status.http status.code-undocumented:warning"},
		{name: "code of the documented error", doc: one, family: "missing-field", status: 409, body: `{"code":"E_BAD","message":"a"}`, want: "status.code-undocumented:warning"},
		{name: "code without credentials, no codes listed", doc: one, family: "no-auth", status: 401, body: `{"code":"E_AUTH","message":"a"}`, want: "status.http:warning status.code-undocumented:warning"},
		{name: "code without credentials under 200, no codes listed", doc: product, family: "no-auth", body: `{"code":"E401","message":"a"}`, want: "status.code-undocumented:warning"},
		{name: "code of the body under 200, listed as an HTTP status", doc: repeats, family: "missing-field", body: `{"statusCode":400,"data":null}`, want: "status.http:warning"},
		{name: "error as a list, object came", doc: doc{success: alone.success, failure: []string{`- - [{"code":1}]`}}, family: "missing-field", status: 400, body: `{"code":1}`, want: "shape.type"},
		{name: "gateway refuses credentials", doc: model, family: "no-auth", status: 401, body: `{"message":"Unauthorized"}`, want: "shape.missing:warning"},
		{name: "gateway refuses credentials in text", doc: model, family: "no-auth", status: 401, media: "text/plain", body: `Unauthorized`, want: "body.not-json:warning"},
		{name: "gateway refuses credentials silently", doc: model, family: "no-auth", status: 403, media: "-", body: ``, want: "body.empty:warning"},
		{
			name: "gateway refuses credentials with a page", doc: model, family: "no-auth", status: 403, media: "text/html",
			body: `<html><title>403 Forbidden</title><center>nginx</center></html>`, want: "body.not-json:warning",
		},
		{name: "gateway refuses credentials, status not documented", doc: tied, family: "no-auth", status: 401, body: `{"message":"Unauthorized"}`, want: "shape.missing:warning"},
		{name: "API refuses credentials as documented", doc: model, family: "no-auth", status: 401, body: bad},
		{
			name: "API refuses credentials, undocumented code", doc: model, family: "no-auth", status: 401, body: `{"status":"error","status_code":"ERR401","message":"a"}`,
			want: "status.code-undocumented",
		},
		{name: "API refuses credentials, flag of success", doc: model, family: "no-auth", body: `{"status":"success","status_code":"ERR002","message":"a"}`, want: "status.code"},
		{name: "API refuses credentials, code of success", doc: model, family: "no-auth", body: `{"status":"error","status_code":"SUCC001","message":"a"}`, want: "status.code"},
		{
			name: "gateway that repeats the status", doc: doc{success: []string{`- - {"statusCode":200,"data":1}`}, failure: []string{`- - {"statusCode":1001,"message":"a"}`}},
			family: "no-auth", status: 401, body: `{"statusCode":401,"message":"Unauthorized"}`, want: "status.code-undocumented:warning",
		},
		{name: "no credentials answered 400 in a form of its own", doc: model, family: "no-auth", status: 400, body: `{"detail":"x"}`, want: "shape.missing"},
		{name: "framework refuses a malformed body", doc: model, family: "malformed-body", status: 400, body: `{"title":"Bad Request","trace":"1"}`, want: "shape.missing:warning"},
		{name: "framework refuses a malformed body in text", doc: model, family: "malformed-body", status: 400, media: "text/plain", body: `bad json`, want: "body.not-json:warning"},
		{
			name: "framework refuses a malformed body with one key in common", doc: states, family: "malformed-body", status: 400,
			body: `{"timestamp":"t","status":400,"error":"Bad Request","path":"/send"}`, want: "shape.missing:warning",
		},
		{name: "malformed body answered 404", doc: model, family: "malformed-body", status: 404, body: `{"detail":"x"}`, want: "shape.missing"},
		{name: "mirrored status of another error", doc: mirror, family: "no-auth", status: 401, body: `{"status":401,"error":"Unauthorized"}`},
		{
			name: "problem details that repeat the status", doc: doc{success: []string{`200 - {"id":"a","status":"PENDING"}`}, failure: []string{`400 - {"title":"a","status":400}`}},
			family: "missing-field", status: 422, body: `{"title":"b","status":422}`, want: "status.http",
		},
		{
			name: "half of the documented keys", doc: doc{success: numeric.success, failure: []string{`- - {"code":1001,"message":"bad"}`}}, family: "missing-field", status: 400,
			body: `{"message":"x"}`, want: "status.code",
		},
		{name: "another method led elsewhere", doc: model, family: "wrong-method", open: true, status: 302, media: "text/html", body: `<html><a href="/">Found</a></html>`},
		{name: "another method refused by a page", doc: model, family: "wrong-method", open: true, status: 403, media: "text/html", body: `<html><title>Request Rejected</title>The requested URL was rejected. Your support ID is: 47</html>`},
		{name: "text of an error", doc: plain, family: "missing-field", media: "text/plain", body: "NOK: not sent"},
	})
}

// Errors that are keyed by the names of request fields name other fields for other requests.
func TestErrorsKeyedByRequestFields(t *testing.T) {
	d := doc{
		success: []string{`- - {"id":1}`},
		failure: []string{`422 - {"message":"a","errors":{"email":["is missing"]},"where":{"path":"b"}}`},
	}
	s := d.sheet(t)
	s.Request.Fields = []probe.RequestField{{Name: "email", In: probe.InBody}, {Name: "phone", In: probe.InBody}, {Name: "message", In: probe.InBody}}
	j, err := judge.New(s, judge.Options{})
	require.NoError(t, err)
	for body, want := range map[string]string{
		`{"message":"a","errors":{"phone":["is missing","is wrong"]},"where":{"path":"b"}}`: "",
		`{"message":"a","errors":{},"where":{"path":"b"}}`:                                  "",
		`{"message":"a","errors":{"phone":[1]},"where":{"path":"b"}}`:                       "shape.type",
		`{"message":"a","errors":["phone"],"where":{"path":"b"}}`:                           "shape.type",
		`{"errors":{"phone":["is missing"]},"where":{"path":"b"}}`:                          "shape.missing",
		`{"message":"a","errors":{"phone":["is missing"]},"where":{"phone":"b"}}`:           "shape.missing shape.undocumented",
	} {
		r := row{family: probe.FamilyMissingField, status: 422, media: "application/json", body: body}
		checkResult(t, j.Decide(r.testCase(), r.exchange()), want)
	}
}
