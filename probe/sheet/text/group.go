package text

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// sheetPieces are the pieces of one sheet, and the line above them where it may name the API.
type sheetPieces struct {
	pieces []*piece
	title  source.Text
	keys   map[string]bool      // labels that have a value
	fields map[probe.Field]bool // fields that have a value
	solid  map[probe.Field]bool // fields that hold what such fields hold
	tests  []*piece             // values to try
	call   bool                 // an example call gives method and URL together
	shared []sheet.Fragment     // what the document says for all its sheets
	since  map[probe.Field]bool // answered fields since the last value of a field; see add
	number map[string]bool
}

func newSheetPieces() *sheetPieces {
	return &sheetPieces{keys: map[string]bool{}, fields: map[probe.Field]bool{}, solid: map[probe.Field]bool{}, since: map[probe.Field]bool{}, number: map[string]bool{}}
}

func (g *sheetPieces) at() source.Span { return g.pieces[0].text.At() }

// group gathers the pieces of each sheet, and drops what is none.
func group(pieces []*piece) []*sheetPieces {
	var groups []*sheetPieces
	current := newSheetPieces()
	series := isSeries(pieces)
	closeGroup := func() {
		if current.trim(); current.isSheet() || series && slices.ContainsFunc(current.pieces, (*piece).isHeadedCall) {
			current.findTitle()
			groups = append(groups, current)
		}
		current = newSheetPieces()
	}
	for i, p := range pieces {
		if p.label.Role == sheet.TestValues && len(current.pieces) > 0 && !p.value.IsBlank() {
			current.tests = append(current.tests, p)
		}
		if p.label.Field == "" {
			continue
		}
		if len(current.pieces) > 0 && current.endsBefore(p) && !current.lacksName(p, pieces[i+1:]) {
			closeGroup()
		}
		current.add(p)
	}
	closeGroup()
	return groups
}

func (g *sheetPieces) add(p *piece) {
	g.pieces = append(g.pieces, p)
	if p.value.IsBlank() {
		return
	}
	f := p.role()
	g.solid[p.label.Field] = g.solid[p.label.Field] || p.isSolid()
	g.call = g.call || p.label.Field == probe.FieldRequestBody && anyLine(p.value, sheet.IsExampleCall)
	g.keys[p.key()] = true
	g.fields[f] = true
	delete(g.since, f)
	if f == probe.FieldSuccessResponse || f == probe.FieldErrorResponse || f == probe.FieldStatusCodes {
		for _, key := range identity {
			g.since[key] = g.fields[key]
		}
	}
	if p.line.number != "" {
		g.number[p.line.number] = true
	}
}

// identity are the fields that a sheet has once.
var identity = [...]probe.Field{probe.FieldName, probe.FieldMethod, probe.FieldURL}

// isSeries says that several headings of the document are calls: each is an API then, even where little is said of it.
func isSeries(pieces []*piece) bool {
	n := 0
	for _, p := range pieces {
		if p.isHeadedCall() {
			n++
		}
	}
	return n > 1
}

// isHeadedCall says that a piece is a heading that gives method and address.
func (p *piece) isHeadedCall() bool {
	return p.isCall() && p.line.heading && p.label.Field == probe.FieldURL
}

// role is the field that a piece plays in telling sheets apart: an example call gives the URL.
func (p *piece) role() probe.Field {
	if p.isCall() {
		return probe.FieldURL
	}
	return p.label.Field
}

// endsBefore says that a piece begins another sheet: it repeats a field that a sheet has once, or a number.
func (g *sheetPieces) endsBefore(p *piece) bool {
	last := g.pieces[len(g.pieces)-1]
	if !g.isSheet() && distance(last, p) > 8 {
		return true
	}
	if p.value.IsBlank() && (p.line.number == "" || !g.number[p.line.number]) {
		return false
	}
	f := p.role()
	switch {
	case p.isCall() && !p.line.heading && !p.afterName(last) && g.calls(p): // again, behind the answer
		return false
	case p.call && slices.ContainsFunc(g.pieces, func(q *piece) bool { return q.call }):
		return true
	case p.line.number != "" && g.number[p.line.number] && (p.line.number == "1" || g.fields[f]):
		return true
	case p.isHeadedCall() && slices.ContainsFunc(g.pieces, (*piece).isHeadedCall): // "## GET /orders" below "## POST /orders"
		return true
	case f == probe.FieldName || f == probe.FieldMethod || f == probe.FieldURL:
		return g.since[f] && g.fields[f] || g.fields[f] && g.keys[p.key()] && !p.isCall() || f == probe.FieldName && p.line.number == "" && g.fields[probe.FieldURL] && g.answered()
	}
	return g.answered() && g.fields[f] && f != probe.FieldErrorResponse && f != probe.FieldSuccessResponse && p.afterTitle(last)
}

// afterName says that a heading, or another title, that may name an API stands between the end of another piece and this one.
func (p *piece) afterName(before *piece) bool {
	for i := before.end; i < p.from; i++ {
		if l := p.lines[i]; !l.blank() && (l.heading || isTitle(l, false)) && !isSectionTitle(l.s) {
			return true
		}
	}
	return false
}

// calls says that the sheet holds the call of another piece already.
func (g *sheetPieces) calls(p *piece) bool {
	return slices.ContainsFunc(g.pieces, func(q *piece) bool { return q.isCall() && !q.line.heading && sheet.SameCall(p.value, q.value) })
}

// lacksName says that a name belongs to the sheet above it: that has none, and no call follows that the name could be of.
func (g *sheetPieces) lacksName(p *piece, rest []*piece) bool {
	if p.role() != probe.FieldName || g.fields[probe.FieldName] || p.line.number != "" || distance(g.pieces[len(g.pieces)-1], p) > 0 {
		return false
	}
	for _, next := range rest {
		switch next.role() {
		case probe.FieldMethod, probe.FieldURL:
			return false
		case probe.FieldName:
			return true
		}
	}
	return true
}

func (g *sheetPieces) answered() bool {
	return g.fields[probe.FieldSuccessResponse] || g.fields[probe.FieldErrorResponse] || g.fields[probe.FieldStatusCodes]
}

// distance counts the lines between two pieces that belong to neither.
func distance(p, q *piece) int {
	n := 0
	for i := p.end; i < q.from; i++ {
		if !p.lines[i].blank() {
			n++
		}
	}
	return n
}

// afterTitle says that a heading stands between the end of another piece and this one.
func (p *piece) afterTitle(before *piece) bool {
	for i := before.end; i < p.from; i++ {
		if p.lines[i].heading {
			return true
		}
	}
	return false
}

// trim drops labels without a value at both ends, unless they are rows of the same form: an unfilled field is worth a complaint, a word of
// the page is not.
func (g *sheetPieces) trim() {
	first, last := -1, -1
	for i, p := range g.pieces {
		if !p.value.IsBlank() {
			if last = i; first < 0 {
				first = i
			}
		}
	}
	if first < 0 {
		g.pieces = nil
		return
	}
	for first < last && g.pieces[first].isStray(g.pieces[first+1]) {
		first++
	}
	for first > 0 && sameForm(g.pieces[first-1], g.pieces[first]) {
		first--
	}
	for last+1 < len(g.pieces) && sameForm(g.pieces[last], g.pieces[last+1]) {
		last++
	}
	g.pieces = g.pieces[first : last+1]
}

// isStray says that a piece above the title of the first API is none of its fields: "Status: final" in the history of the document.
func (p *piece) isStray(next *piece) bool {
	switch p.label.Field {
	case probe.FieldStatusCodes, probe.FieldRequestBody, probe.FieldSuccessResponse, probe.FieldErrorResponse:
		return !p.isSolid() && next.afterTitle(p)
	}
	return false
}

// sameForm says that two labels follow each other as rows of one sheet do.
func sameForm(p, q *piece) bool {
	if p.line.number != "" && q.line.number != "" {
		return distance(p, q) <= 2
	}
	return p.line.bullet == q.line.bullet && p.line.heading == q.line.heading && p.line.number == q.line.number && p.colon == q.colon && distance(p, q) == 0
}

// isSheet says that at least two fields hold what such fields hold, one of them the heart of an API; three where neither method nor URL is
// among them.
func (g *sheetPieces) isSheet() bool {
	fields := 0
	for _, solid := range g.solid {
		if solid {
			fields++
		}
	}
	heart := g.solid[probe.FieldMethod] || g.solid[probe.FieldURL] || len(g.pieces) > 1 && g.call
	answer := g.solid[probe.FieldRequestBody] || g.solid[probe.FieldSuccessResponse] || g.solid[probe.FieldErrorResponse]
	return heart && fields >= 2 || answer && fields >= 3
}

// isSolid says that the value is of the kind that the field holds. A sentence about a field is not.
func (p *piece) isSolid() bool {
	s := p.value.String()
	if p.value.IsBlank() {
		return false
	}
	switch p.label.Field {
	case probe.FieldMethod:
		return len(strings.Fields(s)) == 1 || proves(probe.FieldMethod, p.value)
	case probe.FieldURL:
		return strings.Contains(s, "://") || proves(probe.FieldURL, p.value) || p.isCall() || p.call
	case probe.FieldRequestBody, probe.FieldSuccessResponse, probe.FieldErrorResponse:
		return anyLine(p.value, startsExample) || sheet.IsNone(s) && p.colon || sheet.IsDitto(s)
	case probe.FieldHeaders:
		return anyLine(p.value, sheet.IsHeaderLine) || startsBracket(s)
	case probe.FieldStatusCodes:
		return anyLine(p.value, sheet.IsCodeRow)
	case probe.FieldCredentials:
		return p.label.Role == sheet.NamedValue || anyLine(p.value, sheet.IsCredentialLine)
	}
	return !isSentence(s)
}

func anyLine(t source.Text, holds func(source.Text) bool) bool {
	for _, l := range t.Lines() {
		if holds(l) {
			return true
		}
	}
	return false
}

// behindAddress is what stands behind the address in a heading such as "POST /login - Log in"; the whole heading where nothing does.
func (p *piece) behindAddress() source.Text {
	s := p.line.body.String()
	for _, dash := range []string{" - ", " – ", " — ", ": ", " | "} {
		if at := strings.Index(s, dash); at > 0 && at+len(dash) < len(s) {
			return p.line.body.Slice(at+len(dash), len(s))
		}
	}
	return p.line.body
}

// fragments are the pieces as the assembly takes them.
func (g *sheetPieces) fragments() []sheet.Fragment {
	fragments := make([]sheet.Fragment, 0, len(g.pieces)+1)
	if !g.title.IsBlank() {
		fragments = append(fragments, sheet.Fragment{Field: probe.FieldName, Value: g.title})
	}
	for _, p := range g.pieces {
		if !g.contradicts(p) {
			fragments = append(fragments, sheet.Fragment{Field: p.label.Field, Label: p.text, Value: p.value})
		}
	}
	for _, p := range g.tests {
		fragments = append(fragments, sheet.Fragment{Field: sheet.FieldTestData, Label: p.text, Value: p.value})
	}
	return append(fragments, g.shared...)
}

// resolveDittos puts what an earlier API says under a label in the place of values that only point there: "Header: same as above".
func resolveDittos(groups []*sheetPieces) []*sheetPieces {
	last := map[string]source.Text{}
	for _, g := range groups {
		for _, p := range g.pieces {
			if given, ok := last[p.key()]; ok && sheet.IsDitto(p.value.String()) {
				p.value = given
			}
			if p.value.Len() > 0 {
				last[p.key()] = p.value
			}
		}
	}
	return groups
}
