package openapi

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/sheettest"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// suite holds the reader against its golden files.
func suite(t testing.TB) sheettest.Suite {
	return sheettest.Suite{Format: Format, Documents: sheettest.Documents(t, "*.yaml"), Sure: 100, Hints: true}
}

func TestReadGolden(t *testing.T) { suite(t).Golden(t) }

func TestOneAPI(t *testing.T) { suite(t).OneAPI(t) }

func TestYAMLAndJSONGiveTheSameSheets(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "deliveries.yaml"))
	require.NoError(t, err)
	doc := source.NewDocument("d", data, string(data))
	nodes, err := tree.Parse(doc.Text())
	require.NoError(t, err)
	asJSON := sheet.Input{Name: "d", Data: []byte(nodes[0].JSON(tree.Notices{}).String())}
	assert.Equal(t, 100, Format.Detect(asJSON))
	assert.Equal(t, withoutPlaces(t, Format.Read(sheet.Input{Name: "d", Data: data})), withoutPlaces(t, Format.Read(asJSON)))
}

func withoutPlaces(t *testing.T, r sheet.Reading) string {
	t.Helper()
	require.NotEmpty(t, r.Sheets)
	for _, s := range r.Sheets {
		s.At = probe.Places{}
	}
	data, err := json.MarshalIndent(r.Sheets, "", " ")
	require.NoError(t, err)
	return string(data)
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	for name, c := range map[string]struct{ text, message string }{
		"cut off":  {`{"openapi": "3.0.0", "paths": {"/a": {`, "did not find"},
		"no paths": {"openapi: 3.0.0\npaths: {}\n", "no operation"},
		"tab":      {"openapi: 3.0.0\npaths:\n\t/a: {}\n", "tab"},
		"deep":     {"openapi: 3.0.0\npaths: " + strings.Repeat("[", 2000) + strings.Repeat("]", 2000), "500 deep"},
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

func TestOtherDocumentsAreNotTaken(t *testing.T) {
	for name, text := range map[string]string{
		"native": "name: a\nurl: https://x.test\nsuccess_response: {swagger: 2}\n", "prose": "openapi: 3 is what we would like to write one day", "answer": `{"openapi": "3.0.0"}`,
	} {
		t.Run(name, func(t *testing.T) { assert.Zero(t, Format.Detect(sheet.Input{Name: "d", Data: []byte(text)})) })
	}
}

func TestSchemasThatHoldThemselvesManyTimesEnd(t *testing.T) {
	var b strings.Builder
	b.WriteString("openapi: 3.0.0\npaths:\n")
	for i := range 50 {
		fmt.Fprintf(&b, "  /p%d: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/s/n0'}}}}, responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/s/n0'}}}}}}}\n", i)
	}
	b.WriteString("s:\n")
	for i := range 12 {
		fmt.Fprintf(&b, "  n%d: {properties: {", i)
		for k := range 12 {
			fmt.Fprintf(&b, "p%d: {$ref: '#/s/n%d'}, ", k, (i+k)%12)
		}
		b.WriteString("x: {type: string, example: a}}}\n")
	}
	r := Format.Read(sheet.Input{Name: "d", Data: []byte(b.String())})
	require.Len(t, r.Sheets, 50)
	assert.Less(t, len(r.Sheets[0].Request.Fields), 1000)
	assert.Less(t, len(r.Sheets[0].Success[0].Raw), 1<<20)
}

func FuzzRead(f *testing.F) { suite(f).Fuzz(f, nil) }
