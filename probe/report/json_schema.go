package report

import (
	_ "embed"
	"slices"
)

//go:embed run.schema.json
var runSchema []byte

// JSONSchema is the JSON Schema (draft-07) of the JSON report. It is made from the types of package probe and their comments (`go test
// ./probe/report -run Schema -update`), and so can never lag behind. Members may be added without a new schema_version: it admits what it does not know.
func JSONSchema() []byte { return slices.Clone(runSchema) }
