package tree

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
	MaxDepth      = 500       // of lists and maps in each other
	maxStructural = 1_000_000 // characters that could start a value, which bound the memory that the tree takes
	maxScalar     = 1 << 20   // bytes of one text of YAML; JSON is bounded as a whole
	maxCopied     = 100_000   // values that aliases may repeat
)

// parseYAML reads all documents of a piece of text.
func parseYAML(t source.Text) ([]*Node, error) {
	s := t.String()
	if n := structural(s); n > maxStructural {
		return nil, beyond(t, fmt.Sprintf("the document has %d places at which values may start; at most %d are read", n, maxStructural))
	}
	loader, err := yaml.NewLoader(strings.NewReader(s), yaml.WithUniqueKeys(false), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(MaxDepth))))
	if err != nil {
		return nil, err
	}
	b := &builder{places: newPlaces(t), src: &t, done: map[*yaml.Node]*Node{}}
	var docs []*Node
	for {
		var root yaml.Node
		switch err := loader.Load(&root); {
		case errors.Is(err, io.EOF):
			return docs, nil
		case err != nil:
			return docs, b.places.Error(err)
		}
		n, err := b.build(&root, 0)
		if err != nil {
			return docs, err
		}
		docs = append(docs, n)
	}
}

// valuesOfJSON counts the values of a JSON document, empty lists and maps as two.
func valuesOfJSON(s string) int {
	n, quoted := 1, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case !quoted && (c == ',' || c == '[' || c == '{'):
			n++
		}
	}
	return n
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
	src    *source.Text         // which the values keep; the places are of no use behind the tree
	done   map[*yaml.Node]*Node // anchored nodes; nil while one is being built
	copied int
	room   []Node // for the nodes to come
}

// node makes a node. Many are made at a time: they live and die together.
func (b *builder) node(kind nearjson.Kind) *Node {
	const many = 32
	if len(b.room) == 0 {
		b.room = make([]Node, many)
	}
	n := &b.room[0]
	b.room = b.room[1:]
	n.Kind, n.src = kind, b.src
	return n
}

func (b *builder) build(n *yaml.Node, depth int) (*Node, error) {
	if depth > MaxDepth {
		return nil, beyond(b.places.here(n), tooDeep)
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

func (b *builder) buildKind(n *yaml.Node, depth int) (*Node, error) {
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 0 {
			return b.node(nearjson.Null), nil
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
	s := b.node(nearjson.String)
	return s, b.fill(s, n)
}

// buildKey builds what stands before a colon. Of most keys nothing is kept but their text, so that they need no node that lasts.
func (b *builder) buildKey(n *yaml.Node, depth int) (key Node, err error) {
	if n.Kind == yaml.ScalarNode && n.Anchor == "" && depth <= MaxDepth {
		key.Kind, key.src = nearjson.String, b.src
		return key, b.fill(&key, n)
	}
	built, err := b.build(n, depth)
	if err != nil {
		return key, err
	}
	return *built, nil
}

func (b *builder) fail(n *yaml.Node, message string) error {
	return &Error{At: b.places.here(n).At(), Message: message}
}

// copy repeats an anchored value where an alias asks for it. The copy stands where the original does: that is where it has to be corrected.
func (b *builder) copy(o *Node, alias *yaml.Node, depth int) (*Node, error) {
	if b.copied++; b.copied > maxCopied || depth > MaxDepth {
		return nil, b.fail(alias, "aliases repeat more values than a sheet can mean")
	}
	c := *o
	c.Items, c.Members = make([]*Node, len(o.Items)), make([]Member, len(o.Members))
	var err error
	for i, item := range o.Items {
		if c.Items[i], err = b.copy(item, alias, depth+1); err != nil {
			return nil, err
		}
	}
	for i, m := range o.Members {
		if m.Value, err = b.copy(m.Value, alias, depth+1); err != nil {
			return nil, err
		}
		c.Members[i] = m
	}
	return &c, nil
}

func (b *builder) list(n *yaml.Node, depth int) (*Node, error) {
	list := b.node(nearjson.Array)
	list.Flow, list.start = n.Style&yaml.FlowStyle != 0, b.places.value(n)
	list.Items = make([]*Node, 0, len(n.Content))
	end := list.start
	for _, item := range n.Content {
		built, err := b.build(item, depth+1)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, built)
		end = max(end, built.end)
	}
	list.end = b.places.closed(end, list.Flow, ']')
	return list, nil
}

func (b *builder) mapping(n *yaml.Node, depth int) (*Node, error) {
	m := b.node(nearjson.Object)
	m.Flow, m.start = n.Style&yaml.FlowStyle != 0, b.places.value(n)
	m.Members = make([]Member, 0, len(n.Content)/2)
	end := m.start
	var merged []*Node
	var mergeKey *yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, err := b.buildKey(n.Content[i], depth+1)
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
		case (key.Kind == nearjson.Object || key.Kind == nearjson.Array) && !key.IsTemplate():
			return nil, b.fail(n.Content[i], "a key must be a text, and this one is a list or a map")
		default:
			m.Members = append(m.Members, Member{Key: key.Written(), keyStart: key.start, keyEnd: key.end, Value: value})
		}
	}
	m.end = b.places.closed(end, m.Flow, '}')
	return m, b.merge(m, merged, mergeKey)
}

// merge adds the members that a merge key (<<) brings in: the map's own come first, then those of the earlier source.
func (b *builder) merge(m *Node, sources []*Node, key *yaml.Node) error {
	if len(sources) == 0 {
		return nil
	}
	have := map[string]bool{}
	for _, own := range m.Members {
		have[own.Key] = true
	}
	for _, s := range sources {
		from := []*Node{s}
		if s.Kind == nearjson.Array {
			from = s.Items
		}
		for _, f := range from {
			if f.Kind != nearjson.Object {
				return b.fail(key, `the merge key "<<" takes a map`)
			}
			for _, added := range f.Members {
				if !have[added.Key] {
					have[added.Key] = true
					m.Members = append(m.Members, added)
				}
			}
		}
	}
	return nil
}

// fill reads a scalar by its text, never by what a Go type would make of it: 1.10 stays 1.10, and 000111, 0x1F, yes and 2024-01-31 are
// strings.
func (b *builder) fill(s *Node, n *yaml.Node) error {
	if len(n.Value) > maxScalar {
		return beyond(b.places.here(n), fmt.Sprintf("a text has %d bytes; at most %d are read", len(n.Value), maxScalar))
	}
	s.start, s.end = b.places.scalar(n)
	s.Text = b.places.written(s.start, s.end, n.Value)
	switch tag := n.ShortTag(); {
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return nil
	case n.Style&yaml.TaggedStyle != 0 && tag == "!!str":
		return nil
	case strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!"), tag == "!!binary":
		return b.fail(n, fmt.Sprintf("the tag %q means nothing here", tag))
	case tag == "!!null":
		s.Kind = nearjson.Null
	case tag == "!!bool":
		s.Kind = nearjson.Bool
	case isNumber(n.Value):
		s.Kind = nearjson.Number
	}
	s.Plain = true
	return nil
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
