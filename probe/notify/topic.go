package notify

import (
	"fmt"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Kind is what a topic is about.
type Kind string

// The kinds, the most urgent first: what makes the others pointless stands before them.
const (
	Failure  Kind = "failure"  // no run came about, or it could not be kept
	Missed   Kind = "missed"   // a schedule was due and led to no run
	Prober   Kind = "prober"   // nothing can be reached from here
	Host     Kind = "host"     // a host cannot be reached
	Finding  Kind = "finding"  // an endpoint or its sheet deviates
	Blocked  Kind = "blocked"  // nothing was sent: something is missing or refused
	Unjudged Kind = "unjudged" // an API could not be judged, though its host answers
)

// Topic is one thing that can be told.
type Topic struct {
	Key      string          `json:"key"` // the same from run to run
	Kind     Kind            `json:"kind"`
	API      string          `json:"api,omitempty"`  // the name
	Slug     string          `json:"slug,omitempty"` // of the API
	APIs     []string        `json:"apis,omitempty"` // names and slugs that patterns can choose; none concerns no API in particular
	Case     string          `json:"case,omitempty"`
	Rule     string          `json:"rule,omitempty"`
	Severity source.Severity `json:"severity"`
	Blame    probe.Blame     `json:"blame"`
	Message  string          `json:"message"`
	Hint     string          `json:"hint,omitempty"`     // the next step
	Alias    string          `json:"alias,omitempty"`    // the same under another name of the API
	Affected int             `json:"affected,omitempty"` // APIs that cannot be judged for it
	Causes   []history.Cause `json:"causes,omitempty"`   // what brought it, as far as can be told
}

// Change is what became of a topic, as far as it is told.
type Change string

// The changes.
const (
	New       Change = "new"
	Flapping  Change = "flapping" // it comes and goes; nothing more is told until it has settled
	Settled   Change = "settled"  // it came and went, and now it stays
	Reminder  Change = "reminder" // it is still there
	Recovered Change = "recovered"
	Passed    Change = "passed"   // it came and went before it could be told
	Untested  Change = "untested" // no sheet describes the API any more
)

// Event is one thing to tell.
type Event struct {
	Change   Change        `json:"change"`
	Topic    Topic         `json:"topic"`
	RunID    string        `json:"run_id,omitempty"`
	Schedule string        `json:"schedule,omitempty"`
	At       time.Time     `json:"at"`                // when the run began
	Since    time.Time     `json:"since"`             // when it was first there
	Runs     int           `json:"runs"`              // in a row
	Verdict  probe.Verdict `json:"verdict,omitempty"` // of the API in the run
}

// Told is what a channel was told of a topic.
type Told string

// What a channel can have been told.
const (
	ToldNothing  Told = ""
	ToldOpen     Told = "open"
	ToldFlapping Told = "flapping"
)

// Track is what is remembered of a topic on a route.
type Track struct {
	Route  string    `json:"route"`
	Topic  Topic     `json:"topic"`
	Row    uint32    `json:"row"`    // the latest runs that judged it, the last in the lowest bit; 1 is there
	Runs   int       `json:"runs"`   // how many of them are known
	Told   Told      `json:"told"`   //
	Since  time.Time `json:"since"`  // the first run of the row in which it is there
	Last   time.Time `json:"last"`   // the last run that judged it
	ToldAt time.Time `json:"toldAt"` // when it was told last

	Schedule string `json:"schedule,omitempty"` // whose run judged it last; "" is a run by hand, which may be made of any sheets
	Absent   int    `json:"absent,omitempty"`   // how many runs of the schedule since then had no sheet of the API
}

// push remembers one more run.
func (t *Track) push(there bool, at time.Time) {
	if there && (t.Runs == 0 || t.Row&1 == 0) {
		t.Since = at
	}
	t.Row <<= 1
	if there {
		t.Row |= 1
	}
	t.Runs, t.Last = min(t.Runs+1, maxRow), at
}

// inARow is how many of the last runs were alike.
func (t *Track) inARow() int {
	n := 0
	for n < t.Runs && t.Row>>n&1 == t.Row&1 {
		n++
	}
	return n
}

// there is in how many of the last runs it was.
func (t *Track) there(of int) int {
	n := 0
	for i := range min(of, t.Runs) {
		n += int(t.Row >> i & 1)
	}
	return n
}

// turns is how often it came or went within the last runs.
func (t *Track) turns(of int) int {
	n := 0
	for i := range min(of, t.Runs) - 1 {
		if t.Row>>i&1 != t.Row>>(i+1)&1 {
			n++
		}
	}
	return n
}

// leaves takes note of a run that has no sheet of the API, and says whether that is to be told.
func (t *Track) leaves(r Route) bool {
	t.Absent++
	return t.Told != ToldNothing && t.Absent >= r.Unjudged
}

// idle says that nothing would be lost by forgetting it.
func (t *Track) idle(of int) bool { return t.Told == ToldNothing && t.there(of) == 0 }

// settledAfter is how many runs in a row something that flaps has to be the same for.
const settledAfter = 5

// step moves a track on by one run that judged it, and says what is to be told, or why nothing is.
func (t *Track) step(r Route, there bool, at, now time.Time) (Change, string) {
	t.push(there, at)
	if t.Told == ToldFlapping {
		return t.flap(there, now)
	}
	flapping := !r.NoFlapping && t.Topic.Kind != Missed && t.turns(r.FlapOf) >= r.FlapTurns
	switch {
	case flapping:
		t.Told, t.ToldAt = ToldFlapping, now
		return Flapping, ""
	case t.Told == ToldNothing:
		return t.come(r, there, now)
	case !there:
		return t.leave(r, now)
	case r.Remind > 0 && now.Sub(t.ToldAt) >= r.Remind:
		t.ToldAt = now
		return Reminder, ""
	}
	return "", "it was told already, " + stamp(t.ToldAt)
}

// flap waits until what comes and goes has settled.
func (t *Track) flap(there bool, now time.Time) (Change, string) {
	if n := t.inARow(); n < settledAfter {
		return "", fmt.Sprintf("it comes and goes, which was told %s; it has been the same for %d of %d runs", stamp(t.ToldAt), n, settledAfter)
	}
	t.ToldAt = now
	if there {
		t.Told = ToldOpen
		t.Row, t.Runs = t.Row&(1<<settledAfter-1), settledAfter // what came before does not make it flap again
		return Settled, ""
	}
	t.Told, t.Row, t.Runs = ToldNothing, 0, settledAfter
	return Recovered, ""
}

func (t *Track) come(r Route, there bool, now time.Time) (Change, string) {
	if !there {
		return "", "it has gone, and was never told"
	}
	row, need := t.inARow(), r.After
	switch t.Topic.Kind {
	case Prober, Host:
		need = r.OutageAfter
	case Unjudged:
		need = r.Unjudged
	case Failure, Missed, Blocked:
		need = DefaultAfter
	default:
		if r.Of > 0 {
			if n := t.there(r.Of); n < r.Seen {
				return "", fmt.Sprintf("it was there in %d of the last %d runs, and the route waits for %d", n, min(r.Of, t.Runs), r.Seen)
			}
			need = 0
		}
	}
	if row < need {
		return "", fmt.Sprintf("it is there for %d of %d runs in a row that the route waits for", row, need)
	}
	t.Told, t.ToldAt = ToldOpen, now
	return New, ""
}

func (t *Track) leave(r Route, now time.Time) (Change, string) {
	if row := t.inARow(); row < r.RecoverAfter && t.Topic.Kind != Missed {
		return "", fmt.Sprintf("it is gone for %d of %d runs in a row that the route waits for", row, r.RecoverAfter)
	}
	t.Told, t.ToldAt = ToldNothing, now
	if r.NoRecovery || t.Topic.Kind == Missed {
		return "", "it has gone, which the route does not tell"
	}
	return Recovered, ""
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }
