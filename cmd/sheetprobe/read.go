package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/native"
)

func newRead(w World) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "read SHEET...",
		Short: "Show how each document was understood",
		Long: `Shows the ten fields of every sheet, what had to be repaired, and where each
stands. Nothing is sent. The YAML is the native form of a sheet: save it, edit
it, and use it in place of the document.

Exit codes: 0, 2 (wrong usage), 3 (a document holds no sheet that can be read)`,
		Example: `  sheetprobe read otp.txt
  sheetprobe read otp.txt -o yaml > otp.yaml`,
		Args: sheetArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			readings, err := readAll(w, args)
			if err != nil {
				return err
			}
			if err := printReadings(w, readings, output); err != nil {
				return err
			}
			return exitWith(readable(readings))
		},
	}
	outputFlag(cmd, &output, "text", "json", "yaml")
	return cmd
}

// readLean reads documents whose bytes nobody asks for behind that, until it is interrupted.
func readLean(ctx context.Context, w World, args []string) ([]sheet.Reading, error) {
	inputs, err := findInputs(args, w.Err)
	if err != nil {
		return nil, err
	}
	return engine.Read(unopened(ctx, inputs, w.In)), ctx.Err()
}

func readAll(w World, args []string) ([]sheet.Reading, error) {
	inputs, err := loadInputs(args, w.In, w.Err)
	if err != nil {
		return nil, err
	}
	return engine.Read(inputs), nil
}

func printReadings(w World, readings []sheet.Reading, output string) error {
	switch output {
	case "json":
		return report.SheetsJSON(w.Out, documents(readings))
	case "yaml":
		return printYAML(w, readings)
	}
	return report.Sheets(w.Out, documents(readings), terminalLook(w, false))
}

// printYAML prints the sheets; what could not be read goes to standard error, so that the output can be saved as it is.
func printYAML(w World, readings []sheet.Reading) error {
	var sheets []*probe.Sheet
	for _, r := range readings {
		sheets = append(sheets, r.Sheets...)
		for _, d := range r.Diagnostics {
			printfTo(w.Err, "%s: %s\n", r.Document.Name, d.Message)
		}
	}
	text, err := native.Marshal(sheets)
	if err != nil {
		return unusable("please report this as a bug", "cannot write the native form: %w", err)
	}
	_, err = w.Out.Write(text)
	return err
}

func documents(readings []sheet.Reading) []report.Document {
	all := make([]report.Document, len(readings))
	for i, r := range readings {
		all[i] = report.Document(r)
	}
	return all
}

// readable is the exit code of documents that were only read.
func readable(readings []sheet.Reading) int {
	for _, r := range readings {
		if len(r.Sheets) == 0 {
			return exitUnusable
		}
	}
	return exitConforms
}
