package probe

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// Indenter passes JSON on that is written to it on one line, in the form of EncodeJSON: indented by two. It looks at each byte once and holds little,
// so that a run of any size is encoded case by case, on one line, and indented on its way out.
type Indenter struct {
	to       io.Writer
	out      []byte // what has not been passed on
	atOnce   int    // about how much is passed on at a time
	in       []byte // what was read, see ReadFrom
	depth    int    // of objects and lists that are open
	opened   bool   // one of them was opened, and nothing stands in it so far
	inString bool
	escaped  bool // a backslash stands before the next byte of a string
	value    bytes.Buffer
	encoder  *json.Encoder // into value
}

// indentAtOnce is how much is passed on at a time, and read, where nothing else is said.
const indentAtOnce = 32 << 10

// NewIndenter makes one that passes on to w.
func NewIndenter(w io.Writer) *Indenter { return &Indenter{to: w, atOnce: indentAtOnce} }

// Write implements io.Writer.
func (n *Indenter) Write(line []byte) (int, error) {
	done := 0 // what stands before it is in out
	for i := n.text(line, 0); i < len(line); i++ {
		c := line[i]
		closing := c == '}' || c == ']'
		if closing {
			n.depth--
		}
		if closing != n.opened { // what is empty stays closed up
			n.out, done = append(n.out, line[done:i]...), i
			n.newLine()
		}
		n.opened = c == '{' || c == '['
		switch c {
		case '{', '[':
			n.depth++
		case '"':
			n.inString = true
			i = n.text(line, i+1) - 1
		case ':':
			n.out, done = append(n.out, line[done:i+1]...), i+1
			n.out = append(n.out, ' ')
		case ',':
			n.out, done = append(n.out, line[done:i+1]...), i+1
			if n.newLine(); len(n.out) >= n.atOnce {
				if err := n.flush(); err != nil {
					return 0, err
				}
			}
		}
	}
	n.out = append(n.out, line[done:]...)
	if len(n.out) < n.atOnce {
		return len(line), nil
	}
	return len(line), n.flush()
}

// Value writes a value as EncodeJSON does, without the line end.
func (n *Indenter) Value(v any) error {
	if n.encoder == nil {
		n.encoder = json.NewEncoder(&n.value)
		n.encoder.SetEscapeHTML(false)
	}
	n.value.Reset()
	if err := n.encoder.Encode(v); err != nil {
		return err
	}
	_, err := n.Write(bytes.TrimSuffix(escapeActing(n.value.Bytes()), []byte("\n")))
	return err
}

// text passes over what belongs to a string, where one is begun, and returns what stands behind it.
func (n *Indenter) text(line []byte, from int) int {
	if !n.inString {
		return from
	}
	i := from
	if n.escaped {
		i, n.escaped = from+1, false
	}
	for ; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++ // whatever it is
		case '"':
			n.inString = false
			return i + 1
		}
	}
	n.escaped = i > len(line)
	return len(line)
}

func (n *Indenter) newLine() {
	const begun = "\n                                                                "
	left := 1 + 2*n.depth
	n.out = append(n.out, begun[:min(left, len(begun))]...)
	for left -= len(begun); left > 0; left -= len(begun) - 1 {
		n.out = append(n.out, begun[1:min(left, len(begun)-1)+1]...)
	}
}

// ReadFrom implements io.ReaderFrom.
func (n *Indenter) ReadFrom(r io.Reader) (read int64, err error) {
	if n.in == nil {
		n.in = make([]byte, indentAtOnce)
	}
	for {
		size, err := r.Read(n.in)
		read += int64(size)
		if _, failed := n.Write(n.in[:size]); failed != nil {
			return read, failed
		}
		if errors.Is(err, io.EOF) {
			return read, nil
		}
		if err != nil {
			return read, err
		}
	}
}

func (n *Indenter) flush() error {
	_, err := n.to.Write(n.out)
	n.out = n.out[:0]
	return err
}

// End ends the last line, and passes on what is left.
func (n *Indenter) End() error {
	n.out = append(n.out, '\n')
	return n.flush()
}
