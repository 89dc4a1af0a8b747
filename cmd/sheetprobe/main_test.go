package main

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The first signal ends what is done in good order, however often whoever runs us sends it; one behind that ends it at once.
func TestASecondInterruptionEndsAtOnce(t *testing.T) {
	signals, over, done := make(chan os.Signal), make(chan time.Time), make(chan string)
	tell := func(what string) func() { return func() { done <- what } }
	go func() {
		defer close(done)
		interrupting(signals, func() <-chan time.Time { return over }, tell("in good order"), tell("takes long"), tell("at once"))
	}()
	signals <- os.Interrupt
	assert.Equal(t, "in good order", <-done)
	signals <- os.Interrupt // each is taken before the next line is reached
	signals <- os.Interrupt
	over <- time.Time{}
	assert.Equal(t, "takes long", <-done)
	signals <- os.Interrupt
	assert.Equal(t, "at once", <-done)
	_, more := <-done
	assert.False(t, more)
}
