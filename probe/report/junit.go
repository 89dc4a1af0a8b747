package report

import (
	"bufio"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// writeJUnit writes JUnit XML as CI servers import it: a testsuite for each API, a testcase for each case. JUnit has no specification; what is
// written keeps to what the schemas of Ant, Jenkins and Surefire have in common, plus the attributes "file" and "line" of a testcase, which
// GitLab, CircleCI and pytest know.
//
// A case that deviates is a failure. One that could not be judged or not be sent is an error: the run has proved nothing about it, and ends
// with an exit code that is not 0. What the cases of an API show together only, such as a documented error that none of them brought about, stands
// behind them as one more, "coverage". One that was left out is skipped, with its reason. What belongs to no case, such as a document that could not be
// read, is an error in a suite of its own, so that the report is never green where the exit code is not 0.
//
// "hostname" is the host that was probed, and times are UTC. Characters that XML cannot hold are shown as \u001b and the like.
func writeJUnit(w io.Writer, run *probe.Run, o Options) error {
	out := bufio.NewWriter(w)
	_, _ = out.WriteString(xml.Header) // Flush tells of every failure
	problems := problemsOf(run)
	s, besides := run.Summary, toldBesides(run)
	fmt.Fprintf(out, "<testsuites name=\"sheetprobe\" tests=\"%d\" failures=\"%d\" errors=\"%d\" time=%q>\n",
		s.Cases+sum(besides)+len(problems), s.Deviates+besides[probe.Deviates], s.Inconclusive+s.Blocked+len(problems), seconds(run.FinishedAt.Sub(run.StartedAt)))
	names := distinctNames(run, maxName)
	err := eachAPI(run, o, func(i int, s *probe.SheetResult) error { return writeElement(out, junitAPI(run, i, s, names[i])) })
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		if err := writeElement(out, junitProblems(run, problems)); err != nil {
			return err
		}
	}
	_, _ = out.WriteString("</testsuites>\n")
	return out.Flush()
}

func writeElement(out *bufio.Writer, suite junitSuite) error {
	enc := xml.NewEncoder(out)
	enc.Indent("  ", "  ")
	if err := enc.Encode(suite); err != nil {
		return err
	}
	return out.WriteByte('\n')
}

type junitSuite struct {
	XMLName    xml.Name        `xml:"testsuite"`
	Name       string          `xml:"name,attr"`
	Package    string          `xml:"package,attr"`
	ID         int             `xml:"id,attr"`
	Hostname   string          `xml:"hostname,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	Classname string        `xml:"classname,attr"`
	Time      string        `xml:"time,attr"`
	File      string        `xml:"file,attr,omitempty"`
	Line      int           `xml:"line,attr,omitempty"`
	Skipped   *junitOutcome `xml:"skipped"`
	Error     *junitOutcome `xml:"error"`
	Failure   *junitOutcome `xml:"failure"`
	Out       *junitText    `xml:"system-out"`
}

type junitText struct {
	Text string `xml:",innerxml"`
}

type junitOutcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",innerxml"`
}

func junitAPI(run *probe.Run, i int, s *probe.SheetResult, name string) junitSuite {
	cases := told(s)
	suite := junitSuite{
		Name: name, Package: "sheetprobe", ID: i, Hostname: "localhost", Timestamp: startOf(run, s).Format(junitTime), Tests: len(cases),
		Properties: append(junitRun(run), junitProperty{"verdict", string(s.Verdict)}, junitProperty{"method", inert(s.Method)},
			junitProperty{"url", inert(s.URL)}, junitProperty{"document", inert(s.Document)}, junitProperty{"document_sha256", inert(s.DocumentSHA256)}),
	}
	if codes, seen, _, _ := coverageOf(s); codes > 0 {
		suite.Properties = append(suite.Properties, junitProperty{"documented_codes", strconv.Itoa(codes)}, junitProperty{"documented_codes_seen", strconv.Itoa(seen)})
	}
	var total time.Duration
	for k, c := range cases {
		if k == 0 {
			suite.Hostname = orElse(inert(hostOf(c, s)), suite.Hostname)
		}
		switch c.Verdict {
		case probe.Conforms:
		case probe.Deviates:
			suite.Failures++
		case probe.Inconclusive, probe.Blocked:
			suite.Errors++
		default:
			suite.Skipped++
		}
		total += took(c)
		suite.Cases = append(suite.Cases, junitOf(s, c, name))
	}
	suite.Time = seconds(total)
	return suite
}

// junitTime is without its zone, as the schemas demand.
const junitTime = "2006-01-02T15:04:05"

func junitRun(run *probe.Run) []junitProperty {
	all := []junitProperty{
		{"run_id", inert(run.RunID)}, {"tool", inert(strings.TrimSpace(run.Tool.Name + " " + run.Tool.Version))}, {"rules_version", inert(run.Tool.RulesVersion)},
	}
	for _, why := range run.Unfit {
		all = append(all, junitProperty{"unfit_for_sign_off", inert(why)})
	}
	return all
}

func junitOf(s *probe.SheetResult, c *probe.Result, name string) junitCase {
	rule, message := inBrief(c)
	out := junitCase{Name: caseName(c), Classname: classname(name), Time: seconds(took(c)), File: inert(s.Document), Line: s.At.Line}
	if s.At.Cell != "" {
		out.Line = 0 // it counts inside the cell
	}
	outcome := &junitOutcome{Message: inert(message), Type: inert(orElse(rule, string(c.Verdict)))}
	switch c.Verdict {
	case probe.Conforms:
		if len(c.Findings) > 0 {
			out.Out = &junitText{xmlLines(details(s, c))}
		}
		return out
	case probe.Deviates:
		outcome.Text = xmlLines("\n" + details(s, c))
		out.Failure = outcome
	case probe.Inconclusive, probe.Blocked:
		outcome.Text = xmlLines("\n" + details(s, c))
		out.Error = outcome
	default:
		out.Skipped = &junitOutcome{Message: inert(message)}
	}
	return out
}

func junitProblems(run *probe.Run, problems []problem) junitSuite {
	suite := junitSuite{
		Name: "sheetprobe", Package: "sheetprobe", ID: len(run.Sheets), Hostname: "localhost", Timestamp: run.StartedAt.UTC().Format(junitTime),
		Tests: len(problems), Errors: len(problems), Time: seconds(0), Properties: junitRun(run),
	}
	for _, p := range problems {
		text := inert(p.message)
		if p.hint != "" {
			text += "\nnext step: " + inert(p.hint)
		}
		suite.Cases = append(suite.Cases, junitCase{
			Name: p.name, Classname: "sheetprobe", Time: seconds(0), File: inert(p.document),
			Error: &junitOutcome{Message: inert(p.message), Type: inert(orElse(p.rule, p.name)), Text: xmlLines("\n" + text + "\n")},
		})
	}
	return suite
}

// xmlLines escapes what is not mark-up, and keeps lines as lines, which encoding/xml would write as &#xA;. What XML 1.0 cannot hold (section 2.2)
// becomes U+FFFD.
func xmlLines(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r < ' ' && r != '\n' && r != '\t', r == 0xFFFE, r == 0xFFFF:
			b.WriteRune('\uFFFD')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// classname has no dot, at which CI servers would cut it into packages.
func classname(api string) string { return strings.ReplaceAll(api, ".", "_") }

// seconds has three decimals, which is all that Surefire's schema admits.
func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", max(d, 0).Seconds()) }

// took is how long the exchange of a case lasted; 0 where nothing was sent.
func took(c *probe.Result) time.Duration {
	if c.Exchange == nil {
		return 0
	}
	return elapsed(c.Exchange.Timing.Total)
}

// elapsed is 0 for what is no time, as a run that somebody else wrote may hold.
func elapsed(ms float64) time.Duration {
	if !(ms > 0 && ms < float64(24*time.Hour/time.Millisecond)) {
		return 0
	}
	return time.Duration(ms * float64(time.Millisecond))
}

// startOf is when the first request of an API went out, as far as it is recorded.
func startOf(run *probe.Run, s *probe.SheetResult) time.Time {
	for k := range s.Cases {
		if x := s.Cases[k].Exchange; x != nil {
			return startOfExchange(run, x)
		}
	}
	return run.StartedAt.UTC()
}

// startOfExchange is that of the run for a run that did not record it.
func startOfExchange(run *probe.Run, x *probe.Exchange) time.Time {
	return cmp.Or(x.StartedAt, run.StartedAt).UTC()
}
