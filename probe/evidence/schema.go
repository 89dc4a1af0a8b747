package evidence

import (
	_ "embed"
	"slices"
)

//go:embed predicate.schema.json
var predicateSchema []byte

// JSONSchema is the JSON Schema (draft-07) of the predicate that is signed, made from the types of package signoff and their comments (`go test
// ./probe/evidence -run Schema -update`).
func JSONSchema() []byte { return slices.Clone(predicateSchema) }
