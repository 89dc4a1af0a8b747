package main

import (
	"runtime"
	"runtime/debug"
)

// The heap of a run. Its exchanges are garbage as soon as they are kept elsewhere, so that a small heap would be collected many times a second; and
// what a large run holds for long, its sheets, is not to be held twice over.
const (
	ballast     = 64 << 20 // bytes that the collector takes for alive; nobody writes to them, so that they take no memory
	collectorAt = 50       // per cent of what is alive, until the next collection
)

// steadyHeap has the collector run seldom on a small heap, and keep a large one tight, until release is called. What the user said in GOGC stays.
func steadyHeap(environ []string) (release func()) {
	if _, said := lookupEnv(environ, "GOGC"); said {
		return func() {}
	}
	held := make([]byte, ballast)
	before := debug.SetGCPercent(collectorAt)
	return func() {
		runtime.KeepAlive(held)
		debug.SetGCPercent(before)
	}
}
