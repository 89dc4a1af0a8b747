package nearjson

import "github.com/sheetprobe/sheetprobe/schema/source"

// Reader reads texts by [ParseStrict], one after the other, into the same room: what it read is good until it reads again, or forgets. The zero value is
// ready for use by one at a time.
type Reader struct {
	values  []Value
	members []Member
	stack   []frame
}

// mostRoom is how many values a reader has room for: of larger texts the others are made as ParseStrict makes them.
const mostRoom = 64

// ReadStrict is ParseStrict.
func (r *Reader) ReadStrict(t source.Text) (*Value, []Duplicate, error) {
	if t.Len() > MaxBytes {
		return nil, nil, tooLarge(t)
	}
	p := strict{builder: newBuilder(&t, t.String())}
	r.Forget()
	p.settle(r)
	if err := p.run(); err != nil {
		return nil, nil, err
	}
	return p.root, p.dups, nil
}

// Forget lets go of what was read, and of its text.
func (r *Reader) Forget() {
	clear(r.values)
	clear(r.members)
	clear(r.stack)
}

// settle has what is expected built in the room of a reader, as far as that reaches.
func (b *builder) settle(r *Reader) {
	const levels = 4
	n := min(b.ahead, mostRoom)
	if n > cap(r.values) {
		r.values, r.members, r.stack = make([]Value, n), make([]Member, n), make([]frame, levels)
	}
	r.values, r.members = r.values[:n], r.members[:n]
	b.slab, b.members, b.stack = r.values, r.members, r.stack[:0]
	b.ahead -= n
}
