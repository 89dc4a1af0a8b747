package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Polling is what came of asking a status API until the end.
type Polling struct {
	Poll    *probe.Poll
	Asked   []probe.Polled // in order; the last is the one that the result is about
	Unknown string         // the first state that the sheet does not list; "" where there was none
	Lacking bool           // a success told no state
	Over    bool           // the time is over
}

// Polled judges the last answer of a status API, and how what was started ended. An answer that says that it goes on, or has failed, need not
// have the shape of the documented success.
func (j *Judge) Polled(c *probe.Case, last probe.Result, p Polling) probe.Result {
	last.ID, last.Title, last.Family, last.Polls = c.ID, c.Title, c.Family, p.Asked
	if last.Verdict == probe.Inconclusive {
		return last
	}
	state := p.Asked[len(p.Asked)-1].State
	ended := slices.Contains(p.Poll.Until, state)
	findings := last.Findings
	if !ended && last.Outcome != probe.OutcomeError {
		findings = nil
	}
	finding := func(rule string) probe.Finding {
		f := probe.NewFinding(rule, c.ID, probe.AtBody)
		f.At, f.Documented = p.Poll.At, list(quoted(p.Poll.Until), "or")+" at "+p.Poll.Path
		f.Observed = statesOf(p.Asked)
		return f
	}
	if slices.Contains(p.Poll.Failed, state) {
		f := finding("poll.failed")
		f.Message = fmt.Sprintf("what the documented request started came to the bad end %q", short(state))
		findings = append(findings, f)
	} else if !ended && p.Over {
		f := finding("poll.not-finished")
		if p.Poll.WithinMS > 0 {
			f.Documented += fmt.Sprintf(" within %d ms", p.Poll.WithinMS)
		}
		f.Message = fmt.Sprintf("what the documented request started had not come to its end %.0f ms behind the answer", p.Asked[len(p.Asked)-1].AfterMS)
		findings = append(findings, f)
	}
	if p.Unknown != "" || p.Lacking {
		f := finding("poll.undocumented-state")
		f.Documented = list(quoted(slices.Concat(p.Poll.Pending, p.Poll.Until, p.Poll.Failed)), "or") + " at " + p.Poll.Path
		f.Message = fmt.Sprintf("the status API tells the state %q, which the sheet does not list", short(p.Unknown))
		if p.Unknown == "" {
			f.Message = fmt.Sprintf("the status API tells no state at %s", p.Poll.Path)
		}
		findings = append(findings, f)
	}
	last.Checks += 2
	last.Findings = j.finish(findings)
	last.Verdict = j.verdict(last.Findings)
	return last
}

func quoted(words []string) []string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = fmt.Sprintf("%q", short(w))
	}
	return all
}

// statesOf lists the states in the order in which they were told, those that follow each other once.
func statesOf(asked []probe.Polled) string {
	var states []string
	for _, p := range asked {
		state := "no state"
		if p.State != "" {
			state = fmt.Sprintf("%q", short(p.State))
		} else if p.HTTPStatus != 0 && p.HTTPStatus >= 400 {
			state = fmt.Sprintf("HTTP %d", p.HTTPStatus)
		}
		if len(states) == 0 || states[len(states)-1] != state {
			states = append(states, state)
		}
	}
	if len(states) > 6 {
		states = append(append([]string{}, states[:3]...), append([]string{"..."}, states[len(states)-2:]...)...)
	}
	return strings.Join(states, ", then ") + fmt.Sprintf(" (asked %d times)", len(asked))
}
