package native

import _ "embed"

//go:embed schema.json
var jsonSchema []byte

// JSONSchema is the JSON Schema (draft-07) of the form, for editors and other programs. The reader does not run it, since a schema knows no
// places; a test keeps the two from drifting apart.
func JSONSchema() []byte { return append([]byte(nil), jsonSchema...) }
