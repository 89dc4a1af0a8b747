package report_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// conform writes every run, in every look, the same each time, with nothing in it that acts on a
// terminal, and leaves the run as it is.
func conform(t *testing.T, f report.Format, runs map[string]*probe.Run) {
	t.Helper()
	require.NotEmpty(t, runs)
	for name, run := range runs {
		before := encoded(t, run)
		for look, o := range looks {
			t.Run(name+"/"+look, func(t *testing.T) {
				first, second := written(t, f, run, o), written(t, f, run, o)
				require.True(t, first == second, "the same each time")
				assert.True(t, f.Binary || strings.HasSuffix(first, "\n"))
				if !o.Color && !f.Binary {
					assertInert(t, first)
				}
			})
		}
		require.True(t, before == encoded(t, run), "%s: the run stays as it is", name)
	}
}

func encoded(t *testing.T, run *probe.Run) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run.Encode(&out))
	return out.String()
}

func written(t *testing.T, f report.Format, run *probe.Run, o report.Options) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, f.Write(&out, run, o))
	return out.String()
}

// assertInert looks for characters that act on a terminal, except the line end.
func assertInert(t *testing.T, text string) {
	t.Helper()
	at := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && unicode.IsControl(r) })
	if at >= 0 {
		t.Errorf("a control character at byte %d: %q", at, text[max(0, at-40):min(len(text), at+10)])
	}
}

// What reporttest asks of every format, the text promises in every look.
func TestTextConformsInEveryLook(t *testing.T) {
	runs := recorded(t)
	maps.Copy(runs, composed())
	conform(t, formatNamed(t, "text"), runs)
}

// composed are the runs that are too large for a file.
func composed() map[string]*probe.Run {
	runs := map[string]*probe.Run{
		"enormous": enormous(1 << 17), "identical": identical(1000), "many-causes": manyCauses(1000), "many-apis": manyAPIs(300),
		"many-blocked": manyBlocked(500), "empty": {}, "bare": {Sheets: []probe.SheetResult{{Cases: []probe.Result{{}, {Verdict: probe.Deviates}}}, {}}},
	}
	for _, run := range runs {
		run.Summarize()
	}
	return runs
}

func summarized(run *probe.Run) *probe.Run {
	run.Summarize()
	return run
}

func deviating(i int, findings ...probe.Finding) probe.Result {
	return probe.Result{
		ID: fmt.Sprintf("list-parcels/missing-field/f%d", i), Family: probe.FamilyMissingField, Mutation: fmt.Sprintf("field \"f%d\" left out", i),
		Verdict: probe.Deviates, Findings: findings, Checks: 3,
		Exchange: &probe.Exchange{
			Attempts: []probe.Attempt{{}}, Request: probe.RecordedRequest{Method: "GET", URL: "http://127.0.0.1:1/parcels"}, Response: &probe.RecordedResponse{HTTPStatus: 200},
		},
	}
}

func identical(n int) *probe.Run {
	s := probe.SheetResult{Name: "List parcels", Document: "parcels.yaml"}
	for i := range n {
		s.Cases = append(s.Cases, deviating(i, probe.Finding{Rule: "shape.missing", Severity: source.Error, Pointer: fmt.Sprintf("/data/%d/id", i), Message: "the documented key \"id\" is missing", Count: 1}))
	}
	return &probe.Run{Sheets: []probe.SheetResult{s}}
}

func manyCauses(n int) *probe.Run {
	var fs []probe.Finding
	for i := range n {
		fs = append(fs, probe.Finding{Rule: "shape.missing", Severity: source.Error, Pointer: fmt.Sprintf("/k%d", i), Message: fmt.Sprintf("the documented key \"k%d\" is missing", i), Count: 1})
	}
	return &probe.Run{Sheets: []probe.SheetResult{{Name: "List parcels", Document: "parcels.yaml", Cases: []probe.Result{deviating(0, fs...)}}}}
}

func manyAPIs(n int) *probe.Run {
	run := &probe.Run{}
	for i := range n {
		s := probe.SheetResult{Name: fmt.Sprintf("API %d", i), Method: "GET", Document: "all.xlsx"}
		s.At.Cell = fmt.Sprintf("Tab!B%d", i+1)
		s.Cases = []probe.Result{deviating(i, probe.Finding{Rule: "status.http", Severity: source.Error, Observed: "HTTP 500", Message: "HTTP 500 came", Count: 1})}
		run.Sheets = append(run.Sheets, s)
	}
	return run
}

func manyBlocked(n int) *probe.Run {
	run := &probe.Run{}
	for i := range n {
		f := probe.Finding{Rule: "setup.placeholder-unresolved", Severity: source.Error, Message: fmt.Sprintf("the placeholder \"<<v%d>>\" has no value", i%20)}
		run.Sheets = append(run.Sheets, probe.SheetResult{Name: fmt.Sprintf("API %d", i), Cases: []probe.Result{{ID: "a/success", Verdict: probe.Blocked, Findings: []probe.Finding{f}}}})
	}
	return run
}

// enormous has an answer of n bytes, and a hundredth of that in every other text.
func enormous(n int) *probe.Run {
	long := strings.Repeat("\x1b[31m0123456789", n/1400)
	s := probe.SheetResult{Name: long, Method: long, URL: "http://" + long, Document: long, Diagnostics: source.Diagnostics{{Severity: source.Error, Message: long, Hint: long}}}
	c := deviating(0, probe.Finding{Rule: "shape.type", Severity: source.Error, Pointer: "/" + long, Documented: long, Observed: long, Message: long, Hint: long})
	c.Exchange.Request.Body, c.Exchange.Response.Body, c.Mutation = long, strings.Repeat(long, 100), long
	s.Cases = []probe.Result{c, {ID: long, Verdict: probe.Skipped, Reason: long}, {Verdict: probe.Blocked, Reason: long}}
	return &probe.Run{Sheets: []probe.SheetResult{s}, Diagnostics: s.Diagnostics}
}

func TestTextFitsTheWidth(t *testing.T) {
	text := formatNamed(t, "text")
	runs := recorded(t)
	maps.Copy(runs, composed())
	for name, run := range runs {
		for _, width := range []int{0, 40, 60, 100, 200} {
			t.Run(fmt.Sprintf("%s/%d", name, width), func(t *testing.T) {
				out := written(t, text, run, report.Options{Width: width, Verbose: width == 60})
				assertFits(t, out, cmpWidth(width))
			})
		}
	}
}

func cmpWidth(width int) int {
	if width == 0 {
		return 80
	}
	return width
}

// assertFits measures every line but those that are there to be copied: URLs and command lines.
func assertFits(t *testing.T, out string, width int) {
	t.Helper()
	inCommand := false
	for i, line := range strings.Split(out, "\n") {
		command := inCommand || strings.HasPrefix(strings.TrimSpace(line), "curl ")
		inCommand = command && strings.HasSuffix(line, `\`)
		if columns := columns(line); columns > width && !command && !strings.Contains(line, "://") {
			t.Errorf("line %d has %d columns: %s", i+1, columns, line)
		}
	}
}

// columns counts the plain way: wide are the letters of East Asia and emoji, nothing are marks and joiners.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Cf):
		case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana), r >= 0x1F300 && r <= 0x1FAFF, r >= 0xFF01 && r <= 0xFF60:
			n += 2
		default:
			n++
		}
	}
	return n
}

func TestTextStaysShort(t *testing.T) {
	text := formatNamed(t, "text")
	recorded := recorded(t)
	tests := []struct {
		name  string
		run   *probe.Run
		lines int
	}{
		{"all is well", recorded["well"], 4},
		{"one API, all is well", recorded["well-single"], 4},
		{"1,000 identical findings", composed()["identical"], 30},
		{"1,000 causes", composed()["many-causes"], 100},
		{"300 APIs", composed()["many-apis"], 170},
		{"500 blocked APIs", composed()["many-blocked"], 140},
		{"an answer of 10 MB, and long texts everywhere", summarized(enormous(10 << 20)), 80},
	}
	require.NotEmpty(t, tests)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := written(t, text, tt.run, report.Options{})
			assert.LessOrEqual(t, strings.Count(out, "\n"), tt.lines, out)
			assert.Less(t, len(out), 20_000)
		})
	}
}

func TestTextFoldsWhatHasOneCause(t *testing.T) {
	text := formatNamed(t, "text")
	out := written(t, text, composed()["identical"], report.Options{})
	assert.Equal(t, 1, strings.Count(out, `the documented key "id" is missing`), out)
	assert.Contains(t, out, "and 995 more cases")

	out = written(t, text, recorded(t)["single"], report.Options{})
	assert.Equal(t, 1, strings.Count(out, "who acts"), "one cause, three findings: %s", out)
	assert.Equal(t, 2, strings.Count(out, "    also"), out)

	out = written(t, text, composed()["many-causes"], report.Options{})
	assert.Contains(t, out, "and 990 more causes in this API: shape.missing 990 times. -v shows all.")
}

// Nobody reads that a case that could not be judged has failed.
func TestTextNeverSaysFailedOfWhatCouldNotBeJudged(t *testing.T) {
	for _, o := range looks {
		assert.NotContains(t, strings.ToLower(written(t, formatNamed(t, "text"), recorded(t)["inconclusive"], o)), "fail")
	}
}

func TestNoFormatShowsASecret(t *testing.T) {
	const secret = "s3cr3t-Tok/en+42"
	mask := probe.NewRedactor(probe.NewVars(probe.Var{Name: "token", Value: secret, Secret: true}))
	c := deviating(0, probe.Finding{Rule: "shape.missing", Severity: source.Error, Message: "gone"})
	c.Exchange.Request = mask.Request(probe.Request{
		Method: "POST", URL: "http://127.0.0.1:1/?t=" + secret, Headers: []probe.Header{{Name: "Authorization", Value: "Bearer " + secret}}, Body: []byte(`{"t":"` + secret + `"}`),
	})
	run := &probe.Run{StartedAt: time.Unix(0, 0), Sheets: []probe.SheetResult{{Cases: []probe.Result{c}}}}
	run.Summarize()
	for _, f := range report.Formats {
		for _, look := range slices.Sorted(maps.Keys(looks)) {
			assert.NotContains(t, written(t, f, run, looks[look]), "s3cr3t", "%s %s", f.Name, look)
		}
	}
}

func TestColorOnlyEmphasises(t *testing.T) {
	text := formatNamed(t, "text")
	for name, run := range recorded(t) {
		colored := written(t, text, run, report.Options{Color: true, Verbose: true})
		for _, code := range []string{"0", "1", "2", "31", "32", "33"} {
			colored = strings.ReplaceAll(colored, "\x1b["+code+"m", "")
		}
		assert.Equal(t, written(t, text, run, report.Options{Verbose: true}), colored, name)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, assert.AnError }

func TestEveryFormatPassesWriteErrorsOn(t *testing.T) {
	for _, f := range report.Formats {
		require.ErrorIs(t, f.Write(brokenWriter{}, recorded(t)["well"], report.Options{}), assert.AnError, f.Name)
	}
}

func FuzzText(f *testing.F) {
	f.Add("plain", "/data/0/id", 80, true)
	f.Add("\x1b[2J\x1b]0;x\a\u202e\u4e2d\U0001F600e\u0301\xff\xfe\n\r\t", "//0/~1/\x00", 41, false)
	f.Fuzz(func(t *testing.T, text, pointer string, width int, verbose bool) {
		c := deviating(0, probe.Finding{Rule: text, Severity: source.Error, Pointer: pointer, Message: text, Documented: text, Observed: text, Hint: text})
		c.Mutation, c.Exchange.Response.Body = text, text
		run := &probe.Run{Sheets: []probe.SheetResult{{Name: text, Document: text, Cases: []probe.Result{c, {ID: text, Verdict: probe.Blocked, Reason: text}, {Verdict: probe.Inconclusive, Reason: text}}}}}
		run.Summarize()
		var out bytes.Buffer
		require.NoError(t, report.Formats[0].Write(&out, run, report.Options{Width: width % 500, Verbose: verbose}))
		assertInert(t, out.String())
	})
}
