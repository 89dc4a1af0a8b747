package tree

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// drawn shows everything that a tree holds.
func drawn(n *Node) string {
	var b strings.Builder
	var draw func(n *Node, indent string)
	draw = func(n *Node, indent string) {
		fmt.Fprintf(&b, "%v plain=%v flow=%v %q %d-%d %q\n", n.Kind, n.Plain, n.Flow, n.Text, n.start, n.end, n.src.String()[n.start:n.end])
		for _, item := range n.Items {
			b.WriteString(indent + "- ")
			draw(item, indent+"  ")
		}
		for _, m := range n.Members {
			fmt.Fprintf(&b, "%s%q %d-%d: ", indent, m.Key, m.keyStart, m.keyEnd)
			draw(m.Value, indent+"  ")
		}
	}
	draw(n, "")
	return b.String()
}

func textOf(s string) source.Text { return source.NewDocument("a.yaml", []byte(s), s).Text() }

// assertPlain holds what is read without the library to what the library says, to the letter.
func assertPlain(t *testing.T, s string) (read bool) {
	t.Helper()
	text := textOf(s)
	root := parsePlain(&text)
	if root == nil {
		return false
	}
	docs, err := parseAny(text)
	require.NoError(t, err, s)
	require.Len(t, docs, 1, s)
	require.Equal(t, drawn(docs[0]), drawn(root), s)
	return true
}

var plainTexts = []string{
	"a: b", "a: b\n", "a:\n  b: c\n  d: e\nf: g\n", "a:\n- b\n- c\nd: e\n", "a:\n  - b\n  - c: d\n    e: f\n  -\n    g: h\n  -\nd:\n", "- a\n- b: c\n- - d\n  - e\n",
	"a: {b: c, \"d e\": 'f', g: [1, -2.5e3, true, ~x]}\n", "a: {b: c, d: [1, x y], e: {}, f: []} # note\n", "# first\n\n  # second\na: b # third\n   \n# fourth\nc: d\n# fifth",
	"a: null\nb: TRUE\nc: 000111\nd: 0x1F\ne: 2024-01-31\nf: 1.10\n", "a: http://x.test/b?c=d#e\nb: {u: http://x.test:80/b, t: 10:30}\n", "null: a\ntrue: b\n1: c\n",
	"a: b: c\n", "a: b\n  c\n", "a: \"b\n  c\"\n", "a: |\n  b\n", "a: &x b\nc: *x\n", "a: !!str b\n", "? a\n: b\n", "<<: {a: b}\n", "a: b\n c: d\n", "a: {b}\n", "a: {b: }\n", "a: {b: c,}\n",
	"a: [b: c]\n", "a: {\"b\":c}\n", "a:\tb\n", "a: b\r\n", "---\na: b\n", "---\n# c\n\n- a\n- b: c\n", "---\n", "---\n---\na: b\n", "--- a: b\n", "---\n a: b\n", "---", "--- \na: b\n", "---\na: b\n---\n", "a: b\n...\n", "a: b\n---\nc: d\n", "", "\n", "# only\n", "text\n", "\"text\"\n", "{a: b}\n", " a: b\n",
	"a: 'it''s'\n", "a: \"b\\n\"\n", "a: b #c\n", "a: b#c\n", "a: \"b\"#c\n", "a: {b: c}#d\n", "a: [b, c\n", "a: -\n", "a: - b\n", "a: -1\n", "a: -b\n", "a: --b\n", "- a: b\n  c: d\n -\n", "-\n- a\n",
	"a: é\nü: b\n", "a: \u00a0b\n", "a: \u2028b\n", "\ufeffa: b\n", "a:\n  -b\n", "a:\n# c\n  b: c\n", "a:\n  b: c\n # d\n  e: f\n", "a: {b: c d , e: f }\n", "a: { b: c}\n", "a: [ ]\n", "a: [b]c\n",
	"a: b]c\n", "a: (b) {c}\n", "a: {b: c:d}\n", "a: {b: c?d}\n", "a :b\n", "a : b\n", "\"a\": b\n", "'a' : b\n", "a: \"\"\nb: ''\n", "a:\n  b:\nc:\n", "a:\n  b:\n  - c\n  -\n  d: e\n", "a:\n-\n-\nb: c\n",
	"a: b   \nc:   \n", "a: .5\nb: +1\nc: -.5\n", "a: <b>\nb: <<c>>\n", "- <<\n", "a: %b\n", "a: @b\n", "a: `b\n", "a: b,c\n", "a, b: c\n", "a: {b, c: d}\n", "a: b\na: c\n", "...: a\n", "a: ...\n", "... : a\n", "a: ..b\n",
	"- # note\n  a: b\n", "-   a: b\n    c: d\n", "-   a: b\n  c: d\n", "- {a: b}\n- [c]\n", "a:\n    b: c\n  d: e\n", "a: {b: {c: {d: [e, [f]]}}}\n",
	"a: |\n  b\n    c\n\n  d\n\ne: f\n", "a: |-\n  b\n\n\n", "a: |\n  b", "a: |\n  b\n # c\nd: e\n", "a: |\n  b\n c: d\n", "- |\n  b\n- |-\n c\n", "- |\nb\n", "a: |\n\n  b\n", "a: |\n  b\n   \n  c\n", "a: |+\n  b\n\n",
	"a: |2\n  b\n", "a: | # c\n  b\n", "a: >\n  b\n", "a: |\nb: c\n", "a:\n- |\n  b\n", "a:\n- |\n b\n- c\n", "a: |\n  # b\n  - c: d\n", "a: |  \n  b\n", "a: |\n  b\n  ", "a: |", "a: |\n", "a: |-\n  b\n \n", "{a: |\n b}\n",
	"a: \"b \\\"c\\\" \\\\ \\n \\t\"\n", "\"a\\n\": b\n", "a: \"\\/\"\n", "a: \"\\u0041\"\n", "a: \"b\\", "a: \"b\\\"", "a: {\"b\\t\": \"c\"}\n", "a:   # b\n  c: d\ne: # f\n", "a: # b\n- c\n",
	strings.Repeat("- ", 60) + "a\n", strings.Repeat("- ", 600) + "a\n", "a: " + strings.Repeat("[", 99) + strings.Repeat("]", 99) + "\n", strings.Repeat("k", 1001) + ": a\n", strings.Repeat("k", 1000) + ": a\n",
}

func TestPlainAgreesWithTheLibrary(t *testing.T) {
	read := 0
	for _, s := range plainTexts {
		if assertPlain(t, s) {
			read++
		}
	}
	assert.Greater(t, read, len(plainTexts)/3)
	assert.Less(t, read, len(plainTexts))
}

func FuzzPlainAgreesWithTheLibrary(f *testing.F) {
	for _, s := range plainTexts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 4096 {
			assertPlain(t, s)
		}
	})
}
