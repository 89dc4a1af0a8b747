package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/parts"
)

func says(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func TestWriteFileReplacesAFileAsAWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.json")
	require.NoError(t, writeFile(path, says("one")))
	require.NoError(t, os.Chmod(path, 0o640))
	require.NoError(t, writeFile(path, says("two")))
	require.ErrorIs(t, writeFile(path, func(io.Writer) error { return assert.AnError }), assert.AnError)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "two", string(text))
	info, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, os.FileMode(0o640), info.Mode(), "permissions stay")
	}
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing else is left behind")
}

// Whoever names a link means what it leads to.
func TestWriteFileWritesThroughLinks(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	require.NoError(t, os.WriteFile(target, nil, 0o600))
	if err := os.Symlink(target, link); err != nil {
		parts.Missing(t, "there are no symbolic links here: "+err.Error())
	}
	require.NoError(t, mayBeWritten(link))
	require.NoError(t, writeFile(link, says("report")))
	text, err := os.ReadFile(target)
	require.NoError(t, err)
	assert.Equal(t, "report", string(text))
	info, err := os.Lstat(link)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink, "the link is still one")
}

func TestMayBeWritten(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, tt := range []struct{ name, path, says string }{
		{"a new file", filepath.Join(dir, "new"), ""},
		{"a file", file, ""},
		{"a folder", dir, "is a folder"},
		{"no folder", filepath.Join(dir, "nowhere", "new"), "there is no folder"},
		{"a file as folder", filepath.Join(file, "new"), "folder"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := mayBeWritten(tt.path)
			if tt.says == "" {
				require.NoError(t, err)
				return
			}
			if runtime.GOOS != "windows" || tt.name != "a file as folder" {
				require.Error(t, err)
			}
		})
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "the check leaves nothing behind")
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// A reader that went away changes no exit code; a full disk is said, whatever the verb.
func TestOutputThatCannotBeWritten(t *testing.T) {
	full := &os.PathError{Op: "write", Path: "/dev/stdout", Err: errors.New("no space left")}
	gone := &os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EPIPE}
	for _, args := range [][]string{{"rules"}, {"version"}, {"--help"}, {"rules", "-o", "json"}, {"lint", "nowhere.txt"}, {"run", "nowhere.txt"}} {
		sound := Main(t.Context(), World{Args: args, Out: io.Discard, Err: io.Discard})
		var errs bytes.Buffer
		assert.Equal(t, sound, Main(t.Context(), World{Args: args, Out: failing{gone}, Err: &errs}), args)
		assert.NotContains(t, errs.String(), "pipe")
		assert.Equal(t, exitUsage, Main(t.Context(), World{Args: args, Out: failing{full}, Err: &errs}), args)
		assert.Contains(t, errs.String(), "cannot write to standard output: no space left\n  free some room", args)
	}
}
