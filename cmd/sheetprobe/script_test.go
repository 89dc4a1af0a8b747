package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sheetprobe/sheetprobe/fixtures"
	"github.com/sheetprobe/sheetprobe/fixtures/staging"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report/reporttest"
)

func TestMain(m *testing.M) {
	testscript.Main(leakFree{m}, map[string]func(){
		"sheetprobe": func() {
			signal.Ignore(syscall.SIGPIPE)
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
			defer stop()
			code := Main(ctx, World{Args: os.Args[1:], Environ: os.Environ(), In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
			os.Exit(code)
		},
	})
}

// leakFree fails a test run that leaves goroutines behind.
type leakFree struct{ m *testing.M }

func (l leakFree) Run() int {
	code := l.m.Run()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			return 1
		}
	}
	return code
}

// TestScripts runs every behaviour of the command line that testdata/script tells.
//
//	exits CODE sheetprobe ARGS...   runs it and demands the exit code
//	staging [DEFECT...]             starts the staging server and puts its address into $STAGING
//	older RUN FILE                  copies a recorded run, as if older rules had judged it
//	interrupt RUN N FILE            copies a recorded run, as if it had been stopped after the first N cases of its first API
//	sheets                          writes the shipped sheets into the folder sheets, and their values into parcelway.env
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("SECRET", staging.Token)
			env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, ".state"))
			env.Defer(func() { validReports(t, env.WorkDir) })
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":     exits,
			"staging":   startStaging,
			"sheets":    writeSheets,
			"older":     byOlderRules,
			"interrupt": interrupt,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func startStaging(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("staging cannot be negated")
	}
	var options []staging.Option
	for _, defect := range args {
		options = append(options, staging.WithDefect(defect))
	}
	server, err := staging.Start(options...)
	ts.Check(err)
	ts.Defer(func() { _ = server.Close() })
	ts.Setenv("STAGING", server.URL)
}

func writeSheets(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(os.CopyFS(ts.MkAbs("."), fixtures.Sheets))
	var values strings.Builder
	for _, v := range fixtures.Vars() {
		fmt.Fprintf(&values, "%s=%s\n", v.Name, v.Value)
	}
	ts.Check(os.WriteFile(ts.MkAbs("parcelway.env"), []byte(values.String()), 0o600))
}

func byOlderRules(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: older RUN FILE")
	}
	today := ts.ReadFile(args[0])
	older := strings.Replace(today, `"rules_version": "`+probe.RulesVersion+`"`, `"rules_version": "0"`, 1)
	if older == today {
		ts.Fatalf("%s does not tell the version of its rules", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(older), 0o600))
}

func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: interrupt RUN N FILE")
	}
	run, err := probe.DecodeRun(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	run.Interrupted, run.Sheets[0].Cases = true, run.Sheets[0].Cases[:n]
	run.Summarize()
	var out bytes.Buffer
	ts.Check(run.Encode(&out))
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), out.Bytes(), 0o600))
}

// validReports demands that every JSON report that a script has left behind is valid by the published schema.
func validReports(t *testing.T, folder string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.json"))
	require.NoError(t, err)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		if _, err := probe.DecodeRun(bytes.NewReader(text)); err == nil {
			require.NoError(t, reporttest.CheckReport(t, text), path)
		}
	}
}
