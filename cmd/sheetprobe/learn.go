package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/sheet/native"
)

func newLearn(w World) *cobra.Command {
	var config string
	var db dbFlags
	var write bool
	cmd := &cobra.Command{
		Use:   "learn SHEET RUN...",
		Short: "Propose what recorded answers show beyond the sheet",
		Long: `Compares the sheet with the answers of recorded runs (run --report json=FILE),
and prints as a diff the overrides for sheetprobe.yaml by which they would be
allowed: keys that were left out or are not shown, nulls, keys that are data,
further values and formats. Only cases that conform are learned from: what
deviates is to be put right, not to be learned. Review the diff; --write applies
it. Nothing is sent.

Exit codes: 0, 2 (wrong usage, or RUN is no recorded run), 3 (unreadable sheet)`,
		Example: `  sheetprobe run otp.txt --report json=run.json
  sheetprobe learn otp.txt run.json
  sheetprobe learn otp.txt run.json --write`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usageError("as in `sheetprobe learn otp.txt run.json`", "name one SHEET and at least one recorded RUN")
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&config, "config", "", "configuration `FILE` that is to be changed (default sheetprobe.yaml)")
	db.register(cmd)
	cmd.Flags().BoolVar(&write, "write", false, "change the file")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := settle(cmd, w)
		if err != nil {
			return err
		}
		lessons, err := learn(w, c, db.runs(cmd, w), args)
		if err != nil {
			return err
		}
		if c.path == "" {
			c.path = configName
		}
		return propose(w, c, lessons, write)
	}
	return cmd
}

func learn(w World, c *config, recorded *recordedRuns, args []string) ([]engine.Lesson, error) {
	readings, err := readAll(w, args[:1])
	if err != nil {
		return nil, err
	}
	if readable(readings) != exitConforms {
		return nil, unusable("`sheetprobe lint` says why", "%s holds no sheet that can be read", args[0])
	}
	c.apply(readings, w.Err)
	defer recorded.close()
	var runs []*probe.Run
	for _, path := range args[1:] {
		run, err := recorded.load(path)
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	lessons, unknown := engine.Learn(readings, runs)
	if len(lessons) == 0 {
		slices.Sort(unknown)
		return nil, usageError("name the sheet that was run", "the recorded runs hold no API of the sheet, but %s", strings.Join(unknown, ", "))
	}
	return lessons, nil
}

// propose prints the change as a diff, and what was looked at on standard error.
func propose(w World, c *config, lessons []engine.Lesson, write bool) error {
	before, err := readSmall(c.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usageError("check the path", "cannot read %q: %w", c.path, cause(err))
	}
	after, err := withLessons(c.path, before, lessons)
	if err != nil {
		return err
	}
	for _, l := range lessons {
		printfTo(w.Err, "%s: answers looked at: %d, overrides proposed: %d\n", l.API, l.Answers, len(l.Overrides))
	}
	if bytes.Equal(before, after) {
		return nil
	}
	if _, err := w.Out.Write(diff.Diff(c.path, before, c.path+" (proposed)", after)); err != nil {
		return err
	}
	if !write {
		return nil
	}
	err = writeFile(c.path, func(out io.Writer) error {
		_, err := out.Write(after)
		return err
	})
	if err != nil {
		return usageError("choose a file that can be written", "cannot write %q: %w", c.path, cause(err))
	}
	return nil
}

// withLessons is the text of a configuration with the overrides added. Where it has none yet, they are appended and nothing else changes.
func withLessons(path string, before []byte, lessons []engine.Lesson) ([]byte, error) {
	root, err := yamlMapping(path, before)
	if err != nil {
		return nil, err
	}
	added := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	overrides := added
	if root != nil {
		if i := slices.IndexFunc(root.Content, func(n *yaml.Node) bool { return n.Value == "overrides" }); i >= 0 && i%2 == 0 {
			overrides = root.Content[i+1]
		}
	}
	learned := 0
	for _, l := range lessons {
		if len(l.Overrides) > 0 {
			learned += len(l.Overrides)
			addLesson(overrides, l)
		}
	}
	switch {
	case learned == 0:
		return before, nil
	case overrides != added:
		return dumped(root)
	}
	block, err := dumped(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{text("overrides"), added}})
	if len(before) > 0 && !bytes.HasSuffix(before, []byte("\n")) {
		before = append(slices.Clip(before), '\n')
	}
	return append(slices.Clip(before), block...), err
}

// addLesson puts the overrides of an API behind those that there are.
func addLesson(overrides *yaml.Node, l engine.Lesson) {
	node := native.OverridesNode(l.Overrides)
	for i := 0; i+1 < len(overrides.Content); i += 2 {
		if overrides.Content[i].Value != l.API {
			continue
		}
		known := overrides.Content[i+1]
		for k := 0; k+1 < len(node.Content); k += 2 {
			addOverride(known, node.Content[k], node.Content[k+1])
		}
		return
	}
	overrides.Content = append(overrides.Content, text(l.API), node)
}

// addOverride makes a list of overrides where a pointer has one already.
func addOverride(known, pointer, entry *yaml.Node) {
	for i := 0; i+1 < len(known.Content); i += 2 {
		if known.Content[i].Value != pointer.Value {
			continue
		}
		old := known.Content[i+1]
		if old.Kind != yaml.SequenceNode {
			old = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{old}}
			known.Content[i+1] = old
		}
		if entry.Kind == yaml.SequenceNode {
			old.Content = append(old.Content, entry.Content...)
		} else {
			old.Content = append(old.Content, entry)
		}
		return
	}
	known.Content = append(known.Content, pointer, entry)
}

func text(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }

func dumped(n *yaml.Node) ([]byte, error) {
	var out bytes.Buffer
	dumper, err := yaml.NewDumper(&out, yaml.WithLineWidth(-1), yaml.WithQuotePreference(yaml.QuoteDouble))
	if err != nil {
		return nil, fmt.Errorf("cannot write YAML: %w", err)
	}
	if err := dumper.Dump(n); err != nil {
		return nil, fmt.Errorf("cannot write YAML: %w", err)
	}
	if err := dumper.Close(); err != nil {
		return nil, fmt.Errorf("cannot write YAML: %w", err)
	}
	return out.Bytes(), nil
}
