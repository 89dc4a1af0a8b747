package report

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
)

// name gives every API and every case its fragment: of a case its id, of an API the first part of its cases' ids. What a recorded run of
// unknown origin holds is not trusted to be either unique or harmless. Ids of the page itself begin with "_", which none of these does.
func (h *htmlReport) name() {
	h.anchors, h.apis, h.byID = map[*probe.Result]string{}, map[*probe.SheetResult]string{}, map[string]*probe.Result{}
	taken := map[string]int{}
	for i := range h.run.Sheets {
		s := &h.run.Sheets[i]
		for k := range s.Cases {
			c := &s.Cases[k]
			h.anchors[c] = unique(fragment(c.ID, fmt.Sprintf("api-%d/case-%d", i+1, k+1)), taken)
			if h.byID[c.ID] == nil {
				h.byID[c.ID] = c
			}
		}
	}
	h.names = map[*probe.SheetResult]string{}
	for i, name := range distinctNames(h.run, 2*maxName) {
		h.names[&h.run.Sheets[i]] = name
	}
	for i := range h.run.Sheets {
		s := &h.run.Sheets[i]
		slug := ""
		if len(s.Cases) > 0 {
			slug, _, _ = strings.Cut(s.Cases[0].ID, "/")
		}
		h.apis[s] = unique(fragment(orElse(slug, probe.Slug(s.Name)), fmt.Sprintf("api-%d", i+1)), taken)
	}
}

// fragment is an id without white space and what cannot be seen; where nothing is left of it, the other one.
func fragment(id, otherwise string) string {
	if len(id) > 4*maxValue {
		id = cleanPrefix(id, 4*maxValue)
	}
	id = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsGraphic(r) || unicode.IsSpace(r) || strings.ContainsRune(`"'<>&#%\`, r) {
			return '-'
		}
		return r
	}, id)
	if id = strings.TrimLeft(id, "_"); strings.Trim(id, "-/") == "" {
		return otherwise
	}
	return id
}

// unique adds a number to an id that is taken; taken holds the last number of each.
func unique(id string, taken map[string]int) string {
	name := id
	for taken[name] > 0 {
		taken[id]++
		name = fmt.Sprintf("%s~%d", id, taken[id])
	}
	taken[name]++
	return name
}

// to is a link to a case; without an address where there is no such case.
func (h *htmlReport) to(id string) link {
	c := h.byID[id]
	if c == nil {
		return link{Text: shortID(id)}
	}
	return link{Href: "#" + h.anchors[c], Text: shortID(id)}
}

func (h *htmlReport) links(ids []string) []link {
	all := make([]link, 0, min(len(ids), maxListed))
	for i, id := range ids {
		if i == 2*maxListed {
			return append(all, link{Text: "and " + more(len(ids)-i, "case")})
		}
		all = append(all, h.to(id))
	}
	return all
}
