package evidence_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/report/reporttest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a text with the file of the name.
func golden(t *testing.T, name, text string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	want, err := os.ReadFile(name) //nolint:gosec // of this test
	require.NoError(t, err, "write it with -update")
	assert.Equal(t, string(want), text)
}

// The published schema says what the types say.
func TestSchemaSaysWhatTheTypesSay(t *testing.T) {
	golden(t, "predicate.schema.json", reporttest.SchemaOf(t, reporttest.Types{
		Root:  "Predicate",
		Title: "The predicate of a signed sign-off, https://github.com/sheetprobe/sheetprobe/signoff/v1",
		Packages: map[string]string{
			"": filepath.Join("..", "signoff", "*.go"), "probe.": filepath.Join("..", "*.go"), "source.": filepath.Join("..", "..", "schema", "source", "*.go"),
		},
		Closed: []string{"Outcome", "Status", "UseState", "probe.Verdict", "source.Severity"},
		Texts:  []string{"Duration"},
	}))
}

func sha256Of(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// What is signed is valid by the published schema, and what lacks a member is not.
func TestAPredicateIsValid(t *testing.T) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(evidence.JSONSchema()))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("predicate.json", document))
	schema, err := compiler.Compile("predicate.json")
	require.NoError(t, err)
	envelopes, err := attest.Decode(newKit(t, nil).file)
	require.NoError(t, err)
	s, err := envelopes[0].Statement("statement")
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(s.Predicate))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(value))
	delete(value.(map[string]any), "decision")
	require.Error(t, schema.Validate(value))
}
