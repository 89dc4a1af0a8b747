package report

import (
	"io"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Explanation is what there is to say of a rule, or of findings.
type Explanation struct {
	RunID string
	Rules []ExplainedRule
	Found []Explained // in the run; none where a rule alone is explained, and no run has broken it
	Cases []*probe.Result
}

// ExplainedRule is a rule with what helps to deal with it.
type ExplainedRule struct {
	probe.Rule
	Example string   `json:"example"`
	Silence []string `json:"silence"` // how it can be silenced or waived, or why it cannot
	See     []string `json:"see"`     // what to run in order to see more
	Related []string `json:"related"` // ids of rules
}

// Explained is one finding where it stands.
type Explained struct {
	Sheet   *probe.SheetResult `json:"-"`
	API     string             `json:"api"`
	Case    string             `json:"case"`
	Finding probe.Finding      `json:"finding"`
}

// Explain writes an explanation for a person: the cases and findings first, then what their rules mean.
func Explain(w io.Writer, e Explanation, o Options) error {
	p := newPage(o)
	for _, c := range e.Cases {
		p.blank()
		p.sides("", bold, inert(c.ID), inert(string(c.Verdict)))
		p.text(causeIndent, plain, sentence(c.Title))
		if c.Reason != "" {
			p.text(causeIndent, plain, sentence(c.Reason))
		}
	}
	for i := range e.Found {
		f := &e.Found[i]
		p.blank()
		p.finding(i+1, f.Sheet, &f.Finding)
		p.row(causeIndent, "case", inert(f.Case))
		p.row(causeIndent, "fingerprint", inert(f.Finding.Fingerprint))
		p.row(causeIndent, "run", inert(e.RunID))
	}
	for i := range e.Rules {
		p.explainedRule(&e.Rules[i])
	}
	return p.writeTo(w)
}

func (p *page) explainedRule(r *ExplainedRule) {
	p.blank()
	p.sides("", bold, inert(r.ID), string(r.Severity)+", "+whoActs(r.Blame))
	for _, row := range []struct{ label, text string }{
		{"means", r.Meaning},
		{"why", r.Why},
		{"example", r.Example},
		{"next step", r.Fix},
	} {
		if row.text != "" {
			p.row(causeIndent, row.label, inert(row.text))
		}
	}
	p.rows("to silence", r.Silence)
	p.rows("see", r.See)
	p.rows("related", []string{strings.Join(r.Related, ", ")})
	p.causesOf(r.Rule, true)
}

// rows writes paragraphs of which only the first has the label.
func (p *page) rows(label string, texts []string) {
	for _, text := range slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return s == "" }) {
		p.row(causeIndent, label, inert(text))
		label = ""
	}
}

// ExplainJSON writes an explanation for a machine.
func ExplainJSON(w io.Writer, e Explanation) error {
	type judged struct {
		ID      string        `json:"id"`
		Title   string        `json:"title"`
		Verdict probe.Verdict `json:"verdict"`
		Reason  string        `json:"reason"`
	}
	var cases []judged
	for _, c := range e.Cases {
		cases = append(cases, judged{c.ID, c.Title, c.Verdict, c.Reason})
	}
	for i := range e.Rules {
		r := &e.Rules[i]
		r.Silence, r.See, r.Related = list(r.Silence), list(r.See), list(r.Related)
	}
	return probe.EncodeJSON(w, struct {
		RunID string          `json:"run_id,omitempty"`
		Rules []ExplainedRule `json:"rules"`
		Cases []judged        `json:"cases"`
		Found []Explained     `json:"findings"`
	}{e.RunID, list(e.Rules), list(cases), list(e.Found)})
}

// Matches says that a finding is meant by its fingerprint, or by what it begins with.
func (e *Explained) Matches(fingerprint string) bool {
	return len(fingerprint) >= shortestFingerprint && strings.HasPrefix(e.Finding.Fingerprint, strings.ToLower(fingerprint))
}

// shortestFingerprint is how much of one has to be given.
const shortestFingerprint = 6
