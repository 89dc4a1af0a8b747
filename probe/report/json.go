package report

import (
	"io"

	"github.com/sheetprobe/sheetprobe/probe"
)

// writeJSON writes the canonical form of the run; options change nothing of it, so that it can be compared and signed.
func writeJSON(w io.Writer, run *probe.Run, o Options) error {
	if o.Results == nil {
		return run.Encode(w)
	}
	return run.EncodeWith(w, len(run.Sheets), o.Results.CopyTo)
}

// list is never nil, so that JSON shows [] and not null.
func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}
