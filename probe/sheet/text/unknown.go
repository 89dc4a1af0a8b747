package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// unknownLabels says in one remark which labels between the fields of a sheet the vocabulary does not know. A line counts where it has the
// form of its neighbours, so that prose, examples and navigation are left alone.
func (g *sheetPieces) unknownLabels() source.Diagnostics {
	const most = 10
	var names []string
	var at source.Span
	for i, p := range g.pieces[:max(0, len(g.pieces)-1)] {
		next := g.pieces[i+1]
		for j := p.end; j < next.from && j < len(p.lines); j++ {
			name, ok := unknownLabel(p, next, j)
			if !ok || len(names) == most {
				continue
			}
			if len(names) == 0 {
				at = name.At()
			}
			names = append(names, fmt.Sprintf("%q (line %d)", name.String(), name.At().Line))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return source.Diagnostics{sheet.Note(source.Info, "sheet.ambiguous", "", at, "labels that are not known: "+strings.Join(names, ", ")+"; what they hold is not read",
		`where one is one of the ten fields, use a usual name for it, such as "Endpoint URL" or "Success Response"`)}
}

// unknownLabel finds a label at line j, between two pieces of a sheet.
func unknownLabel(p, next *piece, j int) (name source.Text, ok bool) {
	l := p.lines[j]
	numbered := l.number != ""
	if l.blank() || l.bullet || l.heading || numbered != (p.line.number != "") || j != p.end && p.lines[j-1].s != "" && next.from != j+1 {
		return name, false
	}
	if f := p.label.Field; !l.gap && (f == probe.FieldHeaders || f == probe.FieldCredentials || f == probe.FieldStatusCodes || isBody(f)) {
		return name, false
	}
	at := strings.IndexAny(l.s, ":\t")
	if at < 0 || strings.HasPrefix(l.s[at:], "://") || sheet.IsCodeRow(l.body) || sheet.IsExampleCall(l.body) {
		return name, false
	}
	name, value := l.body.Slice(0, at).TrimSpace(), strings.TrimSpace(l.s[at+1:])
	if _, known := sheet.LookupLabel(name.String()); known || value == "" || isSentence(value) || strings.ContainsAny(value, "\t{") {
		return name, false
	}
	return name, isLabelWords(name.String())
}

// isLabelWords says that a text is written as labels are: two to four words of letters, the first with a capital where it has one.
func isLabelWords(s string) bool {
	const longest = 40
	first, _ := utf8.DecodeRuneInString(s)
	if n := len(strings.Fields(s)); n < 2 || n > 4 || len(s) > longest || unicode.IsLower(first) || !unicode.IsLetter(first) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" /&()'", r)
	})
}
