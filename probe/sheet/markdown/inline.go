package markdown

import (
	"html"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// inline takes the markup out of the lines of a block, in one pass. What people type into examples stays: within brackets that are open
// nothing is emphasised, and an angle bracket that begins no element of HTML is a placeholder's.
type inline struct {
	line      source.Text
	s         string
	out       [][]source.Run
	from      int   // where the text starts that is not in out yet
	code      int   // length of the mark that opened inline code; 0 outside
	depth     int   // brackets that are open
	cell      bool  // of a table: "\|" is a bar everywhere
	broken    bool  // the line ends with a line break of its own
	title     []int // lengths of the marks of emphasis that are open
	pictures  bool  // are said
	heading   bool  // it is the text of one
	bracketed bool  // a bracket before a method was left out
	// closers are the marks of inline code that are still to come, by their length.
	closers map[int]int
}

// lines reads the lines of a block.
func (in *inline) lines(lines []source.Text) {
	in.closers = map[int]int{}
	for _, line := range lines {
		eachTick(line.String(), func(_, n int) { in.closers[n]++ })
	}
	for _, line := range lines {
		if n := len(in.out); n == 0 || len(in.out[n-1]) > 0 || !in.broken { // <br> at the end of a line breaks it once
			in.out = append(in.out, nil)
		}
		in.line, in.from, in.broken = line, 0, false
		in.s = line.String()
		if whole := strings.TrimSpace(in.s); in.code == 0 && in.depth == 0 && isBold(whole) {
			in.bold(whole)
			continue
		}
		for i := 0; i < len(in.s); {
			i += in.step(i)
		}
		in.text(len(in.s))
	}
}

// isBold says that a line is set in bold as a whole, as labels are.
func isBold(s string) bool {
	if len(s) < 5 || !strings.HasPrefix(s, "**") && !strings.HasPrefix(s, "__") || !strings.HasSuffix(s, s[:2]) {
		return false
	}
	inner := s[2 : len(s)-2]
	return !strings.ContainsAny(inner, "`<\\[&") && strings.Trim(inner, "*_") == inner && !strings.Contains(inner, s[:2])
}

// bold takes over a label that is a line of its own, with marks that the reader of pasted text knows.
func (in *inline) bold(whole string) {
	start := strings.Index(in.s, whole)
	inner := in.line.Slice(start+2, start+len(whole)-2)
	in.put("**", inner.Slice(0, 0))
	in.put(inner.String(), inner)
	in.put("**", inner.Slice(inner.Len(), inner.Len()))
}

// eachTick visits the runs of backticks.
func eachTick(s string, visit func(at, n int)) {
	for i := 0; i < len(s); {
		n := run(s, i, '`')
		if n > 0 {
			visit(i, n)
		}
		i += max(n, 1)
	}
}

func run(s string, from int, c byte) int {
	n := 0
	for from+n < len(s) && s[from+n] == c {
		n++
	}
	return n
}

// put adds a piece of text that was taken from the line.
func (in *inline) put(s string, from source.Text) {
	last := len(in.out) - 1
	in.out[last] = append(in.out[last], source.Run{Text: s, From: from})
}

// text adds the line up to a byte.
func (in *inline) text(to int) {
	if to > in.from {
		piece := in.line.Slice(in.from, to)
		in.put(piece.String(), piece)
	}
	in.from = to
}

// drop leaves out n bytes, and shows s in their place.
func (in *inline) drop(i, n int, s string) int {
	in.text(i)
	if s != "" {
		in.put(s, in.line.Slice(i, i+n))
	}
	in.from = i + n
	return n
}

// step reads what stands at byte i, and returns its length.
func (in *inline) step(i int) int {
	c := in.s[i]
	switch {
	case c == '\\' && in.cell && strings.HasPrefix(in.s[i:], `\|`):
		return in.drop(i, 2, "|")
	case c == '`':
		return in.tick(i)
	case in.code > 0:
		return 1
	case in.heading && (c == '[' && in.isMethod(i+1) || c == ']' && in.bracketed):
		in.bracketed = c == '['
		return in.drop(i, 1, "")
	case c == '[' && in.depth == 0 && in.reference(i) > 0:
		return in.referred(i)
	case c == '{' || c == '[' && !in.isLink(i):
		in.depth++
	case c == '}' || c == ']':
		in.depth = max(in.depth-1, 0)
	case c == '\\' && i+1 < len(in.s) && strings.IndexByte("_*#[](){}<>|-.!~`+", in.s[i+1]) >= 0:
		return in.drop(i, 2, in.s[i+1:i+2])
	case c == '<':
		return in.angle(i)
	case c == '&':
		return in.entity(i)
	case c == '[':
		return in.link(i)
	case c == '!' && i+1 < len(in.s) && in.s[i+1] == '[' && in.isLink(i+1):
		return in.picture(i)
	case c == '*' || c == '_':
		return in.emphasis(i)
	}
	return 1
}

// isMethod says that at byte i stands the method of a call: headings put it into brackets, as in "[POST] /login" and "[GET /users]".
func (in *inline) isMethod(i int) bool {
	end := i
	for end < len(in.s) && in.s[end] >= 'A' && in.s[end] <= 'Z' {
		end++
	}
	_, ok := sheet.Method(in.s[i:end])
	return ok
}

// tick reads a mark of inline code. One that nothing closes is a character like others.
func (in *inline) tick(i int) int {
	n := run(in.s, i, '`')
	in.closers[n]--
	switch {
	case in.code == n:
		in.code = 0
		return in.drop(i, n, "")
	case in.code == 0 && in.closers[n] > 0:
		in.code = n
		return in.drop(i, n, "")
	}
	return n
}

// emphasis leaves out marks of emphasis that come in pairs on the line and stand at the edges of words.
func (in *inline) emphasis(i int) int {
	c := in.s[i]
	n := run(in.s, i, c)
	if n > 3 || in.depth > 0 {
		return n
	}
	before, after := byte(' '), byte(' ')
	if i > 0 {
		before = in.s[i-1]
	}
	if i+n < len(in.s) {
		after = in.s[i+n]
	}
	mark := in.s[i : i+n]
	opens := isEdge(before) && (n > 1 && !isBlank(after) || isWord(after) || after == '`' || after == '<')
	closes := isEdge(after) && !isBlank(before)
	if n == 2 && c == '*' { // also within words
		opens, closes = !isBlank(after), !isBlank(before)
	}
	if opens && in.closedLater(i+n, mark) || closes && in.openedBefore(mark) {
		in.title = toggled(in.title, n)
		return in.drop(i, n, "")
	}
	return n
}

func isEdge(c byte) bool { return isBlank(c) || strings.IndexByte("()[]{}:;,.!?\"'|*_`-/<>", c) >= 0 }

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// closedLater says that a mark comes again on the line, behind a character that is no blank.
func (in *inline) closedLater(from int, mark string) bool {
	if len(in.title) > 0 {
		return false
	}
	rest := in.s[from:]
	at := strings.Index(rest, mark)
	if at <= 0 || isBlank(rest[at-1]) || rest[at-1] == '/' {
		return false
	}
	after := rest[at+len(mark):]
	return after == "" || after[0] != mark[0] && (mark[0] == '*' && len(mark) > 1 || isEdge(after[0]))
}

func (in *inline) openedBefore(mark string) bool {
	return len(in.title) > 0 && in.title[len(in.title)-1] == len(mark)
}

// toggled opens emphasis by a mark of n characters, or closes the one that it opened.
func toggled(open []int, n int) []int {
	if len(open) > 0 && open[len(open)-1] == n {
		return open[:len(open)-1]
	}
	return append(open, n)
}

// angle reads an element of HTML, an address in angle brackets, or the start of a placeholder.
func (in *inline) angle(i int) int {
	const longest = 2000
	window := in.s[i:min(len(in.s), i+longest)]
	if strings.HasPrefix(window, "<!--") {
		if end := strings.Index(window, "-->"); end > 0 {
			return in.drop(i, end+3, "")
		}
	}
	end := strings.IndexByte(window, '>')
	if end < 0 {
		return 1
	}
	inner := window[1:end]
	if strings.HasPrefix(inner, "http://") || strings.HasPrefix(inner, "https://") {
		if strings.ContainsAny(inner, " \t{<") {
			return 1
		}
		in.drop(i, 1, "")
		in.text(i + end)
		in.drop(i+end, 1, "")
		return end + 1
	}
	switch element(inner) {
	case "":
		return 1
	case "br", "/p", "/li", "/tr", "/div", "/ul", "/ol", "/pre", "/h1", "/h2", "/h3", "/h4", "ul", "ol":
		n := in.drop(i, end+1, "")
		in.out = append(in.out, nil)
		in.broken = strings.TrimSpace(in.s[i+n:]) == ""
		if in.broken {
			in.from = len(in.s)
		}
		return n
	case "/td", "/th":
		return in.drop(i, end+1, "\t")
	case "img":
		return in.drop(i, end+1, in.pictureWords())
	}
	return in.drop(i, end+1, "")
}

// element is the name of an element of HTML that pages are marked up with, with its slash where it ends; "" for any other word.
func element(tag string) string {
	name := strings.ToLower(strings.TrimSuffix(strings.TrimSpace(tag), "/"))
	if i := strings.IndexAny(name, " \t"); i >= 0 {
		if !strings.Contains(name, "=") && strings.TrimSpace(name[i:]) != "" {
			return "" // <b c> is a placeholder
		}
		name = name[:i]
	}
	switch strings.TrimPrefix(name, "/") {
	case "br", "p", "b", "i", "u", "em", "strong", "code", "pre", "sub", "sup", "small", "span", "div", "ul", "ol", "li", "table", "thead", "tbody", "tr", "td", "th",
		"details", "summary", "kbd", "font", "h1", "h2", "h3", "h4", "hr", "center", "a", "img", "samp", "tt":
		return name
	}
	return ""
}

// entity reads a character that is written by its name or number.
func (in *inline) entity(i int) int {
	const longest = 12
	end := strings.IndexByte(in.s[i:min(len(in.s), i+longest)], ';')
	if end < 2 {
		return 1
	}
	written := in.s[i : i+end+1]
	shown := html.UnescapeString(written)
	if shown == written || strings.ContainsAny(shown, "\r\n") {
		return 1
	}
	return in.drop(i, len(written), shown)
}

// isLink says that at byte i begins a link that is whole on its line: [text](address).
func (in *inline) isLink(i int) bool {
	_, _, ok := in.linkParts(i)
	return ok
}

// linkParts measures a link: the bracket that closes its text, and the one that closes its address. It looks no further than links are
// long, which bounds what a line of openers costs.
func (in *inline) linkParts(i int) (middle, end int, ok bool) {
	const longest = 500
	window := in.s[i:min(len(in.s), i+longest)]
	middle = strings.Index(window, "](")
	if middle < 0 || strings.ContainsAny(window[1:middle], "[]{}") {
		return 0, 0, false
	}
	end = strings.IndexByte(window[middle:], ')')
	if end < 0 || strings.ContainsAny(window[middle+2:middle+end], "\"{[") && !strings.Contains(window[middle:middle+end], "://") {
		return 0, 0, false
	}
	return middle, middle + end, true
}

// link shows the text of a link and, where that is no address itself, the address behind it.
func (in *inline) link(i int) int {
	middle, end, _ := in.linkParts(i)
	label, address := in.s[i+1:i+middle], in.s[i+middle+2:i+end]
	address, _, _ = strings.Cut(address, " ")
	in.drop(i, 1, "")
	for at := i + 1; at < i+middle; {
		at += min(in.step(at), i+middle-at)
	}
	in.text(i + middle)
	in.from = i + end + 1
	if strings.Contains(address, "://") && !strings.Contains(label, "/") {
		from := in.line.Slice(i+middle+2, i+middle+2+len(address))
		in.put(" ", from.Slice(0, 0))
		in.put(address, from)
	}
	return end + 1
}

// pictureWords is what is shown in place of a picture: nothing where it only decorates.
func (in *inline) pictureWords() string {
	if !in.pictures {
		return ""
	}
	return pictureMark
}

// pictureMark stands for a picture. The words say to whoever assembles the sheet that an answer is only pointed at.
const pictureMark = "see the picture"

func (in *inline) picture(i int) int {
	_, end, _ := in.linkParts(i + 1)
	return in.drop(i, end+2, in.pictureWords())
}

// titleOnly leaves out of a heading the addresses that its links lead to.
func (in *inline) titleOnly() {
	for i, line := range in.out {
		var kept []source.Run
		for j, r := range line {
			if j > 0 && strings.Contains(r.Text, "://") && line[j-1].Text == " " && line[j-1].From.Len() == 0 {
				kept = kept[:len(kept)-1]
				continue
			}
			kept = append(kept, r)
		}
		in.out[i] = kept
	}
}
