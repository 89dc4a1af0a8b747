package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/hashicorp/go-envparse"
	"golang.org/x/term"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// savedValues is the file that typed values are offered to be saved in.
const savedValues = ".env"

// maxTyped bounds what is read for one value.
const maxTyped = 64 << 10

// errStopped says that nobody answered: the command was interrupted, or the terminal closed.
var errStopped = errors.New("nothing was typed")

// dialogue asks somebody at a terminal.
type dialogue struct {
	ctx  context.Context //nolint:containedctx // it is of one command
	in   *os.File
	out  io.Writer
	file string // where values are saved
}

// atTerminal is a dialogue where somebody can answer: standard input and standard error are terminals, no CI server is at work, and --no-input does not
// forbid it. It is nil where nobody can.
func atTerminal(ctx context.Context, w World, noInput bool, args []string) *dialogue {
	in, ok := w.In.(*os.File)
	out, shown := w.Err.(*os.File)
	ci, _ := lookupEnv(w.Environ, "CI")
	if noInput || !ok || !shown || ci != "" && !strings.EqualFold(ci, "false") || slices.Contains(args, standardInput) {
		return nil
	}
	if !term.IsTerminal(int(in.Fd())) || !term.IsTerminal(int(out.Fd())) {
		return nil
	}
	return &dialogue{ctx: ctx, in: in, out: w.Err, file: savedValues}
}

// askMissing asks for the values that the cases lack, and offers to save them.
func askMissing(d *dialogue, c *config, readings []sheet.Reading, o *engine.Options) error {
	if d == nil {
		return nil
	}
	var typed []probe.Var
	for _, n := range needed(engine.Plan(readings, *o), engine.Redactor(readings, o.Vars)) {
		if n.Set || n.Problem != "" || probe.VarKey(n.Name) == "" {
			continue
		}
		n.Secret = n.Secret || c.namesSecret(n.Name)
		if len(typed) == 0 {
			printfTo(d.out, "The sheets need values that are not set. An empty line leaves one out; --no-input asks for none.\n")
		}
		value, err := d.value(n)
		if err != nil {
			return interruptedAsking(err)
		}
		typed = append(typed, probe.Var{Name: n.Name, Value: value, Origin: "typed", Secret: n.Secret})
	}
	typed = slices.DeleteFunc(typed, func(v probe.Var) bool { return v.Value == "" })
	if len(typed) == 0 {
		return nil
	}
	o.Vars = probe.NewVars(append(o.Vars.All(), typed...)...)
	return interruptedAsking(d.offerToSave(typed))
}

func interruptedAsking(err error) error {
	if errors.Is(err, errStopped) {
		return &exitError{code: exitInterrupted, err: errors.New("interrupted while asking for values; nothing was sent"), hint: "--no-input asks for none; `sheetprobe vars SHEET` lists them"}
	}
	return err
}

// value asks for one value; one that is secret is not shown.
func (d *dialogue) value(n report.Needed) (string, error) {
	hint := ""
	if len(n.Places) > 0 {
		hint = fmt.Sprintf(" of %q", n.Places[0].API)
	}
	if n.Secret {
		return d.line(fmt.Sprintf("%s%s (secret, not shown): ", n.Name, hint), true)
	}
	return d.line(fmt.Sprintf("%s%s: ", n.Name, hint), false)
}

// line asks for a line. The terminal is as before when it returns, also where the command is interrupted meanwhile.
func (d *dialogue) line(prompt string, secret bool) (string, error) {
	fd := int(d.in.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", errStopped
	}
	printfTo(d.out, "%s", inertPrompt(prompt))
	type answer struct {
		text string
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		if secret {
			text, err := term.ReadPassword(fd)
			printfTo(d.out, "\n")
			answered <- answer{string(text), err}
			return
		}
		text, err := lineFrom(d.in)
		answered <- answer{text, err}
	}()
	select {
	case a := <-answered:
		if a.err != nil || len(a.text) > maxTyped {
			return "", errStopped
		}
		return strings.TrimSpace(a.text), nil
	case <-d.ctx.Done():
		_ = term.Restore(fd, before)
		printfTo(d.out, "\n")
		return "", errStopped
	}
}

// inertPrompt keeps a name of a document from acting on the terminal.
func inertPrompt(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7F && r < 0xA0 || r >= 0x2028 && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
			return '?'
		}
		return r
	}, s)
}

// lineFrom reads a line and nothing behind it, so that the next question finds the rest.
func lineFrom(in io.Reader) (string, error) {
	var line []byte
	var one [1]byte
	for len(line) <= maxTyped {
		n, err := in.Read(one[:])
		if n == 1 && one[0] == '\n' {
			return strings.TrimSuffix(string(line), "\r"), nil
		}
		if err != nil {
			return "", err
		}
		line = append(line, one[:n]...)
	}
	return "", errors.New("the line is too long")
}

// offerToSave asks whether values are to be kept, of secrets by a question of its own.
func (d *dialogue) offerToSave(typed []probe.Var) error {
	var keep []probe.Var
	for _, secret := range []bool{false, true} {
		of := slices.DeleteFunc(slices.Clone(typed), func(v probe.Var) bool { return v.Secret != secret || variableFor(v) == "" })
		if len(of) == 0 {
			continue
		}
		what := "what is no secret"
		if secret {
			what = "the secrets, readable for you alone,"
		}
		yes, err := d.yes(fmt.Sprintf("Save %s to %s (%s)? [y/N] ", what, d.file, namesOf(of)))
		if err != nil {
			return err
		}
		if yes {
			keep = append(keep, of...)
		}
	}
	if len(keep) == 0 {
		return nil
	}
	if err := saveValues(d.file, keep); err != nil {
		printfTo(d.out, "sheetprobe: the values are not saved: %v; the run goes on with them\n", err)
		return nil
	}
	printfTo(d.out, "Saved. Next time: --vars %[1]s, or `vars: [%[1]s]` in %[2]s. Keep %[1]s out of version control.\n", d.file, configName)
	return nil
}

func namesOf(vars []probe.Var) string {
	var names []string
	for _, v := range vars {
		names = append(names, v.Name)
	}
	return inertPrompt(strings.Join(names, ", "))
}

func (d *dialogue) yes(question string) (bool, error) {
	answer, err := d.line(question, false)
	return strings.EqualFold(answer, "y") || strings.EqualFold(answer, "yes"), err
}

// variableFor is the name by which a value can stand in a file of values; "" where none would be found again.
func variableFor(v probe.Var) string {
	name := variableName(v.Name)
	if probe.VarKey(name) != probe.VarKey(v.Name) || name[0] >= '0' && name[0] <= '9' {
		return ""
	}
	return name
}

// saveValues adds values to a file that nobody else can read. What cannot be read back as it was typed is not saved.
func saveValues(path string, values []probe.Var) error {
	old, err := readSmall(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot read %q: %w", path, cause(err))
	}
	text := string(old)
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	for _, v := range values {
		text += variableFor(v) + "=" + quotedValue(v.Value) + "\n"
	}
	read, err := envparse.Parse(bytes.NewReader([]byte(text)))
	if err != nil {
		return fmt.Errorf("%q would not be readable: %w", path, err)
	}
	for _, v := range values {
		if read[variableFor(v)] != v.Value {
			return fmt.Errorf("the value of %q holds characters that a file of values cannot hold", v.Name)
		}
	}
	return writePrivately(path, []byte(text))
}

// quotedValue is a value as it stands in a .env file.
func quotedValue(value string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.:/@+,", r)
	}
	if value != "" && !strings.ContainsFunc(value, func(r rune) bool { return !plain(r) }) {
		return value
	}
	if !strings.ContainsAny(value, "'\n\r") {
		return "'" + value + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`).Replace(value) + `"`
}

// writePrivately replaces a file by one of the mode 0600, whatever the one before had.
func writePrivately(path string, text []byte) error {
	temp, err := os.CreateTemp(".", ".sheetprobe.*") // 0600
	if err != nil {
		return fmt.Errorf("cannot write into this folder: %w", cause(err))
	}
	defer func() { _ = os.Remove(temp.Name()) }() // which is not there any more where all went well
	_, err = temp.Write(text)
	if err = errors.Join(err, temp.Close()); err != nil {
		return fmt.Errorf("cannot write %q: %w", path, cause(err))
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return fmt.Errorf("cannot write %q: %w", path, cause(err))
	}
	return nil
}
