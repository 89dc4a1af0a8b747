package main

import (
	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/export"
	"github.com/sheetprobe/sheetprobe/probe/plan"
)

func newExport(w World) *cobra.Command {
	var config, baseURL, output string
	var names []string
	for _, f := range export.Formats {
		names = append(names, f.Name)
	}
	cmd := &cobra.Command{
		Use:   "export SHEET...",
		Short: "Write sheets in the forms of other tools",
		Long: `Prints the sheets as an OpenAPI 3.1 document, a Postman collection, a Hurl file
or a shell script of curl commands. Placeholders, and secrets that a sheet
spells out, become variables without a value. What the other form has no place
for is said on the standard error stream. Nothing is sent.

Exit codes: 0, 2 (wrong usage), 3 (a document holds no sheet that can be read,
or an API could not be written)`,
		Example: `  sheetprobe export sheets/ -o openapi > openapi.json
  sheetprobe export otp.txt -o curl > otp.sh && TOKEN=T sh otp.sh`,
		Args: sheetArgs,
	}
	outputFlag(cmd, &output, names...)
	cmd.Flags().StringVar(&baseURL, "base-url", "", "put `URL` in the place of scheme, host and port of every address")
	cmd.Flags().StringVar(&config, "config", "", "configuration `FILE` (default sheetprobe.yaml, where there is one)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := settle(cmd, w)
		if err != nil {
			return err
		}
		if err := plan.CheckBaseURL(baseURL); baseURL != "" && err != nil {
			return usageError("as in --base-url http://127.0.0.1:8080", "--base-url: %w", err)
		}
		readings, err := readAll(w, args)
		if err != nil {
			return err
		}
		c.apply(readings, w.Err)
		var sheets []*probe.Sheet
		for _, r := range readings {
			sheets = append(sheets, r.Sheets...)
			for _, d := range r.Diagnostics {
				printfTo(w.Err, "%s: %s\n", r.Document.Name, d.Message)
			}
		}
		return printExport(w, output, sheets, export.Options{Mask: engine.Redactor(readings, probe.Vars{}), BaseURL: baseURL}, readable(readings))
	}
	return cmd
}

func printExport(w World, name string, sheets []*probe.Sheet, o export.Options, code int) error {
	for _, f := range export.Formats {
		if f.Name != name {
			continue
		}
		notes, err := export.Write(w.Out, f, sheets, o)
		if err != nil {
			return err
		}
		for _, note := range notes {
			printfTo(w.Err, "sheetprobe: %s\n", note.Text)
			if note.LeftOut {
				code = exitUnusable
			}
		}
	}
	return exitWith(code)
}
