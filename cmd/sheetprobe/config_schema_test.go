package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

func compiledConfigSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := configSchema()
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("config.json", schema))
	compiled, err := c.Compile("config.json")
	require.NoError(t, err)
	return compiled
}

func validConfig(t *testing.T, schema *jsonschema.Schema, text []byte) error {
	t.Helper()
	var value any
	require.NoError(t, yaml.Unmarshal(text, &value))
	return schema.Validate(value)
}

// What the reader refuses because it does not know a key, it refuses with all that it knows: these are the keys of the schema, each of them and no others.
func TestTheSchemaOfTheConfigurationHasTheKeysOfItsReader(t *testing.T) {
	schema, err := configSchema()
	require.NoError(t, err)
	for path, form := range map[string]string{
		"":                                "%s: x",
		"serve":                           "serve: {%s: x}",
		"serve.tls":                       "serve: {tls: {%s: x}}",
		"serve.oidc":                      "serve: {oidc: {%s: x}}",
		"serve.signoff":                   "serve: {signoff: {%s: x}}",
		"serve.session":                   "serve: {session: {%s: x}}",
		"serve.retention":                 "serve: {retention: {%s: x}}",
		"serve.schedules.items":           "serve: {schedules: [{%s: x}]}",
		"signoff":                         "signoff: {%s: x}",
		"signoff.latency.anyOf.1":         "signoff: {latency: {%s: x}}",
		"signoff.approvers.items":         "signoff: {approvers: [{%s: x}]}",
		"tracing":                         "tracing: {%s: x}",
		"notify":                          "notify: {%s: x}",
		"notify.channels.*":               "notify: {channels: {chat: {%s: x}}}",
		"notify.channels.*.quiet.anyOf.0": "notify: {channels: {chat: {quiet: {%s: x}}}}",
		"notify.routes.items":             "notify: {routes: [{%s: x}]}",
		"apis.*":                          "apis: {An API: {%s: x}}",
		"secrets.*":                       "secrets: {token: {%s: x}}",
	} {
		_, err := parseConfig("c.yaml", fmt.Appendf(nil, form, strings.Repeat("z", 26)))
		var told *exitError
		require.ErrorAs(t, err, &told, path)
		_, list, ok := strings.Cut(told.hint, "known are: ")
		if !ok {
			_, list, ok = strings.Cut(told.hint, "known keys: ")
		}
		require.True(t, ok, "%s: %v: %s", path, err, told.hint)
		known := strings.Split(strings.ReplaceAll(strings.ReplaceAll(list, `"`, ""), " ", ""), ",")
		for i := range known {
			known[i] = strings.ReplaceAll(known[i], "_", "-")
		}
		slices.Sort(known)
		assert.Equal(t, known, keysAt(t, schema, path), path)
	}
}

func keysAt(t *testing.T, schema map[string]any, path string) []string {
	t.Helper()
	at := any(schema)
	for step := range strings.SplitSeq(path, ".") {
		m := asMap(at)
		if ref, _ := m["$ref"].(string); ref != "" {
			m = asMap(asMap(schema["definitions"])[strings.TrimPrefix(ref, "#/definitions/")])
		}
		switch step {
		case "":
			at = m
		case "items":
			at = m["items"]
		case "anyOf":
			at = m["anyOf"]
		case "0", "1":
			at = at.([]any)[int(step[0]-'0')]
		case "*":
			at = m["additionalProperties"]
		default:
			at = asMap(m["properties"])[step]
		}
		require.NotNil(t, at, "%s: no %s", path, step)
	}
	m := asMap(at)
	if ref, _ := m["$ref"].(string); ref != "" {
		m = asMap(asMap(schema["definitions"])[strings.TrimPrefix(ref, "#/definitions/")])
	}
	var keys []string
	for key := range asMap(m["properties"]) {
		if key = strings.ReplaceAll(key, "_", "-"); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func TestConfigurationsOfTheExamplesAreValidByTheSchema(t *testing.T) {
	schema := compiledConfigSchema(t)
	paths, err := filepath.Glob(filepath.Join("..", "..", "examples", "*", configName))
	require.NoError(t, err)
	require.Greater(t, len(paths), 5)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.NoError(t, validConfig(t, schema, text), path)
	}
}

func TestTheSchemaRefusesWhatTheReaderRefuses(t *testing.T) {
	schema := compiledConfigSchema(t)
	for _, text := range []string{
		"base-ur: x", "timeout: soon", "rate: fast", "strict: maybe", "severities: {shape.missing: fatal}", "severities: {shape.mising: error}",
		"secrets: {token: abc}", "secrets: {token: {env: A, file: b}}", "serve: {schedules: {name: x}}", "serve: {grace: long}", "notify: {routes: [{name: all}]}",
		"signoff: {nights_on: [monday]}", "signoff: {clean_nights: 0}", "tracing: {sample: 2}", "overrides: {X: {/a: {optional: perhaps}}}", "apis: {X: {auth: {type: magic}}}",
	} {
		assert.Error(t, validConfig(t, schema, []byte(text)), text)
		c, err := parseConfig("c.yaml", []byte(text))
		if err == nil { // what is a flag is refused when it is set
			cmd := newRun(World{})
			err = c.settle(cmd, World{})
		}
		var told *exitError
		assert.True(t, errors.As(err, &told), text)
	}
	for _, text := range []string{"base_url: http://127.0.0.1", "timeout: 1m30s", "only: [a, b]", "only: a", "var: {a: 1}", "resolve: {h: 127.0.0.1}", "serve: {public_url: http://a.test}"} {
		assert.NoError(t, validConfig(t, schema, []byte(text)), text)
		_, err := parseConfig("c.yaml", []byte(text))
		assert.NoError(t, err, text)
	}
}
