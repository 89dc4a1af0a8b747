package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	_ "embed"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/blank"
	"github.com/sheetprobe/sheetprobe/probe/sheet/native"
)

// configTemplate is a configuration of which every option is commented out.
//
//go:embed templates/sheetprobe.yaml
var configTemplate []byte

// schemaFolder holds what editors need. Its name keeps it from being read as a folder of sheets.
const schemaFolder = ".sheetprobe"

// ignored are the lines of a .gitignore that keep secrets out of version control.
var ignored = []string{".env", "*.env", "secrets/"}

// allFormats stands for every format of the form.
const allFormats = "all"

// The schemas that init prints.
const (
	schemaNative = "native"
	schemaConfig = "config"
)

// initFlags say what is written.
type initFlags struct {
	formats []string
	schema  string
	force   bool
}

func newInit(w World) *cobra.Command {
	var f initFlags
	cmd := &cobra.Command{
		Use:   "init [FOLDER]",
		Short: "Begin: a commented configuration, and a blank sheet to send to an API owner",
		Long: `Writes into FOLDER (by default the current one):

  sheetprobe.yaml   every option with an example, all of them commented out
  .gitignore        lines that keep files of secrets out of version control
  api-sheet.xlsx    the ten fields of a sheet, to be filled in by an API owner;
                    --format chooses other kinds of file
  .sheetprobe/      the JSON Schemas of the configuration and of native sheets,
                    by which editors complete and check them

What is there already stays as it is, unless --force is given. --schema prints
a schema (JSON Schema draft-07) instead, and writes nothing.

Exit codes: 0, 2 (wrong usage, or a file cannot be written)`,
		Example: `  sheetprobe init
  sheetprobe init checks --format docx --format md
  sheetprobe init --schema=config > config.schema.json`,
		Args: atMostOne("as in `sheetprobe init checks`", "name one FOLDER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("schema") {
				return printSchema(w.Out, firstOf(append(args, f.schema)...)) // "--schema config" leaves the form an argument
			}
			return f.begin(w, firstOf(append(args, ".")...))
		},
	}
	names := append(blank.Names(), allFormats)
	cmd.Flags().StringSliceVar(&f.formats, "format", []string{"xlsx"}, "`FORMAT` of the blank sheet: "+strings.Join(names, ", ")+"; repeatable")
	cmd.Flags().StringVar(&f.schema, "schema", "", "print the JSON Schema of `FORM` instead: native (sheets) or config (sheetprobe.yaml)")
	cmd.Flags().Lookup("schema").NoOptDefVal = schemaNative
	cmd.Flags().BoolVar(&f.force, "force", false, "replace files that are there")
	offer(cmd, "format", cobra.ShellCompDirectiveNoFileComp, names...)
	offer(cmd, "schema", cobra.ShellCompDirectiveNoFileComp, schemaNative, schemaConfig)
	return cmd
}

func printSchema(w io.Writer, form string) error {
	text, err := schemaText(form)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

func schemaText(form string) ([]byte, error) {
	switch form {
	case schemaNative:
		return native.JSONSchema(), nil
	case schemaConfig:
		schema, err := configSchema()
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		err = probe.EncodeJSON(&b, schema)
		return b.Bytes(), err
	}
	return nil, usageError("use --schema=native or --schema=config", "--schema: there is no form %q", form)
}

// begin writes the files, and says which, and what to do next.
func (f *initFlags) begin(w World, folder string) error {
	forms, err := f.forms()
	if err != nil {
		return err
	}
	files := map[string]func(io.Writer) error{
		filepath.Join(folder, configName):                         literally(configTemplate),
		filepath.Join(folder, schemaFolder, "config.schema.json"): func(w io.Writer) error { return printSchema(w, schemaConfig) },
		filepath.Join(folder, schemaFolder, "sheet.schema.json"):  func(w io.Writer) error { return printSchema(w, schemaNative) },
	}
	for _, form := range forms {
		files[filepath.Join(folder, form.File)] = form.Write
	}
	if err := os.MkdirAll(filepath.Join(folder, schemaFolder), 0o755); err != nil { //nolint:gosec // nothing in it is a secret
		return usageError("choose another folder", "cannot make the folder %q: %w", folder, cause(err))
	}
	var paths []string
	for path := range files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		if err := f.place(w, path, files[path]); err != nil {
			return err
		}
	}
	if err := ignoreSecrets(w, filepath.Join(folder, ".gitignore")); err != nil {
		return err
	}
	next(w.Out, folder, forms[0])
	return nil
}

func literally(text []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}
}

// forms are the kinds of file that the blank sheet is written as, each once.
func (f *initFlags) forms() ([]blank.Format, error) {
	var all []blank.Format
	seen := map[string]bool{}
	for _, name := range f.formats {
		if name == allFormats {
			return blank.Formats(), nil
		}
		form, ok := blank.ByName(name)
		if !ok {
			known := append(blank.Names(), allFormats)
			return nil, usageError(didYouMean(name, known, "known are: "+strings.Join(known, ", ")), "--format: a blank sheet cannot be %q", name)
		}
		if !seen[name] {
			all = append(all, form)
		}
		seen[name] = true
	}
	if len(all) == 0 {
		return nil, usageError("as in --format docx", "--format names no format")
	}
	return all, nil
}

// place writes a file that is not there, or replaces it where that was asked for.
func (f *initFlags) place(w World, path string, write func(io.Writer) error) error {
	_, err := os.Lstat(path)
	there := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usageError("check the path and its permissions", "cannot write %q: %w", path, cause(err))
	}
	if there && !f.force {
		printfTo(w.Out, "kept      %s, which is there already (--force replaces it)\n", path)
		return nil
	}
	if err := writeFile(path, write); err != nil {
		return usageError("check the folder and its permissions", "cannot write %q: %w", path, cause(err))
	}
	done := "wrote"
	if there {
		done = "replaced"
	}
	printfTo(w.Out, "%-9s %s\n", done, path)
	return nil
}

// ignoreSecrets adds to a .gitignore the lines that it lacks. It replaces nothing.
func ignoreSecrets(w World, path string) error {
	old, err := readSmall(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usageError("check the file", "cannot read %q: %w", path, cause(err))
	}
	have := strings.Fields(string(old))
	missing := slices.DeleteFunc(slices.Clone(ignored), func(line string) bool { return slices.Contains(have, line) })
	if len(missing) == 0 {
		return nil
	}
	text := string(old)
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	text += strings.Join(missing, "\n") + "\n"
	if err := writeFile(path, literally([]byte(text))); err != nil {
		return usageError("check the folder and its permissions", "cannot write %q: %w", path, cause(err))
	}
	printfTo(w.Out, "%-9s %s: %s\n", "added to", path, strings.Join(missing, ", "))
	return nil
}

// next says what to do now.
func next(w io.Writer, folder string, form blank.Format) {
	sheet := filepath.Join(folder, form.File)
	if strings.ContainsAny(sheet, " \t$&;()'*?") {
		sheet = fmt.Sprintf("%q", sheet)
	}
	printfTo(w, "\nnext      send the blank sheet to the API owner, or fill it in; what is missing says\n          sheetprobe lint %s\n", sheet)
	if filepath.Clean(folder) != "." {
		printfTo(w, "          %s is read by commands that are run in its folder, or by --config\n", configName)
	}
}
