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

// Proposer knows what the sheets of some plans need, are given and answer.
type Proposer struct {
	sheets []*probe.Sheet
	needs  []map[string]bool // by sheet: the names of its placeholders, folded
	given  []map[string]bool // by sheet: the names of the fields of its request
	keys   [][]answerKey
}

// answerKey is a key of a documented success, with its place as a JSONPath.
type answerKey struct{ folded, path string }

// NewProposer looks at the sheets once.
func NewProposer(plans []probe.Plan) *Proposer {
	p := &Proposer{}
	for i := range plans {
		s := plans[i].Sheet
		p.sheets = append(p.sheets, s)
		p.needs = append(p.needs, needsOf(&plans[i]))
		p.given = append(p.given, givenTo(s))
		p.keys = append(p.keys, keysOf(s.Success))
	}
	return p
}

// Propose names the APIs whose documented success has a key of a placeholder's name. An API that needs the value itself, or merely sends back what it
// was given, is none.
func (p *Proposer) Propose(name string) []Proposal {
	folded := probe.VarKey(name)
	var needy []*probe.Sheet
	waited := map[string]bool{}
	for i, s := range p.sheets {
		if p.needs[i][folded] {
			needy = append(needy, s)
			waited[strings.ToLower(s.Name)], waited[probe.Slug(s.Name)] = true, true
		}
	}
	var all []Proposal
	for _, exact := range []bool{true, false} {
		for i, s := range p.sheets {
			waits := slices.ContainsFunc(s.Needs, func(n string) bool { return waited[strings.ToLower(n)] })
			if len(all) == maxProposals || p.needs[i][folded] || p.given[i][folded] || waits {
				continue
			}
			if k := slices.IndexFunc(p.keys[i], func(k answerKey) bool { return isNamed(k.folded, folded, exact) }); k >= 0 {
				all = append(all, Proposal{Name: name, Of: s, From: p.keys[i][k].path, Needs: needy})
			}
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

func needsOf(p *probe.Plan) map[string]bool {
	names := map[string]bool{}
	for i := range p.Cases {
		for _, n := range p.Cases[i].Needs {
			names[probe.VarKey(n.Name)] = true
		}
	}
	return names
}

// givenTo are the names of the fields of a request.
func givenTo(s *probe.Sheet) map[string]bool {
	names := map[string]bool{}
	for _, f := range s.Request.Fields {
		names[probe.VarKey(f.Name)] = true
	}
	if v := s.Request.Body.Value; v != nil {
		v.Walk(func(_ string, v *nearjson.Value) bool {
			for _, m := range v.Members {
				names[probe.VarKey(m.Key)] = true
			}
			return true
		})
	}
	return names
}

// maxKeys bounds how much of the documented successes of a sheet is looked at.
const maxKeys = 10_000

// keysOf lists the keys of documented successes that have a text or a number, those nearest to the top first. Of lists the first item is looked at.
func keysOf(responses []probe.Response) []answerKey {
	var keys []answerKey
	for _, r := range responses {
		type node struct {
			value *nearjson.Value
			path  string
		}
		queue := []node{{r.Body.Value, "$"}}
		for ; len(queue) > 0 && len(queue) < maxKeys && len(keys) < maxKeys; queue = queue[1:] {
			n := queue[0]
			if n.value == nil {
				continue
			}
			for _, m := range n.value.Members {
				path := n.path + segment(m.Key)
				if m.Value.Kind == nearjson.String || m.Value.Kind == nearjson.Number {
					keys = append(keys, answerKey{probe.VarKey(m.Key), path})
					continue
				}
				queue = append(queue, node{m.Value, path})
			}
			if len(n.value.Items) > 0 {
				queue = append(queue, node{n.value.Items[0], n.path + "[0]"})
			}
		}
	}
	return keys
}

// isNamed compares a key with the name of a placeholder, both folded. Where they need not be equal, tokens of one use are taken for each other: access_token for
// token, and the other way round; a refresh token is another thing.
func isNamed(key, name string, exact bool) bool {
	if exact || name == "" {
		return key == name && name != ""
	}
	return isAccessToken(key) && isAccessToken(name)
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
