package main

import (
	"strconv"

	"go.yaml.in/yaml/v4"
)

// readRetention reads which runs `serve` deletes every night: what `history prune` takes as flags.
func (c *config) readRetention(n *yaml.Node) error {
	r := &c.serve.retention
	number := func(into *int) func(*yaml.Node) error {
		return func(n *yaml.Node) (err error) {
			if *into, err = strconv.Atoi(n.Value); err != nil || *into < 1 {
				return c.errorAt(n, "give a number from 1 on", "%q is no number of runs", n.Value)
			}
			return nil
		}
	}
	err := c.fields(n, "retention", []field{
		{"older-than", func(n *yaml.Node) (err error) {
			if r.OlderThan, err = span(n.Value); err != nil || r.OlderThan <= 0 {
				return c.errorAt(n, "write it as 90d, 12w or 36h", "%q is no age", n.Value)
			}
			return nil
		}},
		{"keep", number(&r.Keep)},
		{"beyond", number(&r.Beyond)},
	})
	switch {
	case err != nil:
		return err
	case r.Keep > 0 && r.OlderThan == 0:
		return c.errorAt(n, "add older-than: 90d, or delete all but the newest with beyond: N", "keep has no effect without older-than")
	case r.IsZero():
		return c.errorAt(n, "as in retention: {older-than: 400d, keep: 30}", "the retention does not say what is to be deleted")
	}
	return nil
}
