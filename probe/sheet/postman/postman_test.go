package postman

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/sheettest"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const schema = `"info": {"name": "x", "schema": "https://schema.getpostman.com/collection/json/v2.1.0/collection.json"}`

// suite holds the reader against its golden files.
func suite(t testing.TB) sheettest.Suite {
	return sheettest.Suite{Format: Format, Documents: sheettest.Documents(t, "*.json"), Sure: 95, Hints: true}
}

func TestReadGolden(t *testing.T) { suite(t).Golden(t) }

func TestOneAPI(t *testing.T) { suite(t).OneAPI(t) }

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	for name, c := range map[string]struct{ text, message string }{
		"cut off":     {`{` + schema + `, "item": [{"name": "a", "request": {"method"`, "not valid JSON"},
		"no item":     {`{` + schema + `}`, `no list "item"`},
		"empty":       {`{` + schema + `, "item": []}`, "no request"},
		"environment": {`{"name": "uat", "values": [], "_postman_variable_scope": "environment"}`, "environment"},
		"format 1":    {`{"id": "1", "name": "x", "_postman_id": "1", "requests": []}`, "format 1"},
		"large":       {`{` + schema + `, "item": [` + strings.Repeat("1,", 1_000_000) + "1]}", "holds 1000006 values"},
		"deep":        {`{` + schema + `, "item": ` + strings.Repeat(`[{"item": `, 5000) + "1" + strings.Repeat("}]", 5000) + "}", "500 deep"},
	} {
		t.Run(name, func(t *testing.T) {
			in := sheet.Input{Name: "document", Data: []byte(c.text)}
			assert.Positive(t, Format.Detect(in))
			r := Format.Read(in)
			assert.Empty(t, r.Sheets)
			require.Len(t, r.Diagnostics, 1)
			assert.Equal(t, "sheet.unreadable", r.Diagnostics[0].Rule)
			assert.Contains(t, r.Diagnostics[0].Message, c.message)
			assert.NotEmpty(t, r.Diagnostics[0].Hint)
		})
	}
}

func TestVariablesThatHoldEachOtherEnd(t *testing.T) {
	vars := variables{"a": "{{b}}{{b}}", "b": "{{a}}{{a}}"}
	assert.Less(t, vars.expand(source.Unplaced("{{a}}")).Len(), 1<<10)
	big := variables{"a": strings.Repeat("{{a}}", 10000)}
	assert.Less(t, big.expand(source.Unplaced("{{a}}")).Len(), 3<<20)
}

func TestOtherJSONIsNotTaken(t *testing.T) {
	for name, text := range map[string]string{
		"answer": `{"item": [{"request": "a"}]}`, "sheet": `{"name": "a", "url": "https://x.test", "success_response": {}}`, "text": "item request", "list": `[1]`,
	} {
		t.Run(name, func(t *testing.T) {
			want := 0
			if name == "answer" {
				want = 95
			}
			assert.Equal(t, want, Format.Detect(sheet.Input{Name: "d", Data: []byte(text)}))
		})
	}
}

func FuzzRead(f *testing.F) { suite(f).Fuzz(f, nil) }
