package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/sheetprobe/sheetprobe/fixtures/staging"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// summary is that of the last run.
func (b *bench) summary() (probe.Summary, error) {
	head := make([]byte, 4096) // which the counts stand in
	file, err := os.Open(filepath.Join(b.dir, "run.json"))
	if err != nil {
		return probe.Summary{}, err
	}
	defer file.Close()
	n, err := io.ReadFull(file, head)
	if err != nil && n == 0 {
		return probe.Summary{}, err
	}
	_, text, found := bytes.Cut(head[:n], []byte(`"summary": `))
	if !found {
		return probe.Summary{}, fmt.Errorf("the report does not begin as it should: %.80s", head)
	}
	var s probe.Summary
	return s, json.NewDecoder(bytes.NewReader(text)).Decode(&s)
}

// stages measures each stage alone, on one run in memory.
func stages(b *bench) error {
	const apis = 100
	folder, err := b.sheets(apis, rowsOfAnAPI)
	if err != nil {
		return err
	}
	if _, err := b.fullRun(folder, 4, 0); err != nil {
		return err
	}
	file, err := os.Open(filepath.Join(b.dir, "run.json"))
	if err != nil {
		return err
	}
	defer file.Close()
	recorded, err := probe.DecodeRun(file)
	if err != nil {
		return err
	}
	inputs, err := inputsOf(folder)
	if err != nil {
		return err
	}
	readings := engine.Read(inputs)
	o := engine.Options{Vars: probe.NewVars(probe.Var{Name: "token", Value: staging.Token, Secret: true}), BaseURL: b.server}
	b.printf("stages: each alone, %d APIs with %d cases in memory\n%12s %14s %14s %12s\n", apis, recorded.Summary.Cases, "stage", "time", "allocated", "per")
	b.stage("read", "API", apis, func() error { _ = engine.Read(inputs); return nil })
	b.stage("plan", "case", recorded.Summary.Cases, func() error { _ = engine.Plan(readings, o); return nil })
	b.stage("judge", "case", recorded.Summary.Cases, func() error { return judgeAgain(recorded, readings) })
	for _, f := range report.Formats {
		b.stage(f.Name, "case", recorded.Summary.Cases, func() error { return f.Write(io.Discard, recorded, report.Options{}) })
	}
	b.printf("\n")
	return nil
}

// judgeAgain decides every recorded exchange.
func judgeAgain(run *probe.Run, readings []sheet.Reading) error {
	for i := range run.Sheets {
		j, err := judge.New(readings[i].Sheets[0], judge.Options{})
		if err != nil {
			return err
		}
		for k := range run.Sheets[i].Cases {
			r := &run.Sheets[i].Cases[k]
			if r.Exchange == nil {
				continue
			}
			q := r.Exchange.Request
			c := probe.Case{ID: r.ID, Family: r.Family, Expect: r.Expect, Request: probe.Request{Method: q.Method, URL: q.URL, Headers: q.Headers, Body: []byte(q.Body)}}
			if got := j.Decide(&c, r.Exchange); got.Verdict != r.Verdict {
				return fmt.Errorf("%s: %s and not %s", r.ID, got.Verdict, r.Verdict)
			}
		}
	}
	return nil
}

func (b *bench) stage(name, unit string, units int, do func() error) {
	result := testing.Benchmark(func(t *testing.B) {
		t.ReportAllocs()
		for t.Loop() {
			if err := do(); err != nil {
				t.Fatal(err)
			}
		}
	})
	n := float64(units)
	b.printf("%12s %11.1f us %11.1f kB %12s\n", name, float64(result.NsPerOp())/1e3/n, float64(result.AllocedBytesPerOp())/1e3/n, unit)
}

// inputsOf are the documents of a folder.
func inputsOf(folder string) ([]sheet.Input, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		return nil, err
	}
	var inputs []sheet.Input
	for _, path := range paths {
		data, err := os.ReadFile(path) //nolint:gosec // we wrote it
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, sheet.Input{Name: path, Data: data})
	}
	return inputs, nil
}
