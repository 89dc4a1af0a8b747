package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// deployed is a container of an example: what it is started with, and the environment that it is given.
type deployed struct {
	file string
	args []string
	env  []string
}

// The containers are described by schemas of other people, which .ci/thirdparty knows. Here it is about what is ours in them.
func containers(t *testing.T) []deployed {
	t.Helper()
	var all []deployed
	for _, name := range []string{"compose.yaml", "cronjob.yaml", "fleet.yaml"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "examples", "deploy", name))
		require.NoError(t, err)
		for part := range bytes.SplitSeq(text, []byte("\n---\n")) {
			var document any
			require.NoError(t, yaml.Unmarshal(part, &document), name)
			all = append(all, containersIn(name, document)...)
		}
	}
	require.Len(t, all, 3)
	return all
}

// containersIn finds what has arguments for us, wherever it stands.
func containersIn(file string, document any) (all []deployed) {
	switch node := document.(type) {
	case []any:
		for _, each := range node {
			all = append(all, containersIn(file, each)...)
		}
	case map[string]any:
		for _, key := range []string{"args", "command"} {
			if args := texts(node[key]); len(args) > 0 && slices.Contains([]string{"run", "serve"}, args[0]) {
				all = append(all, deployed{file, args, environmentIn(node)})
			}
		}
		for _, each := range node {
			all = append(all, containersIn(file, each)...)
		}
	}
	return all
}

func texts(list any) (all []string) {
	items, _ := list.([]any)
	for _, item := range items {
		text, _ := item.(string)
		all = append(all, text)
	}
	return all
}

// environmentIn are the names of variables, as Compose and as Kubernetes writes them.
func environmentIn(container map[string]any) (names []string) {
	variables, _ := container["environment"].(map[string]any)
	for name := range variables {
		names = append(names, name)
	}
	list, _ := container["env"].([]any)
	for _, each := range list {
		if v, ok := each.(map[string]any); ok {
			name, _ := v["name"].(string)
			names = append(names, name)
		}
	}
	return names
}

func TestContainersAreStartedAsTheProgramWantsIt(t *testing.T) {
	config, err := readSmall(filepath.Join("..", "..", "examples", "deploy", "sheetprobe.yaml"))
	require.NoError(t, err)
	parsed, err := parseConfig("sheetprobe.yaml", config)
	require.NoError(t, err)
	require.NotEmpty(t, parsed.serve.schedules)
	known := append(configKeys(), "config")
	for _, c := range containers(t) {
		cmd, rest, err := newRoot(World{}).Find(c.args)
		require.NoError(t, err, c.file)
		require.NoError(t, cmd.ParseFlags(rest), c.file)
		for _, arg := range cmd.Flags().Args() {
			assert.FileExists(t, filepath.Join("..", "..", "examples", "deploy", arg), c.file)
		}
		given, err := cmd.Flags().GetString("config")
		require.NoError(t, err)
		assert.Equal(t, "/etc/sheetprobe/sheetprobe.yaml", given, c.file)
		assert.Contains(t, c.env, "SHEETPROBE_DB", c.file)
		assert.Contains(t, c.env, parsed.secrets[0].text, "%s: the secret that the configuration asks the environment for", c.file)
		for _, name := range c.env {
			if flag, ours := strings.CutPrefix(name, environment); ours {
				assert.Contains(t, known, strings.ToLower(strings.ReplaceAll(flag, "_", "-")), c.file)
			}
		}
	}
}

// What a workflow says is in the page of examples/ci; each command of ours in it has flags that there are.
func TestCommandsOfThePagesHaveFlagsThatThereAre(t *testing.T) {
	found := 0
	for _, folder := range []string{"ci", "deploy"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "examples", folder, "README.md"))
		require.NoError(t, err)
		for line := range strings.SplitSeq(string(text), "\n") {
			at := strings.Index(line, "sheetprobe ")
			if at < 0 || !strings.HasPrefix(strings.TrimLeft(line[:at], " -"), "run: ./") && !strings.HasPrefix(line, "    docker compose run") && !strings.HasPrefix(line, "    - ") {
				continue
			}
			fields := strings.Fields(line[at:])[1:]
			if i := slices.Index(fields, "#"); i >= 0 {
				fields = fields[:i]
			}
			found++
			cmd, rest, err := newRoot(World{}).Find(fields)
			require.NoError(t, err, line)
			require.NoError(t, cmd.ParseFlags(rest), line)
		}
	}
	require.GreaterOrEqual(t, found, 3)
}

// A page of examples/nightly, and these, tell of exit codes; the job fails at once by those that another try would not change.
func TestTheNightlyJobKnowsOurExitCodes(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "deploy", "cronjob.yaml"))
	require.NoError(t, err)
	var job struct {
		Spec struct {
			JobTemplate struct {
				Spec struct {
					PodFailurePolicy struct {
						Rules []struct {
							Action      string
							OnExitCodes struct{ Values []int }
						}
					}
				}
			}
		}
	}
	var loose any
	require.NoError(t, yaml.Unmarshal(text, &loose))
	encoded, err := json.Marshal(loose)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(encoded, &job))
	rules := job.Spec.JobTemplate.Spec.PodFailurePolicy.Rules
	require.Len(t, rules, 1)
	assert.Equal(t, []int{exitDeviates, exitUsage, exitUnusable}, rules[0].OnExitCodes.Values)
}
