package engine

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// maxLines is how many lines a document of any format may have: the place of each is remembered.
const maxLines = 2_000_000

// Read turns inputs into sheets and lints them. It never fails: what cannot be read is a diagnostic of its reading, and the others are
// read all the same. There is one reading per input, in their order.
func Read(inputs []sheet.Input) []sheet.Reading {
	readings := make([]sheet.Reading, len(inputs))
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(inputs)) { // documents have nothing to do with each other
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(inputs); i = int(next.Add(1)) - 1 {
				readings[i] = readAndLint(inputs[i])
			}
		})
	}
	group.Wait()
	var sheets []*probe.Sheet
	for i := range readings {
		sheets = append(sheets, readings[i].Sheets...)
	}
	sheet.LintTogether(sheets)
	for _, s := range sheets {
		s.Diagnostics.Sort()
	}
	return readings
}

func readAndLint(in sheet.Input) sheet.Reading {
	r := readOne(in, Formats)
	for _, s := range r.Sheets {
		withoutDynamic(s)
		s.Diagnostics = slices.Concat(s.Diagnostics, sheet.Lint(s))
	}
	return r
}

func readOne(in sheet.Input, formats []sheet.Format) (r sheet.Reading) {
	if in.Open != nil {
		r = readOne(in.Open(), formats)
		r.Data = nil
		return r
	}
	if in.Problem != "" {
		return unreadable(in, in.Problem, in.Hint)
	}
	if len(in.Data) > sheet.MaxBytes {
		return unreadable(in, fmt.Sprintf("the document is larger than %d MiB", sheet.MaxBytes>>20), "split it, or remove what is no part of the sheets")
	}
	if n := max(bytes.Count(in.Data, []byte("\n")), bytes.Count(in.Data, []byte("\r"))); n > maxLines {
		return unreadable(in, fmt.Sprintf("the document has %d lines; at most %d are read", n, maxLines), "split it, or remove what is no part of the sheets")
	}
	// A reader that panics has met a document that nobody foresaw: the other documents must still be read.
	defer func() {
		if p := recover(); p != nil {
			r = unreadable(in, fmt.Sprintf("the reader gave up: %v", p), "please report this document as a bug; meanwhile paste it into the native form, see `sheetprobe read -o yaml`")
		}
	}()
	in = in.Opened()
	format, sure := sheet.Format{}, 0
	for _, f := range formats {
		if n := f.Detect(in); n > sure {
			format, sure = f, n
		}
		if sure >= sheet.BeyondDoubt {
			break
		}
	}
	if sure == 0 {
		return unreadable(in, "the document is of no kind that can be read", "hand it over as "+formatNames())
	}
	r = format.Read(in)
	r.Document.Format, r.Data = format.Name, in.Data
	return r
}

func unreadable(in sheet.Input, message, hint string) sheet.Reading {
	return sheet.Reading{
		Document:    source.NewDocument(in.Name, in.Data, ""),
		Data:        in.Data,
		Diagnostics: source.Diagnostics{sheet.Diagnose("sheet.unreadable", "", source.Span{}, message, hint)},
	}
}

func formatNames() string {
	names := make([]string, len(Formats))
	for i, f := range Formats {
		names[i] = f.Name
	}
	return strings.Join(names, " or ")
}
