package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/correct"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/report"
)

// reportFlags decide which reports are written, and how the one on the terminal looks.
type reportFlags struct {
	reports        []string
	quiet, verbose bool
	noColor        bool
	letterTemplate string
	wording        string // what the letter template holds
	documents      []report.Document
	news           *history.Comparison // what text begins with; nil where nothing was compared
	results        *results            // of the run, which holds the lean part of them; nil where it holds them all
}

func (f *reportFlags) register(cmd *cobra.Command) {
	f.registerReports(cmd, "write a report, `FORMAT[=PATH]`: "+formatNames()+"; repeatable; without a path to standard output")
	flags := cmd.Flags()
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "print the verdict only")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "print what conforms too, and the full exchange of what does not")
	flags.BoolVar(&f.noColor, "no-color", false, "no colours, as with NO_COLOR in the environment")
	flags.StringVar(&f.letterTemplate, "letter-template", "", "`FILE` of words for the letter; what it does not define stays as it is")
}

// registerReports is for a verb whose output is its own: --report alone.
func (f *reportFlags) registerReports(cmd *cobra.Command, usage string) {
	cmd.Flags().StringArrayVar(&f.reports, "report", nil, usage)
	offers := make([]string, 0, 2*len(formats))
	for _, format := range formats {
		offers = append(offers, format.Name, format.Name+"=")
	}
	offer(cmd, "report", cobra.ShellCompDirectiveNoSpace, offers...)
}

// formats are all that --report can name.
var formats = append(slices.Clip(report.Formats), correct.Format)

func formatNames() string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.Name
	}
	return strings.Join(names, ", ")
}

// formatTable lists the formats and whom each is for.
func formatTable() string {
	var b strings.Builder
	for _, f := range formats {
		fmt.Fprintf(&b, "  %-11s %s\n", f.Name, f.About)
	}
	return b.String()
}

// target is one report to write; path "" is standard output.
type target struct {
	format report.Format
	path   string
}

// check looks at the flags before anything is sent: a run whose report cannot be written is wasted.
func (f *reportFlags) check() error {
	if f.quiet && f.verbose {
		return usageError("give one of them", "-q and -v contradict each other")
	}
	if err := f.readTemplate(); err != nil {
		return err
	}
	targets, err := f.targets()
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, t := range targets {
		switch path := filepath.Clean(t.path); {
		case t.path == "" && t.format.Binary:
			return usageError("as in --report "+t.format.Name+"="+t.format.File, "--report %s: it is no text, so give it a path", t.format.Name)
		case t.path == "" && seen[path]:
			return usageError("give all but one a path, as in --report json=run.json", "two reports cannot both go to standard output")
		case seen[path]:
			return usageError("give each a path of its own", "two reports cannot both go to %q", t.path)
		default:
			seen[path] = true
		}
		if t.path == "" {
			continue
		}
		if err := mayBeWritten(t.path); err != nil {
			return usageError("choose a path in a folder that is there and can be written to", "--report %s: %w", t.format.Name, err)
		}
	}
	return nil
}

// maxLetterTemplate bounds the template of the letter.
const maxLetterTemplate = 1 << 20

// readTemplate refuses a template that cannot be used before anything is sent.
func (f *reportFlags) readTemplate() error {
	if f.letterTemplate == "" {
		return nil
	}
	const hint = "`sheetprobe report --print-letter-template` prints the one that is built in"
	text, err := readLimited(f.letterTemplate, maxLetterTemplate)
	if err != nil {
		return usageError(hint, "--letter-template: cannot read %q: %w", f.letterTemplate, cause(err))
	}
	if err := report.CheckLetterTemplate(string(text)); err != nil {
		return usageError(hint, "--letter-template %q: %w", f.letterTemplate, err)
	}
	f.wording = string(text)
	return nil
}

// takeDocuments says that a report takes the documents in. Else nobody holds them longer than it takes to probe them.
func (f *reportFlags) takeDocuments() bool {
	targets, _ := f.targets() // which were checked before
	return slices.ContainsFunc(targets, func(t target) bool { return t.format.Documents })
}

// targets lists the reports. Unless one of them takes standard output, the text report goes there.
func (f *reportFlags) targets() ([]target, error) {
	var all []target
	onOut := false
	for _, r := range f.reports {
		name, path, _ := strings.Cut(r, "=")
		if path == standardInput {
			path = ""
		}
		format, ok := formatByName(name)
		if !ok {
			return nil, usageError("known are: "+formatNames(), "--report: no format is named %q", name)
		}
		onOut = onOut || path == ""
		all = append(all, target{format, path})
	}
	if !onOut {
		text, _ := formatByName("text")
		all = append(all, target{text, ""})
	}
	return all, nil
}

func formatByName(name string) (report.Format, bool) {
	for _, f := range formats {
		if f.Name == name {
			return f, true
		}
	}
	return report.Format{}, false
}

// toFiles checks reports that stand beside an output of another kind.
func (f *reportFlags) toFiles() error {
	for _, r := range f.reports {
		if name, path, _ := strings.Cut(r, "="); path == "" || path == standardInput {
			return usageError("as in --report "+name+"=FILE", "--report %s needs a file: standard output shows something else", name)
		}
	}
	return f.check()
}

// writeFiles writes what toFiles has checked, and nothing to standard output.
func (f *reportFlags) writeFiles(w World, run *probe.Run) error {
	if len(f.reports) == 0 {
		return nil
	}
	return f.write(World{Out: io.Discard, Environ: w.Environ}, run)
}

// write writes the reports, those to files beside one another. It returns what the first of them failed with.
func (f *reportFlags) write(w World, run *probe.Run) error {
	targets, err := f.targets()
	if err != nil {
		return err
	}
	whole := sync.OnceValues(func() (*probe.Run, error) {
		if f.results == nil {
			return run, nil
		}
		return f.results.whole(run)
	})
	failed := make([]error, len(targets)) // the other reports are written all the same
	var files sync.WaitGroup
	for i, t := range targets {
		write := func() { failed[i] = f.writeTo(w, t, run, whole) }
		if f.results != nil && t.isFile() {
			files.Go(write)
		} else { // a stream takes one after the other, and a run in memory is soon written
			write()
		}
	}
	files.Wait()
	return cmp.Or(failed...)
}

// isFile says that a report has its target for itself.
func (t target) isFile() bool {
	if t.path == "" {
		return false
	}
	_, info, err := throughLinks(t.path)
	return err == nil && (info == nil || info.Mode().IsRegular())
}

func (f *reportFlags) writeTo(w World, t target, run *probe.Run, whole func() (*probe.Run, error)) (err error) {
	if t.path == "" {
		err = f.writeOne(w.Out, t, run, whole, f.look(w))
	} else {
		err = writeFile(t.path, func(out io.Writer) error {
			return f.writeOne(out, t, run, whole, report.Options{Verbose: f.verbose, Quiet: f.quiet, Extension: filepath.Ext(t.path), LetterTemplate: f.wording, Documents: f.documents})
		})
	}
	if err != nil {
		return usageError("free some room, or choose another path", "cannot write the %s report to %q: %w", t.format.Name, t.path, cause(err))
	}
	return nil
}

// writeOne writes a report; one of text begins with what is new. Only a format that needs it has the whole of a large run in memory.
func (f *reportFlags) writeOne(out io.Writer, t target, run *probe.Run, whole func() (*probe.Run, error), o report.Options) error {
	if f.news != nil && t.format.Name == "text" {
		if err := report.Compare(out, f.news, o); err != nil {
			return err
		}
		if !f.quiet {
			printfTo(out, "\n")
		}
	}
	if f.results != nil && t.format.Streams != nil && t.format.Streams(o) {
		o.Results = f.results
		return t.format.Write(out, run, o)
	}
	run, err := whole()
	if err != nil {
		return err
	}
	return t.format.Write(out, run, o)
}

// look is how reports appear on standard output.
func (f *reportFlags) look(w World) report.Options {
	o := terminalLook(w, f.noColor)
	o.Quiet, o.Verbose, o.LetterTemplate, o.Documents = f.quiet, f.verbose, f.wording, f.documents
	return o
}

// terminalLook takes the width from a terminal and colours only there; NO_COLOR (any value) and TERM=dumb switch colours off, see
// no-color.org.
func terminalLook(w World, noColor bool) report.Options {
	out := w.Out
	if o, ok := out.(*output); ok {
		out = o.Writer
	}
	file, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return report.Options{}
	}
	o := report.Options{Color: !noColor}
	if value, set := lookupEnv(w.Environ, "NO_COLOR"); set && value != "" {
		o.Color = false
	}
	if value, _ := lookupEnv(w.Environ, "TERM"); value == "dumb" {
		o.Color = false
	}
	if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
		o.Width = min(max(width, 40), 120)
	}
	return o
}

// readLimited reads a file of no more than limit bytes.
func readLimited(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path) //nolint:gosec // the user names the file
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(data)) > limit {
		return nil, fmt.Errorf("it has more than %d KiB", limit>>10)
	}
	return data, err
}
