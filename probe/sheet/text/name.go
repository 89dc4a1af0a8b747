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
		if l.blank() || sheet.IsSeparator(l.whole) || isSectionTitle(l.s) || isByline(l.s) {
			continue
		}
		if seen++; (seen <= nearest || l.level > 0) && isTitle(l, i+1 < len(first.lines) && sheet.IsSeparator(first.lines[i+1].whole)) && !describes(first.lines, i, first.from) {
			g.title = trimTitle(l.body)
			return
		}
	}
}

// findSaidName looks for the name where no title gives it: in the subject of a mail, and in quotes behind the word for an API.
func (g *sheetPieces) findSaidName() {
	const farthest = 25
	first := g.pieces[g.preamble()]
	for i := first.from - 1; i >= max(0, first.from-farthest); i-- {
		l := first.lines[i]
		if name := quotedName(l.body); !name.IsBlank() {
			g.title = name
			return
		}
		if name := subjectName(l.body); !name.IsBlank() {
			g.title = name
			return
		}
	}
}

// quotedName is the name in `the service "Open account"`.
func quotedName(t source.Text) source.Text {
	s := t.String()
	for _, quotes := range [][2]string{{`"`, `"`}, {"“", "”"}, {"„", "“"}, {"«", "»"}} {
		lead, rest, ok := strings.Cut(s, quotes[0])
		name, _, closed := strings.Cut(rest, quotes[1])
		words := strings.Fields(strings.ToLower(lead))
		if !ok || !closed || len(words) == 0 || len(strings.Fields(name)) > 6 || strings.ContainsAny(name, "{}[]:/=_@") || name == "" {
			continue
		}
		switch words[len(words)-1] {
		case "api", "service", "endpoint", "interface", "servicio", "serviço", "schnittstelle", "dienst", "interfaz", "операции", "метода", "метод":
			from := len(lead) + len(quotes[0])
			return t.Slice(from, from+len(name))
		}
	}
	return source.Text{}
}

// subjectName is the name in "Subject: RE: Refund API", where what is left of the subject says that it is one.
func subjectName(t source.Text) source.Text {
	const most = 5
	s := t.String()
	rest, ok := strings.CutPrefix(s, "Subject:")
	if !ok {
		return source.Text{}
	}
	named := false
	for again := true; again; {
		rest = strings.TrimLeft(rest, " ")
		again = false
		for _, lead := range []string{"re:", "fw:", "fwd:", "api details -", "api details for", "api details:", "api specification -", "api documentation -", "api -", "api:"} {
			if len(rest) > len(lead) && strings.EqualFold(rest[:len(lead)], lead) {
				rest, again, named = rest[len(lead):], true, named || strings.HasPrefix(lead, "api")
			}
		}
	}
	if len(strings.Fields(rest)) > most || strings.ContainsAny(rest, "?!|@[(:,") || !named && !strings.HasSuffix(rest, " API") {
		return source.Text{}
	}
	return t.Slice(len(s)-len(rest), len(s))
}

// tellsAim says that the label is one under which some write the name of an API, and others what it is for, and that this is the latter: it begins
// in small letters, as a sentence does that goes on from its label, or is longer than names are.
func (p *piece) tellsAim() bool {
	labels := []string{"purpose", "objective", "use case", "usecase", "function", "功能", "기능", "objetivo", "finalidade", "propósito", "zweck"}
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
	t = t.Slice(len(s)-len(strings.TrimLeft(s, " *_`:-–/#\t\u00a0")), len(strings.TrimRight(s, " *_`:-–(\t\u00a0")))
	t = t.Slice(titleNumber(t.String()), t.Len())
	return t.Slice(0, t.Len()-afterthought(t.String()))
}

// afterthought is how many bytes at the end of a title say that it is one: "Consent API - details".
func afterthought(s string) int {
	for _, dash := range []string{" - ", " – ", " — ", ": "} {
		at := strings.LastIndex(s, dash)
		if at <= 0 {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(s[at+len(dash):])) {
		case "details", "api details", "specification", "api specification", "documentation", "api documentation", "integration details", "request and response", "uat details", "spec":
			return len(s) - at
		}
	}
	return 0
}

// isTitle tells the name of an API from a greeting, a sentence and a label.
func isTitle(l line, underlined bool) bool {
	words := strings.Fields(strings.ToLower(l.s[:len(l.s)-afterthought(l.s)]))
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
	return !strings.HasSuffix(l.s, ":") && !strings.HasSuffix(l.s, "：") && len(words) <= 6
}
