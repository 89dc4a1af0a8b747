package schema_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestHandwritten(t *testing.T) {
	tests := []struct {
		name, schema, answer string
		want                 []string
	}{
		{"conforms", `{"type":"object","required":["id"]}`, `{"id":1,"x":2}`, nil},
		{"required", `{"required":["id"]}`, `{"x":2}`, []string{`missing /id: required / absent; object with key x`}},
		{"required in items", `{"items":{"required":["id"]}}`, `[{"id":1},{},{"x":1}]`, []string{`missing /1/id (/*/id) x2: required / absent; empty object`}},
		{"additional", `{"properties":{"id":{}},"additionalProperties":false}`, `{"id":1,"x":2}`, []string{`undocumented /x: no such key / number 2`}},
		{"type", `{"properties":{"id":{"type":"integer"}}}`, `{"id":"1"}`, []string{`type /id: integer / string "1"`}},
		{"decimal for integer", `{"properties":{"id":{"type":"integer"}}}`, `{"id":1.5}`, []string{`type /id: integer / number 1.5`}},
		{"null", `{"properties":{"id":{"type":"integer"}}}`, `{"id":null}`, []string{`null /id: integer / null`}},
		{"enum", `{"properties":{"s":{"enum":["A","B"]}}}`, `{"s":"C"}`, []string{`enum /s: one of "A", "B" / string "C"`}},
		{"pattern", `{"properties":{"s":{"pattern":"^[0-9]+$"}}}`, `{"s":"C"}`, []string{`format /s: text that matches ^[0-9]+$ / string "C"`}},
		{"format", `{"properties":{"s":{"format":"email"}}}`, `{"s":"C"}`, []string{`format /s: format email / string "C"`}},
		{"date for date-time", `{"properties":{"s":{"format":"date-time"}}}`, `{"s":"2024-01-31"}`, []string{`format /s: format date-time / string "2024-01-31"`}},
		{"time for date-time", `{"properties":{"s":{"format":"date-time"}}}`, `{"s":"10:00:00Z"}`, []string{`format /s: format date-time / string "10:00:00Z"`}},
		{"date-time", `{"properties":{"s":{"format":"date-time"}}}`, `{"s":"2024-01-31T10:00:00.5+05:30"}`, nil},
		{"a format of ours", `{"properties":{"s":{"format":"day-first"}}}`, `{"s":"2024-01-31"}`, []string{`format /s: format day-first / string "2024-01-31"`}},
		{"a format that nobody knows", `{"properties":{"s":{"format":"moon"}}}`, `{"s":"x"}`, nil},
		{"a number where a format is asked for", `{"properties":{"s":{"format":"date-time"}}}`, `{"s":7}`, nil},
		{"length", `{"properties":{"s":{"minLength":3}}}`, `{"s":"C"}`, []string{`constraint /s: string length must be greater than or equal to 3 / string "C"`}},
		{"draft-04", `{"$schema":"http://json-schema.org/draft-04/schema#","properties":{"n":{"minimum":3,"exclusiveMinimum":true}}}`, `{"n":3}`, []string{`constraint /n: must be greater than 3 / number 3`}},
		{"draft-06", `{"$schema":"http://json-schema.org/draft-06/schema#","properties":{"n":{"exclusiveMinimum":3}}}`, `{"n":3}`, []string{`constraint /n: must be greater than 3 / number 3`}},
		{"local reference", `{"definitions":{"id":{"type":"string"}},"properties":{"a":{"$ref":"#/definitions/id"}}}`, `{"a":1}`, []string{`type /a: string / number 1`}},
		{"keys with dots", `{"properties":{"a.b":{"properties":{"c/d":{"type":"string"}}}}}`, `{"a.b":{"c/d":1}}`, []string{`type /a.b/c~1d: string / number 1`}},
		{"big integer", `{"properties":{"n":{"maximum":9007199254740993}}}`, `{"n":9007199254740993}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := schema.CompileSchema([]byte(tt.schema), source.Span{})
			require.NoError(t, err)
			found, err := h.Check(live(t, tt.answer))
			require.NoError(t, err)
			var got []string
			for _, m := range found {
				got = append(got, brief(m))
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestCompileSchemaRefuses(t *testing.T) {
	for name, tt := range map[string][2]string{
		"no JSON":           {`{"type":`, "is not JSON"},
		"another thing":     {`[1]`, "is an object"},
		"unknown draft":     {`{"$schema":"https://json-schema.org/draft/2020-12/schema"}`, "is not supported"},
		"reference outside": {`{"properties":{"a":{"$ref":"http://127.0.0.1:1/x.json"}}}`, "leads out of the schema"},
		"reference to file": {`{"$ref":"file:///etc/passwd"}`, "leads out of the schema"},
		"misspelt keyword":  {`{"type":"strnig"}`, "cannot be used"},
		"too large":         {strings.Repeat(" ", 1<<20) + `{}`, "larger than"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := schema.CompileSchema([]byte(tt[0]), source.Span{})
			require.ErrorContains(t, err, tt[1])
		})
	}
}

// TestHandwrittenHugeNumbers has numbers that would keep the validator busy for hours.
func TestHandwrittenHugeNumbers(t *testing.T) {
	h, err := schema.CompileSchema([]byte(`{"items":{"type":"number","maximum":10,"minimum":-10}}`), source.Span{})
	require.NoError(t, err)
	number := func(text string) *nearjson.Value { return &nearjson.Value{Kind: nearjson.Number, Text: text} } // the parser refuses most of these
	found, err := h.Check(nearjson.NewArray(number("9e999999999"), number("-9e999999999"), number("1e-999999999"), number(strings.Repeat("9", 2000))))
	require.NoError(t, err)
	require.Len(t, found, 2)
	assert.Equal(t, 2, found[0].Count)
}
