// Package probetest makes tests of `go test` out of API details sheets: every API is a subtest, every case a subtest of it, and what deviates fails it.
//
//	func TestPickup(t *testing.T) {
//		probetest.Run(t, engine.Options{
//			BaseURL: os.Getenv("STAGING"),
//			Vars:    probe.NewVars(probe.Var{Name: "api_key", Value: os.Getenv("API_KEY"), Secret: true}),
//		}, "pickup.txt")
//	}
//
// A test passes where sheetprobe would end with 0, and nowhere else: what could not be judged or not be sent fails its subtest and says why, a
// document that cannot be read fails, and so does a run in which nothing was executed. A case that was left out is skipped, with its reason.
//
// All requests go out before the first subtest begins, whatever -run says; [engine.Options].Only and Skip choose among them. The zero Options send
// as fast as the server answers: set Send.Rate where it is not your own. A RunID is made where there is none.
//
// The package sends, judges and words nothing itself.
package probetest

import (
	"crypto/rand"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// Run reads the documents, probes their APIs within the context of the test, and reports each case as a subtest. It returns the run, for whoever
// wants to write a report of it, or to look at more.
func Run(t *testing.T, o engine.Options, files ...string) *probe.Run {
	t.Helper()
	if len(files) == 0 {
		t.Fatal("no document is named, so nothing is tested")
	}
	return Readings(t, o, Read(t, files...))
}

// Read reads documents. One that cannot be opened fails the test; what stands in them is judged by [Readings].
func Read(t testing.TB, files ...string) []sheet.Reading {
	t.Helper()
	inputs := make([]sheet.Input, len(files))
	for i, name := range files {
		data, err := load(name)
		if err != nil {
			t.Fatal(err)
		}
		inputs[i] = sheet.Input{Name: name, Data: data}
	}
	return engine.Read(inputs)
}

// load reads at most one byte more than a document may have: the engine then says that it is too large.
func load(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, sheet.MaxBytes+1))
}

// Readings is [Run] for documents that were read already, as by [engine.Read].
func Readings(t *testing.T, o engine.Options, readings []sheet.Reading) *probe.Run {
	t.Helper()
	o.Results = nil // the run holds them: what is kept elsewhere could not be told
	if o.RunID == "" {
		o.RunID = strings.ToLower(rand.Text())
	}
	if o.Tool.Name == "" {
		o.Tool = probe.Tool{Name: "sheetprobe", RulesVersion: probe.RulesVersion}
	}
	run, err := engine.Run(t.Context(), readings, o)
	if err != nil {
		t.Fatalf("the options cannot be used: %v", err)
	}
	tell(t, run)
	return run
}

// tell makes a subtest of every API, and of each of its cases.
func tell(t *testing.T, run *probe.Run) {
	t.Helper()
	tests := report.Tests(run)
	for from := 0; from < len(tests); {
		to := from
		for to < len(tests) && tests[to].API == tests[from].API {
			to++
		}
		if api := tests[from].API; api != "" {
			t.Run(api, func(t *testing.T) { each(t, tests[from:to]) })
		} else {
			each(t, tests[from:to])
		}
		from = to
	}
}

func each(t *testing.T, tests []report.Test) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.Name, func(t *testing.T) { outcome(t, test) })
	}
}

// outcome ends a test as its case ended. A verdict that is not known fails.
func outcome(t testing.TB, test report.Test) {
	t.Helper()
	switch test.Verdict {
	case probe.Conforms:
		if test.Details != "" {
			t.Log("\n" + test.Details)
		}
	case probe.Skipped:
		t.Skip(test.Brief)
	default:
		t.Errorf("%s: %s\n%s", test.Verdict, test.Brief, test.Details)
	}
}
