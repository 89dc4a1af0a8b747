package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"golang.org/x/net/html"

	sarif "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report/reporttest"
)

// counted are the words of a line of totals.
var counted = regexp.MustCompile(`([\d,]+) (cases?|conforms?|deviates?|could not be judged|could not be sent|left out)\b`)

// readTotals reads the sentence that counts cases, which text and Markdown have in common.
func readTotals(t *testing.T, out []byte) reporttest.Counts {
	t.Helper()
	flat := strings.Join(strings.Fields(string(out)), " ")
	at := regexp.MustCompile(`[\d,]+ cases?(: |, all conform|; )`).FindAllStringIndex(flat, -1)
	require.NotEmpty(t, at, flat)
	line, _, _ := strings.Cut(flat[at[len(at)-1][0]:], ";")
	n := map[string]int{}
	for _, m := range counted.FindAllStringSubmatch(line, -1) {
		number, err := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
		require.NoError(t, err)
		n[strings.TrimSuffix(m[2], "s")] = number
	}
	if strings.Contains(line, "all conform") {
		n["conform"] = n["case"]
	}
	return reporttest.Counts{
		Cases: n["case"], Conforms: n["conform"], Deviates: n["deviate"], Inconclusive: n["could not be judged"], Blocked: n["could not be sent"], Skipped: n["left out"],
		Findings: reporttest.Unsaid,
	}
}

func readRun(t *testing.T, out []byte) reporttest.Counts {
	t.Helper()
	run, err := probe.DecodeRun(bytes.NewReader(out))
	require.NoError(t, err)
	n, findings := map[probe.Verdict]int{}, 0
	for _, s := range run.Sheets {
		for _, c := range s.Cases {
			n[orSkipped(c.Verdict)]++
			findings += len(c.Findings)
		}
		findings += len(s.Findings)
	}
	c := verdicts(n)
	c.Findings, c.Red = findings, run.ExitCode != 0
	return c
}

func orSkipped(v probe.Verdict) probe.Verdict {
	switch v {
	case probe.Conforms, probe.Deviates, probe.Inconclusive, probe.Blocked:
		return v
	}
	return probe.Skipped
}

// inertMarkdown renders the page as sites do, with links made of bare addresses: of our own mark-up there are headings, lists, tables, emphasis
// and nothing else, and no mention of a person or an issue.
func inertMarkdown(t *testing.T, out []byte) {
	t.Helper()
	var rendered bytes.Buffer
	require.NoError(t, goldmark.New(goldmark.WithExtensions(extension.GFM)).Convert(out, &rendered))
	allowed := strings.Fields("h2 h3 p table thead tbody tr th td ol ul li strong em")
	z := html.NewTokenizer(&rendered)
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		token := z.Token()
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			assert.Contains(t, allowed, token.Data, token.String())
		case html.TextToken:
			assert.NotRegexp(t, `(^|\W)[@#]\w`, token.Data)
		}
	}
	require.ErrorIs(t, z.Err(), io.EOF)
}

// junitModel is the content model that the schemas of Ant, Jenkins and Surefire have in common: for each element the attributes that must and may
// stand, and the order of its children. "file" and "line" are what GitLab and CircleCI read besides.
var junitModel = map[string]struct{ must, may, children string }{
	"testsuites": {"name tests failures errors time", "", "testsuite"},
	"testsuite":  {"name tests failures errors skipped time timestamp hostname id package", "", "properties testcase"},
	"properties": {"", "", "property"},
	"property":   {"name value", "", ""},
	"testcase":   {"name classname time", "file line", "skipped error failure system-out"},
	"skipped":    {"message", "", ""},
	"error":      {"message type", "", ""},
	"failure":    {"message type", "", ""},
	"system-out": {"", "", ""},
}

func readJUnit(t *testing.T, out []byte) reporttest.Counts {
	t.Helper()
	j := junitReader{t: t, n: map[string]int{}, besides: map[string]int{}}
	d := xml.NewDecoder(bytes.NewReader(out))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			j.start(token)
		case xml.EndElement:
			j.end(token.Name.Local)
		case xml.CharData:
			j.text(string(token))
		}
	}
	require.Empty(t, j.path)
	require.Equal(t, j.total, [3]int{j.n["testcase"], j.n["failure"], j.n["error"]}, "tests, failures and errors of all suites")
	plain := func(what string) int { return j.n[what] - j.besides[what] }
	return reporttest.Counts{
		Cases: j.n["testcase"] - j.problems, Deviates: plain("failure"), Skipped: plain("skipped"), Conforms: reporttest.Unsaid, Inconclusive: reporttest.Unsaid,
		Blocked: reporttest.Unsaid, Findings: j.findings, Red: j.n["failure"]+j.n["error"] > 0,
	}
}

type junitReader struct {
	t        *testing.T
	path     []string
	last     []int // of each element that is open, how far its children have come in the order of the model
	n        map[string]int
	total    [3]int
	suite    [4]int // what the open suite says: tests, failures, errors, skipped
	before   map[string]int
	problems int
	findings int
	together bool           // what the open case tells is of no single case
	besides  map[string]int // what is told as a case and is none, by outcome
	own      bool           // the open suite is that of what belongs to no case
}

func (j *junitReader) start(e xml.StartElement) {
	name := e.Name.Local
	model, ok := junitModel[name]
	require.True(j.t, ok, "an element of the format: %s", name)
	if len(j.path) == 0 {
		require.Equal(j.t, "testsuites", name)
	} else {
		j.inOrder(name)
	}
	has := map[string]string{}
	for _, a := range e.Attr {
		require.Contains(j.t, strings.Fields(model.must+" "+model.may), a.Name.Local, name)
		has[a.Name.Local] = a.Value
	}
	for must := range strings.FieldsSeq(model.must) {
		require.Contains(j.t, has, must, name)
	}
	j.values(name, has)
	j.path, j.last = append(j.path, name), append(j.last, 0)
	j.n[name]++
	if j.together {
		j.besides[name]++
	}
}

// inOrder demands that the children of an element come in the order of the model.
func (j *junitReader) inOrder(name string) {
	parent := len(j.path) - 1
	children := strings.Fields(junitModel[j.path[parent]].children)
	at := -1
	for i, child := range children {
		if child == name {
			at = i
		}
	}
	require.GreaterOrEqual(j.t, at, j.last[parent], "%s in %s", name, j.path[parent])
	j.last[parent] = at
}

func (j *junitReader) values(name string, has map[string]string) {
	number := func(attr string) int {
		n, err := strconv.Atoi(has[attr])
		require.NoError(j.t, err, attr)
		return n
	}
	if time, ok := has["time"]; ok {
		require.Regexp(j.t, `^\d+\.\d{3}$`, time)
	}
	switch name {
	case "testsuites":
		j.total = [3]int{number("tests"), number("failures"), number("errors")}
	case "testsuite":
		require.Equal(j.t, j.n["testsuite"], number("id"))
		require.Regexp(j.t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$`, has["timestamp"])
		require.NotEmpty(j.t, has["hostname"])
		j.suite = [4]int{number("tests"), number("failures"), number("errors"), number("skipped")}
		j.before = map[string]int{}
		for k, n := range j.n {
			j.before[k] = n
		}
		j.own = false
	case "property":
		j.own = j.own || has["name"] == "verdict"
	case "testcase":
		require.NotEmpty(j.t, has["name"])
		require.NotContains(j.t, has["classname"], ".")
		switch {
		case !j.own: // only suites of APIs have a verdict
			j.problems++
		case has["name"] == "coverage":
			j.problems++
			j.together = true
		}
	}
}

func (j *junitReader) end(name string) {
	j.path, j.last = j.path[:len(j.path)-1], j.last[:len(j.last)-1]
	j.together = j.together && name != "testcase"
	if name == "testsuite" {
		now := [4]int{}
		for i, what := range []string{"testcase", "failure", "error", "skipped"} {
			now[i] = j.n[what] - j.before[what]
		}
		require.Equal(j.t, j.suite, now, "what the suite says of itself")
	}
}

var numbered = regexp.MustCompile(`(?m)^ ?\d+\. `)

func (j *junitReader) text(s string) {
	if len(j.path) > 0 {
		j.findings += len(numbered.FindAllString(s, -1))
	}
}

func readCTRF(t *testing.T, out []byte) reporttest.Counts {
	t.Helper()
	valid(t, ctrfSchema(t), out)
	var r struct {
		Results struct {
			Summary struct{ Tests, Passed, Failed, Pending, Skipped, Other, Flaky, Suites int }
			Tests   []struct {
				Status, RawStatus string
				Tags              []string
				Flaky             bool
				Extra             struct{ Findings []any }
			}
		}
	}
	require.NoError(t, json.Unmarshal(out, &r))
	n, status, flaky, findings, problems := map[probe.Verdict]int{}, map[string]int{}, 0, 0, 0
	for _, test := range r.Results.Tests {
		status[test.Status]++
		findings += len(test.Extra.Findings)
		if len(test.Tags) == 1 && test.Tags[0] == "run" {
			problems++
			continue
		}
		if len(test.Tags) == 1 && test.Tags[0] == "coverage" {
			continue
		}
		n[orSkipped(probe.Verdict(test.RawStatus))]++
		if test.Flaky {
			flaky++
		}
	}
	s := r.Results.Summary
	require.Equal(t, []int{len(r.Results.Tests), status["passed"], status["failed"], 0, status["skipped"], status["other"], flaky}, []int{s.Tests, s.Passed, s.Failed, s.Pending, s.Skipped, s.Other, s.Flaky})
	c := verdicts(n)
	c.Findings, c.Red = findings, s.Failed+s.Other > 0
	return c
}

var ctrfCompiled *jsonschema.Schema

// ctrfSchema is the schema that the specification publishes.
func ctrfSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	if ctrfCompiled == nil {
		ctrfCompiled = compiled(t, readFile(t, "testdata/schemas/ctrf.json"))
	}
	return ctrfCompiled
}

func compiled(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("schema.json", doc))
	s, err := c.Compile("schema.json")
	require.NoError(t, err)
	return s
}

func valid(t *testing.T, s *jsonschema.Schema, text []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	require.NoError(t, s.Validate(doc))
}

func readSARIF(t *testing.T, out []byte) reporttest.Counts {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(out))
	d.DisallowUnknownFields()
	log := &sarif.Report{}
	require.NoError(t, d.Decode(log), "no member that the standard does not know")
	if len(out) < 1<<20 {
		checked, err := sarif.FromBytes(out)
		require.NoError(t, err)
		for _, run := range checked.Runs { // what the library writes where nothing is said is not valid itself
			run.Language, run.Tool.Driver.Language, run.NewlineSequences = "en", "en", []string{"\n"}
		}
		require.NoError(t, checked.Validate(), "the schema of the standard")
	}
	require.Len(t, log.Runs, 1)
	run := log.Runs[0]
	c := said()
	c.Findings = len(run.Invocations[0].ToolExecutionNotifications)
	for _, n := range run.Invocations[0].ToolExecutionNotifications {
		if _, ofCase := n.Properties.Properties["case"]; !ofCase { // about the run
			c.Findings--
		}
	}
	for _, r := range run.Results {
		require.Equal(t, *r.RuleID, *run.Tool.Driver.Rules[r.RuleIndex].ID)
		require.NotEmpty(t, *r.Message.Text)
		if _, ofCase := r.Properties.Properties["case"]; ofCase {
			c.Findings++
		}
		require.NotEmpty(t, r.Locations, "code scanning passes over a result without a place")
		for _, l := range r.Locations {
			_, err := url.Parse(*l.PhysicalLocation.ArtifactLocation.URI)
			require.NoError(t, err)
		}
	}
	return c
}

func readHAR(t *testing.T, out []byte) reporttest.Counts {
	t.Helper()
	var har struct {
		Log struct {
			Version string
			Creator struct{ Name, Version *string }
			Entries []harEntry
			Ours    struct{ Summary probe.Summary } `json:"_sheetprobe"`
		}
	}
	require.NoError(t, json.Unmarshal(out, &har))
	require.Equal(t, "1.2", har.Log.Version)
	require.NotNil(t, har.Log.Creator.Name)
	require.NotNil(t, har.Log.Creator.Version)
	require.NotNil(t, har.Log.Entries)
	for _, e := range har.Log.Entries {
		e.check(t)
	}
	s := har.Log.Ours.Summary
	return reporttest.Counts{
		Cases: s.Cases, Conforms: s.Conforms, Deviates: s.Deviates, Inconclusive: s.Inconclusive, Blocked: s.Blocked, Skipped: s.Skipped, Findings: reporttest.Unsaid,
	}
}

// harEntry has the members that version 1.2 demands.
type harEntry struct {
	StartedDateTime time.Time
	Time            *float64
	Cache           *struct{}
	Timings         struct{ Blocked, DNS, Connect, Send, Wait, Receive, SSL *float64 }
	Request         struct {
		Method, URL, HTTPVersion      *string
		Cookies, Headers, QueryString *[]struct{ Name, Value *string }
		HeadersSize, BodySize         *int
		PostData                      *struct{ MimeType, Text *string }
	}
	Response struct {
		Status                               *int
		StatusText, HTTPVersion, RedirectURL *string
		Cookies, Headers                     *[]struct{ Name, Value *string }
		HeadersSize, BodySize                *int
		Content                              struct {
			Size           *int
			MimeType, Text *string
			Encoding       string
		}
	}
}

func (e harEntry) check(t *testing.T) {
	t.Helper()
	for _, member := range []any{
		e.Time, e.Cache, e.Timings.Send, e.Timings.Wait, e.Timings.Receive, e.Request.Method, e.Request.URL, e.Request.HTTPVersion, e.Request.Cookies, e.Request.Headers,
		e.Request.QueryString, e.Request.HeadersSize, e.Request.BodySize, e.Response.Status, e.Response.StatusText, e.Response.HTTPVersion, e.Response.Cookies, e.Response.Headers,
		e.Response.Content.Size, e.Response.Content.MimeType, e.Response.RedirectURL, e.Response.HeadersSize, e.Response.BodySize,
	} {
		require.NotNil(t, member)
	}
	sum := 0.0
	for _, part := range []*float64{e.Timings.Blocked, e.Timings.DNS, e.Timings.Connect, e.Timings.Send, e.Timings.Wait, e.Timings.Receive} {
		sum += max(*part, 0)
	}
	require.InDelta(t, sum, *e.Time, 0.001, "the time is that of the phases")
}

func readPrometheus(t *testing.T, out []byte) reporttest.Counts {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(out))
	require.NoError(t, err)
	series := map[string]bool{}
	for name, f := range families {
		require.NotEmpty(t, f.GetHelp(), name)
		for _, m := range f.GetMetric() {
			require.Nil(t, m.TimestampMs, "the textfile collector refuses times")
			key := name + m.String()
			require.False(t, series[key], "a series twice: %s", key)
			series[key] = true
		}
	}
	n := map[probe.Verdict]int{}
	for _, m := range families["sheetprobe_run_cases"].GetMetric() {
		n[probe.Verdict(label(m, "verdict"))] += int(m.GetGauge().GetValue())
	}
	c := verdicts(n)
	for _, m := range families["sheetprobe_api_findings"].GetMetric() {
		c.Findings += int(m.GetGauge().GetValue())
	}
	c.Red = families["sheetprobe_run_exit_code"].GetMetric()[0].GetGauge().GetValue() != 0
	return c
}

func label(m *dto.Metric, name string) string {
	for _, l := range m.GetLabel() {
		if l.GetName() == name {
			return l.GetValue()
		}
	}
	return ""
}
