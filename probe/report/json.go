package report

import (
	"io"

	"github.com/sheetprobe/sheetprobe/probe"
)

// writeJSON writes the canonical form of the run; options change nothing of it, so that it can be compared and signed.
func writeJSON(w io.Writer, run *probe.Run, _ Options) error { return run.Encode(w) }

// list is never nil, so that JSON shows [] and not null.
func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}
