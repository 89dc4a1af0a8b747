package report

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// What a sheet says beyond its ten fields is shown, so that who wrote it can see how it was understood.
func TestSheetsShowRulesRecipesCallbackAndPolling(t *testing.T) {
	ten, patch := 10, nearjson.NewObject(nearjson.NewMember("note", nearjson.NewNull()))
	s := &probe.Sheet{
		Name:   "Order a box",
		Limits: probe.Limits{MaxResponseMS: 5000},
		Request: probe.RequestSpec{Fields: []probe.RequestField{
			{Name: "mobileNo", In: probe.InBody, Rules: probe.FieldRules{MinLength: &ten, MaxLength: &ten, Pattern: "^[0-9]+$"}},
			{Name: "days", In: probe.InQuery, Rules: probe.FieldRules{Minimum: "1", Maximum: "30"}},
			{Name: "size", In: probe.InQuery, Rules: probe.FieldRules{Enum: []string{"S", "M"}}},
		}},
		Errors: []probe.Response{
			{Title: "Gone", When: "no such box", Request: &probe.Recipe{Method: "PUT", Query: []probe.Change{{Name: "mode", Remove: true}}, Body: &probe.Body{Value: patch}}},
			{Request: &probe.Recipe{Body: &probe.Body{}}},
		},
		Callback: &probe.Callback{Method: "POST", Field: "/url", WithinMS: 30000, Signature: &probe.Signature{Header: "X-Sign", Algorithm: "sha256"}},
		Poll:     &probe.Poll{API: "Box status", Path: "$.state", Until: []string{"DONE"}, Failed: []string{"LOST"}, IntervalMS: 500, WithinMS: 60000},
	}
	var out bytes.Buffer
	require.NoError(t, Sheets(&out, []Document{{Document: source.NewDocument("boxes.txt", nil, ""), Sheets: []*probe.Sheet{s}}}, Options{Width: 200}))
	for _, want := range []string{
		"mobileNo in body; length 10, pattern ^[0-9]+$", "days in query; at least 1, at most 30", "size in query; one of S, M", "5000 ms until the answer",
		`Gone, when no such box, sent with method PUT, query "mode" left out, body changed by {"note":null}`, "sent with no body",
		"POST, to the URL in /url, within 30000 ms, signed by sha256 in X-Sign", `"Box status" until $.state is DONE; a failure is LOST; every 500 ms; for 60000 ms at most`,
	} {
		assert.Contains(t, out.String(), want)
	}
}
