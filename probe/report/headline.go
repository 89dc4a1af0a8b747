package report

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// tally counts the APIs of a run by verdict, and those of which some cases were tried all the same.
type tally struct {
	apis   int
	of     map[probe.Verdict]int
	partly map[probe.Verdict]int // with at least one case that conforms
}

func tallyOf(run *probe.Run) tally {
	t := tally{apis: len(run.Sheets), of: map[probe.Verdict]int{}, partly: map[probe.Verdict]int{}}
	for i := range run.Sheets {
		s := &run.Sheets[i]
		t.of[s.Verdict]++
		if s.Count(probe.Conforms) > 0 {
			t.partly[s.Verdict]++
		}
	}
	return t
}

// headline says in a sentence how the run ended.
func headline(run *probe.Run) string {
	t := tallyOf(run)
	if !run.Interrupted {
		return t.headline(run)
	}
	cut := fmt.Sprintf("Interrupted: %s of %s left out. ", number(run.Summary.Skipped), count(run.Summary.Cases, "case"))
	if t.of[probe.Conforms]+t.of[probe.Skipped] == t.apis {
		return cut + "So far, nothing deviates."
	}
	return cut + "So far: " + t.headline(run)
}

func (t tally) headline(run *probe.Run) string {
	switch {
	case t.apis == 0 && run.Diagnostics.Count(source.Error) > 0:
		return "Nothing was tried: no sheet could be read."
	case t.apis == 0:
		return "Nothing was tried: there is no sheet."
	case t.of[probe.Conforms] == t.apis && t.apis == 1:
		return quoted(run.Sheets[0].Name) + " answers as its sheet documents."
	case t.of[probe.Conforms] == t.apis:
		return fmt.Sprintf("All %s APIs answer as their sheets document.", number(t.apis))
	case t.of[probe.Skipped] == t.apis:
		return "Nothing was tried: every case was left out."
	case t.apis == 1:
		return quoted(run.Sheets[0].Name) + " " + verdictPhrase(run.Sheets[0].Verdict, 1, t) + "."
	}
	for _, v := range []probe.Verdict{probe.Deviates, probe.Blocked, probe.Inconclusive} {
		if t.of[v] == t.apis {
			return t.allOf(v)
		}
	}
	return t.sentence()
}

// allOf is about APIs that all have one verdict.
func (t tally) allOf(v probe.Verdict) string {
	if v == probe.Deviates {
		return fmt.Sprintf("All %s APIs deviate from their sheets.", number(t.apis))
	}
	return fmt.Sprintf("None of the %s APIs %s.", number(t.apis), strings.Replace(verdictPhrase(v, t.apis, t), "could not be", "could be", 1))
}

// sentence names every verdict, worst first: "2 of 4 APIs deviate from their sheets, 1 could not be judged, 1 conforms."
func (t tally) sentence() string {
	text := ""
	for _, v := range []probe.Verdict{probe.Deviates, probe.Blocked, probe.Inconclusive, probe.Skipped} {
		n := t.of[v]
		switch {
		case n == 0:
		case text == "":
			text = fmt.Sprintf("%s of %s APIs %s", number(n), number(t.apis), verdictPhrase(v, n, t))
		default:
			text += fmt.Sprintf(", %s %s", number(n), verdictPhrase(v, n, t))
		}
	}
	if n := t.of[probe.Conforms]; n > 0 {
		text += fmt.Sprintf(", %s %s", number(n), verdictPhrase(probe.Conforms, n, t))
	}
	return text + "."
}

// verdictPhrase continues a sentence about n APIs, which are all that have the verdict.
func verdictPhrase(v probe.Verdict, n int, t tally) string {
	entirely := ""
	if t.partly[v] == n {
		entirely = " in full"
	}
	switch {
	case v == probe.Deviates && n == 1:
		return "deviates from its sheet"
	case v == probe.Deviates:
		return "deviate from their sheets"
	case v == probe.Conforms && n == 1:
		return "conforms"
	case v == probe.Conforms:
		return "conform"
	case v == probe.Blocked:
		return "could not be tried" + entirely
	case v == probe.Inconclusive:
		return "could not be judged" + entirely
	case n == 1:
		return "was left out"
	}
	return "were left out"
}

func quoted(name string) string { return `"` + fit(inert(name), maxName) + `"` }

// maxName is how many columns of the name of an API, a case or a document are shown.
const maxName = 60

// verdictWord is how a verdict is called in headings, and its colour.
func verdictWord(v probe.Verdict) (string, style) {
	switch v {
	case probe.Deviates:
		return "deviates", red
	case probe.Blocked:
		return "not tried", yellow
	case probe.Inconclusive:
		return "no clear answer", yellow
	case probe.Conforms:
		return "conforms", green
	}
	return "left out", dim
}
