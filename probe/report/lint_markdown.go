package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// LintMarkdown writes the same as a document to paste into a mail or an issue: a heading for each API, and under it the numbered complaints,
// the worst first, each with its place, its rule and the next step. What stands in the documents is escaped: it cannot format, link, mention
// or end anything. mask removes secrets from what is quoted; nil removes none.
func LintMarkdown(w io.Writer, documents []Document, mask Masker) error {
	m := markdown{mask: mask}
	total, sheets := map[source.Severity]int{}, 0
	for _, d := range documents {
		sheets += len(d.Sheets)
		for _, diagnostic := range allOf(d) {
			total[diagnostic.Severity]++
		}
	}
	m.line("# API details: what to correct")
	m.line(count(len(documents), "document") + ", " + count(sheets, "API") + ": " + severityCounts(total) + ".")
	for _, d := range documents {
		m.document(d)
	}
	_, err := io.WriteString(w, m.out.String())
	return err
}

type markdown struct {
	out  strings.Builder
	mask Masker
}

// line writes one block of one line.
func (m *markdown) line(s string) {
	if m.out.Len() > 0 {
		m.out.WriteByte('\n')
	}
	m.out.WriteString(s + "\n")
}

func (m *markdown) document(d Document) {
	name := m.inert(documentName(d.Document.Name, maxName))
	if len(d.Diagnostics) > 0 || len(d.Sheets) == 0 {
		m.line("## " + orElse(name, "A document"))
		m.complaints(d.Diagnostics)
	}
	for _, s := range d.Sheets {
		m.line("## " + orElse(m.inert(s.Name), "An API without a name"))
		m.line(strings.Join(slices.DeleteFunc([]string{m.call(s), name}, func(s string) bool { return s == "" }), ", "))
		m.complaints(s.Diagnostics)
	}
}

func (m *markdown) call(s *probe.Sheet) string {
	return m.inert(strings.TrimSpace(s.Method + " " + s.URL))
}

// complaints numbers them, the worst first.
func (m *markdown) complaints(ds source.Diagnostics) {
	if len(ds) == 0 {
		m.line("Nothing to correct.")
		return
	}
	ds = slices.Clone(ds)
	ds.Sort()
	slices.SortStableFunc(ds, func(a, b source.Diagnostic) int { return b.Severity.Rank() - a.Severity.Rank() })
	m.out.WriteByte('\n')
	for i, d := range ds {
		place := ""
		if at := placeWords(d.At.Pos); at != "" {
			place = ", " + m.inert(at)
		}
		fmt.Fprintf(&m.out, "%d. **%s**%s: %s (%s)\n", i+1, m.inert(string(d.Severity)), place, m.inert(d.Message), m.inert(d.Rule))
		if d.Hint != "" { // on a line of its own, within the item
			fmt.Fprintf(&m.out, "%s*%s*\n", strings.Repeat(" ", len(strconv.Itoa(i+1))+2), m.inert(d.Hint))
		}
	}
}

// placeWords names a place for a person.
func placeWords(p source.Pos) string {
	switch {
	case p.Cell != "":
		return "cell " + p.Cell
	case p.Line > 0 && p.Column > 0:
		return fmt.Sprintf("line %d, column %d", p.Line, p.Column)
	case p.Line > 0:
		return fmt.Sprintf("line %d", p.Line)
	}
	return ""
}

// inert makes a text plain words of Markdown on one line. It is masked before it is cut, lest half a secret remain.
func (m *markdown) inert(s string) string {
	return escapeMarkdown(strings.TrimSpace(inert(masked(s, m.mask))))
}

// escapeMarkdown puts a backslash before every character that formats (CommonMark lets it stand before any punctuation). Mentions and
// references to issues are looked for in the rendered words, where a backslash is gone: an empty comment parts their sign from the name.
func escapeMarkdown(s string) string {
	var b strings.Builder
	before := ' '
	for i, r := range s {
		next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		if formats(s, i, r, next) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		if (r == '@' || r == '#') && isWordRune(next) && !isWordRune(before) {
			b.WriteString("<!-- -->")
		}
		before = r
	}
	return b.String()
}

// formats says that the rune at byte i would do something: emphasis, links, code, tables, formulas and HTML anywhere, bullets and numbers at
// the start of a line, and what makes a bare address a link.
func formats(s string, i int, r, next rune) bool {
	switch {
	case strings.ContainsRune("\\`*_[]<>&|~#$!", r):
		return true
	case r == ':' && next == '/', r == '.' && strings.HasSuffix(strings.ToLower(s[:i]), "www"):
		return true
	case i == 0:
		return strings.ContainsRune("-+=", r)
	}
	return strings.ContainsRune(".)", r) && strings.Trim(s[:i], "0123456789") == ""
}

func isWordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
