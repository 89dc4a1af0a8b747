package report

import (
	"bufio"
	"bytes"
	"io"

	"github.com/sheetprobe/sheetprobe/probe"
)

// jsonStream writes one JSON document piece by piece, so that a large run needs no large memory. The pieces of one list or object are parted by
// commas; who calls it writes brackets that match. The first failure is kept, and told by end.
type jsonStream struct {
	out    *bufio.Writer
	indent string
	open   bool // something stands before the next piece
	failed error
}

func newJSONStream(w io.Writer) *jsonStream { return &jsonStream{out: bufio.NewWriter(w)} }

// begin opens an object or list, behind its name where it has one.
func (j *jsonStream) begin(name, bracket string) {
	j.next(name)
	j.raw(bracket)
	j.indent += "  "
	j.open = false
}

// close ends what begin opened.
func (j *jsonStream) close(bracket string) {
	j.indent = j.indent[2:]
	if j.open {
		j.raw("\n" + j.indent)
	}
	j.raw(bracket)
	j.open = true
}

// value writes one member of an object, or with the name "" one item of a list.
func (j *jsonStream) value(name string, v any) {
	j.next(name)
	var b bytes.Buffer
	if err := probe.EncodeJSON(&b, v); err != nil && j.failed == nil {
		j.failed = err
	}
	j.raw(string(bytes.ReplaceAll(bytes.TrimSuffix(b.Bytes(), []byte("\n")), []byte("\n"), []byte("\n"+j.indent)))) // in strings, line ends are escaped
}

func (j *jsonStream) next(name string) {
	switch {
	case j.open:
		j.raw(",\n" + j.indent)
	case j.indent != "":
		j.raw("\n" + j.indent)
	}
	j.open = true
	if name != "" {
		j.raw(`"` + name + `": `)
	}
}

func (j *jsonStream) raw(s string) {
	if _, err := j.out.WriteString(s); err != nil && j.failed == nil {
		j.failed = err
	}
}

func (j *jsonStream) end() error {
	j.raw("\n")
	if err := j.out.Flush(); err != nil && j.failed == nil {
		j.failed = err
	}
	return j.failed
}
