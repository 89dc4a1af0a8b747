package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/native"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

func newSchema(w World) *cobra.Command {
	var config, response, output string
	cmd := &cobra.Command{
		Use:   "schema SHEET...",
		Short: "Print the JSON Schemas inferred from the examples",
		Long: `Prints what answers are compared with, as JSON Schema draft-07: the shape of all
documented success responses of an API together, and of all its error
responses. A $comment tells how often a key was seen, and whether it is a guess
that it is always there. Nothing is sent.

With -o yaml, the sheets are printed in the native form with the schema of each
response beside its example: save it, edit the schemas, and use it in place of
the document. With --response, and one API, the schema alone is printed.

Exit codes: 0, 2 (wrong usage), 3 (a document holds no sheet that can be read)`,
		Example: `  sheetprobe schema otp.txt
  sheetprobe schema otp.txt --response success > success.schema.json
  sheetprobe schema otp.txt -o yaml > otp.yaml`,
		Args: sheetArgs,
	}
	outputFlag(cmd, &output, "json", "yaml")
	cmd.Flags().StringVar(&response, "response", "", "print the schema of one kind of response alone: success or error")
	cmd.Flags().StringVar(&config, "config", "", "configuration `FILE` (default sheetprobe.yaml, where there is one)")
	offer(cmd, "response", cobra.ShellCompDirectiveNoFileComp, "success", "error")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if response != "" && response != string(probe.OutcomeSuccess) && response != string(probe.OutcomeError) {
			return usageError("use success or error", "--response %q is neither", response)
		}
		c, err := settle(cmd, w)
		if err != nil {
			return err
		}
		readings, err := readAll(w, args)
		if err != nil {
			return err
		}
		c.apply(readings, w.Err)
		return printSchemas(w, readings, probe.Outcome(response), output)
	}
	return cmd
}

func printSchemas(w World, readings []sheet.Reading, response probe.Outcome, output string) error {
	var sheets []*probe.Sheet
	for _, r := range readings {
		sheets = append(sheets, r.Sheets...)
		for _, d := range r.Diagnostics {
			printfTo(w.Err, "%s: %s\n", r.Document.Name, d.Message)
		}
	}
	var text []byte
	var err error
	switch {
	case output == "yaml" && response != "":
		return usageError("leave out one of them", "--response and -o yaml do not go together")
	case output == "yaml":
		text, err = native.Marshal(withSchemas(sheets))
	case response != "" && len(sheets) != 1:
		return usageError("name one sheet, or leave out --response", "--response is for one API, and there are %d", len(sheets))
	case response != "":
		if text = schemaOf(sheets[0], response); text == nil {
			return unusable("`sheetprobe read` shows what the sheet holds", "%q documents no %s response with a JSON body", sheets[0].Name, response)
		}
	default:
		text, err = allSchemas(sheets)
	}
	if err != nil {
		return unusable("please report this as a bug", "cannot write the schemas: %w", err)
	}
	if _, err = w.Out.Write(text); err != nil {
		return err
	}
	return exitWith(readable(readings))
}

// schemaOf is the schema of all responses of an outcome together; nil where none has a JSON body. A hand-written one is printed as it stands.
func schemaOf(s *probe.Sheet, o probe.Outcome) []byte {
	responses := s.Success
	if o == probe.OutcomeError {
		responses = s.Errors
	}
	var examples []*nearjson.Value
	for _, r := range responses {
		switch {
		case r.Schema != nil && len(responses) == 1:
			return indented(r.Schema)
		case r.Body.Value != nil:
			examples = append(examples, r.Body.Value)
		}
	}
	if len(examples) == 0 {
		return nil
	}
	return judge.ShapeOf(s, o, examples).Document()
}

func indented(text []byte) []byte {
	var out bytes.Buffer
	if json.Indent(&out, text, "", "  ") != nil {
		return text
	}
	return append(out.Bytes(), '\n')
}

// allSchemas writes one object: by API, by kind of response.
func allSchemas(sheets []*probe.Sheet) ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	used := map[string]int{}
	for i, s := range sheets {
		if i > 0 {
			out.WriteByte(',')
		}
		name := s.Name
		if used[s.Name]++; used[s.Name] > 1 { // a key of its own
			name = fmt.Sprintf("%s (%d)", s.Name, used[s.Name])
		}
		out.Write(nearjson.AppendQuoted(nil, name))
		out.WriteString(":{")
		comma := ""
		for _, o := range []probe.Outcome{probe.OutcomeSuccess, probe.OutcomeError} {
			if text := schemaOf(s, o); text != nil {
				fmt.Fprintf(&out, "%s%q:%s", comma, string(o)+"_response", text)
				comma = ","
			}
		}
		out.WriteByte('}')
	}
	out.WriteByte('}')
	var tidy bytes.Buffer
	err := json.Indent(&tidy, out.Bytes(), "", "  ")
	tidy.WriteByte('\n')
	return tidy.Bytes(), err
}

// withSchemas puts beside each example the schema that is inferred from it. The overrides are in the schemas then.
func withSchemas(sheets []*probe.Sheet) []*probe.Sheet {
	all := make([]*probe.Sheet, len(sheets))
	for i, s := range sheets {
		one := *s
		one.Success, one.Errors = schemasBeside(s, probe.OutcomeSuccess, s.Success), schemasBeside(s, probe.OutcomeError, s.Errors)
		one.Overrides = nil
		all[i] = &one
	}
	return all
}

func schemasBeside(s *probe.Sheet, o probe.Outcome, responses []probe.Response) []probe.Response {
	all := make([]probe.Response, len(responses))
	for i, r := range responses {
		if r.Schema == nil && r.Body.Value != nil {
			r.Schema = judge.ShapeOf(s, o, []*nearjson.Value{r.Body.Value}).Document()
		}
		all[i] = r
	}
	return all
}
