package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

func passwordFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "password-file", "", "take the password from the first line of `FILE`; - is standard input")
}

// maxPasswordLine bounds what is read for a password.
const maxPasswordLine = 4 << 10

// newPassword asks for a password on the terminal, twice and without showing it, or reads the first line of a file or of standard input.
func newPassword(w World, file, name string) (string, error) {
	password, err := readPassword(w, file)
	if err != nil {
		return "", err
	}
	clean, err := access.CleanName(name)
	if err == nil {
		err = access.CheckPassword(clean, password)
	}
	if err != nil {
		return "", usageError("a sentence of a few words is long and easy to keep", "%w", err)
	}
	return password, nil
}

func readPassword(w World, file string) (string, error) {
	if file != "" && file != standardInput {
		f, err := os.Open(file) //nolint:gosec // the user names it
		if err != nil {
			return "", usageError("check the path", "cannot read --password-file %q: %w", file, cause(err))
		}
		defer func() { _ = f.Close() }()
		return firstLine(f)
	}
	if terminal, ok := w.In.(*os.File); ok && file == "" && term.IsTerminal(int(terminal.Fd())) {
		return askTwice(w.Err, func() ([]byte, error) { return term.ReadPassword(int(terminal.Fd())) })
	}
	return firstLine(w.In)
}

// askTwice asks for a password until it was typed the same twice.
func askTwice(out io.Writer, read func() ([]byte, error)) (string, error) {
	var typed [2]string
	for i, prompt := range []string{"Password: ", "Again: "} {
		printfTo(out, "%s", prompt)
		text, err := read()
		printfTo(out, "\n")
		if err != nil {
			return "", usageError("use --password-file where there is no terminal", "no password was typed: %w", err)
		}
		typed[i] = string(text)
	}
	if typed[0] != typed[1] {
		return "", usageError("try again", "the two are not the same")
	}
	return typed[0], nil
}

func firstLine(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, maxPasswordLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", usageError("use --password-file FILE", "no password could be read: %w", cause(err))
	}
	return strings.TrimRight(line, "\r\n"), nil
}
