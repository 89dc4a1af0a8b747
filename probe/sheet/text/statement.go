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

// statement says outside of any field which headers calls need: "Authorization: Bearer <token> is required for every call except login."
type statement struct {
	headers []source.Text
	line    int
	all     bool     // of every call
	except  []string // words of the names of those that do without
}

// takeStatements finds the statements about headers. A line that holds nothing else is blank from then on.
func takeStatements(lines []line) []statement {
	var all []statement
	var auth authSections
	for i := range lines {
		inside := auth.next(lines[i])
		if isOfAnswer(lines[i]) {
			continue
		}
		s, ok := stated(lines[i])
		if !ok {
			if s, ok = statedInWords(lines[i], inside); !ok {
				continue
			}
			s.all = s.all || inside && !auth.called
		}
		s.line = i
		all = append(all, s)
		if _, call := proseCall(lines[i]); !call {
			lines[i] = line{whole: lines[i].whole, body: lines[i].whole.Slice(0, 0)}
		}
	}
	if len(all) > 0 {
		link(lines)
	}
	return all
}

// isOfAnswer says that a line is the label of an answer, or of its headers: what it names is no header of a request.
func isOfAnswer(l line) bool {
	if l.blank() {
		return false
	}
	c, ok := match(l)
	return ok && !c.prose && isAnswer(c.label.Field)
}

// stated reads the statement of a line: behind the word "header", or at its start where the rest says which calls need it.
func stated(l line) (statement, bool) {
	const longest = 400
	if len(l.s) > longest || !strings.ContainsAny(l.s, ":：") && !strings.Contains(l.s, " to ") || strings.ContainsAny(l.s[:1], `"'{[<`) {
		return statement{}, false
	}
	words := strings.FieldsFunc(strings.ToLower(l.s), func(r rune) bool { return !unicode.IsLetter(r) })
	s := statement{all: speaksOfAll(words), except: exceptions(l.s)}
	from, before := headerWordEnd(l.body)
	switch {
	case from > 0 && !isHeadersLabel(l.s[:from], l.s[from:]) && (before >= 2 || s.all || before == 1 && !isCommonWord(words[0]) || len(strings.Fields(l.s[:from])) > 2):
	case from == 0 && s.all && saysNeed(l.s):
	default:
		return statement{}, false
	}
	s.headers = headersIn(l.body.Slice(from, l.body.Len()))
	return s, len(s.headers) > 0
}

// isHeadersLabel says that words are the label of the headers beside or below it; it is none where the headers are part of a sentence.
func isHeadersLabel(s, rest string) bool {
	label, ok := sheet.LookupLabel(s)
	return ok && label.Field == probe.FieldHeaders && !strings.ContainsAny(s, ":") && !strings.Contains(rest, " as ") && (strings.ContainsAny(rest, ":：") || !strings.Contains(rest, " to "))
}

// headerWordEnd is the byte behind the word "header" and what leads from it to a name, and how many words stand before it.
func headerWordEnd(t source.Text) (end, before int) {
	s, from := t.String(), 0
	if end := hanHeaderEnd(s); end > 0 {
		return end, 2 // its words are not parted
	}
	for word := range wordsOf(t) {
		at := from + max(strings.Index(s[from:], word.String()), 0)
		from = at + word.Len()
		switch w := strings.ToLower(word.String()); {
		case end == 0 && strings.Contains(w, ":") && !strings.Contains(w, "://"):
			return 0, 0
		case end == 0 && isHeaderNoun(w):
			end = from
		case end == 0:
			before++
		case isLink(w):
			end = from
		default:
			return end, before
		}
	}
	return 0, 0
}

// isLink says that a word may stand between "header" and the name of one.
func isLink(w string) bool {
	switch w {
	case "is", "are", "as", "named", "called", "the", "of", "required", "be", "set", "to", "must", "needed", "below", "following", "follows", "like", "with", "and", "a",
		"passed", "sent", "used", "added", "included", "mandatory", "for", "in", "all", "every", "each", "api", "apis", "call", "calls", "request",
		"requests", "we", "you", "send", "pass", "use",
		"est", "suivant", "suivants", "nommé", "doit", "doivent", "contenir", "être", "avec", "de", "la", "le",
		"es", "son", "debe", "deben", "ser", "con", "el", "los", "siguiente", "siguientes", "llamado", "obligatorio", "obligatoria",
		"é", "deve", "com", "o", "os", "seguinte", "seguintes", "obrigatório",
		"ist", "muss", "müssen", "mit", "der", "die", "den", "folgende", "folgenden", "folgender", "lautet", "wird", "namens",
		"berikut", "yaitu", "adalah", "wajib", "dengan":
		return true
	}
	return false
}

// saysNeed says that a line is about what calls need.
func saysNeed(s string) bool {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.ContainsFunc(words, func(w string) bool {
		switch w {
		case "required", "mandatory", "must", "needs", "needed", "need", "for", "in", "with", "on", "to",
			"obligatoire", "doit", "doivent", "pour", "dans", "obligatorio", "obligatoria", "debe", "deben", "para", "en", "obrigatório", "obrigatória", "deve", "devem", "em",
			"erforderlich", "muss", "müssen", "für", "bei", "wajib", "harus", "untuk", "pada":
			return true
		}
		return false
	})
}

// headersIn cuts "A: 1 and B: 2 for all calls." into headers.
func headersIn(t source.Text) []source.Text {
	s := t.String()
	starts := headerStarts(s, 0)
	if len(starts) == 0 || strings.TrimLeft(s[:starts[0]], " :-–：\t\"'`“「") != "" {
		return nil
	}
	return cutHeaders(t, starts)
}

// cutHeaders cuts a text into the headers that start at these bytes. A word with a colon right before the name of one leads up to it.
func cutHeaders(t source.Text, starts []int) []source.Text {
	s := t.String()
	var headers []source.Text
	for i, from := range starts {
		end := len(s)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		if from > 0 && strings.IndexByte("\"'`", s[from-1]) >= 0 { // "X-Key: k"
			end = from + strings.IndexByte(s[from:end]+s[from-1:from], s[from-1])
		}
		lead := 0 // "x-key to " is no end of a value
		if at := strings.Index(s[from:end], " to "); at > 0 && !strings.ContainsAny(s[from:from+at], ": ") {
			lead = at + len(" to ")
		}
		h := t.Slice(from, from+lead+valueLength(s[from+lead:end]))
		name, value, stated := strings.Cut(h.String(), " as ")
		if !stated {
			name, value, stated = strings.Cut(h.String(), " to ") // "x-key to <key>"
		}
		switch {
		case stated && !strings.Contains(name, ":"): // "Content-Type as application/json"
			headers = append(headers, source.Compose([]source.Run{{Text: name, From: h.Slice(0, len(name))}, {Text: ": "}, {Text: value, From: h.Slice(h.Len()-len(value), h.Len())}}))
		case !strings.HasSuffix(h.String(), ":") && sheet.IsHeaderLine(h):
			headers = append(headers, h)
		}
	}
	return headers
}

// headerNameAt is how many bytes at i are the name of a header with its colon; a value stands behind it.
func headerNameAt(s string, i int) int {
	if i > 0 && strings.IndexByte(" \t,;(\"'`", s[i-1]) < 0 && s[i-1] < utf8.RuneSelf {
		return 0
	}
	n := strings.IndexFunc(s[i:], func(r rune) bool {
		return r >= utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_'
	})
	if n < 2 {
		return 0
	}
	rest := strings.TrimLeft(s[i+n:], "\"'` ")
	if value, given := strings.CutPrefix(rest, "to "); given && value != "" && strings.IndexByte("<{[$\"", value[0]) >= 0 && sheet.IsHeaderName(source.Unplaced(s[i:i+n])) {
		return n
	}
	if strings.HasPrefix(rest, "as ") && sheet.IsHeaderName(source.Unplaced(s[i:i+n])) {
		return n
	}
	value, colon := strings.CutPrefix(rest, ":")
	if !colon {
		value, colon = strings.CutPrefix(rest, "：")
	}
	if !colon || strings.HasPrefix(value, "//") || strings.TrimSpace(value) == "" {
		return 0
	}
	return n
}

// valueLength is how many bytes of "Name: value is required for all" are the header.
func valueLength(s string) int {
	end := len(s)
	lower := strings.ToLower(s)
	for _, stop := range []string{
		" is ", " must ", " for ", " in ", " on ", " with ", " to ", " except ", " (", " should ", " needs ", " has to ", " are ", " when ", " header", ". ", "，", "。", "；", "（",
		" est ", " doit ", " pour ", " dans ", " sauf ", " es ", " debe ", " para ", " en ", " salvo ", " é ", " deve ", " em ", " exceto ", " ist ", " muss ", " für ", " bei ", " außer ",
		" mitsenden", " mitschicken", " mitgeben", " mitgegeben", " gesetzt", " gesendet", " enthalten", " übergeben", " wajib ", " harus ", " untuk ", " pada ", " di ", " kecuali ",
	} {
		if i := strings.Index(lower, stop); i > 0 && i < end && strings.Count(lower[:i], "<") == strings.Count(lower[:i], ">") {
			end = i
		}
	}
	trimmed := strings.TrimRight(s[:end], " \t,;.")
	for _, word := range []string{" and", " &", " und", " et", " y", " e", " dan", "和", "以及", "、"} {
		trimmed = strings.TrimRight(strings.TrimSuffix(trimmed, word), " \t,;.")
	}
	return len(trimmed)
}

// exceptions are the words behind "except".
func exceptions(s string) []string {
	lower := strings.ToLower(s)
	for _, word := range []string{"except", "excluding", "other than", "apart from", "salvo", "excepto", "außer", "sauf", "exceto", "кроме", "kecuali", "除"} {
		_, behind, ok := strings.Cut(lower, word)
		if !ok {
			continue
		}
		return slices.DeleteFunc(strings.FieldsFunc(behind, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), func(w string) bool {
			switch w {
			case "for", "the", "api", "apis", "call", "calls", "and", "or", "request", "requests", "endpoint", "endpoints", "one", "first", "in", "of", "to", "ion":
				return true
			}
			return len(w) < 3
		})
	}
	return nil
}

// shareHeaders gives every API the headers that are stated for it outside of its fields, as far as it has none of that name.
func shareHeaders(groups []*sheetPieces, statements []statement) {
	for _, s := range statements {
		for i, g := range groups {
			if len(groups) > 1 && (!s.all && !g.holds(s.line, i, groups) || g.isExcepted(s.except)) {
				continue
			}
			for _, h := range s.headers {
				name, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(h.String()), "：", ":"), ":")
				if g.hasHeader(strings.Trim(name, " \"'`")) {
					continue
				}
				g.shared = append(g.shared, sheet.Fragment{Field: probe.FieldHeaders, Value: h, Shared: true})
			}
		}
	}
}

// holds says that a line stands in the part of the document that is about this API.
func (g *sheetPieces) holds(line, i int, groups []*sheetPieces) bool {
	last := i+1 == len(groups) || line < groups[i+1].pieces[0].from
	return last && (i == 0 || line >= g.pieces[0].from)
}

func (g *sheetPieces) isExcepted(words []string) bool {
	about := g.title.String()
	for _, p := range g.pieces {
		if f := p.role(); f == probe.FieldName || f == probe.FieldURL && p.label.Role != sheet.Base {
			about += " " + p.value.String()
		}
	}
	about = sheet.Fold(about)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(about, sheet.Fold(w)) })
}

// hasHeader says that the API has a header of its own by that name.
func (g *sheetPieces) hasHeader(name string) bool {
	return slices.ContainsFunc(g.pieces, func(p *piece) bool {
		text := p.text.String() + "\n" + p.value.String()
		return (p.label.Field == probe.FieldHeaders || p.isCall()) && strings.Contains(strings.ToLower(text), name)
	})
}

// takeShared takes the labelled headers that are for every API out of the pieces.
func takeShared(pieces []*piece, statements []statement) ([]*piece, []statement) {
	kept := slices.DeleteFunc(slices.Clone(pieces), func(p *piece) bool {
		if !p.general || p.value.IsBlank() {
			return false
		}
		s := statement{line: p.from, all: true, except: exceptions(p.text.String())}
		for _, l := range p.value.Lines() {
			if !l.IsBlank() {
				s.headers = append(s.headers, l.TrimSpace())
			}
		}
		statements = append(statements, s)
		return true
	})
	return kept, statements
}
