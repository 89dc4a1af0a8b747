package jsonpath_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/jsonpath"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

const order = `{
  "status": "OK",
  "order": {
    "id": 90071992547409931234,
    "lines": [
      {"sku": "A-100", "qty": 2, "price": 10.50, "tags": ["new", "blue"]},
      {"sku": "B/200~", "qty": 0, "price": 1e2},
      {"sku": "it's", "qty": -1, "price": 10.5, "note": null}
    ],
    "first-name": "Mira",
    "0": "a member, no item"
  }
}`

func find(t testing.TB, path string, v *nearjson.Value) []jsonpath.Node {
	t.Helper()
	p, err := jsonpath.Parse(path)
	require.NoError(t, err)
	nodes, err := p.Find(v)
	require.NoError(t, err)
	return nodes
}

func TestFindSelects(t *testing.T) {
	v := parseJSON(t, order)
	cases := []struct{ name, path, values string }{
		{"member", `$.status`, `"OK"`},
		{"long number, digit by digit", `$.order.id`, `90071992547409931234`},
		{"nothing", `$.order.missing.deeper`, ``},
		{"name of digits", `$.order['0']`, `"a member, no item"`},
		{"index into an object selects nothing", `$.order[0]`, ``},
		{"name with a hyphen", `$.order["first-name"]`, `"Mira"`},
		{"last item", `$.order.lines[-1].sku`, `"it's"`},
		{"slice backwards", `$.order.lines[::-1].qty`, `-1 0 2`},
		{"several selectors, twice the same", `$.order.lines[0,2,0].qty`, `2 -1 2`},
		{"descendants in the order of the document", `$..qty`, `2 0 -1`},
		{"numbers are equal by value", `$..lines[?@.price == 10.5].qty`, `2 -1`},
		{"exponents are equal by value", `$..lines[?@.price == 100].qty`, `0`},
		{"numbers beyond floats stay apart", `$[?@.id == 90071992547409931235].id`, ``},
		{"numbers beyond floats are found", `$[?@.id == 90071992547409931234].id`, `90071992547409931234`},
		{"numbers beyond floats are ordered", `$[?@.id < 90071992547409931235].id`, `90071992547409931234`},
		{"null is a value", `$..lines[?@.note == null].qty`, `-1`},
		{"null exists", `$..lines[?@.note].qty`, `-1`},
		{"nothing equals nothing", `$..lines[?@.nope == @.neither].qty`, `2 0 -1`},
		{"a filter within a filter", `$..lines[?@.tags[?@ == 'blue']].qty`, `2`},
		{"absolute query in a filter", `$..lines[?$.status == 'OK' && @.qty > 0].sku`, `"A-100"`},
		{"length of a text, an array, an object", `$..lines[?length(@.sku) == 4 || length(@.tags) == 2].qty`, `2 -1`},
		{"count", `$[?count(@.lines[*]) == 3]['first-name']`, `"Mira"`},
		{"value of the only node", `$..lines[?value(@..tags[0]) == 'new'].qty`, `2`},
		{"match is of the whole text", `$..lines[?match(@.sku, '[A-Z]-[0-9]{3}')].qty`, `2`},
		{"search is of any part", `$..lines[?search(@.sku, "[/']")].qty`, `0 -1`},
		{"pattern that is none, from the document", `$..lines[?match(@.sku, $.order.lines[1].sku)].qty`, `0`},
		{"white space everywhere", "$ .order\n['lines'] [ ? ( @.qty>0 ) ] .qty", `2`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			nodes := find(t, c.path, v)
			for _, n := range nodes {
				got = append(got, n.Value.String())
			}
			assert.Equal(t, c.values, strings.Join(got, " "))
			checkNodes(t, v, nodes)
		})
	}
}

func TestPlacesAreEscaped(t *testing.T) {
	v := parseJSON(t, `{"a/b~c": {"it's \\ \n\u0001\u007f☺": [true]}}`)
	nodes := find(t, `$..[?@ == true]`, v)
	require.Len(t, nodes, 1)
	assert.Equal(t, "/a~1b~0c/it's \\ \n\x01\x7f☺/0", nodes[0].Pointer)
	assert.Equal(t, `$['a/b~c']['it\'s \\ \n\u0001`+"\x7f"+`☺'][0]`, nodes[0].Path)
	checkNodes(t, v, nodes)
}

func TestTheRootHasTheEmptyPointer(t *testing.T) {
	v := parseJSON(t, `null`)
	assert.Equal(t, []jsonpath.Node{{Value: v, Pointer: "", Path: "$"}}, find(t, "$", v))
}

func TestNothingIsFoundInNoValue(t *testing.T) {
	p, err := jsonpath.Parse("$..*")
	require.NoError(t, err)
	nodes, err := p.Find(nil)
	require.NoError(t, err)
	assert.Empty(t, nodes)
	_, found, err := p.First(nil)
	require.NoError(t, err)
	assert.False(t, found)
}

func TestErrorsSayWhereAndWhatToWrite(t *testing.T) {
	cases := []struct {
		name, path string
		column     int
		msg, next  string
	}{
		{"empty", ``, 1, `a path begins with "$"`, `write "$" for the whole value`},
		{"bare name", `data.token`, 1, `a path begins with "$"`, `write "$." before`},
		{"dot first", `.data`, 1, `a path begins with "$"`, `write "$" before it`},
		{"JSON Pointer", `/data/0`, 1, `a path begins with "$"`, `JSON Pointer`},
		{"leading space", ` $.a`, 1, `a path begins with "$"`, `white space`},
		{"trailing space", `$.a `, 4, `white space stands behind`, `remove it`},
		{"hyphen in shorthand", `$.first-name`, 8, `"-" stands where ".", "[" or the end`, `$['first-name']`},
		{"space in shorthand", `$.first name`, 9, `"n" stands where ".", "[" or the end`, `$['first-name']`},
		{"column counts characters", `$.müßig-`, 8, `"-" stands`, `brackets and quotes`},
		{"digit behind a dot", `$.lines.0`, 9, `"0" stands where a name or * was expected`, `write [0]`},
		{"nothing behind the dot", `$.a.`, 5, `the path ends where a name or *`, `remove the dot`},
		{"three dots", `$...a`, 4, `"." stands`, `two to all below`},
		{"bracket behind a dot", `$.[0]`, 3, `"[" stands`, `remove the dot`},
		{"quote behind a dot", `$.'a'`, 3, `"'" stands`, `in brackets`},
		{"unquoted name", `$[name]`, 3, `"n" stands where a quoted name`, `quote the name`},
		{"empty brackets", `$[]`, 3, `"]" stands`, `write one`},
		{"comma at the end", `$[0,]`, 5, `"]" stands`, `write one`},
		{"never closed", `$.a['b'`, 8, `the bracket of column 4 is never closed`, `close it`},
		{"string never closed", `$['b]`, 3, `a string is never closed`, `close it with '`},
		{"script", `$[(@.length-1)]`, 3, `"(" stands`, `[-1] is the last item`},
		{"filter without question mark", `$[@.a]`, 3, `"@" stands`, `begins with "?"`},
		{"leading zero", `$[01]`, 3, `"01" is no index`, `leading zeros`},
		{"index with fraction", `$[1.0]`, 4, `no fraction`, `whole number`},
		{"index beyond I-JSON", `$[9007199254740992]`, 3, `beyond 9007199254740991`, `smaller`},
		{"function outside", `$.list.length()`, 14, `"(" stands`, `functions stand in filters`},
		{"parent", `$.a^`, 4, `"^" stands`, `operator for the parent`},
		{"keys", `$.a~`, 4, `"~" stands`, `operator for keys`},
		{"single equals", `$[?@.a = 1]`, 8, `"=" stands where "," or "]"`, `equality is written "=="`},
		{"three equals", `$[?@.a === 1]`, 10, `"=" stands where "@", "$"`, `equality is written "=="`},
		{"regex operator", `$[?@.a =~ /x/]`, 8, `"=" stands`, `write match`},
		{"single ampersand", `$[?@.a & @.b]`, 8, `"&" stands`, `"&&"`},
		{"the word and", `$[?@.a and @.b]`, 8, `"a" stands`, `"&&"`},
		{"arithmetic", `$[?@.a + 1 > 2]`, 8, `"+" stands`, `no arithmetic`},
		{"True", `$[?@.a == True]`, 11, `"True" stands where a literal`, `write true`},
		{"unquoted text", `$[?@.a == abc]`, 11, `"abc" stands where a literal`, `@.abc`},
		{"literal alone", `$[?'a']`, 4, `the literal "'a'" stands where a condition`, `compare it`},
		{"function with a value alone", `$[?length(@.a)]`, 4, `"length(@.a)" has a value`, `> 0`},
		{"several nodes compared", `$[?@.a[*] == 1]`, 4, `"@.a[*]" may select several nodes, and cannot be compared`, `value(...)`},
		{"several nodes in length", `$[?length(@..a) == 1]`, 11, `"@..a" may select several nodes, and cannot be an argument of length`, `count(...)`},
		{"condition compared", `$[?match(@.a, 'x') == true]`, 4, `is true or false, and cannot be compared`, `condition by itself`},
		{"negated comparison", `$[?!@.a == 1]`, 4, `"!" stands before one side`, `!(@.a == 1)`},
		{"unknown function", `$[?keys(@) == 1]`, 4, `there is no function "keys"`, `length, count, value, match and search`},
		{"space before arguments", `$[?count (@.*) > 1]`, 4, `"count" stands where`, `directly behind the name`},
		{"missing argument", `$[?match(@.a)]`, 4, `match takes 2 argument(s) and was given 1`, ``},
		{"count of a literal", `$[?count('a') > 1]`, 10, `the argument of count is no query`, `count(@.*)`},
		{"condition as argument", `$[?length(@.a && @.b) > 1]`, 11, `a condition cannot be an argument of length`, ``},
		{"pattern that is none", `$[?match(@.a, '\\d+')]`, 15, `"\\d" is no escape; write [0-9]`, `RFC 9485`},
		{"huge exponent", `$[?@.a == 1e1000000000]`, 11, `exponent beyond 999`, `smaller`},
		{"escape of another language", `$['\x41']`, 4, `"\\x" is no escape`, ``},
		{"half a pair", `$['\uD800']`, 4, `half of a surrogate pair`, `both halves`},
		{"backslash at the end", `$[?@ == 'a\`, 11, `a string is never closed`, `close the string with '`},
		{"control character", "$['\t']", 4, `a control character`, `\u0009`},
		{"no UTF-8", "$['a\xff']", 5, `not valid UTF-8`, ``},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := jsonpath.Parse(c.path)
			var e *jsonpath.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, c.column, e.Column, err)
			assert.Contains(t, e.Msg, c.msg)
			assert.Contains(t, e.Next, c.next)
			assert.Contains(t, err.Error(), fmt.Sprintf("column %d: ", c.column))
		})
	}
}

func TestLongPathsAreShownInPart(t *testing.T) {
	_, err := jsonpath.Parse("$" + strings.Repeat(".é", 1000) + "!")
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 300)
	assert.Contains(t, err.Error(), "column 2002")
}

func TestPathsHaveLimits(t *testing.T) {
	for name, path := range map[string]string{
		"length":      "$" + strings.Repeat(".a", jsonpath.MaxBytes),
		"parentheses": "$[?" + strings.Repeat("(", 1000) + "@" + strings.Repeat(")", 1000) + "]",
		"filters":     strings.Repeat("$[?", 1000) + "@" + strings.Repeat("]", 1000),
		"functions":   "$[?" + strings.Repeat("length(", 1000) + "@" + strings.Repeat(")", 1000) + "==1]",
		"groups":      "$[?match(@,'" + strings.Repeat("(", 1000) + strings.Repeat(")", 1000) + "')]",
		"repetition":  "$[?match(@,'a{1001}')]",
		"repetitions": "$[?match(@,'((a{100}){100}){100}')]",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := jsonpath.Parse(path)
			require.Error(t, err)
			assert.Less(t, len(err.Error()), 400)
		})
	}
}

func TestSearchesHaveLimits(t *testing.T) {
	wide := "[" + strings.Repeat("0,", 3_000) + "0]"
	deep := strings.Repeat("[", 900) + strings.Repeat("]", 900)
	long := `{"text":"` + strings.Repeat("ab", 50_000) + `","list":` + wide + `}`
	many := "[0"
	for i := range 500 {
		many += fmt.Sprintf(`,"(a{1,900}b{1,50})%d"`, i)
	}
	cases := []struct{ name, path, document, msg string }{
		{"filter within a filter", `$[?count($[?@ == 0]) > 1]`, wide, "too many nodes"},
		{"descendants of descendants", `$[?count($` + strings.Repeat("..*", 8) + `) > 1]`, deep, "too many nodes"},
		{"selectors that repeat", `$[?count($` + strings.Repeat("[0,0,0,0]", 50) + `) > 1]`, deep, "too many nodes"},
		{"lengths of a long text", `$.list[?length($.text) == 1]`, long, "too many nodes"},
		{"comparisons of long texts", `$.list[?$.text < $.text]`, long, "too many nodes"},
		{"patterns over a long text", `$.list[?search($.text, '(a|b|ab)*c')]`, long, "too many nodes"},
		{"patterns from the document", `$[?match('x', @)]`, many + "]", "too many nodes"},
		{"names in a large object", `$.list[?$.none]`, `{` + manyMembers(20_000) + `,"list":` + wide + `}`, "too many nodes"},
		{"objects compared", `$.list[?$.a == $.b]`, `{"a":{` + manyMembers(2000) + `},"b":{` + manyMembers(2000) + `},"list":` + wide + `}`, "too many nodes"},
		{"places of deep results", `$..*`, `{"` + strings.Repeat("k", 10_000) + `":` + deep + `}`, "too much memory"},
		{"many results of a small document", `$` + strings.Repeat("[*,*,*,*]", 15), strings.Repeat("[", 15) + "0" + strings.Repeat("]", 15), "too much memory"},
		{"a pattern of the document that repeats", `$[?match('x', @)]`, `["(a{1000}){1000}"]`, "more than 10,000 characters"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p, err := jsonpath.Parse(c.path)
			require.NoError(t, err)
			p.SetLimits(jsonpath.MaxSteps/20, jsonpath.MaxResultBytes/100)
			_, err = p.Find(parseJSON(t, c.document))
			require.ErrorIs(t, err, jsonpath.ErrLimit)
			assert.Contains(t, err.Error(), c.msg)
		})
	}
}

func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"k%d":%d`, i, i)
	}
	return b.String()[1:]
}

// TestALargeAnswerStaysWithinTheLimits: whatever nearjson reads can be searched from top to bottom.
func TestALargeAnswerStaysWithinTheLimits(t *testing.T) {
	const part = 8 // of the largest answer, so that the test is quick
	v := parseJSON(t, "["+strings.Repeat("0,", nearjson.MaxBytes/part/2-2)+"0]")
	p, err := jsonpath.Parse("$..missing")
	require.NoError(t, err)
	p.SetLimits(jsonpath.MaxSteps/part, jsonpath.MaxResultBytes/part)
	nodes, err := p.Find(v)
	require.NoError(t, err)
	assert.Empty(t, nodes)
}

func TestFirstLooksNoFurther(t *testing.T) {
	p, err := jsonpath.Parse("$" + strings.Repeat("..*", 8))
	require.NoError(t, err)
	v, found, err := p.First(parseJSON(t, strings.Repeat("[", 900)+strings.Repeat("]", 900)))
	require.NoError(t, err)
	assert.True(t, found)
	assert.NotNil(t, v)
}

func TestValuesMadeByHandCannotExhaustTheStack(t *testing.T) {
	v := nearjson.NewNull()
	for range 3_000_000 {
		v = nearjson.NewArray(v)
	}
	for _, path := range []string{"$..x", "$[?@ == $[0][0]]", "$[?@..x]"} {
		p, err := jsonpath.Parse(path)
		require.NoError(t, err)
		_, err = p.Find(nearjson.NewArray(v, v))
		if err != nil {
			require.ErrorIs(t, err, jsonpath.ErrLimit)
		}
	}
}

func TestPathsAreSafeForConcurrentUse(t *testing.T) {
	v := parseJSON(t, order)
	p, err := jsonpath.Parse(`$..lines[?match(@.sku, $.order.lines[0].sku)].qty`)
	require.NoError(t, err)
	done := make(chan int)
	for range 8 {
		go func() {
			nodes, _ := p.Find(v)
			done <- len(nodes)
		}()
	}
	for range 8 {
		assert.Equal(t, 1, <-done)
	}
}

func FuzzParseAndFind(f *testing.F) {
	for _, path := range []string{
		"$", "$.a", "$..*", "$[::-1]", "$[?@.a == 1e2 && !@.b || length(@) > 1]", `$[?match(@, '[^a-z]{1,3}\\p{Lu}.')]`,
		"$[?count(@..*) > 1]", "$['a','\\u263a',0,1:2:3,*]", "$[?value(@..a) != $.b]",
	} {
		f.Add(path, order)
		f.Add(path, `{"a":[1,1.0,"x",null,{"a":true}],"b":"(a|b)*"}`)
	}
	f.Fuzz(func(t *testing.T, text, document string) {
		p, err := jsonpath.Parse(text)
		if err != nil {
			return
		}
		if len(document) > 1000 {
			return
		}
		v, _, err := nearjson.ParseStrict(sourceOf(document))
		if err != nil {
			return
		}
		nodes, err := p.Find(v)
		if err != nil {
			require.ErrorIs(t, err, jsonpath.ErrLimit)
			return
		}
		if len(nodes) <= 50 {
			checkNodes(t, v, nodes)
		}
		first, found, err := p.First(v)
		require.NoError(t, err)
		require.Equal(t, len(nodes) > 0, found)
		if found {
			require.Same(t, nodes[0].Value, first)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	var text strings.Builder
	text.WriteString(`{"lines":[`)
	for i := range 10_000 {
		fmt.Fprintf(&text, `{"sku":"SKU-%d","qty":%d,"price":%d.50,"tags":["new","blue"]},`, i, i%7, i)
	}
	v := parseJSON(b, strings.TrimSuffix(text.String(), ",")+"]}")
	for _, path := range []string{
		"$.lines[9999].sku", "$..sku", "$.lines[?@.qty == 3].sku", "$.lines[?@.price >= 5000.5].sku", "$.lines[?match(@.sku, 'SKU-[0-9]*7')].sku",
	} {
		p, err := jsonpath.Parse(path)
		require.NoError(b, err)
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Find(v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := jsonpath.Parse(`$.data.items[?@.status == 'ACTIVE' && count(@.tags[*]) > 1]['id']`); err != nil {
			b.Fatal(err)
		}
	}
}
