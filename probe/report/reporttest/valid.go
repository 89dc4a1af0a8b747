package reporttest

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/report"
)

// ValidReport demands that a JSON report is valid by the published schema, and holds no member that the schema does not know.
func ValidReport(t testing.TB, text []byte) {
	t.Helper()
	require.NoError(t, CheckReport(t, text))
}

// CheckReport says what is not valid.
func CheckReport(t testing.TB, text []byte) error {
	t.Helper()
	published, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.JSONSchema()))
	require.NoError(t, err)
	forbidUnknown(published)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("run.json", published))
	s, err := c.Compile("run.json")
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return s.Validate(doc)
}

// forbidUnknown closes every object of a schema: what a later version may add, this one must have described.
func forbidUnknown(schema any) {
	switch s := schema.(type) {
	case map[string]any:
		if s["properties"] != nil && s["type"] == "object" {
			s["additionalProperties"] = false
		}
		for _, v := range s {
			forbidUnknown(v)
		}
	case []any:
		for _, v := range s {
			forbidUnknown(v)
		}
	}
}
