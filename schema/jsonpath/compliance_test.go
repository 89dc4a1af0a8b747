package jsonpath_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/jsonpath"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func parseJSON(t testing.TB, text string) *nearjson.Value {
	t.Helper()
	v, _, err := nearjson.ParseStrict(sourceOf(text))
	require.NoError(t, err)
	return v
}

// TestCompliance runs every case of the JSONPath Compliance Test Suite.
func TestCompliance(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "jsonpath-compliance-test-suite", "cts.json"))
	require.NoError(t, err)
	cases := parseJSON(t, string(raw)).Get("tests").Items
	require.Len(t, cases, 703, "the suite is complete")
	for _, c := range cases {
		t.Run(c.Get("name").Text, func(t *testing.T) { checkCompliance(t, c) })
	}
}

func checkCompliance(t *testing.T, c *nearjson.Value) {
	path, err := jsonpath.Parse(c.Get("selector").Text)
	if c.Get("invalid_selector") != nil {
		var invalid *jsonpath.Error
		require.ErrorAs(t, err, &invalid)
		return
	}
	require.NoError(t, err)
	document := c.Get("document")
	nodes, err := path.Find(document)
	require.NoError(t, err)
	checkNodes(t, document, nodes)
	values, paths := nearjson.NewArray(), nearjson.NewArray()
	for _, n := range nodes {
		values.Items = append(values.Items, n.Value)
		paths.Items = append(paths.Items, nearjson.NewString(n.Path))
	}
	assert.Contains(t, alternatives(c, "result"), values.String())
	assert.Contains(t, alternatives(c, "result_paths"), paths.String())
	first, found, err := path.First(document)
	require.NoError(t, err)
	assert.Equal(t, len(nodes) > 0, found)
	if found {
		assert.Same(t, nodes[0].Value, first)
	}
}

// alternatives are the results that RFC 9535 allows, where it leaves the order open.
func alternatives(c *nearjson.Value, name string) (out []string) {
	if only := c.Get(name); only != nil {
		return []string{only.String()}
	}
	plural := map[string]string{"result": "results", "result_paths": "results_paths"}[name]
	for _, v := range c.Get(plural).Items {
		out = append(out, v.String())
	}
	return out
}

// checkNodes proves that pointer and normalized path of every node lead to it, and to nothing else.
func checkNodes(t testing.TB, document *nearjson.Value, nodes []jsonpath.Node) {
	t.Helper()
	for _, n := range nodes {
		require.Same(t, n.Value, document.Lookup(n.Pointer), n.Pointer)
		path, err := jsonpath.Parse(n.Path)
		require.NoError(t, err)
		again, err := path.Find(document)
		require.NoError(t, err)
		require.Equal(t, []jsonpath.Node{n}, again)
	}
}

func sourceOf(text string) source.Text { return source.Unplaced(text) }
