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

// gatherVars merges the values of placeholders: configuration < files < environment < --var. Those that --secret names, and those whose
// name says so, are secret.
func gatherVars(f *caseFlags, c *config, environ []string) (probe.Vars, error) {
	var all []probe.Var
	for _, v := range c.values["var"] {
		one, err := nameAndValue(v.text, fmt.Sprintf("%s:%d:%d: var", c.path, v.line, v.column))
		if err != nil {
			return probe.Vars{}, err
		}
		all = append(all, one)
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
			all = append(all, probe.Var{Name: strings.TrimPrefix(name, varPrefix), Value: value, Origin: "environment"})
		}
	}
	for _, v := range f.vars {
		one, err := nameAndValue(v, "--var")
		if err != nil {
			return probe.Vars{}, err
		}
		all = append(all, one)
	}
	return markSecrets(all, f.secrets, environ)
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
func markSecrets(all []probe.Var, secrets, environ []string) (probe.Vars, error) {
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
			v = probe.Var{Name: name, Value: value, Origin: "environment"}
		}
		v.Secret = true
		all = append(all, v)
	}
	for i := range all {
		all[i].Secret = all[i].Secret || probe.LooksSecret(all[i].Name)
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
		all = append(all, probe.Var{Name: name, Value: value, Origin: path})
	}
	slices.SortFunc(all, func(a, b probe.Var) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
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
		all = append(all, probe.Var{Name: key.Value, Value: value.Value, Origin: path})
	}
	return all, nil
}
