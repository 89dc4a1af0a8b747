package report

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// pane is a text with the places marked at which it differs from the one beside it.
type pane struct {
	Title  string
	Place  string // in the document
	Lead   []chunk
	Chunks []chunk
	Note   string // what is not shown
	Empty  string // what is said in the place of the text
}

// chunk is a piece of a text: lines that are alike, or one line that is marked.
type chunk struct {
	Text string
	Kind string // "" for a plain one; "differs", "gap" for what is not there, "removed", "added", "fold"
	Tags []string
}

// spot is a place of a body that a finding is about.
type spot struct {
	pointer string
	tag     string
	met     bool
}

// composer puts a pane's text together. Lines are counted: behind the limit only marked lines, and those around them, are kept.
type composer struct {
	chunks  []chunk
	limit   int
	lines   int
	folded  int
	around  []string // the last lines that were folded away, to be brought back before a marked one
	further int      // lines that are still shown behind a marked one
	marks   int
}

// context is how many lines are shown before and after a marked one.
const context = 3

// maxMarks is how many marked lines are shown beyond the limit.
const maxMarks = 60

// maxLine is how many columns of a line of a body are shown.
const maxLine = 2000

func (c *composer) line(text string) {
	text = inertUpTo(text, maxLine)
	c.lines++
	if c.lines <= c.limit || c.further > 0 {
		c.further--
		c.write(chunk{Text: text})
		return
	}
	c.folded++
	if c.around = append(c.around, text); len(c.around) > context {
		c.around = c.around[1:]
	}
}

func (c *composer) marked(text, kind string, tags ...string) {
	if c.marks++; c.marks > maxMarks && c.lines > c.limit {
		c.line(text)
		return
	}
	c.lines++
	c.folded -= len(c.around)
	c.fold()
	for _, line := range c.around {
		c.write(chunk{Text: line})
	}
	c.around, c.further = nil, context
	for i := range tags {
		tags[i] = shown(tags[i])
	}
	c.write(chunk{Text: inertUpTo(text, maxLine), Kind: kind, Tags: tags})
}

// fold says how many lines are left out at this place.
func (c *composer) fold() {
	if c.folded > 0 {
		c.write(chunk{Text: "… " + count(c.folded, "line") + " left out; the JSON report holds them", Kind: "fold"})
		c.folded = 0
	}
}

func (c *composer) end() []chunk {
	c.fold()
	return c.chunks
}

func (c *composer) write(next chunk) {
	if n := len(c.chunks); n > 0 && next.Kind == "" && c.chunks[n-1].Kind == "" {
		c.chunks[n-1].Text += "\n" + next.Text
		return
	}
	c.chunks = append(c.chunks, next)
}

// body lays a body out. A spot marks the line that its pointer leads to; of what is not there, the end of the innermost object or list that
// is. With by, lines are known by something else than their pointer.
func (c *composer) body(text string, spots []*spot, by func(string) string) {
	isJSON := layOut(text, func(l jsonLine) {
		at := l.pointer
		if by != nil {
			at = by(at)
		}
		c.gaps(l, at, spots, false)
		if tags := tagsAt(at, spots); !l.ends || l.opens {
			if len(tags) > 0 {
				c.marked(l.String(), "differs", tags...)
			} else {
				c.line(l.String())
			}
			c.gaps(l, at, spots, true)
			return
		}
		c.line(l.String())
	})
	if !isJSON {
		for line := range strings.SplitSeq(text, "\n") {
			c.line(strings.TrimSuffix(line, "\r"))
		}
	}
}

// tagsAt are the tags of what is at the place and was not met before.
func tagsAt(at string, spots []*spot) []string {
	var tags []string
	for _, s := range spots {
		if !s.met && s.pointer == at {
			s.met = true
			tags = append(tags, s.tag)
		}
	}
	return tags
}

// gaps marks what is not there at the end of what would hold it: before the line that ends it, or behind one that holds nothing.
func (c *composer) gaps(l jsonLine, at string, spots []*spot, empty bool) {
	if !l.ends || l.opens != empty {
		return
	}
	for _, s := range spots {
		if s.met || !strings.HasPrefix(s.pointer, at+"/") {
			continue
		}
		s.met = true
		rest := jsonLine{depth: l.depth + 1, text: fmt.Sprintf("(no %q)", lastToken(s.pointer))}
		c.marked(rest.String(), "gap", s.tag)
	}
}

func lastToken(pointer string) string {
	tokens, _ := nearjson.SplitPointer(pointer)
	if len(tokens) == 0 {
		return ""
	}
	return tokens[len(tokens)-1]
}

// spotsOf are the places of the live body that the findings are about, and those of the documented one, by pattern.
func spotsOf(findings []probe.Finding) (live, documented []*spot) {
	for i := range findings {
		f := &findings[i]
		if f.Location != probe.AtBody && f.Location != probe.AtBusinessCode || f.Pointer == "" && !strings.HasPrefix(f.Rule, "shape.") {
			continue
		}
		tag := tagOf(i, f)
		live = append(live, &spot{pointer: f.Pointer, tag: tag})
		documented = append(documented, &spot{pointer: pattern(promisedAt(f)), tag: tag})
	}
	return live, documented
}

// tagOf is what a mark says: the number of the finding, and what is wrong in a word.
func tagOf(i int, f *probe.Finding) string {
	_, word, _ := strings.Cut(f.Rule, ".")
	tag := fmt.Sprintf("%d %s", i+1, strings.ReplaceAll(word, "-", " "))
	if f.Count > 1 {
		tag += fmt.Sprintf(", and %s more like it", number(f.Count-1))
	}
	return tag
}

// promisedAt is the place of a promise in a documented body. What is documented in the place of a renamed key is its sibling.
func promisedAt(f *probe.Finding) string {
	var key string
	if _, err := fmt.Sscanf(f.Documented, "key %q", &key); f.Rule != "shape.renamed" || err != nil {
		return f.Pointer
	}
	parent := f.Pointer[:max(strings.LastIndexByte(f.Pointer, '/'), 0)]
	return nearjson.AppendPointer(parent, key)
}
