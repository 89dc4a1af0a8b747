package probe

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Places tell where fields stand. They are kept small, for a run holds those of all sheets that are still to come. The zero value knows none.
type Places struct {
	known []standing // by their fields
}

// standing is the place of a field. Documents are far smaller than 2 GiB.
type standing struct {
	field                        Field
	cell                         string
	line, column, offset, length int32
}

// PlacesOf makes places of those in a map.
func PlacesOf(places map[Field]source.Span) Places {
	var p Places
	for f, at := range places {
		p.Set(f, at)
	}
	return p
}

// Of is where a field stands; the zero value where that is not known.
func (p Places) Of(f Field) source.Span {
	at, _ := p.Find(f)
	return at
}

// Find is where a field stands, and whether the document has it.
func (p Places) Find(f Field) (source.Span, bool) {
	i, found := p.search(f)
	if !found {
		return source.Span{}, false
	}
	return p.known[i].at(), true
}

// Set says where a field stands.
func (p *Places) Set(f Field, at source.Span) {
	i, found := p.search(f)
	if !found {
		if p.known == nil {
			p.known = make([]standing, 0, len(Fields))
		}
		p.known = slices.Insert(p.known, i, standing{})
	}
	p.known[i] = standing{f, at.Cell, int32(at.Line), int32(at.Column), int32(at.Offset), int32(at.Length)} //nolint:gosec // see standing
}

// Add says where fields stand of which that is not known.
func (p *Places) Add(others Places) {
	for f, at := range others.All() {
		if _, found := p.search(f); !found {
			p.Set(f, at)
		}
	}
}

// All are the places, in the order of the fields' names.
func (p Places) All() iter.Seq2[Field, source.Span] {
	return func(yield func(Field, source.Span) bool) {
		for i := range p.known {
			if !yield(p.known[i].field, p.known[i].at()) {
				return
			}
		}
	}
}

// Equal says that the same fields stand at the same places.
func (p Places) Equal(q Places) bool { return slices.Equal(p.known, q.known) }

// MarshalJSON writes an object of the places.
func (p Places) MarshalJSON() ([]byte, error) {
	places := make(map[Field]source.Span, len(p.known))
	for f, at := range p.All() {
		places[f] = at
	}
	return json.Marshal(places)
}

func (p Places) search(f Field) (at int, found bool) {
	return slices.BinarySearchFunc(p.known, f, func(q standing, f Field) int { return strings.Compare(string(q.field), string(f)) })
}

func (q standing) at() source.Span {
	return source.Span{Pos: source.Pos{Line: int(q.line), Column: int(q.column), Cell: q.cell, Offset: int(q.offset)}, Length: int(q.length)}
}
