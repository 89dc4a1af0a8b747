package main

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestASecondInterruptionEndsAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		after  []time.Duration // the first signal, when each further one comes
		atOnce bool
	}{
		"once":                      {nil, false},
		"twice by whoever runs us":  {[]time.Duration{time.Millisecond}, false},
		"again":                     {[]time.Duration{2 * time.Second}, true},
		"impatiently":               {[]time.Duration{time.Millisecond, time.Millisecond, time.Second, time.Minute}, true},
		"twice, and never any more": {[]time.Duration{0, 0}, false},
	} {
		t.Run(name, func(t *testing.T) {
			signals := make(chan os.Signal, 1+len(c.after))
			for range 1 + len(c.after) {
				signals <- os.Interrupt
			}
			close(signals)
			begun := time.Unix(0, 0)
			times := append([]time.Duration{0}, c.after...)
			var done []string
			interrupting(signals, func() time.Time {
				at := begun.Add(times[0])
				times = times[1:]
				return at
			}, func() { done = append(done, "in good order") }, func() { done = append(done, "at once") })
			want := []string{"in good order"}
			if c.atOnce {
				want = append(want, "at once")
			}
			assert.Equal(t, want, done)
		})
	}
	interrupting(closed(), time.Now, func() { t.Error("nobody interrupts") }, func() { t.Error("nobody interrupts") })
}

func closed() <-chan os.Signal {
	signals := make(chan os.Signal)
	close(signals)
	return signals
}
