package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// secretSource is where the configuration says that the value of a secret is to be fetched.
type secretSource struct {
	name  string
	kind  string   // one of sourceKinds
	text  string   // the variable, the path, or SERVICE/ACCOUNT
	argv  []string // of a command
	place string   // in the configuration, as in "sheetprobe.yaml:3:5"
}

var sourceKinds = []string{"env", "file", "command", "keyring"}

// readSecrets reads a map from names to sources. That a source fails is found out when it is asked, and then concerns only the cases that need it.
func (c *config) readSecrets(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return c.errorAt(n, secretExample, "secrets must be a map from names to where their values are")
	}
	if err := eachOnce(c.path, n); err != nil {
		return err
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		s, err := c.readSecret(n.Content[i], n.Content[i+1])
		if err != nil {
			return err
		}
		c.secrets = append(c.secrets, s)
	}
	return c.noSecretTwice()
}

const secretExample = `write them as {token: {env: NAME}}, {file: PATH}, {command: "pass show staging"} or {keyring: SERVICE/ACCOUNT}`

// readSecret reads where one secret comes from.
func (c *config) readSecret(key, value *yaml.Node) (secretSource, error) {
	if value.Kind != yaml.MappingNode || len(value.Content) != 2 {
		// What stands there is not repeated: it may be the secret itself.
		return secretSource{}, c.errorAt(value, secretExample, "the secret %q needs one source: %s", key.Value, strings.Join(sourceKinds, ", "))
	}
	s := secretSource{name: key.Value, kind: value.Content[0].Value, place: fmt.Sprintf("%s:%d:%d", c.path, key.Line, key.Column)}
	if !slices.Contains(sourceKinds, s.kind) {
		return s, c.errorAt(value.Content[0], didYouMean(s.kind, sourceKinds, "known are: "+strings.Join(sourceKinds, ", ")), "unknown source %q of the secret %q", s.kind, s.name)
	}
	return s, c.readSource(&s, value.Content[1])
}

func (c *config) readSource(s *secretSource, n *yaml.Node) (err error) {
	switch {
	case s.kind == "command" && n.Kind == yaml.SequenceNode:
		values, err := c.scalars(n.Content, func(i int) string { return n.Content[i].Value })
		for _, v := range values {
			s.argv = append(s.argv, v.text)
		}
		if err == nil && len(s.argv) == 0 {
			return c.errorAt(n, "name the program", "the command is empty")
		}
		return err
	case n.Kind != yaml.ScalarNode || n.Tag == "!!null" || strings.TrimSpace(n.Value) == "":
		return c.errorAt(n, "give a text", "the %s of the secret %q is empty, or no text", s.kind, s.name)
	}
	s.text = n.Value
	switch s.kind {
	case "command":
		if s.argv, err = splitCommand(n.Value); err != nil {
			return c.errorAt(n, "write `sh -c '...'` where a shell is needed; quote what is meant as it stands", "the command of the secret %q: %v", s.name, err)
		}
	case "keyring":
		if i := strings.LastIndexByte(s.text, '/'); i <= 0 || i == len(s.text)-1 {
			return c.errorAt(n, "write it as keyring: SERVICE/ACCOUNT", "the keyring entry of the secret %q has no service or no account", s.name)
		}
	}
	return nil
}

// noSecretTwice refuses two sources of one value, of which only one could count.
func (c *config) noSecretTwice() error {
	seen := map[string]string{}
	for _, s := range c.secrets {
		key := probe.VarKey(s.name)
		if other, twice := seen[key]; twice {
			return usageError("remove one of them", "%s: the secret %q stands as %q already", s.place, s.name, other)
		}
		seen[key] = s.name
	}
	return nil
}

// splitCommand parts a command line as a shell does, with its quotes and backslashes. What only a shell could do is refused rather than taken for
// an argument.
func splitCommand(line string) ([]string, error) {
	s := splitter{rest: line}
	for s.rest != "" {
		if err := s.step(); err != nil {
			return nil, err
		}
	}
	s.end()
	if len(s.argv) == 0 {
		return nil, fmt.Errorf("it names no program")
	}
	return s.argv, nil
}

type splitter struct {
	rest string
	argv []string
	word strings.Builder
	open bool // a word has begun, if only with quotes around nothing
}

func (s *splitter) end() {
	if s.open {
		s.argv = append(s.argv, s.word.String())
	}
	s.word.Reset()
	s.open = false
}

func (s *splitter) step() error {
	c := s.rest[0]
	s.rest = s.rest[1:]
	switch {
	case strings.IndexByte(" \t\r\n", c) >= 0:
		s.end()
		return nil
	case c == '\'' || c == '"':
		s.open = true
		return s.quoted(c)
	case c == '\\':
		if s.rest == "" {
			return fmt.Errorf("it ends in a backslash")
		}
		c, s.rest = s.rest[0], s.rest[1:]
	case strings.IndexByte("|&;<>$`()*", c) >= 0, c == '~' && !s.open:
		return fmt.Errorf("it runs without a shell, to which %q would mean something", string(c))
	}
	s.open = true
	s.word.WriteByte(c)
	return nil
}

// quoted takes what stands between quotes: all of it between single ones; between double ones, a backslash lets a quote or a backslash stand.
func (s *splitter) quoted(quote byte) error {
	for i := 0; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == quote:
			s.rest = s.rest[i+1:]
			return nil
		case quote == '"' && c == '\\' && i+1 < len(s.rest) && strings.IndexByte("\"\\$`", s.rest[i+1]) >= 0:
			i++
			s.word.WriteByte(s.rest[i])
		case quote == '"' && (c == '$' || c == '`'):
			return fmt.Errorf("it runs without a shell, to which %q would mean something", string(c))
		default:
			s.word.WriteByte(c)
		}
	}
	return fmt.Errorf("a quote is not closed")
}

// namesSecret says that the configuration tells where a value of the name is, so that it is secret wherever else it comes from.
func (c *config) namesSecret(name string) bool {
	return slices.ContainsFunc(c.secrets, func(s secretSource) bool { return probe.VarKey(s.name) == probe.VarKey(name) })
}

// standIn takes the place of the secret until it is known whether it is needed.
func (s secretSource) standIn() probe.Var {
	return probe.Var{Name: s.name, Value: "secret:" + s.name, Origin: s.origin(), Secret: true}
}

// fetchSecrets asks the sources of those secrets that a case needs and that nothing stronger supplies, each once. The others are forgotten: what
// nobody needs is not asked for.
func fetchSecrets(ctx context.Context, v vault, c *config, readings []sheet.Reading, o engine.Options) engine.Options {
	if len(c.secrets) == 0 {
		return o
	}
	needed := map[string]bool{}
	for _, p := range engine.Plan(readings, o) {
		for i := range p.Cases {
			for _, n := range p.Cases[i].Needs {
				needed[n.Value.Origin] = needed[n.Value.Origin] || p.Cases[i].Skip == ""
			}
		}
	}
	all := o.Vars.All()
	for _, s := range c.secrets {
		i := slices.Index(all, s.standIn())
		switch {
		case i < 0: // something stronger supplies it
		case needed[s.origin()]:
			all[i] = v.fetch(ctx, s)
		default:
			all = slices.Delete(all, i, i+1)
		}
	}
	o.Vars = probe.NewVars(all...)
	return o
}
