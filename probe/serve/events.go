package serve

import "sync"

// event is something that pages want to know at once.
type event struct {
	Kind     string    `json:"kind"` // began, progress or ended
	RunID    string    `json:"run_id"`
	Schedule string    `json:"schedule"`
	Progress *Progress `json:"progress,omitempty"`
}

// maxListeners bounds who listens for events, each of which holds a connection, and maxOwnListeners how many of them are one user or token: nobody listens in
// the place of all.
const (
	maxListeners    = 64
	maxOwnListeners = 16
)

// events hands events to whoever listens. Who does not keep up misses some: a page asks again for what it shows.
type events struct {
	mu        sync.Mutex
	listeners map[chan event]string // by whose name; "" is nobody known by one
	closed    bool
}

func newEvents() *events { return &events{listeners: map[chan event]string{}} }

func (e *events) tell(what event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for listener := range e.listeners {
		select {
		case listener <- what:
		default:
		}
	}
}

// listen returns nil where too many listen, or nobody may any more. The channel is closed when the server stops.
func (e *events) listen(name string) chan event {
	e.mu.Lock()
	defer e.mu.Unlock()
	own := 0
	for _, other := range e.listeners {
		if name != "" && other == name {
			own++
		}
	}
	if e.closed || len(e.listeners) >= maxListeners || own >= maxOwnListeners {
		return nil
	}
	listener := make(chan event, 32)
	e.listeners[listener] = name
	return listener
}

func (e *events) leave(listener chan event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.listeners, listener)
}

func (e *events) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	for listener := range e.listeners {
		close(listener)
	}
	e.listeners = map[chan event]string{}
}
