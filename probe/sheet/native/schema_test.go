package native

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(JSONSchema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("sheet.json", doc))
	schema, err := c.Compile("sheet.json")
	require.NoError(t, err)
	return schema
}

// plainJSON turns a tree into what a schema validator takes.
func plainJSON(t *testing.T, n *tree.Node) any {
	t.Helper()
	switch n.Kind {
	case nearjson.Object:
		m := map[string]any{}
		for _, member := range n.Members {
			m[member.Key] = plainJSON(t, member.Value)
		}
		return m
	case nearjson.Array:
		items := []any{}
		for _, item := range n.Items {
			items = append(items, plainJSON(t, item))
		}
		return items
	case nearjson.Null:
		return nil
	case nearjson.Bool:
		return strings.EqualFold(n.Text, "true")
	case nearjson.Number:
		return json.Number(n.Text)
	}
	return n.Text
}

// The schema accepts what the reader accepts. What the reader refuses for more than its keys and types (duplicates, unknown fields, syntax)
// no schema can see.
func TestSchemaAgreesWithTheReader(t *testing.T) {
	schema := compiledSchema(t)
	beyondSchemas := []string{"duplicate", "near-json", "placeholder-map", "merge", "nul", "tag", "alias", "complex-key", "response-keys", "syntax", "second-document"}
	for _, name := range documents(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			if isOneOf(name, beyondSchemas) {
				return
			}
			in := readFile(t, name)
			valid := true
			for _, part := range tree.Split(source.NewDocument(in.Name, in.Data, string(in.Data)).Text()) {
				nodes, err := tree.Parse(part)
				require.NoError(t, err)
				for _, n := range nodes {
					if n.Kind == nearjson.Null {
						continue
					}
					if err := schema.Validate(plainJSON(t, n)); err != nil {
						valid = false
						t.Log(err)
					}
				}
			}
			assert.Equal(t, !strings.Contains(name, "invalid-"), valid)
		})
	}
}

func isOneOf(name string, parts []string) bool {
	for _, p := range parts {
		if strings.Contains(name, p) {
			return true
		}
	}
	return false
}

func TestSchemaKnowsTheKeysOfTheReader(t *testing.T) {
	var schema struct {
		Definitions map[string]struct {
			Properties map[string]any `json:"properties"`
		} `json:"definitions"`
	}
	require.NoError(t, json.Unmarshal(JSONSchema(), &schema))
	for definition, keys := range map[string][]string{
		"sheet": sheetKeys(), "wrapper": responseKeys, "field": fieldKeys, "codeRow": codeRowKeys, "codeMeaning": meaningKeys, "testDatum": {keyExpect},
		"recipe": requestKeys, "callback": callbackKeys, "signature": signKeys, "poll": pollKeys,
	} {
		var known []string
		for key := range schema.Definitions[definition].Properties {
			known = append(known, key)
		}
		assert.ElementsMatch(t, keys, known, definition)
	}
}
