package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// layout lays the blocks of a document out as lines of text.
type layout struct {
	doc       *source.Document
	page      source.Text
	source    []byte // what was parsed: the page, byte for byte, with other fences
	runs      []source.Run
	end       int                // the byte of the page behind the last block
	grids     []sheet.Grid       // tables with one API per row
	overviews []sheet.Grid       // tables that only list APIs
	codes     [][]sheet.GridCell // tables of status codes, each as a label and its value
	title     string             // of the last heading
	above     string             // the last line of text
}

// block lays out a block and what lies in it.
func (l *layout) block(n ast.Node, depth int) {
	if depth > 10*maxDepth {
		return
	}
	switch n := n.(type) {
	case *ast.Heading:
		l.heading(n)
		return
	case *ast.Paragraph, *ast.TextBlock:
		l.paragraph(n)
		return
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		l.verbatim(n)
		return
	case *ast.HTMLBlock:
		l.markup(n)
		return
	case *ast.ThematicBreak:
		l.constant("\n---\n\n")
		return
	case *east.Table:
		l.table(n)
		return
	}
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		l.block(child, depth+1)
	}
}

// constant adds what stands nowhere in the document.
func (l *layout) constant(s string) { l.runs = append(l.runs, source.Run{Text: s}) }

// begin parts a block from the one before it by a blank line where the document does.
func (l *layout) begin(from int) {
	from = min(from, l.page.Len())
	if l.end < from && strings.Count(l.page.Slice(l.end, from).String(), "\n") > 1 || l.end == 0 {
		l.constant("\n")
	}
}

// finish remembers where a block ends.
func (l *layout) finish(to int) {
	if to = min(to, l.page.Len()); to > l.end {
		l.end = to - len(l.page.Slice(l.end, to).String()) + len(strings.TrimRight(l.page.Slice(l.end, to).String(), "\r\n"))
	}
}

// linesOf are the lines of a block, without their ends.
func (l *layout) linesOf(n ast.Node) []source.Text {
	segments := n.Lines()
	lines := make([]source.Text, 0, segments.Len())
	for i := range segments.Len() {
		segment := segments.At(i)
		line := l.page.Slice(segment.Start, segment.Stop)
		s := strings.TrimRight(line.String(), "\r\n")
		lines = append(lines, line.Slice(0, len(s)).Lines()...) // a lone CR is a line end as well
	}
	return lines
}

func (l *layout) span(n ast.Node) (from, to int) {
	segments := n.Lines()
	if segments.Len() == 0 {
		return l.end, l.end
	}
	return segments.At(0).Start, segments.At(segments.Len() - 1).Stop
}

func (l *layout) heading(n *ast.Heading) {
	from, to := l.span(n)
	l.begin(from)
	in := inline{heading: true}
	in.lines(l.linesOf(n))
	in.titleOnly()
	if runs := in.joined(" "); len(runs) > 0 {
		l.constant(strings.Repeat("#", n.Level) + " ")
		l.runs = append(l.runs, runs...)
		l.title = textOf(runs)
		l.above = l.title
	}
	l.constant("\n")
	l.finish(to)
	if end := strings.IndexByte(l.page.Slice(to, l.page.Len()).String(), '\n'); end >= 0 && l.isRule(to, end) {
		l.finish(to + end + 1)
	}
}

// isRule says that the rest of the page begins with the line below a heading that makes it one.
func (l *layout) isRule(from, length int) bool {
	s := strings.TrimSpace(l.page.Slice(from, from+length).String())
	return strings.Trim(s, "=-") == ""
}

func (l *layout) paragraph(n ast.Node) {
	from, to := l.span(n)
	lines := l.linesOf(n)
	if isContents(lines) {
		l.finish(to)
		return
	}
	in := inline{pictures: l.underExample()}
	if picture := len(lines) > 0 && strings.HasPrefix(lines[0].String(), "!["); !picture || !in.pictures { // it stays right below its label
		l.begin(from)
	}
	l.bullet(n, from)
	in.lines(lines)
	for i, line := range in.out {
		if i > 0 {
			l.constant("\n")
		}
		l.runs = append(l.runs, line...)
		l.above = textOf(line)
	}
	l.constant("\n")
	l.finish(to)
}

// isContents says that a paragraph is a row of a table of contents: a link into the document and nothing else.
func isContents(lines []source.Text) bool {
	for _, line := range lines {
		s := strings.TrimSpace(line.String())
		if !strings.HasPrefix(s, "[") || !strings.HasSuffix(s, ")") || !strings.Contains(s, "](#") {
			return false
		}
	}
	return len(lines) > 0
}

// underExample says that the last line was the label of an example.
func (l *layout) underExample() bool {
	label, ok := sheet.LookupLabel(l.above)
	return ok && (label.Field == probe.FieldRequestBody || label.Field == probe.FieldSuccessResponse || label.Field == probe.FieldErrorResponse)
}

// bullet keeps the mark of a list's item before its first line.
func (l *layout) bullet(n ast.Node, from int) {
	item, ok := n.Parent().(*ast.ListItem)
	if !ok || item.FirstChild() != n {
		return
	}
	before := l.page.Slice(0, from).String()
	start := strings.LastIndexAny(before, "\r\n") + 1
	mark := l.page.Slice(start, from)
	s := mark.String()
	cut := len(s) - len(strings.TrimLeft(s, " \t>"))
	mark = mark.Slice(cut, len(s))
	l.runs = append(l.runs, source.Run{Text: mark.String(), From: mark})
}

// verbatim takes over a code block as it is.
func (l *layout) verbatim(n ast.Node) {
	from, to := l.span(n)
	l.begin(from - 1) // the line of the fence is no gap
	fenced, isFenced := n.(*ast.FencedCodeBlock)
	if text.IsProgram(l.page.Slice(from, min(to, l.page.Len()))) {
		l.constant("\n")
		l.finish(to)
		return
	}
	if isFenced && fenced.Info != nil { // "```json {"
		info := l.page.Slice(fenced.Info.Segment.Start, fenced.Info.Segment.Stop).TrimSpace()
		if s := info.String(); strings.HasSuffix(s, "{") || strings.HasSuffix(s, "[") {
			l.runs = append(l.runs, source.Run{Text: s[len(s)-1:], From: info.Slice(len(s)-1, len(s))})
			l.constant("\n")
		}
	}
	for _, line := range l.linesOf(n) {
		if !l.isBlanked(line) {
			l.runs = append(l.runs, source.Run{Text: line.String(), From: line})
		}
		l.constant("\n")
	}
	l.finish(to)
	if isFenced && fenced.Lines().Len() > 0 {
		rest := l.page.Slice(to, l.page.Len()).String()
		if end := strings.IndexByte(rest, '\n'); end >= 0 && fenceMark(strings.TrimLeft(strings.TrimSpace(rest[:end]), "> ")) != "" {
			l.finish(to + end)
		}
	}
}

// isBlanked says that a line is a fence that was taken out of the middle of an example.
func (l *layout) isBlanked(line source.Text) bool {
	at := line.Pos(0).Offset - l.page.Pos(0).Offset
	return !line.IsBlank() && at+line.Len() <= len(l.source) && strings.TrimSpace(string(l.source[at:at+line.Len()])) == ""
}

// markup lays out a block of HTML by what is written between its tags.
func (l *layout) markup(n ast.Node) {
	from, to := l.span(n)
	l.begin(from)
	var in inline
	in.lines(l.linesOf(n))
	for _, line := range in.out {
		if textOf(line) != "" {
			l.runs = append(l.runs, line...)
			l.constant("\n")
		}
	}
	l.finish(to)
}

func textOf(runs []source.Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
	}
	return strings.TrimSpace(b.String())
}
