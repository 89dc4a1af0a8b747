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
	dups  []Duplicate
}

// frame is one array or object that is still open.
type frame struct {
	v                *Value
	key              string
	keyStart, keyEnd int
	hasKey           bool
	index            map[string]int // of members by key, once there are many
	implicit         bool           // it has no brackets of its own
	merge            bool           // its members belong to the object around it
	keyless          bool           // it was opened as an object, and holds values without keys
}

const indexFrom = 16 // members, from which on a map finds duplicates faster than a scan

func (b *builder) value(kind Kind, start, end int) *Value {
	if len(b.slab) == 0 {
		const most, each = 32, 8 // values, and the bytes that a short one takes
		b.slab = make([]Value, min(most, 1+len(b.s)/each))
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
	b.stack = append(b.stack, frame{v: b.value(kind, start, start)})
	return nil
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
	f.v.Members = append(f.v.Members, m)
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
