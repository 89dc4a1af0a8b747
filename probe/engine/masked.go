package engine

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// withoutSecrets removes the secrets that a result quotes from the sheet: what was recorded holds none any more.
func withoutSecrets(r probe.Result, mask *probe.Redactor) probe.Result {
	r.Reason, r.Mutation = mask.Text(r.Reason), mask.Text(r.Mutation)
	for i := range r.Findings {
		maskFinding(&r.Findings[i], mask)
	}
	return r
}

func maskFinding(f *probe.Finding, mask *probe.Redactor) {
	for _, text := range []*string{&f.Message, &f.Why, &f.Hint, &f.Documented, &f.Observed} {
		*text = mask.Text(*text)
	}
	if f.Proposed != nil {
		row := *f.Proposed
		row.Code, row.Message, row.Line = mask.Text(row.Code), mask.Text(row.Message), mask.Text(row.Line)
		f.Proposed = &row
	}
}

// maskCoverage removes the secrets that a coverage quotes from the sheet and from the plan.
func maskCoverage(s *probe.SheetResult, mask *probe.Redactor) {
	for i := range s.Coverage.Codes {
		c := &s.Coverage.Codes[i]
		c.Code, c.Message, c.Lacking = mask.Text(c.Code), mask.Text(c.Message), mask.Text(c.Lacking)
	}
	for i := range s.Coverage.Responses {
		r := &s.Coverage.Responses[i]
		r.Title, r.Lacking = mask.Text(r.Title), mask.Text(r.Lacking)
	}
	for i := range s.Findings {
		maskFinding(&s.Findings[i], mask)
	}
}

// masked are diagnostics without secrets: those of the sheet itself where they hold none, as most do.
func masked(ds source.Diagnostics, mask *probe.Redactor) source.Diagnostics {
	quotes := func(d source.Diagnostic) bool {
		return mask.Text(d.Message) != d.Message || mask.Text(d.Hint) != d.Hint
	}
	if len(ds) > 0 && !slices.ContainsFunc(ds, quotes) {
		return slices.Clip(ds)
	}
	out := make(source.Diagnostics, len(ds))
	for i, d := range ds {
		d.Message, d.Hint = mask.Text(d.Message), mask.Text(d.Hint)
		out[i] = d
	}
	return out
}
