package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Series is a case that was sent more than once: what comes further is held against the first answer.
//
// Two answers are alike where their HTTP status, their outcome, and the findings above a remark are the same: lists of another length, other
// values, and times are what staging is free to change. What only a further answer breaks is a finding of the case like any other; that the
// answers disagree is one more. Where the request may change data, a further answer may well be another, so it adds nothing but a remark.
type Series struct {
	judge  *Judge
	c      *probe.Case
	first  probe.Result
	end    end
	began  string   // the first end, in words
	unlike []string // the others, in words
	apart  []probe.Verdict
	times  []float64
	kept   int
}

// maxKept is how many differing exchanges of one case are kept.
const maxKept = 5

// Series begins with the first result, which has to be of a trustworthy answer.
func (j *Judge) Series(c *probe.Case, first probe.Result) *Series {
	return &Series{judge: j, c: c, first: first, end: endOf(first), began: endInWords(first), times: []float64{first.Exchange.Timing.Total}}
}

// Add judges a further exchange.
func (s *Series) Add(x *probe.Exchange) {
	r := s.judge.Decide(s.c, x)
	again := probe.Repeat{Verdict: r.Verdict, TotalMS: x.Timing.Total, Requests: x.Requests(), Alike: endOf(r) == s.end}
	if x.Response != nil {
		again.HTTPStatus = x.Response.HTTPStatus
	}
	s.first.Checks += r.Checks
	if r.Verdict != probe.Inconclusive {
		s.times = append(s.times, x.Timing.Total)
	}
	if !again.Alike {
		s.differs(&again, x, r)
	}
	s.first.Repeats = append(s.first.Repeats, again)
}

// Recall adds a further exchange as it was recorded: what was kept of it is judged anew, of the others what was said of them stands.
func (s *Series) Recall(again probe.Repeat) {
	if again.Exchange != nil {
		s.Add(again.Exchange)
		return
	}
	if again.Verdict != probe.Inconclusive {
		s.times = append(s.times, again.TotalMS)
	}
	if !again.Alike {
		s.unlike = append(s.unlike, fmt.Sprintf("answer %d: %s", len(s.first.Repeats)+2, statusText(again.HTTPStatus)))
		s.apart = append(s.apart, again.Verdict)
	}
	s.first.Repeats = append(s.first.Repeats, again)
}

func (s *Series) differs(again *probe.Repeat, x *probe.Exchange, r probe.Result) {
	number := len(s.first.Repeats) + 2
	s.unlike = append(s.unlike, fmt.Sprintf("answer %d: %s", number, endInWords(r)))
	s.apart = append(s.apart, r.Verdict)
	if s.kept < maxKept {
		s.kept++
		again.Exchange = x
	}
	if r.Verdict == probe.Inconclusive || !s.c.Request.IsSafe() {
		return
	}
	for _, f := range r.Findings {
		if f.Rule != flaky && f.Rule != slow && !s.tells(f) {
			f.Message = fmt.Sprintf("%s (answer %d to the same request)", f.Message, number)
			s.first.Findings = append(s.first.Findings, f)
		}
	}
}

func (s *Series) tells(f probe.Finding) bool {
	return slices.ContainsFunc(s.first.Findings, func(g probe.Finding) bool { return g.Fingerprint == f.Fingerprint })
}

// Result is the first one with what the further answers add.
func (s *Series) Result() probe.Result {
	r := s.first
	if len(s.unlike) > 0 {
		r.Findings = append(r.Findings, s.disagreement())
	}
	r.Findings = s.judge.finish(append(s.withoutSlow(r.Findings), s.tooSlow()...))
	r.Verdict = s.judge.verdict(r.Findings)
	return r
}

const (
	flaky = "stability.flaky"
	slow  = "timing.slow"
)

// disagreement is the endpoint's business, unless the further answers merely failed to arrive.
func (s *Series) disagreement() probe.Finding {
	f := probe.NewFinding(flaky, s.c.ID, probe.AtBody, "repeats")
	n := len(s.first.Repeats) + 1
	f.Message = fmt.Sprintf("the same request was answered in different ways: %d of %d answers are unlike the first", len(s.unlike), n)
	f.Documented, f.Observed = "one answer to one request", "answer 1: "+s.began+"; "+list(s.unlike, "and")
	f.Count = len(s.unlike)
	if !slices.ContainsFunc(s.apart, func(v probe.Verdict) bool { return v != probe.Inconclusive }) {
		f.Blame, f.Location = probe.BlameEnvironment, probe.AtTransport
		f.Message = fmt.Sprintf("%d of %d requests that are the same got no trustworthy answer", len(s.unlike), n)
		f.Hint = "ask the API owner whether the staging environment is healthy, and look at the network between"
	} else if !s.c.Request.IsSafe() {
		f.Severity = source.Info
		f.Why = "a request that may change data can be answered otherwise when it comes again"
		f.Hint = "look at the further answers; where they are wrong, ask the API owner"
	}
	return f
}

// tooSlow holds the times of all answers against the sheet's limit: the 90th percentile by nearest rank, which forgives one outlier in ten, and
// of up to nine answers is the slowest.
func (s *Series) tooSlow() []probe.Finding {
	limit := float64(s.judge.sheet.Limits.MaxResponseMS)
	took := probe.NearestRank(slices.Sorted(slices.Values(s.times)), 90)
	if limit <= 0 || took <= limit {
		return nil
	}
	f := probe.NewFinding(slow, s.c.ID, probe.AtTiming)
	f.Documented = fmt.Sprintf("at most %.0f ms", limit)
	f.Observed = fmt.Sprintf("%.0f ms, the 90th percentile of %d answers", took, len(s.times))
	f.Message = fmt.Sprintf("of %d answers, nine in ten took up to %.0f ms, and the sheet allows %.0f ms", len(s.times), took, limit)
	return []probe.Finding{f}
}

func (s *Series) withoutSlow(findings []probe.Finding) []probe.Finding {
	return slices.DeleteFunc(findings, func(f probe.Finding) bool { return f.Rule == slow })
}

// end is how an exchange ended, as far as the next one has to end alike.
type end struct {
	judged  bool
	status  int
	outcome probe.Outcome
	broken  string // fingerprints
}

func endOf(r probe.Result) end {
	e := end{judged: r.Verdict == probe.Conforms || r.Verdict == probe.Deviates, outcome: r.Outcome}
	if !e.judged {
		return e // however it failed
	}
	if r.Exchange.Response != nil {
		e.status = r.Exchange.Response.HTTPStatus
	}
	var broken []string
	for _, f := range r.Findings {
		if f.Severity != source.Info && f.Rule != flaky && f.Rule != slow {
			broken = append(broken, f.Fingerprint)
		}
	}
	slices.Sort(broken)
	e.broken = strings.Join(broken, " ")
	return e
}

// endInWords says how an exchange ended: "HTTP 200 OK, shape.missing".
func endInWords(r probe.Result) string {
	if r.Verdict == probe.Inconclusive {
		return short(r.Reason)
	}
	words := "an answer"
	if r.Exchange.Response != nil {
		words = statusText(r.Exchange.Response.HTTPStatus)
	}
	var rules []string
	for _, f := range r.Findings {
		if f.Severity != source.Info && f.Rule != flaky && f.Rule != slow && !slices.Contains(rules, f.Rule) {
			rules = append(rules, f.Rule)
		}
	}
	if len(rules) > 0 {
		words += ", " + list(rules, "and")
	}
	return words
}

// neededMore says that the answer came at a later attempt only.
func neededMore(a *answer) bool {
	return len(a.x.Attempts) > 1 && slices.ContainsFunc(a.x.Attempts, func(t probe.Attempt) bool { return t.Rule != "" })
}

// checkAttempts tells of an answer that a failure came before. The way between is to blame: nobody can say of a connection that broke once
// that the endpoint broke it.
func checkAttempts(a *answer) []probe.Finding {
	var failed []string
	for i, t := range a.x.Attempts {
		if t.Rule != "" {
			failed = append(failed, fmt.Sprintf("attempt %d: %s", i+1, t.Error))
		}
	}
	f := a.finding(flaky, probe.AtTransport, "attempts")
	f.Blame, f.Count = probe.BlameEnvironment, len(failed)
	f.Message = fmt.Sprintf("the answer came at attempt %d only", len(a.x.Attempts))
	f.Documented, f.Observed = "an answer to the first attempt", list(failed, "and")
	f.Hint = "run again, and where it happens often, ask the API owner whether the staging environment is healthy, and look at the network between"
	return []probe.Finding{f}
}
