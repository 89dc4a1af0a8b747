// Package jsonpath finds nodes in JSON values by RFC 9535 JSONPath, over the values of nearjson.
//
// It is the whole of the standard: names, indexes, slices, wildcards, descendants, filters, and the functions length, count, match, search
// and value. [Parse] accepts what the grammar and the types of RFC 9535 allow and nothing else; an [*Error] says where and what to write
// instead. Nothing of older dialects is understood: no scripts, no =~, no arithmetic.
//
// Numbers compare by their digits, never through a float, so identifiers of twenty digits stay apart. Members are visited in the order of
// the document.
//
// Patterns are I-Regexps (RFC 9485), checked, and run by the linear-time engine of package regexp as section 5 of that RFC maps them; as the
// mapping has it, "^" and "$" outside of brackets are anchors. A pattern that is written in the path and is no I-Regexp is an error of
// [Parse], where RFC 9535 would let it match nothing, in silence; one that comes from the document matches nothing.
//
// The room stands by itself because captures, assertions and redaction all need paths and none of them is about paths. It reads no files,
// changes no values, and keeps no state: a [Path] is safe for concurrent use.
package jsonpath

import (
	"errors"
	"fmt"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// Limits of what is parsed and done, so that neither a path nor a document from outside can exhaust the machine.
const (
	MaxBytes = 16 << 10 // of a path, and of a pattern that comes from a document
	MaxDepth = 64       // of nested filters, parentheses and functions of a path, and of groups of a pattern
	// MaxSteps bounds the work of one search: nodes visited, and texts and patterns compared, each at a price alike.
	MaxSteps = 10_000_000
	// MaxResultBytes bounds what all results of one search take, their pointers and paths included; not the values, which are shared.
	MaxResultBytes = 256 << 20
)

// ErrLimit is wrapped by the errors of a search that went beyond a limit.
var ErrLimit = errors.New("the search was given up")

// Path is a parsed JSONPath query.
type Path struct {
	text   string
	query  *query
	limits limits
}

// Node is one result of a search: a value and where it stands.
type Node struct {
	Value   *nearjson.Value
	Pointer string // RFC 6901
	Path    string // normalized path, RFC 9535 section 2.7
}

// Parse reads a query. The error is an [*Error].
func Parse(text string) (*Path, error) {
	p := parser{s: text}
	q, err := p.whole()
	if err != nil {
		return nil, err
	}
	return &Path{text: text, query: q, limits: limits{MaxSteps, MaxResultBytes}}, nil
}

// String is the query as it was written.
func (p *Path) String() string { return p.text }

// Find returns the nodes that the path selects in v, in the order of RFC 9535; none is no error. The error wraps [ErrLimit].
func (p *Path) Find(v *nearjson.Value) ([]Node, error) {
	var nodes []Node
	err := p.search(v, true, func(w *walk, v *nearjson.Value) bool {
		nodes = append(nodes, w.node(v))
		return w.e.err == nil
	})
	if err != nil {
		return nil, err
	}
	return nodes, nil
}

// First returns the first value that the path selects in v, and whether there is one. It looks no further than that.
func (p *Path) First(v *nearjson.Value) (*nearjson.Value, bool, error) {
	var first *nearjson.Value
	err := p.search(v, false, func(_ *walk, v *nearjson.Value) bool {
		first = v
		return false
	})
	if err != nil {
		return nil, false, err
	}
	return first, first != nil, nil
}

func (p *Path) search(v *nearjson.Value, tracked bool, visit func(*walk, *nearjson.Value) bool) error {
	if v == nil {
		return nil
	}
	w := walk{e: &evaluator{root: v, limits: p.limits}, tracked: tracked}
	w.visit = func(v *nearjson.Value) bool { return visit(&w, v) }
	w.from(p.query.segments, v)
	if w.e.err != nil {
		return fmt.Errorf("path %q: %w", short(p.text), w.e.err)
	}
	return nil
}
