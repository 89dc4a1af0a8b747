package report

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// promised is a documented answer or code, or a code that nobody documented, and what became of it: a row of the coverage table.
type promised struct {
	name       string // 404, "ERR002", or the heading
	message    string
	documented bool
	seenIn     []string
	tried      []string
	lacking    string
}

func (p *promised) seen() bool { return len(p.seenIn) > 0 }

// promisesOf lists the codes of an API and those of its documented answers that no code stands for.
func promisesOf(s *probe.SheetResult) []promised {
	var all []promised
	for _, c := range s.Coverage.Codes {
		all = append(all, promised{orElse(c.Code, "-"), c.Message, c.Documented, seenIn(c.Seen, c.SeenIn), c.Tried, c.Lacking})
	}
	listed := func(name string) bool {
		for i := range all {
			if all[i].name == name {
				return true
			}
		}
		return false
	}
	for _, r := range s.Coverage.Responses {
		if status := statusOf(r); r.Code != "" && listed(r.Code) || r.Code == "" && status != "" && listed(status) {
			continue
		}
		all = append(all, promised{nameOfAnswer(r), messageOfAnswer(r), true, seenIn(r.Seen, r.SeenIn), r.Tried, r.Lacking})
	}
	return all
}

// seenIn are the cases; a run of a version that did not note them says only that there were some.
func seenIn(seen bool, ids []string) []string {
	if seen && len(ids) == 0 {
		return []string{""}
	}
	return ids
}

func statusOf(r probe.ResponseCoverage) string {
	if r.HTTPStatus == 0 {
		return ""
	}
	return strconv.Itoa(r.HTTPStatus)
}

func nameOfAnswer(r probe.ResponseCoverage) string {
	return orElse(orElse(r.Code, statusOf(r)), "the "+string(r.Kind)+" answer")
}

func messageOfAnswer(r probe.ResponseCoverage) string {
	return orElse(r.Title, http.StatusText(r.HTTPStatus))
}

// coverage says of each API how much of what it documents was seen; a verbose report has the whole table.
func (t *textReport) coverage() {
	if t.verbose {
		t.coverageTables()
		return
	}
	var lines []string
	for i := range t.run.Sheets {
		if line := coverageLine(&t.run.Sheets[i], len(t.run.Sheets) > 1); line != "" {
			lines = append(lines, line)
		}
	}
	label, shown := "coverage", t.atMost(len(lines), maxListed)
	for _, line := range lines[:shown] {
		t.row(0, label, line)
		label = ""
	}
	if rest := len(lines) - shown; rest > 0 {
		t.row(0, label, fmt.Sprintf("%s do not show all that they document; -v shows it", more(rest, "API")))
	}
}

// coverageLine says what of one API was seen; "" where nothing was tried, or one of several has shown everything.
func coverageLine(s *probe.SheetResult, several bool) string {
	var missing, undocumented []string
	all, tried := promisesOf(s), s.Count(probe.Conforms)+s.Count(probe.Deviates)
	seen, documented := 0, 0
	for i := range all {
		switch p := &all[i]; {
		case !p.documented:
			undocumented = append(undocumented, inertUpTo(p.name, maxName))
		case p.seen():
			seen, documented = seen+1, documented+1
		default:
			documented++
			missing = append(missing, inertUpTo(p.name, maxName))
		}
	}
	if tried == 0 || documented == 0 || several && len(missing)+len(undocumented) == 0 {
		return ""
	}
	line := fmt.Sprintf("%d of %s seen", seen, count(documented, "documented code"))
	if several {
		line = fit(inert(s.Name), maxName) + ": " + line
	}
	if len(missing) > 0 {
		line += "; not " + someOf(missing)
	}
	if len(undocumented) > 0 {
		line += "; not documented: " + someOf(undocumented)
	}
	return line
}

func (t *textReport) coverageTables() {
	written := false
	t.eachAPI(func(_ int, s *probe.SheetResult) {
		all := promisesOf(s)
		if len(all) == 0 || s.Verdict == probe.Skipped || s.Verdict == probe.Blocked {
			return
		}
		written = true
		t.blank()
		t.banner(dim, "Coverage of "+inert(orElse(s.Name, "an API without a name")), "")
		for k := range all {
			t.promised(&all[k])
		}
	})
	if written {
		t.blank()
	}
}

func (t *textReport) promised(p *promised) {
	name := inertUpTo(p.name, maxName)
	if p.message != "" {
		name += "  " + fit(inert(p.message), maxName)
	}
	switch {
	case !p.documented:
		t.row(0, "no row", name+": seen in "+caseNames(p.seenIn)+", and not documented")
	case p.seen():
		t.row(0, "seen", strings.TrimSuffix(name+": "+caseNames(p.seenIn), ": "))
	case len(p.tried) > 0:
		t.row(0, "not seen", name+": tried by "+caseNames(p.tried))
	default:
		t.row(0, "not seen", strings.TrimSuffix(name+": "+inert(p.lacking), ": "))
	}
}

// caseNames are the names of cases without the API, the first few of them.
func caseNames(ids []string) string {
	var names []string
	for _, id := range ids {
		if id != "" {
			names = append(names, shortID(id))
		}
	}
	return someOf(names)
}
