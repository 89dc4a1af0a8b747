package engine

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Lesson is what recorded answers of one API showed beyond its sheet.
type Lesson struct {
	API       string
	Answers   int // that were looked at
	Overrides []probe.ShapeOverride
}

// Learn compares the sheets with the answers of recorded runs, and tells by which overrides they would be allowed. Only cases that conform are
// looked at: what deviates is not to be learned but to be put right. The second result names the APIs of the runs that no sheet describes.
func Learn(readings []sheet.Reading, runs []*probe.Run) (lessons []Lesson, unknown []string) {
	answers := map[string][]recorded{}
	for _, run := range runs {
		for _, s := range run.Sheets {
			answers[s.Name] = append(answers[s.Name], recordedIn(s)...)
		}
	}
	for _, r := range readings {
		for _, s := range r.Sheets {
			if seen, ok := answers[s.Name]; ok {
				lessons = append(lessons, lesson(s, seen))
				delete(answers, s.Name)
			}
		}
	}
	for name := range answers {
		unknown = append(unknown, name)
	}
	return lessons, unknown
}

// recorded is an answer that conformed.
type recorded struct {
	outcome probe.Outcome
	value   *nearjson.Value
}

func recordedIn(s probe.SheetResult) []recorded {
	var all []recorded
	for _, c := range s.Cases {
		if c.Verdict != probe.Conforms || c.Exchange == nil || c.Exchange.Response == nil || c.Exchange.Response.Truncated {
			continue
		}
		v, _, err := nearjson.ParseStrict(source.Unplaced(c.Exchange.Response.Body))
		if err == nil && (c.Outcome == probe.OutcomeSuccess || c.Outcome == probe.OutcomeError) {
			all = append(all, recorded{c.Outcome, withoutMasks(v)})
		}
	}
	return all
}

// withoutMasks turns values that were masked when they were recorded into ones that say nothing.
func withoutMasks(v *nearjson.Value) *nearjson.Value {
	v = v.Clone()
	v.Walk(func(_ string, v *nearjson.Value) bool {
		if v.Kind == nearjson.String && strings.Contains(v.Text, "[masked:") {
			*v = *nearjson.NewNull()
			v.Absent = true
		}
		return true
	})
	return v
}

func lesson(s *probe.Sheet, seen []recorded) Lesson {
	l := Lesson{API: s.Name, Answers: len(seen)}
	var found []probe.ShapeOverride
	for _, side := range []struct {
		outcome   probe.Outcome
		responses []probe.Response
	}{{probe.OutcomeSuccess, s.Success}, {probe.OutcomeError, s.Errors}} {
		var documented, all []*nearjson.Value
		for _, r := range side.responses {
			if r.Body.Value != nil && r.Schema == nil {
				documented = append(documented, r.Body.Value)
			}
		}
		if len(documented) == 0 {
			continue
		}
		all = append(all, documented...)
		for _, a := range seen {
			if a.outcome == side.outcome {
				all = append(all, a.value)
			}
		}
		shape := judge.ShapeOf(s, side.outcome, documented)
		for _, w := range shape.Widenings(schema.Infer(all...)) {
			found = append(found, probe.ShapeOverride{Pointer: w.Pointer, In: side.outcome, Override: w.Override})
		}
	}
	l.Overrides = joined(found)
	return l
}

// joined makes one override of those that name one place: of one outcome they add up; what is the same for both is written once.
func joined(overrides []probe.ShapeOverride) []probe.ShapeOverride {
	var all []probe.ShapeOverride
	for _, o := range overrides {
		i := slices.IndexFunc(all, func(a probe.ShapeOverride) bool { return a.Pointer == o.Pointer && a.In == o.In })
		if i < 0 {
			all = append(all, o)
			continue
		}
		all[i].Optional, all[i].Nullable = cmp.Or(all[i].Optional, o.Optional), cmp.Or(all[i].Nullable, o.Nullable)
		all[i].Map, all[i].Any = all[i].Map || o.Map, all[i].Any || o.Any
		all[i].Format, all[i].Enum = cmp.Or(all[i].Format, o.Format), append(all[i].Enum, o.Enum...)
	}
	return slices.CompactFunc(sortedByPointer(all), func(a, b probe.ShapeOverride) bool {
		return a.Pointer == b.Pointer && sameOverride(a.Override, b.Override)
	})
}

// sortedByPointer keeps the order of the first of each pointer, and lets go of the outcome where both outcomes say the same.
func sortedByPointer(overrides []probe.ShapeOverride) []probe.ShapeOverride {
	var all []probe.ShapeOverride
	for i, o := range overrides {
		if slices.ContainsFunc(overrides[:i], func(a probe.ShapeOverride) bool { return a.Pointer == o.Pointer }) {
			continue
		}
		for _, same := range overrides[i:] {
			if same.Pointer != o.Pointer {
				continue
			}
			if same.In != o.In && sameOverride(same.Override, o.Override) {
				all[len(all)-1].In = ""
			}
			all = append(all, same)
		}
	}
	return all
}

func sameOverride(a, b schema.Override) bool {
	x, errA := json.Marshal(a)
	y, errB := json.Marshal(b)
	return errA == nil && errB == nil && bytes.Equal(x, y)
}
