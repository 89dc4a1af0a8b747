package source

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

const byteOrderMark = "\uFEFF"

// block is one run of valid UTF-8 with its own line numbers: a whole text file, one cell, or a live answer. It never changes.
type block struct {
	cell    string
	text    string
	first   int      // offset of the first line: behind a byte-order mark
	origins []origin // of a composed text, ascending; see Compose
	once    sync.Once
	found   *index
}

// index is what finds the places of a block.
type index struct {
	lines []int // byte offset at which each line starts
	// runes[i] is the number of code points that start before byte i*stride. With it a place in a line of megabytes, as minified
	// JSON has it, costs no more than one in a short line.
	runes []int
}

// stride is how many bytes lie between two known counts of code points.
const stride = 1024

func newBlock(cell, text string) *block {
	b := &block{cell: cell, text: text}
	if strings.HasPrefix(text, byteOrderMark) {
		b.first = len(byteOrderMark)
	}
	return b
}

// index is made when a place is first asked for: of most live answers none ever is.
func (b *block) index() *index {
	b.once.Do(func() { b.found = indexOf(b.text, b.first) })
	return b.found
}

func indexOf(text string, first int) *index {
	breaks := strings.Count(text, "\n") + strings.Count(text, "\r")
	x := &index{lines: make([]int, 1, 1+breaks), runes: make([]int, 0, len(text)/stride+1)}
	x.lines[0] = first
	runes := 0
	for i := range len(text) {
		if i%stride == 0 {
			x.runes = append(x.runes, runes)
		}
		c := text[i]
		if utf8.RuneStart(c) {
			runes++
		}
		if c == '\n' || c == '\r' && (i+1 == len(text) || text[i+1] != '\n') {
			x.lines = append(x.lines, i+1)
		}
	}
	return x
}

// clamp moves an offset outside the text to its nearest end.
func (b *block) clamp(offset int) int { return min(max(offset, b.first), len(b.text)) }

// start is where the character starts that holds the byte at an offset.
func (b *block) start(offset int) int {
	for offset < len(b.text) && !utf8.RuneStart(b.text[offset]) {
		offset--
	}
	return offset
}

// pos turns a byte offset of the block into a place. An offset inside a character means that character.
func (b *block) pos(offset int) Pos {
	offset = b.start(b.clamp(offset))
	if len(b.origins) > 0 {
		return b.originOf(offset).place(offset)
	}
	line := b.lineOf(offset)
	return Pos{Line: line, Column: b.runesBetween(b.lineStart(line), offset) + 1, Cell: b.cell, Offset: offset}
}

// span is the place of some bytes, as far as they stand on one line.
func (b *block) span(from, to int) Span {
	from, to = b.clamp(from), b.clamp(to)
	p := b.pos(from)
	if len(b.origins) == 0 {
		to = max(from, min(to, b.lineEnd(p.Line)))
		return Span{Pos: p, Length: b.runesBetween(p.Offset, b.start(to))}
	}
	to = max(from, min(to, b.lineEnd(b.lineOf(from))))
	q := b.pos(to)
	if to > from { // the next piece may stand elsewhere
		if q = b.originOf(to - 1).place(to); q.Line != p.Line || q.Cell != p.Cell || q.Column < p.Column {
			first := b.originOf(from)
			end := first.from.Span(min(from-first.at, first.from.Len()), first.from.Len())
			return Span{Pos: p, Length: end.Length}
		}
	}
	return Span{Pos: p, Length: q.Column - p.Column}
}

// lineOf is the 1-based number of the line that holds the offset.
func (b *block) lineOf(offset int) int {
	lines := b.index().lines
	return sort.Search(len(lines), func(i int) bool { return lines[i] > offset })
}

// hasLine says that there is a line of the number.
func (b *block) hasLine(line int) bool { return line >= 1 && line <= len(b.index().lines) }

// lineStart is the offset of the first byte of a line.
func (b *block) lineStart(line int) int { return b.index().lines[line-1] }

// lineEnd is the offset at which a line ends, before its LF, CR LF or CR.
func (b *block) lineEnd(line int) int {
	lines := b.index().lines
	if line == len(lines) {
		return len(b.text)
	}
	end := lines[line] - 1
	if end > lines[line-1] && b.text[end] == '\n' && b.text[end-1] == '\r' {
		end--
	}
	return end
}

// runesBefore counts the code points that start before an offset.
func (b *block) runesBefore(offset int) int {
	runes := b.index().runes
	if len(runes) == 0 {
		return 0
	}
	i := min(offset/stride, len(runes)-1)
	n := runes[i]
	for _, c := range []byte(b.text[i*stride : offset]) {
		if utf8.RuneStart(c) {
			n++
		}
	}
	return n
}

// runesBetween counts the code points that start between two offsets. They are counted on the spot where that is no more than a few.
func (b *block) runesBetween(from, to int) int {
	if to-from > stride {
		return b.runesBefore(to) - b.runesBefore(from)
	}
	return utf8.RuneCountInString(b.text[from:to])
}

// offset is the byte at which a column of a line stands; a column behind the line's end is its end.
func (b *block) offset(line, column int) int {
	start, end, runes := b.lineStart(line), b.lineEnd(line), b.index().runes
	want := b.runesBefore(start) + max(column, 1) - 1
	i := sort.Search(len(runes), func(i int) bool { return runes[i] > want }) - 1
	if i < 0 {
		return start
	}
	at, n := i*stride, runes[i]
	for ; at < end; at++ {
		if !utf8.RuneStart(b.text[at]) {
			continue
		}
		if n == want {
			return at
		}
		n++
	}
	return end
}
