package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/history"
)

// HistoryJSON lists runs for a machine: {"runs": [...]}, as history.Entry describes them.
func HistoryJSON(w io.Writer, entries []history.Entry) error {
	return writeIndented(w, struct {
		Runs []history.Entry `json:"runs"`
	}{list(entries)})
}

// SightingsJSON lists findings for a machine: {"findings": [...]}, as history.Sighting describes them.
func SightingsJSON(w io.Writer, found []history.Sighting) error {
	return writeIndented(w, struct {
		Findings []history.Sighting `json:"findings"`
	}{list(found)})
}

// History lists runs for a person, a line each, in the order given.
func History(w io.Writer, entries []history.Entry, o Options) error {
	p := newPage(o)
	if len(entries) == 0 {
		p.text(0, plain, "No run is kept.")
		return p.writeTo(w)
	}
	rows := [][]cell{{{text: "run"}, {text: "began"}, {text: "APIs", right: true}, {text: "cases", right: true}, {text: "errors", right: true}, {text: "verdict"}}}
	for _, e := range entries {
		word, style := verdictWord(e.Verdict)
		switch e.State {
		case history.Running:
			word, style = "is being made", plain
		case history.Interrupted:
			word, style = "interrupted", yellow
		}
		rows = append(rows, []cell{
			{text: inert(e.RunID)},
			{text: minute(e.StartedAt)},
			{text: number(e.APIs), right: true},
			{text: number(e.Cases), right: true},
			{text: number(e.Findings), right: true},
			{text: word, style: style},
		})
	}
	p.columns(rows)
	return p.writeTo(w)
}

// minute is a time as lists show it, in UTC and to the minute.
func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }

// cell is one entry of a table.
type cell struct {
	text  string
	style style
	right bool // stands at the right of its column
}

// columns writes a table, whose first row is its head. Its lines are not broken, so that they can be copied and searched.
func (p *page) columns(rows [][]cell) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, c := range row {
			widths[i] = max(widths[i], columnsOf(c.text))
		}
	}
	for n, row := range rows {
		var line strings.Builder
		for i, c := range row {
			if n == 0 {
				c.style = dim
			}
			gap := strings.Repeat(" ", widths[i]-columnsOf(c.text))
			switch text := p.paint(c.style, c.text); {
			case c.right:
				line.WriteString(gap + text)
			case i < len(row)-1:
				line.WriteString(text + gap)
			default:
				line.WriteString(text)
			}
			if i < len(row)-1 {
				line.WriteString("  ")
			}
		}
		p.long(0, line.String())
	}
}

// Sightings lists findings for a person, in the order given: since when each is there, and how often it was seen.
func Sightings(w io.Writer, found []history.Sighting, o Options) error {
	p := newPage(o)
	if len(found) == 0 {
		p.text(0, plain, "No finding is there.")
		return p.writeTo(w)
	}
	groups := sightingGroups(found)
	text := "Findings: " + number(len(found)) + "."
	if len(groups) < len(found) {
		text = fmt.Sprintf("Findings: %s, of %s.", number(len(found)), count(len(groups), "cause"))
	}
	p.text(0, plain, text)
	for _, g := range groups {
		p.sighting(g)
	}
	return p.writeTo(w)
}

// sightingGroups puts together the cases of an API that show one cause and have one story.
func sightingGroups(found []history.Sighting) [][]*history.Sighting {
	type key struct{ api, rule, cause, story string }
	at := map[key]int{}
	var groups [][]*history.Sighting
	for i := range found {
		s := &found[i]
		k := key{s.API, s.Rule, s.Cause, story(s)}
		if n, known := at[k]; known {
			groups[n] = append(groups[n], s)
			continue
		}
		at[k] = len(groups)
		groups = append(groups, []*history.Sighting{s})
	}
	return groups
}

func (p *page) sighting(group []*history.Sighting) {
	s := group[0]
	p.blank()
	message := s.Message
	if len(group) > 1 {
		message = s.Cause
	}
	p.sides(" -  ", bold, inert(orElse(message, meaning(s.Rule))), inert(s.Rule))
	p.row(causeIndent, "API", fit(inert(s.API), maxName))
	var cases []string
	for _, each := range group {
		if each.Case != "" {
			cases = append(cases, shortID(each.Case))
		}
	}
	if len(cases) > 0 {
		p.row(causeIndent, "in", someOf(cases))
	}
	p.row(causeIndent, "since", story(s))
	p.row(causeIndent, "seen", fmt.Sprintf("in %s of %s, from %s to %s", number(s.Seen), count(s.Of, "run"), inert(s.FirstRun), inert(s.LastRun)))
}

// story says in a line whether a finding is there, and since when.
func story(s *history.Sighting) string {
	text := minute(s.Since)
	if !s.Present {
		text += ", last seen " + minute(s.LastSeen) + ", gone since"
	}
	if s.Flapping {
		text += "; it comes and goes"
	}
	if !s.Since.Equal(s.FirstSeen) {
		text += "; seen first " + minute(s.FirstSeen)
	}
	return text
}
