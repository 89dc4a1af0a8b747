package main

import (
	"cmp"
	"runtime"

	"github.com/sheetprobe/sheetprobe/probe/engine"
)

// processorsFor has no more processors at work than requests under way, 0 being the default, until release is called: one more would only be woken to
// find that there is nothing to do, and keep who answers, where that is this machine, from its own.
func processorsFor(requests int) (release func()) {
	before := runtime.GOMAXPROCS(0)
	fewer := cmp.Or(requests, engine.DefaultConcurrency)
	if fewer >= before {
		return func() {}
	}
	runtime.GOMAXPROCS(fewer)
	return func() { runtime.GOMAXPROCS(before) }
}
