package send

import (
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhoIsAloneGoesAtOnce(t *testing.T) {
	var c convoy
	c.enter()
	assert.Equal(t, 1, c.underWay)
	assert.Nil(t, c.leaves, "nobody is waited for")
	c.leave()
	assert.Zero(t, c.underWay)
}

func TestAConvoyTakesAllThatJoinedIt(t *testing.T) {
	c := convoy{underWay: 1, leaves: make(chan struct{})} // one is under way, another gathers, and waits itself
	c.ready = 1
	const more = 10
	var joining sync.WaitGroup
	for range more {
		joining.Go(c.enter)
	}
	joined := func() bool { c.mu.Lock(); defer c.mu.Unlock(); return c.ready == 1+more }
	for !joined() {
		runtime.Gosched()
	}
	c.gather()
	joining.Wait()
	assert.Equal(t, 2+more, c.underWay)
	assert.Zero(t, c.ready)
	assert.Nil(t, c.leaves)
}

func TestNobodyIsLeftBehind(t *testing.T) {
	var c convoy
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			for range 200 {
				c.enter()
				c.leave()
			}
		})
	}
	all.Wait()
	assert.Zero(t, c.underWay)
	assert.Zero(t, c.ready)
}
