package main

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/fixtures"
	"github.com/sheetprobe/sheetprobe/fixtures/staging"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// demoSheets are the shipped documents that the demonstration probes.
var demoSheets = []string{"sheets/generate-otp.txt", "sheets/verify-otp.txt", "sheets/tracking-mail.txt"}

// demoDefects are what is wrong with the staging server of the demonstration: deviations of different kinds.
var demoDefects = []string{"otp-open", "order-third-item-no-price", "verify-error-renamed"}

func newDemo(w World) *cobra.Command {
	var serve serveFlags
	var reports reportFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show the whole job on a staging server of our own, on loopback",
		Long: `Starts the staging server of the invented courier Parcelway on a free loopback
port, with a few defects, probes it with the sheets that are shipped, and prints
the report.

Exit codes: 0 (it found what is wrong with the server, and nothing else), 1 (it
did not), 2 (wrong usage), 130 (interrupted)`,
		Example: `  sheetprobe demo
  sheetprobe demo --report html=demo.html
  sheetprobe demo --serve --port 8080 --defect book-no-window-end`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := serve.check(cmd); err != nil {
				return err
			}
			if serve.on {
				return serveStaging(cmd.Context(), w, serve)
			}
			if err := reports.toFiles(); err != nil {
				return err
			}
			return demonstrate(cmd.Context(), w, demoDefects, reports)
		},
	}
	cmd.Flags().BoolVar(&serve.on, "serve", false, "keep a staging server running, for trying out the other commands")
	cmd.Flags().IntVar(&serve.port, "port", 0, "with --serve: the loopback port `N` (default: a free one)")
	cmd.Flags().StringArrayVar(&serve.defects, "defect", nil, "with --serve: plant the defect `NAME`; repeatable; without one the server is clean")
	reports.registerReports(cmd, "write a report as well, `FORMAT=PATH`: "+formatNames()+"; repeatable")
	offer(cmd, "defect", cobra.ShellCompDirectiveNoFileComp, defectOffers()...)
	return cmd
}

func defectOffers() []string {
	var offers []string
	for _, d := range staging.Defects() {
		offers = append(offers, d.Name+"\t"+d.API+": "+d.Does)
	}
	return offers
}

// serveFlags are for the staging server alone.
type serveFlags struct {
	on      bool
	port    int
	defects []string
}

func (f serveFlags) check(cmd *cobra.Command) error {
	if f.on && cmd.Flags().Changed("report") {
		return usageError("leave out one of the two", "--serve makes no report")
	}
	if !f.on && (cmd.Flags().Changed("port") || len(f.defects) > 0) {
		return usageError("add --serve", "--port and --defect are for --serve")
	}
	if f.port < 0 || f.port > 65535 {
		return usageError("0 takes a free one", "--port %d is not between 0 and 65535", f.port)
	}
	known := make([]string, 0, len(staging.Defects()))
	for _, d := range staging.Defects() {
		known = append(known, d.Name)
	}
	for _, name := range f.defects {
		if !slices.Contains(known, name) {
			return usageError(didYouMean(name, known, "known are: "+strings.Join(known, ", ")), "no defect is named %q", name)
		}
	}
	return nil
}

// demonstrate probes a server with the defects, and says whether it found those of demoDefects and nothing else.
func demonstrate(ctx context.Context, w World, defects []string, reports reportFlags) error {
	server, err := staging.Start(withDefects(defects)...)
	if err != nil {
		return fmt.Errorf("cannot start the staging server on loopback: %w", err)
	}
	defer server.Close()

	inputs, err := shippedSheets(demoSheets)
	if err != nil {
		return err
	}
	printfTo(w.Out, "A staging server of an invented courier runs on %s,\nwith %d defects planted in it:\n", server.URL, len(demoDefects))
	for _, d := range planted() {
		printfTo(w.Out, "  %-14s %s\n", d.API, d.Does)
	}
	printfTo(w.Out, "Probing it with %d sheets that are shipped with sheetprobe ...\n\n", len(inputs))

	readings := engine.Read(inputs)
	reports.documents = documents(readings)
	run, err := engine.Run(ctx, readings, engine.Options{
		Vars: probe.NewVars(fixtures.Vars()...), BaseURL: server.URL, RunID: newRunID(), Tool: tool(), Now: time.Now,
	})
	if err != nil {
		return err
	}
	text, _ := formatByName("text")
	look := terminalLook(w, false)
	look.Show = true // the server will be gone
	if err := text.Write(w.Out, run, look); err != nil {
		return err
	}
	if err := reports.writeFiles(w, run); err != nil {
		return err
	}
	if run.Interrupted {
		return exitWith(exitInterrupted)
	}
	printfTo(w.Out, "%s", whatNext)
	return foundAsPlanted(run)
}

const whatNext = `
What next:
  sheetprobe lint YOUR-SHEET  what is wrong with the document; sends nothing
  sheetprobe plan YOUR-SHEET  what would be sent
  sheetprobe run YOUR-SHEET   the verdict on your staging, with curl lines
  sheetprobe demo --serve     a clean staging server that stays, to try these on
`

func withDefects(names []string) []staging.Option {
	options := make([]staging.Option, len(names))
	for i, name := range names {
		options[i] = staging.WithDefect(name)
	}
	return options
}

func planted() []staging.Defect {
	var defects []staging.Defect
	for _, name := range demoDefects {
		for _, d := range staging.Defects() {
			if d.Name == name {
				defects = append(defects, d)
			}
		}
	}
	return defects
}

// foundAsPlanted holds the demonstration to its word: an API with a planted defect deviates for it and for nothing else, and every other
// conforms.
func foundAsPlanted(run *probe.Run) error {
	rules := map[string]string{} // that are broken on purpose, by API
	for _, d := range planted() {
		rules[d.API] = d.Rule
	}
	for i, api := range demoAPIs() {
		if i >= len(run.Sheets) {
			return demoFailed("the sheet of %q was not found", api)
		}
		s := &run.Sheets[i]
		if rule, ok := rules[api]; ok && s.Verdict != probe.Deviates {
			return demoFailed("the defect that was planted in %q, %s, was not found", s.Name, rule)
		}
		for k := range s.Cases {
			if err := asPlanted(&s.Cases[k], rules[api]); err != nil {
				return err
			}
		}
	}
	return nil
}

// asPlanted says what is wrong with a case that should conform, or deviate for the one rule.
func asPlanted(c *probe.Result, rule string) error {
	switch c.Verdict {
	case probe.Conforms, probe.Skipped:
		return nil
	case probe.Deviates:
		if len(c.Findings) == 1 && c.Findings[0].Rule == rule {
			return nil
		}
		return demoFailed("case %q shows what was not planted: %s", c.ID, rulesIn(c.Findings))
	}
	return demoFailed("case %q should have been judged, but is %s: %s", c.ID, c.Verdict, c.Reason)
}

func rulesIn(findings []probe.Finding) string {
	ids := make([]string, len(findings))
	for i := range findings {
		ids[i] = findings[i].Rule
	}
	return strings.Join(ids, ", ")
}

func demoFailed(format string, args ...any) error {
	return &exitError{code: exitDeviates, err: fmt.Errorf("the demonstration failed: "+format, args...), hint: "please report this as a bug"}
}

// demoAPIs are the APIs of the demonstration's sheets, in the order of the run.
func demoAPIs() []string {
	var apis []string
	for _, path := range demoSheets {
		for _, d := range fixtures.Manifest() {
			if d.File == path {
				apis = append(apis, d.APIs...)
			}
		}
	}
	return apis
}

func shippedSheets(paths []string) ([]sheet.Input, error) {
	var inputs []sheet.Input
	for _, path := range paths {
		data, err := fs.ReadFile(fixtures.Sheets, path)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, sheet.Input{Name: "fixtures/" + path, Data: data})
	}
	return inputs, nil
}

// serveStaging keeps a server running until it is interrupted.
func serveStaging(ctx context.Context, w World, f serveFlags) error {
	server, err := staging.Start(append(withDefects(f.defects), staging.OnPort(f.port))...)
	if err != nil {
		return usageError("choose another --port", "cannot start the staging server%w", occupied(err))
	}
	defer server.Close()
	printfTo(w.Out, "The staging server runs on %s until you press Ctrl-C.\nValues that it accepts (save them as parcelway.env, for --vars):\n", server.URL)
	for _, v := range fixtures.Vars() {
		printfTo(w.Out, "  %s=%s\n", v.Name, v.Value)
	}
	printfTo(w.Out, "As in:\n  sheetprobe run fixtures/sheets/verify-otp.txt --base-url %s --vars parcelway.env\n", server.URL)
	<-ctx.Done()
	return nil
}
