package main

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The ballast takes no memory of the machine, also where the collector has run before: then the heap has used memory to give, which is cleared.
func TestTheBallastTakesNoMemory(t *testing.T) {
	useMemory(16 << 20)
	runtime.GC()
	before := residentBytes(t)
	release := steadyHeap(nil)
	after := residentBytes(t)
	release()
	assert.Less(t, after-before, ballast/4, "bytes of memory that the ballast takes")
}

// useMemory writes to so many bytes in small pieces, and holds none of them.
func useMemory(bytes int) {
	const piece = 64 << 10
	pieces := make([][]byte, bytes/piece)
	for i := range pieces {
		pieces[i] = make([]byte, piece)
		for k := range pieces[i] {
			pieces[i][k] = 1
		}
	}
	runtime.KeepAlive(pieces)
}

// residentBytes is the memory of this process, see proc_pid_statm(5).
func residentBytes(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	require.NoError(t, err)
	fields := bytes.Fields(text)
	require.Greater(t, len(fields), 1)
	pages, err := strconv.Atoi(string(fields[1]))
	require.NoError(t, err)
	return pages * os.Getpagesize()
}
