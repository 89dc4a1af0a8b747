package main

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNoMoreProcessorsThanRequestsUnderWay(t *testing.T) {
	before := runtime.GOMAXPROCS(4)
	defer runtime.GOMAXPROCS(before)
	for _, c := range []struct{ requests, processors int }{{0, 4}, {1, 1}, {3, 3}, {4, 4}, {64, 4}} {
		release := processorsFor(c.requests)
		assert.Equal(t, c.processors, runtime.GOMAXPROCS(0), "%d requests", c.requests)
		release()
		assert.Equal(t, 4, runtime.GOMAXPROCS(0), "after %d requests", c.requests)
	}
}
