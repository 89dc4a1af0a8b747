// Package report writes a Run for a person or a machine; one file per format.
package report

import (
	"io"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Options say how to write. The zero value is plain, 80 columns wide.
type Options struct {
	Color   bool
	Width   int  // columns; 0 means 80
	Quiet   bool // the verdict line only
	Verbose bool // also what conforms, and the full exchange of what does not
}

// Format writes a run in one way.
type Format struct {
	Name  string
	Write func(io.Writer, *probe.Run, Options) error
}

// Formats are all formats.
var Formats = []Format{}
