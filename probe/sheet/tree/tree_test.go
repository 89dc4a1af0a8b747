package tree

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func parseOne(t testing.TB, text string) *Node {
	t.Helper()
	nodes, err := Parse(source.NewDocument("d", []byte(text), text).Text())
	require.NoError(t, err)
	require.Len(t, nodes, 1)
	return nodes[0]
}

func TestYAMLAndJSONBecomeTheSameTree(t *testing.T) {
	for name, text := range map[string]string{
		"json":  `{"a": [1.10, "x"], "b": {"c": true, "d": null}}`,
		"yaml":  "a:\n  - 1.10\n  - x\nb:\n  c: true\n  d:\n",
		"flow":  `{a: [1.10, 'x'], b: {c: true, d: ~}, }`,
		"alias": "b: &b {c: true, d: null}\na: [1.10, x]\n<<: {b: *b}\n",
	} {
		t.Run(name, func(t *testing.T) {
			n := parseOne(t, text)
			assert.Equal(t, `[1.10,"x"]`, n.Get("a").JSON(Notices{}).String())
			assert.Equal(t, `{"c":true,"d":null}`, n.Get("b").JSON(Notices{}).String())
			assert.Nil(t, n.Get("b").Get("e").Get("f"), "nil-safe")
		})
	}
}

func TestValuesStandWhereTheyAreWritten(t *testing.T) {
	for name, text := range map[string]string{"json": "{\n  \"key\": \"value\"\n}", "yaml": "# a remark\n\"key\": 'value'\n"} {
		t.Run(name, func(t *testing.T) {
			m, ok := parseOne(t, text).Find("key")
			require.True(t, ok)
			assert.Equal(t, `"key"`, m.At().String())
			assert.Equal(t, "value", strings.Trim(m.Value.At().String(), `"'`))
			assert.Equal(t, 2, m.Whole().At().Line)
			content, placed := m.Value.Content()
			assert.True(t, placed)
			assert.Equal(t, "value", content.String())
		})
	}
}

func TestMistakesAreSaidWithTheirPlace(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line int
	}{
		"tab":      {"a:\n\tb: 1\n", 2},
		"bracket":  {"a: [1, 2\n", 1},
		"deep":     {strings.Repeat("[", 3*MaxDepth) + strings.Repeat("]", 3*MaxDepth), 1},
		"itself":   {"a: &a\n  b: *a\n", 2},
		"billions": {"a: &a [x,x,x,x,x,x,x,x,x]\n" + bomb(), 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(source.NewDocument("d", nil, c.text).Text())
			var mistake *Error
			require.ErrorAs(t, err, &mistake)
			assert.GreaterOrEqual(t, mistake.At.Line, c.line)
			assert.NotEmpty(t, mistake.Hint())
		})
	}
}

func TestLimitsAreNoMistakes(t *testing.T) {
	for want, text := range map[string]string{
		"holds 1000002 values": "[" + strings.Repeat("1,", maxStructural) + "1]",
		"of JSON at most":      `["` + strings.Repeat("a", nearjson.MaxBytes) + `"]`,
		"has 1048577 bytes":    "a: " + strings.Repeat("x", maxScalar+1),
		"values may start":     "a:\n" + strings.Repeat("- 1\n", maxStructural),
		"500 deep":             strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000),
	} {
		t.Run(want, func(t *testing.T) {
			_, err := Parse(source.NewDocument("d", nil, text).Text())
			var limit *Error
			require.ErrorAs(t, err, &limit)
			assert.True(t, limit.Limit)
			assert.Contains(t, limit.Message, want)
			assert.Contains(t, limit.Hint(), "split the document")
		})
	}
}

func bomb() string {
	var b strings.Builder
	for c := 'b'; c < 'j'; c++ {
		last := string(c - 1)
		b.WriteString(string(c) + ": &" + string(c) + " [" + strings.TrimSuffix(strings.Repeat("*"+last+",", 9), ",") + "]\n")
	}
	return b.String()
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a": [1, {"b": null}]}`, "a: &x [1]\nb: *x\n", "a: |\n  {\n    b: 1\n  }\n---\n[c]\n", "{{a}}", "<<: {a: 1}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, part := range Split(source.NewDocument("d", nil, text).Text()) {
			nodes, _ := Parse(part)
			for _, n := range nodes {
				n.JSON(Notices{}).Walk(func(string, *nearjson.Value) bool { return true })
				n.At()
				n.Content()
			}
		}
	})
}
