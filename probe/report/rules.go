package report

import (
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Rules lists rules for a person, a section per group of them: id, severity, who acts, what it means, what to do.
func Rules(w io.Writer, rules []probe.Rule, o Options) error {
	p := newPage(o)
	group := ""
	for _, r := range rules {
		if prefix, _, _ := strings.Cut(r.ID, "."); prefix != group {
			group = prefix
			p.blank()
			p.banner(plain, group+".*", "")
		}
		p.blank()
		p.sides("", bold, inert(r.ID), string(r.Severity)+", "+whoActs(r.Blame))
		p.text(causeIndent, plain, sentence(r.Meaning))
		if r.Why != "" {
			p.text(causeIndent, plain, sentence(r.Why))
		}
		p.text(causeIndent, plain, sentence(r.Fix))
		p.causesOf(r, len(rules) == 1)
	}
	return p.writeTo(w)
}

// causesOf names what can lead to a finding of a transport rule, as diagnoses name it; with what each means where the rule is asked for alone.
func (p *page) causesOf(r probe.Rule, whole bool) {
	var ids []string
	for _, c := range causesUnder(r.ID) {
		ids = append(ids, c.ID)
		if whole {
			p.blank()
			p.text(causeIndent, bold, c.ID)
			p.text(causeIndent, plain, sentence(c.Means))
			p.text(causeIndent, plain, sentence(c.Next))
		}
	}
	if len(ids) > 0 && !whole {
		p.text(causeIndent, plain, "Causes: "+strings.Join(ids, ", ")+".")
	}
}

func causesUnder(rule string) []probe.Cause {
	return slices.DeleteFunc(probe.Causes(), func(c probe.Cause) bool { return c.Rule != rule })
}

// RulesJSON lists rules for a machine: {"rules_version", "rules": [{"id", "severity", "blame", "meaning", "why", "fix"}], "causes": [{"id", "rule", "means",
// "next"}]}, the causes of those of the rules that have some.
func RulesJSON(w io.Writer, rules []probe.Rule) error {
	type cause struct {
		ID    string `json:"id"`
		Rule  string `json:"rule"`
		Means string `json:"means"`
		Next  string `json:"next"`
	}
	var causes []cause
	for _, c := range probe.Causes() {
		if slices.ContainsFunc(rules, func(r probe.Rule) bool { return r.ID == c.Rule }) {
			causes = append(causes, cause{c.ID, c.Rule, c.Means, c.Next})
		}
	}
	return probe.EncodeJSON(w, struct {
		Version string       `json:"rules_version"`
		Rules   []probe.Rule `json:"rules"`
		Causes  []cause      `json:"causes"`
	}{probe.RulesVersion, list(rules), list(causes)})
}

// sentence begins with a capital letter and ends with a full stop.
func sentence(s string) string {
	s = inert(s)
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 || strings.HasPrefix(s, "--") {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:] + "."
}
