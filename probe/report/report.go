// Package report writes for a person or a machine what the other rooms found out: a Run in one of several formats, and the listings of the
// verbs that send nothing (rules, lint, plan, read).
//
// It decides nothing. Verdicts, severities and the party that has to act stand in what it is given; it folds what has one cause, ranks, and
// lays out. It reads no file, knows no network and no clock: equal input gives equal bytes.
//
// What it is given holds live answers, written by strangers. In text, nothing of them can act on a terminal: control characters, escape
// sequences and characters that reverse or hide text are shown as \u001b and the like, and long values are cut. Secrets were removed when the
// exchange was recorded, or are by the Masker that is passed in.
//
// The JSON of a run is that of probe.Run.Encode; the JSON of a listing is described at its function.
package report

import (
	"io"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Options say how to write. The zero value is plain, 80 columns wide.
type Options struct {
	Color   bool
	Width   int  // columns; 0 means 80, and fewer than 40 mean 40
	Quiet   bool // the verdict line only
	Verbose bool // also what conforms, and the full exchange of what does not
	// Extension is that of the file that is written to, as in ".docx"; "" on a stream. The letter goes by it.
	Extension string
	// LetterTemplate replaces parts of the letter; "" leaves them. See LetterTemplate.
	LetterTemplate string
	// Documents are those that the run was made from, as far as they are at hand: the evidence bundle holds them.
	Documents []Document
	// Results are those of a run of which only a Lean part is in memory; nil where the run holds them all.
	Results Results
	Show    bool // of a run that is shown and not worked on: one command line as a sample, and no next step
}

// Format writes a run in one way. What it writes follows from the run alone, so that any run can be told again later; reporttest says what every
// format has to pass.
type Format struct {
	Name  string
	File  string // what a file of it is usually called
	About string // whom it is for, as a list of formats shows it: lower case, no full stop
	// Binary says that a terminal can do nothing with it.
	Binary bool
	// Documents says that it takes in those of [Options.Documents].
	Documents bool
	Write     func(io.Writer, *probe.Run, Options) error
	// Streams says that a run whose sheets are Lean is enough, with Options.Results behind it; nil is never. All others need the whole run in memory.
	Streams func(Options) bool
}

// Results give what a large run keeps elsewhere than in memory, by the places of the sheets.
type Results interface {
	Get(i int) (*probe.SheetResult, error)
	// CopyTo writes a sheet as it stands in the encoding of the run.
	CopyTo(w io.Writer, i int) error
}

// Formats are all formats.
var Formats = append(slices.Clip(single), Format{
	Name: "bundle", File: "evidence.zip", About: "evidence in one zip: run, reports, documents, digests", Binary: true, Documents: true, Write: writeBundle,
	Streams: always,
})

// single are the formats that hold no other.
var single = []Format{
	{Name: "text", File: "report.txt", About: "for a terminal", Write: writeText, Streams: always},
	{Name: "json", File: "run.json", About: "the whole run, for programs and for `sheetprobe report`", Write: writeJSON, Streams: always},
	{Name: "letter", File: "letter.md", About: "to the API owner: Markdown, or by the extension .html or .docx", Write: writeLetter, Streams: always},
	{Name: "html", File: "report.html", About: "one page for a browser, without a network", Write: writeHTML, Streams: always},
	{Name: "junit", File: "junit.xml", About: "JUnit XML, for CI servers", Write: writeJUnit, Streams: always},
	{Name: "ctrf", File: "ctrf-report.json", About: "Common Test Report Format, for CI servers and dashboards", Write: writeCTRF, Streams: always},
	{Name: "markdown", File: "summary.md", About: "a page for pull requests and chats", Write: writeMarkdown, Streams: always},
	{Name: "sarif", File: "sheetprobe.sarif", About: "SARIF 2.1.0, what points into the documents, for code scanning", Write: writeSARIF, Streams: always},
	{Name: "har", File: "exchanges.har", About: "HTTP archive 1.2, the exchanges", Write: writeHAR, Streams: always},
	{Name: "prometheus", File: "sheetprobe.prom", About: "a file for the node exporter's textfile collector", Write: writePrometheus, Streams: always},
}

// Document is one document with what was understood of it. A sheet.Reading converts to it.
type Document struct {
	Document    *source.Document
	Data        []byte // as it was handed over; nil where nobody has it
	Sheets      []*probe.Sheet
	Diagnostics source.Diagnostics // those that belong to no sheet
}

// Masker removes secrets; *probe.Redactor is one.
type Masker interface {
	Request(probe.Request) probe.RecordedRequest
	Text(string) string
}
