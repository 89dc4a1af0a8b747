package main

import (
	"encoding/json"
	"fmt"
	"strings"

	_ "embed"

	"github.com/spf13/pflag"

	"github.com/sheetprobe/sheetprobe/probe/sheet/native"
)

//go:embed config.schema.json
var configSections []byte

// configSchema is the JSON Schema (draft-07) of sheetprobe.yaml, for editors and other programs: the sections as they are written down, and a key for each
// flag of `run`, taken from the flags themselves. The reader does not run it, since a schema knows no places; a test keeps the two from drifting apart.
func configSchema() (map[string]any, error) {
	var schema, sheets map[string]any
	if err := json.Unmarshal(configSections, &schema); err != nil {
		return nil, fmt.Errorf("the sections of the configuration: %w", err)
	}
	if err := json.Unmarshal(native.JSONSchema(), &sheets); err != nil {
		return nil, fmt.Errorf("the native form: %w", err)
	}
	properties, definitions := asMap(schema["properties"]), asMap(schema["definitions"])
	for name, definition := range asMap(sheets["definitions"]) {
		definitions[name] = definition
	}
	flags := newRun(World{}).Flags()
	for _, name := range configKeys() {
		if properties[name] == nil { // a section of the name of a flag is read as a section
			properties[name] = flagSchema(flags.Lookup(name))
		}
	}
	asMap(properties["severities"])["propertyNames"] = map[string]any{"enum": anyOf(ruleIDs())}
	eitherSpelling(schema)
	return schema, nil
}

func anyOf(texts []string) []any {
	all := make([]any, len(texts))
	for i, text := range texts {
		all[i] = text
	}
	return all
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// flagSchema is what a key takes that is a flag of `run`.
func flagSchema(f *pflag.Flag) map[string]any {
	_, usage := pflag.UnquoteUsage(f)
	s := map[string]any{"description": usage}
	switch f.Value.Type() {
	case "bool":
		s["type"] = "boolean"
	case "int":
		s["type"] = "integer"
	case "float64":
		s["type"] = "number"
	case "duration":
		s["allOf"] = []any{reference("duration")}
	case "stringArray", "stringSlice":
		s["allOf"] = []any{reference("many")}
	default:
		s["allOf"] = []any{reference("one")}
	}
	if mapFlags[f.Name] != "" {
		s["allOf"] = []any{reference("map")}
	}
	return s
}

func reference(definition string) map[string]any {
	return map[string]any{"$ref": "#/definitions/" + definition}
}

// eitherSpelling lets keys be written with dashes and with underscores, as the reader does.
func eitherSpelling(schema any) {
	switch s := schema.(type) {
	case []any:
		for _, each := range s {
			eitherSpelling(each)
		}
	case map[string]any:
		properties := asMap(s["properties"])
		for name, value := range properties {
			for _, other := range []string{strings.ReplaceAll(name, "-", "_"), strings.ReplaceAll(name, "_", "-")} {
				properties[other] = value
			}
			eitherSpelling(value)
		}
		for _, key := range []string{"items", "additionalProperties", "anyOf"} {
			eitherSpelling(s[key])
		}
	}
}
