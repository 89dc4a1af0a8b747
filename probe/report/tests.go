package report

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Test is a case as a test framework tells it, or what belongs to no case and keeps the run from ending well.
type Test struct {
	API     string // the first part of the case ids of its API; "" of what belongs to none
	Name    string // within the API; stable from run to run
	Verdict probe.Verdict
	Brief   string // why it ended so, as a sentence; "" where it conforms
	Details string // lines for people: what was sent, the findings, the command line that sends it again
}

// Tests tells a run in its order. One of them at least neither conforms nor was left out wherever the exit code of the run is not 0.
func Tests(run *probe.Run) []Test {
	var all []Test
	for i := range run.Sheets {
		s := &run.Sheets[i]
		for _, c := range told(s) {
			_, brief := inBrief(c)
			api, _, _ := strings.Cut(c.ID, "/")
			test := Test{API: inert(api), Name: caseName(c), Verdict: c.Verdict, Brief: inert(brief)}
			if c.Verdict != probe.Skipped && (c.Verdict != probe.Conforms || len(c.Findings) > 0) {
				test.Details = details(s, c)
			}
			all = append(all, test)
		}
	}
	for _, p := range problemsOf(run) {
		text := inert(p.message)
		if p.hint != "" {
			text += "\nnext step: " + inert(p.hint)
		}
		all = append(all, Test{Name: p.name, Verdict: probe.Blocked, Brief: inert(p.message), Details: text + "\n"})
	}
	return all
}
