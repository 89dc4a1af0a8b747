// Package tree reads YAML 1.2 and JSON (RFC 8259) into one tree of values with their places, for the formats that are written in either.
//
// Scalars are read by their text: 1.10 and 12345678901234567890 keep their digits; 000111, 0x1F, yes, no and 2024-01-31 are strings; true,
// false and null are what they are in JSON. Documents are bounded in size, depth and number of values, aliases included. What the values
// mean is not the package's business: it knows no key. Nothing outside knows which YAML library is behind it.
package tree

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Node is one value of the document with its place. YAML and JSON become the same tree, and nothing behind it knows which one it was. A nil
// node is no value: Get and Find of it find nothing.
type Node struct {
	Kind    nearjson.Kind
	Plain   bool   // a scalar without quotes
	Flow    bool   // a list or map in brackets
	Text    string // of a scalar: decoded where it is a string, else as written
	Items   []*Node
	Members []Member // in order, duplicates included

	src        *source.Text // the text that start and end count in
	start, end int          // bytes
}

// Member is one key of a map and its value.
type Member struct {
	Key   string
	Value *Node

	keyStart, keyEnd int // bytes, in the text of the value
}

// At is the text of the value as written; that of a list or map in block style ends with its last value.
func (n *Node) At() source.Text {
	if n == nil || n.src == nil {
		return source.Text{}
	}
	return n.src.Slice(n.start, n.end)
}

// At is the text of the key as written.
func (m Member) At() source.Text {
	if m.Value == nil || m.Value.src == nil {
		return source.Text{}
	}
	return m.Value.src.Slice(m.keyStart, m.keyEnd)
}

// Whole is the text of the key and its value.
func (m Member) Whole() source.Text { return m.At().Join(m.Value.At()) }

// Get returns the value of a key, or nil.
func (n *Node) Get(key string) *Node {
	m, _ := n.Find(key)
	return m.Value
}

// Find returns the first member of a key.
func (n *Node) Find(key string) (Member, bool) {
	if n == nil {
		return Member{}, false
	}
	for _, m := range n.Members {
		if m.Key == key {
			return m, true
		}
	}
	return Member{}, false
}

// IsEmpty says that nothing stands there at all.
func (n *Node) IsEmpty() bool { return n.Kind == nearjson.Null && n.Text == "" }

// IsTemplate recognises {name} and {{name}} without quotes, which YAML takes for a map whose key has no value.
func (n *Node) IsTemplate() bool {
	if n.Kind != nearjson.Object || !n.Flow || len(n.Members) != 1 || !n.Members[0].Value.IsEmpty() {
		return false
	}
	return IsOnePlaceholder(n.At().String())
}

// IsOnePlaceholder says that a text is a placeholder and nothing else: {payload}.
func IsOnePlaceholder(text string) bool {
	refs := probe.FindPlaceholders(text, false)
	return len(refs) == 1 && refs[0].Written == text
}

// Written is the text of a scalar or of an unquoted placeholder; "" for a list, a map and a null.
func (n *Node) Written() string {
	if n.Kind == nearjson.Object && n.IsTemplate() {
		return n.At().String()
	}
	return n.Text
}

// Parse reads one piece of a stream, as [Split] cuts it; of YAML that holds several documents, all. What is JSON by RFC 8259 is read as such:
// YAML 1.1 and JSON differ in escapes and in long keys. The error is an [*Error]; what stands before the mistake comes back all the same.
func Parse(t source.Text) ([]*Node, error) {
	if trimmed := t.TrimSpace(); trimmed.Len() > 0 && strings.IndexByte("{[", trimmed.String()[0]) >= 0 {
		if n := valuesOfJSON(trimmed.String()); n > maxStructural {
			return nil, beyond(t, fmt.Sprintf("the document holds %d values; at most %d are read", n, maxStructural))
		}
		v, duplicates, err := nearjson.ParseStrict(trimmed)
		if err == nil && v != nil && len(duplicates) == 0 {
			return []*Node{fromJSON(v, t)}, nil
		}
		if trimmed.Len() > nearjson.MaxBytes { // YAML would not tell the cause
			return nil, beyond(t, fmt.Sprintf("the document has %d bytes; of JSON at most %d are read", t.Len(), nearjson.MaxBytes))
		}
	}
	return parseYAML(t)
}

// Split cuts a stream at the lines that start a document (---), so that a mistake in one leaves the others readable.
func Split(t source.Text) []source.Text {
	var parts []source.Text
	s := t.String()
	from := 0
	for at := 0; at < len(s); {
		if at > from && isDocumentStart(s[at:]) && strings.TrimSpace(s[from:at]) != "" && !onlyDirectives(s[from:at]) {
			parts = append(parts, t.Slice(from, at))
			from = at
		}
		end := strings.IndexAny(s[at:], "\r\n")
		if end < 0 {
			break
		}
		at += end + 1
	}
	return append(parts, t.Slice(from, len(s)))
}

func isDocumentStart(s string) bool {
	return strings.HasPrefix(s, "---") && (len(s) == 3 || strings.IndexByte(" \t\r\n", s[3]) >= 0)
}

// onlyDirectives says that there is nothing but comments and directives (%YAML), which belong to the document behind them.
func onlyDirectives(s string) bool {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' && line[0] != '%' {
			return false
		}
	}
	return true
}
