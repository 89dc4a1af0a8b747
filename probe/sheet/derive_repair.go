package sheet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Repaired says in one diagnostic, at the first place that matters, what reading a hand-written example had to repair. It is a warning where the
// meaning of a repair was guessed, or a key stands twice; repairs of mere form are an info. Spaces that nobody sees come last, and are said
// in few words where they are all there is: a copy from a web page is full of them. ok is false for valid JSON.
func Repaired(field probe.Field, r nearjson.Result) (d source.Diagnostic, ok bool) {
	repairs := visibleFirst(r.Repairs)
	severity, at := source.Info, source.Span{}
	var kinds []string
	for _, repair := range repairs {
		kinds = append(kinds, counted(string(repair.Kind), repair.Count))
		if repair.Guess {
			severity = source.Warning
		}
		if at.IsZero() {
			at = repair.At
		}
	}
	if n := len(r.Duplicates); n > 0 {
		severity = source.Warning
		twice := counted(fmt.Sprintf("the key %q twice", r.Duplicates[0].Pointer), n) + ", of which the last counts"
		kinds = append(kinds, twice)
		if len(repairs) == 0 || repairs[0].Kind == nearjson.OddSpace {
			at = r.Duplicates[0].At
		}
	}
	switch {
	case len(kinds) == 0:
		return source.Diagnostic{}, false
	case len(kinds) == 1 && len(repairs) == 1 && repairs[0].Kind == nearjson.OddSpace:
		return Note(source.Info, "sheet.repaired-json", field, at, "the example holds "+kinds[0], "nothing to do: they were read as blanks"), true
	}
	message := "the example is not valid JSON and was repaired; it has " + strings.Join(kinds, ", ")
	return Note(severity, "sheet.repaired-json", field, at, message+firstRepair(repairs), ""), true
}

// visibleFirst moves the repairs of odd spaces to the end.
func visibleFirst(repairs []nearjson.Repair) []nearjson.Repair {
	sorted := slices.Clone(repairs)
	slices.SortStableFunc(sorted, func(a, b nearjson.Repair) int { return oddness(a) - oddness(b) })
	return sorted
}

func oddness(r nearjson.Repair) int {
	if r.Kind == nearjson.OddSpace {
		return 1
	}
	return 0
}

func counted(what string, n int) string {
	if n < 2 {
		return what
	}
	return fmt.Sprintf("%s (%d)", what, n)
}

// firstRepair shows one repair as an example of all.
func firstRepair(repairs []nearjson.Repair) string {
	switch {
	case len(repairs) == 0 || strings.TrimSpace(repairs[0].Before) == "":
		return ""
	case repairs[0].After == "":
		return fmt.Sprintf(": %s was left out", repairs[0].Before)
	}
	return fmt.Sprintf(": %s was read as %s", repairs[0].Before, repairs[0].After)
}
