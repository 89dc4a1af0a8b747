package report

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// style is an SGR parameter (ECMA-48) that emphasises; the text is as clear without.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
)

// page lays out lines of a limited width. Whatever is passed to it must be inert.
type page struct {
	out   bytes.Buffer
	width int
	color bool
}

func newPage(o Options) *page {
	p := &page{width: 80, color: o.Color}
	if o.Width > 0 {
		p.width = max(o.Width, 40)
	}
	return p
}

func (p *page) writeTo(w io.Writer) error {
	_, err := w.Write(p.out.Bytes())
	return err
}

// drain writes what is laid out, once it is much. The last bytes stay: by them blank knows where it is.
func (p *page) drain(w io.Writer) error {
	const much, last = 64 << 10, 2
	if p.out.Len() < much {
		return nil
	}
	_, err := w.Write(p.out.Next(p.out.Len() - last))
	return err
}

func (p *page) paint(s style, text string) string {
	if !p.color || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// blank puts one empty line between what stands before and what comes, never two and never at the top.
func (p *page) blank() {
	if b := p.out.Bytes(); len(b) > 0 && !bytes.HasSuffix(b, []byte("\n\n")) {
		p.out.WriteByte('\n')
	}
}

// text writes a paragraph, every line behind the indent.
func (p *page) text(indent int, s style, text string) {
	p.hanging(strings.Repeat(" ", indent), indent, s, text)
}

// row writes a paragraph behind a label, its further lines under its first.
func (p *page) row(indent int, label, text string) {
	lead := strings.Repeat(" ", indent) + p.paint(dim, label)
	p.hanging(lead+strings.Repeat(" ", max(labelWidth-columnsOf(label), 1)), indent+labelWidth, plain, text)
}

// labelWidth is the column at which the text behind a label begins, counted from the label.
const labelWidth = 12

// hanging writes lead and the first line of text, and the other lines behind indent columns.
func (p *page) hanging(lead string, indent int, s style, text string) {
	for i, line := range wrap(text, p.width-indent) {
		if i > 0 {
			lead = strings.Repeat(" ", indent)
		}
		p.out.WriteString(strings.TrimRight(lead+p.paint(s, line), " ") + "\n")
	}
}

// sides writes a heading with a remark at the right end of its last line, or on the next line where there is no room.
func (p *page) sides(lead string, s style, text, remark string) {
	p.sidesAt(lead, columnsOf(lead), s, text, remark)
}

// sidesAt is sides with a lead that is painted, and so wider as text than the indent it makes.
func (p *page) sidesAt(lead string, indent int, s style, text, remark string) {
	lines := wrap(text, p.width-indent)
	last := len(lines) - 1
	for i, line := range lines {
		if i > 0 {
			lead = strings.Repeat(" ", indent)
		}
		gap := p.width - indent - columnsOf(line) - columnsOf(remark)
		if i < last || remark == "" || gap < 2 {
			p.out.WriteString(lead + p.paint(s, line) + "\n")
			continue
		}
		p.out.WriteString(lead + p.paint(s, line) + strings.Repeat(" ", gap) + p.paint(dim, remark) + "\n")
		remark = ""
	}
	if remark != "" {
		p.out.WriteString(strings.Repeat(" ", max(p.width-columnsOf(remark), 0)) + p.paint(dim, remark) + "\n")
	}
}

// banner writes a line that is filled up with dashes: the beginning of a section.
func (p *page) banner(s style, title, remark string) {
	const frame = len("--- ") + len(" -")
	tail, columns := "", 0
	if remark != "" {
		tail, columns = " "+p.paint(s, remark)+" --", columnsOf(remark)+len("  --")
	}
	title = fit(title, p.width-frame-columns)
	fill := p.width - len("--- ") - columnsOf(title) - len(" ") - columns
	p.out.WriteString("--- " + p.paint(bold, title) + " " + strings.Repeat("-", max(fill, 1)) + tail + "\n")
}

// long writes a line that must not be broken, so that it can be copied.
func (p *page) long(indent int, text string) {
	p.out.WriteString(strings.Repeat(" ", indent) + text + "\n")
}

// wrap breaks a text at spaces into lines of at most limit columns; a word that is longer is broken where it must be. There is at least one line.
func wrap(text string, limit int) []string {
	limit = max(limit, 8)
	var lines []string
	line, columns := "", 0
	for _, word := range words(text) {
		n := columnsOf(word)
		if trimmed := strings.TrimRight(word, " "); columns > 0 && columns+columnsOf(trimmed) > limit {
			lines = append(lines, strings.TrimRight(line, " "))
			line, columns = "", 0
		}
		for n > limit && columnsOf(strings.TrimRight(word, " ")) > limit {
			head, rest := cut(word, limit)
			lines = append(lines, head)
			word, n = rest, columnsOf(rest)
		}
		line, columns = line+word, columns+n
	}
	return append(lines, strings.TrimRight(line, " "))
}

// words cuts behind every run of spaces, which stays with the word before it.
func words(text string) []string {
	var out []string
	start := 0
	for i := 1; i < len(text); i++ {
		if text[i-1] == ' ' && text[i] != ' ' {
			out = append(out, text[start:i])
			start = i
		}
	}
	return append(out, text[start:])
}

// cut splits a text behind at most limit columns, and behind one character at least.
func cut(text string, limit int) (head, rest string) {
	columns := 0
	for i, r := range text {
		columns += columnsOfRune(r)
		if columns > limit && i > 0 {
			return text[:i], text[i:]
		}
	}
	return text, ""
}

// fit shortens a text to at most limit columns.
func fit(text string, limit int) string {
	if columnsOf(text) <= limit {
		return text
	}
	head, _ := cut(text, max(limit-3, 1))
	return head + "..."
}

// count says how many, as in "1 case" or "1,200 cases".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return number(n) + " " + noun
}

// more says how many further ones there are, as in "12 more cases".
func more(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return number(n) + " more " + noun
}

func number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// enumerate joins as people do: "a", "a and b", "a, b and c".
func enumerate(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return fmt.Sprintf("%s and %s", strings.Join(parts[:len(parts)-1], ", "), parts[len(parts)-1])
}
