package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// Proposal says that the documented answer of one API could supply what others need. It is never applied: only the user knows.
type Proposal struct {
	Name  string       // of the placeholder
	Of    *probe.Sheet // whose answer has it
	From  string       // where in the answer, as a JSONPath (RFC 9535)
	Needs []*probe.Sheet
}

// maxProposals bounds how many APIs are proposed for one placeholder.
const maxProposals = 3

// Propose looks among the plans' sheets for those whose documented success has a key of a placeholder's name. An API that needs the value itself, or
// merely sends back what it was given, is none.
func Propose(plans []probe.Plan, name string) []Proposal {
	var needy []*probe.Sheet
	for _, p := range plans {
		if needs(p, name) {
			needy = append(needy, p.Sheet)
		}
	}
	var all []Proposal
	for _, exact := range []bool{true, false} {
		for _, p := range plans {
			s := p.Sheet
			if len(all) == maxProposals || slices.Contains(needy, s) || given(s, name) || slices.ContainsFunc(needy, func(n *probe.Sheet) bool { return waitsFor(s, n) }) {
				continue
			}
			if from := findIn(s.Success, name, exact); from != "" {
				all = append(all, Proposal{Name: name, Of: s, From: from, Needs: needy})
			}
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

func needs(p probe.Plan, name string) bool {
	return slices.ContainsFunc(p.Cases, func(c probe.Case) bool {
		return slices.ContainsFunc(c.Needs, func(n probe.Need) bool { return probe.VarKey(n.Name) == probe.VarKey(name) })
	})
}

// given says that the request of a sheet has a field of the name.
func given(s *probe.Sheet, name string) bool {
	if slices.ContainsFunc(s.Request.Fields, func(f probe.RequestField) bool { return probe.VarKey(f.Name) == probe.VarKey(name) }) {
		return true
	}
	found := false
	if v := s.Request.Body.Value; v != nil {
		v.Walk(func(_ string, v *nearjson.Value) bool {
			found = found || slices.ContainsFunc(v.Members, func(m nearjson.Member) bool { return probe.VarKey(m.Key) == probe.VarKey(name) })
			return !found
		})
	}
	return found
}

// waitsFor says that s is to be called after other anyway.
func waitsFor(s, other *probe.Sheet) bool {
	return slices.ContainsFunc(s.Needs, func(n string) bool { return strings.EqualFold(n, other.Name) || probe.Slug(other.Name) == n })
}

// findIn finds the key nearest to the top of a documented success.
func findIn(responses []probe.Response, name string, exact bool) string {
	for _, r := range responses {
		type node struct {
			value *nearjson.Value
			path  string
		}
		queue := []node{{r.Body.Value, "$"}}
		for len(queue) > 0 && len(queue) < 10_000 {
			n := queue[0]
			queue = queue[1:]
			if n.value == nil {
				continue
			}
			for _, m := range n.value.Members {
				path := n.path + segment(m.Key)
				scalar := m.Value.Kind == nearjson.String || m.Value.Kind == nearjson.Number
				if scalar && isNamed(m.Key, name, exact) {
					return path
				}
				queue = append(queue, node{m.Value, path})
			}
			if len(n.value.Items) > 0 {
				queue = append(queue, node{n.value.Items[0], n.path + "[0]"})
			}
		}
	}
	return ""
}

// isNamed compares a key with the name of a placeholder. Where they need not be equal, tokens of one use are taken for each other: access_token for
// token, and the other way round; a refresh token is another thing.
func isNamed(key, name string, exact bool) bool {
	k, n := probe.VarKey(key), probe.VarKey(name)
	if exact || n == "" {
		return k == n && n != ""
	}
	return isAccessToken(k) && isAccessToken(n)
}

func isAccessToken(folded string) bool {
	return slices.Contains([]string{"token", "accesstoken", "authtoken", "bearertoken", "jwt", "jwttoken", "authorizationtoken", "sessiontoken", "apitoken"}, folded)
}

// segment writes a key as a step of a JSONPath (RFC 9535, section 2.5.1).
func segment(key string) string {
	for i, r := range key {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return "['" + escapeName(key) + "']"
		}
	}
	if key == "" {
		return "['']"
	}
	return "." + key
}

func escapeName(key string) string {
	var b strings.Builder
	for _, r := range key {
		switch {
		case r == '\'' || r == '\\':
			b.WriteString("\\" + string(r))
		case r < ' ':
			fmt.Fprintf(&b, "\\u%04x", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// YAML is what to add to the configuration, as lines.
func (p Proposal) YAML() []string {
	lines := []string{"apis:", fmt.Sprintf("  %q: {capture: {%q: %q}}", p.Of.Name, p.Name, p.From)}
	for _, s := range p.Needs {
		lines = append(lines, fmt.Sprintf("  %q: {needs: [%q]}", s.Name, p.Of.Name))
	}
	return lines
}
