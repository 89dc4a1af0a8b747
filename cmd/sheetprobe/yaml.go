package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v4"
)

// yamlMapping parses a YAML file that holds one map, each key once; nil where the file is empty. Its errors are placed.
func yamlMapping(path string, data []byte) (*yaml.Node, error) {
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return nil, yamlError(path, err)
	}
	var doc, second yaml.Node
	if err := loader.Load(&doc); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, yamlError(path, err)
	}
	if err := loader.Load(&second); err == nil {
		return nil, placedError(path, &second, "put all keys into one document", "the file holds a second YAML document")
	} else if !errors.Is(err, io.EOF) {
		return nil, yamlError(path, err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Tag == "!!null" {
		return nil, nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, placedError(path, root, "write `key: value` lines", "the file must be a map")
	}
	return root, eachOnce(path, root)
}

// eachOnce refuses keys that stand twice, of which only one could count, and keys without a value, which are no text "null".
func eachOnce(path string, m *yaml.Node) error {
	lines := map[string]int{}
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, value := m.Content[i], m.Content[i+1]
		if line, twice := lines[key.Value]; twice {
			return placedError(path, key, "remove one of them", "key %q stands in line %d already", key.Value, line)
		}
		lines[key.Value] = key.Line
		if value.Tag == "!!null" {
			return placedError(path, key, `give it one, or remove the line; an empty text is ""`, "key %q has no value", key.Value)
		}
	}
	return nil
}

func yamlError(path string, err error) error {
	var load *yaml.LoadError
	if errors.As(err, &load) && load.Mark.Line > 0 {
		return usageError("correct the YAML", "%s:%d:%d: %s", path, load.Mark.Line, load.Mark.Column, load.Message)
	}
	return usageError("correct the YAML", "%s: %w", path, err)
}

func placedError(path string, n *yaml.Node, hint, format string, args ...any) error {
	return usageError(hint, "%s:%d:%d: %s", path, n.Line, n.Column, fmt.Sprintf(format, args...))
}
