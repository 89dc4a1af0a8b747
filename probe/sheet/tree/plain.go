package tree

import (
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// plainReader reads the part of YAML that most sheets with much test data are written in: maps and lists by indentation, or in brackets on one line, of
// texts on one line or in blocks that keep their lines, and comments. It makes the very nodes that the library leads to, for a small part of what that
// takes. At whatever else it meets it gives up, by a node that is nil: what that means, or what is wrong with it, the library knows.
type plainReader struct {
	builder
	s      string
	at     int
	line   int // where the line of at starts
	column int // of the first value in that line, as far as it is not read yet; -1 at the end of the text

	members []Member // of the maps that are open, one behind the other
	items   []*Node  // of the lists
}

// Limits of what is read here, all within those of the library.
const (
	maxPlainDepth = 100
	maxPlainKey   = 1000 // bytes
)

// documentStart is the line that a document of a stream starts with.
const documentStart = "---\n"

// parsePlain is nil where the text holds more than is read here.
func parsePlain(t *source.Text) *Node {
	r := &plainReader{builder: builder{src: t}, s: t.String()}
	if strings.HasPrefix(r.s, documentStart) {
		r.at = len(documentStart) - 1
	}
	if !isPlain(r.s) || !r.nextLine() || r.column != 0 {
		return nil
	}
	root := r.block(0)
	if r.column >= 0 {
		return nil
	}
	return root
}

// isPlain says that a text holds no characters but printable ones, blanks and line feeds.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(s[i:])
			if size == 1 || r < 0xa0 || r == '\u2028' || r == '\u2029' || r >= 0xfe00 {
				return false
			}
			i += size - 1
		case c < ' ' && c != '\n' || c == 0x7f:
			return false
		}
	}
	return true
}

// nextLine goes to the next value that starts a line. It is false where something stands before it but blanks and a comment.
func (r *plainReader) nextLine() bool {
	for {
		r.blanks()
		switch {
		case r.at == len(r.s):
			r.column = -1
			return true
		case r.s[r.at] == '\n':
			r.at++
			r.line = r.at
		case r.s[r.at] == '#' && r.behindBlank():
			r.at += lineLength(r.s[r.at:])
		default:
			r.column = r.at - r.line
			return strings.TrimLeft(r.s[r.line:r.at], " ") == ""
		}
	}
}

// behindBlank says that a comment may start here.
func (r *plainReader) behindBlank() bool { return r.at == r.line || r.s[r.at-1] == ' ' }

func (r *plainReader) blanks() {
	for r.at < len(r.s) && r.s[r.at] == ' ' {
		r.at++
	}
}

// atEnd says that nothing stands in the line any more but a comment.
func (r *plainReader) atEnd() bool {
	return r.at == len(r.s) || r.s[r.at] == '\n' || r.s[r.at] == '#' && r.behindBlank()
}

// blankAt says that a line ends at i, or that a blank stands there.
func (r *plainReader) blankAt(i int) bool { return i >= len(r.s) || r.s[i] == ' ' || r.s[i] == '\n' }

// isEntry says that an entry of a list in block style begins.
func (r *plainReader) isEntry() bool { return r.s[r.at] == '-' && r.blankAt(r.at+1) }

// block reads the list or map that begins here.
func (r *plainReader) block(depth int) *Node {
	switch {
	case depth > maxPlainDepth:
		return nil
	case r.isEntry():
		return r.blockList(depth, false)
	}
	return r.blockMap(depth)
}

func (r *plainReader) blockMap(depth int) *Node {
	m, column, open := r.node(nearjson.Object), r.column, len(r.members)
	m.start = r.at
	m.end = m.start
	for r.column == column {
		key, ok := r.scalar(false)
		if !ok || key.cannotBeKey() || r.at == len(r.s) || r.s[r.at] != ':' || !r.blankAt(r.at+1) {
			return nil
		}
		r.at++
		value := r.blockValue(column, depth)
		if value == nil {
			return nil
		}
		r.members = append(r.members, key.of(value))
		m.end = max(m.end, value.end)
	}
	if r.column > column {
		return nil
	}
	m.Members = r.closeMap(open)
	return m
}

// blockValue reads what stands behind the colon of a key.
func (r *plainReader) blockValue(column, depth int) *Node {
	colon := r.at
	r.blanks()
	if !r.atEnd() {
		return r.inLine(column, depth)
	}
	switch {
	case !r.nextLine():
		return nil
	case r.column > column:
		return r.block(depth + 1)
	case r.column == column && r.isEntry():
		return r.blockList(depth+1, true)
	}
	return r.null(colon)
}

// blockList reads entries. Beside a key they may stand at its column, and end with the next key.
func (r *plainReader) blockList(depth int, besideKey bool) *Node {
	l, column, open := r.node(nearjson.Array), r.column, len(r.items)
	l.start = r.at
	l.end = l.start
	for r.column == column && r.isEntry() {
		r.at++
		item := r.entry(column, depth)
		if item == nil {
			return nil
		}
		r.items = append(r.items, item)
		l.end = max(l.end, item.end)
	}
	if r.column > column || r.column == column && !besideKey {
		return nil
	}
	l.Items = r.closeList(open)
	return l
}

// entry reads what stands behind the dash of an entry.
func (r *plainReader) entry(column, depth int) *Node {
	dash := r.at
	r.blanks()
	if r.atEnd() {
		switch {
		case !r.nextLine():
			return nil
		case r.column > column:
			return r.block(depth + 1)
		}
		return r.null(dash)
	}
	if r.isEntry() || r.isKey() {
		r.column = r.at - r.line
		return r.block(depth + 1)
	}
	return r.inLine(column, depth)
}

// isKey says that a key of a map in block style begins.
func (r *plainReader) isKey() bool {
	begin := r.at
	_, ok := r.scalar(false)
	ok = ok && r.at < len(r.s) && r.s[r.at] == ':'
	r.at = begin
	return ok
}

// inLine reads a value that ends with its line: what is indented deeper than what it belongs to would go on with it.
func (r *plainReader) inLine(column, depth int) *Node {
	var n *Node
	if r.s[r.at] == '|' {
		n = r.literal(column)
	} else {
		n = r.flow(depth+1, false)
	}
	if n == nil || !r.nextLine() || r.column > column {
		return nil
	}
	return n
}

// flow reads a value that may stand in brackets.
func (r *plainReader) flow(depth int, within bool) *Node {
	switch {
	case r.at == len(r.s) || depth > maxPlainDepth:
		return nil
	case r.s[r.at] == '{':
		return r.flowMap(depth)
	case r.s[r.at] == '[':
		return r.flowList(depth)
	}
	s, ok := r.scalar(within)
	if !ok {
		return nil
	}
	n := r.node(s.kind)
	n.Plain, n.Text, n.start, n.end = s.plain, s.text, s.start, s.end
	return n
}

func (r *plainReader) flowMap(depth int) *Node {
	m, open := r.node(nearjson.Object), len(r.members)
	m.Flow, m.start = true, r.at
	r.at++
	r.blanks()
	for more := !r.skip('}'); more; {
		key, ok := r.scalar(true)
		if !ok || key.cannotBeKey() || !strings.HasPrefix(r.s[r.at:], ": ") {
			return nil
		}
		r.at++
		r.blanks()
		value := r.flow(depth+1, true)
		if value == nil {
			return nil
		}
		r.members = append(r.members, key.of(value))
		if more, ok = r.goesOn('}'); !ok {
			return nil
		}
	}
	m.Members, m.end = r.closeMap(open), r.at
	return m
}

func (r *plainReader) flowList(depth int) *Node {
	l, open := r.node(nearjson.Array), len(r.items)
	l.Flow, l.start = true, r.at
	r.at++
	r.blanks()
	for more := !r.skip(']'); more; {
		item := r.flow(depth+1, true)
		if item == nil {
			return nil
		}
		r.items = append(r.items, item)
		var ok bool
		if more, ok = r.goesOn(']'); !ok {
			return nil
		}
	}
	l.Items, l.end = r.closeList(open), r.at
	return l
}

// goesOn says whether another value follows within brackets, as behind a comma, or none. It is not ok where neither is so.
func (r *plainReader) goesOn(closing byte) (more, ok bool) {
	r.blanks()
	if r.skip(closing) {
		return false, true
	}
	more = r.skip(',')
	r.blanks()
	return more, more
}

func (r *plainReader) skip(c byte) bool {
	if r.at == len(r.s) || r.s[r.at] != c {
		return false
	}
	r.at++
	return true
}

// closeMap are the members of the map that was opened last, in room of their own.
func (r *plainReader) closeMap(open int) []Member {
	members := append(make([]Member, 0, len(r.members)-open), r.members[open:]...)
	r.members = r.members[:open]
	return members
}

func (r *plainReader) closeList(open int) []*Node {
	items := append(make([]*Node, 0, len(r.items)-open), r.items[open:]...)
	r.items = r.items[:open]
	return items
}

// null is a value that is not there.
func (r *plainReader) null(at int) *Node {
	n := r.node(nearjson.Null)
	n.Plain, n.start, n.end = true, at, at
	return n
}
