package postman

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

var update = flag.Bool("update", false, "write the golden files anew")

func documents(t testing.TB) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, names, "the test must find its documents")
	return names
}

func TestReadGolden(t *testing.T) {
	for _, name := range documents(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			require.NoError(t, err)
			in := sheet.Input{Name: "document", Data: data}
			assert.GreaterOrEqual(t, Format.Detect(in), 95)
			r := Format.Read(in)
			var got bytes.Buffer
			encoder := json.NewEncoder(&got)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			require.NoError(t, encoder.Encode(r.Sheets))
			writeDiagnostics(&got, r)
			golden := name + ".golden"
			if *update {
				require.NoError(t, os.WriteFile(golden, got.Bytes(), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got.String())
		})
	}
}

func writeDiagnostics(w *bytes.Buffer, r sheet.Reading) {
	all := append(source.Diagnostics{}, r.Diagnostics...)
	for _, s := range r.Sheets {
		all = append(all, s.Diagnostics...)
	}
	all.Sort()
	for _, d := range all {
		fmt.Fprintf(w, "%d:%d-%d: %s %s %s: %s\n    %s\n", d.At.Line, d.At.Column, d.At.Column+d.At.Length, d.Severity, d.Rule, d.Field, d.Message, d.Hint)
	}
}

const schema = `"info": {"name": "x", "schema": "https://schema.getpostman.com/collection/json/v2.1.0/collection.json"}`

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

func FuzzRead(f *testing.F) {
	for _, name := range documents(f) {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := sheet.Input{Name: "fuzz", Data: data}
		Format.Detect(in)
		r := Format.Read(in)
		if r.Document == nil || len(r.Sheets)+len(r.Diagnostics) == 0 {
			t.Fatal("neither sheets nor a complaint")
		}
	})
}
