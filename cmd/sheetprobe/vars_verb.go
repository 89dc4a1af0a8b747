package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

func newVars(w World) *cobra.Command {
	var flags caseFlags
	var output string
	cmd := &cobra.Command{
		Use:   "vars SHEET...",
		Short: "List the values that the sheets need, what is set, and from where",
		Long: `Lists every placeholder that a case of run needs, with the same flags: where it
is written, which cases need it, whether it is set and from where, and how to
supply it where it is not. Sources of secrets are asked, as run would; secrets
are never shown. Nothing is sent.

An answer that another of the sheets documents may hold what is needed: that is
proposed, and never done unasked.

Exit codes: 0 (all are set), 2 (wrong usage),
  3 (a value is missing, or a document holds no sheet that can be read)`,
		Example: `  sheetprobe vars sheets/
  sheetprobe vars otp.txt --vars staging.env -o json`,
		Args: sheetArgs,
	}
	outputFlag(cmd, &output, "text", "json")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := settle(cmd, w)
		if err != nil {
			return err
		}
		options, err := flags.options(c, w.Environ)
		if err != nil {
			return err
		}
		given := options.Vars
		readings, options, err := flags.prepare(cmd.Context(), w, c, args, options)
		if err != nil {
			return err
		}
		return printVars(w, readings, options, given, output)
	}
	flags.register(cmd)
	return cmd
}

func printVars(w World, readings []sheet.Reading, o engine.Options, given probe.Vars, output string) error {
	plans, mask := engine.Plan(readings, o), engine.Redactor(readings, o.Vars)
	if err := matchesSomething(each(plans), o); err != nil {
		return err
	}
	for _, r := range readings {
		for _, d := range r.Diagnostics {
			printfTo(w.Err, "%s: %s\n", r.Document.Name, d.Message)
		}
	}
	if len(plans) == 0 && output == "text" { // there is nothing to list, which must not look as if nothing were needed
		return exitWith(readable(readings))
	}
	values := report.Values{Placeholders: needed(plans, mask)}
	for _, p := range plans {
		for i := range p.Cases {
			if p.Cases[i].Skip == "" {
				values.Cases++
			}
		}
	}
	values.Unneeded = unneeded(plans, given)
	write := func() error { return report.Vars(w.Out, values, terminalLook(w, false)) }
	if output == "json" {
		write = func() error { return report.VarsJSON(w.Out, values) }
	}
	if err := write(); err != nil {
		return err
	}
	if slices.ContainsFunc(values.Placeholders, func(n report.Needed) bool { return !n.Set }) {
		return exitWith(exitUnusable)
	}
	return exitWith(readable(readings))
}

// needed lists the placeholders of the cases that are to be sent, in the order of the sheets, each name once. One that only some sheets fill for
// themselves is told as the others see it.
func needed(plans []probe.Plan, mask *probe.Redactor) []report.Needed {
	var all []report.Needed
	index := map[string]int{}
	for _, p := range plans {
		for i := range p.Cases {
			c := &p.Cases[i]
			if c.Skip != "" {
				continue
			}
			for _, n := range c.Needs {
				key := probe.VarKey(n.Name)
				if key == "" {
					key = n.Part + n.Written
				}
				at, known := index[key]
				if !known {
					at = len(all)
					index[key] = at
					all = append(all, describe(n, mask))
				}
				if all[at].Set && !n.Set {
					all[at] = withPlacesOf(describe(n, mask), all[at])
				}
				all[at].Cases = append(all[at].Cases, c.ID)
				if place := writtenAt(p.Sheet, n); !slices.Contains(all[at].Places, place) {
					all[at].Places = append(all[at].Places, place)
				}
			}
		}
	}
	proposer := engine.NewProposer(plans)
	for i := range all {
		proposeFor(&all[i], proposer)
	}
	return all
}

func withPlacesOf(n, of report.Needed) report.Needed {
	n.Places, n.Cases = of.Places, of.Cases
	return n
}

// describe tells of a placeholder what its first case tells.
func describe(n probe.Need, mask *probe.Redactor) report.Needed {
	d := report.Needed{
		Name: n.Name, Written: n.Written, Set: n.Set, Secret: n.Value.Secret || probe.LooksSecret(n.Name), From: n.Value.Origin, Problem: n.Value.Problem,
	}
	if n.Set && !d.Secret {
		d.Value = shortened(mask.Text(n.Value.Value))
	}
	if strings.HasPrefix(n.Value.Origin, engine.CapturedFrom) {
		d.Value = "known when the run has called it"
	}
	switch {
	case n.Set:
	case n.Value.Problem != "":
		d.Supply = []string{n.Value.Hint}
	default:
		d.Supply = waysToSupply(n.Name, d.Secret)
	}
	return d
}

func writtenAt(s *probe.Sheet, n probe.Need) report.NeededAt {
	at := report.NeededAt{API: s.Name, Part: n.Part, At: strings.TrimPrefix(n.At.Suffix(), ":")}
	if s.Document != nil {
		at.Document = s.Document.Name
	}
	return at
}

// shortened shows enough of a value to recognise it.
func shortened(value string) string {
	const most = 24
	if runes := []rune(value); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return value
}

// waysToSupply says exactly how to supply a value. A secret is never asked for on the command line.
func waysToSupply(name string, secret bool) []string {
	if probe.VarKey(name) == "" {
		return []string{"ask the API owner for a value, or to name it, as in <<token>>"}
	}
	var ways []string
	if variable := variableName(name); probe.VarKey(variable) == probe.VarKey(name) {
		ways = append(ways, "export "+varPrefix+variable+"=...")
	}
	if secret {
		return append(ways, fmt.Sprintf(`add to sheetprobe.yaml: secrets: {%q: {command: "..."}}, or one of {env: NAME}, {file: PATH}, {keyring: SERVICE/ACCOUNT}`, name),
			"a line of a file for --vars FILE")
	}
	return append(ways, fmt.Sprintf("--var '%s=...'", strings.ReplaceAll(name, "'", "")), fmt.Sprintf("add to sheetprobe.yaml: var: {%q: ...}", name))
}

// variableName writes a name as environment variables are written.
func variableName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, name)
}

// proposeFor adds the APIs that could supply a value. What the sheet gives, or is captured already, needs none.
func proposeFor(n *report.Needed, proposer *engine.Proposer) {
	if n.Name == "" || strings.HasPrefix(n.From, engine.CapturedFrom) || strings.HasPrefix(n.From, plan.FromSheet) {
		return
	}
	for _, p := range proposer.Propose(n.Name) {
		n.Proposals = append(n.Proposals, report.Supplier{API: p.Of.Name, From: p.From, Configuration: p.YAML()})
	}
}

// unneeded lists the values that were given and that no sheet names, so that a slip is seen. A placeholder of a case that is left out counts as one
// that is needed.
func unneeded(plans []probe.Plan, given probe.Vars) []report.Unneeded {
	var names []string
	used := map[string]bool{}
	for _, p := range plans {
		for _, placeholder := range p.Sheet.Placeholder {
			names = append(names, placeholder.Name)
		}
		for i := range p.Cases {
			for _, n := range p.Cases[i].Needs {
				names = append(names, n.Name)
				used[probe.VarKey(n.Value.Name)] = true
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	for _, name := range names {
		used[probe.VarKey(name)] = true
	}
	var all []report.Unneeded
	for _, v := range given.All() {
		if !used[probe.VarKey(v.Name)] {
			all = append(all, report.Unneeded{Name: v.Name, From: v.Origin, DidYouMean: nearest(v.Name, names)})
		}
	}
	return all
}

// nearest is the name that was probably meant: one of a few letters' difference.
func nearest(name string, names []string) string {
	best, distance := "", min(len(name)/3, 3)+1
	for _, n := range names {
		if d := levenshtein.Distance(probe.VarKey(name), probe.VarKey(n), nil); d < distance {
			best, distance = n, d
		}
	}
	return best
}
