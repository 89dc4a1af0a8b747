package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/go-envparse"
	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
)

// varPrefix starts the environment variables that carry values of placeholders: SHEETPROBE_VAR_TOKEN.
const varPrefix = environment + "VAR_"

// gatherVars merges the values of placeholders: configuration < files < environment < --var. Those that --secret or the configuration name as
// secrets, and those whose name says so, are secret. For secrets that have to be fetched a stand-in is put: see fetchSecrets.
func gatherVars(f *caseFlags, c *config, environ []string) (probe.Vars, error) {
	var all []probe.Var
	for _, v := range c.values["var"] {
		place := fmt.Sprintf("%s:%d:%d", c.path, v.line, v.column)
		one, err := nameAndValue(v.text, place+": var")
		if err != nil {
			return probe.Vars{}, err
		}
		one.Origin = place
		all = append(all, one)
	}
	for _, s := range c.secrets {
		if v, twice := probe.NewVars(all...).Lookup(s.name); twice {
			return probe.Vars{}, usageError("remove one of them", "%s: %q is a secret, and has a value at %s", s.place, s.name, v.Origin)
		}
		all = append(all, s.standIn())
	}
	for _, path := range f.varsFiles {
		more, err := readVars(path)
		if err != nil {
			return probe.Vars{}, err
		}
		all = append(all, more...)
	}
	for _, entry := range environ {
		// An empty variable is how a shell unsets one for a command: it is no value.
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, varPrefix) && value != "" {
			all = append(all, probe.Var{Name: strings.TrimPrefix(name, varPrefix), Value: value, Origin: "environment variable " + name})
		}
	}
	for _, v := range f.vars {
		one, err := nameAndValue(v, "--var")
		if err != nil {
			return probe.Vars{}, err
		}
		if list, ok := lookupEnv(environ, environment+"VAR"); ok && slices.Contains(strings.Split(list, "\n"), v) {
			one.Origin = "environment variable " + environment + "VAR"
		}
		all = append(all, one)
	}
	return markSecrets(all, f.secrets, c, environ)
}

func nameAndValue(text, origin string) (probe.Var, error) {
	name, value, ok := strings.Cut(text, "=")
	if name = strings.TrimSpace(name); !ok || name == "" {
		// What was given is not repeated: it may be a secret whose name was forgotten.
		return probe.Var{}, usageError("write it as NAME=VALUE", "%s: no name stands before the value", origin)
	}
	return probe.Var{Name: name, Value: value, Origin: origin}, nil
}

// markSecrets also fetches the value of a --secret from the environment variable of that very name, so that no secret need stand on a
// command line.
func markSecrets(all []probe.Var, secrets []string, c *config, environ []string) (probe.Vars, error) {
	known := probe.NewVars(all...)
	for _, name := range secrets {
		if strings.Contains(name, "=") {
			return probe.Vars{}, usageError("write --secret NAME, and put the value into the environment variable NAME or a --vars file",
				"--secret takes a name without a value, so that no secret stands on the command line")
		}
		v, ok := known.Lookup(name)
		if !ok {
			value, set := lookupEnv(environ, name)
			if !set {
				return probe.Vars{}, usageError("set the environment variable "+name+", or put the value into a --vars file", "--secret %s has no value", name)
			}
			v = probe.Var{Name: name, Value: value, Origin: "environment variable " + name}
		}
		v.Secret = true
		all = append(all, v)
	}
	for i := range all {
		all[i].Secret = all[i].Secret || probe.LooksSecret(all[i].Name) || c.namesSecret(all[i].Name)
	}
	return probe.NewVars(all...), nil
}

// readVars reads a YAML, JSON or .env file of names and values; its ending tells which.
func readVars(path string) ([]probe.Var, error) {
	data, err := readSmall(path)
	if err != nil {
		return nil, usageError("check the path", "cannot read the vars file %q: %w", path, cause(err))
	}
	if slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(filepath.Ext(path))) {
		return yamlVars(path, data)
	}
	values, err := envparse.Parse(bytes.NewReader(data))
	if err != nil {
		var at *envparse.ParseError
		if errors.As(err, &at) && at.Line > 0 {
			path, err = fmt.Sprintf("%s:%d", path, at.Line), at.Err
		}
		return nil, usageError("write one NAME=VALUE a line; a file in YAML or JSON must end in .yaml or .json", "%s: %w", path, err)
	}
	var all []probe.Var
	for name, value := range values {
		all = append(all, probe.Var{Name: name, Value: value, Origin: path + lineOf(data, name)})
	}
	slices.SortFunc(all, func(a, b probe.Var) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// lineOf finds the line of a .env file that gives a name its value, as ":3"; the last one counts.
func lineOf(data []byte, name string) (suffix string) {
	number := 0
	for line := range strings.SplitSeq(string(data), "\n") {
		number++
		key, _, _ := strings.Cut(line, "=")
		if strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(key), "export ")) == name {
			suffix = fmt.Sprintf(":%d", number)
		}
	}
	return suffix
}

func yamlVars(path string, data []byte) ([]probe.Var, error) {
	root, err := yamlMapping(path, data)
	if err != nil || root == nil {
		return nil, err
	}
	var all []probe.Var
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if value.Kind != yaml.ScalarNode {
			return nil, usageError("give every name one text or number", "%s:%d:%d: the value of %q is no single value", path, value.Line, value.Column, key.Value)
		}
		all = append(all, probe.Var{Name: key.Value, Value: value.Value, Origin: fmt.Sprintf("%s:%d:%d", path, key.Line, key.Column)})
	}
	return all, nil
}
