package send

import (
	"runtime"
	"sync"
)

// convoy has requests that are ready at about the same time go out one right after the other. Where we have more to do for an answer than who gives it,
// each request would else find the server asleep, and wake it for itself alone: that costs both sides more than the request.
//
// Nobody waits for a clock: who gathers the others only lets those go first that can run now. Where there is nothing else to do, that is no time.
type convoy struct {
	mu       sync.Mutex
	underWay int
	ready    int           // that wait for the convoy to leave
	leaves   chan struct{} // closed when they may go; nil where none gathers
}

// enough is how often in a row those who gather let all others run without anybody coming.
const enough = 2

// enter returns when a request may go out: at once where none is under way, since nothing can become ready beside it. Who entered leaves.
func (c *convoy) enter() {
	c.mu.Lock()
	if c.underWay == 0 && c.leaves == nil {
		c.underWay++
		c.mu.Unlock()
		return
	}
	c.ready++
	if leaves := c.leaves; leaves != nil {
		c.mu.Unlock()
		<-leaves
		return
	}
	c.leaves = make(chan struct{})
	c.mu.Unlock()
	c.gather()
}

// gather has the convoy leave when nobody joins it any more.
func (c *convoy) gather() {
	for joined, idle := 0, 0; idle < enough; {
		runtime.Gosched()
		c.mu.Lock()
		ready := c.ready
		c.mu.Unlock()
		if idle++; ready > joined {
			joined, idle = ready, 0
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.underWay += c.ready
	close(c.leaves)
	c.ready, c.leaves = 0, nil
}

func (c *convoy) leave() {
	c.mu.Lock()
	c.underWay--
	c.mu.Unlock()
}

// alone says that one request at most is under way, and that none is about to be.
func (c *convoy) alone() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.underWay+c.ready <= 1
}
