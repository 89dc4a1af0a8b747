package probe

import "github.com/sheetprobe/sheetprobe/schema/source"

// Auth is how the requests of an API get their identity, as a sheet or configuration says it: the texts by their names in the native form, placeholders
// still in them. Package auth knows the flows.
type Auth struct {
	Type string   `json:"type"`
	Text []Header `json:"-"` // client_id, token_url, ...; they may be secrets
	// TokenRequest fetches the token; nil where the flow has a token call of its own, or none.
	TokenRequest *Request    `json:"-"`
	At           source.Span `json:"-"`
}

// Capture takes a value from the answer to the documented request, for the sheets that need this one.
type Capture struct {
	Name string `json:"name"` // of the placeholder that it fills
	// From is a JSONPath (RFC 9535) into the body, "header:NAME", "cookie:NAME" or "status".
	From string      `json:"from"`
	At   source.Span `json:"-"`
}
