package evidence

import (
	"fmt"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// otherwise says in what a record differs from what comes of it when it is judged again: cases that have another verdict, or other findings, or are not
// there; and what was seen, measured and said of an API as a whole. What a decision goes by cannot be written over and stay unnoticed.
func otherwise(signed, again *probe.Run) []string {
	all := otherDocuments(signed, again)
	for i := range signed.Sheets {
		then, now := &signed.Sheets[i], &again.Sheets[i]
		all = append(all, otherCases(then, now)...)
		for _, part := range []struct {
			name      string
			then, now any
		}{
			{"what lint says of the sheet", remarks(then), remarks(now)},
			{"what the sheet documents", promises(then), promises(now)},
			{"which documented codes and answers were seen", seen(then), seen(now)},
			{"how long answers took", then.Timings, now.Timings},
			{"what the run found beyond its cases", graves(then.Findings), graves(now.Findings)},
			{"the verdict", then.Verdict, now.Verdict},
		} {
			if !same(part.then, part.now) {
				all = append(all, fmt.Sprintf("%q: %s is not what follows from the sheet and the exchanges", then.Name, part.name))
			}
		}
	}
	return all
}

// otherDocuments are those that hold more or fewer sheets than the record says. A document that is not at hand is another check's.
func otherDocuments(signed, again *probe.Run) []string {
	var all []string
	for _, d := range signed.Documents {
		for _, now := range again.Documents {
			if now.SHA256 == d.SHA256 && now.Sheets != d.Sheets {
				all = append(all, fmt.Sprintf("%q holds %s, and the record says %d", d.Name, counted(now.Sheets, "sheet", "sheets"), d.Sheets))
			}
		}
	}
	return all
}

func otherCases(signed, again *probe.SheetResult) []string {
	var all []string
	now, then := byID(again), byID(signed)
	for i := range signed.Cases {
		c := &signed.Cases[i]
		a := now[c.ID]
		switch {
		case a == nil:
			all = append(all, c.ID+": it is there no more")
		case then[c.ID] != c:
			all = append(all, c.ID+": it stands there twice")
		case a.Verdict != c.Verdict:
			all = append(all, fmt.Sprintf("%s: signed as %s, and is %s", c.ID, c.Verdict, a.Verdict))
		case a.Outcome != c.Outcome:
			all = append(all, fmt.Sprintf("%s: signed as answered with %q, and is with %q", c.ID, c.Outcome, a.Outcome))
		case (a.Checks == 0) != (c.Checks == 0):
			all = append(all, fmt.Sprintf("%s: signed with %d checks, and takes %d", c.ID, c.Checks, a.Checks))
		case a.ByDesign != c.ByDesign:
			all = append(all, c.ID+": signed as left out by design, and the sheet asks for it")
		default:
			all = append(all, otherFindings(c, a)...)
		}
	}
	for i := range again.Cases {
		if id := again.Cases[i].ID; then[id] == nil {
			all = append(all, id+": the sheet leads to it, and the record does not hold it")
		}
	}
	return all
}

// byID are the cases by their ids; of several with one id, the first.
func byID(s *probe.SheetResult) map[string]*probe.Result {
	all := map[string]*probe.Result{}
	for i := range s.Cases {
		if c := &s.Cases[i]; all[c.ID] == nil {
			all[c.ID] = c
		}
	}
	return all
}

func otherFindings(signed, again *probe.Result) []string {
	var all []string
	known, now := graves(signed.Findings), graves(again.Findings)
	for i := range again.Findings {
		f := &again.Findings[i]
		if grave, is := known[f.Fingerprint]; !is {
			all = append(all, fmt.Sprintf("%s: %s was not signed: %s", signed.ID, f.Rule, f.Message))
		} else if grave != now[f.Fingerprint] {
			all = append(all, fmt.Sprintf("%s: %s was signed as %s, and is %s", signed.ID, f.Rule, grave, now[f.Fingerprint]))
		}
	}
	for i := range signed.Findings {
		f := &signed.Findings[i]
		if _, is := now[f.Fingerprint]; !is {
			all = append(all, fmt.Sprintf("%s: %s was signed, and is there no more: %s", signed.ID, f.Rule, f.Message))
		}
	}
	return all
}

// grave is what decides by a finding.
type grave struct {
	Severity, Own source.Severity
	Blame         probe.Blame
	Rule          string
}

func (g grave) String() string {
	if g.Own == g.Severity {
		return fmt.Sprintf("%s of %s", g.Severity, g.Blame)
	}
	return fmt.Sprintf("%s of %s, lowered from %s", g.Severity, g.Blame, g.Own)
}

func graves(findings []probe.Finding) map[string]grave {
	all := map[string]grave{}
	for _, f := range findings {
		all[f.Fingerprint] = grave{f.Severity, f.OwnSeverity(), f.Blame, f.Rule}
	}
	return all
}

// remarks are what lint says, without its words: secrets that are masked in the record need not be known to who verifies.
func remarks(s *probe.SheetResult) []string {
	var all []string
	for _, d := range s.Diagnostics {
		all = append(all, fmt.Sprintf("%s %s", d.Rule, d.Severity))
	}
	slices.Sort(all)
	return all
}

// promises are what the sheet documents, as far as a decision goes by it.
func promises(s *probe.SheetResult) []string {
	var all []string
	if s.Documented == nil {
		return all
	}
	for _, r := range s.Documented.Responses {
		all = append(all, fmt.Sprintf("%s %d %q", r.Kind, r.HTTPStatus, r.Code))
	}
	for _, c := range s.Documented.Codes {
		all = append(all, c.Code)
	}
	return all
}

// seen is what was documented, and what of it was seen.
func seen(s *probe.SheetResult) []string {
	var all []string
	for _, c := range s.Coverage.Codes {
		all = append(all, fmt.Sprintf("%q %t %t", c.Code, c.Documented, c.Seen))
	}
	for _, r := range s.Coverage.Responses {
		all = append(all, fmt.Sprintf("%s %d %q %t", r.Kind, r.HTTPStatus, r.Code, r.Seen))
	}
	return all
}
