package main

import (
	"errors"
	"io"
	"syscall"
)

// output is standard output. It remembers the first failure to write, and takes no more after it, so that no verb needs to look; see ended.
type output struct {
	io.Writer
	failed error
}

func (o *output) Write(p []byte) (int, error) {
	if o.failed == nil {
		_, o.failed = o.Writer.Write(p)
	}
	return len(p), nil
}

// ended makes of a code what the program ends with. A reader that went away, as head does, has seen what it wanted; anything else that kept
// the output from being written is said.
func (o *output) ended(w io.Writer, code int) int {
	if o.failed == nil || errors.Is(o.failed, syscall.EPIPE) {
		return code
	}
	return conclude(w, usageError("free some room, or send the output elsewhere", "cannot write to standard output: %w", cause(o.failed)))
}
