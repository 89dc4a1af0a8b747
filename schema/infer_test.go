package schema_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const preamble = `{"$schema":"http://json-schema.org/draft-07/schema#"`

func TestJSONSchema(t *testing.T) {
	tests := []struct {
		name    string
		example string // several are separated by " & "
		want    string // behind the preamble
	}{
		{"string", `"x"`, `,"type":"string"`},
		{"null", `null`, ``},
		{"null and number", `null & 1`, `,"type":["number","null"]`},
		{"all types", `null & 1 & "x" & true & [] & {}`, `,"type":["object","array","string","number","boolean","null"]`},
		{"empty object", `{}`, `,"type":"object"`},
		{"empty array", `[]`, `,"type":"array"`},
		{"keys in order", `{"b":1,"a":"x"}`, `,"type":"object","properties":{"b":{"type":"number"},"a":{"type":"string"}},"required":["b","a"],"additionalProperties":false`},
		{"optional", `[{"a":1},{"b":null,"a":2}]`, `,"type":"array","items":{"type":"object","properties":{"a":{"type":"number"},"b":{}},"required":["a"],"additionalProperties":false}`},
		{"nothing required", `{"a":1} & {}`, `,"type":"object","properties":{"a":{"type":"number"}},"additionalProperties":false`},
		{"map", `{"17":["x"],"18":[]}`, `,"type":"object","additionalProperties":{"type":"array","items":{"type":"string"}}`},
		{"odd keys", `{"$ref":1,"\"\u0001<é":2}`, `,"type":"object","properties":{"$ref":{"type":"number"},"\"\u0001<é":{"type":"number"}},"required":["$ref","\"\u0001<é"],"additionalProperties":false`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var examples []*nearjson.Value
			for _, e := range strings.Split(tt.example, " & ") {
				examples = append(examples, live(t, e))
			}
			s := schema.Infer(examples...)
			assert.Equal(t, preamble+tt.want+"}", string(s.JSONSchema()))
			assert.Equal(t, s.JSONSchema(), s.JSONSchema())
		})
	}
	assert.Equal(t, preamble+"}", string((*schema.Shape)(nil).JSONSchema()))
}

func TestInferReadsRemarks(t *testing.T) {
	for remark, required := range map[string]bool{
		"// optional": false, "/* Optional, since v2 */": false, "# opcional": false, "(conditional)": false, "-- optional": false,
		"// mandatory": true, "// not optional": true, "": true, "// the customer's nick name": true,
	} {
		t.Run(remark, func(t *testing.T) {
			r, err := nearjson.Parse(source.Unplaced("{\n \"a\": 1, // optional\n \"nick\": {" + remark + "\n \"b\": [1] }, \"c\": 2\n}"))
			require.NoError(t, err)
			s := schema.Infer(r.Value)
			require.Len(t, s.Properties, 3)
			assert.False(t, s.Properties[0].Required)
			assert.Equal(t, required, s.Properties[1].Required)
			assert.True(t, s.Properties[2].Required)
		})
	}
}

func TestInferReadsWordsForNull(t *testing.T) {
	for remark, want := range map[string]bool{
		"// may be null": true, "// nullable": true, "// null if there is none": true, "// not null": false, "// never null": false, "": false,
	} {
		r, err := nearjson.Parse(source.Unplaced("{\n \"a\": 1, " + remark + "\n \"b\": 2\n}"))
		require.NoError(t, err)
		assert.Equal(t, want, schema.Infer(r.Value).Properties[0].Shape.Types&schema.Null != 0, remark)
	}
}

func TestInferMaps(t *testing.T) {
	tests := []struct {
		name    string
		example string
		want    bool
	}{
		{"numbers", `{"1":1,"20":2}`, true},
		{"one number", `{"10023":{"a":1}}`, true},
		{"UUIDs", `{"0b9c6c5a-3c5f-4c52-9d6e-0f8f4b6f2a11":"x"}`, true},
		{"dates", `{"2024-01-31":1,"2024-02-29T10:00:00Z":null}`, true},
		{"months", `{"2024-01":1,"2024-02":2}`, true},
		{"hexadecimal ids", `{"5f2b9c0e8d3a4b0017c1a2b3":1}`, true},
		{"objects with one optional key", `{"1":{"a":1,"b":2},"2":{"a":3}}`, true},
		{"names", `{"a":1,"b":1}`, false},
		{"one name among numbers", `{"1":1,"total":2}`, false},
		{"values of two types", `{"1":1,"2":"x"}`, false},
		{"objects that have nothing in common", `{"1":{"a":1},"2":{"b":1}}`, false},
		{"letters that could be hexadecimal", `{"deadbeefdeadbeef":1}`, false},
		{"empty object", `{}`, false},
		{"versions", `{"1.0":1}`, false},
		{"currencies", `{"INR":99.1,"USD":1}`, true},
		{"pairs of currencies", `{"USDINR":83.1,"EURINR":90.2}`, true},
		{"countries", `{"IN":{"open":true},"GB":{"open":false}}`, true},
		{"articles", `{"TEA-250":40,"GIFT-11":7}`, true},
		{"ids with a letter", `{"U10023":{"a":1}}`, true},
		{"hours", `{"09:00":3}`, true},
		{"routes", `{"PNQ-GOI":640,"BOM-DEL":1250}`, true},
		{"seats", `{"12A":"free","7C":"sold"}`, true},
		{"addresses", `{"a@b.example":1,"c@d.example":2}`, true},
		{"telephone numbers", `{"+919800000001":1}`, true},
		{"airports with records", `{"DEL":{"lat":1,"lng":2},"BOM":{"lat":3,"lng":4}}`, true},
		{"airports that differ", `{"DEL":1,"BOM":2,"BLR":3,"MAA":4,"HYD":5}`, true},
		{"languages", `{"en":"Hello","hi":"Namaste"}`, true},
		{"locales", `{"en-IN":"Hello","hi-IN":"Namaste"}`, true},
		{"a placeholder", `{"<accountNo>":{"balance":1}}`, true},
		{"long numbers behind a word", `{"user_1001":1,"user_1002":2}`, true},
		{"flights", `{"6E-2041":10,"AI-0676":0}`, true},
		{"one currency", `{"INR":99.1}`, false},
		{"acronyms", `{"OTP":"123456","PAN":"ABCDE1234F"}`, false},
		{"acronyms with numbers", `{"EMI":4500,"ROI":10.5}`, false},
		{"acronyms of several lengths", `{"PAN":"A","DOB":"B","NAME":"C","CITY":"D","PIN":"E"}`, false},
		{"constants", `{"MAX_AGE":60,"MIN_AGE":18}`, false},
		{"numbered names", `{"line1":"a","line2":"b"}`, false},
		{"numbered names in capitals", `{"LINE_1":"a","LINE_2":"b"}`, false},
		{"short words", `{"id":"a","no":"b"}`, false},
		{"names of one length", `{"name":"a","city":"b"}`, false},
		{"currencies of two types", `{"INR":99.1,"USD":"x"}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := schema.Infer(live(t, tt.example))
			assert.Equal(t, tt.want, s.Values != nil)
			assert.Equal(t, tt.want, len(s.Properties) == 0 && tt.example != `{}`)
		})
	}
}

func TestInferTemplates(t *testing.T) {
	tests := []struct {
		name  string
		value string
		want  schema.Types
	}{
		{"bare type word", `integer`, schema.Number},
		{"bare placeholder", `<amount>`, 0},
		{"bare word for string", `string`, schema.String},
		{"bare boolean", `boolean`, schema.Boolean},
		{"quoted type word", `"string"`, schema.String},
		{"quoted number word", `"integer"`, schema.Number},
		{"quoted word in brackets", `"<int>"`, schema.Number},
		{"quoted word that may be a value", `"long"`, schema.Number | schema.String},
		{"quoted word for a container", `"list"`, 0},
		{"bare word for a container", `object`, schema.Object},
		{"bare time", `timestamp`, schema.Number | schema.String},
		{"word with a length", `varchar(20)`, schema.String},
		{"quoted placeholder", `"<<token>>"`, schema.String | schema.Number | schema.Boolean},
		{"quoted mask", `"XXXXXX1234"`, 0},
		{"stars", `"****"`, 0},
		{"absent", ``, 0},
		{"alternatives in quotes", `"string | null"`, schema.String | schema.Null},
		{"alternatives that are none", `"cash | card"`, schema.String},
		{"bare number with a separator", `1,000`, schema.String | schema.Number},
		{"bare number with zeros before", `000111`, schema.String | schema.Number},
		{"bare date", `31-03-2026`, schema.String},
		{"bare range", `1-120`, schema.String | schema.Number},
		{"bare time of day", `09:02`, schema.String},
		{"bare measure", `250 g`, schema.String},
		{"bare booleans", `true/false`, schema.Boolean},
		{"bare numbers", `1 | 2 | 3`, schema.Number},
		{"bare words", `Y | N`, schema.String},
		{"bare alternatives with null", `Y | N | null`, schema.String},
		{"numbers side by side", `1 or 2`, schema.Number},
		{"texts side by side", `"NEFT" | "IMPS" | null`, schema.String | schema.Null},
		{"text or number", `"NEFT" | 7`, schema.String | schema.Number},
		{"text or type", `"NEFT" | number`, schema.String | schema.Number},
		{"quoted digits", `"000111"`, schema.String},
		{"bare word", `SUCC001`, schema.String},
		{"null", `null`, schema.Null},
		{"plain text", `"SUCC001"`, schema.String},
		{"number", `17`, schema.Number},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := nearjson.Parse(source.Unplaced(`{"first": 1, "key": ` + tt.value + `, "last": 2}`))
			require.NoError(t, err)
			s := schema.Infer(r.Value)
			require.Len(t, s.Properties, 3)
			assert.Equal(t, tt.want, s.Properties[1].Shape.Types)
			assert.True(t, s.Properties[1].Required)
		})
	}
}

func TestInferReadsMarksOfKeys(t *testing.T) {
	for key, want := range map[string]struct {
		name             string
		required, stated bool
	}{
		`"nick?"`: {"nick", false, true}, `nick?`: {"nick", false, true}, `"nick*"`: {"nick", true, true}, `nick*`: {"nick", true, true}, `"nick"`: {"nick", true, false},
		`"nick *"`: {"nick", true, true}, `"is it so?"`: {"is it so?", true, false}, `"*"`: {"*", true, false},
	} {
		t.Run(key, func(t *testing.T) {
			r, err := nearjson.Parse(source.Unplaced(`{` + key + `: "a", "b": 1}`))
			require.NoError(t, err)
			p := schema.Infer(r.Value).Properties[0]
			assert.Equal(t, want.name, p.Name)
			assert.Equal(t, want.required, p.Required)
			assert.Equal(t, want.stated, p.Stated)
		})
	}
}

func TestInferPlaceholderBesideNames(t *testing.T) {
	s := schema.Infer(live(t, `{"total":1,"<date>":{"sum":2}}`))
	assert.Empty(t, check(t, s, live(t, `{"total":1,"2026-03-31":{"sum":2}}`)))
	assert.Len(t, check(t, s, live(t, `{"2026-03-31":{"sum":2}}`)), 1)
}

func TestInferTypeNames(t *testing.T) {
	found := check(t, schema.Infer(live(t, `{"dataType":"integer","age":"integer"}`)), live(t, `{"dataType":"integer","age":7}`))
	assert.Empty(t, found)
}

func TestInferEllipsis(t *testing.T) {
	r, err := nearjson.Parse(source.Unplaced(`{"a": 1, "list": [{"id": 1}, ...], ...}`))
	require.NoError(t, err)
	s := schema.Infer(r.Value)
	assert.True(t, s.Open)
	assert.Empty(t, check(t, s, live(t, `{"a":1,"list":[{"id":1},{"id":2}],"more":true}`)))
	assert.Len(t, check(t, s, live(t, `{"a":1,"list":[{"id":"x"}]}`)), 1)
}

func TestInferPlaces(t *testing.T) {
	text := source.NewDocument("d", nil, "Response:\n{\n  \"data\": null,\n  \"list\": [\n    {\"id\": 1},\n    {\"id\": 2, \"name\": \"x\"}\n  ]\n}\n{\"data\": \"s\"}").Text()
	first, err := nearjson.Parse(text.Slice(10, text.Len()-14))
	require.NoError(t, err)
	second, err := nearjson.Parse(text.Slice(text.Len()-13, text.Len()))
	require.NoError(t, err)
	s := schema.Infer(first.Value, second.Value)

	place := func(at source.Span) [3]int { return [3]int{at.Line, at.Column, at.Length} }
	require.Len(t, s.Properties, 2)
	data, list := s.Properties[0], s.Properties[1]
	assert.Equal(t, [3]int{2, 1, 1}, place(s.At))
	assert.Equal(t, [3]int{3, 3, 6}, place(data.At), "the key stands where it was first seen")
	assert.Equal(t, [3]int{9, 10, 3}, place(data.Shape.At), "a null promises no type, the string does")
	assert.Equal(t, schema.String|schema.Null, data.Shape.Types)
	assert.True(t, data.Required)
	assert.False(t, list.Required)
	assert.Equal(t, 2, list.Shape.Items.Seen)
	assert.Equal(t, [3]int{6, 15, 6}, place(list.Shape.Items.Properties[1].At))

	found := check(t, s, live(t, `{"list":[{"name":1,"more":2}]}`))
	at := map[schema.Problem][3]int{}
	for _, m := range found {
		at[m.Problem] = place(m.At)
	}
	assert.Equal(t, [3]int{6, 23, 3}, at[schema.WrongType], "the value")
	assert.Equal(t, [3]int{5, 6, 4}, at[schema.Missing], "the key")
	assert.Equal(t, [3]int{5, 5, 9}, at[schema.Undocumented], "the object")
}

// TestNothingIsFetched has schemas whose keys and values look like references to a server.
func TestNothingIsFetched(t *testing.T) {
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests++ }))
	defer server.Close()
	for _, example := range []string{
		`{"$ref":"URL"}`, `{"$schema":"URL","$id":"URL","id":"URL"}`, `{"URL":{"$ref":"URL"}}`, `[{"properties":{"$ref":"URL"}}]`,
		`{"definitions":{"$ref":"URL"},"dependencies":{"$ref":"URL"},"items":{"$ref":"URL"}}`,
	} {
		v := live(t, strings.ReplaceAll(example, "URL", server.URL))
		assert.Empty(t, check(t, schema.Infer(v), v))
	}
	assert.Zero(t, requests)
}

func TestInferDeep(t *testing.T) {
	deep := strings.Repeat(`{"a":[`, 450) + strings.Repeat(`]}`, 450)
	v := live(t, deep)
	assert.True(t, conforms(check(t, schema.Infer(v), v)))
}

func TestInferManyKeys(t *testing.T) {
	var b strings.Builder
	for i := range 600 {
		b.WriteString(`"k` + strings.Repeat("x", i) + `":1,`)
	}
	s := schema.Infer(live(t, `{`+b.String()+`"last":"x"}`))
	require.NotNil(t, s.Values)
	assert.Equal(t, schema.Number|schema.String, s.Values.Types)
}
