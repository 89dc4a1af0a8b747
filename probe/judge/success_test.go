package judge_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
)

var (
	numeric = doc{
		success: []string{`- - {"code":0,"msg":"ok","data":{"id":1,"price":10,"tags":["a"],"note":"x"}}`},
		failure: []string{`- - {"code":1001,"msg":"bad phone number","data":null}`, `- - {"code":1002,"msg":"too often","data":null}`},
	}
	boolean = doc{
		success: []string{`- - {"success":true,"message":"done it","result":{"ref":"A1"}}`},
		failure: []string{`- - {"success":false,"message":"did not","result":null}`},
	}
	nested = doc{
		success: []string{`200 - {"status":{"code":"S100","text":"fine"},"orders":[{"id":1,"state":"SHIPPED"}]}`},
		failure: []string{`400 - {"status":{"code":"E100","text":"bad"}}`, `404 - {"status":{"code":"E404","text":"none"}}`},
		codes:   []string{"S100 Fine", "E100 Bad request", "E404 Not found", "E500 Failed"},
	}
	keysOnly = doc{
		success: []string{`- - {"token":"abc","expires_in":3600}`},
		failure: []string{`- - {"error":"invalid_client","error_description":"unknown client"}`},
	}
	tied = doc{
		success: []string{`200 - {"id":1,"name":"a"}`},
		failure: []string{`404 - {"errors":[{"code":"NF1","title":"none such"}]}`},
		codes:   []string{"http:200 OK", "http:404 Not Found", "http:500 Failed"},
	}
	alone   = doc{success: []string{`- - {"id":1,"name":"a","status":"active"}`}}
	mirror  = doc{success: []string{`- - {"status":200,"data":{"a":1}}`}, failure: []string{`- - {"status":400,"error":"Bad Request"}`}}
	order   = doc{success: []string{`- - {"status":"SHIPPED","eta":"tomorrow"}`}, failure: []string{`- - {"status":"error","eta":"never"}`}}
	product = doc{success: []string{`- - {"code":"A12","name":"Widget"}`}, failure: []string{`- - {"code":"E404","message":"not found"}`}}
	flat    = doc{success: []string{`- - {"id":1,"ratio":0.5}`, `- - {"id":2,"ratio":1,"extra":"x"}`}}
	list    = doc{success: []string{`- - [{"id":1,"name":"a"}]`}, failure: []string{`- - {"error":"none"}`}}
	xml     = doc{success: []string{`- - <r><code>0</code></r>`}, failure: []string{`- - <r><code>9</code></r>`}}
	states  = doc{
		success: []string{`200 - {"status":"OK","hits":[1],"total":1}`, `200 - {"status":"EMPTY","hits":[]}`, `202 - {"status":"QUEUED","job":"a"}`},
		failure: []string{`422 - {"status":"ERROR","errors":["a"]}`},
	}
	repeats = doc{
		success: []string{`- 200 {"statusCode":200,"data":{"id":1}}`}, failure: []string{`- 400 {"statusCode":400,"data":null}`},
		codes: []string{"http:200 OK", "http:400 Bad request", "http:404 Not found"},
	}
	foreign = doc{
		success: []string{`- - {"ergebnis":"ERFOLG","nr":1}`}, failure: []string{`- - {"ergebnis":"FEHLER","meldung":"keine"}`},
		codes: []string{"ERFOLG Anfrage erfolgreich", "FEHLER Anfrage fehlgeschlagen"},
	}
	offered = doc{success: []string{`- - {"status":"SUCCESS|PENDING","n":1}`}, failure: []string{`- - {"status":"FAILURE/ERROR","message":"a"}`}}
	blank   = doc{
		success: []string{`- - {"valid":"Y","errorCode":"","name":"a"}`}, failure: []string{`- E01 {"valid":"N","errorCode":"E01","name":""}`},
		codes: []string{"E01 Not valid"},
	}
	payment = doc{success: []string{`- - {"status":"SUCCESS","txn":"T1"}`}, failure: []string{`- - {"status":"FAILED","why":"funds"}`}}
	one     = doc{success: []string{`200 - {"id":1}`}, failure: []string{`409 - {"code":"E_TWICE","message":"a"}`}}
	plain   = doc{success: []string{`- - OK: sent`}, failure: []string{`- - NOK: not sent`}}
	nothing = doc{failure: []string{`- - {"error":"bad"}`}}
)

func TestBenignVariation(t *testing.T) {
	run(t, []row{
		{name: "as documented", doc: model, body: `{"status":"success","status_code":"SUCC001","message":"Request Successful"}`},
		{name: "other message", doc: model, body: `{"status":"success","status_code":"SUCC001","message":"Sent, in other words"}`},
		{name: "message of one word", doc: model, body: `{"status":"success","status_code":"SUCC001","message":"Failed"}`},
		{name: "key order and blanks", doc: model, body: " {\n\"message\" : \"a\",\"status_code\":\"SUCC001\", \"status\":\"success\"}\n"},
		{name: "201 where no status is documented", doc: model, status: 201, body: `{"status":"success","status_code":"SUCC001","message":"a"}`},
		{name: "202 where no status is documented", doc: keysOnly, status: 202, body: `{"token":"x","expires_in":1}`},
		{name: "problem+json is JSON", doc: model, media: "application/problem+json", body: `{"status":"success","status_code":"SUCC001","message":"a"}`},
		{name: "text/json is JSON", doc: model, media: "text/json", body: `{"status":"success","status_code":"SUCC001","message":"a"}`},
		{name: "escaped letters", doc: model, body: `{"status":"succes\u0073","status_code":"SUCC001","message":"\u00e9"}`},
		{name: "empty message", doc: model, body: `{"status":"success","status_code":"SUCC001","message":""}`},
		{name: "decimal for integer", doc: numeric, body: `{"code":0,"msg":"ok","data":{"id":1,"price":10.5,"tags":["a"],"note":"x"}}`},
		{name: "large integer", doc: numeric, body: `{"code":0,"msg":"ok","data":{"id":12345678901234567890,"price":1e3,"tags":["a"],"note":"x"}}`},
		{name: "longer array", doc: numeric, body: `{"code":0,"msg":"ok","data":{"id":1,"price":10,"tags":["a","b","c"],"note":"y"}}`},
		{name: "empty array", doc: numeric, body: `{"code":0,"msg":"ok","data":{"id":1,"price":10,"tags":[],"note":"y"}}`},
		{name: "empty string", doc: numeric, body: `{"code":0,"msg":"","data":{"id":1,"price":10,"tags":["a"],"note":""}}`},
		{name: "flag", doc: boolean, body: `{"success":true,"message":"done","result":{"ref":"B2"}}`},
		{name: "nested code", doc: nested, body: `{"status":{"code":"S100","text":"other"},"orders":[{"id":2,"state":"LOST"},{"id":3,"state":"FAILED"}]}`},
		{name: "no orders", doc: nested, body: `{"status":{"code":"S100","text":"fine"},"orders":[]}`},
		{name: "optional key of one example", doc: flat, body: `{"id":3,"ratio":2}`},
		{name: "data under a name of flags", doc: order, body: `{"status":"CANCELLED","eta":"today"}`},
		{name: "data that sounds like failure", doc: order, body: `{"status":"FAILED","eta":"today"}`},
		{
			name: "a state that sounds like success", doc: doc{success: []string{`- - {"status":"created","id":1}`}, failure: []string{`- - {"status":"error","id":0}`}},
			body: `{"status":"accepted","id":2}`,
		},
		{
			name: "deep data under a name of codes", doc: doc{success: []string{`- - {"data":{"shipment":{"statusCode":"SHP","at":"x"}}}`}, failure: []string{`- - {"error":"x"}`}},
			body: `{"data":{"shipment":{"statusCode":"DLV","at":"y"}}}`,
		},
		{name: "data under a name of codes", doc: product, body: `{"code":"B77","name":"Gadget"}`},
		{name: "status that is data, no error documented", doc: alone, body: `{"id":2,"name":"b","status":"closed"}`},
		{name: "error key that says none", doc: keysOnly, body: `{"token":"x","expires_in":1,"error":null}`, want: "shape.undocumented"},
		{name: "list", doc: list, body: `[{"id":2,"name":"b"},{"id":3,"name":"c"}]`},
		{name: "empty list", doc: list, body: `[]`},
		{name: "documented null comes null", doc: doc{success: []string{`- - {"a":1,"b":null}`}}, body: `{"a":2,"b":null}`},
		{name: "documented null comes filled", doc: doc{success: []string{`- - {"a":1,"b":null}`}}, body: `{"a":2,"b":"x"}`, want: "shape.unchecked"},
		{
			name: "documented code beside the examples", doc: doc{success: model.success, failure: model.failure, codes: append(model.codes, "SUCC007 Sent again")},
			body: `{"status":"success","status_code":"SUCC007","message":"a"}`,
		},
		{name: "text as documented", doc: plain, media: "text/plain", body: "OK: sent\n"},
		{name: "other text", doc: plain, media: "text/plain", body: "OK: sent twice", want: "shape.unchecked"},
		{name: "other XML", doc: xml, media: "application/xml", body: "<r><code>0</code><x/></r>", want: "shape.unchecked"},
		{
			name: "other page", doc: doc{success: []string{"- - <!DOCTYPE html><html><body><h1>A title</h1><p>Text</p></body></html>"}}, media: "text/html",
			body: "<!DOCTYPE html><html><body><h1>A title</h1><div><br></div></body></html>", want: "shape.unchecked",
		},
		{
			name: "XML list without items", doc: doc{success: []string{"- - <r><hits><hit><id>1</id></hit></hits><n>1</n></r>"}}, media: "application/xml",
			body: "<r><hits/><n>0</n></r>", want: "shape.unchecked",
		},
		{
			name: "XML list of another name without items", doc: doc{success: []string{"- - <r><page><hit>1</hit><hit>2</hit></page></r>"}}, media: "application/xml",
			body: "<r><page></page></r>", want: "shape.unchecked",
		},
		{
			name: "XML in another encoding", doc: doc{success: []string{"- - <r><name>Ana</name></r>"}}, media: "application/xml",
			body: "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><r><name>Jos\xe9</name></r>", want: "shape.unchecked",
		},
		{
			name: "XML with an entity of its own", doc: doc{success: []string{"- - <r><name>Ana</name></r>"}}, media: "application/xml",
			body: "<!DOCTYPE r [<!ENTITY n \"Ana\">]><r><name>&n;</name></r>", want: "shape.unchecked",
		},
		{
			name: "more XML than is compared", doc: doc{success: []string{"- - <r><hits><hit>1</hit></hits><total>1</total></r>"}}, media: "application/xml",
			body: "<r><hits>" + strings.Repeat("<hit>1</hit>", 11_000) + "</hits><total>11000</total></r>", want: "shape.unchecked",
		},
		{name: "one of several words", doc: offered, body: `{"status":"PENDING","n":2}`},
		{name: "no code in a success", doc: blank, body: `{"valid":"Y","errorCode":"","name":"b"}`},
		{name: "key with a remark that it is optional", doc: doc{success: []string{"- - {\n\"id\":1, // mandatory\n\"nick\":\"a\" // optional\n}"}}, body: `{"id":1}`},
		{name: "variant of a word", doc: states, body: `{"status":"EMPTY","hits":[]}`},
		{name: "variant of a word and a status", doc: states, status: 202, body: `{"status":"QUEUED","job":"b"}`},
		{name: "word of success in another language", doc: foreign, body: `{"ergebnis":"ERFOLG","nr":2}`},
		{name: "nothing documented", doc: doc{}, media: "text/html", body: "<html>hi</html>"},
		{name: "no success documented", doc: nothing, body: `{"anything":1}`},
		{name: "no content where no body is documented", doc: doc{}, status: 204, media: "-", body: ""},
	})
}

func TestOutcome(t *testing.T) {
	run(t, []row{
		{name: "documented error under 200", doc: model, body: `{"status":"error","status_code":"ERR002","message":"no"}`, want: "outcome.error-instead-of-success status.code"},
		{name: "code of field 10 only", doc: model, body: `{"status":"error","status_code":"ERR001","message":"no"}`, want: "outcome.error-instead-of-success status.code"},
		{name: "documented error with 400", doc: model, status: 400, body: `{"status":"error","status_code":"ERR002","message":"no"}`, want: "outcome.error-instead-of-success status.code"},
		{
			name: "undocumented error of the family", doc: model, body: `{"status":"oops","status_code":"ERR099","message":"no"}`,
			want: "outcome.error-instead-of-success status.code-undocumented status.code-undocumented",
		},
		{name: "error told by the flag", doc: model, body: `{"status":"error","status_code":"Q","message":"no"}`, want: "outcome.error-instead-of-success status.code-undocumented"},
		{
			name: "flag in other words", doc: model, body: `{"status":"failure","status_code":"Q","message":"no"}`,
			want: "outcome.error-instead-of-success status.code-undocumented status.code-undocumented",
		},
		{name: "flag against code", doc: model, body: `{"status":"error","status_code":"SUCC001","message":"a"}`, want: "status.code"},
		{name: "code against flag", doc: model, body: `{"status":"success","status_code":"ERR002","message":"a"}`, want: "status.code"},
		{
			name: "code against flag and keys", doc: numeric, body: `{"code":1001,"msg":"ok","data":{"id":1,"price":10,"tags":["a"],"note":"x"}}`,
			want: "outcome.error-instead-of-success status.code shape.unchecked",
		},
		{name: "error body lacks a key", doc: model, body: `{"status":"error","status_code":"ERR002"}`, want: "outcome.error-instead-of-success status.code shape.missing"},
		{name: "numeric", doc: numeric, body: `{"code":1001,"msg":"bad","data":null}`, want: "outcome.error-instead-of-success status.code"},
		{name: "numeric, undocumented", doc: numeric, body: `{"code":1009,"msg":"bad","data":null}`, want: "outcome.error-instead-of-success status.code-undocumented:warning"},
		{name: "nonzero where zero is success", doc: numeric, body: `{"code":7,"msg":"bad","data":null}`, want: "outcome.error-instead-of-success status.code-undocumented:warning"},
		{
			name: "undocumented code that starts with zero", doc: doc{success: []string{`- - {"responseCode":"00","text":"x"}`}, failure: []string{`- - {"responseCode":"96","text":"x"}`}},
			body: `{"responseCode":"05","text":"y"}`, want: "outcome.error-instead-of-success status.code-undocumented:warning",
		},
		{name: "one of several words of error", doc: offered, body: `{"status":"ERROR","message":"b"}`, want: "outcome.error-instead-of-success"},
		{name: "code of an error in what is otherwise a success", doc: blank, body: `{"valid":"Y","errorCode":"E01","name":"b"}`, want: "outcome.error-instead-of-success"},
		{name: "boolean", doc: boolean, body: `{"success":false,"message":"no","result":null}`, want: "outcome.error-instead-of-success"},
		{name: "nested", doc: nested, status: 404, body: `{"status":{"code":"E404","text":"none"}}`, want: "outcome.error-instead-of-success status.code"},
		{
			name: "nested, status of the other error", doc: nested, status: 404, body: `{"status":{"code":"E100","text":"bad"}}`,
			want: "outcome.error-instead-of-success status.code status.http",
		},
		{name: "keys", doc: keysOnly, body: `{"error":"invalid_scope","error_description":"a b"}`, want: "outcome.error-instead-of-success"},
		{name: "keys with 400", doc: keysOnly, status: 400, body: `{"error":"invalid_scope","error_description":"a b"}`, want: "outcome.error-instead-of-success"},
		{name: "tied status", doc: tied, status: 404, body: `{"errors":[{"code":"NF1","title":"x"}]}`, want: "outcome.error-instead-of-success"},
		{name: "deep undocumented code", doc: tied, status: 404, body: `{"errors":[{"code":"NF9","title":"x"}]}`, want: "outcome.error-instead-of-success status.code-undocumented"},
		{
			name: "error under the status of success", doc: tied, status: 200, body: `{"errors":[{"code":"NF1","title":"x"}]}`,
			want: "outcome.error-instead-of-success status.http",
		},
		{name: "no error documented, 400", doc: alone, status: 400, body: `{"detail":"no"}`, want: "outcome.error-instead-of-success status.http"},
		{
			name: "error without a status, 404 in a form of its own", doc: doc{success: []string{`200 - {"id":1}`}, failure: []string{`- - {"error":"x"}`}}, status: 404, body: `{"foo":1}`,
			want: "outcome.error-instead-of-success status.http shape.missing",
		},
		{name: "no error documented, error key under 200", doc: alone, body: `{"error":"no"}`, want: "outcome.error-instead-of-success"},
		{
			name: "500 with JSON", doc: model, status: 500, body: `{"status":"error","status_code":"ERR002","message":"a"}`,
			want: "outcome.error-instead-of-success status.code status.http",
		},
		{
			name: "500 in a form of its own", doc: model, status: 500, body: `{"timestamp":1,"path":"/x","error":"Internal Server Error"}`,
			want: "outcome.error-instead-of-success shape.missing status.http",
		},
		{name: "500 without a body", doc: model, status: 500, media: "-", body: ``, want: "outcome.error-instead-of-success status.http body.empty"},
		{name: "400 with the body of a success", doc: model, status: 400, body: `{"status":"success","status_code":"SUCC001","message":"a"}`, want: "status.http"},
		{name: "list instead of error, error instead of list", doc: list, body: `{"error":"x"}`, want: "outcome.error-instead-of-success"},
		{name: "text of an error", doc: plain, media: "text/plain", body: "NOK: not sent", want: "outcome.error-instead-of-success"},
		{name: "mirrored status", doc: mirror, status: 404, body: `{"status":404,"error":"Not Found"}`, want: "outcome.error-instead-of-success"},
		{
			name: "code that field 10 lists as an HTTP status", doc: repeats, body: `{"statusCode":404,"data":null}`,
			want: "outcome.error-instead-of-success status.code status.http:warning",
		},
		{name: "word of error in another language", doc: foreign, body: `{"ergebnis":"FEHLER","meldung":"x"}`, want: "outcome.error-instead-of-success status.code"},
		{name: "unauthorised", doc: model, status: 401, body: `{"message":"Unauthorized"}`, want: "outcome.credentials"},
		{name: "unauthorised with a documented error", doc: model, status: 401, body: `{"status":"error","status_code":"ERR002","message":"a"}`, want: "outcome.credentials"},
		{name: "forbidden in text", doc: model, status: 403, media: "text/plain", body: `Forbidden`, want: "outcome.credentials"},
		{name: "unauthorised without a body", doc: alone, status: 401, media: "-", body: ``, want: "outcome.credentials"},
	})
}

func TestOutcomeByMessageAlone(t *testing.T) {
	message := doc{success: []string{`- - {"message":"Request successful"}`}, failure: []string{`- - {"message":"Request failed"}`}}
	bound := message
	bound.codes = []string{"http:200 OK", "http:400 Bad request"}
	same := doc{success: []string{`- - {"a":1}`}, failure: []string{`- - {"a":1}`}}
	run(t, []row{
		{name: "message of an error", doc: message, body: `{"message":"Request failed"}`, want: "outcome.error-instead-of-success"},
		{name: "words of an error", doc: message, body: `{"message":"Invalid number"}`, want: "outcome.error-instead-of-success"},
		{name: "words of success", doc: message, body: `{"message":"Saved successfully"}`},
		{name: "words of an error under the status of success", doc: bound, body: `{"message":"You are already subscribed"}`},
		{name: "message of an error under the status of success", doc: bound, body: `{"message":"Request failed"}`, want: "outcome.error-instead-of-success status.http"},
		{name: "words that say nothing", doc: message, body: `{"message":"Hm"}`},
		{name: "refused in words", doc: message, family: "missing-field", body: `{"message":"Invalid number"}`},
		{name: "accepted in words", doc: message, family: "missing-field", body: `{"message":"Request successful"}`, want: "negative.accepted"},
		{name: "nothing tells them apart, 200", doc: same, body: `{"a":2}`},
		{name: "nothing tells them apart, 400", doc: same, status: 400, body: `{"a":2}`, want: "outcome.error-instead-of-success status.http"},
	})
}

func TestHTTPStatusAndCode(t *testing.T) {
	run(t, []row{
		{name: "201 where 200 is documented", doc: tied, status: 201, body: `{"id":1,"name":"b"}`, want: "status.http"},
		{name: "200 where 200 is documented", doc: tied, status: 200, body: `{"id":1,"name":"b"}`},
		{name: "undocumented success code", doc: model, body: `{"status":"success","status_code":"SUCC002","message":"a"}`, want: "status.code-undocumented"},
		{name: "code of no family", doc: model, body: `{"status":"success","status_code":"Q17","message":"a"}`, want: "status.code-undocumented"},
		{name: "word beside which nothing says that it is a code", doc: payment, body: `{"status":"PENDING","txn":"a"}`, want: "status.code-undocumented:warning"},
		{name: "undocumented word in another language", doc: foreign, body: `{"ergebnis":"TEILWEISE","nr":2}`, want: "status.code-undocumented"},
		{name: "word that means the same", doc: payment, body: `{"status":"ok","txn":"a"}`, want: "status.code-undocumented"},
		{name: "variant under the status of another", doc: states, body: `{"status":"QUEUED","job":"b"}`, want: "status.http"},
		{name: "variant without its key", doc: states, body: `{"status":"OK","hits":[]}`, want: "shape.missing"},
		{name: "code in another case", doc: model, body: `{"status":"success","status_code":"succ001","message":"a"}`, want: "status.code-undocumented"},
		{name: "flag in another spelling", doc: model, body: `{"status":"OK","status_code":"SUCC001","message":"a"}`, want: "status.code-undocumented"},
		{name: "code missing", doc: model, body: `{"status":"success","message":"a"}`, want: "status.code"},
		{name: "code null", doc: model, body: `{"status":"success","status_code":null,"message":"a"}`, want: "status.code"},
		{name: "code renamed", doc: model, body: `{"status":"success","statusCode":"SUCC001","message":"a"}`, want: "shape.renamed"},
		{name: "flag missing", doc: model, body: `{"status_code":"SUCC001","message":"a"}`, want: "shape.missing"},
		{name: "code a number", doc: model, body: `{"status":"success","status_code":1,"message":"a"}`, want: "shape.type"},
		{name: "code a text where a number is documented", doc: numeric, body: `{"code":"0","msg":"ok","data":{"id":1,"price":1,"tags":["a"],"note":"x"}}`, want: "shape.type"},
		{name: "nested code missing", doc: nested, body: `{"status":{"text":"fine"},"orders":[{"id":1,"state":"A"}]}`, want: "status.code"},
		{name: "parent of the code missing", doc: nested, body: `{"orders":[{"id":1,"state":"A"}]}`, want: "shape.missing"},
		{name: "nested code undocumented", doc: nested, body: `{"status":{"code":"S200","text":"a"},"orders":[]}`, want: "status.code-undocumented"},
		{name: "flag of the other outcome in a success", doc: boolean, status: 200, body: `{"success":"true","message":"a","result":{"ref":"x"}}`, want: "shape.type"},
	})
}

// Who has to act on a refusal: we, where a credential was sent; the sheet, where it shows nothing that could be one and no identity was configured.
func TestBlameOfRefusedCredentials(t *testing.T) {
	for name, c := range map[string]struct {
		headers []probe.Header
		auth    *probe.Auth
		want    probe.Blame
	}{
		"a credential":               {[]probe.Header{{Name: "Accept", Value: "*/*"}, {Name: "X-Partner", Value: "P1"}}, nil, probe.BlameEnvironment},
		"no credential":              {[]probe.Header{{Name: "Content-Type", Value: "application/json"}}, nil, probe.BlameSheet},
		"no header at all":           {nil, nil, probe.BlameSheet},
		"a key of no value":          {[]probe.Header{{Name: "apikey"}}, nil, probe.BlameEnvironment},
		"an identity":                {nil, &probe.Auth{Type: "oauth2"}, probe.BlameEnvironment},
		"an identity that is no one": {nil, &probe.Auth{Type: "none"}, probe.BlameSheet},
	} {
		t.Run(name, func(t *testing.T) {
			s := model.sheet(t)
			s.Headers, s.Auth = c.headers, c.auth
			j, err := judge.New(s, judge.Options{})
			require.NoError(t, err)
			r := row{family: probe.FamilySuccess, status: 401, body: `{}`}
			got := j.Decide(r.testCase(), r.exchange())
			require.Len(t, got.Findings, 1)
			assert.Equal(t, "outcome.credentials", got.Findings[0].Rule)
			assert.Equal(t, c.want, got.Findings[0].Blame)
		})
	}
}

func TestValuesAreWrittenAsTheAnswerWouldWriteThem(t *testing.T) {
	s := numeric.sheet(t)
	s.StatusCodes = []probe.StatusCode{{Code: "1003", Message: "failed", Kind: probe.KindBusiness}}
	j, err := judge.New(s, judge.Options{})
	require.NoError(t, err)
	r := row{family: probe.FamilyMissingField, status: 200, body: `{"code":1009,"msg":"bad","data":null}`}
	got := j.Decide(r.testCase(), r.exchange())
	require.NotEmpty(t, got.Findings)
	assert.Equal(t, "1001, 1002 or 1003", got.Findings[0].Documented)
	got = j.Decide(row{family: probe.FamilySuccess}.testCase(), row{status: 200, media: "application/json", body: `{"code":1001,"msg":"bad","data":null}`}.exchange())
	require.Len(t, got.Findings, 2)
	assert.Equal(t, "0", got.Findings[1].Documented)
	assert.Contains(t, got.Findings[1].Message, "is documented for an error")
}

func TestOutcomeByUnusualMarks(t *testing.T) {
	ret := doc{success: []string{`- - {"ret":1,"msg":"found","emp":"a"}`}, failure: []string{`- - {"ret":0,"msg":"not found"}`}}
	count := doc{success: []string{`- - {"count":1,"msg":"found"}`}, failure: []string{`- - {"count":0,"msg":"none"}`}}
	bare := doc{success: []string{`- - {"kind":7,"text_of":"a","more":1}`}, failure: []string{`- - {"kind":9,"text_of":"b"}`}}
	inside := doc{success: []string{`- - {"result":{"status":"SUCCESS","ref":"R1"}}`}}
	item := doc{success: []string{`- - {"order":{"status":"SUCCESS","ref":"R1"}}`}}
	product := doc{success: []string{`- A12 {"code":"A12","name":"Cup"}`}, failure: []string{`- E404 {"code":"E404","message":"none"}`}}
	wrapped := doc{success: []string{`- S12 {"code":"S12","data":{"id":1}}`}, failure: []string{`- E404 {"code":"E404","message":"none"}`}}
	listed := doc{success: []string{`200 - {"data":1,"errors":[]}`}, failure: []string{`400 E1 {"data":null,"errors":[{"code":"E1"}]}`}}
	word := doc{success: []string{`- - OK`}}
	prose := doc{success: []string{`- - the list of all orders`}}
	marked := doc{success: []string{`- - {"status*":"success","nick?":"a"}`}, failure: []string{`- - {"status*":"error"}`}}
	run(t, []row{
		{name: "number beside a message", doc: ret, body: `{"ret":0,"msg":"gone"}`, want: "outcome.error-instead-of-success status.code"},
		{name: "another number beside a message", doc: ret, body: `{"ret":2,"msg":"found","emp":"b"}`, want: "status.code-undocumented"},
		{name: "the same number", doc: ret, body: `{"ret":1,"msg":"here","emp":"b"}`},
		{name: "a quantity beside a message", doc: count, body: `{"count":0,"msg":"all done"}`, want: "outcome.error-instead-of-success"},
		{name: "another quantity beside a message", doc: count, body: `{"count":5,"msg":"found"}`},
		{name: "number of an error with its keys", doc: bare, body: `{"kind":9,"text_of":"c"}`, want: "outcome.error-instead-of-success"},
		{name: "number of an error with keys of a success", doc: bare, body: `{"kind":9,"text_of":"c","more":2}`},
		{name: "failure below the top", doc: inside, body: `{"result":{"status":"FAILURE","ref":"R2"}}`, want: "outcome.error-instead-of-success"},
		{name: "a flag below the top", doc: doc{success: []string{`- - {"response":{"ok":true,"n":1}}`}}, body: `{"response":{"ok":false,"n":1}}`, want: "outcome.error-instead-of-success"},
		{name: "a list of errors that is null", doc: listed, family: "missing-field", status: 400, body: `{"data":null,"errors":null}`, want: "shape.null status.code"},
		{name: "a waiting time", doc: doc{success: []string{`- - {"retryAfter":0,"msg":"a","id":1}`}, failure: []string{`- - {"retryAfter":30,"msg":"b","id":1}`}}, body: `{"retryAfter":5,"msg":"c","id":2}`},
		{name: "another word below the top", doc: inside, body: `{"result":{"status":"PENDING","ref":"R2"}}`},
		{name: "the state of a thing", doc: item, body: `{"order":{"status":"FAILED","ref":"R2"}}`},
		{name: "code of a product", doc: product, body: `{"code":"B77","name":"Pot"}`},
		{name: "code of an error where a product has its own", doc: product, body: `{"code":"E404","message":"no"}`, want: "outcome.error-instead-of-success status.code"},
		{name: "code beside the data", doc: wrapped, body: `{"code":"Q77","data":{"id":2}}`, want: "status.code-undocumented"},
		{name: "an error that names none", doc: listed, family: "missing-field", status: 400, body: `{"data":null,"errors":[]}`, want: "status.code"},
		{name: "an object for a word", doc: word, body: `{"status":"OK"}`, want: "shape.type:warning"},
		{name: "an object for prose", doc: prose, body: `{"orders":[]}`, want: "shape.unchecked"},
		{name: "marked keys", doc: marked, body: `{"status":"success"}`},
		{name: "marked keys of an error", doc: marked, body: `{"status":"error"}`, want: "outcome.error-instead-of-success"},
		{name: "a marked key is missing", doc: marked, body: `{"nick":"b"}`, want: "shape.missing"},
	})
}

func TestNullsLearnedFromOtherExamples(t *testing.T) {
	both := doc{success: model.success, codes: model.codes, failure: []string{
		`- ERR001 {"status":"error","status_code":"ERR001","message":"a","ref":"R1","more":1}`, `- ERR002 {"status":"error","status_code":"ERR002","message":"a","ref":null}`,
	}}
	optional := doc{success: []string{"- - {\"id\":1,\"nick\":\"a\", // optional\n\"name\":\"b\"}"}}
	run(t, []row{
		{name: "null in another error", doc: both, family: "missing-field", body: `{"status":"error","status_code":"ERR001","message":"b","ref":null,"more":1}`},
		{name: "type of another error", doc: both, family: "missing-field", body: `{"status":"error","status_code":"ERR002","message":"b","ref":7}`, want: "shape.type"},
		{name: "keys of its own error", doc: both, family: "missing-field", body: `{"status":"error","status_code":"ERR002","message":"b","ref":"R2"}`},
		{name: "keys of its own error are missing", doc: both, family: "missing-field", body: `{"status":"error","status_code":"ERR001","message":"b","ref":null}`, want: "shape.missing"},
		{name: "optional", doc: optional, body: `{"id":1,"nick":null,"name":"b"}`, want: "shape.null:info"},
		{name: "not optional", doc: optional, body: `{"id":1,"nick":"a","name":null}`, want: "shape.null"},
	})
}

func TestTextsThatAreNoJSON(t *testing.T) {
	record := doc{success: []string{"- - OK|4791234567|TX883311"}, failure: []string{"- - ERR|20|unknown number"}}
	xml := doc{
		success: []string{`- - <a:Envelope xmlns:a="urn:e"><a:Body><premium><status>0</status><amount>12.50</amount></premium></a:Body></a:Envelope>`},
		failure: []string{`500 - <a:Envelope xmlns:a="urn:e"><a:Body><a:Fault><faultstring>policy unknown</faultstring></a:Fault></a:Body></a:Envelope>`},
	}
	word := doc{success: []string{"- - <r><state>PAID</state></r>"}, failure: []string{"- - <r><state>REFUSED</state></r>"}}
	prose := doc{success: []string{"- - A confirmation page"}, failure: []string{"- - An error page"}}
	const premium = `<Envelope><Body><premium><status>0</status><amount>7</amount></premium></Body></Envelope>`
	run(t, []row{
		{name: "another record", doc: record, media: "text/plain", body: "OK|4700000000|TX1", want: "shape.unchecked"},
		{name: "the other record", doc: record, media: "text/plain", body: "ERR|21|amount not allowed", want: "outcome.error-instead-of-success"},
		{name: "the record of a success for a broken request", doc: record, family: probe.FamilyNoAuth, media: "text/plain", body: "OK|4700000000|TX1", want: "security.auth-not-enforced"},
		{name: "the record of an error for a broken request", doc: record, family: probe.FamilyNoAuth, media: "text/plain", body: "ERR|22|wrong pin", want: "shape.unchecked"},
		{name: "a web page for a record", doc: record, media: "text/html", body: "<html><body>It works!</body></html>", want: "body.media-type"},
		{name: "nothing for a record", doc: record, media: "text/plain", body: "", want: "body.empty"},
		{name: "a web page for prose about one", doc: prose, media: "text/html", body: "<html><body>Thank you</body></html>", want: "shape.unchecked"},
		{name: "other values", doc: xml, media: "text/xml", body: premium, want: "shape.unchecked"},
		{name: "a missing element", doc: xml, media: "text/xml", body: strings.Replace(premium, "<amount>7</amount>", "", 1), want: "shape.missing"},
		{name: "a missing element and those in it", doc: xml, media: "text/xml", body: `<Envelope><Body/></Envelope>`, want: "shape.missing"},
		{name: "broken off", doc: xml, media: "text/xml", body: premium[:40], want: "body.media-type"},
		{name: "a fault under HTTP 200", doc: xml, media: "text/xml", body: `<Envelope><Body><Fault><faultstring>x</faultstring></Fault></Body></Envelope>`, want: "outcome.error-instead-of-success status.http"},
		{name: "a success for a broken request", doc: xml, family: probe.FamilyMissingField, media: "text/xml", body: premium, want: "negative.accepted"},
		{name: "the word of an error", doc: word, media: "text/xml", body: "<r><state>REFUSED</state><id>1</id></r>", want: "outcome.error-instead-of-success"},
		{name: "a word that nobody knows", doc: word, media: "text/xml", body: "<r><state>QUEUED</state></r>", want: "shape.unchecked"},
	})
}
