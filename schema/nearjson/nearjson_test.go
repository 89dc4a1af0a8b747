package nearjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestParse(t *testing.T) {
	tests := []struct {
		name, in, want string
		repairs        []RepairKind
	}{
		{"valid", `{"a": [1, 2.50, "x", null, true]}`, `{"a":[1,2.50,"x",null,true]}`, nil},
		{"unquoted keys on spread lines", "{\n\n  status:\"ok\",\n\n  code:\"S1\"\n\n}", `{"status":"ok","code":"S1"}`, []RepairKind{UnquotedKey}},
		{"key with blank and hyphen", `{attempt id: 1, x-y: 2}`, `{"attempt id":1,"x-y":2}`, []RepairKind{UnquotedKey}},
		{"label on its own line", "Request:\n\n{\"a\":1}", `{"a":1}`, []RepairKind{TextBefore}},
		{"language word", `json {"a":1}`, `{"a":1}`, []RepairKind{TextBefore}},
		{"assignment", `Response = [1]`, `[1]`, []RepairKind{TextBefore}},
		{"single quotes and apostrophe", `{'a': 'it's ok'}`, `{"a":"it's ok"}`, []RepairKind{SingleQuotes, InnerQuotes}},
		{"apostrophe in double quotes", `{"b": "don't", 'c': 1}`, `{"b":"don't","c":1}`, []RepairKind{SingleQuotes}},
		{"smart quotes, mixed closer", `{“data”: "x”}`, `{"data":"x"}`, []RepairKind{SmartQuotes}},
		{"smart quotes inside", `{"a": "He said “hi” ok",}`, `{"a":"He said “hi” ok"}`, []RepairKind{TrailingComma}},
		{"quotes doubled by a spreadsheet", `{""term"": ""x y"", "e": ""}`, `{"term":"x y","e":""}`, []RepairKind{DoubledQuotes}},
		{"inner quotes", `{"a": "say "hello" now", "b": 1}`, `{"a":"say \"hello\" now","b":1}`, []RepairKind{InnerQuotes}},
		{"missing commas", "{\"a\": 1 \"b\": 2\n\"c\": [{\"x\":1}{\"x\":2}]}", `{"a":1,"b":2,"c":[{"x":1},{"x":2}]}`, []RepairKind{MissingComma}},
		{"trailing and doubled commas", `{"a": [1,,2,],}`, `{"a":[1,2]}`, []RepairKind{DoubledComma, TrailingComma}},
		{"full-width comma behind a bare value", "{\"a\"：10021， \"b\":true，\"c\":ok，\n\"d\":null；\"e\":[1，2、3]， \"f\"：成功，请稍后}", `{"a":10021,"b":true,"c":"ok","d":null,"e":[1,2,3],"f":"成功，请稍后"}`, []RepairKind{OtherColon, OtherComma, BareValue}},
		{"full-width signs", `{"x"："1"，"y":2}`, `{"x":"1","y":2}`, []RepairKind{OtherColon, OtherComma}},
		{"semicolons", `{"data": []; "n": 1;}`, `{"data":[],"n":1}`, []RepairKind{OtherComma, TrailingComma}},
		{"arrows", `{"a" => 29, b = 1}`, `{"a":29,"b":1}`, []RepairKind{OtherColon, UnquotedKey}},
		{"comments", "{\n \"a\": 1, // count\n # c\n /* d */ \"b\": 2\n}", `{"a":1,"b":2}`, []RepairKind{Comment}},
		{"comment as value", `{"a": /*hours*/, "b": 1}`, `{"a":null,"b":1}`, []RepairKind{Comment, MissingValue}},
		{"remarks", `{"a": 1 optional, "b": "x" - mandatory, "c": true (Boolean)}`, `{"a":1,"b":"x","c":true}`, []RepairKind{Remark}},
		{"remark beside a key", `{"k" (optional): 3, name*: "x"}`, `{"k":3,"name":"x"}`, []RepairKind{Remark, UnquotedKey}},
		{"odd spaces", "{\u00a0\u200b\"a\":\u00a01}", `{"a":1}`, []RepairKind{OddSpace}},
		{"other literals", `{"a": True, "b": None, "c": undefined}`, `{"a":true,"b":null,"c":null}`, []RepairKind{OtherLiteral}},
		{"no JSON numbers", `{"a": 000111, "b": 1,000, "c": +255, "d": .5, "e": 9., "f": 0x1F}`, `{"a":"000111","b":"1,000","c":"+255","d":".5","e":"9.","f":"0x1F"}`, []RepairKind{BareValue}},
		{"comma in a list separates", `[1,200,300,]`, `[1,200,300]`, []RepairKind{TrailingComma}},
		{"unwieldy number", `{"a":1e9999}`, `{"a":"1e9999"}`, []RepairKind{BareValue}},
		{"templates", `{"id": Number, "pan": <Pan Number>, "n": {n}, "c": {{count}}, "d": ${X}}`, `{"id":"Number","pan":"<Pan Number>","n":"{n}","c":"{{count}}","d":"${X}"}`, []RepairKind{BareTemplate}},
		{"bare date, address and word", `{d: 2023-01-01 10:00, u: http://x.test/z?a=b, s: success}`, `{"d":"2023-01-01 10:00","u":"http://x.test/z?a=b","s":"success"}`, []RepairKind{UnquotedKey, BareValue}},
		{"ellipses", `{"a": [1,2,...], ...}`, `{"a":[1,2]}`, []RepairKind{Ellipsis}},
		{"ellipsis of one character before a brace", "{\"a\": 1,\n…\n}", `{"a":1}`, []RepairKind{Ellipsis}},
		{"missing braces", `"a": 1, "b": {"c": 2}`, `{"a":1,"b":{"c":2}}`, []RepairKind{MissingBraces}},
		{"missing braces, unquoted", "status: \"ok\"\ncode: 7", `{"status":"ok","code":7}`, []RepairKind{MissingBraces, UnquotedKey, MissingComma}},
		{"cut off", `{"a": {"b": [1, "x`, `{"a":{"b":[1,"x"]}}`, []RepairKind{UnclosedString, Unclosed}},
		{"list closed by a brace", `{"a": {"b": [1,2}, "c": 3}`, `{"a":{"b":[1,2]},"c":3}`, []RepairKind{Unclosed}},
		{"list closed by a brace at the end", `{"a": [1,2}, "c": 3}`, `{"a":[1,2],"c":3}`, []RepairKind{Mismatched}},
		{"extra closers", `{"a":1}});`, `{"a":1}`, []RepairKind{ExtraCloser}},
		{"fragment with comma", `{"a":1},`, `{"a":1}`, []RepairKind{TrailingComma}},
		{"members in a list", `["name":"Jack", "age":25]`, `[{"name":"Jack","age":25}]`, []RepairKind{BareMembers}},
		{"object of values", `{ {"id":1} {"id":2} }`, `[{"id":1},{"id":2}]`, []RepairKind{KeylessMembers, MissingComma}},
		{"doubled braces", `{{"a":1}}`, `{"a":1}`, []RepairKind{KeylessMembers}},
		{"calls", `{"_id": ObjectId("abc"), "d": new Date("x")}`, `{"_id":"abc","d":"x"}`, []RepairKind{FunctionCall}},
		{"concatenation", `{"a": "x" + "y"}`, `{"a":"xy"}`, []RepairKind{StringConcat}},
		{"alternatives", `{"a": "x" | "y", "b": true || 'false', "c": "q"|null}`, `{"a":"x","b":true,"c":"q"}`, []RepairKind{Alternatives, SingleQuotes}},
		{"unclosed string ends with its line", "{\n \"a\": \"open,\n \"b\": \"ok\"\n}", `{"a":"open","b":"ok"}`, []RepairKind{UnclosedString}},
		{"key without its closing quote", `{"status: "ok", "b": 1}`, `{"status":"ok","b":1}`, []RepairKind{UnclosedString}},
		{"key without its opening quote", `{status": 1}`, `{"status":1}`, []RepairKind{UnquotedKey}},
		{"string broken over lines", "{\"m\": \"line one\n   line two\"}", `{"m":"line one line two"}`, []RepairKind{BrokenLine}},
		{"bad escapes", `{"a": "C:\Backup", "b": "x\_y"}`, `{"a":"C:\\Backup","b":"x_y"}`, []RepairKind{BadEscape}},
		{"tab in a string", "{\"a\": \"x\ty\"}", `{"a":"x\ty"}`, []RepairKind{ControlInText}},
		{"value on a line of its own, then a key", "{\"a\":\n\"b\": 2}", `{"a":null,"b":2}`, []RepairKind{MissingValue, MissingComma}},
		{"duplicated keys", `{"a": 1, "b": 2, "a": 3,}`, `{"a":3,"b":2}`, []RepairKind{TrailingComma}},
		{"stray line", "{\"a\" : 1,\n---\n\"c\": 1}", `{"a":1,"c":1}`, []RepairKind{StrayText}},
		{"scalar string", `"OK"`, `"OK"`, nil},
		{"scalar in single quotes", `'OK'`, `"OK"`, []RepairKind{SingleQuotes}},
		{"scalar literal", `True`, `true`, []RepairKind{OtherLiteral}},
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

// assertStable checks that what a repaired example reads as is JSON, and is read again as the same.
func assertStable(t *testing.T, v *Value) {
	t.Helper()
	text := Encode(v)
	require.True(t, json.Valid(text), "%s", text)
	again, err := Parse(source.Unplaced(string(text)))
	require.NoError(t, err)
	require.Empty(t, again.Repairs)
	require.True(t, equal(v, again.Value))
}

func TestParseRefusesWhatIsNoJSON(t *testing.T) {
	for _, in := range []string{
		"", "  \n", "OK", "hello world", "a=1&b=2", "<order><id>1</id></order>", "<html>{}</html>", "Note: see {this} page",
		"Please send the token first. Then {\"a\":1} is fine.", "Note: something else", "mobile number", "// only a comment",
	} {
		t.Run(in, func(t *testing.T) {
			_, err := Parse(source.Unplaced(in))
			require.ErrorIs(t, err, ErrNotJSON)
		})
	}
}

// The quick look lets everything pass that states a type.
func TestAQuickLookRulesOutNoType(t *testing.T) {
	words := []string{"not", "or", "order", "İnt", "K", "of", "50", "x"}
	for _, word := range strings.Fields(`string str text varchar char date datetime date-time timestamp uuid guid alphanumeric int integer long number float double
decimal numeric bigint int32 int64 bool boolean array list object`) {
		require.True(t, isTypeWord(word), word)
		require.LessOrEqual(t, len(word), maxTypeWord)
		words = append(words, word, strings.ToUpper(word))
	}
	for _, word := range strings.Fields("optional mandatory required compulsory conditional nullable or") {
		require.True(t, isRemarkWord(word), word)
		require.LessOrEqual(t, len(word), maxTypeWord)
		words = append(words, word)
	}
	joints := []string{" ", ", ", "(", ")", "[", "]", "<", ">", "{", "}", "$", "-", "|", " - ", "(50)", ""}
	rng := rand.New(rand.NewPCG(3, 4))
	types := 0
	for range 200_000 {
		var b strings.Builder
		for range 1 + rng.IntN(3) {
			b.WriteString(joints[rng.IntN(len(joints))] + words[rng.IntN(len(words))] + joints[rng.IntN(len(joints))])
		}
		text := strings.TrimSpace(b.String())
		if _, ok := TemplateKind(text); ok && text != "" {
			types++
			require.True(t, mayStateType(text), text)
		}
	}
	require.Greater(t, types, 10_000)
}

func TestTemplates(t *testing.T) {
	for text, want := range map[string]bool{
		"string": true, "Integer": true, "string(50)": true, "string[]": true, "<token>": true, "<<token>>": true, "{id}": true, "{{id}}": true,
		"${X}": true, "[access_token]": true, "xxxx": true, "****": true, "XXXX1234": true, "YOUR_API_KEY": true, "...": true,
		"success": false, "active": false, "1": false, "": false, "Request Successful": false, "a < b": false, "{}": false, "[]": false, "1234": false,
		"{\"a\":1}": false, "x": false, "xx": false, "2023-01-01": false, "*": false, "https://x.test/{id}": false,
	} {
		assert.Equal(t, want, NewString(text).Template, "%q", text)
	}
	r, err := Parse(source.Unplaced(`{"N_ID": N_ID, "id": numeric id, "s": success, "list": [integer], "b": boolean|null, "open": [1, ...]}`))
	require.NoError(t, err)
	assert.True(t, r.Value.Get("N_ID").Template)
	assert.True(t, r.Value.Get("id").Template)
	assert.False(t, r.Value.Get("s").Template)
	assert.True(t, r.Value.Get("list").Items[0].Template)
	assert.True(t, r.Value.Get("b").Template)
	assert.True(t, r.Value.Get("open").Open)
	assert.False(t, r.Value.Open)
}

func TestPlaces(t *testing.T) {
	doc := source.NewDocument("sheet.txt", nil, "Name: Ünï\r\n\r\n{ schlüssel: \"wärme\",\r\n\t“b” : [1, 22] }")
	text := doc.Text()
	start := strings.Index(text.String(), "{")
	r, err := Parse(text.Slice(start, text.Len()))
	require.NoError(t, err)
	assert.Equal(t, source.Pos{Line: 3, Column: 3, Offset: start + 2}, r.Value.KeyAt(0).Pos)
	assert.Equal(t, 9, r.Value.KeyAt(0).Length)
	assert.Equal(t, 14, r.Value.Get("schlüssel").At().Column)
	assert.Equal(t, 7, r.Value.Get("schlüssel").At().Length)
	assert.Equal(t, 4, r.Value.Lookup("/b/1").At().Line)
	assert.Equal(t, 12, r.Value.Lookup("/b/1").At().Column)
	assert.Equal(t, "[1, 22]", r.Value.Get("b").Source().String())
	require.Len(t, r.Repairs, 2)
	assert.Equal(t, Repair{Kind: UnquotedKey, At: r.Value.KeyAt(0), Before: "schlüssel", After: `"schlüssel"`, Count: 1}, r.Repairs[0])
}

func TestRestHoldsTheNextDocument(t *testing.T) {
	text := source.Unplaced("Success:\n{\"a\":1}\nError:\n{\"b\":2}")
	var got []string
	for !text.IsBlank() {
		r, err := Parse(text)
		require.NoError(t, err)
		got = append(got, string(Encode(r.Value)))
		text = r.Rest
	}
	assert.Equal(t, []string{`{"a":1}`, `{"b":2}`}, got)
}

func TestDuplicatesCarryTheirPointer(t *testing.T) {
	for name, parse := range map[string]func(source.Text) ([]Duplicate, error){
		"strict":   func(s source.Text) ([]Duplicate, error) { _, d, err := ParseStrict(s); return d, err },
		"tolerant": func(s source.Text) ([]Duplicate, error) { r, err := newTolerant(s).parse(); return r.Duplicates, err },
	} {
		t.Run(name, func(t *testing.T) {
			dups, err := parse(source.Unplaced(`{"x": [0, {"a/b": 1, "a/b": 2}]}`))
			require.NoError(t, err)
			require.Len(t, dups, 1)
			assert.Equal(t, "/x/1/a~1b", dups[0].Pointer)
			assert.Equal(t, 22, dups[0].At.Column)
		})
	}
}

func TestManyKeysAreStillUnique(t *testing.T) {
	var b strings.Builder
	b.WriteString("{")
	for i := range 100 {
		fmt.Fprintf(&b, `"k%d": %d, `, i%50, i)
	}
	b.WriteString(`"z": 0}`)
	v, dups, err := ParseStrict(source.Unplaced(b.String()))
	require.NoError(t, err)
	assert.Len(t, v.Members, 51)
	assert.Len(t, dups, 50)
	assert.Equal(t, "99", v.Get("k49").Text)
}

func TestStrictAgreesWithEncodingJSON(t *testing.T) {
	n := 0
	for _, in := range strictSeeds {
		n++
		assertAgrees(t, in)
	}
	require.Greater(t, n, 40)
}

var strictSeeds = []string{
	"", " ", "null", "nul", "nulls", "true", "false", "tru", "0", "-0", "-", "01", "1.", ".5", "1.5", "1e5", "1e", "1E+5", "1e-05", "+1", "0x1", "1 2", "[", "]", "[]", "[ ]",
	"[1]", "[1,]", "[,1]", "[1 2]", "[1,2]", "{", "}", "{}", "{ }", `{"a"}`, `{"a":}`, `{"a":1}`, `{"a":1,}`, `{,"a":1}`, `{"a":1 "b":2}`, `{"a":1,"b":[{}]}`, `{a:1}`, `{'a':1}`,
	`"`, `""`, `"a`, `"\"`, `"\u12"`, `"\u1234"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ud83dx"`, `"\x"`, "\"\n\"", "\"\t\"", "\"\x7f\"", `[1]]`, `{"a":1}}`, `[[[[]]]]`, `[{]}`, "\u00a01", "[1]\u00a0",
	"1\n", "\t[1]\r\n", "// c\n1", `{"a":{"b":{"c":[1,2,{"d":null}]}}}`, `"é"`, `"\/"`, `"\b\f\n\r\t"`, "[1}", `{"a":1]`, `{"":0}`, `[-1.0e+10]`, `[1e9]`, `"\uD800\uDC00"`, `"\uDC00"`,
}

func assertAgrees(t *testing.T, in string) {
	t.Helper()
	v, _, err := ParseStrict(source.Unplaced(in))
	var limit *Error
	if errors.As(err, &limit) && (strings.Contains(limit.Msg, "levels") || strings.Contains(limit.Msg, "a number has")) {
		return
	}
	require.Equal(t, json.Valid([]byte(in)), err == nil, "%q: %v", in, err)
	if err != nil {
		require.NotEmpty(t, limit.Msg)
		return
	}
	decoder := json.NewDecoder(strings.NewReader(in))
	decoder.UseNumber()
	var want any
	require.NoError(t, decoder.Decode(&want))
	require.Equal(t, want, v.Any(), "%q", in)
}

func TestUnwieldyNumbersAreNamed(t *testing.T) {
	for _, in := range []string{"1e1000", "1E-99999999999999999999", strings.Repeat("9", 1001), "[0." + strings.Repeat("1", 1000) + "]"} {
		_, _, err := ParseStrict(source.Unplaced(in))
		require.ErrorContains(t, err, "a number has")
	}
	for _, in := range []string{"1e999", "1e0000000999", strings.Repeat("9", 1000)} {
		_, _, err := ParseStrict(source.Unplaced(in))
		require.NoError(t, err)
	}
}

func TestLimits(t *testing.T) {
	deep := strings.Repeat("[", MaxDepth+1)
	for name, in := range map[string]string{"deep": deep, "deep objects": strings.Repeat(`{"a":`, MaxDepth+1), "large": strings.Repeat(" ", MaxBytes+1)} {
		t.Run(name, func(t *testing.T) {
			var limit *Error
			_, err := Parse(source.Unplaced(in))
			require.ErrorAs(t, err, &limit)
			_, _, err = ParseStrict(source.Unplaced(in))
			require.ErrorAs(t, err, &limit)
		})
	}
	closed := strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth)
	v, _, err := ParseStrict(source.Unplaced(closed))
	require.NoError(t, err)
	assert.Equal(t, closed, string(Encode(v)))
}

func TestPointers(t *testing.T) {
	v, _, err := ParseStrict(source.Unplaced(`{"a/b": [{"~": 7}], "": 1, "0": 2}`))
	require.NoError(t, err)
	assert.Equal(t, "7", v.Lookup("/a~1b/0/~0").Text)
	assert.Equal(t, "1", v.Lookup("/").Text)
	assert.Equal(t, v, v.Lookup(""))
	for _, none := range []string{"a", "/a", "/a~1b/1", "/a~1b/00", "/a~1b/-1", "/0/x"} {
		assert.Nil(t, v.Lookup(none), none)
	}
	var visited []string
	v.Walk(func(pointer string, _ *Value) bool { visited = append(visited, pointer); return pointer != "/a~1b" })
	assert.Equal(t, []string{"", "/a~1b", "/", "/0"}, visited)
}

func TestEqual(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{`{"a":1,"b":[2]}`, `{"b":[2.0],"a":1e0}`, true},
		{`12345678901234567890`, `12345678901234567891`, false},
		{`"1"`, `1`, false},
		{`[1,2]`, `[2,1]`, false},
		{`{"a":1}`, `{"a":1,"b":2}`, false},
		{`{"a":1}`, `{"b":1}`, false},
		{`null`, `null`, true},
		{`[1]`, `[1,2]`, false},
	} {
		a, _, err := ParseStrict(source.Unplaced(tt.a))
		require.NoError(t, err)
		b, _, err := ParseStrict(source.Unplaced(tt.b))
		require.NoError(t, err)
		assert.Equal(t, tt.want, equal(a, b), "%s %s", tt.a, tt.b)
	}
}

func TestConstructors(t *testing.T) {
	v := NewObject(NewMember("s", NewString("a\"\u0001")), NewMember("n", NewNumber("1.10")), NewMember("bad", NewNumber("01")),
		NewMember("l", NewArray(NewBool(true), NewBool(false), NewNull())), NewMember("s", NewString("b")))
	assert.Equal(t, `{"s":"b","n":1.10,"bad":"01","l":[true,false,null]}`, string(Encode(v)))
	copied := v.Clone()
	copied.Members[3].Value.Items[0] = NewNull()
	copied.Members[0].Value.Text = "c"
	assert.Equal(t, `{"s":"b","n":1.10,"bad":"01","l":[true,false,null]}`, string(Encode(v)))
	assert.True(t, v.At().IsZero())
	assert.Equal(t, "null", string(Encode(nil)))
}

// TestHostileTextEnds feeds text that is bait for look-ahead; the growth is measured by BenchmarkParseHostile.
func TestHostileTextEnds(t *testing.T) {
	for name, in := range hostile(20_000) {
		t.Run(name, func(t *testing.T) {
			r, err := Parse(source.Unplaced(in))
			if err == nil {
				require.True(t, json.Valid(Encode(r.Value)))
			}
		})
	}
}

func hostile(n int) map[string]string {
	texts := map[string]string{}
	for _, piece := range []string{"{", "[", "\"", "'", "/*", "<!--", ",", "a:", "{\"a\":", "x(\"", "\"a\n", "(\n", "<\n", "[\n\"", "{x", "${", "a|", "\"x\"+", "...", "\"a\" \"", "}", "]", "\"\"a", "\\", "“", "#", "a b "} {
		texts[piece] = "{\"k\": [" + strings.Repeat(piece, n/len(piece))
		texts[piece+" bare"] = strings.Repeat(piece, n/len(piece))
	}
	return texts
}

func FuzzParse(f *testing.F) {
	for _, s := range strictSeeds {
		f.Add(s)
	}
	for _, s := range []string{`{a: 'b', "c": "d "e" f", // x` + "\n" + `...}`, `"a": [1, <x>, {y}]`, `{"a": "x` + "\n" + `y"}`, `["k": 1}`, `{ {"a":1} ]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		r, err := Parse(source.Unplaced(in))
		if err != nil {
			return
		}
		assertStable(t, r.Value)
		r.Value.Walk(func(pointer string, v *Value) bool {
			at, from := v.At(), v.Source()
			require.LessOrEqual(t, from.Len(), len(in)*3)
			require.True(t, at.Line > 0 || len(in) == 0)
			return true
		})
		require.LessOrEqual(t, len(r.Repairs), 40)
	})
}

func FuzzParseStrict(f *testing.F) {
	for _, s := range strictSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if strings.HasPrefix(in, "\ufeff") || strings.ToValidUTF8(in, "") != in {
			return // text is decoded before it gets here
		}
		assertAgrees(t, in)
	})
}

func TestValidJSONIsReadAlikeByBoth(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		in := string(Encode(randomValue(rng, 4)))
		strict, _, err := ParseStrict(source.Unplaced(in))
		require.NoError(t, err)
		r, err := newTolerant(source.Unplaced(in)).parse()
		if strict.Kind != Array && strict.Kind != Object {
			continue
		}
		require.NoError(t, err, in)
		require.Empty(t, r.Repairs, in)
		require.Equal(t, in, string(Encode(r.Value)))
	}
}

func TestAReaderReadsAsParseStrictDoes(t *testing.T) {
	texts := append(slices.Clone(strictSeeds), largeAnswer(100), `{"a":1,"b":{"a":2,"a":{"c":[[[[[[1]]]]]]}},"a":[{"x":1},{"y":2,"z":3}]}`)
	for rng := rand.New(rand.NewPCG(3, 4)); len(texts) < 500; {
		texts = append(texts, string(Encode(randomValue(rng, 5))))
	}
	var r Reader
	for _, text := range texts {
		want, wantTwice, wantErr := ParseStrict(source.Unplaced(text))
		v, twice, err := r.ReadStrict(source.Unplaced(text))
		require.Equal(t, wantErr, err, text)
		require.Equal(t, wantTwice, twice, text)
		if err == nil {
			require.Equal(t, want.Any(), v.Any(), text)
			require.Equal(t, string(Encode(want)), string(Encode(v)), text)
			require.Equal(t, want.At(), v.At(), text)
		}
	}
	v, _, err := r.ReadStrict(source.Unplaced(`{"a":"b"}`))
	require.NoError(t, err)
	r.Forget()
	assert.Equal(t, Value{}, *v)
}

// Whatever is behind the room of a reader is made for itself: values of one text share no members.
func TestMembersBeyondTheRoomOfAReaderStayApart(t *testing.T) {
	var r Reader
	text := `[{"a":1},{"a":2,"b":3,"c":4,"d":5,"e":6,"f":7},{"a":8},[{"b":9},{"b":10,"c":11}]]`
	v, _, err := r.ReadStrict(source.Unplaced(text))
	require.NoError(t, err)
	assert.Equal(t, text, string(Encode(v)))
}

func randomValue(rng *rand.Rand, depth int) *Value {
	words := []string{"", "a", "b c", "it's", "x\"y", "{}", "[1]", "a,b", "k: v", "// no", "né", "#1", "...", "\\", "1"}
	switch n := rng.IntN(8); {
	case n == 0 && depth > 0, n == 1 && depth > 0:
		v := NewArray()
		for range rng.IntN(4) {
			v.Items = append(v.Items, randomValue(rng, depth-1))
		}
		return v
	case n < 5 && depth > 0:
		var members []Member
		for range rng.IntN(4) {
			members = append(members, NewMember(words[rng.IntN(len(words))], randomValue(rng, depth-1)))
		}
		return NewObject(members...)
	case n == 5:
		return NewNumber([]string{"0", "-1", "2.50", "1e5"}[rng.IntN(4)])
	case n == 6:
		return []*Value{NewNull(), NewBool(true), NewBool(false)}[rng.IntN(3)]
	}
	return NewString(words[rng.IntN(len(words))])
}

// BenchmarkAgainstEncodingJSON prints how many times as long as encoding/json the readers take for valid JSON, places included.
func BenchmarkAgainstEncodingJSON(b *testing.B) {
	in := largeAnswer(2000)
	plain := func() error {
		var v any
		return json.Unmarshal([]byte(in), &v)
	}
	for name, read := range map[string]func() error{
		"strict":   func() error { _, _, err := ParseStrict(source.Unplaced(in)); return err },
		"tolerant": func() error { _, err := Parse(source.Unplaced(in)); return err },
	} {
		b.Run(name, func(b *testing.B) {
			var ours, theirs time.Duration
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				for took, f := range map[*time.Duration]func() error{&ours: read, &theirs: plain} {
					start := time.Now()
					if err := f(); err != nil {
						b.Fatal(err)
					}
					*took += time.Since(start)
				}
			}
			b.ReportMetric(float64(ours)/float64(theirs), "x-encoding/json")
		})
	}
}

// BenchmarkParseStrict is of live answers: most are short.
func BenchmarkParseStrict(b *testing.B) {
	for name, in := range map[string]string{
		"80B": `{"status":"success","status_code":"SUCC001","message":"Request Successful"}`, "2KB": largeAnswer(24), "200KB": largeAnswer(2400),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := ParseStrict(source.Unplaced(in)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func largeAnswer(items int) string {
	var b strings.Builder
	b.WriteString(`{"status":"success","data":[`)
	for i := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"name":"order %d","price":"12.50","tags":["a","b"],"open":true}`, i, i)
	}
	b.WriteString(`]}`)
	return b.String()
}

func BenchmarkParseHostile(b *testing.B) {
	for _, size := range []int{100_000, 200_000} {
		for name, in := range hostile(size) {
			b.Run(fmt.Sprintf("%q/%d", name, size), func(b *testing.B) {
				for b.Loop() {
					_, _ = Parse(source.Unplaced(in))
				}
			})
		}
	}
}
