package schema_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

func check(t testing.TB, s *schema.Shape, v *nearjson.Value) []schema.Mismatch {
	t.Helper()
	c, err := schema.Compile(s)
	require.NoError(t, err)
	found, err := c.Check(v)
	require.NoError(t, err)
	return found
}

// brief writes a mismatch in one line.
func brief(m schema.Mismatch) string {
	s := fmt.Sprintf("%s %s", m.Problem, m.Pointer)
	if m.Pattern != m.Pointer {
		s += " (" + m.Pattern + ")"
	}
	if m.Count != 1 {
		s += fmt.Sprintf(" x%d", m.Count)
	}
	if m.Variant {
		s += " variant"
	}
	return s + ": " + m.Documented + " / " + m.Observed
}

func TestCheck(t *testing.T) {
	tests := []struct {
		name    string
		example string // several are separated by " & "
		answer  string
		want    []string
	}{
		{"conforms", `{"a":"x","b":1}`, `{"b":2,"a":"y"}`, nil},
		{"integer and decimal are one type", `{"a":1}`, `{"a":35.0}`, nil},
		{"array of another length", `[1,2]`, `[]`, nil},

		{"missing", `{"a":"SUCC001","b":1}`, `{"b":2}`, []string{`missing /a: string, such as "SUCC001" / absent; object with key b`}},
		{"missing in an object that is nothing else", `{"a":1}`, `{}`, []string{`missing /a: number, such as 1 / absent; empty object`}},
		{"missing in items", `[{"a":1,"b":2}]`, `[{"a":1,"b":1},{"b":1},{"b":3}]`, []string{`missing /1/a (/*/a) x2: number, such as 1 / absent; object with key b`}},
		{"optional by a second item", `[{"a":1,"b":2},{"b":3}]`, `[{"b":1}]`, nil},
		{"optional by a second example", `{"a":1,"b":2} & {"b":3}`, `{"b":1}`, nil},

		{"number for string", `{"a":"1"}`, `{"a":17}`, []string{`type /a: string, such as "1" / number 17`}},
		{"string for number", `{"a":1}`, `{"a":"17"}`, []string{`type /a: number, such as 1 / string "17"`}},
		{"boolean for string", `{"a":"true"}`, `{"a":true}`, []string{`type /a: string, such as "true" / boolean true`}},
		{"object for array, without its children", `{"a":[{"b":1}]}`, `{"a":{"c":1}}`, []string{`type /a: array / object with key c`}},
		{"array for object, without its children", `{"a":{"b":1}}`, `{"a":[1,2]}`, []string{`type /a: object with key b / array of 2 items`}},
		{"another kind at the root", `{"a":1}`, `[{"a":1}]`, []string{`type : object with key a / array of 1 item`}},
		{"scalar at the root", `"OK"`, `7`, []string{`type : string, such as "OK" / number 7`}},
		{"two types are allowed", `[1,"a"]`, `["b",2,true]`, []string{`type /2 (/*): string or number / boolean true`}},
		{"nested arrays", `[[[1]]]`, `[[[1],[1,"x"]],[["y"]]]`, []string{`type /0/1/1 (/*/*/*) x2: number, such as 1 / string "x"`}},
		{"object with or without, both compared", `[[1],{"a":1}]`, `[["x"],{"a":"y"}]`, []string{
			`type /0/0 (/*/*): number, such as 1 / string "x"`, `type /1/a (/*/a): number, such as 1 / string "y"`,
		}},

		{"null", `{"a":"x"}`, `{"a":null}`, []string{`null /a: string, such as "x" / null`}},
		{"null by a second example", `{"a":"x"} & {"a":null}`, `{"a":null}`, nil},
		{"string or null, and a number", `{"a":"x"} & {"a":null}`, `{"a":1}`, []string{`type /a: string or null, such as "x" / number 1`}},
		{"null alone says nothing of the type", `{"a":null}`, `{"a":{"b":1}}`, []string{`unchecked /a: null / object with key b`}},
		{"null alone and null", `{"a":null}`, `{"a":null}`, nil},
		{"null alone is still a key", `{"a":null,"b":1}`, `{"b":1}`, []string{`missing /a: null / absent; object with key b`}},

		{"undocumented", `{"a":1}`, `{"a":1,"trace":"t"}`, []string{`undocumented /trace: object with key a / string "t"`}},
		{"undocumented in items", `[{"a":1}]`, `[{"a":1},{"a":1,"x":1},{"a":2,"x":2}]`, []string{`undocumented /1/x (/*/x) x2: object with key a / number 1`}},
		{"undocumented, what it holds is no matter", `{"a":1}`, `{"a":1,"x":{"a":"s"}}`, []string{`undocumented /x: object with key a / object with key a`}},

		{"unchecked empty array", `{"a":[]}`, `{"a":[1,2]}`, []string{`unchecked /a: empty array / array of 2 items`}},
		{"empty array and empty array", `{"a":[]}`, `{"a":[]}`, nil},
		{"unchecked empty object", `{"a":{}}`, `{"a":{"b":1}}`, []string{`unchecked /a: empty object / object with key b`}},
		{"empty array is an array", `{"a":[]}`, `{"a":"x"}`, []string{`type /a: empty array / string "x"`}},
		{"unchecked in items", `[{"a":[]}]`, `[{"a":[1]},{"a":[]},{"a":[2]}]`, []string{`unchecked /0/a (/*/a) x2: empty array / array of 1 item`}},
		{"item beside an empty array", `{"a":[]} & {"a":[1]}`, `{"a":["x"]}`, []string{`type /a/0 (/a/*): number, such as 1 / string "x"`}},

		{"renamed by case", `{"status_code":"S","b":1}`, `{"statusCode":"S","b":1}`, []string{`renamed /statusCode: key "status_code" / key "statusCode"`}},
		{"renamed by a typing error", `{"receiver":"S","b":1}`, `{"reciever":"S","b":1}`, []string{`renamed /reciever: key "receiver" / key "reciever"`}},
		{"renamed in items", `[{"orderId":1,"b":1}]`, `[{"b":1,"OrderID":2},{"orderId":1,"b":1},{"b":1,"OrderID":2}]`, []string{`renamed /0/OrderID (/*/OrderID) x2: key "orderId" / key "OrderID"`}},
		{"renamed, alone in its object", `{"id":1}`, `{"ID":1}`, []string{`renamed /ID: key "id" / key "ID"`}},
		{"renamed optional key", `[{"nickName":"x","b":1},{"b":1}]`, `[{"nickname":"x","b":1}]`, []string{`renamed /0/nickname (/*/nickname): key "nickName" / key "nickname"`}},
		{"all renamed", `{"order_id":1,"order_name":"x","order_state":"s"}`, `{"orderId":1,"orderName":"x","orderState":"s"}`, []string{
			`renamed /orderId: key "order_id" / key "orderId"`, `renamed /orderName: key "order_name" / key "orderName"`, `renamed /orderState: key "order_state" / key "orderState"`,
		}},
		{"not renamed: another type", `{"status_code":"S","b":1}`, `{"statusCode":[],"b":1}`, []string{
			`missing /status_code: string, such as "S" / absent; object with keys statusCode, b`, `undocumented /statusCode: object with keys status_code, b / empty array`,
		}},
		{"not renamed: another number", `{"line1":"S","b":1}`, `{"line2":"S","b":1}`, []string{
			`missing /line1: string, such as "S" / absent; object with keys line2, b`, `undocumented /line2: object with keys line1, b / string "S"`,
		}},
		{"not renamed: another word", `{"minPrice":1,"b":1}`, `{"maxPrice":1,"b":1}`, []string{
			`missing /minPrice: number, such as 1 / absent; object with keys maxPrice, b`, `undocumented /maxPrice: object with keys minPrice, b / number 1`,
		}},
		{"not renamed: short", `{"name":"S","b":1}`, `{"game":"S","b":1}`, []string{
			`missing /name: string, such as "S" / absent; object with keys game, b`, `undocumented /game: object with keys name, b / string "S"`,
		}},
		{"not renamed: the documented key is there too", `{"status_code":"S"}`, `{"status_code":"S","statusCode":"S"}`, []string{`undocumented /statusCode: object with key status_code / string "S"`}},

		{"another variant", `{"id":1,"total":2,"items":[1],"state":"s"}`, `{"error":"e","state":"x","path":"/"}`, []string{
			`missing  variant: object with keys id, total, items, state / object with keys error, state, path`,
		}},
		{"half of the keys are no other variant", `{"id":1,"total":2,"items":[1],"state":"s"}`, `{"id":1,"total":2}`, []string{
			`missing /items: array / absent; object with keys id, total`, `missing /state: string, such as "s" / absent; object with keys id, total`,
		}},
		{"another variant in items", `[{"id":1,"total":2,"state":"s"}]`, `[{"id":1,"total":2,"state":"s"},{"x":1},{}]`, []string{
			`missing /1 (/*) x2 variant: object with keys id, total, state / object with key x`,
		}},
		{"variant here, missing there", `[{"id":1,"total":2,"state":"s"}]`, `[{"x":1},{"id":1,"total":2}]`, []string{
			`missing /0 (/*) variant: object with keys id, total, state / object with key x`, `missing /1/state (/*/state): string, such as "s" / absent; object with keys id, total`,
		}},
		{"the shared keys of a variant are compared", `{"id":1,"total":2,"state":"s"}`, `{"state":5}`, []string{
			`missing  variant: object with keys id, total, state / object with key state`, `type /state: string, such as "s" / number 5`,
		}},

		{"map of ids", `{"10023":{"n":1},"10024":{"n":2}}`, `{"555":{"n":1},"7":{"n":"x"},"8":{"n":"y"}}`, []string{`type /7/n (/*/n) x2: number, such as 1 / string "x"`}},
		{"map of one UUID", `{"m":{"0b9c6c5a-3c5f-4c52-9d6e-0f8f4b6f2a11":true}}`, `{"m":{"6f1d7a52-0000-4c52-9d6e-0f8f4b6f2a11":false}}`, nil},
		{"map of dates", `{"2024-01-31":[1],"2024-02-29":[]}`, `{"2025-06-30":["x"]}`, []string{`type /2025-06-30/0 (/*/*): number, such as 1 / string "x"`}},
		{"record with keys of digits", `{"1":"x","2":{"a":1}}`, `{"1":"x"}`, []string{`missing /2: object with key a / absent; object with key 1`}},

		{"alternatives in words", `{"a":"M or F"}`, `{"a":"X"}`, []string{`enum /a: one of M, F / string "X"`}},
		{"alternatives in a sentence", `{"a":"the mobile or the mail is wrong"}`, `{"a":"X"}`, nil},
		{"alternatives that are numbers", `{"a":"1|2"}`, `{"a":9}`, []string{`enum /a: one of 1, 2 / number 9`}},
		{"another time of day", `{"a":"09:02"}`, `{"a":"9:30"}`, nil},
		{"a word for a time of day", `{"a":"09:02"}`, `{"a":"noon"}`, []string{`format /a: time of day, such as "09:02" / string "noon"`}},
		{"letters the wrong way round", `{"a":1,"history":2}`, `{"a":1,"histroy":2}`, []string{`renamed /histroy: key "history" / key "histroy"`}},
		{"dots, slashes, tildes in keys", `{"a.b":{"c/d":{"e~f":1}}}`, `{"a.b":{"c/d":{"e~f":"x"}}}`, []string{`type /a.b/c~1d/e~0f: number, such as 1 / string "x"`}},
		{"a dotted key beside the path it looks like", `{"a.b":1,"a":{"b":"s"}}`, `{"a.b":"x","a":{"b":"s"}}`, []string{`type /a.b: number, such as 1 / string "x"`}},
		{"the empty key", `{"":{"":1}}`, `{"":{"":"x"}}`, []string{`type //: number, such as 1 / string "x"`}},
		{"control characters in keys", `{"a\u0000\u0001":{"\u0001\u0001b\u0000":1}}`, `{"a\u0000\u0001":{"\u0001\u0001b\u0000":"x"}}`, []string{
			"type /a\x00\x01/\x01\x01b\x00: number, such as 1 / string \"x\"",
		}},
		{"control characters in keys of a map", `{"1":{"a":1},"2":{"a":1}}`, `{"\u0000":{"a":2},"\u0000\u0001":{"a":"x"}}`, []string{
			"type /\x00\x01/a (/*/a): number, such as 1 / string \"x\"",
		}},
		{"quotes and backslashes in keys", `{"\"\\":1}`, `{"\"\\":"x"}`, []string{`type /"\: number, such as 1 / string "x"`}},
		{
			"keywords as keys", `{"$ref":"#/a","$id":{"properties":{"type":1}},"required":["a"],"enum":[1],"id":"x"}`,
			`{"$ref":1,"$id":{"properties":{"type":"x"}},"required":[2],"enum":["y"],"id":"x"}`,
			[]string{
				`type /$ref: string, such as "#/a" / number 1`, `type /$id/properties/type: number, such as 1 / string "x"`,
				`type /required/0 (/required/*): string, such as "a" / number 2`, `type /enum/0 (/enum/*): number, such as 1 / string "y"`,
			},
		},
		{"a key as an index", `{"a":{"0":1,"x":1}}`, `{"a":{"0":"s","x":1}}`, []string{`type /a/0: number, such as 1 / string "s"`}},
		{"list or object, a key as an index", `[[1],{"0":"s","x":1}]`, `[["s"],{"0":2,"x":1}]`, []string{
			`type /0/0 (/*/*): number, such as 1 / string "s"`, `type /1/0 (/*/0): string, such as "s" / number 2`,
		}},

		{"long text is cut", `{"a":1}`, `{"a":"` + strings.Repeat("é", 300) + `"}`, []string{`type /a: number, such as 1 / string "` + strings.Repeat("é", 51) + `…`}},
		{"control characters are escaped", `{"a":1}`, `{"a":"\u001b[31m\u0007\n\u202e"}`, []string{`type /a: number, such as 1 / string "\x1b[31m\a\n\u202e"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var examples []*nearjson.Value
			for _, e := range strings.Split(tt.example, " & ") {
				examples = append(examples, live(t, e))
			}
			var got []string
			for _, m := range check(t, schema.Infer(examples...), live(t, tt.answer)) {
				got = append(got, brief(m))
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

// TestCheckHugeNumbers has numbers that the parser refuses, and that would keep the validator busy for hours.
func TestCheckHugeNumbers(t *testing.T) {
	array := &nearjson.Value{Kind: nearjson.Array}
	for range 300 {
		array.Items = append(array.Items, &nearjson.Value{Kind: nearjson.Number, Text: "9e999999999"})
	}
	assert.Empty(t, check(t, schema.Infer(live(t, `[1]`)), array))
	found := check(t, schema.Infer(live(t, `["s"]`)), array)
	require.Len(t, found, 1)
	assert.Equal(t, `type /0 (/*) x300: string, such as "s" / number 9e999999999`, brief(found[0]))
}

func TestCheckOpen(t *testing.T) {
	example := live(t, `{"status_code":"s","b":1}`)
	example.Open = true
	shape := schema.Infer(example)
	assert.Empty(t, check(t, shape, live(t, `{"status_code":"x","b":2,"c":3}`)))
	found := check(t, shape, live(t, `{"statusCode":"x","b":2,"c":3}`))
	require.Len(t, found, 1)
	assert.Equal(t, schema.Renamed, found[0].Problem)
}

// TestCheckManyItems is about the one cause in many items, and about many causes in one object.
func TestCheckManyItems(t *testing.T) {
	item := func(i int) string {
		switch {
		case i%5 == 4:
			return fmt.Sprintf(`{"id":"%d","tags":[1]}`, i)
		case i == 3000:
			return `{"id":3000}`
		}
		return fmt.Sprintf(`{"id":%d,"tags":["a","b"]}`, i)
	}
	var items []string
	for i := range 5000 {
		items = append(items, item(i))
	}
	shape := schema.Infer(live(t, `{"data":[{"id":1,"tags":["x"]}]}`))
	var got []string
	for _, m := range check(t, shape, live(t, `{"data":[`+strings.Join(items, ",")+`]}`)) {
		got = append(got, brief(m))
	}
	assert.Equal(t, []string{
		`type /data/4/id (/data/*/id) x1000: number, such as 1 / string "4"`,
		`type /data/4/tags/0 (/data/*/tags/*) x1000: string, such as "x" / number 1`,
		`missing /data/3000/tags (/data/*/tags): array / absent; object with key id`,
	}, got)
}

func TestCheckManyUndocumentedKeys(t *testing.T) {
	var members []string
	for i := range 3000 {
		members = append(members, fmt.Sprintf(`"key%d":1`, i))
	}
	found := check(t, schema.Infer(live(t, `{"a":1}`)), live(t, `{"a":1,`+strings.Join(members, ",")+`}`))
	require.Len(t, found, 21)
	last := found[20]
	assert.Equal(t, `undocumented  x2980: object with key a / further keys, such as "key20"`, brief(last))
}

func TestCheckNothing(t *testing.T) {
	c, err := schema.Compile(schema.Infer())
	require.NoError(t, err)
	found, err := c.Check(live(t, `{"a":[1]}`))
	require.NoError(t, err)
	assert.Empty(t, found)
	_, err = c.Check(nil)
	require.Error(t, err)
	_, err = schema.Compile(nil)
	require.Error(t, err)
}

func TestCheckConcurrently(t *testing.T) {
	c, err := schema.Compile(schema.Infer(live(t, `[{"a":1,"b":["x"]}]`)))
	require.NoError(t, err)
	answer := live(t, `[{"a":"1","b":[1,null]},{}]`)
	want, err := c.Check(answer)
	require.NoError(t, err)
	require.NotEmpty(t, want)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 20 {
				got, err := c.Check(answer)
				assert.NoError(t, err)
				assert.Equal(t, want, got)
			}
		})
	}
	wg.Wait()
}

// BenchmarkCheck200KB has the answer of a list of orders, as an API would send it, and one ten times as long: the cost per KB has to be the same.
func BenchmarkCheck200KB(b *testing.B) {
	order := `{"id":"O-1001","placedAt":"2026-03-31T10:00:00Z","total":"1250.00","paid":true,"note":null,"lines":[{"sku":"TEA-250","qty":2,"tags":["a","b"]}],` +
		`"rates":{"INR":99.1,"USD":1.08},"customer":{"name":"Asha","mail":"asha@shop.example","address":{"city":"Pune","pin":"411001"}}}`
	example := live(b, `{"status":"success","orders":[`+order+`]}`)
	for _, kb := range []int{200, 2000} {
		b.Run(strconv.Itoa(kb), func(b *testing.B) {
			text := `{"status":"success","orders":[` + strings.TrimSuffix(strings.Repeat(order+",", kb<<10/len(order)), ",") + `]}`
			v := live(b, text)
			c, err := schema.Compile(schema.Infer(example))
			require.NoError(b, err)
			for b.Loop() {
				found, err := c.Check(v)
				require.NoError(b, err)
				require.Empty(b, found)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(text)>>10), "ns/KB")
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	example := live(b, `{"data":[{"id":1,"name":"n","ok":true,"tags":["x"]}]}`)
	answers := map[string]string{
		"conforming": `{"id":1,"name":"n","ok":true,"tags":[]}`,
		"deviating":  `{"id":"1","nam":"n","ok":null,"tags":[1]}`,
	}
	for name, item := range answers {
		b.Run(name, func(b *testing.B) {
			text := `{"data":[` + strings.TrimSuffix(strings.Repeat(item+",", 5000), ",") + `]}`
			v := live(b, text)
			c, err := schema.Compile(schema.Infer(example))
			require.NoError(b, err)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				_, err := c.Check(v)
				require.NoError(b, err)
			}
		})
	}
}
