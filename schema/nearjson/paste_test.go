package nearjson

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestParseWhatPastingLeaves(t *testing.T) {
	tests := []struct {
		name, in, want string
		repairs        []RepairKind
	}{
		{"escaped", `{\"a\": 1, \"b\": \"x\"}`, `{"a":1,"b":"x"}`, []RepairKind{EscapedQuotes}},
		{"escaped with line ends", `{\n  \"a\": 1,\r\n  b: \"x\"\n}`, `{"a":1,"b":"x"}`, []RepairKind{EscapedQuotes, UnquotedKey}},
		{"escaped twice within", `{\"a\": \"say \\\"hi\\\" \\n C:\\\\x\"}`, `{"a":"say \"hi\" \n C:\\x"}`, []RepairKind{EscapedQuotes}},
		{"escapes of a text are no frame", `{"a": "say \"hi\"",}`, `{"a":"say \"hi\""}`, []RepairKind{TrailingComma}},
		{"entities", `{ &quot;a&quot;: 1,&nbsp;&#34;b&#34;: &quot;x&amp;y &lt;&quot; }`, `{"a":1,"b":"x&y <"}`, []RepairKind{HTMLEntities}},
		{"entity within a text", `{"a": "x &quot; y",}`, `{"a":"x &quot; y"}`, []RepairKind{TrailingComma}},
		{"line breaks of a page", `{<br>"a": 1,<br/>&nbsp; "b": 2<br />}`, `{"a":1,"b":2}`, []RepairKind{HTMLTags, OddSpace}},
		{"line break within a text", `{"a": "x<br>y",}`, `{"a":"x<br>y"}`, []RepairKind{TrailingComma}},
		{"numbered lines", "1 {\n2   \"a\": 1,\n3   n: {\n4 \"b\": \"x\"\n5 }\n6 }", `{"a":1,"n":{"b":"x"}}`, []RepairKind{TextBefore, LineMarks, UnquotedKey}},
		{"numbered lines without the first", "{\n2.   \"a\": [\n3.   7,\n4. 8\n5. ]\n6. }", `{"a":[7,8]}`, []RepairKind{LineMarks}},
		{"glued line numbers", "{\n2\"a\": 1\n3}", `{"a":1}`, []RepairKind{LineMarks}},
		{"a list of numbers is not numbered", "[\n1,\n2,\n3,\n]", `[1,2,3]`, []RepairKind{TrailingComma}},
		{"keys that are numbers are not numbered", "{\n1: \"a\",\n2: \"b\"\n}", `{"1":"a","2":"b"}`, []RepairKind{UnquotedKey}},
		{"bullets", "{\n • \"a\": 1,\n - \"b\": [\n ◦ {\"c\": 2}]\n* d: 3}", `{"a":1,"b":[{"c":2}],"d":3}`, []RepairKind{LineMarks, MissingComma, UnquotedKey}},
		{"bars", "{\n|  \"a\": 1\n| }", `{"a":1}`, []RepairKind{LineMarks}},
		{"negative numbers stay", `{"a": [-1, - 2],}`, `{"a":[-1,"- 2"]}`, []RepairKind{BareValue, TrailingComma}},
		{"starred key", `{"a": 1, "b"*: 2}`, `{"a":1,"b":2}`, []RepairKind{Remark}},
		{"nullable type", `{"a": string or null, "b": boolean or null}`, `{"a":"string or null","b":"boolean or null"}`, []RepairKind{BareTemplate}},
		{"amounts with their units", `{"a": 30 sec, "b": ₹500}`, `{"a":"30 sec","b":"₹500"}`, []RepairKind{BareValue}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Parse(source.Unplaced(tt.in))
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(Encode(r.Value)))
			var kinds []RepairKind
			for _, repair := range r.Repairs {
				kinds = append(kinds, repair.Kind)
			}
			assert.ElementsMatch(t, tt.repairs, kinds)
			assertStable(t, r.Value)
		})
	}
}

func TestDecodedTextKeepsItsPlaces(t *testing.T) {
	r, err := Parse(source.Unplaced("{\n &quot;a&quot;: 1,\n &quot;b&quot;: &quot;x&quot;}"))
	require.NoError(t, err)
	at := r.Value.Get("b").At()
	assert.Equal(t, 3, at.Line)
	assert.Equal(t, 17, at.Column)
}

func TestAlternativeNullIsKept(t *testing.T) {
	r, err := Parse(source.Unplaced(`{"a": "x" | null, "b": 7 or null, "c": "x" | "y", "d": "q", "e": {} | null}`))
	require.NoError(t, err)
	assert.True(t, r.Value.Get("a").Nullable)
	assert.False(t, r.Value.Get("c").Nullable)
	assert.False(t, r.Value.Get("d").Nullable)
	assert.True(t, r.Value.Get("b").Nullable)
	assert.True(t, r.Value.Get("e").Nullable)
}

func TestAlternativesAreKept(t *testing.T) {
	for written, want := range map[string]string{
		`"NEFT" | "IMPS"`: `"NEFT","IMPS"`, `"a" or "b"`: `"a","b"`, `"a" / "b" // remark`: `"a","b"`, `true || 'false'`: `true,"false"`,
		`1 | "2"`: `1,"2"`, `1 or 2`: `1,2`, `"a" | null`: `"a"`, `"a" | 7 | false`: `"a",7,false`, `"a"`: `"a"`, `1 optional`: `1`,
	} {
		r, err := Parse(source.Unplaced("{\"k\": " + written + "\n}"))
		require.NoError(t, err)
		v := r.Value.Get("k")
		got := v.String()
		for _, o := range v.Others() {
			got += "," + o.String()
		}
		assert.Equal(t, want, got, written)
	}
}

func TestUnmarked(t *testing.T) {
	r, err := Parse(source.Unplaced(`{"a*": 1, "list": [{"b?": 2}], "really?!": 3}`))
	require.NoError(t, err)
	plain := r.Value.Unmarked()
	assert.Equal(t, `{"a":1,"list":[{"b":2}],"really?!":3}`, plain.String())
	assert.Equal(t, `{"a*":1,"list":[{"b?":2}],"really?!":3}`, r.Value.String(), "the value itself is as before")
	name, mark := plain.MarkedKey(0)
	assert.Equal(t, "a*", name+mark, "the mark can still be asked for")
	same := NewObject(NewMember("a", NewNull()))
	assert.Same(t, same, same.Unmarked())
}

func TestGroupedDigitsAreOneNumber(t *testing.T) {
	for written, want := range map[string]string{
		`{"a": 1,000, "b": 2}`: `{"a":"1,000","b":2}`, `{"a": 1,00,000.00, "b": 2}`: `{"a":"1,00,000.00","b":2}`, `{"a": 12,34,56,789}`: `{"a":"12,34,56,789"}`,
		`{"a": 1,00,00, "b": 2}`: "", `[1,00,000]`: "",
	} {
		r, err := Parse(source.Unplaced(written))
		require.NoError(t, err)
		if want == "" {
			assert.NotContains(t, r.Value.String(), ",00", written)
			continue
		}
		assert.Equal(t, want, r.Value.String(), written)
	}
}
