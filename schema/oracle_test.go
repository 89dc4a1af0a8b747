package schema_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// oracle validates the whole answer with another validator than the package does.
func oracle(t testing.TB, schemaText []byte, answer string) bool {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaText))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("mem:///shape.json", doc))
	compiled, err := c.Compile("mem:///shape.json")
	require.NoError(t, err)
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(answer))
	require.NoError(t, err)
	return compiled.Validate(instance) == nil
}

// conforms says that nothing but unchecked places was found.
func conforms(found []schema.Mismatch) bool {
	for _, m := range found {
		if m.Problem != schema.Unchecked {
			return false
		}
	}
	return true
}

type generator struct{ *rand.Rand }

var (
	names  = []string{"id", "ID", "order_id", "orderId", "a.b", "", "0", "1", "$ref", "$id", "x/y~z", "status", "statsu", "état"}
	ids    = []string{"100", "101", "202", "2024-01-31", "0b9c6c5a-3c5f-4c52-9d6e-0f8f4b6f2a11"}
	scalar = []any{nil, true, 1, 2.5, json.Number("1e3"), "x", "SUCC001", ""}
)

func (g generator) value(depth int) any {
	if depth == 0 || g.IntN(3) == 0 {
		return scalar[g.IntN(len(scalar))]
	}
	n := g.IntN(4)
	if g.IntN(2) == 0 {
		list := []any{}
		for range n {
			list = append(list, g.value(depth-1))
		}
		return list
	}
	keys := names
	if g.IntN(4) == 0 {
		keys = ids
	}
	object := map[string]any{}
	for range n + 1 {
		object[keys[g.IntN(len(keys))]] = g.value(depth - 1)
	}
	return object
}

// mutate changes a value here and there.
func (g generator) mutate(v any) any {
	if g.IntN(12) == 0 {
		return g.value(2)
	}
	switch v := v.(type) {
	case []any:
		list := []any{}
		for _, item := range v {
			for range 1 + g.IntN(2) {
				list = append(list, g.mutate(item))
			}
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for key, item := range v {
			switch g.IntN(12) {
			case 0:
			case 1:
				object[names[g.IntN(len(names))]] = item
			default:
				object[key] = g.mutate(item)
			}
		}
		return object
	}
	return v
}

// What conforms is not surveyed: a survey would find nothing.
func TestWhatConformsNeedsNoSurvey(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(5, 3))}
	text := func(v any) string {
		b, err := json.Marshal(v)
		require.NoError(t, err)
		return string(b)
	}
	found := map[bool]int{}
	for range 4000 {
		first := g.value(4)
		shape := schema.Infer(live(t, text(first)), live(t, text(g.mutate(first))))
		shape.Open = g.IntN(3) == 0
		c, err := schema.Compile(shape)
		require.NoError(t, err)
		answer := live(t, text(g.mutate(first)))
		quick, err := c.Check(answer)
		require.NoError(t, err)
		thorough, err := schema.Survey(c, answer)
		require.NoError(t, err)
		require.Equal(t, thorough, quick, "%s\n%s", shape.JSONSchema(), answer)
		found[len(quick) > 0]++
	}
	assert.Greater(t, found[true], 500)
	assert.Greater(t, found[false], 500)
}

func TestOracle(t *testing.T) {
	text := func(v any) string {
		b, err := json.Marshal(v)
		require.NoError(t, err)
		return string(b)
	}
	g := generator{rand.New(rand.NewPCG(7, 11))}
	seen := map[bool]int{}
	for range 2000 {
		first, second := g.value(4), g.value(4)
		examples := []*nearjson.Value{live(t, text(first))}
		if g.IntN(3) == 0 {
			examples = append(examples, live(t, text(second)))
		}
		answer := text(g.mutate(first))
		shape := schema.Infer(examples...)
		found := check(t, shape, live(t, answer))
		valid := oracle(t, shape.JSONSchema(), answer)
		require.Equal(t, valid, conforms(found), "example %s\nanswer %s\nschema %s\nfound %+v", text(first), answer, shape.JSONSchema(), found)
		for _, m := range found {
			requireResolves(t, m, live(t, answer))
		}
		seen[valid]++
	}
	assert.Greater(t, seen[true], 500, "too few valid pairs to prove anything")
	assert.Greater(t, seen[false], 500, "too few invalid pairs to prove anything")
}

// requireResolves walks the pointer of a mismatch, which has to lead to a value, or for a missing key to its object.
func requireResolves(t testing.TB, m schema.Mismatch, v *nearjson.Value) {
	t.Helper()
	pointer := m.Pointer
	if m.Problem == schema.Missing && !m.Variant {
		pointer = pointer[:strings.LastIndex(pointer, "/")]
	}
	require.NotNil(t, v.Lookup(pointer), "%s: %q leads nowhere", m.Problem, m.Pointer)
}

func FuzzInferAndCheck(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"a":[{"b":1},{"c":null}]}`, `{"a":[{"B":1},{"c":"x"}]}`},
		{`{"1":{"x":1},"2":{"x":2}}`, `{"3":{"x":"s"}}`},
		{`[[],{},null,"",0,true]`, `[[1],{"a":1},1]`},
		{`{"$ref":"#","a.b":{"":1},"\u0000\u0001":{"x":1}}`, `{"$ref":1,"a.b":{"":"s"},"\u0000\u0001":{"x":"s"}}`},
		{`{"status_code":1,"b":2,"c":3}`, `{"statusCode":1}`},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		v, err1 := parse(a)
		w, err2 := parse(b)
		if err1 != nil || err2 != nil || hasTemplate(v) || hasTemplate(w) {
			return // a template states a type that its own text may not have
		}
		one, both := schema.Infer(v), schema.Infer(v, w)
		require.True(t, json.Valid(one.JSONSchema()))
		require.Equal(t, one.JSONSchema(), schema.Infer(v).JSONSchema())
		require.True(t, conforms(check(t, one, v)), "an example deviates from its own shape: %+v", check(t, one, v))
		require.True(t, conforms(check(t, both, v)), "%+v", check(t, both, v))
		require.True(t, conforms(check(t, both, w)), "%+v", check(t, both, w))
		found := check(t, one, w)
		for _, m := range found {
			requireResolves(t, m, w)
			require.Positive(t, m.Count)
		}
		require.Equal(t, found, check(t, one, w), "not the same from run to run")
	})
}

func hasTemplate(v *nearjson.Value) bool {
	if v.Template || strings.Contains(v.Text, "|") || strings.Contains(v.Text, " or ") {
		return true
	}
	for _, item := range v.Items {
		if hasTemplate(item) {
			return true
		}
	}
	for _, m := range v.Members {
		if hasTemplate(m.Value) {
			return true
		}
	}
	return false
}
