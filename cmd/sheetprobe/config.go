package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const (
	configName  = "sheetprobe.yaml"
	environment = "SHEETPROBE_"
	// maxConfigBytes bounds configuration and vars files.
	maxConfigBytes = 1 << 20
)

// config is what a sheetprobe.yaml says. Every key but `severities`, `overrides`, `apis`, `secrets`, `serve`, `signoff`, `tracing` and `notify` is the name of a flag of `run`.
type config struct {
	path       string
	digest     [sha256.Size]byte // of the bytes that were read
	values     map[string][]configValue
	severities map[string]source.Severity
	overrides  []apiOverrides
	chains     []apiChain
	secrets    []secretSource
	serve      serveConfig
	signoff    *signoff.Policy // nil where the file says nothing of it
	tracing    tracingConfig
	notify     notifyConfig
}

// configValue is one value of a key, with its place for messages.
type configValue struct {
	text         string
	line, column int
}

// settle fills every flag that was not given from the environment, and then from the configuration file.
func settle(cmd *cobra.Command, w World) (*config, error) {
	c, err := findConfig(cmd, w)
	if err != nil {
		return nil, err
	}
	noteNearMisses(w, configKeys())
	return c, c.settle(cmd, w)
}

// ownFlag marks a flag that has the name of one of `run` and another meaning.
const ownFlag = "sheetprobe_own"

// settle fills the flags that were not given.
func (c *config) settle(cmd *cobra.Command, w World) error {
	var failed error
	known := configKeys()
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if failed != nil || f.Changed || !slices.Contains(known, f.Name) || f.Annotations[ownFlag] != nil {
			return
		}
		// An empty variable is how a shell unsets one for a command: it is no value.
		if value, ok := lookupEnv(w.Environ, environment+envName(f.Name)); ok && value != "" {
			failed = setFromEnv(cmd, f, value)
			return
		}
		if f.Name != "var" { // values of placeholders are merged one by one, see gatherVars
			failed = c.set(cmd, f)
		}
	})
	return failed
}

// noteNearMisses says which variables of the environment look like those that count, but for a slip.
func noteNearMisses(w World, known []string) {
	var names []string
	for _, flag := range append(slices.Clone(known), "config") {
		names = append(names, environment+envName(flag))
	}
	for _, entry := range w.Environ {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, environment) || strings.HasPrefix(name, varPrefix) || slices.Contains(names, name) {
			continue
		}
		for _, right := range names {
			if levenshtein.Distance(name, right, nil) <= 2 {
				printfTo(w.Err, "sheetprobe: the environment variable %s sets nothing; did you mean %s?\n", name, right)
				break
			}
		}
	}
}

func envName(flag string) string { return strings.ToUpper(strings.ReplaceAll(flag, "-", "_")) }

func setFromEnv(cmd *cobra.Command, f *pflag.Flag, value string) error {
	values := []string{value}
	if _, repeatable := f.Value.(pflag.SliceValue); repeatable {
		values = strings.FieldsFunc(value, func(r rune) bool { return r == '\n' || r == ',' && f.Name != "var" })
	}
	for _, v := range values {
		if err := cmd.Flags().Set(f.Name, strings.TrimSpace(v)); err != nil {
			return usageError("correct the environment variable, or unset it", "%s%s: %w", environment, envName(f.Name), flagProblem(err))
		}
	}
	return nil
}

func (c *config) set(cmd *cobra.Command, f *pflag.Flag) error {
	for _, v := range c.values[f.Name] {
		if err := cmd.Flags().Set(f.Name, v.text); err != nil {
			return usageError("see `sheetprobe run --help` for what the key takes", "%s:%d:%d: %s: %w", c.path, v.line, v.column, f.Name, flagProblem(err))
		}
	}
	return nil
}

// findConfig reads the file that --config or the environment names, else sheetprobe.yaml in the current folder where there is one.
func findConfig(cmd *cobra.Command, w World) (*config, error) {
	path, err := cmd.Flags().GetString("config")
	if err != nil {
		return nil, err
	}
	if fromEnv, ok := lookupEnv(w.Environ, environment+"CONFIG"); ok && path == "" {
		path = fromEnv
	}
	named := path != ""
	if !named {
		path = configName
	}
	data, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return &config{}, nil
	}
	if err != nil {
		return nil, usageError("check the path", "cannot read the configuration %q: %w", path, cause(err))
	}
	return parseConfig(path, data)
}

func readSmall(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxConfigBytes {
		return nil, fmt.Errorf("larger than %d KiB", maxConfigBytes>>10)
	}
	return os.ReadFile(path) //nolint:gosec // the user names the file
}

func parseConfig(path string, data []byte) (*config, error) {
	c := &config{path: path, digest: sha256.Sum256(data), values: map[string][]configValue{}, severities: map[string]source.Severity{}}
	root, err := yamlMapping(path, data)
	if err != nil || root == nil {
		return c, err
	}
	known := configKeys()
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		name := strings.ReplaceAll(key.Value, "_", "-")
		switch {
		case name == "severities":
			err = c.readSeverities(value)
		case name == "secrets":
			err = c.readSecrets(value)
		case name == "apis":
			err = c.readChains(value, data)
		case name == "overrides":
			err = c.readOverrides(value, data)
		case name == "serve":
			err = c.readServe(value)
		case name == "signoff":
			err = c.readSignoff(value, data)
		case name == "tracing":
			err = c.readTracing(value)
		case name == "notify":
			err = c.readNotify(value)
		case slices.Contains(known, name):
			c.values[name], err = c.flatten(name, value)
		default:
			all := append(slices.Clone(known), "severities", "overrides", "apis", "secrets", "serve", "signoff", "tracing")
			err = c.errorAt(key, didYouMean(key.Value, all, "known are: "+strings.Join(all, ", ")), "unknown key %q", key.Value)
		}
		if err != nil {
			return nil, err
		}
	}
	return c, c.checkNotify()
}

// configKeys are the flags of `run` that may stand in a file.
func configKeys() []string {
	var names []string
	cmd := &cobra.Command{}
	new(runFlags).register(cmd)
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "config" && f.Name != "help" && f.Name != "watch" {
			names = append(names, f.Name)
		}
	})
	return names
}

// mapFlags are the flags whose values can be a map, with what stands between name and value on the command line.
var mapFlags = map[string]string{"var": "=", "resolve": ":"}

// flatten turns a scalar, a list of scalars, or a map into the values of a flag; a map becomes NAME=VALUE.
func (c *config) flatten(name string, n *yaml.Node) ([]configValue, error) {
	switch n.Kind {
	case yaml.ScalarNode:
		return []configValue{{n.Value, n.Line, n.Column}}, nil
	case yaml.SequenceNode:
		return c.scalars(n.Content, func(i int) string { return n.Content[i].Value })
	case yaml.MappingNode:
		separator := mapFlags[name]
		if separator == "" {
			return nil, c.errorAt(n, "give one value, or a list", "%q takes no map", name)
		}
		if err := eachOnce(c.path, n); err != nil {
			return nil, err
		}
		var keys, values []*yaml.Node
		for i := 0; i+1 < len(n.Content); i += 2 {
			keys, values = append(keys, n.Content[i]), append(values, n.Content[i+1])
		}
		return c.scalars(values, func(i int) string { return keys[i].Value + separator + values[i].Value })
	}
	return nil, c.errorAt(n, "write the value out", "%q cannot be an alias", name)
}

func (c *config) scalars(nodes []*yaml.Node, text func(int) string) ([]configValue, error) {
	var values []configValue
	for i, n := range nodes {
		if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
			return nil, c.errorAt(n, "give a text or a number", "a single value was expected")
		}
		values = append(values, configValue{text(i), n.Line, n.Column})
	}
	return values, nil
}

func (c *config) readSeverities(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return c.errorAt(n, "write them as `shape.undocumented: error`", "severities must be a map from rule to severity")
	}
	if err := eachOnce(c.path, n); err != nil {
		return err
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if _, ok := probe.RuleByID(key.Value); !ok {
			return c.errorAt(key, didYouMean(key.Value, ruleIDs(), allRules), "unknown rule %q", key.Value)
		}
		severity := source.Severity(value.Value)
		if severity.Rank() == 0 {
			return c.errorAt(value, "use error, warning or info", "%q is no severity", value.Value)
		}
		c.severities[key.Value] = severity
	}
	return nil
}

func (c *config) errorAt(n *yaml.Node, hint, format string, args ...any) error {
	return placedError(c.path, n, hint, format, args...)
}

func ruleIDs() []string {
	var ids []string
	for _, r := range probe.Rules {
		ids = append(ids, r.ID)
	}
	return ids
}

func lookupEnv(environ []string, name string) (string, bool) {
	for i := len(environ) - 1; i >= 0; i-- {
		if key, value, _ := strings.Cut(environ[i], "="); key == name {
			return value, true
		}
	}
	return "", false
}
