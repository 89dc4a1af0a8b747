package report_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/report/reporttest"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// assets are the style sheet and the script, which stand in the page as they are and in no golden file.
var assets = regexp.MustCompile(`(?s)<(style|script)>(.*?)</(style|script)>|sha256-[^ ]*?&#39;`)

func page(t *testing.T, run *probe.Run) string {
	t.Helper()
	return written(t, formatNamed(t, "html"), run, report.Options{})
}

func TestHTML(t *testing.T) {
	runs := recorded(t)
	for _, name := range []string{"deviations", "hostile", "inconclusive", "unreached", "well"} { // between them, they have every part of the page
		run := runs[name]
		require.NotNil(t, run, name)
		t.Run(name, func(t *testing.T) {
			text := assets.ReplaceAllString(page(t, run), "<$1>...</$1>")
			golden(t, filepath.Join("testdata", "runs", name+".html.golden"), text)
		})
	}
}

// readAs reads the page as a browser does: with scripts on, <noscript> is one text; with scripts off, it is read like all else.
func readAs(t *testing.T, text string, scripts bool) *html.Node {
	t.Helper()
	doc, err := html.ParseWithOptions(strings.NewReader(text), html.ParseOptionEnableScripting(scripts))
	require.NoError(t, err)
	return doc
}

func TestHTMLLetsNothingOfAnAnswerAct(t *testing.T) {
	const attack = `</script></noscript></style><script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>` +
		"\"'` onmouseover=alert(1) {{.}} <!-- \x00\x1b[31m\u202e\u2066\u200b\u2028 ]]> &lt;script&gt;"
	runs := recorded(t)
	runs["attack"] = everywhere(attack)
	for name, run := range runs {
		text := page(t, run)
		for _, scripts := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/scripts=%v", name, scripts), func(t *testing.T) { assertHarmless(t, readAs(t, text, scripts)) })
		}
		assert.NotContains(t, text, "ZgotmplZ", "%s: a value was put where none may stand", name)
		at := strings.IndexFunc(text, func(r rune) bool {
			return r != '\n' && unicode.In(r, unicode.Cc, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
		})
		assert.Less(t, at, 0, "%s: a character that acts: %.80q", name, text[max(at, 0):])
	}
}

// everywhere is a run with a text in every place that an answer, a sheet or a recorded run of unknown origin can put it.
func everywhere(text string) *probe.Run {
	f := probe.Finding{
		Rule: text, Severity: source.Severity(text), Blame: probe.Blame(text), Location: probe.AtBody, Pointer: "/" + text, Documented: text, Observed: text,
		Message: text, Why: text, Hint: text, Count: 2, At: source.Span{Pos: source.Pos{Cell: text}},
	}
	diagnosis := &probe.Diagnosis{Cause: text, Means: text, Facts: []probe.Fact{{Name: text, Value: text}}, Letter: text + "\n" + text, Host: true}
	request := probe.RecordedRequest{Method: text, URL: text, Headers: []probe.Header{{Name: text, Value: text}}, Body: text}
	c := probe.Result{
		ID: text, Title: text, Family: probe.Family(text), Mutation: text, Base: text, Verdict: probe.Deviates, Reason: text, Outcome: probe.OutcomeError,
		Generated: []probe.Generated{{Written: text, Value: text}}, Findings: []probe.Finding{f},
		Expect: probe.Expectation{Outcome: probe.Outcome(text), Codes: []string{text}, Errors: []probe.ExpectedError{{Code: text, Title: text, Why: text}}},
		Exchange: &probe.Exchange{
			Attempts: []probe.Attempt{{Error: text, Phase: probe.Phase(text), Rule: text, Diagnosis: diagnosis}, {}}, Request: request, RemoteAddr: text,
			Response: &probe.RecordedResponse{HTTPStatus: 200, Headers: request.Headers, Body: fmt.Sprintf("{%q: 1}", "k"), MediaType: text},
			TLS:      &probe.TLS{Version: text, Subject: text, Issuer: text},
		},
		Callbacks: []probe.Received{{Request: request, From: text}}, Repeats: []probe.Repeat{{Verdict: probe.Verdict(text), Exchange: &probe.Exchange{Response: &probe.RecordedResponse{Body: text, MediaType: text}}}},
		NotRepeated: text, Polls: []probe.Polled{{State: text}},
	}
	twin := c
	twin.Verdict = probe.Verdict(text)
	s := probe.SheetResult{
		Name: text, Method: text, URL: text, Document: text, DocumentSHA256: text, Cases: []probe.Result{c, twin, c},
		Diagnostics: source.Diagnostics{{Rule: text, Severity: source.Severity(text), Message: text, Hint: text}},
		Documented:  &probe.Documented{Request: request, Responses: []probe.DocumentedResponse{{Kind: probe.Outcome(text), Title: text, Code: text, When: text, Body: text}}},
		Coverage: probe.Coverage{
			Codes:     []probe.CodeCoverage{{Code: text, Message: text, SeenIn: []string{text, "x"}}},
			Responses: []probe.ResponseCoverage{{Kind: probe.Outcome(text), Title: text, Tried: []string{text}, Lacking: text}},
		},
	}
	run := &probe.Run{
		Tool: probe.Tool{Name: text, Version: text, RulesVersion: text}, RunID: text, Unfit: []string{text}, Diagnostics: s.Diagnostics, Sheets: []probe.SheetResult{s},
		Hosts: []probe.HostDiagnosis{{Host: text, Rule: text, FoundIn: text, Affected: 2, Diagnosis: *diagnosis}},
	}
	run.Summarize()
	return run
}

// assertHarmless knows every element and every kind of address that the page may have.
func assertHarmless(t *testing.T, doc *html.Node) {
	t.Helper()
	count := map[string]int{}
	ids := map[string]bool{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "src", a.Key == "srcdoc", a.Key == "action", a.Key == "formaction":
				t.Errorf("<%s> has an attribute %q: %.60q", n.Data, a.Key, a.Val)
			case a.Key == "href" && n.Data != "link" && !strings.HasPrefix(a.Val, "#"):
				t.Errorf("<%s> leads away from the page: %.60q", n.Data, a.Val)
			case a.Key == "id" && ids[a.Val]:
				t.Errorf("the id %.60q stands twice", a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			}
		}
	}
	for _, name := range []string{"script", "style", "title", "main", "h1"} {
		assert.Equal(t, 1, count[name], "<%s>", name)
	}
	for _, name := range []string{"img", "iframe", "object", "embed", "base", "video", "audio", "math", "foreignobject"} {
		assert.Zero(t, count[name], "<%s>", name)
	}
}

// Every link within the page leads somewhere, so that no reader clicks in vain.
func TestHTMLLinksLeadSomewhere(t *testing.T) {
	for name, run := range recorded(t) {
		doc := readAs(t, page(t, run), false)
		ids, links := map[string]bool{}, map[string]bool{}
		for n := range doc.Descendants() {
			for _, a := range n.Attr {
				switch {
				case a.Key == "id":
					ids[a.Val] = true
				case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
					links[strings.TrimPrefix(a.Val, "#")] = true
				case a.Key == "aria-labelledby":
					links[a.Val] = true
				}
			}
		}
		for link := range links {
			assert.True(t, ids[link], "%s: nothing has the id %q", name, link)
		}
	}
}

// The policy admits the style sheet and the script that stand in the page, and nothing else.
func TestHTMLPolicyIsThatOfThePage(t *testing.T) {
	text := page(t, recorded(t)["well"])
	doc := readAs(t, text, true)
	policy := ""
	want := map[string]string{}
	for n := range doc.Descendants() {
		switch {
		case n.Data == "meta" && slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Val == "Content-Security-Policy" }):
			policy = n.Attr[1].Val
		case n.Data == "style" || n.Data == "script":
			sum := sha256.Sum256([]byte(n.FirstChild.Data))
			want[n.Data] = "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		}
	}
	require.Len(t, want, 2)
	assert.Contains(t, policy, "default-src 'none'")
	assert.Contains(t, policy, "style-src "+want["style"]+";")
	assert.Contains(t, policy, "script-src "+want["script"]+";")
	assert.NotContains(t, policy, "unsafe")
	assert.NotContains(t, policy, "http")
}

func TestHTMLHoldsEveryAPI(t *testing.T) {
	runs := recorded(t)
	maps.Copy(runs, composed())
	for name, run := range runs {
		assert.Equal(t, len(run.Sheets), strings.Count(page(t, run), `<details class="api `), name)
	}
}

// What no single case shows stands at its API, and what deviates for it leads there.
func TestHTMLShowsWhatTheCasesShowTogether(t *testing.T) {
	f := found("coverage.error-not-elicited", "nothing brought about 404", 7)
	run := summarized(&probe.Run{Sheets: []probe.SheetResult{{Name: "A", Findings: []probe.Finding{f}, Cases: []probe.Result{{ID: "a/success", Verdict: probe.Conforms}}}}})
	require.Equal(t, probe.Deviates, run.Verdict)
	text := page(t, run)
	assert.Contains(t, text, `<details class="fold" id="a~together" open><summary>What the cases show together: 1 error</summary>`)
	assert.Contains(t, text, `<a href="#a~together"><bdi>the cases of the API together</bdi></a>`)
	assert.NotContains(t, text, `href="#"`)
}

func TestHTMLNamesFewRulesAtAClosedCase(t *testing.T) {
	var fs []probe.Finding
	for _, rule := range []string{"shape.missing", "shape.type", "shape.missing", "shape.null", "shape.enum", "status.http"} {
		fs = append(fs, found(rule, "wrong", 1))
	}
	text := page(t, summarized(&probe.Run{Sheets: []probe.SheetResult{{Name: "A", Cases: []probe.Result{deviating(0, fs...)}}}}))
	assert.Contains(t, text, `<span class="level error">shape.null</span><small>and 2 more rules</small>`)
}

// A link by which nobody can tell where it leads is none.
func TestHTMLTellsAPIsOfOneNameApart(t *testing.T) {
	run := &probe.Run{}
	for range 3 {
		run.Sheets = append(run.Sheets, probe.SheetResult{Name: "Book", Cases: []probe.Result{deviating(0, found("status.http", "wrong", 1))}})
	}
	text := page(t, summarized(run))
	for _, name := range []string{"<bdi>Book</bdi>", "<bdi>Book (2)</bdi>", "<bdi>Book (3)</bdi>", "<h3>Book (2)</h3>"} {
		assert.Contains(t, text, name)
	}
}

// readPage counts what the page holds, and what its overview says.
func readPage(t *testing.T, out []byte) reporttest.Counts {
	t.Helper()
	n, findings := map[probe.Verdict]int{}, 0
	for node := range readAs(t, string(out), false).Descendants() {
		switch class := classes(node); {
		case len(class) > 1 && class[0] == "case":
			n[orSkipped(probe.Verdict(class[1]))]++
		case len(class) > 1 && class[0] == "finding":
			findings++
		}
	}
	c := verdicts(n)
	c.Findings = findings
	return c
}

func classes(n *html.Node) []string {
	for _, a := range n.Attr {
		if a.Key == "class" {
			return strings.Fields(a.Val)
		}
	}
	return nil
}

// marked are the texts of the marks of a page, by class.
func marked(doc *html.Node) map[string][]string {
	marks := map[string][]string{}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "mark" {
			text := ""
			for c := range n.Descendants() {
				if c.Type == html.TextNode {
					text += c.Data
				}
			}
			marks[n.Attr[0].Val] = append(marks[n.Attr[0].Val], strings.TrimSpace(text))
		}
	}
	return marks
}

func TestHTMLMarksThePlacesThatDiffer(t *testing.T) {
	tests := []struct {
		name             string
		documented, came string
		finding          probe.Finding
		differs, gap     []string
	}{
		{
			"a missing key", `{"a":1,"to":"x"}`, `{"a":1}`,
			probe.Finding{Rule: "shape.missing", Pointer: "/to"},
			[]string{`"to": "x" 1 missing`},
			[]string{`(no "to") 1 missing`},
		},
		{
			"a missing key of a later item", `{"d":[{"id":1,"p":2}]}`, `{"d":[{"id":1,"p":2},{"id":2}]}`,
			probe.Finding{Rule: "shape.missing", Pointer: "/d/1/p", Count: 3},
			[]string{`"p": 2 1 missing, and 2 more like it`},
			[]string{`(no "p") 1 missing, and 2 more like it`},
		},
		{
			"an undocumented key", `{"a":1}`, `{"a":1,"z":2}`,
			probe.Finding{Rule: "shape.undocumented", Pointer: "/z"},
			[]string{`"z": 2 1 undocumented`},
			[]string{`(no "z") 1 undocumented`},
		},
		{
			"a renamed key", `{"userId":1}`, `{"userid":1}`,
			probe.Finding{Rule: "shape.renamed", Pointer: "/userid", Documented: `key "userId"`},
			[]string{`"userId": 1 1 renamed`, `"userid": 1 1 renamed`},
			nil,
		},
		{
			"another type, escaped", `{"a/b":{"c":1}}`, `{"a/b":[]}`,
			probe.Finding{Rule: "shape.type", Pointer: "/a~1b"},
			[]string{`"a/b": { 1 type`, `"a/b": [] 1 type`},
			nil,
		},
		{
			"the whole body", `{"a":1}`, `[]`,
			probe.Finding{Rule: "shape.type", Pointer: ""},
			[]string{`{ 1 type`, `[] 1 type`},
			nil,
		},
		{
			"in an empty object", `{"o":{"k":1}}`, `{"o":{}}`,
			probe.Finding{Rule: "shape.missing", Pointer: "/o/k"},
			[]string{`"k": 1 1 missing`},
			[]string{`(no "k") 1 missing`},
		},
		{
			"no JSON", `{"a":1}`, `<html>`,
			probe.Finding{Rule: "shape.missing", Pointer: "/a"},
			[]string{`"a": 1 1 missing`},
			nil,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.finding.Location, tt.finding.Severity = probe.AtBody, source.Error
			c := deviating(0, tt.finding)
			c.Mutation, c.Expect.Outcome, c.Exchange.Response.Body = "", probe.OutcomeSuccess, tt.came
			s := probe.SheetResult{Name: "A", Cases: []probe.Result{c}, Documented: &probe.Documented{
				Responses: []probe.DocumentedResponse{{Kind: probe.OutcomeSuccess, Body: tt.documented}},
			}}
			marks := marked(readAs(t, page(t, summarized(&probe.Run{Sheets: []probe.SheetResult{s}})), false))
			assert.Equal(t, tt.differs, marks["differs"])
			assert.Equal(t, tt.gap, marks["gap"])
		})
	}
}

func TestHTMLShowsWhatWasChangedBesideTheDocumentedRequest(t *testing.T) {
	base := deviating(0)
	base.ID, base.Mutation, base.Family, base.Verdict = "a/success", "", probe.FamilySuccess, probe.Conforms
	base.Exchange.Request.Headers, base.Exchange.Request.Body = []probe.Header{{Name: "X-Key", Value: "k"}}, `{"a":1,"b":2}`
	broken := deviating(1)
	broken.Base, broken.Mutation = "a/success", `field "b" left out`
	broken.Exchange.Request.Headers, broken.Exchange.Request.Body = []probe.Header{{Name: "X-Key", Value: "other"}}, `{"a":1}`
	text := page(t, summarized(&probe.Run{Sheets: []probe.SheetResult{{Name: "A", Cases: []probe.Result{base, broken}}}}))
	marks := marked(readAs(t, text, false))
	assert.Equal(t, []string{"X-Key: k", `"b": 2`}, marks["removed"], "the comma that goes with it is no difference")
	assert.Equal(t, []string{"X-Key: other"}, marks["added"])
	assert.Less(t, strings.Index(text, "What was changed"), strings.LastIndex(text, "This request"))
}

func TestHTMLCutsHugeBodiesButShowsWhatDiffers(t *testing.T) {
	items := make([]string, 20_000)
	for i := range items {
		items[i] = fmt.Sprintf(`{"id":%d}`, i)
	}
	c := deviating(0, probe.Finding{Rule: "shape.type", Severity: source.Error, Location: probe.AtBody, Pointer: "/15000/id"})
	c.Exchange.Response.Body = "[" + strings.Join(items, ",") + "]"
	text := page(t, summarized(&probe.Run{Sheets: []probe.SheetResult{{Cases: []probe.Result{c}}}}))
	assert.Less(t, len(text), 120_000)
	assert.Equal(t, []string{`"id": 15000 1 type`}, marked(readAs(t, text, false))["differs"])
	assert.Contains(t, text, "lines left out; the JSON report holds them")
	assert.Contains(t, text, "&#34;id&#34;: 14999")
}

func TestHTMLIsWrittenInPieces(t *testing.T) {
	run := manyAPIs(400)
	for i := range run.Sheets {
		run.Sheets[i].Cases[0].Exchange.Response.Body = strings.Repeat(`x`, 20_000)
	}
	run.Summarize()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	peak := uint64(0)
	w := &watching{each: func() {
		runtime.ReadMemStats(&after)
		peak = max(peak, after.HeapInuse)
	}}
	require.NoError(t, formatNamed(t, "html").Write(w, run, report.Options{}))
	require.Greater(t, w.pieces, 20, "it is not held back until it is complete")
	t.Logf("%d pieces, %d KB; heap in use %d KB above", w.pieces, w.size>>10, (peak-min(peak, before.HeapInuse))>>10)
}

// watching counts what is written and keeps nothing of it.
type watching struct {
	pieces, size int
	each         func()
}

func (w *watching) Write(p []byte) (int, error) {
	w.pieces++
	w.size += len(p)
	w.each()
	return len(p), nil
}

func BenchmarkHTML(b *testing.B) {
	run := manyAPIs(1000)
	run.Summarize()
	var html report.Format
	for _, f := range report.Formats {
		if f.Name == "html" {
			html = f
		}
	}
	for b.Loop() {
		require.NoError(b, html.Write(io.Discard, run, report.Options{}))
	}
}

func FuzzHTML(f *testing.F) {
	f.Add(`{"a":[1,{"b":null}]}`, "/a/1/b", "a/success")
	f.Add("</noscript><script>alert(1)</script>", "/~0~1/\x00", "\u202e")
	f.Add(`{"":{"":[]}} `, "/", "_search")
	f.Fuzz(func(t *testing.T, body, pointer, id string) {
		c := deviating(0, probe.Finding{Rule: id, Severity: source.Error, Location: probe.AtBody, Pointer: pointer, Message: body, Documented: pointer, Observed: body})
		c.ID, c.Exchange.Response.Body, c.Exchange.Request.Body = id, body, pointer
		run := &probe.Run{Sheets: []probe.SheetResult{{Name: id, Cases: []probe.Result{c, c}, Documented: &probe.Documented{Responses: []probe.DocumentedResponse{{Body: pointer}}}}}}
		run.Summarize()
		text := page(t, run)
		assertInert(t, text)
		assertHarmless(t, readAs(t, text, true))
		assertHarmless(t, readAs(t, text, false))
	})
}
