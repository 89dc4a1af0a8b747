package judge_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
)

// What stands in front of an API answers broken requests in forms of its own.
func TestLayersInFront(t *testing.T) {
	run(t, []row{
		{name: "405 of Spring", doc: model, family: "wrong-method", open: true, status: 405, body: `{"timestamp":"t","status":405,"error":"Method Not Allowed","path":"/send"}`},
		{name: "405 without a body", doc: model, family: "wrong-method", open: true, status: 405, media: "-"},
		{name: "404 as text for 405", doc: model, family: "wrong-method", open: true, status: 404, media: "text/plain", body: "404 page not found\n"},
		{name: "404 of a page", doc: tied, family: "wrong-method", open: true, status: 404, media: "text/html", body: "<html><pre>Cannot GET /send</pre></html>"},
		{name: "501", doc: model, family: "wrong-method", open: true, status: 501, media: "-"},
		{name: "403 of Amazon", doc: model, family: "wrong-method", open: true, status: 403, body: `{"message":"Missing Authentication Token"}`},
		{name: "500 is a server's failure", doc: model, family: "wrong-method", open: true, status: 500, body: `{"error":"x"}`, want: "negative.server-error"},
		{name: "wrong method accepted", doc: model, family: "wrong-method", open: true, body: good, want: "negative.accepted:info"},
		{name: "wrong method answered with a page", doc: model, family: "wrong-method", open: true, media: "text/html", body: "<html>Welcome</html>", want: "negative.accepted:info"},
		{name: "wrong method answered with something else", doc: model, family: "wrong-method", open: true, body: `[{"id":1}]`, want: "negative.accepted:info"},
		{name: "wrong method answered in the documented form", doc: model, family: "wrong-method", open: true, status: 405, body: `{"status":"error","status_code":"ERR001","message":"a"}`},
		{name: "wrong method answered with a code of nobody's", doc: model, family: "wrong-method", open: true, status: 405, body: `{"status":"error","status_code":"ERR405","message":"a"}`},
		{name: "own form under a status of no row", doc: tied, family: "wrong-method", open: true, status: 405, body: `{"errors":[{"code":"NF1","title":"a"}]}`},
		{name: "empty body accepted", doc: model, family: "empty-body", open: true, body: good, want: "negative.accepted:info"},
		{name: "empty body accepted where the sheet forbids it", doc: model, family: "empty-body", body: good, want: "negative.accepted"},
		{name: "empty body refused by a framework", doc: model, family: "empty-body", status: 400, body: `{"detail":[{"loc":["body"],"msg":"Field required"}]}`, want: "shape.missing:warning"},
		{name: "media type refused by a framework", doc: model, family: "wrong-media-type", open: true, status: 415, media: "-", want: "body.empty:info"},
		{name: "media type accepted", doc: model, family: "wrong-media-type", open: true, body: good, want: "negative.accepted:info"},
		{name: "unknown path", doc: model, family: "unknown-path", open: true, status: 404, media: "text/html", body: "<h1>Not Found</h1>", want: "body.not-json:info"},
		{name: "unknown path that the sheet promises", doc: tied, family: "unknown-path", status: 404, body: `{"message":"Not Found"}`, want: "shape.missing:warning"},
		{name: "wrong type refused by a framework", doc: model, family: "wrong-type", status: 400, body: `{"title":"One or more validation errors occurred.","status":400,"traceId":"0","type":"t"}`, want: "shape.missing:warning"},
		{name: "missing field in a form of its own", doc: model, family: "missing-field", status: 400, body: `{"title":"One or more validation errors occurred.","status":400}`, want: "shape.missing"},
		{name: "wrong credentials accepted", doc: model, family: "bad-auth", body: good, want: "security.auth-not-enforced"},
		{name: "wrong credentials refused by a gateway", doc: model, family: "bad-auth", status: 401, body: `{"message":"Invalid authentication credentials"}`, want: "shape.missing:warning"},
		{name: "wrong credentials led to a login page", doc: model, family: "bad-auth", status: 302, media: "-", location: "/login", want: "status.http:warning"},
		{name: "no error documented at all", doc: alone, family: "wrong-method", open: true, status: 405, media: "text/plain", body: "Method Not Allowed"},
	})
}

func TestTheLayerIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		status      int
		media, body string
		headers     []probe.Header
		want        string
	}{
		"Spring":     {405, "application/json", `{"timestamp":"t","status":405,"error":"Method Not Allowed","path":"/send"}`, nil, "Spring"},
		"FastAPI":    {405, "application/json", `{"detail":"Method Not Allowed"}`, nil, "FastAPI"},
		"Django":     {405, "application/json", `{"detail":"Method \"GET\" not allowed."}`, nil, "Django REST framework"},
		"Express":    {404, "text/html", "<html><pre>Cannot GET /send</pre></html>", nil, "Express"},
		"Go":         {405, "text/plain", "Method Not Allowed\n", nil, "Go's net/http"},
		"ASP.NET":    {404, "application/problem+json", `{"type":"t","title":"Not Found","status":404,"traceId":"00-1"}`, nil, "ASP.NET"},
		"Apigee":     {404, "application/json", `{"fault":{"faultstring":"x","detail":{"errorcode":"e"}}}`, nil, "Apigee"},
		"Amazon":     {403, "application/json", `{"message":"Missing Authentication Token"}`, []probe.Header{{Name: "x-amzn-ErrorType", Value: "X"}}, "Amazon API Gateway"},
		"Kong":       {404, "application/json", `{"message":"no Route matched with those values"}`, []probe.Header{{Name: "Server", Value: "kong/3.4"}}, "Kong"},
		"nginx":      {405, "text/html", "<html><title>405 Not Allowed</title><center>nginx</center></html>", nil, "nginx"},
		"none known": {405, "application/json", `{"oops":1}`, nil, "a framework or gateway in front of the API"},
	} {
		t.Run(name, func(t *testing.T) {
			r := row{family: probe.FamilyUnknownPath, open: true, status: c.status, media: c.media, body: c.body}
			x := r.exchange()
			x.Response.Headers = c.headers
			got := decideExchange(t, model, r, x)
			assert.Len(t, got.Findings, 1)
			assert.True(t, strings.HasSuffix(got.Findings[0].Message, "come from "+c.want), got.Findings[0].Message)
		})
	}
}

func decideExchange(t *testing.T, d doc, r row, x *probe.Exchange) probe.Result {
	t.Helper()
	j, err := judge.New(d.sheet(t), judge.Options{})
	assert.NoError(t, err)
	c := r.testCase()
	c.Mutation = `field "amount" left out`
	return j.Decide(c, x)
}

func TestTheRowIsProposed(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"a code and its message":             {422, `{"status":"error","status_code":"ERR042","message":"amount is missing"}`, "ERR042  amount is missing (HTTP 422)"},
		"a code under 200":                   {200, `{"status":"error","status_code":"ERR042","message":"amount is missing"}`, "ERR042  amount is missing"},
		"a status":                           {422, `{"errors":[{"detail":"amount is missing"}]}`, "422  amount is missing"},
		"a page":                             {422, "<html><title>Unprocessable</title></html>", "422  Unprocessable"},
		"nothing":                            {422, "", "422  Unprocessable Entity"},
		"line breaks are taken out":          {422, `{"errors":[{"detail":"amount\nis missing"}]}`, "422  amount is missing"},
		"what is documented needs no row":    {400, `{"status":"error","status_code":"ERR001","message":"x"}`, ""},
		"a failure is nothing to documented": {500, `{"status":"error","status_code":"ERR777","message":"x"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := row{family: probe.FamilyWrongType, status: c.status, media: "application/json", body: c.body}
			got := decideExchange(t, model, r, r.exchange())
			line := ""
			for _, f := range got.Findings {
				assert.True(t, strings.HasPrefix(f.Message, `with field "amount" left out, `), f.Message)
				if f.Proposed != nil {
					line = f.Proposed.Line
					assert.Contains(t, f.Hint, line)
				}
			}
			assert.Equal(t, c.want, line, "%+v", got.Findings)
		})
	}
}
