// Package sheet turns a document of any known format into sheets and diagnostics.
package sheet

import (
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// MaxBytes is how large a document may be.
const MaxBytes = 32 << 20

// Reading is what a document was understood as. Diagnostics are those that belong to no sheet; every sheet carries its own.
type Reading struct {
	Document    *source.Document
	Data        []byte // as it was handed over; nil where it could not be had
	Sheets      []*probe.Sheet
	Diagnostics source.Diagnostics
}

// BeyondDoubt is the sureness of a format that no other needs to be asked about.
const BeyondDoubt = 100

// Format reads one kind of document. It never fails: what cannot be read is a diagnostic.
type Format struct {
	Name   string          // "text", "native"
	Detect func(Input) int // how sure it is that the input is of this kind: 0 not at all, 100 beyond doubt
	Read   func(Input) Reading
}
