package sheet

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Repaired says in one diagnostic, at the first place, what reading a hand-written example had to repair. It is a warning where the meaning
// of a repair was guessed, or a key stands twice; repairs of mere form are an info. ok is false for valid JSON.
func Repaired(field probe.Field, r nearjson.Result) (d source.Diagnostic, ok bool) {
	severity, at := source.Info, source.Span{}
	var kinds []string
	for _, repair := range r.Repairs {
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
		kinds = append(kinds, counted(fmt.Sprintf("the key %q twice", r.Duplicates[0].Pointer), n)+", of which the last counts")
		if at.IsZero() {
			at = r.Duplicates[0].At
		}
	}
	if len(kinds) == 0 {
		return source.Diagnostic{}, false
	}
	message := "the example is not valid JSON and was repaired; it has " + strings.Join(kinds, ", ")
	return Note(severity, "sheet.repaired-json", field, at, message+firstRepair(r), ""), true
}

func counted(what string, n int) string {
	if n < 2 {
		return what
	}
	return fmt.Sprintf("%s (%d)", what, n)
}

// firstRepair shows one repair as an example of all.
func firstRepair(r nearjson.Result) string {
	switch {
	case len(r.Repairs) == 0 || strings.TrimSpace(r.Repairs[0].Before) == "":
		return ""
	case r.Repairs[0].After == "":
		return fmt.Sprintf(": %s was left out", r.Repairs[0].Before)
	}
	return fmt.Sprintf(": %s was read as %s", r.Repairs[0].Before, r.Repairs[0].After)
}
