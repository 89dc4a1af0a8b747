package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// standardInput is how a user names it.
const standardInput = "-"

// sheetEndings are the file endings that are read from a folder. A file that is named on the command line is read whatever its ending.
var sheetEndings = []string{".txt", ".text", ".eml", ".md", ".yaml", ".yml", ".json"}

// loadInputs reads every SHEET argument: a file, a folder (recursively), a glob, or "-". Files that a folder holds beside its sheets are
// named on notes, so that nothing is left out in silence.
func loadInputs(args []string, stdin io.Reader, notes io.Writer) ([]sheet.Input, error) {
	var inputs []sheet.Input
	seen := map[string]bool{}
	for _, arg := range args {
		paths, err := expand(arg, notes)
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			if seen[filepath.Clean(path)] {
				continue
			}
			seen[filepath.Clean(path)] = true
			in, err := load(path, stdin)
			if err != nil {
				return nil, err
			}
			inputs = append(inputs, in)
		}
	}
	return inputs, nil
}

// expand turns one argument into paths. An argument that leads to nothing is an error, never an empty run.
func expand(arg string, notes io.Writer) ([]string, error) {
	if arg == standardInput {
		return []string{arg}, nil
	}
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		return walk(arg, notes)
	case err == nil:
		return []string{arg}, nil
	case strings.ContainsAny(arg, "*?["):
		return glob(arg, notes)
	}
	return nil, unusable("name a file, a folder, a pattern, or - for standard input", "cannot read %q: %w", arg, cause(err))
}

func glob(pattern string, notes io.Writer) ([]string, error) {
	matches, err := filepath.Glob(pattern)
	if err != nil {
		return nil, usageError("see the patterns of the shell: * ? [a-z]", "%q is not a pattern: %w", pattern, err)
	}
	var paths []string
	for _, m := range matches {
		if strings.HasPrefix(filepath.Base(m), ".") && !strings.HasPrefix(filepath.Base(pattern), ".") {
			continue // as in a shell
		}
		more, err := expand(m, notes)
		if err != nil {
			return nil, err
		}
		paths = append(paths, more...)
	}
	if len(paths) == 0 {
		return nil, unusable("check the spelling", "no file matches %q", pattern)
	}
	return paths, nil
}

func walk(dir string, notes io.Writer) ([]string, error) {
	var paths, left []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != dir && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return filepath.SkipDir
			}
		case d.IsDir(), d.Name() == configName:
		case slices.Contains(sheetEndings, strings.ToLower(filepath.Ext(path))):
			paths = append(paths, path)
		default:
			left = append(left, d.Name())
		}
		return nil
	})
	if err != nil {
		return nil, unusable("check the permissions of the folder", "cannot read the folder %q: %w", dir, cause(err))
	}
	if len(left) > 0 {
		fmt.Fprintf(notes, "sheetprobe: left out in %s, not the ending of a sheet: %s\n", dir, strings.Join(left, ", "))
	}
	if len(paths) == 0 {
		return nil, unusable("sheets end in "+strings.Join(sheetEndings, " "), "the folder %q holds no sheet", dir)
	}
	return paths, nil
}

// load reads at most one byte more than a document may have: the engine then says that it is too large.
func load(path string, stdin io.Reader) (sheet.Input, error) {
	from := stdin
	if path != standardInput {
		f, err := os.Open(path) //nolint:gosec // reading the files that the user names is the job
		if err != nil {
			return sheet.Input{}, unusable("check the path and its permissions", "cannot read %q: %w", path, cause(err))
		}
		defer f.Close()
		from = f
	}
	data, err := io.ReadAll(io.LimitReader(from, sheet.MaxBytes+1))
	if err != nil {
		return sheet.Input{}, unusable("check the file", "cannot read %q: %w", path, cause(err))
	}
	return sheet.Input{Name: path, Data: data}, nil
}

func unusable(hint, format string, args ...any) error {
	return &exitError{code: exitUnusable, err: fmt.Errorf(format, args...), hint: hint}
}

// cause drops the path from a file error, which the message has already named.
func cause(err error) error {
	if pathErr, ok := err.(*fs.PathError); ok { //nolint:errorlint // only the outermost error repeats the path
		return pathErr.Err
	}
	return err
}
