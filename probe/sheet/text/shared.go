package text

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// share gives to every sheet what the document says once for all of them: above the first, base URL, headers, partner code and credentials,
// with a label or in words; below the last, the status codes under a heading of their own.
func share(lines []line, groups []*sheetPieces) []*sheetPieces {
	if len(groups) == 0 {
		return groups
	}
	first := groups[0]
	preamble := first.pieces[:first.preamble()]
	shareOut(groups[1:], preamble)
	shareOut(groups, bases(groups))
	if codes := tailCodes(groups); codes != nil {
		shareOut(groups[:len(groups)-1], []*piece{codes})
	}
	shareSaidBase(lines, groups, first.pieces[len(preamble)].from)
	return groups
}

// preamble counts the pieces that stand above the title of the first API and belong to all.
func (g *sheetPieces) preamble() int {
	n := 0
	for i, p := range g.pieces[:len(g.pieces)-1] {
		switch {
		case p.label.Role == sheet.Base, p.label.Field == probe.FieldHeaders, p.label.Field == probe.FieldPartnerCode, p.label.Field == probe.FieldCredentials:
		case p.label.Field == probe.FieldURL && !p.isCall() && g.hasURL(g.pieces[i+1:]):
		default:
			return n
		}
		if next := g.pieces[i+1]; next.afterTitle(p) || next.afterNumber(p) || next.isHeadedCall() {
			n = i + 1
		}
	}
	return n
}

func (g *sheetPieces) hasURL(pieces []*piece) bool {
	for _, p := range pieces {
		if p.role() == probe.FieldURL && !p.value.IsBlank() {
			return true
		}
	}
	return false
}

// shareOut gives pieces to other sheets, as far as they say nothing of the kind themselves.
func shareOut(groups []*sheetPieces, pieces []*piece) {
	for _, o := range groups {
		own := map[probe.Field]bool{}
		for _, f := range o.shared {
			own[f.Field] = true
		}
		for _, p := range o.pieces {
			own[p.label.Field] = own[p.label.Field] || !p.value.IsBlank() && (p.label.Field != probe.FieldURL || strings.Contains(p.value.String(), "://"))
		}
		for _, p := range pieces {
			if f := p.label.Field; !p.value.IsBlank() && !slices.Contains(o.pieces, p) && (f == probe.FieldHeaders || !own[f]) {
				o.shared = append(o.shared, sheet.Fragment{Field: f, Label: p.text, Value: p.value, Shared: true})
			}
		}
	}
}

// bases are the first base URLs of the document, wherever they stand.
func bases(groups []*sheetPieces) []*piece {
	for _, g := range groups {
		var found []*piece
		for _, p := range g.pieces {
			if p.label.Role == sheet.Base && !p.value.IsBlank() {
				found = append(found, p)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// tailCodes is the list of codes in the last of several sheets that belongs to them all: it stands under a heading of no lower rank than the
// titles of the sheets.
func tailCodes(groups []*sheetPieces) *piece {
	last := groups[len(groups)-1]
	rank := last.rank()
	if len(groups) < 2 || rank == 0 {
		return nil
	}
	for i, p := range last.pieces {
		if p.label.Field != probe.FieldStatusCodes || p.value.IsBlank() || i == 0 {
			continue
		}
		for j := p.from; j >= last.pieces[i-1].end; j-- {
			if level := p.lines[j].level; level > 0 && level <= rank {
				return p
			}
		}
	}
	return nil
}

// rank is the level of the heading that a sheet stands under; 0 where none is known.
func (g *sheetPieces) rank() int {
	p := g.pieces[g.preamble()]
	for i := p.from; i >= 0; i-- {
		if p.lines[i].level > 0 {
			return p.lines[i].level
		}
	}
	return 0
}

// coveredBy are the lines that belong to a piece of a sheet.
func coveredBy(groups []*sheetPieces) map[int]bool {
	covered := map[int]bool{}
	for _, g := range groups {
		for _, p := range g.pieces {
			for i := p.from; i < p.end; i++ {
				covered[i] = true
			}
		}
	}
	return covered
}

// shareSaidBase gives the base URL that a sentence tells to the sheets without a host.
func shareSaidBase(lines []line, groups []*sheetPieces, from int) {
	var base source.Text
	for _, g := range groups {
		if !g.lacksHost() {
			continue
		}
		if base.Len() == 0 {
			if base = saidBase(lines, coveredBy(groups), from); base.Len() == 0 {
				return
			}
		}
		g.shared = append(g.shared, sheet.Fragment{Field: probe.FieldURL, Label: source.Unplaced("Base URL"), Value: base, Shared: true})
	}
}

// lacksHost says that a sheet gives a path and nowhere the host that it belongs to.
func (g *sheetPieces) lacksHost() bool {
	path := false
	for _, p := range g.pieces {
		s := p.value.String()
		if p.label.Field == probe.FieldURL || p.isCall() {
			path = path || p.value.Len() > 0
			if strings.Contains(s, "://") || strings.Contains(s, "\nHost:") || isBareHost(s) || strings.HasPrefix(s, "{") || strings.HasPrefix(s, "<") {
				return false
			}
		}
		if sheet.IsExampleCall(p.value) && strings.Contains(s, "://") {
			return false
		}
	}
	for _, f := range g.shared {
		if f.Field == probe.FieldURL {
			return false
		}
	}
	return path
}

// saidBase finds the address of the server in a line of its own or in a sentence, best above the first sheet: "All calls go to https://..".
func saidBase(lines []line, covered map[int]bool, first int) source.Text {
	var best source.Text
	most := 0
	for i, l := range lines {
		if covered[i] || !strings.Contains(l.s, "://") {
			continue
		}
		url, score := addressIn(l.body)
		if score > 0 && i < first {
			score += 2
		}
		if score > most {
			best, most = url, score
		}
	}
	return best
}

// addressIn finds the address in a line, and how much speaks for it being the one that calls go to.
func addressIn(t source.Text) (url source.Text, score int) {
	s := t.String()
	from := strings.Index(strings.ToLower(s), "http")
	if from < 0 {
		return url, 0
	}
	end := from + strings.IndexAny(s[from:]+" ", " \t\"'`<>)],;|")
	url = t.Slice(from, from+len(strings.TrimRight(s[from:end], ".:!?*")))
	host := strings.ToLower(url.String())
	if strings.ContainsAny(host, "?#") || strings.HasSuffix(host, ".html") || strings.HasSuffix(host, ".pdf") || !strings.Contains(host, "://") {
		return url, 0
	}
	for _, w := range strings.FieldsFunc(strings.ToLower(s[:from]+" "+s[end:]), func(r rune) bool { return r < 0x80 && (r < 'a' || r > 'z') }) {
		switch w {
		case "staging", "stage", "stg", "uat", "sit", "test", "testing", "sandbox", "dev", "development", "qa":
			score += 3
		case "base", "host", "hosts", "server", "servers", "environment", "environments", "root", "calls", "requests", "endpoints", "address", "hosted", "reachable", "domain", "prefix":
			score += 2
		case "production", "prod", "live":
			score--
		case "docs", "documentation", "portal", "support", "wiki", "jira", "dashboard", "register", "signup", "download", "repository":
			score -= 6
		}
	}
	return url, score
}
