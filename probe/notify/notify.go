// Package notify decides what of a run is worth telling to whom, and sees to it that each thing is told once.
//
// It looks at what changed and not at what is: a finding is told when it comes, when it has gone, and again only where a reminder was asked for. What
// keeps us out (a host that is down, a network that is not there, a setting that is missing) is told as that one thing, and not as two hundred APIs; a
// night on which nothing could be judged says nothing of what was found before. [Settings.Decide] is pure: it reads no clock, no network and no store.
//
// What was told, and what waits to be, is in a [Store]; a [Notifier] decides under its lock, so that restarts and several processes tell nothing twice.
// Package channel holds what a message is sent through.
package notify

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Route says what is told to which channels. Its name is what the memory of what was told hangs on: under another name all is told anew.
type Route struct {
	Name      string
	To        []string // channels
	APIs      []string // patterns of names and slugs, see probe.Glob; none is all
	Schedules []string // patterns; none is all, and runs that no schedule began
	Severity  source.Severity
	Blame     []probe.Blame // none is all

	After        int           // runs in a row that a finding has to be there for; DefaultAfter where 0
	Seen, Of     int           // or in so many of the last runs; 0 does not count that way
	OutageAfter  int           // runs in a row that a host has to be away; DefaultAfter where 0
	Unjudged     int           // runs in a row in which an API could not be judged; DefaultUnjudged where 0
	RecoverAfter int           // runs in a row that something has to be gone for; DefaultAfter where 0
	NoRecovery   bool          // what has gone is not told
	Remind       time.Duration // what lasts is told again; 0 never
	FlapTurns    int           // turns within FlapOf runs that make something flapping; DefaultFlapTurns where 0
	FlapOf       int           //
	NoFlapping   bool          // whatever comes and goes is told each time
}

// The defaults of a route.
const (
	DefaultSeverity  = source.Error
	DefaultAfter     = 1
	DefaultUnjudged  = 3
	DefaultFlapTurns = 4
	DefaultFlapOf    = 10
)

// maxRow is how many runs a track remembers.
const maxRow = 32

// filled is the route with its defaults.
func (r Route) filled() Route {
	for _, n := range []struct {
		of       *int
		standard int
	}{
		{&r.After, DefaultAfter},
		{&r.OutageAfter, DefaultAfter},
		{&r.Unjudged, DefaultUnjudged},
		{&r.RecoverAfter, DefaultAfter},
		{&r.FlapTurns, DefaultFlapTurns},
		{&r.FlapOf, DefaultFlapOf},
	} {
		if *n.of == 0 {
			*n.of = n.standard
		}
	}
	if r.Severity == "" {
		r.Severity = DefaultSeverity
	}
	return r
}

// Check says what is wrong with a route: the key that is to be corrected, and why.
func (r Route) Check() (key string, err error) {
	f := r.filled()
	for _, n := range []struct {
		key   string
		value int
	}{
		{"after", f.After}, {"outage-after", f.OutageAfter}, {"unjudged-after", f.Unjudged}, {"recover-after", f.RecoverAfter},
	} {
		if n.value < 1 || n.value > maxRow {
			return n.key, fmt.Errorf("%d is no number of runs from 1 to %d", n.value, maxRow)
		}
	}
	switch {
	case !IsName(r.Name):
		return "name", fmt.Errorf("%q cannot name a route: use up to 40 letters, digits, \"-\" and \"_\"", r.Name)
	case len(r.To) == 0:
		return "to", errors.New("a route leads to at least one channel")
	case f.Severity.Rank() == 0:
		return "severity", fmt.Errorf("%q is no severity: use error, warning or info", r.Severity)
	case r.Of != 0 && r.After != 0:
		return "seen", errors.New("after and seen exclude each other")
	case r.Of != 0 && (r.Seen < 1 || r.Seen > r.Of || r.Of > maxRow):
		return "seen", fmt.Errorf("%d of %d is no threshold: write it as 2 of 5, with %d at most", r.Seen, r.Of, maxRow)
	case r.Remind != 0 && r.Remind < time.Hour:
		return "remind", errors.New("a reminder needs at least 1h in between")
	case f.FlapTurns < 2 || f.FlapTurns >= f.FlapOf || f.FlapOf > maxRow:
		return "flapping", fmt.Errorf("%d of %d is no threshold: write it as 4 of 10, with %d at most", f.FlapTurns, f.FlapOf, maxRow)
	}
	for _, blame := range r.Blame {
		if !slices.Contains([]probe.Blame{probe.BlameSheet, probe.BlameEndpoint, probe.BlameEnvironment}, blame) {
			return "blame", fmt.Errorf("%q is nobody: use sheet, endpoint or environment", blame)
		}
	}
	return "", nil
}

// IsName says that a text can name a channel or a route.
func IsName(name string) bool {
	return name != "" && len(name) <= 40 && !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_", r)
	})
}

// Channel is what is known of a channel without knowing what is behind it.
type Channel struct {
	Name     string
	Quiet    []Quiet
	Template *Template // nil leaves it to the channel
}

// Settings are what is told, and when.
type Settings struct {
	Routes    []Route
	Channels  []Channel
	PublicURL string // of the pages of serve, for links; "" for none
}

// Check says what no route or channel can know alone.
func (s Settings) Check() error {
	if len(s.Channels) == 0 {
		return errors.New("there is no channel")
	}
	if len(s.Routes) == 0 {
		return errors.New("there is no route, so that nothing would be told")
	}
	for i, r := range s.Routes {
		if key, err := r.Check(); err != nil {
			return fmt.Errorf("route %q: %s: %w", r.Name, key, err)
		}
		if slices.ContainsFunc(s.Routes[:i], func(other Route) bool { return other.Name == r.Name }) {
			return fmt.Errorf("two routes are named %q", r.Name)
		}
		for _, name := range r.To {
			if _, ok := s.channel(name); !ok {
				return fmt.Errorf("route %q: there is no channel %q", r.Name, name)
			}
		}
	}
	return nil
}

func (s Settings) channel(name string) (Channel, bool) {
	i := slices.IndexFunc(s.Channels, func(c Channel) bool { return c.Name == name })
	if i < 0 {
		return Channel{}, false
	}
	return s.Channels[i], true
}

// takes says whether a topic is one for the route, and if not, why.
func (r Route) takes(t Topic) (bool, string) {
	switch {
	case t.Severity.Rank() < r.Severity.Rank():
		return false, fmt.Sprintf("its severity is %s, and the route wants %s", t.Severity, r.Severity)
	case len(r.Blame) > 0 && !slices.Contains(r.Blame, t.Blame):
		return false, fmt.Sprintf("it is for %s to act, which the route leaves out", t.Blame)
	case len(r.APIs) > 0 && len(t.APIs) > 0 && !slices.ContainsFunc(t.APIs, func(api string) bool { return matchesAny(r.APIs, api) }):
		return false, "the route is not for this API"
	}
	return true, ""
}

func matchesAny(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return probe.Glob(p, text) })
}
