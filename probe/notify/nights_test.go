package notify_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/notify"
	"github.com/sheetprobe/sheetprobe/probe/notify/notifytest"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// night makes a run from a line such as "sheet:A rules A=1+w2 B=. C=h":
//
//	A=.       conforms           A=1    deviates: its case 1 has an error     A=w1   ... a warning
//	A=?       inconclusive       A=?1   its case 1 alone is                   A=x1   its case 1 is not in the run
//	A=b       blocked            A=h    its host cannot be reached            Z~A=1  API Z at the URL of A
//	sheet:A   its sheet is another than before      rules  ours are      stopped  it was interrupted      by:NAME  the schedule
//
// What is changed stands before the APIs. A and B share a host, and so do C and D, and so on.
type night struct {
	sheets map[string]int
	rules  int
}

const casesEach = 3

func (n *night) run(t *testing.T, id string, at time.Time, line string) *probe.Run {
	t.Helper()
	run := &probe.Run{SchemaVersion: "1", RunID: id, Schedule: "nightly", StartedAt: at, FinishedAt: at.Add(time.Minute), Diagnostics: source.Diagnostics{}}
	for _, word := range strings.Fields(line) {
		name, what, isAPI := strings.Cut(word, "=")
		switch api, ok := strings.CutPrefix(word, "sheet:"); {
		case ok:
			n.sheets[api]++
		case strings.HasPrefix(word, "by:"):
			run.Schedule = strings.TrimPrefix(word, "by:")
		case word == "rules":
			n.rules++
		case word == "stopped":
			run.Interrupted = true
		case strings.HasPrefix(word, "unreadable:"):
			run.Diagnostics = append(run.Diagnostics, source.Diagnostic{Rule: "sheet.unreadable", Severity: source.Error, Message: strings.TrimPrefix(word, "unreadable:")})
		case isAPI:
			n.api(run, name, what)
		default:
			t.Fatalf("%q is no part of a night", word)
		}
	}
	run.Tool = probe.Tool{Name: "sheetprobe", RulesVersion: fmt.Sprint(n.rules)}
	run.Summarize()
	return run
}

func (n *night) api(run *probe.Run, name, what string) {
	name, at, renamed := strings.Cut(name, "~")
	if !renamed {
		at = name
	}
	host := fmt.Sprintf("h%d-sit.things.example:443", (at[0]-'A')/2)
	slug := strings.ToLower(name)
	s := probe.SheetResult{
		Name: name, Method: "GET", URL: "https://" + host + "/" + at, Document: "d", DocumentSHA256: fmt.Sprint(at, n.sheets[at]),
		Documented: &probe.Documented{Codes: []probe.StatusCode{{Code: fmt.Sprint(n.sheets[at])}}},
	}
	for i := range casesEach {
		id := fmt.Sprintf("%s/c%d", slug, i+1)
		c := probe.Result{ID: id, Verdict: probe.Conforms, Exchange: &probe.Exchange{
			Attempts: []probe.Attempt{{}}, Request: probe.RecordedRequest{URL: s.URL}, Response: &probe.RecordedResponse{HTTPStatus: 200},
		}}
		for _, mark := range strings.Split(what, "+") {
			if !marked(run, &c, mark, i+1, host) {
				c.ID = ""
			}
		}
		if c.ID != "" {
			s.Cases = append(s.Cases, c)
		}
	}
	run.Sheets = append(run.Sheets, s)
}

// marked does to a case what a mark says, and says whether it stays.
func marked(run *probe.Run, c *probe.Result, mark string, n int, host string) bool {
	digit := fmt.Sprint(n)
	find := func(rule string, v probe.Verdict) {
		f := probe.NewFinding(rule, c.ID, probe.AtBody, "x")
		f.Message = rule + " in case " + digit
		c.Verdict, c.Findings = v, append(c.Findings, f)
	}
	switch mark {
	case ".":
	case digit:
		find("shape.missing", probe.Deviates)
	case "w" + digit:
		find("shape.undocumented", c.Verdict)
	case "?", "?" + digit:
		c.Exchange.Response = nil
		find("transport.timeout", probe.Inconclusive)
	case "b":
		c.Exchange = nil
		find("setup.placeholder-unresolved", probe.Blocked)
	case "h":
		unreached(run, c, host)
	case "x" + digit:
		return false
	}
	return true
}

func unreached(run *probe.Run, c *probe.Result, host string) {
	c.Verdict, c.Exchange.Response = probe.Inconclusive, nil
	i := slices.IndexFunc(run.Hosts, func(h probe.HostDiagnosis) bool { return h.Host == host })
	if i >= 0 {
		run.Hosts[i].Affected++
		c.Exchange, c.Reason = nil, "not sent: "+host+" could not be reached, see "+run.Hosts[i].FoundIn
		return
	}
	f := probe.NewFinding("transport.refused", c.ID, probe.AtTransport)
	c.Findings = []probe.Finding{f}
	run.Hosts = append(run.Hosts, probe.HostDiagnosis{Host: host, Rule: f.Rule, FoundIn: c.ID, Affected: 1, Diagnosis: probe.Diagnosis{Means: "nobody listens there"}})
}

// step is a night, or another moment at which something is sent: 24 hours after the step before, where no time is given.
type step struct {
	night string // "" only sends; "fail" is no run, "missed" a time that was left out
	want  string // what is told, see toldBy; "" for nothing
	at    string // a time of day, the next one; or a length of time
}

type inbox struct {
	got  []notify.Message
	told []string
	down bool
}

func (b *inbox) Send(_ context.Context, m notify.Message) error {
	if b.down {
		return errors.New("it is down")
	}
	b.got = append(b.got, m)
	for _, g := range m.Groups {
		for _, l := range g.Lines {
			b.told = append(b.told, string(g.Change)+" "+strings.TrimSpace(subject(g, l)))
		}
	}
	return nil
}

func subject(g notify.Group, l notify.Line) string {
	switch g.Kind {
	case notify.Finding, "":
		_, n, isCase := strings.Cut(l.Message, "in case ")
		if !isCase && l.API == "" {
			return strings.Fields(l.Message)[0]
		}
		if l.Cause == "sheet" || l.Cause == "rules" {
			n += "/" + l.Cause
		}
		return l.API + n
	case notify.Host:
		return strings.Split(l.Message, "-")[0]
	}
	return string(g.Kind) + " " + l.API
}

func (b *inbox) Limits() notify.Limits     { return notify.DefaultLimits() }
func (b *inbox) Escape(text string) string { return text }
func (b *inbox) Template() string          { return notify.DefaultTemplate }

// world is a notifier whose clock stands still between the steps.
type world struct {
	*notify.Notifier
	store notify.Store
	now   time.Time
	box   *inbox
	runs  int
	said  []string
	night night
}

func newWorld(t *testing.T, route notify.Route, quiet ...notify.Quiet) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 3, 1, 2, 30, 0, 0, time.UTC), box: &inbox{}, store: notifytest.NewMemory(), night: night{sheets: map[string]int{}}}
	w.open(t, route, quiet...)
	return w
}

func (w *world) open(t *testing.T, route notify.Route, quiet ...notify.Quiet) {
	t.Helper()
	ids := 0
	w.Notifier = notify.NewNotifier(notify.Options{
		Store: w.store, Now: func() time.Time { return w.now }, NewID: func() string { ids++; return fmt.Sprintf("%s-%d", w.now.Format(time.RFC3339), ids) },
		Say: func(format string, args ...any) { w.said = append(w.said, fmt.Sprintf(format, args...)) },
	})
	route.Name, route.To = "all", []string{"box"}
	s := notify.Settings{Routes: []notify.Route{route}, Channels: []notify.Channel{{Name: "box", Quiet: quiet}}}
	require.NoError(t, w.Apply(s, map[string]notify.Sender{"box": w.box}))
}

func (w *world) move(t *testing.T, at string) {
	t.Helper()
	if at == "" {
		at = "24h"
	}
	if d, err := time.ParseDuration(at); err == nil {
		w.now = w.now.Add(d)
		return
	}
	minutes, err := notify.ParseClock(at)
	require.NoError(t, err)
	next := time.Date(w.now.Year(), w.now.Month(), w.now.Day(), 0, minutes, 0, 0, time.UTC)
	if !next.After(w.now) {
		next = next.AddDate(0, 0, 1)
	}
	w.now = next
}

// take makes the night and sends what is due.
func (w *world) take(t *testing.T, s step) string {
	t.Helper()
	w.runs++
	id := fmt.Sprintf("run-%d", w.runs)
	switch s.night {
	case "":
	case "fail":
		require.NoError(t, w.Failed(t.Context(), "nightly", id, "disk full", w.now))
	case "missed":
		require.NoError(t, w.Missed(t.Context(), "nightly", 1, w.now))
	default:
		require.NoError(t, w.Finished(t.Context(), w.night.run(t, id, w.now, s.night)))
	}
	w.box.told = nil
	_ = w.Deliver(t.Context()) // a channel that is down is part of some stories
	return strings.Join(w.box.told, "; ")
}
