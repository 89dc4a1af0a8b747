package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// What --watch sends again.
const (
	watchSafe = "safe" // what changes nothing
	watchAll  = "all"
)

// How often files are looked at, and how long they have to stay as they are: an editor saves in several steps.
const (
	pollEvery = 300 * time.Millisecond
	quietFor  = 200 * time.Millisecond
)

// watching is what the rounds of a --watch know of each other.
type watching struct {
	all     bool
	given   []givenFlag
	args    []string
	round   int
	files   []string // that the round is made from
	settled int      // of them, how many at the beginning are no sheets
	stamps  []string // of the files, before they were read
	last    *probe.Run
	planned map[string]probe.Request // by case, as it was planned in the round before
	digests map[string]string        // of the documents of the round before
	changed bool                     // something else than a sheet has changed
}

// watch runs, and runs again whenever a file is saved that the run is made from. It ends with the code of the last round.
func watch(cmd *cobra.Command, w World, f *runFlags, args []string) error {
	if err := f.checkWatch(args); err != nil {
		return err
	}
	s := &watching{all: f.watch == watchAll, given: givenFlags(cmd), args: args}
	for {
		s.round++
		s.look(w)
		err := s.oneRound(cmd.Context(), w)
		code := conclude(w.Err, err)
		if cmd.Context().Err() == nil {
			printfTo(w.Err, "sheetprobe: waiting for a file to be saved: %s; Ctrl-C ends\n", strings.Join(shortList(s.files), ", "))
		}
		if !s.wait(cmd.Context(), w) {
			return exitWith(code)
		}
	}
}

// shortList names a few of many files.
func shortList(files []string) []string {
	const most = 4
	if len(files) <= most {
		return files
	}
	return append(slices.Clone(files[:most]), fmt.Sprintf("and %d more", len(files)-most))
}

func (f *runFlags) checkWatch(args []string) error {
	switch {
	case f.watch != watchSafe && f.watch != watchAll:
		return usageError("--watch sends again what changes nothing, --watch=all everything", "--watch: %q is neither safe nor all", f.watch)
	case slices.Contains(args, standardInput):
		return usageError("save the sheet as a file", "--watch cannot see standard input change")
	case f.past.resume != "":
		return usageError("give one of the two", "--watch begins runs, and --resume goes on with one")
	case f.cases.runID != "":
		return usageError("leave out --run-id", "--watch makes several runs, and --run-id names one")
	case f.past.failOnNew || f.past.notify:
		return usageError("--watch shows itself what has changed", "--watch takes neither --fail-on-new nor --notify: only its first round is kept in the history")
	}
	return nil
}

// givenFlag is one that stands on the command line.
type givenFlag struct {
	name   string
	values []string
}

func givenFlags(cmd *cobra.Command) []givenFlag {
	var all []givenFlag
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Name == "watch" {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		all = append(all, givenFlag{f.Name, values})
	})
	return all
}

// oneRound is a run like that of a command line of its own, so that a changed configuration counts. Only the first one is kept in the history: the later
// ones hold answers of earlier ones.
func (s *watching) oneRound(ctx context.Context, w World) error {
	var f runFlags
	cmd := &cobra.Command{Use: "run"}
	f.register(cmd)
	cmd.SetContext(ctx)
	for _, g := range s.given {
		for _, value := range g.values {
			if err := cmd.Flags().Set(g.name, value); err != nil {
				return err
			}
		}
	}
	if s.round > 1 {
		for name, value := range map[string]string{"db": noDatabase, "notify": "false", "fail-on-new": "false"} {
			if err := cmd.Flags().Set(name, value); err != nil {
				return err
			}
		}
	}
	f.watched = s
	return runSheets(cmd, w, &f, s.args)
}

// look notes the files of the round, as they are.
func (s *watching) look(w World) {
	settings := settingsOf(w, s.given)
	s.settled, s.files = len(settings), slices.Concat(settings, sheetFiles(s.args))
	s.stamps = stampsOf(s.files)
}

// spare has the engine send nothing again that need not be sent, or must not be. What was recorded is judged again by the sheets of today.
func (s *watching) spare(readings []sheet.Reading, o *engine.Options) {
	planning := *o
	planning.RunID = "watch" // so that fresh values are the same in each round
	now := map[string]probe.Request{}
	for _, p := range engine.Plan(readings, planning) {
		for i := range p.Cases {
			now[p.Cases[i].ID] = p.Cases[i].Request
		}
	}
	before, digests := s.planned, s.digests
	s.planned, s.digests = now, map[string]string{}
	for _, r := range readings {
		s.digests[r.Document.Name] = r.Document.SHA256
	}
	if s.last == nil {
		return
	}
	known := map[string]probe.Result{}
	again, _ := engine.Recheck(s.last, readings, *o)
	for i := range again.Sheets {
		same := digests[again.Sheets[i].Document] == s.digests[again.Sheets[i].Document] && !s.changed
		for _, r := range again.Sheets[i].Cases {
			request, planned := now[r.ID]
			if planned && bare(request) == bare(before[r.ID]) && (same || !s.all && !changesNothing(request.Method)) {
				known[r.ID] = r
			}
		}
	}
	o.Done = func(id string) (probe.Result, bool) {
		r, ok := known[id]
		return r, ok
	}
	if !s.all {
		o.Withhold = withheld
	}
}

// bare is a request without the places of its parts: they move when another line of the sheet is edited.
func bare(r probe.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", r.Method, r.URL)
	for _, h := range r.Headers {
		fmt.Fprintf(&b, "%s: %s\n", h.Name, h.Value)
	}
	return b.String() + string(r.Body)
}

// withheld says why a request is not sent in a later round.
func withheld(c *probe.Case) string {
	if changesNothing(c.Request.Method) {
		return ""
	}
	return "it may change data, and its request is new or has changed; --watch=all sends it again"
}

// changesNothing says that a method is safe, see RFC 9110 section 9.2.1.
func changesNothing(method string) bool {
	return slices.Contains([]string{"GET", "HEAD", "OPTIONS", "TRACE"}, strings.ToUpper(method))
}

// seen remembers a round, and shows what it changed.
func (s *watching) seen(w World, run *probe.Run, kept *results, o engine.Options) error {
	whole, err := kept.whole(run)
	if err != nil || run.Interrupted {
		return err
	}
	before := s.last
	s.last = whole
	if before == nil {
		return nil
	}
	printfTo(w.Out, "\n")
	return report.Compare(w.Out, history.Compare(before, whole, o.Judge.FailOn), terminalLook(w, false))
}

// wait returns when files have changed and stay as they are for a moment; false where the context ends first.
func (s *watching) wait(ctx context.Context, w World) bool {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	old := *s
	for {
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
		}
		if s.look(w); slices.Equal(s.stamps, old.stamps) || !quietNow(ctx, s.files, s.stamps) {
			continue
		}
		s.changed = s.settled != old.settled || !slices.Equal(s.stamps[:s.settled], old.stamps[:old.settled])
		printfTo(w.Err, "\nsheetprobe: saved: %s\n", strings.Join(shortList(differing(s.stamps, s.files, old.stamps)), ", "))
		return true
	}
}

// quietNow says that files stay as they are for a moment.
func quietNow(ctx context.Context, files []string, now []string) bool {
	select {
	case <-ctx.Done():
	case <-time.After(quietFor):
	}
	return slices.Equal(stampsOf(files), now)
}

// differing are the files that were changed or are new.
func differing(now, files, before []string) []string {
	var names []string
	for i, stamp := range now {
		if !slices.Contains(before, stamp) {
			names = append(names, files[i])
		}
	}
	if len(names) == 0 {
		names = append(names, "a file is gone")
	}
	return names
}

// stampsOf tell whether files are as they were.
func stampsOf(files []string) []string {
	stamps := make([]string, len(files))
	for i, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			stamps[i] = file + ": gone"
			continue
		}
		stamps[i] = fmt.Sprintf("%s: %d bytes, %d", file, info.Size(), info.ModTime().UnixNano())
	}
	return stamps
}

// sheetFiles are the files that the arguments lead to now.
func sheetFiles(args []string) []string {
	var files []string
	for _, arg := range args {
		found, err := expand(arg, io.Discard) // what it notes was said by the run
		if err != nil {
			continue
		}
		for _, in := range found {
			files = append(files, in.Name)
		}
	}
	return files
}

// settingsOf are the files beside the sheets that decide about a run: configuration, values, test data.
func settingsOf(w World, given []givenFlag) []string {
	path, _ := lookupEnv(w.Environ, environment+"CONFIG")
	if path == "" {
		path = configName
	}
	var files []string
	for _, g := range given {
		switch g.name {
		case "config":
			path = g.values[0]
		case "vars", "data":
			files = append(files, g.values...)
		}
	}
	files = append(files, path)
	data, err := readSmall(path)
	if err != nil {
		return files
	}
	if c, err := parseConfig(path, data); err == nil {
		for _, name := range []string{"vars", "data"} {
			for _, v := range c.values[name] {
				files = append(files, v.text)
			}
		}
	}
	return files
}
