package notify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// Message is what a channel sends: what there is to tell in groups, the most urgent first.
type Message struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	Test     bool          `json:"test"`
	RunID    string        `json:"run_id"`   // the last of those that it tells of
	Schedule string        `json:"schedule"` //
	URL      string        `json:"url"`      // of the run's page; "" where no public URL is configured
	Verdict  probe.Verdict `json:"verdict"`  // the worst of the APIs that it tells of; skipped where it tells of none
	Groups   []Group       `json:"groups"`
	Left     int           `json:"left_out"` // lines that it has no room for
	Events   int           `json:"events"`
	Text     string        `json:"text"` // all of it, as the template of the channel writes it
}

// Group are the lines of one kind.
type Group struct {
	Title  string `json:"title"`
	Change Change `json:"change"`
	Kind   Kind   `json:"kind"`
	Lines  []Line `json:"lines"`
}

// Line is one thing, of one API or of several.
type Line struct {
	API      string `json:"api"` // "" where it concerns none in particular
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Blame    string `json:"blame"`
	Message  string `json:"message"`
	Hint     string `json:"hint"`
	Since    string `json:"since"` // RFC 3339
	Runs     int    `json:"runs"`  // in a row
	Count    int    `json:"count"` // cases, or APIs, that show it
	Cause    string `json:"cause"` // endpoint, sheet or rules; "" where it is not known
	Text     string `json:"text"`  // all of it on one line
	severity int
	ofCases  bool
}

// Limits bound a message.
type Limits struct {
	Lines int // at most
	Runes int // of one text that comes from elsewhere
	Bytes int // of the whole text
}

// DefaultLimits are those of a channel that says nothing else.
func DefaultLimits() Limits { return Limits{Lines: 20, Runes: 200, Bytes: 3500} }

// Compose puts a delivery into groups. What comes from sheets and servers passes through escape.
func Compose(d Delivery, publicURL string, limits Limits, escape func(string) string) Message {
	m := Message{ID: d.ID, Verdict: verdictOf(d.Events), Events: len(d.Events)}
	for _, e := range d.Events {
		if e.RunID != "" {
			m.RunID, m.Schedule = e.RunID, e.Schedule
		}
	}
	if publicURL != "" && m.RunID != "" {
		m.URL = strings.TrimSuffix(publicURL, "/") + "/runs/" + m.RunID
	}
	clean := func(text string) string { return escape(Shorten(text, limits.Runes)) }
	m.Groups = groups(d.Events, clean)
	m.Title = clean(titleOf(d.Events))
	m.cut(limits.Lines)
	return m
}

// sections are the groups, in their order.
func sections() []Group {
	return []Group{
		{Title: "our own failures", Change: New, Kind: Failure},
		{Title: "schedules that were missed", Change: New, Kind: Missed},
		{Title: "nothing can be reached", Change: New, Kind: Prober},
		{Title: "hosts that cannot be reached", Change: New, Kind: Host},
		{Title: "deviates now", Change: New, Kind: Finding},
		{Title: "comes and goes; nothing more is said of it until it has settled", Change: Flapping, Kind: Finding},
		{Title: "came and went, and stays now", Change: Settled, Kind: Finding},
		{Title: "cannot be tried", Change: New, Kind: Blocked},
		{Title: "cannot be judged", Change: New, Kind: Unjudged},
		{Title: "is no longer tested: no sheet describes it any more", Change: Untested},
		{Title: "is still there", Change: Reminder},
		{Title: "comes and goes", Change: Flapping},
		{Title: "stays now", Change: Settled},
		{Title: "came and went", Change: Passed},
		{Title: "is mended", Change: Recovered, Kind: Finding},
		{Title: "is over", Change: Recovered},
	}
}

func groups(events []Event, clean func(string) string) []Group {
	left := slices.Clone(events)
	var all []Group
	for _, g := range sections() {
		var own []Event
		left = slices.DeleteFunc(left, func(e Event) bool {
			is := e.Change == g.Change && (g.Kind == "" || e.Topic.Kind == g.Kind)
			if is {
				own = append(own, e)
			}
			return is
		})
		if g.Lines = lines(own, clean); len(g.Lines) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// lines tells what is alike once, the worst first.
func lines(events []Event, clean func(string) string) []Line {
	at := map[string]int{}
	var all []Line
	var names [][]string
	for _, e := range events {
		key := alike(e)
		i, known := at[key]
		if !known {
			i = len(all)
			at[key] = i
			all, names = append(all, lineOf(e)), append(names, nil)
		}
		all[i].Count++
		if e.Topic.API != "" && !slices.Contains(names[i], e.Topic.API) {
			names[i] = append(names[i], e.Topic.API)
		}
	}
	for i := range all {
		all[i].API = someOf(names[i], 3)
		all[i].write(clean)
	}
	slices.SortStableFunc(all, func(a, b Line) int {
		return cmp.Or(b.severity-a.severity, b.Count-a.Count, cmp.Compare(a.API, b.API))
	})
	return all
}

// alike is what the events of one line have in common: the cause at one API, or the setting that keeps many from being tried.
func alike(e Event) string {
	t := e.Topic
	switch {
	case e.Change == Untested:
		return "api " + t.Slug
	case (t.Kind == Blocked || t.Kind == Unjudged) && t.API != "":
		return string(t.Kind) + " " + t.Rule + "\x00" + t.Message
	case e.Change == Recovered && t.Kind == Finding:
		return "api " + t.Slug
	case t.Kind == Finding:
		return "finding " + t.Slug + "\x00" + t.Rule + "\x00" + t.Message
	}
	return "key " + t.Key
}

func lineOf(e Event) Line {
	t := e.Topic
	l := Line{
		Rule: t.Rule, Severity: string(t.Severity), Blame: string(t.Blame), Message: t.Message, Hint: t.Hint, Runs: e.Runs,
		Since: e.Since.UTC().Format(time.RFC3339), severity: t.Severity.Rank(), ofCases: t.Kind == Finding,
	}
	if len(t.Causes) == 1 {
		l.Cause = string(t.Causes[0])
	} else if len(t.Causes) > 1 {
		l.Cause = "sheet or rules"
	}
	if e.Change == Recovered && t.Kind != Finding {
		l.Message = "no longer: " + t.Message
	}
	if e.Change == Untested {
		l.Message, l.Hint, l.ofCases = "no longer tested; it was told: "+t.Message, "put its sheet back, or take it that it is gone", false
	}
	if t.Kind == Host && t.Affected > 0 && e.Change != Recovered {
		l.Message += fmt.Sprintf("; %d APIs cannot be judged for it", t.Affected)
		if t.Affected == 1 {
			l.Message = t.Message + "; 1 API cannot be judged for it"
		}
	}
	if e.Change == Recovered && t.Kind == Finding && e.Verdict == probe.Conforms {
		l.Message, l.ofCases = "conforms again", false
	}
	return l
}

// write cleans the texts, and puts them on one line.
func (l *Line) write(clean func(string) string) {
	for _, text := range []*string{&l.API, &l.Message, &l.Hint} {
		*text = clean(*text)
	}
	var b strings.Builder
	if l.API != "" {
		b.WriteString(l.API + ": ")
	}
	b.WriteString(l.Message)
	if l.Count > 1 && l.ofCases {
		fmt.Fprintf(&b, " (%d times)", l.Count)
	}
	switch l.Cause {
	case string(history.CauseSheet):
		b.WriteString(" [since the sheet changed]")
	case string(history.CauseRules):
		b.WriteString(" [since our own rules changed]")
	case "sheet or rules":
		b.WriteString(" [since sheet and rules changed]")
	}
	l.Text = b.String()
}

// titleOf counts, or names the one API that it is all about.
func titleOf(events []Event) string {
	counts, met := map[string]int{}, map[string]bool{}
	for _, e := range events {
		key := headline(e) + "\x00" + e.Topic.API
		if e.Topic.API == "" || !met[key] {
			counts[headline(e)]++
		}
		met[key] = true
	}
	name := onlyAPI(events)
	var parts []string
	for _, h := range headlines() {
		if n := counts[h.id]; n > 0 {
			parts = append(parts, h.words(n, name))
		}
	}
	return "sheetprobe: " + strings.Join(parts, ", ")
}

func onlyAPI(events []Event) string {
	if len(events) == 0 || slices.ContainsFunc(events, func(e Event) bool { return e.Topic.API != events[0].Topic.API }) {
		return ""
	}
	return events[0].Topic.API
}

// headline says under which of the headlines an event is counted.
func headline(e Event) string {
	switch {
	case e.Change == Passed:
		return string(Passed)
	case e.Change == Untested:
		return string(Untested)
	case e.Change == New:
		return string(e.Topic.Kind)
	case e.Topic.Kind == Finding:
		return string(e.Change)
	}
	return string(e.Change) + " trouble"
}

// headlineWords are how things are counted: of what, and what one or many of them do.
type headlineWords struct{ id, thing, one, many string }

func headlines() []headlineWords {
	return []headlineWords{
		{string(Failure), "", "no run came about", "no run came about"},
		{string(Missed), "schedule", "was missed", "were missed"},
		{string(Prober), "", "nothing can be reached", "nothing can be reached"},
		{string(Host), "host", "cannot be reached", "cannot be reached"},
		{string(Finding), "API", "deviates", "deviate"},
		{string(Flapping), "API", "deviates now and then", "deviate now and then"},
		{string(Settled), "API", "deviates and stays so", "deviate and stay so"},
		{string(Blocked), "API", "cannot be tried", "cannot be tried"},
		{string(Unjudged), "API", "cannot be judged", "cannot be judged"},
		{string(Untested), "API", "is no longer tested", "are no longer tested"},
		{string(Reminder), "API", "still deviates", "still deviate"},
		{string(Reminder) + " trouble", "trouble", "lasts", "last"},
		{string(Flapping) + " trouble", "trouble", "comes and goes", "come and go"},
		{string(Settled) + " trouble", "trouble", "came back to stay", "came back to stay"},
		{string(Passed), "trouble", "came and went", "came and went"},
		{string(Recovered), "API", "is mended", "are mended"},
		{string(Recovered) + " trouble", "trouble", "is over", "are over"},
	}
}

func (h headlineWords) words(n int, name string) string {
	switch {
	case h.thing == "":
		return h.one
	case h.thing == "API" && name != "":
		return `"` + name + `" ` + h.one
	case n == 1:
		return "1 " + h.thing + " " + h.one
	}
	return fmt.Sprintf("%d %ss %s", n, h.thing, h.many)
}

// cut leaves the worst lines, and at least one of each group as far as there is room.
func (m *Message) cut(most int) {
	total := 0
	for _, g := range m.Groups {
		total += len(g.Lines)
	}
	room := most
	for i := range m.Groups {
		g := &m.Groups[i]
		keep := min(len(g.Lines), max(room-(len(m.Groups)-i-1), 0))
		g.Lines = g.Lines[:keep]
		room -= keep
		total -= keep
	}
	m.Groups = slices.DeleteFunc(m.Groups, func(g Group) bool { return len(g.Lines) == 0 })
	m.Left = total
}

// Shorten puts a text on one line of printable characters, cut to a length.
func Shorten(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1 // controls, and marks that turn the direction of what follows
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	runes := []rune(text)
	return strings.TrimSpace(string(runes[:max(most-1, 0)])) + "…"
}

// TestMessage is what `sheetprobe notify test` sends.
func TestMessage(id string) Message {
	text := "sheetprobe: this is a test; whoever reads it is told when something changes"
	return Message{ID: id, Title: "sheetprobe: a test message", Test: true, Verdict: probe.Skipped, Groups: []Group{}, Text: text}
}
