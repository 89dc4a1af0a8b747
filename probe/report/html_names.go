package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
)

// anchors give every case its fragment, which is its id, apart from all others of the page. What a recorded run of unknown origin holds is not
// trusted to be either unique or harmless. Ids of the page itself begin with "_", which none of these does.
//
// The cases of an API have ids that begin with a part of its own, up to a slash. So what is held is that part of each API; and the fragments of cases
// only where two APIs share it, or where there is no slash, as in no run that we made.
type anchors struct {
	scopes map[string][]int  // the APIs that have cases in a scope, in order
	slugs  []string          // by API: the first part of its first case's id
	taken  map[string]int    // fragments that are held, with the last number of each
	held   map[caseAt]string // cases whose fragments may be taken by another API
}

// caseAt is the place of a case in the run.
type caseAt struct{ api, nth int }

func newAnchors(apis int) anchors {
	return anchors{scopes: map[string][]int{}, slugs: make([]string, apis), taken: map[string]int{}, held: map[caseAt]string{}}
}

// meet takes note of an API; all are met before the first fragment is asked for.
func (a *anchors) meet(api int, s *probe.SheetResult) {
	if len(s.Cases) > 0 {
		a.slugs[api], _, _ = strings.Cut(s.Cases[0].ID, "/")
	}
	for k := range s.Cases {
		id := s.Cases[k].ID
		name := fragmentOf(id, api, k)
		scope, _, parted := strings.Cut(name, "/")
		a.enter(scope, api)
		if known, _, _ := strings.Cut(fragment(id, ""), "/"); known != scope {
			a.enter(known, api) // by which its id is found
		}
		if !parted {
			a.held[caseAt{api, k}] = unique(name, a.taken)
		}
	}
}

func (a *anchors) enter(scope string, api int) {
	if known := a.scopes[scope]; len(known) == 0 || known[len(known)-1] != api {
		a.scopes[scope] = append(known, api)
	}
}

// shared says that the scope of a fragment is one of several APIs.
func (a *anchors) shared(name string) bool {
	scope, _, _ := strings.Cut(name, "/")
	return len(a.scopes[scope]) > 1
}

// sharing are the APIs of whose scopes another one has cases, too, in order.
func (a *anchors) sharing() []int {
	all := map[int]bool{}
	for _, apis := range a.scopes {
		if len(apis) == 1 {
			continue
		}
		for _, api := range apis {
			all[api] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// hold gives fragments to the cases of an API that shares a scope.
func (a *anchors) hold(api int, s *probe.SheetResult) {
	for k := range s.Cases {
		name := fragmentOf(s.Cases[k].ID, api, k)
		if _, done := a.held[caseAt{api, k}]; !done && a.shared(name) {
			a.held[caseAt{api, k}] = unique(name, a.taken)
		}
	}
}

// of are the fragments of the cases of an API.
func (a *anchors) of(api int, s *probe.SheetResult) []string {
	all, taken := make([]string, len(s.Cases)), map[string]int{}
	for k := range s.Cases {
		if held, ok := a.held[caseAt{api, k}]; ok {
			all[k] = held
			continue
		}
		all[k] = unique(fragmentOf(s.Cases[k].ID, api, k), taken)
	}
	return all
}

func fragmentOf(id string, api, nth int) string {
	if name := fragment(id, ""); name != "" {
		return name
	}
	return fmt.Sprintf("api-%d/case-%d", api+1, nth+1)
}

// name gives every API its fragment, the first part of its cases' ids, and its name.
func (h *htmlReport) name() error {
	for _, i := range h.anchors.sharing() {
		s, err := wholeAPI(h.run, h.options, i)
		if err != nil {
			return err
		}
		h.anchors.hold(i, s)
	}
	h.apis, h.names = map[*probe.SheetResult]string{}, map[*probe.SheetResult]string{}
	for i, name := range distinctNames(h.run, 2*maxName) {
		s := &h.run.Sheets[i]
		h.names[s] = name
		h.apis[s] = unique(fragment(orElse(h.anchors.slugs[i], probe.Slug(s.Name)), fmt.Sprintf("api-%d", i+1)), h.anchors.taken)
	}
	return nil
}

// openAPI is an API with all its cases, and what leads to them.
type openAPI struct {
	*probe.SheetResult
	place   int
	anchors []string
	byID    map[string]int // the first case with an id
	nth     map[*probe.Result]int
}

// anchorOf is the fragment of a case; "" where it is none of the API's.
func (a *openAPI) anchorOf(c *probe.Result) string {
	if a.nth == nil {
		a.nth = make(map[*probe.Result]int, len(a.Cases))
		for k := range a.Cases {
			a.nth[&a.Cases[k]] = k
		}
	}
	if k, ok := a.nth[c]; ok {
		return a.anchors[k]
	}
	return ""
}

func (h *htmlReport) open(i int) (*openAPI, error) {
	s, err := wholeAPI(h.run, h.options, i)
	if err != nil {
		return nil, err
	}
	a := &openAPI{SheetResult: s, place: i, anchors: h.anchors.of(i, s), byID: make(map[string]int, len(s.Cases))}
	for k := range s.Cases {
		if _, known := a.byID[s.Cases[k].ID]; !known {
			a.byID[s.Cases[k].ID] = k
		}
	}
	return a, nil
}

// caseByID is the first case of the run with the id, and its fragment; nil where there is none.
func (h *htmlReport) caseByID(id string) (*probe.Result, string) {
	scope, _, _ := strings.Cut(fragment(id, ""), "/")
	for _, i := range h.anchors.scopes[scope] {
		a, err := h.opened(i)
		if err != nil {
			h.failed = err
			return nil, ""
		}
		if k, ok := a.byID[id]; ok {
			return &a.Cases[k], a.anchors[k]
		}
	}
	return nil, ""
}

// opened is an API that is open already, or is opened beside the one that is written.
func (h *htmlReport) opened(i int) (*openAPI, error) {
	for _, a := range []*openAPI{h.here, h.beside} {
		if a != nil && a.place == i {
			return a, nil
		}
	}
	var err error
	h.beside, err = h.open(i)
	return h.beside, err
}

// fragment is an id without white space and what cannot be seen; where nothing is left of it, the other one.
func fragment(id, otherwise string) string {
	if len(id) > 4*maxValue {
		id = cleanPrefix(id, 4*maxValue)
	}
	id = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' { // as nearly all of them
			return r
		}
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
	c, anchor := h.caseByID(id)
	if c == nil {
		return link{Text: shortID(id)}
	}
	return link{Href: "#" + anchor, Text: shortID(id)}
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
