package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// What a shell asks while somebody types must neither disturb nor keep waiting: every problem offers nothing, and says nothing.

// offeredRuns is how many runs are offered, the latest first.
const offeredRuns = 30

// completionTimeout is how long a database is waited for.
const completionTimeout = 2 * time.Second

// maxCompletionBytes is how much of documents is read for a completion.
const maxCompletionBytes = 16 << 20

// completing has the shell offer what only documents and the history know: cases and APIs to the flags that choose among them, and runs.
func completing(root *cobra.Command, w World) {
	for _, cmd := range root.Commands() {
		for _, flag := range []string{"only", "skip", "repeat-unsafe", "api"} {
			if cmd.Flags().Lookup(flag) != nil {
				completeWith(cmd, flag, completeCases(w))
			}
		}
		for _, flag := range []string{"baseline", "resume"} {
			if cmd.Flags().Lookup(flag) != nil {
				completeWith(cmd, flag, completeRuns(w, 0))
			}
		}
		if runs := map[string]int{"report": 1, "recheck": 1, "compare": 2}[cmd.Name()]; runs > 0 {
			cmd.ValidArgsFunction = completeRuns(w, runs)
		}
		if cmd.Name() == "history" {
			if show, _, err := cmd.Find([]string{"show"}); err == nil {
				show.ValidArgsFunction = completeRuns(w, 1)
			}
		}
	}
}

// completeCases offers the APIs of the sheets on the command line, and behind the "/" of one its cases.
func completeCases(w World) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if cmd.Name() == "recheck" && len(args) > 0 { // whose first argument is a run
			args = args[1:]
		}
		offered := map[string]bool{}
		var offers []cobra.Completion
		for _, id := range caseIDs(w.Environ, args) {
			offer, _, _ := strings.Cut(id, "/")
			if strings.Contains(typed, "/") {
				offer = id
			}
			if strings.HasPrefix(offer, typed) && !offered[offer] {
				offered[offer] = true
				offers = append(offers, offer)
			}
		}
		return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace // a "/" may follow
	}
}

// caseIDs are those of all sheets that the arguments name, from the cache where no document has changed.
func caseIDs(environ, args []string) []string {
	inputs := namedInputs(args)
	if len(inputs) == 0 {
		return nil
	}
	cache, key := completionCache(environ), keyOf(inputs)
	if ids, ok := cachedIDs(cache, key); ok {
		return ids
	}
	var ids []string
	for i := range inputs {
		inputs[i] = load(inputs[i], strings.NewReader(""))
	}
	for _, p := range engine.Plan(engine.Read(inputs), engine.Options{}) {
		for k := range p.Cases {
			ids = append(ids, p.Cases[k].ID)
		}
	}
	keepIDs(cache, key, ids)
	return ids
}

// namedInputs are the documents that the arguments name; none where they are too large to be read while somebody waits. Standard input is no one's to
// take.
func namedInputs(args []string) []sheet.Input {
	var inputs []sheet.Input
	total := int64(0)
	for _, arg := range args {
		if arg == standardInput {
			continue
		}
		found, err := expand(arg, io.Discard)
		if err != nil {
			continue
		}
		for _, in := range found {
			info, err := os.Stat(in.Name)
			if in.Problem != "" || err != nil || !info.Mode().IsRegular() {
				continue
			}
			total += info.Size()
			inputs = append(inputs, in)
		}
	}
	if total > maxCompletionBytes {
		return nil
	}
	return inputs
}

// keyOf changes with every change of a document, and of the program.
func keyOf(inputs []sheet.Input) string {
	digest := sha256.New()
	fmt.Fprintln(digest, programVersion())
	for _, in := range inputs {
		path, _ := filepath.Abs(in.Name)
		if info, err := os.Stat(in.Name); err == nil {
			fmt.Fprintf(digest, "%q %d %d\n", path, info.Size(), info.ModTime().UnixNano())
		}
	}
	return hex.EncodeToString(digest.Sum(nil))
}

// known is what the cache holds: the case ids of the documents that were asked for last.
type known struct {
	Key string   `json:"key"`
	IDs []string `json:"ids"`
}

// completionCache is a file in the user's cache folder; "" where the environment tells of none.
func completionCache(environ []string) string {
	variables := []struct{ name, below string }{{"XDG_CACHE_HOME", ""}, {"HOME", ".cache"}}
	if runtime.GOOS == "windows" {
		variables = []struct{ name, below string }{{"LOCALAPPDATA", ""}}
	}
	for _, v := range variables {
		if folder, _ := lookupEnv(environ, v.name); filepath.IsAbs(folder) {
			return filepath.Join(folder, v.below, "sheetprobe", "completion.json")
		}
	}
	return ""
}

func cachedIDs(path, key string) ([]string, bool) {
	data, err := os.ReadFile(path)
	var k known
	if err != nil || json.Unmarshal(data, &k) != nil || k.Key != key {
		return nil, false
	}
	return k.IDs, true
}

func keepIDs(path, key string, ids []string) {
	data, err := json.Marshal(known{key, ids})
	if path == "" || err != nil || os.MkdirAll(filepath.Dir(path), 0o700) != nil {
		return
	}
	temporary := path + "." + newRunID()
	if os.WriteFile(temporary, data, 0o600) != nil || os.Rename(temporary, path) != nil {
		_ = os.Remove(temporary)
	}
}

// completeRuns offers the runs of the history for the first arguments, and for a flag, of which there are 0.
func completeRuns(w World, arguments int) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if arguments > 0 && len(args) >= arguments {
			return nil, cobra.ShellCompDirectiveDefault
		}
		offers := slices.DeleteFunc(recordedIDs(cmd, w), func(run string) bool { return !strings.HasPrefix(run, typed) })
		return offers, cobra.ShellCompDirectiveDefault // a run can be a file, too
	}
}

// recordedIDs are the names of the latest runs, each with what came of it.
func recordedIDs(cmd *cobra.Command, w World) []cobra.Completion {
	w.Err = io.Discard
	var db dbFlags
	if flag := cmd.Flags().Lookup("db"); flag != nil {
		db.url = flag.Value.String()
	}
	runs := db.runs(cmd, w)
	defer runs.close()
	store, err := runs.history()
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), completionTimeout)
	defer cancel()
	entries, err := store.List(ctx, history.Query{Limit: offeredRuns})
	if err != nil || len(entries) == 0 {
		return nil
	}
	offers := []cobra.Completion{history.Latest, history.Previous}
	for _, e := range entries {
		offers = append(offers, cobra.CompletionWithDesc(e.RunID, fmt.Sprintf("%s %s", e.StartedAt.Format(time.DateTime), e.Verdict)))
	}
	return offers
}
