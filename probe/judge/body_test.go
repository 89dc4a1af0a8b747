package judge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
)

const good = `{"status":"success","status_code":"SUCC001","message":"a"}`

func TestBody(t *testing.T) {
	run(t, []row{
		{name: "empty", doc: model, body: "", want: "body.empty"},
		{name: "blank", doc: model, body: " \n", want: "body.empty"},
		{name: "204 where a body is documented", doc: model, status: 204, media: "-", body: "", want: "body.empty"},
		{name: "empty where the sheet documents none", doc: doc{success: []string{`204 - `}, failure: model.failure}, status: 204, media: "-", body: ""},
		{name: "page", doc: model, media: "text/html", body: "<!DOCTYPE html><html><title>Welcome</title><p>hi</p></html>", want: "body.not-json"},
		{name: "text", doc: model, media: "text/plain", body: "success", want: "body.not-json"},
		{name: "cut off JSON", doc: model, body: `{"status":"success",`, want: "body.not-json"},
		{name: "JSON with single quotes", doc: model, body: `{'status':'success'}`, want: "body.not-json"},
		{name: "trailing comma", doc: model, body: `{"status":"success","status_code":"SUCC001","message":"a",}`, want: "body.not-json"},
		{name: "two documents", doc: model, body: good + good, want: "body.not-json"},
		{name: "XML", doc: model, media: "application/xml", body: `<status>success</status>`, want: "body.not-json"},
		{name: "JSON as text/html", doc: model, media: "text/html", body: good, want: "body.media-type"},
		{name: "JSON as text/plain", doc: model, media: "text/plain", body: good, want: "body.media-type"},
		{name: "no media type", doc: model, media: "-", body: good, want: "body.media-type:warning"},
		{name: "text where text is documented", doc: plain, media: "text/html", body: "OK: sent"},
		{name: "a success but for its code, which is told once", doc: doc{
			success: []string{`- 00 {"code":"00","data":{"id":1}}`}, failure: []string{`- 91 {"code":"91","message":"a"}`},
		}, body: `{"code":"05","data":{"id":2}}`, want: "outcome.error-instead-of-success status.code-undocumented:warning"},
		{name: "documented null is left out", doc: doc{success: []string{`- - {"a":1,"next":null}`}}, body: `{"a":2}`, want: "shape.missing:warning"},
		{name: "JSON where XML is documented", doc: xml, body: `{"code":0}`, want: "body.media-type"},
		{name: "page where XML is documented", doc: xml, media: "text/html", body: `<html><p>hi</p></html>`, want: "body.media-type"},
		{name: "JSON where text is documented", doc: plain, body: `{"a":1}`, want: "shape.unchecked"},
		{name: "Latin-1", doc: model, body: "{\"status\":\"success\",\"status_code\":\"SUCC001\",\"message\":\"caf\xe9\"}", want: "body.encoding"},
		{name: "UTF-16", doc: model, body: "{\x00\"\x00s\x00\"\x00:\x001\x00}\x00", want: "body.encoding"},
		{name: "byte-order mark", doc: model, body: "\ufeff" + good, want: "body.encoding:warning"},
		{name: "duplicate key", doc: model, body: `{"status":"success","status_code":"SUCC001","message":"a","message":"b"}`, want: "body.duplicate-key"},
		{name: "duplicate keys in items are one", doc: list, body: `[{"id":1,"id":2,"name":"a"},{"id":1,"id":2,"name":"b"}]`, want: "body.duplicate-key"},
		{name: "JSON in a string", doc: model, body: `"{\"status\":\"success\"}"`, want: "shape.type"},
		{name: "null", doc: alone, body: `null`, want: "shape.null:error"},
	})
}

func TestShape(t *testing.T) {
	run(t, []row{
		{name: "missing key", doc: alone, body: `{"id":1,"status":"active"}`, want: "shape.missing"},
		{name: "undocumented key", doc: alone, body: `{"id":1,"name":"a","status":"active","more":1}`, want: "shape.undocumented"},
		{name: "number as text", doc: alone, body: `{"id":"1","name":"a","status":"active"}`, want: "shape.type"},
		{name: "text as number", doc: alone, body: `{"id":1,"name":7,"status":"active"}`, want: "shape.type"},
		{name: "null", doc: alone, body: `{"id":1,"name":null,"status":"active"}`, want: "shape.null"},
		{name: "renamed", doc: doc{success: []string{`- - {"order_id":1,"name":"a"}`}}, body: `{"orderId":1,"name":"a"}`, want: "shape.renamed"},
		{name: "object for list", doc: list, body: `{"id":1,"name":"a"}`, want: "shape.type"},
		{name: "later item", doc: list, body: `[{"id":1,"name":"a"},{"id":"2","name":"b"}]`, want: "shape.type"},
		{name: "many items are one finding", doc: list, body: `[{"id":1},{"id":2},{"id":3}]`, want: "shape.missing"},
		{name: "deep", doc: numeric, body: `{"code":0,"msg":"ok","data":{"id":1,"price":"10","tags":["a"],"note":"x"}}`, want: "shape.type"},
		{name: "nothing to compare with", doc: doc{success: []string{`- - {"id":1,"items":[]}`}}, body: `{"id":1,"items":[{"a":1}]}`, want: "shape.unchecked"},
		{name: "undocumented keys in an error", doc: model, family: "missing-field", body: `{"status":"error","status_code":"ERR002","message":"a","trace":"x"}`, want: "shape.undocumented"},
		{name: "the error of its code", family: "missing-field", status: 404, doc: doc{success: nested.success, codes: nested.codes, failure: []string{
			`400 - {"status":{"code":"E100","text":"bad"},"field":"x"}`, `404 - {"status":{"code":"E404","text":"none"}}`,
		}}, body: `{"status":{"code":"E404","text":"none"}}`},
		{name: "the error of its code lacks a key", family: "missing-field", status: 400, doc: doc{success: nested.success, codes: nested.codes, failure: []string{
			`400 - {"status":{"code":"E100","text":"bad"},"field":"x"}`, `404 - {"status":{"code":"E404","text":"none"}}`,
		}}, body: `{"status":{"code":"E100","text":"bad"}}`, want: "shape.missing"},
	})
}

// Every message is a sentence that can be read aloud.
func TestMessagesReadAloud(t *testing.T) {
	for _, tt := range []struct{ example, body, want string }{
		{`{"created":1711929600}`, `{"created":1711929600000}`, `"created" is number 1711929600000, and the sheet shows seconds since 1970, such as 1711929600`},
		{`{"mail":"a@b.example"}`, `{"mail":"a"}`, `"mail" is string "a", and the sheet shows an e-mail address, such as "a@b.example"`},
		{`{"on":"2024-01-31"}`, `{"on":"x"}`, `"on" is string "x", and the sheet shows a date, such as "2024-01-31"`},
		{`{"days":{"2024-01-31":[7]}}`, `{"days":{"2024-02-01":["x"]}}`, `an item of "days" is string "x", and the sheet documents number, such as 7`},
	} {
		r := decide(t, doc{success: []string{"- - " + tt.example}}, judge.Options{}, row{family: probe.FamilySuccess, status: 200, media: "application/json", body: tt.body})
		require.Len(t, r.Findings, 1, tt.body)
		assert.Equal(t, tt.want, r.Findings[0].Message)
	}
}
