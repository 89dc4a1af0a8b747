package openapi

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

const bedsHead = `openapi: 3.1.0
servers: [{url: "https://staging.beds.example"}]
paths:
  /beds:
    put:
      requestBody: {content: {application/json: {example: {depth: 3, width: 1}, schema: {required: [depth], properties: {depth: {type: [number, "null"]}, width: {type: number}}}}}}
      responses:
`

// response is a row of the responses with the schema, in JSON.
func response(status, schema string) string {
	return "        '" + status + "': {description: d, content: {application/json: {schema: " + schema + "}}}\n"
}

func readBeds(t *testing.T, responses ...string) *probe.Sheet {
	t.Helper()
	r := Format.Read(sheet.Input{Name: "beds", Data: []byte(bedsHead + strings.Join(responses, ""))})
	require.Len(t, r.Sheets, 1)
	return r.Sheets[0]
}

func TestWhatSchemasOfAnswersState(t *testing.T) {
	for name, c := range map[string]struct {
		responses []string
		want      []string // overrides as JSON
	}{
		"keys that are not required": {
			[]string{response("200", `{required: [id], properties: {id: {type: string}, note: {type: string}}}`)},
			[]string{`{"pointer":"/note","in":"success","optional":true}`},
		},
		"nothing where no key is called required": {[]string{response("200", `{properties: {id: {type: string}}}`)}, nil},
		"nulls in every version's words": {
			[]string{response("200", `{properties: {a: {type: string, nullable: true}, b: {type: [string, "null"]}, c: {anyOf: [{type: integer}, {type: "null"}]}, d: {type: string, x-nullable: true}}}`)},
			[]string{
				`{"pointer":"/a","in":"success","nullable":true}`, `{"pointer":"/b","in":"success","nullable":true}`,
				`{"pointer":"/c","in":"success","nullable":true}`, `{"pointer":"/d","in":"success","nullable":true}`,
			},
		},
		"listed values, formats and patterns of items": {
			[]string{response("200", `{type: array, items: {properties: {k: {type: string, enum: [A, B]}, at: {type: string, format: date-time}, n: {type: string, pattern: "^B-"}, s: {type: string, format: password}}}}`)},
			[]string{
				`{"pointer":"/*/k","in":"success","enum":["A","B"]}`, `{"pointer":"/*/at","in":"success","format":"date-time"}`,
				`{"pointer":"/*/n","in":"success","pattern":"^B-"}`,
			},
		},
		"keys that are data": {
			[]string{response("200", `{properties: {by: {type: object, additionalProperties: {type: string, nullable: true}}}}`)},
			[]string{`{"pointer":"/by","in":"success","map":true}`, `{"pointer":"/by/*","in":"success","nullable":true}`},
		},
		"a value of several forms": {
			[]string{response("200", `{properties: {v: {oneOf: [{type: string}, {type: integer}]}}}`)},
			[]string{`{"pointer":"/v","in":"success","any":true}`},
		},
		"of two errors, the more generous": {
			[]string{
				response("400", `{required: [code, at], properties: {code: {type: string, enum: [X]}, at: {type: string}}}`),
				response("409", `{required: [code], properties: {code: {type: string, enum: [Y]}, at: {type: string}}}`),
			},
			[]string{`{"pointer":"/code","in":"error","enum":["X","Y"]}`, `{"pointer":"/at","in":"error","optional":true}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, o := range readBeds(t, c.responses...).Overrides {
				data, err := json.Marshal(o)
				require.NoError(t, err)
				got = append(got, string(data))
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestAnswersAreShownInEachForm(t *testing.T) {
	s := readBeds(t, response("200", `{oneOf: [{properties: {id: {type: string}}}, {properties: {job: {type: integer}}}]}`),
		response("201", `{type: array, items: {anyOf: [{properties: {id: {type: string}}}, {properties: {job: {type: integer}}}]}}`),
		response("202", `{type: object, additionalProperties: {type: integer}}`))
	var bodies []string
	for _, r := range s.Success {
		bodies = append(bodies, r.Raw)
	}
	assert.Equal(t, []string{`{"id":"string"}`, `{"job":"integer"}`, `[{"id":"string"},{"job":"integer"}]`, `{"<key>":"integer"}`}, bodies)
}

func TestAFieldThatMayBeNullIsSaidToBe(t *testing.T) {
	body := readBeds(t, response("200", `{properties: {id: {type: string}}}`)).Request.Body.Value
	for pointer, want := range map[string]bool{"/depth": true, "/width": false} {
		v := body.Lookup(pointer)
		require.Equal(t, nearjson.Number, v.Kind)
		assert.Equal(t, want, v.Nullable, pointer)
	}
}
