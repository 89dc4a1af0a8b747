package report

import (
	"io"
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
	}
	return p.writeTo(w)
}

// RulesJSON lists rules for a machine: {"rules_version", "rules": [{"id", "severity", "blame", "meaning", "why", "fix"}]}.
func RulesJSON(w io.Writer, rules []probe.Rule) error {
	return probe.EncodeJSON(w, struct {
		Version string       `json:"rules_version"`
		Rules   []probe.Rule `json:"rules"`
	}{probe.RulesVersion, list(rules)})
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
