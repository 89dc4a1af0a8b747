package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func skippedFor(reasons ...string) *probe.Run {
	s := probe.SheetResult{Name: "Send one-time PIN"}
	for i, reason := range reasons {
		s.Cases = append(s.Cases, probe.Result{ID: fmt.Sprintf("pin/missing-field/f%d", i), Verdict: probe.Skipped, Reason: reason})
	}
	return summarized(&probe.Run{Sheets: []probe.SheetResult{s}})
}

// Reasons that differ in one name are one reason about several names.
func TestTextFoldsWhatWasLeftOut(t *testing.T) {
	named := func(names ...string) []string {
		for i, name := range names {
			names[i] = `nothing says that "` + name + `" is mandatory; pass "all"`
		}
		return names
	}
	tests := []struct {
		name    string
		reasons []string
		want    string
	}{
		{"one", named("pin"), `1 case: nothing says that "pin" is mandatory; pass "all"`},
		{"the same twice", named("pin", "pin"), `2 cases: nothing says that "pin" is mandatory; pass "all"`},
		{"two names", named("pin", "purpose"), `2 cases: nothing says that "pin" or "purpose" is mandatory; pass "all"`},
		{"many names", named("a", "b", "c", "d", "e", "f", "g"), `7 cases: nothing says that "a", "b", "c", "d", "e" or 2 more is mandatory; pass "all"`},
		{"two names each", []string{`"a" needs "b"`, `"c" needs "d"`}, `2 cases: for example: "a" needs "b"`},
		{"a quote without its partner", []string{`12" is wide`, `12" is high`}, `2 cases: for example: 12" is wide`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := written(t, formatNamed(t, "text"), skippedFor(tt.reasons...), report.Options{Width: 200})
			assert.Contains(t, out, "left out    "+tt.want)
		})
	}
}

func found(rule, message string, line int) probe.Finding {
	f := probe.Finding{Rule: rule, Severity: source.Error, Blame: probe.BlameEndpoint, Pointer: "/mesage", Message: message, Documented: `key "message"`, Count: 1}
	f.At.Line, f.At.Column = line, 5
	return f
}

// What is spelt wrong in every error response is one cause, with every place that documents it.
func TestTextFoldsOneMistakeInSeveralErrorResponses(t *testing.T) {
	renamed := `the answer has key "mesage" where the sheet documents key "message"`
	s := probe.SheetResult{Name: "Verify PIN", Document: "pin.txt", Cases: []probe.Result{
		deviating(0, found("shape.renamed", renamed, 43)), deviating(1, found("shape.renamed", renamed, 49)), deviating(2, found("shape.renamed", renamed, 43)),
	}}
	for i := range s.Cases {
		s.Cases[i].Outcome = probe.OutcomeError
	}
	s.Cases = append(s.Cases, deviating(3, found("shape.renamed", renamed, 30)))
	s.Cases[3].Outcome = probe.OutcomeSuccess
	out := written(t, formatNamed(t, "text"), summarized(&probe.Run{Sheets: []probe.SheetResult{s}}), report.Options{})
	assert.Equal(t, 2, strings.Count(out, renamed), "errors, and the success: %s", out)
	assert.Contains(t, out, `key "message"  [pin.txt:43:5 and 49:5]`)
	assert.Contains(t, out, `key "message"  [pin.txt:30:5]`)
}

// What callers will send comes before what only a broken request shows; errors come before warnings all the same.
func TestTextRanksTheDocumentedRequestFirst(t *testing.T) {
	api := func(name string, severity source.Severity, family probe.Family) probe.SheetResult {
		f := found("status.http", name+" went wrong", 3)
		f.Severity = severity
		c := deviating(0, f)
		c.Family = family
		return probe.SheetResult{Name: name, Cases: []probe.Result{c}}
	}
	broken := deviating(1, found("security.auth-not-enforced", "it is open", 7))
	broken.Family = probe.FamilyNoAuth
	both := api("both", source.Error, probe.FamilyTestData)
	both.Cases = append([]probe.Result{broken}, both.Cases...)
	run := summarized(&probe.Run{Sheets: []probe.SheetResult{
		api("warned", source.Warning, probe.FamilySuccess), api("broken", source.Error, probe.FamilyMissingField), both,
	}})
	out := written(t, formatNamed(t, "text"), run, report.Options{})
	last := -1
	for _, next := range []string{"1. both went wrong", "2. it is open", "3. broken went wrong", "4. warned went wrong"} {
		at := strings.Index(out, next)
		assert.Greater(t, at, last, "%s in %s", next, out)
		last = at
	}
}

// A newcomer wants to see what is well by name, too.
func TestTextNamesWhatConforms(t *testing.T) {
	well := func(name string) probe.SheetResult {
		return probe.SheetResult{Name: name, Cases: []probe.Result{{ID: "x/success", Verdict: probe.Conforms}}}
	}
	bad := probe.SheetResult{Name: "Bad", Cases: []probe.Result{deviating(0, found("status.http", "wrong", 3))}}
	run := summarized(&probe.Run{Sheets: []probe.SheetResult{well("One"), bad, well("Two")}})
	out := written(t, formatNamed(t, "text"), run, report.Options{})
	assert.Contains(t, out, "1 of 3 APIs deviates from its sheet, 2 conform.")
	assert.Contains(t, out, "conforms         One and Two")
	for i := range 20 {
		run.Sheets = append(run.Sheets, well(fmt.Sprintf("More %d", i)))
	}
	run.Summarize()
	assert.Contains(t, written(t, formatNamed(t, "text"), run, report.Options{}), "More 0, More 1, More 2 and 17 more")
}

// A run that is only shown has one command line as a sample, and nothing to do next.
func TestTextOfARunThatIsShown(t *testing.T) {
	run := recorded(t)["deviations"]
	worked, shown := written(t, formatNamed(t, "text"), run, report.Options{}), written(t, formatNamed(t, "text"), run, report.Options{Show: true})
	assert.Greater(t, strings.Count(worked, "curl '"), 1)
	assert.Equal(t, 1, strings.Count(shown, "curl '"))
	assert.Contains(t, worked, "\nnext ")
	assert.NotContains(t, shown, "\nnext ")
}
