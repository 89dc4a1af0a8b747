package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// The parser trusts what a document says of itself. What would make it allocate without bound, run for ever or overflow the stack, which
// nothing recovers from, is looked for beforehand; everything else is recovered from.

// budget is the bytes of a document, with a bound on how often they are read: references that lead in a circle end there.
type budget struct {
	data []byte
	left int64
}

func newBudget(data []byte) *budget {
	const readings, least = 60, 16 << 20
	return &budget{data: data, left: int64(len(data))*readings + least}
}

// ReadAt implements [io.ReaderAt].
func (b *budget) ReadAt(p []byte, offset int64) (int, error) {
	if offset < 0 || offset >= int64(len(b.data)) {
		return 0, io.EOF
	}
	const least = 512 // a reading costs more than its bytes
	if b.left -= int64(max(len(p), least)); b.left < 0 {
		panic(errTooLarge)
	}
	n := copy(p, b.data[offset:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// normalized gives a document the header and the end that the parser insists on.
func normalized(data []byte) ([]byte, error) {
	start := bytes.Index(data, header)
	end := bytes.LastIndex(data, []byte("%%EOF"))
	if start < 0 || end < start {
		return nil, fmt.Errorf("%w: it does not end as one", errDamaged)
	}
	out := bytes.Clone(data[start : end+len("%%EOF")])
	if len(out) < 200 {
		return nil, fmt.Errorf("%w: it has %d bytes", errDamaged, len(out))
	}
	copy(out, "%PDF-1.7\n")
	return out, nil
}

// guard refuses documents that the parser must not see.
func guard(data []byte) error {
	const mostObjects = 10_000_000
	for _, key := range []string{"/Size", "/Columns", "/Index", "/W"} {
		for rest := data; ; {
			i := bytes.Index(rest, []byte(key))
			if i < 0 {
				break
			}
			if rest = rest[i+len(key):]; len(rest) == 0 || !isSpace(rest[0]) && rest[0] != '[' { // the name goes on, or it is none
				continue
			}
			for _, n := range leadingNumbers(rest, 64) {
				if n > mostObjects || n < 0 {
					return fmt.Errorf("%w: %s is %d", errDamaged, key[1:], n)
				}
			}
		}
	}
	if err := guardTables(data, mostObjects); err != nil {
		return err
	}
	return guardStreams(data)
}

// leadingNumbers are the numbers with which bytes begin, brackets and white space aside.
func leadingNumbers(b []byte, most int) []int64 {
	var numbers []int64
	for i := 0; i < len(b) && len(numbers) < most; {
		switch c := b[i]; {
		case isSpace(c) || c == '[':
			i++
		case c == '-' || c >= '0' && c <= '9':
			end := i + 1
			for end < len(b) && b[end] >= '0' && b[end] <= '9' {
				end++
			}
			n, err := strconv.ParseInt(string(b[i:min(end, i+20)]), 10, 64)
			if err != nil {
				n = -1
			}
			numbers = append(numbers, n)
			i = end
		default:
			return numbers
		}
	}
	return numbers
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

// guardTables looks at where the sections of cross-reference tables say that they start.
func guardTables(data []byte, most int64) error {
	for rest := data; ; {
		i := bytes.Index(rest, []byte("xref"))
		if i < 0 {
			return nil
		}
		rest = rest[i+len("xref"):]
		end := bytes.Index(rest, []byte("trailer"))
		if end < 0 {
			end = len(rest)
		}
		if bytes.IndexByte(rest[:min(end, 200)], '%') >= 0 && end < len(rest) && bytes.IndexByte(rest[:end], '%') >= 0 && !bytes.Contains(rest[:end], []byte("%%EOF")) {
			return fmt.Errorf("%w: its table of objects holds remarks", errDamaged)
		}
		fields, kept := bytes.Fields(rest[:end]), 0
		for _, f := range fields { // an entry is two numbers and a letter; the numbers of a section stand alone
			if len(f) == 1 && (f[0] == 'n' || f[0] == 'f') {
				kept = 0
				continue
			}
			n, err := strconv.ParseInt(string(f), 10, 64)
			if err != nil {
				break
			}
			if kept++; kept > 2 && n > most || kept <= 2 && n > most && n > int64(len(data)) {
				return fmt.Errorf("%w: its table of objects starts at %d", errDamaged, n)
			}
		}
		rest = rest[end:]
	}
}

// guardStreams refuses cross-reference streams (ISO 32000-1, 7.5.8) that put an object stream into an object stream: the parser would look
// for one in the other until its stack is full.
func guardStreams(data []byte) error {
	within := map[int]bool{}  // objects that lie in object streams
	streams := map[int]bool{} // these streams
	for rest, from := data, 0; ; {
		i := bytes.Index(rest, []byte("/XRef"))
		if i < 0 {
			break
		}
		from += i + len("/XRef")
		rest = data[from:]
		if err := compressed(data, from, within, streams); err != nil {
			return err
		}
	}
	for id := range streams {
		if within[id] {
			return fmt.Errorf("%w: object %d lies within itself", errDamaged, id)
		}
	}
	return nil
}

// compressed gathers what one cross-reference stream says of objects within streams.
func compressed(data []byte, at int, within, streams map[int]bool) error {
	start := bytes.LastIndex(data[:at], []byte(" obj"))
	body := bytes.Index(data[at:], []byte("stream"))
	if start < 0 || body < 0 {
		return nil
	}
	dict := data[start : at+body]
	content := bytes.TrimLeft(data[at+body+len("stream"):], "\r\n")
	table, err := unpacked(dict, content)
	if err != nil {
		return fmt.Errorf("%w: its table of objects cannot be unpacked", errDamaged)
	}
	w := numbersOf(dict, "/W")
	if len(w) < 3 || w[0]+w[1]+w[2] <= 0 || w[0]+w[1]+w[2] > 32 {
		return fmt.Errorf("%w: its table of objects has rows of no known form", errDamaged)
	}
	index := numbersOf(dict, "/Index")
	if len(index) < 2 {
		index = []int64{0, int64(len(table))}
	}
	width := int(w[0] + w[1] + w[2])
	for ; len(index) >= 2; index = index[2:] {
		for i := int64(0); i < index[1] && len(table) >= width; i++ {
			row := table[:width]
			table = table[width:]
			if w[0] > 0 && number(row[:w[0]]) == 2 {
				within[int(index[0]+i)] = true
				streams[number(row[w[0]:w[0]+w[1]])] = true
			}
		}
	}
	return nil
}

func numbersOf(dict []byte, key string) []int64 {
	i := bytes.LastIndex(dict, []byte(key))
	if i < 0 {
		return nil
	}
	return leadingNumbers(dict[i+len(key):], 4096)
}

func number(b []byte) int {
	n := 0
	for _, c := range b {
		n = n<<8 | int(c)
	}
	return n
}

// unpacked is the content of a cross-reference stream, as far as it is packed as practically all are.
func unpacked(dict, content []byte) ([]byte, error) {
	const most = 64 << 20
	if !bytes.Contains(dict, []byte("/Filter")) {
		end := bytes.Index(content, []byte("endstream"))
		return content[:max(end, 0)], nil
	}
	if !bytes.Contains(dict, []byte("/FlateDecode")) {
		return nil, errors.New("unknown filter")
	}
	z, err := zlib.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	table, err := io.ReadAll(io.LimitReader(z, most))
	if err != nil && len(table) == 0 {
		return nil, err
	}
	columns := numbersOf(dict, "/Columns")
	if !bytes.Contains(dict, []byte("/Predictor")) || len(columns) == 0 || columns[0] < 1 {
		return table, nil
	}
	row, out := int(columns[0])+1, make([]byte, 0, len(table))
	above := make([]byte, row)
	for ; len(table) >= row; table = table[row:] {
		for i := 1; i < row; i++ { // PNG's filter "up", the only one that the parser knows
			above[i] += table[i]
		}
		out = append(out, above[1:]...)
	}
	return out, nil
}
