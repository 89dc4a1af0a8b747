//go:build unix

package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is no file, such as a pipe, is written to: replacing it would take it away from whoever else uses it.
func TestWriteFileWritesIntoPipes(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	link := filepath.Join(dir, "link")
	require.NoError(t, os.Symlink(pipe, link))
	for _, path := range []string{pipe, link} {
		require.NoError(t, mayBeWritten(path))
		read := make(chan []byte, 1)
		go func() {
			text, _ := os.ReadFile(pipe)
			read <- text
		}()
		require.NoError(t, writeFile(path, says("report")))
		assert.Equal(t, "report", string(<-read))
		info, err := os.Lstat(pipe)
		require.NoError(t, err)
		assert.NotZero(t, info.Mode()&os.ModeNamedPipe, "the pipe is still one")
	}
}
