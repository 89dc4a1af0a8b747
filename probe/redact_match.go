package probe

import (
	"cmp"
	"slices"
	"unicode"
	"unicode/utf8"
)

// pattern is one form in which a secret travels.
type pattern struct {
	text   string
	name   string // of the mark that replaces it
	stands string // what it stands for
	digest string // of that
	whole  bool   // counts only where no letter or digit adjoins: short values are parts of many words
}

// span is a stretch of a text that a pattern covers.
type span struct {
	start, end int
	name       string
	digest     string
	whole      bool
	undone     bool // found only after a layer of writing was undone
}

// matcher finds all patterns in one pass over a text (Aho and Corasick, 1975): time is linear in the text whatever the patterns are.
type matcher struct {
	patterns []pattern
	root     [256]int32 // the node after each first byte; 0 is the root itself
	begin    pairs      // of the first two bytes of each pattern
	nodes    []node
}

// pairs is a set of pairs of bytes. It may hold a few more than were put into it.
type pairs [64]uint64

// put takes up the first two bytes of a text, or any where there are fewer.
func (p *pairs) put(text string) {
	if len(text) > 1 {
		at, bit := bitOf(text[0], text[1])
		p[at] |= bit
		return
	}
	for i := range p {
		p[i] = ^uint64(0)
	}
}

func (p *pairs) has(a, b byte) bool {
	at, bit := bitOf(a, b)
	return p[at]&bit != 0
}

func bitOf(a, b byte) (at int, bit uint64) {
	n := int(a)<<4 ^ int(b)
	return n / 64 % len(pairs{}), 1 << (n % 64)
}

type node struct {
	child, sibling int32 // the first child, and the next child of the same parent; 0 is none
	fail           int32 // the longest proper suffix that is a node
	out            int32 // the pattern that ends here; -1 is none
	next           int32 // the nearest node along fail at which a pattern ends; 0 is none
	depth          int32
	b              byte
}

func newMatcher(patterns []pattern) *matcher {
	most := 1
	for _, p := range patterns {
		most += len(p.text)
	}
	m := &matcher{patterns: patterns, nodes: append(make([]node, 0, most), node{out: -1})}
	for i, p := range patterns {
		m.insert(p.text, int32(i))
	}
	m.link()
	return m
}

func (m *matcher) insert(text string, index int32) {
	m.begin.put(text)
	at := int32(0)
	for i := range len(text) {
		next := m.down(at, text[i])
		if next == 0 {
			next = int32(len(m.nodes))
			m.nodes = append(m.nodes, node{b: text[i], out: -1, sibling: m.nodes[at].child, depth: int32(i + 1)})
			m.nodes[at].child = next
			if at == 0 {
				m.root[text[i]] = next
			}
		}
		at = next
	}
	if old := m.nodes[at].out; at != 0 && (old < 0 || m.patterns[old].whole && !m.patterns[index].whole) {
		m.nodes[at].out = index
	}
}

// down is the child of a node by a byte, 0 where there is none.
func (m *matcher) down(at int32, b byte) int32 {
	if at == 0 {
		return m.root[b]
	}
	for c := m.nodes[at].child; c != 0; c = m.nodes[c].sibling {
		if m.nodes[c].b == b {
			return c
		}
	}
	return 0
}

// link sets the failure links, breadth first.
func (m *matcher) link() {
	queue := make([]int32, 0, len(m.nodes))
	for c := m.nodes[0].child; c != 0; c = m.nodes[c].sibling {
		queue = append(queue, c)
	}
	for next := 0; next < len(queue); next++ {
		at := queue[next]
		for c := m.nodes[at].child; c != 0; c = m.nodes[c].sibling {
			fail := m.step(m.nodes[at].fail, m.nodes[c].b)
			m.nodes[c].fail = fail
			m.nodes[c].next = m.nodes[fail].next
			if m.nodes[fail].out >= 0 {
				m.nodes[c].next = fail
			}
			queue = append(queue, c)
		}
	}
}

func (m *matcher) step(at int32, b byte) int32 {
	for {
		if next := m.down(at, b); next != 0 || at == 0 {
			return next
		}
		at = m.nodes[at].fail
	}
}

// spans appends every stretch that has to be masked, in the order of their ends.
func (m *matcher) spans(into []span, s string) []span {
	at := int32(0)
	for i := 0; i < len(s); i++ {
		if at == 0 {
			if i = m.start(s, i); i == len(s) {
				break
			}
		}
		at = m.step(at, s[i])
		for n := at; n != 0; n = m.nodes[n].next {
			if m.nodes[n].out < 0 {
				continue
			}
			p := m.patterns[m.nodes[n].out]
			start := i + 1 - len(p.text)
			if !p.whole || standsAlone(s, start, i+1) {
				into = append(into, span{start: start, end: i + 1, name: p.name, digest: p.digest, whole: p.whole})
				break // whatever else ends here is shorter, and covered
			}
		}
	}
	return into
}

// occurs says that a pattern occurs, whatever adjoins it.
func (m *matcher) occurs(s string) bool {
	at := int32(0)
	for i := 0; i < len(s); i++ {
		if at == 0 {
			if i = m.start(s, i); i == len(s) {
				break
			}
		}
		at = m.step(at, s[i])
		if n := &m.nodes[at]; n.out >= 0 || n.next != 0 {
			return true
		}
	}
	return false
}

// start is where the next pattern may begin, from i on; the length of s where none does. Most bytes of most texts begin none, and with the next byte
// nearly all.
func (m *matcher) start(s string, i int) int {
	for ; i < len(s); i++ {
		if m.root[s[i]] != 0 && (i+1 == len(s) || m.begin.has(s[i], s[i+1])) {
			break
		}
	}
	return i
}

// tail is the length of the longest end of s with which a pattern begins: what is left of a secret where a text was cut off.
func (m *matcher) tail(s string) int {
	at := int32(0)
	for i := range len(s) {
		at = m.step(at, s[i])
	}
	return int(m.nodes[at].depth)
}

// standsAlone says that neither a letter nor a digit adjoins s[start:end]. What is percent-encoded before it counts as neither.
func standsAlone(s string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:start])
	after, _ := utf8.DecodeRuneInString(s[end:])
	escaped := start >= 3 && s[start-3] == '%'
	return (escaped || !isWordRune(before)) && !isWordRune(after)
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// rankOf prefers the name of what was found as it stands.
func rankOf(s span) int {
	if s.undone {
		return 1
	}
	return 0
}

// merge joins spans that overlap, so that no end of a secret stays beside the mark of another. The longest names the mark.
func merge(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(a.start-b.start, b.end-a.end, rankOf(a)-rankOf(b), cmp.Compare(a.name, b.name))
	})
	merged, longest := spans[:0], 0
	for _, s := range spans {
		if n := len(merged); n > 0 && s.start < merged[n-1].end {
			last := &merged[n-1]
			if s.end-s.start > longest {
				last.name, last.digest, longest = s.name, s.digest, s.end-s.start
			}
			last.end = max(last.end, s.end)
			last.whole = last.whole && s.whole
			continue
		}
		merged, longest = append(merged, s), s.end-s.start
	}
	return merged
}
