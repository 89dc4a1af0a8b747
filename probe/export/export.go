// Package export writes sheets in the forms of other tools: an OpenAPI document, a Postman collection, a Hurl file, a shell script. Whoever leaves takes
// everything along that the other form has a place for; what it has none for is said, see [Notes].
//
// No secret goes along: one that a sheet spells out becomes a variable, as every placeholder does.
package export

import (
	"bytes"
	"fmt"
	"io"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Format is a form that sheets can be written in.
type Format struct {
	Name  string
	Title string // for people
	write func(*bytes.Buffer, []call, *Notes)
}

// Formats are all of them.
var Formats = []Format{
	{"openapi", "OpenAPI 3.1 document (JSON)", writeOpenAPI},
	{"postman", "Postman Collection 2.1", writePostman},
	{"hurl", "Hurl file", writeHurl},
	{"curl", "POSIX shell script of curl commands", writeCurl},
}

// Note is something that could not be written.
type Note struct {
	Text    string // a sentence without full stop that begins with the API it is about
	LeftOut bool   // the whole API
}

// Notes are what could not be written.
type Notes []Note

// lacks says that the other form has no place for a part of an API.
func (n *Notes) lacks(s *probe.Sheet, what string) {
	*n = append(*n, Note{Text: fmt.Sprintf("%q: %s", s.Name, what)})
}

// leaveOut says why an API is not written.
func (n *Notes) leaveOut(s *probe.Sheet, why string) {
	*n = append(*n, Note{Text: fmt.Sprintf("%q is left out, because %s", s.Name, why), LeftOut: true})
}

// Options say what is known beside the sheets.
type Options struct {
	Mask    *probe.Redactor // knows the secrets that the sheets spell out
	BaseURL string          // in the place of scheme, host and port of every address; "" leaves them as they are
}

// Write writes the sheets that have a method and an address; of the others it says so. The same sheets give the same bytes.
func Write(w io.Writer, f Format, sheets []*probe.Sheet, o Options) (Notes, error) {
	var notes Notes
	var calls []call
	for _, s := range sheets {
		if s.Method == "" || s.URL == "" {
			notes.leaveOut(s, "the sheet gives no method or no address")
			continue
		}
		calls = append(calls, newCall(s, o))
	}
	var out bytes.Buffer
	f.write(&out, calls, &notes)
	_, err := out.WriteTo(w)
	return notes, err
}
