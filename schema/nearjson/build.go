package nearjson

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// builder assembles values with an explicit stack: input of any depth costs no stack of ours.
type builder struct {
	src   *source.Text
	s     string
	stack []frame
	root  *Value
	slab  []Value
	ahead int // values that are still expected beside those of the slab
	dups  []Duplicate

	members []Member // room for those of objects; none where no [Reader] has any
}

// newBuilder expects as many values as JSON can hold: the outermost, one behind each comma, and a first one in each array and object.
func newBuilder(src *source.Text, s string) builder {
	return builder{src: src, s: s, ahead: 1 + strings.Count(s, ",") + strings.Count(s, "[") + strings.Count(s, "{")}
}

// frame is one array or object that is still open.
type frame struct {
	v                *Value
	key              string
	keyStart, keyEnd int
	hasKey           bool
	expected         int            // members or items
	index            map[string]int // of members by key, once there are many
	implicit         bool           // it has no brackets of its own
	merge            bool           // its members belong to the object around it
	keyless          bool           // it was opened as an object, and holds values without keys
}

const indexFrom = 16 // members, from which on a map finds duplicates faster than a scan

func (b *builder) value(kind Kind, start, end int) *Value {
	if len(b.slab) == 0 {
		const least, most = 4, 64
		b.slab = make([]Value, min(most, max(b.ahead, least)))
		b.ahead -= len(b.slab)
	}
	v := &b.slab[0]
	b.slab = b.slab[1:]
	v.Kind, v.src, v.start, v.end = kind, b.src, start, end
	return v
}

func (b *builder) top() *frame {
	if len(b.stack) == 0 {
		return nil
	}
	return &b.stack[len(b.stack)-1]
}

func (b *builder) push(kind Kind, start int) error {
	if len(b.stack) >= MaxDepth {
		return b.errorAt(start, start+1, "nested deeper than 1,000 levels")
	}
	b.stack = append(b.stack, frame{v: b.value(kind, start, start), expected: b.expected()})
	return nil
}

// expected is how many members or items a container is going to have: as many as the item before it, where there is one.
func (b *builder) expected() int {
	const few = 4
	if f := b.top(); f != nil && len(f.v.Items) > 0 {
		last := f.v.Items[len(f.v.Items)-1]
		return max(len(last.Members), len(last.Items), 1)
	}
	return few
}

// pop closes the innermost container at end and hands it to the one around it.
func (b *builder) pop(end int) {
	f := *b.top()
	f.v.end = end
	b.stack = b.stack[:len(b.stack)-1]
	if f.merge {
		for _, m := range f.v.Members {
			b.setKey(m.Key, m.keyStart, m.keyEnd)
			b.add(m.Value)
		}
		return
	}
	b.add(f.v)
}

func (b *builder) setKey(key string, start, end int) {
	f := b.top()
	f.key, f.keyStart, f.keyEnd, f.hasKey = key, start, end, true
}

// add puts a value where the innermost container wants it, or makes it the root.
func (b *builder) add(v *Value) {
	f := b.top()
	switch {
	case f == nil:
		b.root = v
	case f.v.Kind == Array:
		if f.v.Items == nil {
			f.v.Items = make([]*Value, 0, f.expected)
		}
		f.v.Items = append(f.v.Items, v)
	default:
		b.addMember(f, v)
	}
}

// addMember keeps the last of duplicated keys, at the place of the first.
func (b *builder) addMember(f *frame, v *Value) {
	f.hasKey = false
	m := Member{Key: f.key, Value: v, keyStart: f.keyStart, keyEnd: f.keyEnd}
	if i := f.find(f.key); i >= 0 {
		b.dups = append(b.dups, Duplicate{Pointer: b.pointer(), At: b.src.Span(f.keyStart, f.keyEnd)})
		f.v.Members[i] = m
		return
	}
	if f.index != nil {
		f.index[f.key] = len(f.v.Members)
	}
	if f.v.Members == nil {
		f.v.Members = b.roomFor(f.expected)
	}
	f.v.Members = append(f.v.Members, m)
}

// roomFor is room for the members of an object.
func (b *builder) roomFor(members int) []Member {
	if members > len(b.members) {
		return make([]Member, 0, members)
	}
	room := b.members[:0:members]
	b.members = b.members[members:]
	return room
}

func (f *frame) find(key string) int {
	if f.index != nil {
		if i, ok := f.index[key]; ok {
			return i
		}
		return -1
	}
	for i := range f.v.Members {
		if f.v.Members[i].Key == key {
			return i
		}
	}
	if len(f.v.Members) >= indexFrom {
		f.index = make(map[string]int, 2*indexFrom)
		for i := range f.v.Members {
			f.index[f.v.Members[i].Key] = i
		}
	}
	return -1
}

// maxReported bounds the duplicates that carry a pointer: building one walks the stack.
const maxReported = 1000

// pointer is the place of the member that is being added.
func (b *builder) pointer() string {
	if len(b.dups) >= maxReported {
		return ""
	}
	var p strings.Builder
	for i := range b.stack {
		f := &b.stack[i]
		if f.v.Kind == Array {
			p.WriteString(AppendIndex("", len(f.v.Items)))
		} else {
			p.WriteString(AppendPointer("", f.key))
		}
	}
	return p.String()
}

func (b *builder) errorAt(start, end int, msg string) error {
	return &Error{At: b.src.Span(start, end), Msg: msg}
}
