package main

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
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
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show the whole job on a staging server of our own, on loopback",
		Long: `Starts the staging server of the invented courier Parcelway on a free loopback port,
with a few defects, probes it with the sheets that are shipped, and prints the report.

Exit codes: 0 (the demonstration found what is wrong with the server, and nothing else), 1`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := serve.check(cmd); err != nil {
				return err
			}
			if serve.on {
				return serveStaging(cmd.Context(), w, serve)
			}
			return demonstrate(cmd.Context(), w)
		},
	}
	cmd.Flags().BoolVar(&serve.on, "serve", false, "keep a staging server running, for trying out the other commands")
	cmd.Flags().IntVar(&serve.port, "port", 0, "with --serve: the loopback port (default: a free one)")
	cmd.Flags().StringArrayVar(&serve.defects, "defect", nil, "with --serve: plant the defect `NAME`; repeatable; without one the server is clean")
	return cmd
}

// serveFlags are for the staging server alone.
type serveFlags struct {
	on      bool
	port    int
	defects []string
}

func (f serveFlags) check(cmd *cobra.Command) error {
	if !f.on && (cmd.Flags().Changed("port") || len(f.defects) > 0) {
		return usageError("add --serve", "--port and --defect are for --serve")
	}
	known := make([]string, 0, len(staging.Defects()))
	for _, d := range staging.Defects() {
		known = append(known, d.Name)
	}
	for _, name := range f.defects {
		if !slices.Contains(known, name) {
			return usageError(didYouMean(name, known), "no defect is named %q", name)
		}
	}
	return nil
}

func demonstrate(ctx context.Context, w World) error {
	var options []staging.Option
	for _, name := range demoDefects {
		options = append(options, staging.WithDefect(name))
	}
	server, err := staging.Start(options...)
	if err != nil {
		return fmt.Errorf("cannot start the staging server on loopback: %w", err)
	}
	defer server.Close()

	inputs, err := shippedSheets(demoSheets)
	if err != nil {
		return err
	}
	printfTo(w.Out, "A staging server of an invented courier runs on %s. These defects are planted in it:\n", server.URL)
	for _, d := range planted() {
		printfTo(w.Out, "  - %s: %s\n", d.API, d.Does)
	}
	printfTo(w.Out, "Probing it with %d sheets that are shipped with sheetprobe ...\n\n", len(inputs))

	run, err := engine.Run(ctx, engine.Read(inputs), engine.Options{
		Vars: probe.NewVars(fixtures.Vars()...), BaseURL: server.URL, RunID: newRunID(), Tool: tool(), Now: time.Now,
	})
	if err != nil {
		return err
	}
	text, _ := formatByName("text")
	if err := text.Write(w.Out, run, terminalLook(w, false)); err != nil {
		return err
	}
	printfTo(w.Out, "%s", whatNext)
	return foundAsPlanted(run)
}

const whatNext = `
What next:
  sheetprobe lint YOUR-SHEET      what is wrong with the document itself; sends nothing
  sheetprobe plan YOUR-SHEET      what would be sent
  sheetprobe run YOUR-SHEET       the verdict on your staging
  sheetprobe demo --serve         keeps a clean staging server running, to try these on
`

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

// foundAsPlanted holds the demonstration to its word: each planted defect is found, and at least one API conforms.
func foundAsPlanted(run *probe.Run) error {
	found := map[string]bool{}
	conforming := 0
	for _, s := range run.Sheets {
		if s.Verdict == probe.Conforms {
			conforming++
		}
		for _, c := range s.Cases {
			for _, f := range c.Findings {
				found[f.Rule] = true
			}
		}
	}
	for _, d := range planted() {
		if !found[d.Rule] {
			return &exitError{code: exitDeviates, err: fmt.Errorf("the planted defect %q was not found", d.Name), hint: "please report this as a bug"}
		}
	}
	if conforming == 0 {
		return &exitError{code: exitDeviates, err: fmt.Errorf("no API conforms, although most of them should"), hint: "please report this as a bug"}
	}
	return nil
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
	var options []staging.Option
	for _, name := range f.defects {
		options = append(options, staging.WithDefect(name))
	}
	server, err := staging.Start(append(options, staging.OnPort(f.port))...)
	if err != nil {
		return usageError("choose another --port", "cannot start the staging server on loopback: %w", err)
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
