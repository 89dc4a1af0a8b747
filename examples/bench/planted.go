package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/fixtures"
	"github.com/sheetprobe/sheetprobe/fixtures/staging"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// planted are the defects of the staging server that are looked for: those that spoil the answer to the documented request, which is all that a collection
// sends. Left out is what takes minutes of waiting, what ends before there is an answer, and what shows when a request is repeated or followed up.
func planted() []staging.Defect {
	return slices.DeleteFunc(staging.Defects(), func(d staging.Defect) bool {
		kind, _, _ := strings.Cut(d.Rule, ".")
		return !d.OnSuccess() || slices.Contains([]string{"transport", "timing", "stability", "coverage", "async", "callback"}, kind) || documentOf(d.API) == ""
	})
}

// documentOf is the first document that describes an API, which is neither out of date nor needs more than one request to be judged; "" where there is none.
func documentOf(api string) string {
	for _, d := range fixtures.Manifest() {
		if d.Conforms() && slices.Contains(d.APIs, api) && !slices.Contains(d.APIs, staging.CheckCustoms) {
			return d.File
		}
	}
	return ""
}

// tried is the documented request of one API, as each side names it.
type tried struct{ file, api, id string }

// try finds the request that an API of the staging server documents.
func (b *bench) try(api string) (tried, error) {
	name := documentOf(api)
	data, err := fixtures.Sheets.ReadFile(name)
	if err != nil {
		return tried{}, err
	}
	file := filepath.Join(b.dir, filepath.Base(name))
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return tried{}, err
	}
	position := slices.Index(apisOf(name), api)
	plans := engine.Plan(engine.Read([]sheet.Input{{Name: file, Data: data}}), engine.Options{Vars: probe.NewVars(fixtures.Vars()...), BaseURL: b.server})
	for _, c := range plans[position].Cases {
		if c.Family == probe.FamilySuccess {
			return tried{file, plans[position].Sheet.Name, c.ID}, nil
		}
	}
	return tried{}, fmt.Errorf("%s documents no request of %s", name, api)
}

func apisOf(document string) []string {
	for _, d := range fixtures.Manifest() {
		if d.File == document {
			return d.APIs
		}
	}
	return nil
}

// finders are those who look for defects: Newman, `run`, and `run` where a warning is a failure, too.
var finders = []string{"Newman", "run", "run --fail-on warning"}

// tally is how many defects were planted, and how many each finder found.
type tally struct {
	planted int
	found   [3]int
}

func (t *tally) add(planted int, found [3]bool) {
	t.planted += planted
	for i, yes := range found {
		if yes {
			t.found[i]++
		}
	}
}

// found counts which planted defects each side finds with one request each, the documented one. On the clean server none may find anything.
func (b *bench) found(other newman) error {
	var all tally
	rules := map[string]*tally{}
	var order []string
	clean := map[string]bool{}
	for _, d := range planted() {
		if !clean[d.API] {
			found, err := b.look(other, d.API)
			if err != nil {
				return err
			}
			if found != [3]bool{} {
				return fmt.Errorf("%s: fault is found with the clean server by %v: %v", d.API, finders, found)
			}
			clean[d.API] = true
		}
		found, err := b.look(other, d.API, staging.WithDefect(d.Name))
		if err != nil {
			return fmt.Errorf("%s: %w", d.Name, err)
		}
		if rules[d.Rule] == nil {
			rules[d.Rule], order = &tally{}, append(order, d.Rule)
		}
		rules[d.Rule].add(1, found)
		all.add(1, found)
	}
	b.printf("\ncompare: defects of the staging server that show in the answer to the documented request, and how many an exit code tells of\n")
	b.printf("%36s %8s %8s %8s %24s\n", "rule", "planted", finders[0], finders[1], finders[2])
	for _, rule := range order {
		b.row(rule, rules[rule])
	}
	b.row("all", &all)
	b.printf("\n")
	return nil
}

func (b *bench) row(name string, t *tally) {
	b.printf("%36s %8d %8d %8d %24d\n", name, t.planted, t.found[0], t.found[1], t.found[2])
}

// look has each finder send the documented request of an API to a server that is made for it.
func (b *bench) look(other newman, api string, opts ...staging.Option) (found [3]bool, err error) {
	server, stop, err := b.counting(opts...)
	if err != nil {
		return found, err
	}
	defer stop()
	t, err := b.try(api)
	if err != nil {
		return found, err
	}
	collection := filepath.Join(b.dir, "planted.json")
	if err := b.export(t.file, server.url, collection); err != nil {
		return found, err
	}
	values := map[string]string{}
	var environ []string
	for _, v := range fixtures.Vars() {
		values[strings.ToLower(v.Name)] = v.Value
		environ = append(environ, "SHEETPROBE_VAR_"+strings.ToUpper(v.Name)+"="+v.Value)
	}
	for i := range found {
		if i == 0 {
			_, found[i], _, err = b.newmanRun(other, collection, values, "--folder", t.api)
		} else {
			severity := []string{"error", "warning"}[i-1]
			_, found[i], err = measured(b.program(environ, b.binary, "run", t.file, "--base-url", server.url, "--only", t.id, "--fail-on", severity, "--db", "none", "-q"))
		}
		if err != nil {
			return found, err
		}
		if sent := server.sent(); sent != 1 {
			return found, fmt.Errorf("%s sent %d requests instead of one", finders[i], sent)
		}
	}
	return found, nil
}
