package notify

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// APIState is what the last run that judged an API knew of it.
type APIState struct {
	Slug    string        `json:"slug"`
	Promise string        `json:"promise"` // digest of what the sheet promises, wherever it stands
	Rules   string        `json:"rules"`
	Verdict probe.Verdict `json:"verdict"`
	At      time.Time     `json:"at"`
}

// sight is what a run knows of a topic.
type sight int

const (
	unknown sight = iota
	there
	gone
)

// Observation is what one run shows, or that none came about.
type Observation struct {
	RunID    string
	Schedule string
	At       time.Time // when the run began
	Topics   []Topic   // that are there
	APIs     []APIState

	came     bool                     // a run came about
	verdicts map[string]probe.Verdict // by slug
	judged   map[string]bool          // ids of cases with a verdict, and slugs of APIs that have any
	cases    map[string]bool          // ids of all cases
	tried    map[string]bool          // slugs of APIs of which anything was sent
	answered map[string]bool          // host:port that gave an answer that was judged
	changed  map[string]bool          // slugs whose sheets promise something else than before; see Settings.Decide
}

// Observe looks at a run that came to its end and holds all of its results.
func Observe(run *probe.Run) Observation {
	o, _ := ObserveEach(run, func(i int) (*probe.SheetResult, error) { return &run.Sheets[i], nil }) // there is nothing to fail
	return o
}

// ObserveEach looks at a run whose results are kept elsewhere: get returns those of an API by its place in the run. One is looked at after the other, so
// that a large run needs no large memory.
func ObserveEach(run *probe.Run, get func(i int) (*probe.SheetResult, error)) (Observation, error) {
	o := Observation{
		RunID: run.RunID, Schedule: run.Schedule, At: run.StartedAt, came: true, verdicts: map[string]probe.Verdict{},
		judged: map[string]bool{}, cases: map[string]bool{}, tried: map[string]bool{}, answered: map[string]bool{}, changed: map[string]bool{},
	}
	var findings []Topic
	var dark []unlit
	for i := range run.Sheets {
		s, err := get(i)
		if err != nil {
			return Observation{}, err
		}
		o.look(s, run.Tool.RulesVersion)
		findings = append(findings, o.topicsOf(s)...)
		if !o.judged[history.SlugOf(s)] {
			dark = append(dark, unlitBy(s))
		}
	}
	o.outages(run, dark)
	o.Topics = append(o.Topics, findings...)
	for _, d := range dark {
		o.unjudged(d, run)
	}
	o.documents(run)
	return o, nil
}

// unlit is an API without a verdict, as far as is needed to tell why.
type unlit struct {
	base    Topic
	verdict probe.Verdict
	first   Topic           // the first case that could not be judged
	hosts   map[string]bool // what its cases were not sent for, and the ids of its cases
}

const unreached = " could not be reached"

func unlitBy(s *probe.SheetResult) unlit {
	u := unlit{base: baseOf(s), verdict: s.Verdict, hosts: map[string]bool{}}
	for i := range s.Cases {
		c := &s.Cases[i]
		u.hosts[c.ID] = true
		if before, _, ok := strings.Cut(c.Reason, unreached); ok {
			u.hosts[before[strings.LastIndexByte(before, ' ')+1:]] = true
		}
		if c.Verdict != probe.Inconclusive || u.first.Key != "" {
			continue
		}
		u.first = u.base
		u.first.Kind, u.first.Key, u.first.Case = Unjudged, "unjudged:"+u.base.Slug, c.ID
		u.first.Message = "could not be judged: " + cmp.Or(c.Reason, "no trustworthy answer")
		if len(c.Findings) > 0 {
			f := c.Findings[0]
			u.first.Rule, u.first.Message, u.first.Hint = f.Rule, "could not be judged: "+f.Message, f.Hint
		}
	}
	return u
}

// meets says that a host is what keeps the API from being judged.
func (u *unlit) meets(h probe.HostDiagnosis) bool { return u.hosts[h.FoundIn] || u.hosts[h.Host] }

func baseOf(s *probe.SheetResult) Topic {
	slug := history.SlugOf(s)
	return Topic{API: s.Name, Slug: slug, APIs: []string{s.Name, slug}, Severity: source.Error, Blame: probe.BlameEnvironment}
}

// Failed is that no run came about, or that it could not be kept.
func Failed(schedule, runID, problem string, at time.Time) Observation {
	return Observation{RunID: runID, Schedule: schedule, At: at, Topics: []Topic{own(Failure, schedule, "no run came about: "+problem, "see the log of sheetprobe")}}
}

// Left is that a schedule was due and led to no run.
func Left(schedule string, times int, since, at time.Time) Observation {
	message := fmt.Sprintf("it was due %s and was not run", stamp(since))
	if times > 1 {
		message = fmt.Sprintf("it was due %d times since %s and was not run", times, stamp(since))
	}
	return Observation{Schedule: schedule, At: at, Topics: []Topic{own(Missed, schedule, message, "see whether sheetprobe was down, or its runs take too long")}}
}

func own(kind Kind, schedule, message, hint string) Topic {
	what := "schedule " + schedule
	if schedule == "" {
		what = "a run by hand"
	}
	return Topic{
		Key: string(kind) + ":" + schedule, Kind: kind, Severity: source.Error, Blame: probe.BlameEnvironment, Message: what + ": " + message, Hint: hint,
	}
}

func (o *Observation) look(s *probe.SheetResult, rules string) {
	slug := history.SlugOf(s)
	o.verdicts[slug] = s.Verdict
	for i := range s.Cases {
		c := &s.Cases[i]
		o.cases[c.ID] = true
		if c.Exchange != nil {
			o.tried[slug] = true
		}
		if isJudged(c.Verdict) {
			o.judged[c.ID], o.judged[slug] = true, true
			if c.Exchange != nil {
				o.answered[hostOf(c.Exchange.Request.URL)] = true
			}
		}
	}
	if o.judged[slug] {
		o.APIs = append(o.APIs, APIState{Slug: slug, Promise: promiseOf(s), Rules: rules, Verdict: s.Verdict, At: o.At})
	}
}

func isJudged(v probe.Verdict) bool { return v == probe.Conforms || v == probe.Deviates }

func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return ""
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// promiseOf is the digest of what a sheet promises, wherever in the document that stands.
func promiseOf(s *probe.SheetResult) string {
	if s.Documented == nil {
		return s.DocumentSHA256
	}
	d := *s.Documented
	d.Responses, d.Codes = slices.Clone(d.Responses), slices.Clone(d.Codes)
	for i := range d.Responses {
		d.Responses[i].At = source.Span{}
	}
	for i := range d.Codes {
		d.Codes[i].At = source.Span{}
	}
	text, err := json.Marshal([]any{s.Method, s.URL, d})
	if err != nil {
		return s.DocumentSHA256
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// outages finds the hosts that could not be reached; where there are several, and nothing at all could be judged, it is us who cannot.
func (o *Observation) outages(run *probe.Run, dark []unlit) {
	var all []Topic
	for _, h := range run.Hosts {
		t := Topic{
			Key: "host:" + h.Host, Kind: Host, Rule: h.Rule, Severity: source.Error, Blame: probe.BlameEnvironment, Case: h.FoundIn,
			Message: h.Host + " cannot be reached: " + h.Diagnosis.Means,
		}
		for i := range dark {
			if dark[i].meets(h) {
				t.APIs = append(t.APIs, dark[i].base.APIs...)
				t.Affected++
			}
		}
		if o.answered[h.Host] && t.Affected == 0 {
			continue // it went away for a while, and no API is without a verdict for it
		}
		all = append(all, t)
	}
	if len(all) > 1 && len(o.judged) == 0 {
		hosts := make([]string, len(all))
		for i := range all {
			hosts[i] = strings.TrimPrefix(all[i].Key, "host:")
		}
		all = []Topic{{
			Key: "prober", Kind: Prober, Severity: source.Error, Blame: probe.BlameEnvironment, Rule: all[0].Rule, Affected: len(run.Sheets),
			Message: fmt.Sprintf("none of %d hosts can be reached from here (%s): the network, proxy or whitelist of this machine", len(hosts), someOf(hosts, 3)),
			Hint:    "nothing is said of the APIs until one of them can be judged again",
		}}
	}
	o.Topics = all
}

func (o *Observation) has(kind Kind) bool {
	return slices.ContainsFunc(o.Topics, func(t Topic) bool { return t.Kind == kind })
}

// topicsOf are the findings about an API, and what kept its cases from being sent.
func (o *Observation) topicsOf(s *probe.SheetResult) []Topic {
	l := listed{seen: map[string]bool{}, base: baseOf(s)}
	for i := range s.Cases {
		c := &s.Cases[i]
		for k := range c.Findings {
			switch f := &c.Findings[k]; {
			case isJudged(c.Verdict):
				l.finding(s, f, c.ID, c.Unchanged(f))
			case c.Verdict == probe.Blocked:
				l.blocked(f.Rule, f.Blame, f.Message, f.Hint)
			}
		}
		if c.Verdict == probe.Blocked && len(c.Findings) == 0 {
			l.blocked("", probe.BlameEnvironment, c.Reason, "")
		}
	}
	if o.judged[l.base.Slug] {
		for k := range s.Findings {
			l.finding(s, &s.Findings[k], "", s.Findings[k].Message)
		}
	}
	if len(s.Cases) == 0 && s.Verdict == probe.Blocked {
		l.blocked("sheet.unreadable", probe.BlameSheet, "the sheet cannot be used", "`sheetprobe lint` says why")
	}
	return l.topics
}

// listed are the topics of one API, each once.
type listed struct {
	seen   map[string]bool
	base   Topic
	topics []Topic
}

func (l *listed) finding(s *probe.SheetResult, f *probe.Finding, caseID, message string) {
	if l.seen[f.Fingerprint] {
		return
	}
	l.seen[f.Fingerprint] = true
	t := l.base
	t.Kind, t.Key, t.Case = Finding, "finding:"+f.Fingerprint, caseID
	t.Rule, t.Severity, t.Blame, t.Message, t.Hint = f.Rule, f.Severity, f.Blame, message, f.Hint
	_, suffix, _ := strings.Cut(caseID, "/")
	t.Alias = probe.Fingerprint(s.Method, s.URL, suffix, f.Rule, string(f.Location), f.Pointer)
	l.topics = append(l.topics, t)
}

// blocked tells of a setting that is missing or refuses, once for an API and rule.
func (l *listed) blocked(rule string, blame probe.Blame, message, hint string) {
	t := l.base
	t.Kind, t.Key = Blocked, "blocked:"+rule+":"+t.Slug
	if !l.seen[t.Key] {
		l.seen[t.Key] = true
		t.Rule, t.Blame, t.Message, t.Hint = rule, blame, message, hint
		l.topics = append(l.topics, t)
	}
}

// unjudged tells of an API of which something was sent and nothing judged, where its host is not the reason.
func (o *Observation) unjudged(u unlit, run *probe.Run) {
	if u.verdict != probe.Inconclusive || u.first.Key == "" || o.has(Prober) || slices.ContainsFunc(run.Hosts, u.meets) {
		return
	}
	o.Topics = append(o.Topics, u.first)
}

// documents tells of documents in which no sheet was found, or which could not be read.
func (o *Observation) documents(run *probe.Run) {
	for _, d := range run.Diagnostics {
		if d.Severity == source.Error {
			o.Topics = append(o.Topics, Topic{
				Key: o.documentKey() + probe.Fingerprint(d.Rule, d.Message), Kind: Blocked, Rule: d.Rule, Severity: source.Error, Blame: probe.BlameSheet,
				Message: d.Message, Hint: d.Hint,
			})
		}
	}
}

// documentKey is what the keys of such topics begin with: they are known by the runs of one schedule, which read the same documents.
func (o *Observation) documentKey() string { return "document:" + o.Schedule + ":" }

// of is what the run knows of a track that is not among its topics.
func (o *Observation) of(t *Topic) sight {
	switch {
	case !o.came:
		return unknown
	case t.Kind == Failure, t.Kind == Missed:
		return when(t.Key == string(t.Kind)+":"+o.Schedule)
	case t.Kind == Prober:
		return when(len(o.judged) > 0)
	case t.Kind == Host:
		return when(o.answered[strings.TrimPrefix(t.Key, "host:")])
	case t.Kind == Blocked && t.Slug == "":
		return when(strings.HasPrefix(t.Key, o.documentKey()))
	case t.Kind == Blocked:
		return when(o.tried[t.Slug])
	case t.Kind == Unjudged || t.Case == "":
		return when(o.judged[t.Slug])
	case o.judged[t.Case]:
		return gone
	}
	return when(!o.cases[t.Case] && o.changed[t.Slug]) // the sheet has no such case any more
}

// lacks says that the run has no sheet of the API of a track, though it is of the schedule that judged the API and could read its documents.
func (o *Observation) lacks(t *Track) bool {
	_, has := o.verdicts[t.Topic.Slug]
	unread := slices.ContainsFunc(o.Topics, func(other Topic) bool { return strings.HasPrefix(other.Key, o.documentKey()) })
	return o.came && o.Schedule != "" && o.Schedule == t.Schedule && t.Topic.Slug != "" && !has && !unread && o.At.After(t.Last)
}

func when(isGone bool) sight {
	if isGone {
		return gone
	}
	return unknown
}

func someOf(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
