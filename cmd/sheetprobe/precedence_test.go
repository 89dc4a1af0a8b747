package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// samples are two values of each flag of `run` that cannot be told from its type; both differ from its default.
var samples = map[string][2]string{
	"negatives": {"none", "no-auth"}, "fail-on": {"warning", "error"}, "var": {"orderNo=1", "orderNo=2"},
	"resolve": {"a.test:127.0.0.1", "b.test:127.0.0.1"}, "report": {"json=a", "json=b"},
}

func sampleOf(f *pflag.Flag) (first, second string) {
	if s, ok := samples[f.Name]; ok {
		return s[0], s[1]
	}
	switch f.Value.Type() {
	case "bool":
		return "true", "false"
	case "int", "float64":
		return "7", "8"
	case "duration":
		return "7s", "8s"
	}
	return "first", "second"
}

// settled is every flag of `run` after flags, environment and file were settled, and the values of placeholders.
func settled(t *testing.T, args, environ []string, file string) (runFlags, map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	if file != "" {
		require.NoError(t, os.WriteFile(configName, []byte(file), 0o600))
	}
	var f runFlags
	cmd := &cobra.Command{}
	f.register(cmd)
	require.NoError(t, cmd.ParseFlags(args))
	c, err := settle(cmd, World{Environ: environ, Err: io.Discard})
	require.NoError(t, err)
	values := map[string]string{}
	if vars, err := gatherVars(&caseFlags{vars: f.cases.vars}, c, environ); assert.NoError(t, err) {
		for _, v := range vars.All() {
			values[v.Name] = v.Value
		}
	}
	f.cases.vars = nil // of the file's, one by one: see values
	return f, values
}

// TestEveryFlagCanBeSetFromEverywhere is made from the flags themselves, so that none can be forgotten: each takes effect from the
// environment and from the file as from the command line, a flag wins over the environment, and that over the file.
func TestEveryFlagCanBeSetFromEverywhere(t *testing.T) {
	tried := 0
	newRun(World{}).Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "config" || f.Name == "watch" {
			return // it names the file; it is for somebody at a terminal
		}
		tried++
		t.Run(f.Name, func(t *testing.T) {
			first, second := sampleOf(f)
			flag := func(v string) []string { return []string{"--" + f.Name + "=" + v} }
			env := func(v string) []string { return []string{environment + envName(f.Name) + "=" + v} }
			file := func(v string) string { return f.Name + ": " + `"` + v + `"` + "\n" }
			underscored := func(v string) string { return strings.ReplaceAll(f.Name, "-", "_") + ": [" + `"` + v + `"` + "]\n" }

			if f.Name == "notify" { // a section, of which the flag is a key
				file = func(v string) string {
					return "notify: {runs: " + v + ", channels: {c: {kind: email, server: 'h:25', from: a@b.example, to: c@d.example}}, routes: [{name: r, to: [c]}]}\n"
				}
				underscored = file
			}
			wanted, values := settled(t, flag(first), nil, "")
			unset, none := settled(t, nil, nil, "")
			require.NotEqual(t, [2]any{unset, none}, [2]any{wanted, values}, "the sample changes something")
			same := func(what string, args, environ []string, config string) {
				t.Helper()
				got, gotValues := settled(t, args, environ, config)
				assert.Equal(t, wanted, got, what)
				assert.Equal(t, values, gotValues, what)
			}
			same("environment", nil, env(first), "")
			same("file", nil, nil, file(first))
			same("file, as a list", nil, nil, underscored(first))
			same("flag over environment", flag(first), env(second), "")
			same("flag over file", flag(first), nil, file(second))
			same("environment over file", nil, env(first), file(second))
			same("flag over both", flag(first), env(second), file(second))
			same("an empty variable is none", nil, env(""), file(first))
		})
	})
	require.GreaterOrEqual(t, tried, 25, "the flags must be found")
}

func TestConfigCanBeNamedByFlagAndEnvironment(t *testing.T) {
	dir := t.TempDir()
	paths := map[string]string{}
	for name, text := range map[string]string{"flag": "rate: 3\n", "environment": "rate: 4\n"} {
		paths[name] = filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(paths[name], []byte(text), 0o600))
	}
	env := []string{environment + "CONFIG=" + paths["environment"]}
	f, _ := settled(t, []string{"--config", paths["flag"]}, env, "rate: 5\n")
	assert.InDelta(t, 3, f.send.rate, 0)
	f, _ = settled(t, nil, env, "rate: 5\n")
	assert.InDelta(t, 4, f.send.rate, 0)
	f, _ = settled(t, nil, nil, "rate: 5\n")
	assert.InDelta(t, 5, f.send.rate, 0)
}

// Every verb says in its help how to call it, with an example and the exit codes.
func TestHelpOfEveryVerb(t *testing.T) {
	verbs := newRoot(World{}).Commands()
	require.NotEmpty(t, verbs)
	for _, verb := range verbs {
		if slices.Contains([]string{"help", "completion"}, verb.Name()) {
			continue
		}
		t.Run(verb.Name(), func(t *testing.T) {
			var out bytes.Buffer
			require.Equal(t, exitConforms, Main(t.Context(), World{Args: []string{verb.Name(), "--help"}, Out: &out, Err: io.Discard}))
			assert.Contains(t, out.String(), "Examples:\n")
			assert.Contains(t, out.String(), "  sheetprobe "+verb.Name())
			assert.Contains(t, out.String(), "Exit codes:")
			for line := range strings.SplitSeq(out.String(), "\n") {
				assert.LessOrEqual(t, len(line), 80, line)
			}
		})
	}
}

// What a flag can be is offered by the shell.
func TestCompletionOffersValues(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"run", "--negatives", ""}, "missing-field\n"},
		{[]string{"run", "--negatives", "no-auth,"}, "no-auth,missing-field\n"},
		{[]string{"plan", "--negatives", ""}, "none\n"},
		{[]string{"run", "--fail-on", ""}, "warning\n"},
		{[]string{"run", "--report", ""}, "json=\n"},
		{[]string{"report", "--report", ""}, "json=\n"},
		{[]string{"lint", "-o", ""}, "json\n"},
		{[]string{"demo", "--defect", ""}, "otp-open\t"},
		{[]string{"rules", "shape.r"}, "shape.renamed\n"},
	} {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			var out bytes.Buffer
			Main(t.Context(), World{Args: append([]string{"__complete"}, tt.args...), Out: &out, Err: io.Discard})
			assert.Contains(t, out.String(), tt.want)
		})
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		var out bytes.Buffer
		assert.Equal(t, exitConforms, Main(t.Context(), World{Args: []string{"completion", shell}, Out: &out, Err: io.Discard}), shell)
		assert.Contains(t, out.String(), "sheetprobe", shell)
	}
}
