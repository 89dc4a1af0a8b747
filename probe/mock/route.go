package mock

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// request is what came in.
type request struct {
	*http.Request
	body  []byte
	path  string // escaped
	query url.Values
}

// route is one API: where it is, and what its sheet promises for which request.
type route struct {
	sheet    *probe.Sheet
	segments []segment
	control  probe.Case      // the documented request
	cases    []probe.Case    // all that its plan derives
	secrets  []secret        // what tells who asks
	handed   map[string]bool // texts that documented successes of any API hand out, which a caller may come back with
	ending   *ending         // nil where nobody polls it
}

// segment is a part of a path: what begins and ends it, and the placeholder in between.
type segment struct {
	before, after, name string
	open                bool
}

// secret is a credential of the documented request.
type secret struct{ in, name, value string }

const inHeader = "header"

// planned derives all cases of a sheet. Whatever it rules out has its answer there.
func planned(s *probe.Sheet, all shared) []probe.Case {
	return plan.Build(s, plan.Options{
		Vars: all.vars, BaseURL: "http://mock.invalid", Negatives: plan.NegativeFilter{Asked: true, Named: probe.NegativeFamilies[:]}, AllowUnsafe: true, Siblings: all.siblings,
	}).Cases
}

// handedOut are the texts and numbers in the documented successes of all sheets.
func handedOut(sheets []*probe.Sheet) map[string]bool {
	handed := map[string]bool{}
	for _, s := range sheets {
		for _, e := range s.Success {
			if e.Body.Value == nil {
				continue
			}
			sample(e.Body.Value, "").Walk(func(_ string, v *nearjson.Value) bool {
				for _, m := range v.Members {
					handed[m.Value.Text] = true
				}
				for _, item := range v.Items {
					handed[item.Text] = true
				}
				return true
			})
		}
	}
	return handed
}

// shared is what all routes have in common.
type shared struct {
	sheets   []*probe.Sheet
	siblings *plan.Siblings
	vars     probe.Vars
	handed   map[string]bool
}

func newRoute(s *probe.Sheet, all shared) (route, error) {
	if s.Method == "" || s.URL == "" {
		return route{}, errors.New("the sheet gives no method or no address")
	}
	r := route{sheet: s, cases: planned(s, all), segments: segmentsOf(s.URL), handed: all.handed, ending: endingOf(s, all.sheets)}
	i := slices.IndexFunc(r.cases, func(c probe.Case) bool { return c.Family == probe.FamilySuccess })
	if i < 0 || len(r.cases[i].Blocked) > 0 {
		return route{}, errors.New("the sheet leaves open what a request looks like; `sheetprobe plan` says what is missing")
	}
	r.control = r.cases[i]
	r.secrets = r.findSecrets()
	return r, nil
}

// segmentsOf takes the path of an address apart.
func segmentsOf(address string) []segment {
	address, _, _ = strings.Cut(address, "#")
	address, _, _ = strings.Cut(address, "?")
	if _, rest, ok := strings.Cut(address, "://"); ok {
		_, path, _ := strings.Cut(rest, "/")
		address = "/" + path
	}
	refs := probe.FindPlaceholders(address, true)
	var segments []segment
	from := 0
	for part := range strings.SplitSeq(strings.Trim(address, "/"), "/") {
		at := from + strings.Index(address[from:], part)
		g := segment{before: part}
		for _, ref := range refs {
			if ref.Start >= at && ref.End <= at+len(part) {
				g = segment{before: part[:ref.Start-at], after: part[ref.End-at:], name: ref.Name, open: true}
			}
		}
		segments, from = append(segments, g), at+len(part)
	}
	return segments
}

// match says whether a path is that of the API, and what stands in the place of its placeholders.
func (r *route) match(path string) (given map[string]string, ok bool) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) != len(r.segments) {
		return nil, false
	}
	given = map[string]string{}
	for i, g := range r.segments {
		part, err := url.PathUnescape(parts[i])
		switch {
		case err != nil:
			return nil, false
		case !g.open && part != unescapedPath(g.before):
			return nil, false
		case g.open && (len(part) <= len(g.before)+len(g.after) || !strings.HasPrefix(part, g.before) || !strings.HasSuffix(part, g.after)):
			return nil, false
		case g.open:
			given[g.name] = part[len(g.before) : len(part)-len(g.after)]
		}
	}
	return given, true
}

func unescapedPath(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// literals is how much of the path is fixed: of two routes that match, the more definite one counts.
func (r *route) literals() (n int) {
	for _, g := range r.segments {
		if !g.open {
			n++
		}
	}
	return n
}

// findSecrets are the parts of the documented request that its cases without credentials, or with wrong ones, leave out or change.
func (r *route) findSecrets() (all []secret) {
	had := r.control.Request
	for i := range r.cases {
		c := &r.cases[i]
		if c.Family != probe.FamilyNoAuth && c.Family != probe.FamilyBadAuth {
			continue
		}
		for _, h := range had.Headers {
			if !slices.Contains(c.Request.Headers, h) && !strings.EqualFold(h.Name, "Content-Type") {
				all = append(all, secret{inHeader, h.Name, h.Value})
			}
		}
		for name, values := range queryOf(had.URL) {
			if queryOf(c.Request.URL).Get(name) != values[0] {
				all = append(all, secret{probe.InQuery, name, values[0]})
			}
		}
		for name, value := range fieldsOf(had) {
			if fieldsOf(c.Request)[name] != value {
				all = append(all, secret{probe.InBody, name, value})
			}
		}
	}
	slices.SortFunc(all, func(a, b secret) int { return strings.Compare(a.in+a.name, b.in+b.name) })
	return slices.Compact(all)
}

func queryOf(address string) url.Values {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	return u.Query()
}

// fieldsOf are the fields at the top of a JSON object, or those of a form, as text.
func fieldsOf(q probe.Request) map[string]string {
	fields := map[string]string{}
	var object map[string]any
	if json.Unmarshal(q.Body, &object) == nil {
		for name, value := range object {
			text, ok := value.(string)
			if !ok {
				written, _ := json.Marshal(value)
				text = string(written)
			}
			fields[name] = text
		}
		return fields
	}
	if values, err := url.ParseQuery(string(q.Body)); err == nil {
		for name := range values {
			fields[name] = values.Get(name)
		}
	}
	return fields
}
