package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newMan is hidden: packages are made with it, and whoever wants the pages of a program that was built by hand.
func newMan(w World) *cobra.Command {
	return &cobra.Command{
		Use:    "man FOLDER",
		Short:  "Write the manual pages",
		Hidden: true,
		Long: `Writes a manual page of each command into FOLDER, which is made where there is
none, for "man -l FOLDER/sheetprobe.1", or for a folder of your MANPATH.

Exit codes: 0, 2 (wrong usage, or FOLDER cannot be written to)`,
		Example: "  sheetprobe man ~/.local/share/man/man1",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError("as in `sheetprobe man ~/.local/share/man/man1`", "name one folder for the pages")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return writePages(w, cmd.Root(), args[0]) },
	}
}

func writePages(w World, root *cobra.Command, folder string) error {
	const hint = "choose a folder that can be written to"
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // everybody may read a manual
		return usageError(hint, "cannot make %q: %w", folder, cause(err))
	}
	pages := 0
	var write func(cmd *cobra.Command) error
	write = func(cmd *cobra.Command) error {
		file := filepath.Join(folder, pageName(cmd)+".1")
		if err := os.WriteFile(file, []byte(manPage(cmd)), 0o644); err != nil { //nolint:gosec // as above
			return usageError(hint, "cannot write %q: %w", file, cause(err))
		}
		pages++
		for _, sub := range shownCommands(cmd) {
			if err := write(sub); err != nil {
				return err
			}
		}
		return nil
	}
	if err := write(root); err != nil {
		return err
	}
	printfTo(w.Out, "%d pages in %s\n", pages, folder)
	return nil
}

// shownCommands are those that the help lists.
func shownCommands(cmd *cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			all = append(all, sub)
		}
	}
	return all
}

// pageName is as in "sheetprobe-history-show".
func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// manPage is the page of a command, see man(7). It has no date, so that the same program gives the same bytes.
func manPage(cmd *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %s 1 \"\" %s \"Commands\"\n", quotedRoff(strings.ToUpper(pageName(cmd))), quotedRoff("sheetprobe "+programVersion()))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(pageName(cmd)), roff(cmd.Short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n\\fB%s\\fR%s\n", roff(cmd.CommandPath()), roff(strings.TrimPrefix(cmd.UseLine(), cmd.CommandPath())))
	asItStands(&b, "DESCRIPTION", firstLong(cmd))
	flags(&b, "OPTIONS", cmd.NonInheritedFlags())
	flags(&b, "OPTIONS OF ALL COMMANDS", cmd.InheritedFlags())
	if subs := shownCommands(cmd); len(subs) > 0 {
		b.WriteString(".SH COMMANDS\n")
		for _, sub := range subs {
			fmt.Fprintf(&b, ".TP\n\\fB%s\\fR(1)\n%s\n", roff(pageName(sub)), roff(sub.Short))
		}
	}
	asItStands(&b, "EXAMPLES", cmd.Example)
	if cmd.HasParent() {
		fmt.Fprintf(&b, ".SH SEE ALSO\n\\fB%s\\fR(1)\n", roff(pageName(cmd.Parent())))
	}
	return b.String()
}

func firstLong(cmd *cobra.Command) string {
	if cmd.Long != "" {
		return cmd.Long
	}
	return cmd.Short
}

// asItStands writes a text that is laid out already.
func asItStands(b *strings.Builder, title, text string) {
	if text = strings.Trim(text, "\n"); text != "" {
		fmt.Fprintf(b, ".SH %s\n.nf\n%s\n.fi\n", title, roff(text))
	}
}

func flags(b *strings.Builder, title string, set *pflag.FlagSet) {
	begun := false
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		if !begun {
			fmt.Fprintf(b, ".SH %s\n", title)
			begun = true
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if value != "" {
			value = " " + value
		}
		fmt.Fprintf(b, ".TP\n\\fB%s\\fR\\fI%s\\fR\n%s\n", roff(name), roff(value), roff(usage))
	})
}

// roff escapes what roff would act on: the backslash, the hyphens of what is to be copied, and a point or an apostrophe that begins a line.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}

func quotedRoff(s string) string { return `"` + strings.ReplaceAll(roff(s), `"`, `\(dq`) + `"` }
