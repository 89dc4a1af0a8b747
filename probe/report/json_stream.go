package report

import (
	"io"

	"github.com/sheetprobe/sheetprobe/probe"
)

// jsonStream writes one JSON document piece by piece, so that a large run needs no large memory. The pieces of one list or object are parted by
// commas; who calls it writes brackets that match. The first failure is kept, and told by end.
type jsonStream struct {
	out    *probe.Indenter
	open   bool // something stands before the next piece
	failed error
}

func newJSONStream(w io.Writer) *jsonStream { return &jsonStream{out: probe.NewIndenter(w)} }

// begin opens an object or list, behind its name where it has one.
func (j *jsonStream) begin(name, bracket string) {
	j.next(name)
	j.raw(bracket)
	j.open = false
}

// close ends what begin opened.
func (j *jsonStream) close(bracket string) {
	j.raw(bracket)
	j.open = true
}

// value writes one member of an object, or with the name "" one item of a list.
func (j *jsonStream) value(name string, v any) {
	j.next(name)
	if j.failed == nil {
		j.failed = j.out.Value(v)
	}
}

func (j *jsonStream) next(name string) {
	if j.open {
		j.raw(",")
	}
	j.open = true
	if name != "" {
		j.raw(`"` + name + `":`)
	}
}

func (j *jsonStream) raw(s string) {
	if j.failed == nil {
		_, j.failed = io.WriteString(j.out, s)
	}
}

func (j *jsonStream) end() error {
	if j.failed == nil {
		j.failed = j.out.End()
	}
	return j.failed
}
