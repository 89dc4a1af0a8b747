package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// findTitle looks for the name of the API above the labels where none of them gives it.
func (g *sheetPieces) findTitle() {
	first := g.pieces[g.preamble()]
	for _, p := range g.pieces {
		switch {
		case p.label.Field == probe.FieldName && !p.value.IsBlank() && !(p.tellsAim() && first.from > 0 && g.headed()):
			return
		case p.isCall() && p.line.marked() && !p.prose: // "## Log in  POST /login"
			lead := p.line.body.Slice(0, p.line.body.Len()-p.candidate.value.Len())
			if lead.IsBlank() && p.line.heading { // "## POST /login" has no other name than this
				lead = p.behindAddress()
			}
			if !lead.IsBlank() {
				g.title = trimTitle(lead)
				return
			}
		}
	}
	const nearest, farthest = 2, 12 // lines; a heading is set apart enough to count from afar
	for i, seen := first.from-1, 0; i >= 0 && seen < farthest; i-- {
		l := first.lines[i]
		if l.blank() || sheet.IsSeparator(l.whole) || isSectionTitle(l.s) {
			continue
		}
		if seen++; (seen <= nearest || l.level > 0) && isTitle(l, i+1 < len(first.lines) && sheet.IsSeparator(first.lines[i+1].whole)) && !describes(first.lines, i, first.from) {
			g.title = trimTitle(l.body)
			return
		}
	}
}

// tellsAim says that the label is one under which some write the name of an API, and others what it is for, and that this is the latter: it begins
// in small letters, as a sentence does that goes on from its label, or is longer than names are.
func (p *piece) tellsAim() bool {
	labels := []string{"purpose", "objective", "function", "功能", "기능", "objetivo", "finalidade", "propósito", "zweck"}
	if !slices.Contains(labels, sheet.Fold(p.text.String())) {
		return false
	}
	value := strings.TrimSpace(p.value.String())
	first, _ := utf8.DecodeRuneInString(value)
	return unicode.IsLower(first) || strings.HasSuffix(value, ".") || len(strings.Fields(value)) > 7
}

// headed says that a heading stands right above the labels, which then is the name.
func (g *sheetPieces) headed() bool {
	first := g.pieces[g.preamble()]
	for i := first.from - 1; i >= 0; i-- {
		if l := first.lines[i]; !l.blank() {
			return l.level > 0 && isTitle(l, false)
		}
	}
	return false
}

func trimTitle(t source.Text) source.Text {
	s := t.String()
	t = t.Slice(len(s)-len(strings.TrimLeft(s, " *_`:-–\t\u00a0")), len(strings.TrimRight(s, " *_`:-–(\t\u00a0")))
	return t.Slice(titleNumber(t.String()), t.Len())
}

// isTitle tells the name of an API from a greeting, a sentence and a label.
func isTitle(l line, underlined bool) bool {
	words := strings.Fields(strings.ToLower(l.s))
	if len(words) == 0 || len(words) > 10 || strings.HasPrefix(l.s, "```") || strings.ContainsAny(l.s, "{}\"<>@") || strings.Contains(l.s, "://") {
		return false
	}
	if isContentsLine(l.s) {
		return false
	}
	if last := l.s[len(l.s)-1]; strings.IndexByte(".,;!?", last) >= 0 || l.bullet && !l.marked() {
		return false
	}
	if isAbout(l.s) {
		return false
	}
	if c, ok := match(l); ok && (c.label.Field != "" || c.colon) {
		return l.marked() && c.alone && !c.colon && !c.label.Strong && c.label.Role == sheet.NamedValue // "## Login"
	}
	if l.marked() || underlined {
		return true
	}
	if lead, _, pair := strings.Cut(l.s, ": "); pair && !strings.ContainsAny(lead, "0123456789") { // a label that is not known, and its value
		return false
	}
	for _, w := range words {
		switch strings.Trim(w, ",.:") {
		case "hi", "hello", "dear", "please", "find", "below", "regards", "thanks", "following", "attached", "contents", "sr", "s.no", "per", "the", "team", "details", "as", "field", "value",
			"hey", "hola", "olá", "oi", "bonjour", "salut", "hallo", "guten", "ciao",
			"привет", "здравствуйте", "buenos", "buenas", "estimado", "estimados", "prezados", "caro", "sehr", "namaste":
			return false
		}
	}
	return !strings.HasSuffix(l.s, ":") && len(words) <= 6
}
