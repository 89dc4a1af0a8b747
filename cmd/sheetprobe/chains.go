package main

import (
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/native"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// apiChain is what a configuration says of the identity of an API, of what its answer supplies, and of what it needs, so that a document of any
// format can be part of a chain.
type apiChain struct {
	api          string // its name, or "*" for all
	chain        native.Chain
	line, column int
}

func (c *config) readChains(n *yaml.Node, data []byte) error {
	if n.Kind != yaml.MappingNode {
		return c.errorAt(n, "write them as `API name: {auth: {type: basic, ...}, needs: [Login]}`", "apis must be a map from API to what is said of it")
	}
	if err := eachOnce(c.path, n); err != nil {
		return err
	}
	root, err := c.placedTree(n, data)
	if err != nil {
		return err
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		chain, problems := native.ReadChain(root.Get("apis").Get(key.Value))
		if len(problems) > 0 {
			p := problems[0]
			return usageError(p.Hint, "%s:%d:%d: %s", c.path, p.At.Line, p.At.Column, p.Message)
		}
		c.chains = append(c.chains, apiChain{key.Value, chain, key.Line, key.Column})
	}
	return nil
}

// apply lets the sheets be as the configuration says: overrides, identities and chains.
func (c *config) apply(readings []sheet.Reading, notes io.Writer) {
	c.applyOverrides(readings, notes)
	var names []string
	for _, r := range readings {
		for _, s := range r.Sheets {
			names = append(names, s.Name)
			for _, chain := range c.chains {
				if chain.of(s) {
					chain.applyTo(s)
				}
			}
		}
	}
	for _, chain := range c.chains {
		if chain.api != "*" && len(names) > 0 && !chain.ofAny(readings) {
			printfTo(notes, "sheetprobe: %s:%d:%d: what is said of %q is for none of these sheets; %s\n",
				c.path, chain.line, chain.column, chain.api, didYouMean(chain.api, names, "the APIs are: "+strings.Join(names, ", ")))
		}
	}
}

func (a apiChain) of(s *probe.Sheet) bool {
	return a.api == "*" || strings.EqualFold(s.Name, a.api) || probe.Slug(s.Name) == a.api
}

func (a apiChain) ofAny(readings []sheet.Reading) bool {
	for _, r := range readings {
		for _, s := range r.Sheets {
			if a.of(s) {
				return true
			}
		}
	}
	return false
}

// applyTo replaces what the sheet says of its identity; captures and needs are added. Their places are not in the sheet's document, and so
// are not kept.
func (a apiChain) applyTo(s *probe.Sheet) {
	if a.chain.Auth != nil {
		identity := *a.chain.Auth
		identity.At = source.Span{}
		identity.Text = unplaced(identity.Text)
		s.Auth = &identity
	}
	for _, c := range a.chain.Capture {
		s.Capture = append(s.Capture, probe.Capture{Name: c.Name, From: c.From})
	}
	s.Needs = append(s.Needs, a.chain.Needs...)
}

func unplaced(placed []probe.Header) []probe.Header {
	bare := slices.Clone(placed)
	for i := range bare {
		bare[i].At = source.Span{}
	}
	return bare
}
