package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/office"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/report/reporttest"
)

func TestLetter(t *testing.T) {
	letter := formatNamed(t, "letter")
	for name, run := range recorded(t) {
		for _, extension := range []string{".md", ".html"} {
			if extension == ".html" && name != "deviations" && name != "hostile" {
				continue // made from the same Markdown
			}
			t.Run(name+extension, func(t *testing.T) {
				var out bytes.Buffer
				require.NoError(t, letter.Write(&out, run, report.Options{Extension: extension}))
				golden(t, filepath.Join("testdata", "runs", name+".letter"+extension), out.String())
			})
		}
	}
}

func TestLetterAsDocxIsWellFormedAndTheSameEachTime(t *testing.T) {
	letter := formatNamed(t, "letter")
	for name, run := range recorded(t) {
		t.Run(name, func(t *testing.T) {
			var once, twice bytes.Buffer
			require.NoError(t, letter.Write(&once, run, report.Options{Extension: ".docx"}))
			require.NoError(t, letter.Write(&twice, run, report.Options{Extension: ".docx"}))
			require.Equal(t, once.Bytes(), twice.Bytes())
			archive, err := zip.NewReader(bytes.NewReader(once.Bytes()), int64(once.Len()))
			require.NoError(t, err)
			require.Len(t, archive.File, 6)
			for _, part := range archive.File {
				requireXML(t, part)
			}
		})
	}
}

func requireXML(t *testing.T, part *zip.File) {
	t.Helper()
	r, err := part.Open()
	require.NoError(t, err)
	defer r.Close()
	decoder := xml.NewDecoder(r)
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err, part.Name)
	}
}

// A word processor that is not ours reads the letter, and shows what the Markdown says.
func TestLetterIsReadByAWordProcessor(t *testing.T) {
	var docx bytes.Buffer
	run := recorded(t)["deviations"]
	require.NotNil(t, run)
	require.NoError(t, formatNamed(t, "letter").Write(&docx, run, report.Options{Extension: ".docx"}))
	path := filepath.Join(t.TempDir(), "letter.docx")
	require.NoError(t, os.WriteFile(path, docx.Bytes(), 0o600))
	text := office.Convert(t, office.Writer, path, "txt:Text (encoded):UTF8", ".txt")
	for i := range run.Sheets {
		if run.Sheets[i].Verdict == probe.Deviates {
			require.Contains(t, text, run.Sheets[i].Name)
		}
	}
	require.Contains(t, text, "curl ")
}

func TestLetterTemplateReplacesWhatItDefines(t *testing.T) {
	const german = `{{define "greeting"}}Guten Tag,{{end}}{{define "need:shape"}}Bitte gleichen Sie Beispiel und Antwort an.{{end}}{{define "and"}}und{{end}}`
	require.NoError(t, report.CheckLetterTemplate(german))
	var out bytes.Buffer
	require.NoError(t, formatNamed(t, "letter").Write(&out, recorded(t)["deviations"], report.Options{LetterTemplate: german}))
	require.Contains(t, out.String(), "Guten Tag,")
	require.NotContains(t, out.String(), "Dear API team")
	require.Contains(t, out.String(), "We need:", "what is not defined stays")
}

func TestLetterTemplateThatCannotBeUsedIsRefused(t *testing.T) {
	for name, test := range map[string]struct{ template, says string }{
		"not closed":     {`{{define "greeting"}}Dear`, "letter template:1: unexpected EOF"},
		"unknown field":  {`{{define "greeting"}}{{.Boss}}{{end}}`, "Boss"},
		"unknown word":   {`{{define "need:shape.type"}}{{shout .Says}}{{end}}`, `function "shout" not defined`},
		"only in points": {`{{define "does:"}}{{.Nothing}}{{end}}`, "Nothing"},
		"misspelt":       {`{{define "need:shape.mising"}}x{{end}}`, `defines "need:shape.mising", which no letter uses`},
		"of no use":      {`{{define "greetings"}}x{{end}}`, `defines "greetings", which no letter uses`},
		"in a branch":    {`{{define "masked"}}{{if .Hosts}}{{.Nothing}}{{end}}{{end}}`, "Nothing"},
		"see":            {`{{define "see"}}{{.Nothing}}{{end}}`, "Nothing"},
		"question":       {`{{define "question:coverage"}}{{.Nothing}}{{end}}`, "Nothing"},
		"untested":       {`{{define "untested:outcome.credentials"}}{{.Nothing}}{{end}}`, "Nothing"},
		"endless":        {`{{define "greeting"}}{{template "greeting" .}}{{end}}`, "exceeded maximum template depth"},
		"too large":      {`{{define "greeting"}}{{range .APIs}}{{printf "%9000000s" "x"}}{{end}}{{end}}`, "grows beyond 8 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, report.CheckLetterTemplate(test.template), test.says)
		})
	}
}

// The letter of an API owner says nothing that is not so, and nothing that is none of theirs.
func TestLetterTellsWhatIsTheOwners(t *testing.T) {
	finding := func(rule string, change func(*probe.Finding)) probe.Finding {
		f := probe.NewFinding(rule, "a/success", probe.AtHTTPStatus)
		r, _ := probe.RuleByID(rule)
		f.Message, f.Hint = r.Meaning, r.Fix
		if change != nil {
			change(&f)
		}
		return f
	}
	exchange := &probe.Exchange{Request: probe.RecordedRequest{Method: "GET", URL: "http://127.0.0.1:1/"}, Response: &probe.RecordedResponse{HTTPStatus: 200}}
	negative := func(id, mutation string, f probe.Finding) probe.Result {
		f.Message = probe.Changed(mutation) + f.Message
		return probe.Result{ID: id, Family: probe.FamilyMissingField, Mutation: mutation, Verdict: probe.Deviates, Exchange: exchange, Findings: []probe.Finding{f}}
	}
	question := func(f *probe.Finding) {
		f.Severity, f.Hint = "info", "ask the API owner to mark each field as mandatory or optional"
	}
	coverage := func(name string) func(*probe.Finding) {
		return func(f *probe.Finding) { f.Location, f.Documented = probe.AtCoverage, name }
	}
	for name, test := range map[string]struct {
		sheets   []probe.SheetResult
		says     []string
		saysOnce []string
		silent   []string
	}{
		"refused credentials are no good answer": {
			sheets: []probe.SheetResult{{Name: "A", Verdict: probe.Deviates, Cases: []probe.Result{
				{ID: "a/success", Verdict: probe.Deviates, Exchange: exchange, Findings: []probe.Finding{finding("outcome.credentials", nil)}},
			}}},
			says: []string{"**A:** our credentials were refused"}, silent: []string{"answered as documented", "nothing that you have to act on"},
		},
		"what we lack is ours": {
			sheets: []probe.SheetResult{{Name: "A", Verdict: probe.Blocked, Cases: []probe.Result{
				{ID: "a/success", Verdict: probe.Blocked, Reason: "<<our_value>> has no value", Findings: []probe.Finding{finding("setup.placeholder-unresolved", nil)}},
			}}},
			says: []string{"**A:** this is on our side"}, silent: []string{"our_value", "--var", "compared"},
		},
		"one mistake of the endpoint is one point": {
			sheets: []probe.SheetResult{{Name: "A", Verdict: probe.Deviates, Cases: []probe.Result{
				negative("a/missing-field/x", `field "x" left out`, finding("negative.server-error", nil)),
				negative("a/missing-field/y", `field "y" left out`, finding("negative.server-error", nil)),
			}}},
			says: []string{`fields "x" and "y" left out`}, saysOnce: []string{"### "}, silent: []string{"With field"},
		},
		"many questions are one": {
			sheets: []probe.SheetResult{{Name: "A", Verdict: probe.Conforms, Cases: []probe.Result{
				{ID: "a/success", Verdict: probe.Conforms, Exchange: exchange},
				negative("a/missing-field/x", `field "x" left out`, finding("negative.accepted", question)),
				negative("a/null-field/y", `field "y" set to null`, finding("negative.accepted", question)),
			}, Findings: []probe.Finding{
				finding("coverage.error-not-elicited", coverage(`the documented error "E1"`)), finding("coverage.code-not-seen", coverage("E2  gone")),
			}}},
			says:     []string{`field "x" left out; field "y" set to null. Please mark each field as mandatory or optional`, `these documented answers: "E1" and E2 gone`, "**2.**"},
			saysOnce: []string{"**1.**"}, silent: []string{"**3.**", "answered as documented: A"},
		},
		"what several APIs have in common is said once": {
			sheets: []probe.SheetResult{
				{Name: "A", Verdict: probe.Deviates, Cases: []probe.Result{{ID: "a/success", Verdict: probe.Deviates, Exchange: exchange, Findings: []probe.Finding{finding("body.media-type", nil)}}}},
				{Name: "B", Verdict: probe.Deviates, Cases: []probe.Result{{ID: "b/success", Verdict: probe.Deviates, Exchange: exchange, Findings: []probe.Finding{finding("body.media-type", nil)}}}},
			},
			says: []string{"## Several APIs", "APIs:** A; B", "What is shown here is that of A."}, saysOnce: []string{"### "}, silent: []string{"## A", "## B"},
		},
		"what timed out is said": {
			sheets: []probe.SheetResult{{Name: "A", Verdict: probe.Inconclusive, Cases: []probe.Result{
				{ID: "a/success", Verdict: probe.Conforms, Exchange: exchange},
				{ID: "a/no-auth", Verdict: probe.Inconclusive, Findings: []probe.Finding{finding("transport.timeout", nil)}},
			}}},
			says: []string{"**A:** the answer did not come in time. Please tell us how long"}, silent: []string{"answered as documented", "nothing that you have to act on"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, formatNamed(t, "letter").Write(&out, &probe.Run{Sheets: test.sheets}, report.Options{}))
			text := strings.ReplaceAll(out.String(), "\\", "")
			for _, words := range test.says {
				require.Contains(t, text, words)
			}
			for _, words := range test.saysOnce {
				require.Equal(t, 1, strings.Count(text, words), "%s\n%s", words, text)
			}
			for _, words := range test.silent {
				require.NotContains(t, text, words)
			}
		})
	}
}

// Every rule that puts the API owner in charge has words of what is asked for.
func TestLetterAsksSomethingForEveryRule(t *testing.T) {
	general := "Please tell us which of the two is right, and correct the other."
	for _, rule := range probe.Rules {
		if rule.Blame == probe.BlameEnvironment || rule.Blame == probe.BlameSheet {
			continue
		}
		run := &probe.Run{Sheets: []probe.SheetResult{{Name: "A", Cases: []probe.Result{{
			ID: "a/success", Verdict: probe.Deviates, Findings: []probe.Finding{probe.NewFinding(rule.ID, "a/success", probe.AtBody)},
		}}}}}
		run.Sheets[0].Cases[0].Findings[0].Severity = "error"
		var out bytes.Buffer
		require.NoError(t, formatNamed(t, "letter").Write(&out, run, report.Options{}))
		require.NotContains(t, out.String(), general, "%s: add a part \"need:%s\" to the letter", rule.ID, rule.ID)
	}
}

func TestHostileTextsStayTextInALetter(t *testing.T) {
	hostile := "# Title\n<script>alert(1)</script> [x](javascript:alert(1)) `code` ``` ![i](http://127.0.0.1/x) **b** \u202e \x1b[31m"
	f := probe.NewFinding("shape.type", "a/success", probe.AtBody)
	f.Message, f.Documented, f.Observed, f.Pointer = hostile, hostile, hostile, "/"+hostile
	run := &probe.Run{Sheets: []probe.SheetResult{{Name: hostile, URL: hostile, Method: hostile, Document: hostile, Cases: []probe.Result{{
		ID: "a/success", Verdict: probe.Deviates, Findings: []probe.Finding{f},
		Exchange: &probe.Exchange{Request: probe.RecordedRequest{Method: "POST", URL: "http://127.0.0.1/", Body: hostile}, Response: &probe.RecordedResponse{HTTPStatus: 200, Body: hostile + "\n````\n# out"}},
	}}}}}
	var page bytes.Buffer
	require.NoError(t, formatNamed(t, "letter").Write(&page, run, report.Options{Extension: ".html"}))
	for _, live := range []string{"<script", "<a ", "<img", "href", "\x1b", "\u202e", "<strong>b", "<h1>out", "<h1>Title"} {
		require.NotContains(t, page.String(), live)
	}
	require.Equal(t, 1, strings.Count(page.String(), "<h1>"))
}

// The translation that is shipped says all that a letter can say, and has a title for every rule of an endpoint.
func TestTheTranslationIsComplete(t *testing.T) {
	german, err := os.ReadFile(filepath.Join("..", "..", "examples", "letter", "deutsch.tmpl"))
	require.NoError(t, err)
	require.NoError(t, report.CheckLetterTemplate(string(german)))
	for _, line := range strings.Split(report.LetterTemplate(), "\n") {
		name, _, found := strings.Cut(strings.TrimPrefix(line, `{{define "`), `"`)
		if strings.HasPrefix(line, `{{define "`) && found && name != "letter" {
			require.True(t, strings.Contains(string(german), `{{define "`+name+`"}}`), name)
		}
	}
	for _, rule := range probe.Rules {
		if rule.Blame == probe.BlameEndpoint && rule.ID != "shape.unchecked" {
			require.True(t, strings.Contains(string(german), `{{define "title:`+rule.ID+`"}}`), rule.ID)
		}
	}
}

// readLetter follows the numbers of the points, by which the API owner answers: they begin at 1 and none is left out. The letter tells of no case that
// is ours to settle, so that it counts none.
func readLetter(t *testing.T, out []byte) reporttest.Counts {
	t.Helper()
	next := 1
	for _, m := range regexp.MustCompile(`(?m)^(?:###? (\d+)\. |\*\*(\d+)\.\*\* )`).FindAllStringSubmatch(string(out), -1) {
		require.Equal(t, strconv.Itoa(next), m[1]+m[2], "the numbers of the points")
		next++
	}
	return said()
}
