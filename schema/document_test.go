package schema_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestDocument(t *testing.T) {
	shape := schema.Infer(
		live(t, `{"id":7,"when":"2024-01-31","kind":"A|B","tags":["x"],"note":null,"map":{"100":1,"101":2},"free":{}}`),
		live(t, `{"id":8,"when":"2024-02-29","kind":"A","tags":[],"note":"near","map":{}}`),
	)
	assert.Equal(t, `{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "properties": {
    "id": {
      "$comment": "seen in 2 of 2 examples; such as 7",
      "type": "number"
    },
    "when": {
      "$comment": "seen in 2 of 2 examples; such as 2024-01-31",
      "type": "string",
      "format": "date"
    },
    "kind": {
      "$comment": "seen in 2 of 2 examples; such as A|B",
      "type": "string",
      "enum": [
        "A",
        "B"
      ]
    },
    "tags": {
      "$comment": "seen in 2 of 2 examples",
      "type": "array",
      "items": {
        "$comment": "seen in 1 item; such as x",
        "type": "string"
      }
    },
    "note": {
      "$comment": "seen in 2 of 2 examples; such as near",
      "type": [
        "string",
        "null"
      ]
    },
    "map": {
      "$comment": "seen in 2 of 2 examples",
      "type": "object",
      "additionalProperties": {
        "$comment": "the keys are data; such as 1",
        "type": "number"
      }
    },
    "free": {
      "$comment": "seen in 1 of 2 examples",
      "type": "object"
    }
  },
  "required": [
    "id",
    "when",
    "kind",
    "tags",
    "note",
    "map"
  ],
  "additionalProperties": false
}
`, string(shape.Document()))
}

// TestDocumentComesBack hands the printed schema back as a hand-written one: the examples that it came from satisfy it.
func TestDocumentComesBack(t *testing.T) {
	for _, example := range []string{
		`{"on":"04/05/2024"}`, `{"a":1,"b":[{"c":"x"},{"c":null,"d":true}],"e":"2024-01-31T10:00:00+05:30","f":"a@b.test","g":{"100":1}}`, `[1,2]`, `"x"`, `null`, `{}`, `[]`,
	} {
		h, err := schema.CompileSchema(schema.Infer(live(t, example)).Document(), source.Span{})
		require.NoError(t, err, example)
		found, err := h.Check(live(t, example))
		require.NoError(t, err)
		assert.Empty(t, found, example)
	}
}

func TestOverride(t *testing.T) {
	yes, no := true, false
	const example = `{"id":1,"name":"n","items":[{"sku":"a","qty":1}],"prices":{"EUR":1,"SEK":2},"kind":"A"}`
	for _, tt := range []struct {
		name, pointer string
		override      schema.Override
		answer        string
		want          []string
	}{
		{"optional", "/name", schema.Override{Optional: &yes}, `{"id":1,"items":[],"prices":{"EUR":1,"SEK":2},"kind":"A"}`, nil},
		{"nullable", "/name", schema.Override{Nullable: &yes}, `{"id":1,"name":null,"items":[],"prices":{"EUR":1,"SEK":2},"kind":"A"}`, nil},
		{"items", "/items/*/qty", schema.Override{Any: true}, `{"id":1,"name":"n","items":[{"sku":"a","qty":"2"}],"prices":{"EUR":1,"SEK":2},"kind":"A"}`, nil},
		{"items by number", "/items/0/qty", schema.Override{Optional: &yes}, `{"id":1,"name":"n","items":[{"sku":"a"}],"prices":{"EUR":1,"SEK":2},"kind":"A"}`, nil},
		{"map", "/prices", schema.Override{Map: true}, `{"id":1,"name":"n","items":[],"prices":{"USD":"1"},"kind":"A"}`, []string{`type /prices/USD (/prices/*): number, such as 1 / string "1"`}},
		{"ignore a shown key", "/prices", schema.Override{Ignore: true}, `{"id":1,"name":"n","items":[],"prices":7,"kind":"A"}`, nil},
		{"ignore an unknown key", "/trace", schema.Override{Ignore: true}, `{"id":1,"name":"n","items":[],"prices":{"EUR":1,"SEK":2},"kind":"A","trace":1}`, nil},
		{"enum", "/kind", schema.Override{Enum: []string{"A", "B"}}, `{"id":1,"name":"n","items":[],"prices":{"EUR":1,"SEK":2},"kind":"a"}`, []string{`enum /kind: one of A, B / string "a"`}},
		{"enum of numbers", "/id", schema.Override{Enum: []string{"1", "2"}}, `{"id":3,"name":"n","items":[],"prices":{"EUR":1,"SEK":2},"kind":"A"}`, []string{`enum /id: one of 1, 2 / number 3`}},
		{"pattern", "/name", schema.Override{Pattern: "^[a-z]+$"}, `{"id":1,"name":"N","items":[],"prices":{"EUR":1,"SEK":2},"kind":"A"}`, []string{`format /name: text that matches ^[a-z]+$, such as "n" / string "N"`}},
		{"format", "/name", schema.Override{Format: "uuid"}, `{"id":1,"name":"N","items":[],"prices":{"EUR":1,"SEK":2},"kind":"A"}`, []string{`format /name: uuid, such as "n" / string "N"`}},
		{"mandatory", "/kind", schema.Override{Optional: &no}, `{"id":1,"name":"n","items":[],"prices":{"EUR":1,"SEK":2}}`, []string{`missing /kind: string, such as "A" / absent; object with keys id, name, items, prices`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shape := schema.Infer(live(t, example))
			require.NoError(t, shape.Override(tt.pointer, tt.override))
			var got []string
			for _, m := range check(t, shape, live(t, tt.answer)) {
				got = append(got, brief(m))
			}
			assert.Equal(t, tt.want, got)
		})
	}
	for pointer, problem := range map[string]string{"id": "is no JSON Pointer", "/nothing/there": "leads to nothing", "/id/x": "leads to nothing"} {
		require.ErrorContains(t, schema.Infer(live(t, example)).Override(pointer, schema.Override{Any: true}), problem)
	}
}

// A day that may be the month as well names no format: handed back, the schema would refuse the other order.
func TestDocumentNamesNoFormatThatIsOpen(t *testing.T) {
	h, err := schema.CompileSchema(schema.Infer(live(t, `{"on":"04/05/2024"}`)).Document(), source.Span{})
	require.NoError(t, err)
	found, err := h.Check(live(t, `{"on":"12/31/2024"}`))
	require.NoError(t, err)
	assert.Empty(t, found)
	assert.Contains(t, string(schema.Infer(live(t, `{"on":"31/12/2024"}`)).Document()), `"format": "day-first"`)
}
