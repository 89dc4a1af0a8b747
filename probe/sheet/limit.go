package sheet

import (
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// MaxValue is how many bytes one cell, line or example may have. Nobody types a megabyte; what is read of one takes some hundred times as much
// memory while it is understood.
const MaxValue = 1 << 20

// TooLong is the complaint about a cell, line or example of more than [MaxValue] bytes, which is not read.
func TooLong(field probe.Field, what string, value source.Text) source.Diagnostic {
	return Diagnose("sheet.unreadable", field, value.Slice(0, 1).At(), fmt.Sprintf("%s has %d bytes; at most %d are read", what, value.Len(), MaxValue),
		"shorten it to one typical example, and leave pictures and files out of it")
}

// bounded leaves out the values that are too long.
func bounded(fragments []Fragment) ([]Fragment, source.Diagnostics) {
	var said source.Diagnostics
	var kept []Fragment
	for i, f := range fragments {
		if f.Value.Len() <= MaxValue {
			continue
		}
		if kept == nil {
			kept = append(kept, fragments...)
		}
		said = append(said, TooLong(f.Field, "the value", f.Value))
		kept[i].Value = f.Value.Slice(0, 0)
	}
	if kept == nil {
		return fragments, nil
	}
	return kept, said
}
