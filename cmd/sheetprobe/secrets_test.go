package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/parts"
)

func TestSplitCommand(t *testing.T) {
	for line, want := range map[string][]string{
		"pass show staging/otp":             {"pass", "show", "staging/otp"},
		"  a\tb  ":                          {"a", "b"},
		`a 'b c' "d e" ''`:                  {"a", "b c", "d e", ""},
		`a "b \"c\" \\ \$x" '\n$HOME'`:      {"a", `b "c" \ $x`, `\n$HOME`},
		`a b\ c one'two'"three"`:            {"a", "b c", "onetwothree"},
		`sh -c 'pass show x | head -n 1'`:   {"sh", "-c", "pass show x | head -n 1"},
		`op read op://vault/item/field#~a`:  {"op", "read", "op://vault/item/field#~a"},
		`security -s "https://a.test/b" -w`: {"security", "-s", "https://a.test/b", "-w"},
	} {
		got, err := splitCommand(line)
		require.NoError(t, err, line)
		assert.Equal(t, want, got, line)
	}
	for _, line := range []string{"", "  ", "a | b", "a; b", "a && b", "a > b", "a $HOME", `a "$HOME"`, "a `b`", "a $(b)", "~/bin/a", "a 'b", `a "b`, `a\`} {
		_, err := splitCommand(line)
		assert.Error(t, err, line)
	}
}

func FuzzSplitCommand(f *testing.F) {
	for _, seed := range []string{`a 'b c' "d \" e" \f`, "a | b", `''`, `"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if argv, err := splitCommand(line); err == nil && len(argv) == 0 {
			t.Error("no program and no error")
		}
	})
}

func posix(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		parts.Missing(t, "the programs are those of a POSIX system")
	}
}

func command(argv ...string) secretSource {
	return secretSource{name: "token", kind: "command", argv: argv, place: "sheetprobe.yaml:2:3"}
}

func TestCommandThatDoesNotEndIsEnded(t *testing.T) {
	posix(t)
	began := time.Now()
	v := vault{environ: os.Environ(), timeout: 100 * time.Millisecond}
	got := v.fetch(t.Context(), command("sleep", "60"))
	assert.Equal(t, "the command sleep did not end within 100ms (sheetprobe.yaml:2:3)", got.Problem)
	// What it started may keep its output open.
	got = v.fetch(t.Context(), command("sh", "-c", "sleep 5 & echo hush; sleep 60"))
	assert.Contains(t, got.Problem, "did not end within")
	assert.Less(t, time.Since(began), 30*time.Second)
	assert.Empty(t, got.Value)
}

func TestCommandReadsNoInputAndLosesOneLineBreak(t *testing.T) {
	posix(t)
	v := vault{environ: os.Environ(), timeout: 10 * time.Second}
	for script, want := range map[string]string{
		"cat; echo a": "a", `printf 'a\n\n'`: "a\n", `printf 'a\r\n'`: "a", `printf ' a '`: " a ", "echo b >&2; echo a": "a",
	} {
		got := v.fetch(t.Context(), command("sh", "-c", script))
		assert.Empty(t, got.Problem, script)
		assert.Equal(t, want, got.Value, script)
		assert.True(t, got.Secret)
	}
	got := v.fetch(t.Context(), command("sh", "-c", `printf '\377'`))
	assert.Contains(t, got.Problem, "no text in UTF-8")
}

func TestOriginOfACommandDoesNotTellItsArguments(t *testing.T) {
	got := command("/usr/local/bin/vault", "read", "-token=hush")
	assert.Equal(t, "command vault, sheetprobe.yaml:2:3", got.origin())
}

func TestKeyringOfEachSystem(t *testing.T) {
	posix(t)
	dir := t.TempDir()
	for _, tool := range []string{"secret-tool", "security"} {
		script := "#!/bin/sh\necho \"$@\"\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, tool), []byte(script), 0o700)) //nolint:gosec // a program has to be executable
	}
	source := secretSource{name: "token", kind: "keyring", text: "https://a.test/b/me", place: "sheetprobe.yaml:2:3"}
	ask := func(system string) (string, string) {
		v := vault{environ: os.Environ(), system: system, timeout: 10 * time.Second}
		got := v.fetch(t.Context(), source)
		return got.Value, got.Problem
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	value, problem := ask("linux")
	assert.Empty(t, problem)
	assert.Equal(t, "lookup service https://a.test/b account me", value)
	value, problem = ask("darwin")
	assert.Empty(t, problem)
	assert.Equal(t, "find-generic-password -s https://a.test/b -a me -w", value)
	_, problem = ask("plan9")
	assert.Contains(t, problem, "the keyring of plan9 is not supported")

	t.Setenv("PATH", t.TempDir())
	_, problem = ask("linux")
	assert.Contains(t, problem, "there is no program secret-tool")
}

func TestSecretFileIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("x", secretBytes+1)), 0o600))
	got := vault{}.fetch(t.Context(), secretSource{name: "token", kind: "file", text: path})
	assert.Contains(t, got.Problem, "larger than 64 KiB")
}
