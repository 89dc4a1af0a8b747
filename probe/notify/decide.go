package notify

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// Memory is what was known before a run.
type Memory struct {
	Tracks  []Track
	APIs    []APIState
	Waiting []Delivery // that nobody has tried to send yet
}

// Outcome is what a run leads to.
type Outcome struct {
	Tracks     []Track    // that are new, or have changed
	Forget     []Track    // of which nothing needs to be known any more
	APIs       []APIState // that were judged
	Deliveries []Delivery // that are new, or tell more than before
	Decisions  []Decision // what is told on which route, and why the rest is not
}

// Decision is about one topic on one route.
type Decision struct {
	Route  string
	To     []string
	Topic  Topic
	Change Change // "" where nothing is told
	Why    string // nothing is told
}

// forgetAfter is how long a track is kept that no run says anything of any more.
const forgetAfter = 90 * 24 * time.Hour

// Decide says what is told of an observation. newID names deliveries; the same run leads to the same outcome.
func (s Settings) Decide(o Observation, m Memory, now time.Time, newID func() string) Outcome {
	d := decider{settings: s, o: o, now: now, known: map[string]APIState{}}
	for _, a := range m.APIs {
		d.known[a.Slug] = a
	}
	d.drift()
	for _, r := range s.Routes {
		d.route(r.filled(), m.Tracks)
	}
	for _, a := range o.APIs {
		if !a.At.Before(d.known[a.Slug].At) {
			d.out.APIs = append(d.out.APIs, a)
		}
	}
	d.deliver(m.Waiting, newID)
	return d.out
}

type decider struct {
	settings Settings
	o        Observation
	now      time.Time
	known    map[string]APIState
	events   map[string][]Event // by channel
	out      Outcome
}

// drift finds out what else than the endpoint has changed since an API was judged last.
func (d *decider) drift() {
	for _, a := range d.o.APIs {
		before, known := d.known[a.Slug]
		d.o.changed[a.Slug] = known && before.Promise != a.Promise
	}
	topics := slices.Clone(d.o.Topics)
	for i := range topics {
		if t := &topics[i]; t.Kind == Finding {
			t.Causes = d.causes(t.Slug)
		}
	}
	d.o.Topics = topics
}

func (d *decider) causes(slug string) []history.Cause {
	before, known := d.known[slug]
	i := slices.IndexFunc(d.o.APIs, func(a APIState) bool { return a.Slug == slug })
	if !known || i < 0 {
		return nil
	}
	var all []history.Cause
	if d.o.changed[slug] {
		all = append(all, history.CauseSheet)
	}
	if before.Rules != d.o.APIs[i].Rules {
		all = append(all, history.CauseRules)
	}
	if all == nil {
		all = []history.Cause{history.CauseEndpoint}
	}
	return all
}

// route moves the tracks of a route on by what the run shows.
func (d *decider) route(r Route, all []Track) {
	tracks := map[string]Track{}
	for _, t := range all {
		if t.Route == r.Name {
			tracks[t.Topic.Key] = t
		}
	}
	if len(r.Schedules) > 0 && !matchesAny(r.Schedules, d.o.Schedule) {
		for _, topic := range d.o.Topics {
			d.say(r, topic, "", "the route is not for this schedule")
		}
		return
	}
	d.renamed(tracks)
	met := map[string]bool{}
	for _, topic := range d.o.Topics {
		t, known := tracks[topic.Key]
		met[topic.Key] = true
		if takes, why := r.takes(topic); !takes {
			d.say(r, topic, "", why)
			if known { // it is there still, so that it has not gone; route or rules have changed
				d.out.Forget = append(d.out.Forget, t)
			}
			continue
		}
		if !known {
			t = Track{Route: r.Name}
		} else if topic.Kind == Finding {
			topic.Causes = t.Topic.Causes // of when it came
		}
		d.step(r, t, topic, true)
	}
	for _, key := range sortedKeys(tracks) {
		if !met[key] {
			d.absent(r, tracks[key])
		}
	}
}

// renamed lets a finding be the one that it was before its API got another name.
func (d *decider) renamed(tracks map[string]Track) {
	byAlias := map[string]string{}
	for _, key := range sortedKeys(tracks) {
		if t := tracks[key].Topic; t.Kind == Finding && d.o.verdicts[t.Slug] == "" {
			byAlias[t.Alias] = key
		}
	}
	for _, topic := range d.o.Topics {
		was, known := byAlias[topic.Alias]
		if _, same := tracks[topic.Key]; topic.Kind != Finding || same || !known {
			continue
		}
		t := tracks[was]
		d.out.Forget = append(d.out.Forget, t)
		delete(tracks, was)
		delete(byAlias, topic.Alias)
		tracks[topic.Key] = t
	}
}

func sortedKeys(tracks map[string]Track) []string {
	keys := make([]string, 0, len(tracks))
	for key := range tracks {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// absent is for a track whose topic the run does not show.
func (d *decider) absent(r Route, t Track) {
	if d.o.lacks(&t) {
		d.untested(r, t)
		return
	}
	if d.o.of(&t.Topic) == unknown {
		if d.now.Sub(t.Last) > forgetAfter {
			d.out.Forget = append(d.out.Forget, t)
		} else if t.Told != ToldNothing {
			d.say(r, t.Topic, "", "the run does not tell whether it is still there")
		}
		return
	}
	topic := t.Topic
	if topic.Kind == Finding {
		topic.Causes = d.causes(topic.Slug)
	}
	d.step(r, t, topic, false)
}

// untested is for a track whose API the sheets of its schedule describe no more. It is told once, and forgotten: should the API come back, all is told anew.
func (d *decider) untested(r Route, t Track) {
	if !t.leaves(r) {
		d.out.Tracks = append(d.out.Tracks, t)
		d.say(r, t.Topic, "", fmt.Sprintf("no sheet has described the API for %d of %d runs in a row that the route waits for", t.Absent, r.Unjudged))
		return
	}
	d.out.Forget = append(d.out.Forget, t)
	d.say(r, t.Topic, Untested, "")
	d.tell(r, t, Untested)
}

// step moves one track on.
func (d *decider) step(r Route, t Track, topic Topic, there bool) {
	if !t.Last.IsZero() && !d.o.At.After(t.Last) {
		d.say(r, topic, "", "this run, or a later one, was looked at already; "+t.story())
		return
	}
	t.Topic, t.Schedule, t.Absent = topic, d.o.Schedule, 0
	t.Topic.Alias = cmp.Or(topic.Alias, t.Topic.Alias)
	change, why := t.step(r, there, d.o.At, d.now)
	if change == Recovered && r.NoRecovery {
		change, why = "", "it has gone, which the route does not tell"
	}
	if t.idle(max(r.FlapOf, r.Of)) {
		d.out.Forget = append(d.out.Forget, t)
	} else {
		d.out.Tracks = append(d.out.Tracks, t)
	}
	d.say(r, topic, change, why)
	if change != "" {
		d.tell(r, t, change)
	}
}

// story is what is known of a track in words.
func (t *Track) story() string {
	switch t.Told {
	case ToldOpen:
		return "it was told " + stamp(t.ToldAt)
	case ToldFlapping:
		return "that it comes and goes was told " + stamp(t.ToldAt)
	}
	return "nothing of it was told"
}

func (d *decider) say(r Route, topic Topic, change Change, why string) {
	d.out.Decisions = append(d.out.Decisions, Decision{r.Name, r.To, topic, change, why})
}

func (d *decider) tell(r Route, t Track, change Change) {
	e := Event{
		Change: change, Topic: t.Topic, RunID: d.o.RunID, Schedule: d.o.Schedule, At: d.o.At.UTC(), Since: t.Since.UTC(), Runs: t.inARow(),
		Verdict: d.o.verdicts[t.Topic.Slug],
	}
	if d.events == nil {
		d.events = map[string][]Event{}
	}
	for _, channel := range r.To {
		d.events[channel] = append(d.events[channel], e)
	}
}

// deliver hands each channel one message, or adds to the one that waits there for quiet hours to end.
func (d *decider) deliver(waiting []Delivery, newID func() string) {
	for _, c := range d.settings.Channels {
		events := d.events[c.Name]
		if len(events) == 0 {
			continue
		}
		at := c.open(d.now).UTC()
		delivery := Delivery{Channel: c.Name, CreatedAt: d.now.UTC()}
		for _, w := range waiting {
			if w.Channel == c.Name && w.NextAt.After(d.now) {
				delivery = w
			}
		}
		if delivery.ID == "" {
			delivery.ID = newID()
		}
		delivery.NextAt, delivery.Until = at, at.Add(giveUpAfter)
		delivery.Events = merge(delivery.Events, events)
		d.out.Deliveries = append(d.out.Deliveries, delivery)
	}
}

// merge adds later events. What came and went in between is told as that.
func merge(before, later []Event) []Event {
	all := slices.Clone(before)
	for _, e := range later {
		i := slices.IndexFunc(all, func(was Event) bool { return was.Topic.Key == e.Topic.Key })
		if i < 0 {
			all = append(all, e)
			continue
		}
		was := all[i]
		all[i] = e
		switch {
		case was.Change == Passed && e.Change != Recovered:
			all[i].Change = New
		case (was.Change == New || was.Change == Passed) && e.Change == Recovered:
			all[i].Change, all[i].Since = Passed, was.Since
		case was.Change == New && e.Change == Reminder:
			all[i].Change = New
		case was.Change == Recovered && e.Change == New:
			all[i].Change = Reminder // it was told before, and it is there again
		}
	}
	return all
}

// verdictOf is the worst of a run as far as a message tells it.
func verdictOf(events []Event) probe.Verdict {
	var all []probe.Verdict
	for _, e := range events {
		all = append(all, e.Verdict)
	}
	return probe.Worst(all...)
}
