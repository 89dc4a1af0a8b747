package main

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
	"github.com/sheetprobe/sheetprobe/probe/spool"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// noDatabase is the --db that keeps nothing.
const noDatabase = "none"

// openTimeout is how long a database is waited for.
const openTimeout = 30 * time.Second

// dbFlags say where runs are kept. They are taken from the environment and the configuration too, also by verbs that read nothing else there.
type dbFlags struct {
	url string
}

func (f *dbFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.url, "db", "", "the history: sqlite://PATH, postgres://USER@HOST/NAME or none; a `URL` with a password is best given as SHEETPROBE_DB (default: a file in your state folder)")
	if cmd.Flags().Lookup("config") == nil {
		cmd.Flags().String("config", "", "configuration `FILE` that may say where the history is (default sheetprobe.yaml, where there is one)")
	}
}

// settle looks where the flag does not say. Of the configuration nothing else counts.
func (f *dbFlags) settle(cmd *cobra.Command, w World) error {
	if f.url != "" {
		return nil
	}
	if value, ok := lookupEnv(w.Environ, environment+"DB"); ok && value != "" {
		f.url = value
		return nil
	}
	c, err := findConfig(cmd, w)
	if err != nil {
		return err
	}
	return c.set(cmd, cmd.Flags().Lookup("db"))
}

// database is where the history is; url "" is nowhere.
type database struct {
	url   string
	named bool // by the user, and so not to be done without
}

func (f *dbFlags) database(w World) database {
	switch f.url {
	case noDatabase:
		return database{named: true}
	case "":
		if path := stateFile(w.Environ, runtime.GOOS); path != "" {
			return database{url: "sqlite://" + path}
		}
		return database{}
	}
	if u, err := url.Parse(f.url); err == nil {
		if _, secret := u.User.Password(); secret && slices.ContainsFunc(w.Args, func(arg string) bool { return strings.HasSuffix(arg, f.url) }) {
			printfTo(w.Err, "sheetprobe: others on this machine can see the password in --db; put the URL into the environment as SHEETPROBE_DB\n")
		}
	}
	return database{url: f.url, named: true}
}

// stateFile is the history in the user's state folder, see the XDG Base Directory Specification; "" where the environment tells of none.
func stateFile(environ []string, goos string) string {
	variables := []struct{ name, below string }{{"XDG_STATE_HOME", ""}, {"HOME", filepath.Join(".local", "state")}}
	if goos == "windows" {
		variables = []struct{ name, below string }{{"LOCALAPPDATA", ""}}
	}
	for _, v := range variables {
		if folder, _ := lookupEnv(environ, v.name); filepath.IsAbs(folder) {
			return filepath.Join(folder, v.below, "sheetprobe", "history.db")
		}
	}
	return ""
}

// name is how messages call it, without a password.
func (d database) name() string {
	if path := sqlstore.Path(d.url); path != "" {
		return path
	}
	if u, err := url.Parse(d.url); err == nil && u.Host != "" && strings.HasPrefix(u.Scheme, "postgres") {
		return u.Host + u.Path
	}
	return "the database"
}

// open makes the database ready to be written.
func (d database) open(ctx context.Context) (*sqlstore.Store, error) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	return sqlstore.Open(ctx, d.url, time.Now)
}

// existing opens a history to read it, and makes none.
func (d database) existing(ctx context.Context) (*sqlstore.Store, error) {
	if d.url == "" {
		return nil, usageError("name it with --db sqlite://PATH or --db postgres://USER@HOST/NAME", "there is no history to look into")
	}
	if path := sqlstore.Path(d.url); path != "" {
		if _, err := os.Stat(path); err != nil {
			return nil, usageError("`sheetprobe run SHEET` begins one; --db names another", "there is no history at %q: %w", path, cause(err))
		}
	}
	store, err := d.open(ctx)
	if err != nil {
		return nil, d.failed(err)
	}
	return store, nil
}

func (d database) failed(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return usageError("check --db, or leave the history out with --db none", "the history in %q cannot be used: %s", d.name(), onOneLine(err))
}

// recordedRuns finds recorded runs: files, and runs of the history, which is opened once and only where it is needed.
type recordedRuns struct {
	w     World
	cmd   *cobra.Command
	flags *dbFlags
	store *sqlstore.Store
}

func (f *dbFlags) runs(cmd *cobra.Command, w World) *recordedRuns {
	return &recordedRuns{w: w, cmd: cmd, flags: f}
}

func (r *recordedRuns) close() {
	if r.store != nil {
		_ = r.store.Close()
	}
}

// history opens the history that there is.
func (r *recordedRuns) history() (*sqlstore.Store, error) {
	if r.store != nil {
		return r.store, nil
	}
	if err := r.flags.settle(r.cmd, r.w); err != nil {
		return nil, err
	}
	store, err := r.flags.database(r.w).existing(r.cmd.Context())
	r.store = store
	return store, err
}

// open reads a recorded run as load does, and holds no more of it than concise reports need: kept has the rest.
func (r *recordedRuns) open(ref string, kept *results) (*probe.Run, error) {
	var sheets []probe.SheetResult
	run, err := r.walk(ref, func(i int, s *probe.SheetResult) (err error) {
		sheets, err = kept.add(sheets, i, s)
		return err
	})
	if err != nil {
		return nil, err
	}
	run.Sheets = sheets
	return run, nil
}

// side reads what a comparison needs of a recorded run.
func (r *recordedRuns) side(ref string, least source.Severity) (*history.Side, error) {
	side := history.NewSide(least)
	run, err := r.walk(ref, func(_ int, s *probe.SheetResult) error {
		side.Add(s)
		return nil
	})
	if err != nil {
		return nil, err
	}
	side.Tell(run)
	return side, nil
}

// walk hands over the sheets of a recorded run one by one, and returns the run without them.
func (r *recordedRuns) walk(ref string, each func(i int, s *probe.SheetResult) error) (*probe.Run, error) {
	if r.isFile(ref) {
		return r.walkFile(ref, each)
	}
	store, runID, err := r.find(ref)
	if err != nil {
		return nil, err
	}
	run, err := store.Walk(r.cmd.Context(), runID, each)
	switch {
	case errors.Is(err, spool.ErrFull):
		return nil, orNotKept(err)
	case err != nil:
		return nil, notRecorded(ref, err)
	}
	return run, nil
}

func (r *recordedRuns) walkFile(path string, each func(i int, s *probe.SheetResult) error) (*probe.Run, error) {
	if info, err := os.Stat(path); path != standardInput && err == nil {
		run, err := readRun(path, each)
		switch {
		case err == nil:
			return run, nil
		case errors.Is(err, spool.ErrFull):
			return nil, orNotKept(err)
		case info.Size() > probe.MaxRunBytes:
			return nil, notRecorded(path, err)
		}
	}
	run, err := loadRun(path, r.w.In) // it says more precisely what is wrong with it
	if err != nil {
		return nil, err
	}
	for i := range run.Sheets {
		if err := each(i, &run.Sheets[i]); err != nil {
			return nil, orNotKept(err)
		}
	}
	run.Sheets = nil
	return run, nil
}

// load reads a recorded run: a file, - for standard input, or by its name in the history.
func (r *recordedRuns) load(ref string) (*probe.Run, error) {
	if r.isFile(ref) {
		return loadRun(ref, r.w.In)
	}
	store, runID, err := r.find(ref)
	if err != nil {
		return nil, err
	}
	run, err := store.Load(r.cmd.Context(), runID)
	if err != nil {
		return nil, notRecorded(ref, err)
	}
	return run, nil
}

// isFile says that a name is not one of a run of the history.
func (r *recordedRuns) isFile(ref string) bool {
	_, err := os.Stat(ref)
	return ref == standardInput || err == nil || looksLikeAPath(ref)
}

// find looks a run of the history up by its name.
func (r *recordedRuns) find(ref string) (store *sqlstore.Store, runID string, err error) {
	if store, err = r.history(); err != nil {
		return nil, "", notRecorded(ref, err)
	}
	entry, err := history.Find(r.cmd.Context(), store, ref)
	if err != nil {
		return nil, "", notRecorded(ref, err)
	}
	return store, entry.RunID, nil
}

// looksLikeAPath says of what is no file that it was meant to be one.
func looksLikeAPath(ref string) bool {
	return strings.ContainsAny(ref, `/\`) || strings.HasSuffix(ref, ".json")
}

func notRecorded(ref string, err error) error {
	const hint = "name a file of `run --report json=FILE`, or a run that `sheetprobe history` lists"
	var usage *exitError
	if errors.As(err, &usage) {
		return usageError(usage.hint, "%q is no file, and %w", ref, usage.err)
	}
	if errors.Is(err, history.ErrNotFound) || errors.Is(err, history.ErrAmbiguous) {
		return usageError(hint, "%q is no file, and in the history: %w", ref, err)
	}
	return usageError(hint, "cannot read the run %q: %w", ref, err)
}

// warn says what does not concern the verdict.
func (d database) warn(w World, err error) {
	printfTo(w.Err, "sheetprobe: the run is not kept in the history at %s: %v; --db none does without\n", d.name(), onOneLine(err))
}

// onOneLine is an error of a driver, some of which break lines.
func onOneLine(err error) string { return strings.Join(strings.Fields(cause(err).Error()), " ") }
