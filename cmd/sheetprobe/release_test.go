package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/fixtures/parts"
	"github.com/sheetprobe/sheetprobe/fixtures/staging"
)

func decoded[T any](t *testing.T, path string) T {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var v T
	require.NoError(t, yaml.Unmarshal(data, &v))
	return v
}

// releaseBuild is how a release is built.
type releaseBuild struct {
	Builds []struct {
		Main           string
		Env            []string
		Flags, Ldflags []string
	}
}

// A release that anybody can build again is one that anybody can check: two folders, the same bytes.
func TestReleasesAreReproducible(t *testing.T) {
	if testing.Short() {
		parts.Missing(t, "two whole builds are not made with -short: whether releases are reproducible is not tested")
	}
	release := decoded[releaseBuild](t, "../../.goreleaser.yaml")
	require.Len(t, release.Builds, 1)
	b := release.Builds[0]
	require.Len(t, b.Ldflags, 1)
	build := func() []byte {
		folder := filepath.Join(t.TempDir(), "elsewhere")
		require.NoError(t, os.Mkdir(folder, 0o700))
		for _, part := range []string{"cmd", "probe", "schema", "fixtures"} {
			require.NoError(t, os.CopyFS(filepath.Join(folder, part), os.DirFS(filepath.Join("..", "..", part))))
		}
		for _, file := range []string{"go.mod", "go.sum"} {
			data, err := os.ReadFile(filepath.Join("..", "..", file))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(folder, file), data, 0o600))
		}
		out := filepath.Join(folder, "program")
		args := append([]string{"build"}, b.Flags...)
		args = append(args, "-ldflags", strings.ReplaceAll(b.Ldflags[0], "{{ .Version }}", "1.2.3"), "-o", out, b.Main)
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir, cmd.Env = folder, append(append(os.Environ(), "GOFLAGS=", "GOWORK=off"), b.Env...)
		said, err := cmd.CombinedOutput()
		require.NoError(t, err, string(said))
		program, err := os.ReadFile(out)
		require.NoError(t, err)
		said, err = exec.CommandContext(t.Context(), out, "version").CombinedOutput()
		require.NoError(t, err)
		require.Contains(t, string(said), "sheetprobe 1.2.3")
		return program
	}
	first, second := build(), build()
	assert.True(t, bytes.Equal(first, second), "two builds of one source differ")
	assert.NotContains(t, string(first), "/elsewhere/", "the program tells where it was built")
}

// The image and the release are built alike.
func TestTheImageIsBuiltAsTheRelease(t *testing.T) {
	b := decoded[releaseBuild](t, "../../.goreleaser.yaml").Builds[0]
	dockerfile, err := os.ReadFile("../../examples/deploy/Dockerfile")
	require.NoError(t, err)
	want := strings.Join(b.Env, " ") + " go build " + strings.Join(b.Flags, " ") + ` -ldflags "` + strings.ReplaceAll(b.Ldflags[0], "{{ .Version }}", "${VERSION}") + `"`
	assert.Contains(t, string(dockerfile), want)
	assert.Contains(t, string(dockerfile), "USER 65532:65532")
}

// The hook does what pre-commit would have it do with the files of a commit.
func TestThePreCommitHookLints(t *testing.T) {
	hooks := decoded[[]struct{ ID, Entry, Language, Files, Exclude string }](t, "../../.pre-commit-hooks.yaml")
	require.Len(t, hooks, 1)
	program, args, _ := strings.Cut(hooks[0].Entry, " ")
	require.Equal(t, "sheetprobe", program)
	for file, want := range map[string]int{"../../fixtures/sheets/verify-otp.txt": 0, "../../fixtures/sheets/bad/no-url.txt": 1} {
		var out bytes.Buffer
		code := Main(t.Context(), World{Args: append(strings.Fields(args), file), In: strings.NewReader(""), Out: &out, Err: &out})
		assert.Equal(t, want, code, "%s: %s", file, out.String())
	}
}

// action is a composite action, as far as a test can play it.
type action struct {
	Inputs map[string]struct{ Default string }
	Runs   struct {
		Using string
		Steps []struct {
			Uses, Run, Shell string
			Env              map[string]string
		}
	}
}

// TestTheActionRuns plays the steps of the action as a runner would.
func TestTheActionRuns(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		parts.Missing(t, "bash is not installed: the GitHub action is not tested")
	}
	server, err := staging.Start(staging.WithDefect("book-no-window-end"))
	require.NoError(t, err)
	defer func() { _ = server.Close() }()
	a := decoded[action](t, "../../examples/ci/action.yml")
	require.Equal(t, "composite", a.Runs.Using)
	for _, tt := range []struct {
		name          string
		inputs        map[string]string
		code, summary string
	}{
		{"run", map[string]string{"sheets": "pickup.txt", "args": "--db none --base-url " + server.URL}, "1", `"to" is missing`},
		{"lint", map[string]string{"sheets": "*.txt", "command": "lint"}, "0", ""},
		{"nothing in an input is run", map[string]string{"sheets": "$(touch$IFS../made) no-such.txt;touch", "args": "--db none"}, "3", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			said, output, summary := play(t, bash, a, tt.inputs)
			assert.Contains(t, output, "exit-code="+tt.code+"\n", said)
			assert.Contains(t, summary, tt.summary)
		})
	}
}

// play runs the steps that are scripts, in a folder of sheets, and returns what they print, put out and sum up.
func play(t *testing.T, bash string, a action, inputs map[string]string) (said, output, summary string) {
	t.Helper()
	place, temp := t.TempDir(), t.TempDir()
	sheet, err := os.ReadFile("../../examples/ci/pickup.txt")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(place, "pickup.txt"), sheet, 0o600))
	here, err := filepath.Abs("../../examples/ci")
	require.NoError(t, err)
	values := []string{"${{ github.action_path }}", here}
	for name, input := range a.Inputs {
		value, given := inputs[name]
		if !given {
			value = input.Default
		}
		values = append(values, "${{ inputs."+name+" }}", value)
	}
	results := []string{"GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"}
	environ := append(os.Environ(), "RUNNER_TEMP="+temp, "SHEETPROBE_VAR_API_KEY=stg-apikey-of-parcelway-0002")
	for _, name := range results {
		require.NoError(t, os.WriteFile(filepath.Join(temp, name), nil, 0o600))
		environ = append(environ, name+"="+filepath.Join(temp, name))
	}
	for _, step := range a.Runs.Steps {
		if step.Run == "" {
			continue
		}
		require.NotContains(t, step.Run, "${{", "what an expression holds would be run")
		cmd := exec.CommandContext(t.Context(), bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run) //nolint:gosec // our own action
		cmd.Dir, cmd.Env = place, environ
		for name, value := range step.Env {
			cmd.Env = append(cmd.Env, name+"="+strings.NewReplacer(values...).Replace(value))
		}
		out, _ := cmd.CombinedOutput()
		said += string(out)
	}
	entries, err := os.ReadDir(place)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "the steps leave something behind")
	files := make([]string, len(results))
	for i, name := range results {
		data, err := os.ReadFile(filepath.Join(temp, name))
		require.NoError(t, err)
		files[i] = string(data)
	}
	return said, files[0], files[1]
}
