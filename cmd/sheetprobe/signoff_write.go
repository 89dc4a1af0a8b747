package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func newSignoffWaive(w World) *cobra.Command {
	var waiver signoff.Waiver
	var path string
	cmd := &cobra.Command{
		Use:   "waive [FINGERPRINT]",
		Short: "Write a waiver into a file of waivers",
		Long: `Adds a waiver: of one finding, by its fingerprint, which "signoff check" shows; of
what a rule says of an API (--rule and --api); or of a case that was left out
(--case). What is of our own environment cannot be waived.

Exit codes: 0, 2 (the waiver would count for nothing, or cannot be written)`,
		Example: `  sheetprobe signoff waive 1f2e3d4c5b6a7988 --reason "fixed in 2.1" \
    --owner "A. Person" --expires 2026-12-31
  sheetprobe signoff waive --rule timing.slow --api "Find order" \
    --reason "staging is small" --owner "A. Person" --expires 2026-12-31`,
		Args: atMostOne("as in `sheetprobe signoff waive 1f2e3d4c5b6a7988`", "name one fingerprint"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				waiver.Fingerprint = args[0]
			}
			policy, err := policyOf(cmd, w)
			if err != nil {
				return err
			}
			waiver.Expires = lastDay(waiver.Expires, policy, time.Now())
			if problem := waiver.Objection(policy, time.Now()); problem != "" {
				return usageError("see `sheetprobe signoff waive --help`", "the waiver would count for nothing: %s", problem)
			}
			return appendEntry(w, firstNamed(path, policy.Waivers, waiversName), "waivers", []pair{
				{"fingerprint", waiver.Fingerprint},
				{"rule", waiver.Rule},
				{"api", waiver.API},
				{"case", waiver.Case},
				{"reason", waiver.Reason},
				{"owner", waiver.Owner},
				{"expires", waiver.Expires},
				{"time_zone", waiver.TimeZone},
				{"ticket", waiver.Ticket},
			}, countWaivers)
		},
	}
	flags := cmd.Flags()
	flags.String("config", "", "configuration `FILE` with the policy (default sheetprobe.yaml, where there is one)")
	flags.StringVar(&path, "file", "", "`FILE` of waivers to write to (default: that of the policy, else "+waiversName+")")
	flags.StringVar(&waiver.Rule, "rule", "", "instead of a fingerprint: what the rule `ID` says of --api")
	flags.StringVar(&waiver.API, "api", "", "`NAME` of the API, or a pattern, beside --rule")
	flags.StringVar(&waiver.Case, "case", "", "instead of a fingerprint: cases that were left out, whose ids match `PATTERN`")
	flags.StringVar(&waiver.Reason, "reason", "", "why it may pass")
	flags.StringVar(&waiver.Owner, "owner", "", "`NAME` of who answers for it")
	flags.StringVar(&waiver.Expires, "expires", "", "the last `DAY` on which it counts, as 2026-12-31, or how far ahead it is, as 30d or 8w")
	flags.StringVar(&waiver.TimeZone, "time-zone", "", "`ZONE` of that day (default: that of the policy)")
	flags.StringVar(&waiver.Ticket, "ticket", "", "where it is followed up")
	return cmd
}

func newSignoffAttest(w World) *cobra.Command {
	var a signoff.Attestation
	var path string
	cmd := &cobra.Command{
		Use:   "attest ITEM",
		Short: "Write down who vouches for an item of the checklist",
		Long: `Adds an attestation of an item that evidence cannot show, such as that our
addresses are whitelisted. It counts from the day on which it was given until
its last day. Items: ` + strings.Join(signoff.ChecklistIDs(), ", ") + `, and
those that the policy adds.

Exit codes: 0, 2 (the attestation would count for nothing, or cannot be written)`,
		Example: `  sheetprobe signoff attest access --by "A. Person" --until 2026-12-31 \
    --note "letter of the network team, 12 March"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError("items are: "+strings.Join(signoff.ChecklistIDs(), ", "), "name one item of the checklist")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			policy, err := policyOf(cmd, w)
			if err != nil {
				return err
			}
			a.Item, a.Until = args[0], lastDay(a.Until, policy, time.Now())
			if a.On == "" {
				a.On = policy.Day(time.Now())
			}
			if problem := a.Objection(policy, time.Now()); problem != "" {
				return usageError("see `sheetprobe signoff attest --help`", "the attestation would count for nothing: %s", problem)
			}
			return appendEntry(w, firstNamed(path, policy.Attestations, attestationsName), "attestations", []pair{
				{"item", a.Item}, {"api", a.API}, {"by", a.By}, {"on", a.On}, {"until", a.Until}, {"note", a.Note},
			}, countAttestations)
		},
	}
	flags := cmd.Flags()
	flags.String("config", "", "configuration `FILE` with the policy (default sheetprobe.yaml, where there is one)")
	flags.StringVar(&path, "file", "", "`FILE` of attestations to write to (default: that of the policy, else "+attestationsName+")")
	flags.StringVar(&a.API, "api", "", "`NAME` of the API it is about, or a pattern (default: all)")
	flags.StringVar(&a.By, "by", "", "`NAME` of who vouches for it")
	flags.StringVar(&a.On, "on", "", "the `DAY` on which they said so (default: today)")
	flags.StringVar(&a.Until, "until", "", "the last `DAY` on which it holds, as 2026-12-31, or how far ahead it is, as 30d or 8w")
	flags.StringVar(&a.Note, "note", "", "what it rests on")
	return cmd
}

func atMostOne(hint, message string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usageError(hint, "%s", message)
		}
		return nil
	}
}

// lastDay is a day, where it was given as a length of time from now on.
func lastDay(text string, policy signoff.Policy, now time.Time) string {
	if ahead, err := span(text); err == nil {
		return policy.Day(now.Add(ahead))
	}
	return text
}

// policyOf is the policy of the configuration, else the default.
func policyOf(cmd *cobra.Command, w World) (signoff.Policy, error) {
	c, err := findConfig(cmd, w)
	if err != nil || c.signoff == nil {
		return signoff.DefaultPolicy(), err
	}
	return *c.signoff, nil
}

func firstNamed(names ...string) string {
	return names[slices.IndexFunc(names, func(name string) bool { return name != "" })]
}

// pair is a key of an entry and its value; one without a value is left out.
type pair struct{ key, value string }

// appendEntry adds an entry to the list of a file, and leaves all that stands there as it is. What it wrote is read again before it counts.
func appendEntry(w World, path, list string, pairs []pair, held func(*source.Document) (int, error)) error {
	old, err := readSmall(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usageError("check the path", "cannot read %q: %w", path, cause(err))
	}
	before, err := held(source.NewDocument(path, old, string(old)))
	if err != nil {
		return err
	}
	fresh, at := withEntry(path, old, list, pairs)
	after, err := held(source.NewDocument(path, fresh, string(fresh)))
	if err != nil || after != before+1 {
		return usageError("add it by hand:\n"+entryText(pairs, 2), "%q is not written so that an entry could be put behind the others", path)
	}
	if err := writeFile(path, func(out io.Writer) error { _, err := out.Write(fresh); return err }); err != nil {
		return usageError("choose a file that can be written to with --file", "cannot write %q: %w", path, cause(err))
	}
	printfTo(w.Out, "%s:%d: written\n", path, at)
	return nil
}

func countWaivers(doc *source.Document) (int, error) {
	all, refused, problem := signoff.ReadWaivers(doc)
	if problem != nil {
		return 0, placedProblem(doc, problem)
	}
	return len(all) + len(refused), nil
}

func countAttestations(doc *source.Document) (int, error) {
	all, refused, problem := signoff.ReadAttestations(doc)
	if problem != nil {
		return 0, placedProblem(doc, problem)
	}
	return len(all) + len(refused), nil
}

// withEntry is the file with the entry at its end, and the line in which that begins.
func withEntry(path string, old []byte, list string, pairs []pair) (fresh []byte, line int) {
	var out bytes.Buffer
	out.Write(old)
	if len(old) > 0 && !bytes.HasSuffix(old, []byte("\n")) {
		out.WriteByte('\n')
	}
	indent := 2
	if root := onlyRoot(path, old); root == nil {
		out.WriteString(list + ":\n")
	} else if items := root.Get(list); items != nil && len(items.Items) > 0 {
		indent = max(items.Items[0].At().At().Column-3, 0)
	}
	line = bytes.Count(out.Bytes(), []byte("\n")) + 1
	out.WriteString(entryText(pairs, indent))
	return out.Bytes(), line
}

// onlyRoot is the map that a file holds; nil where it holds nothing yet.
func onlyRoot(path string, data []byte) *tree.Node {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil
	}
	roots, err := tree.Parse(source.NewDocument(path, data, string(data)).Text())
	if err != nil || len(roots) != 1 || roots[0].Kind != nearjson.Object {
		return nil
	}
	return roots[0]
}

func entryText(pairs []pair, indent int) string {
	var out strings.Builder
	lead := strings.Repeat(" ", indent) + "- "
	for _, p := range pairs {
		if p.value == "" {
			continue
		}
		out.WriteString(lead + p.key + ": " + quoted(p.value) + "\n")
		lead = strings.Repeat(" ", indent+2)
	}
	return out.String()
}

// quoted is a text as YAML reads it back, whatever it holds: JSON strings are.
func quoted(text string) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text always can be
	return strings.TrimSuffix(out.String(), "\n")
}
