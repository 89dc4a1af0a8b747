package main

import (
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/native"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// apiOverrides are what a configuration says of the answers of one API, so that a document that nobody may touch need not be touched.
type apiOverrides struct {
	api          string // its name, or "*" for all
	overrides    []probe.ShapeOverride
	line, column int
}

// configured are the overrides, each saying that it does not stand in a sheet.
func (o *apiOverrides) configured() []probe.ShapeOverride {
	all := slices.Clone(o.overrides)
	for i := range all {
		all[i].Configured = o.api
	}
	return all
}

// readOverrides reads a map from APIs to overrides. The places of YAML nodes are those of the whole file, so that it is read once more as a tree
// that keeps them.
func (c *config) readOverrides(n *yaml.Node, data []byte) error {
	if n.Kind != yaml.MappingNode {
		return c.errorAt(n, "write them as `API name: {/data/id: {optional: true}}`", "overrides must be a map from API to JSON Pointers")
	}
	if err := eachOnce(c.path, n); err != nil {
		return err
	}
	root, err := c.placedTree(n, data)
	if err != nil {
		return err
	}
	all := root.Get("overrides")
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		overrides, problems := native.Overrides(all.Get(key.Value))
		if len(problems) > 0 {
			p := problems[0]
			return usageError(p.Hint, "%s:%d:%d: %s", c.path, p.At.Line, p.At.Column, p.Message)
		}
		c.overrides = append(c.overrides, apiOverrides{key.Value, overrides, key.Line, key.Column})
	}
	return nil
}

// placedTree reads the file once more, as a tree that keeps the places of all values.
func (c *config) placedTree(n *yaml.Node, data []byte) (*tree.Node, error) {
	document, err := source.Decode(c.path, data)
	if err != nil {
		return nil, c.errorAt(n, "write the file in UTF-8", "%v", err)
	}
	roots, err := tree.Parse(document.Text())
	if err != nil || len(roots) != 1 {
		return nil, c.errorAt(n, "write one document", "the file cannot be read: %v", err)
	}
	return roots[0], nil
}

// applyOverrides adds to every sheet what the configuration says of it. An API that none of these sheets describes is named on notes: it may be
// misspelt, or be of a sheet that is not looked at now.
func (c *config) applyOverrides(readings []sheet.Reading, notes io.Writer) {
	var names []string
	for _, r := range readings {
		for _, s := range r.Sheets {
			names = append(names, s.Name)
		}
	}
	for _, o := range c.overrides {
		matched := o.api == "*" || len(names) == 0
		for _, r := range readings {
			for _, s := range r.Sheets {
				if o.api == "*" || strings.EqualFold(s.Name, o.api) || probe.Slug(s.Name) == o.api {
					matched = true
					c.noteMisplaced(s, o, notes)
					s.Overrides = append(s.Overrides, o.configured()...)
				}
			}
		}
		if !matched {
			printfTo(notes, "sheetprobe: %s:%d:%d: the overrides of %q are for none of these sheets; %s\n",
				c.path, o.line, o.column, o.api, didYouMean(o.api, names, "the APIs are: "+strings.Join(names, ", ")))
		}
	}
}

// noteMisplaced names the overrides that change nothing of the API that they are for. Those of all APIs may be meant for another one.
func (c *config) noteMisplaced(s *probe.Sheet, o apiOverrides, notes io.Writer) {
	if o.api == "*" {
		return
	}
	for _, override := range o.overrides {
		if err := native.Misplaced(s, override); err != nil {
			printfTo(notes, "sheetprobe: %s:%d:%d: the override changes nothing: %v\n", c.path, override.At.Line, override.At.Column, err)
		}
	}
}
