package sheet

import (
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Input is a handed-over file, as bytes.
type Input struct {
	Name string // a path, or "-" for standard input
	Data []byte

	// Open gives the input with its Data when its turn comes to be read, so that the bytes of many documents are not in memory at once; its reading is
	// without them. It is nil where the Data is there.
	Open func() Input

	Problem, Hint string // why there is no Data although it was asked for, and what to do about it; "" where there is

	opened *opened // nil where every look at it begins anew
}

// opened is what the formats that look at an input in turn would each make of it.
type opened struct {
	decoded bool
	doc     *source.Document
	err     error
	parsed  map[source.Text]parsed
}

type parsed struct {
	nodes []*tree.Node
	err   error
}

// Opened is the input as formats can look at it in turn: it is decoded and parsed once. It is for one goroutine.
func (in Input) Opened() Input {
	in.opened = &opened{parsed: map[source.Text]parsed{}}
	return in
}

// Decode is [source.Decode] of the input.
func (in Input) Decode() (*source.Document, error) {
	o := in.opened
	if o == nil {
		return source.Decode(in.Name, in.Data)
	}
	if !o.decoded {
		o.doc, o.err = source.Decode(in.Name, in.Data)
		o.decoded = true
	}
	return o.doc, o.err
}

// Parse is [tree.Parse] of a text of the decoded input. What it returns is shared, and read only.
func (in Input) Parse(t source.Text) ([]*tree.Node, error) {
	o := in.opened
	if o == nil {
		return tree.Parse(t)
	}
	p, ok := o.parsed[t]
	if !ok {
		p.nodes, p.err = tree.Parse(t)
		o.parsed[t] = p
	}
	return p.nodes, p.err
}
