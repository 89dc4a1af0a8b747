package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// standardInput is how a user names it.
const standardInput = "-"

// sheetEndings are the file endings that are read from a folder. A file that is named on the command line is read whatever its ending.
var sheetEndings = []string{
	".txt", ".text", ".eml", ".md", ".markdown", ".yaml", ".yml", ".json", ".xlsx", ".docx", ".csv", ".tsv", ".html", ".htm", ".pdf", ".curl",
}

// loadInputs finds the inputs, and loads them.
func loadInputs(args []string, stdin io.Reader, notes io.Writer) ([]sheet.Input, error) {
	inputs, err := findInputs(args, notes)
	for i, in := range inputs {
		inputs[i] = load(in, stdin)
	}
	return inputs, err
}

// unopened has each input loaded when its turn comes to be read, and none any more when that is interrupted.
func unopened(ctx context.Context, inputs []sheet.Input, stdin io.Reader) []sheet.Input {
	for i, in := range inputs {
		inputs[i].Open = func() sheet.Input {
			if ctx.Err() != nil {
				return unread(in.Name, ctx.Err(), "read it again")
			}
			return load(in, stdin)
		}
	}
	return inputs
}

// findInputs names what every SHEET argument leads to: a file, a folder (recursively), a glob, or "-". What cannot be read becomes an input that says
// why, so that the others are still judged; an argument that leads to nothing is one, never an empty run. Files that a folder holds beside its
// sheets are named on notes, so that nothing is left out in silence.
func findInputs(args []string, notes io.Writer) ([]sheet.Input, error) {
	var inputs []sheet.Input
	seen := map[string]bool{}
	for _, arg := range args {
		found, err := expand(arg, notes)
		if err != nil {
			return nil, err
		}
		for _, in := range found {
			if name := filepath.Clean(in.Name); !seen[name] {
				seen[name] = true
				inputs = append(inputs, in)
			}
		}
	}
	return inputs, nil
}

// expand turns one argument into inputs that are named and not read yet.
func expand(arg string, notes io.Writer) ([]sheet.Input, error) {
	if arg == standardInput {
		return []sheet.Input{{Name: arg}}, nil
	}
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		return walk(arg, notes), nil
	case err == nil:
		return []sheet.Input{{Name: arg}}, nil
	case strings.ContainsAny(arg, "*?["):
		return glob(arg, notes)
	}
	return []sheet.Input{unread(arg, err, "name a file, a folder, a pattern, or - for standard input")}, nil
}

func glob(pattern string, notes io.Writer) ([]sheet.Input, error) {
	matches, err := filepath.Glob(pattern)
	if err != nil {
		return nil, usageError("see the patterns of the shell: * ? [a-z]", "%q is not a pattern: %w", pattern, err)
	}
	var inputs []sheet.Input
	for _, m := range matches {
		if strings.HasPrefix(filepath.Base(m), ".") && !strings.HasPrefix(filepath.Base(pattern), ".") {
			continue // as in a shell
		}
		more, err := expand(m, notes)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, more...)
	}
	if len(inputs) == 0 {
		return []sheet.Input{{Name: pattern, Problem: fmt.Sprintf("no file matches %q", pattern), Hint: "check the spelling"}}, nil
	}
	return inputs, nil
}

func walk(dir string, notes io.Writer) []sheet.Input {
	var inputs []sheet.Input
	var left []string
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			inputs = append(inputs, unread(path, err, "check the permissions of the folder"))
		case path != dir && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return filepath.SkipDir
			}
		case d.IsDir(), d.Name() == configName, d.Name() == waiversName, d.Name() == attestationsName:
		case slices.Contains(sheetEndings, strings.ToLower(filepath.Ext(path))) && mayBeRead(path):
			inputs = append(inputs, sheet.Input{Name: path})
		default:
			left = append(left, d.Name())
		}
		return nil
	})
	if len(left) > 0 {
		fmt.Fprintf(notes, "sheetprobe: left out in %s, not the ending of a sheet: %s\n", dir, strings.Join(left, ", "))
	}
	if len(inputs) == 0 {
		return []sheet.Input{{Name: dir, Problem: fmt.Sprintf("the folder %q holds no sheet", dir), Hint: "sheets end in " + strings.Join(sheetEndings, " ")}}
	}
	return inputs
}

// mayBeRead says that a file of a folder is no pipe, device or folder behind a link, on which reading could wait for ever. Why one that is
// not there cannot be read is said by reading it.
func mayBeRead(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular()
}

// load reads at most one byte more than a document may have: the engine then says that it is too large.
func load(in sheet.Input, stdin io.Reader) sheet.Input {
	if in.Problem != "" {
		return in
	}
	from, size := stdin, int64(0)
	if in.Name != standardInput {
		f, err := os.Open(in.Name)
		if err != nil {
			return unread(in.Name, err, "check the path and its permissions")
		}
		defer f.Close()
		from = f
		if info, err := f.Stat(); err == nil {
			size = min(info.Size(), sheet.MaxBytes)
		}
	}
	data := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	if _, err := data.ReadFrom(io.LimitReader(from, sheet.MaxBytes+1)); err != nil {
		return unread(in.Name, err, "check the file")
	}
	in.Data = data.Bytes()
	return in
}

func unread(name string, err error, hint string) sheet.Input {
	return sheet.Input{Name: name, Problem: fmt.Sprintf("cannot read %q: %v", name, cause(err)), Hint: hint}
}

// cause drops the path from a file error, which the message has already named.
func cause(err error) error {
	switch outermost := err.(type) { //nolint:errorlint // only the outermost error repeats the path
	case *fs.PathError:
		return outermost.Err
	case *os.LinkError:
		return outermost.Err
	}
	return err
}

// occupied says why an address is not listened on: which it is, and not by which call of the system that was found out. It goes on with a sentence.
func occupied(err error) error {
	var op *net.OpError
	if !errors.As(err, &op) || op.Addr == nil {
		return fmt.Errorf(": %w", err)
	}
	why := op.Err
	if call := (*os.SyscallError)(nil); errors.As(why, &call) {
		why = call.Err
	}
	return fmt.Errorf(" on %q: %w", op.Addr.String(), why)
}
