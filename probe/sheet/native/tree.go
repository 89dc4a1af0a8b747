package native

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Limits of what is read.
const (
	maxDepth      = 500       // of lists and maps in each other
	maxStructural = 1_000_000 // characters that could start a value, which bound the memory that the tree takes
	maxCopied     = 100_000   // values that aliases may repeat
)

// node is one value of the document with its place. YAML and JSON become the same tree, and nothing behind it knows which one it was.
type node struct {
	kind    nearjson.Kind
	text    string // of a scalar: decoded where it is a string, else as written
	plain   bool   // a scalar without quotes
	flow    bool   // a list or map in brackets
	items   []*node
	members []member // in order, duplicates included

	src        *source.Text // the text that start and end count in
	start, end int          // bytes
}

type member struct {
	key              string
	keyStart, keyEnd int // bytes, in the text of the value
	value            *node
}

// at is the text of the value as written; that of a list or map in block style ends with its last value.
func (n *node) at() source.Text {
	if n.src == nil {
		return source.Text{}
	}
	return n.src.Slice(n.start, n.end)
}

// at is the text of the key as written.
func (m member) at() source.Text {
	if m.value.src == nil {
		return source.Text{}
	}
	return m.value.src.Slice(m.keyStart, m.keyEnd)
}

// whole is the text of the key and its value.
func (m member) whole() source.Text { return m.at().Join(m.value.at()) }

// syntaxError is why a document cannot be parsed, and where.
type syntaxError struct {
	at      source.Span
	message string
}

func (e *syntaxError) Error() string { return e.message }

// hint says what most often causes an error of the parser.
func (e *syntaxError) hint() string {
	for _, h := range [...]struct{ part, hint string }{
		{"tab character", "indent with blanks: YAML takes no tabs there"},
		{"mapping values are not allowed", `put a value that holds ": " in quotes`},
		{"found character that cannot start any token", "put a value that starts with @, ` or % in quotes"},
		{"did not find expected key", "check the indentation of this line and the quotes of the one before"},
		{"could not find expected ':'", "write the key, a colon, a blank and the value; put a text over several lines behind |"},
		{"expected ',' or", "close the bracket, and put values that hold , { } [ or ] in quotes"},
		{"unknown anchor", "put a value that starts with * in quotes"},
		{"merge key", "quote it where it is meant as a text"},
		{"means nothing here", "put a value that starts with ! in quotes"},
		{"control character", "remove the character; it cannot be seen in most editors"},
		{"unexpected end of stream", "close the quote or the bracket"},
		{"incompatible YAML document", "leave the %YAML line out"},
		{"more than", "split the document, or simplify the example"},
	} {
		if strings.Contains(e.message, h.part) {
			return h.hint
		}
	}
	return "correct the YAML at this place"
}

// parse reads all documents of a piece of text.
func parse(t source.Text) ([]*node, error) {
	s := t.String()
	if n := structural(s); n > maxStructural {
		return nil, &syntaxError{t.Slice(0, 1).At(), fmt.Sprintf("%d values and more are too many for one document", maxStructural)}
	}
	loader, err := yaml.NewLoader(strings.NewReader(s), yaml.WithUniqueKeys(false), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	if err != nil {
		return nil, err
	}
	b := &builder{places: newPlaces(t), done: map[*yaml.Node]*node{}}
	var docs []*node
	for {
		var root yaml.Node
		switch err := loader.Load(&root); {
		case errors.Is(err, io.EOF):
			return docs, nil
		case err != nil:
			return docs, b.places.syntaxError(err)
		}
		n, err := b.build(&root, 0)
		if err != nil {
			return docs, err
		}
		docs = append(docs, n)
	}
}

// structural counts the characters that can start or part values.
func structural(s string) int {
	n := 0
	for i := range len(s) {
		switch s[i] {
		case ',', ':', '[', '{', '-', '?', '\n', '\r':
			n++
		}
	}
	return n
}

// builder turns the parser's nodes into ours.
type builder struct {
	places *places
	done   map[*yaml.Node]*node // anchored nodes; nil while one is being built
	copied int
}

func (b *builder) build(n *yaml.Node, depth int) (*node, error) {
	if depth > maxDepth {
		return nil, b.fail(n, fmt.Sprintf("lists and maps stand more than %d deep in each other", maxDepth))
	}
	if n.Anchor != "" && n.Kind != yaml.AliasNode {
		b.done[n] = nil
	}
	built, err := b.buildKind(n, depth)
	if err == nil && n.Anchor != "" && n.Kind != yaml.AliasNode {
		b.done[n] = built
	}
	return built, err
}

func (b *builder) buildKind(n *yaml.Node, depth int) (*node, error) {
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 0 {
			return &node{kind: nearjson.Null, src: &b.places.text}, nil
		}
		return b.build(n.Content[0], depth)
	case yaml.AliasNode:
		original := b.done[n.Alias]
		if original == nil {
			return nil, b.fail(n, fmt.Sprintf("%q stands within itself", "*"+n.Value))
		}
		return b.copy(original, n, depth)
	case yaml.SequenceNode:
		return b.list(n, depth)
	case yaml.MappingNode:
		return b.mapping(n, depth)
	}
	return b.scalar(n)
}

func (b *builder) fail(n *yaml.Node, message string) error {
	start := b.places.offset(n.Line, n.Column)
	return &syntaxError{b.places.text.Span(start, start+1), message}
}

// copy repeats an anchored value where an alias asks for it. The copy stands where the original does: that is where it has to be corrected.
func (b *builder) copy(o *node, alias *yaml.Node, depth int) (*node, error) {
	if b.copied++; b.copied > maxCopied || depth > maxDepth {
		return nil, b.fail(alias, "aliases repeat more values than a sheet can mean")
	}
	c := *o
	c.items, c.members = make([]*node, len(o.items)), make([]member, len(o.members))
	var err error
	for i, item := range o.items {
		if c.items[i], err = b.copy(item, alias, depth+1); err != nil {
			return nil, err
		}
	}
	for i, m := range o.members {
		if m.value, err = b.copy(m.value, alias, depth+1); err != nil {
			return nil, err
		}
		c.members[i] = m
	}
	return &c, nil
}

func (b *builder) list(n *yaml.Node, depth int) (*node, error) {
	list := &node{kind: nearjson.Array, flow: n.Style&yaml.FlowStyle != 0, src: &b.places.text}
	list.start = b.places.value(n)
	end := list.start
	for _, item := range n.Content {
		built, err := b.build(item, depth+1)
		if err != nil {
			return nil, err
		}
		list.items = append(list.items, built)
		end = max(end, built.end)
	}
	list.end = b.places.closed(end, list.flow, ']')
	return list, nil
}

func (b *builder) mapping(n *yaml.Node, depth int) (*node, error) {
	m := &node{kind: nearjson.Object, flow: n.Style&yaml.FlowStyle != 0, src: &b.places.text}
	m.start = b.places.value(n)
	end := m.start
	var merged []*node
	var mergeKey *yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, err := b.build(n.Content[i], depth+1)
		if err != nil {
			return nil, err
		}
		value, err := b.build(n.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		end = max(end, key.end, value.end)
		switch {
		case n.Content[i].ShortTag() == "!!merge":
			merged, mergeKey = append(merged, value), n.Content[i]
		case (key.kind == nearjson.Object || key.kind == nearjson.Array) && !isTemplate(key):
			return nil, b.fail(n.Content[i], "a key must be a text, and this one is a list or a map")
		default:
			m.members = append(m.members, member{key: key.written(), keyStart: key.start, keyEnd: key.end, value: value})
		}
	}
	m.end = b.places.closed(end, m.flow, '}')
	return m, b.merge(m, merged, mergeKey)
}

// merge adds the members that a merge key (<<) brings in: the map's own come first, then those of the earlier source.
func (b *builder) merge(m *node, sources []*node, key *yaml.Node) error {
	have := map[string]bool{}
	for _, own := range m.members {
		have[own.key] = true
	}
	for _, s := range sources {
		from := []*node{s}
		if s.kind == nearjson.Array {
			from = s.items
		}
		for _, f := range from {
			if f.kind != nearjson.Object {
				return b.fail(key, `the merge key "<<" takes a map`)
			}
			for _, added := range f.members {
				if !have[added.key] {
					have[added.key] = true
					m.members = append(m.members, added)
				}
			}
		}
	}
	return nil
}

// scalar reads a scalar by its text, never by what a Go type would make of it: 1.10 stays 1.10, and 000111, 0x1F, yes and 2024-01-31 are
// strings.
func (b *builder) scalar(n *yaml.Node) (*node, error) {
	s := &node{kind: nearjson.String, text: n.Value, src: &b.places.text}
	s.start, s.end = b.places.scalar(n)
	switch tag := n.ShortTag(); {
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return s, nil
	case n.Style&yaml.TaggedStyle != 0 && tag == "!!str":
		return s, nil
	case strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!"), tag == "!!binary":
		return nil, b.fail(n, fmt.Sprintf("the tag %q means nothing here", tag))
	case tag == "!!null":
		s.kind = nearjson.Null
	case tag == "!!bool":
		s.kind = nearjson.Bool
	case isNumber(n.Value):
		s.kind = nearjson.Number
	}
	s.plain = true
	return s, nil
}

// isNumber says that a text is a number by the grammar of RFC 8259, section 6.
func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := digits(s)
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	if s = s[whole:]; strings.HasPrefix(s, ".") {
		n := digits(s[1:])
		if n == 0 {
			return false
		}
		s = s[1+n:]
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = strings.TrimPrefix(s[1:], "+")
		s = strings.TrimPrefix(s, "-")
		n := digits(s)
		return n > 0 && n == len(s)
	}
	return s == ""
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// isTemplate recognises {name} and {{name}} without quotes, which YAML takes for a map whose key has no value.
func isTemplate(n *node) bool {
	if n.kind != nearjson.Object || !n.flow || len(n.members) != 1 || !n.members[0].value.isEmpty() {
		return false
	}
	return isOnePlaceholder(n.at().String())
}

// isEmpty says that nothing stands there at all.
func (n *node) isEmpty() bool { return n.kind == nearjson.Null && n.text == "" }

// written is the text of a scalar or of an unquoted placeholder; "" for a list, a map and a null.
func (n *node) written() string {
	if n.kind == nearjson.Object && isTemplate(n) {
		return n.at().String()
	}
	return n.text
}
