package main

import (
	"runtime"
	"runtime/debug"
	"slices"
)

// The heap of a run. Its exchanges are garbage as soon as they are kept elsewhere, so that a small heap would be collected many times a second; and
// what a large run holds for long, its sheets, is not to be held twice over.
const (
	ballast     = 512 << 20 // bytes that the collector takes for alive; nobody writes to them, so that they take no memory
	ballastPart = 8 << 20   // of them in one piece: where a piece begins in memory that was used before, it is cleared as a whole, and takes memory
	collectorAt = 14        // per cent of what is alive, until the next collection: 72 MiB, and a seventh of the sheets
)

// steadyHeap has the collector run seldom on a small heap, and keep a large one tight, until release is called. What the user said in GOGC stays, and
// so does a limit in GOMEMLIMIT, in which the ballast would count.
func steadyHeap(environ []string) (release func()) {
	said := func(name string) bool {
		_, ok := lookupEnv(environ, name)
		return ok
	}
	if slices.ContainsFunc([]string{"GOGC", "GOMEMLIMIT"}, said) {
		return func() {}
	}
	held := make([][]byte, ballast/ballastPart)
	for i := range held {
		held[i] = make([]byte, ballastPart)
	}
	before := debug.SetGCPercent(collectorAt)
	return func() {
		runtime.KeepAlive(held)
		debug.SetGCPercent(before)
	}
}
