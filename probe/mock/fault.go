package mock

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is a way to misbehave, and of how many requests in a hundred.
type Fault struct {
	Kind    string // see [FaultKinds]
	Percent float64
}

// FaultKinds are the ways to misbehave: an HTTP status from 400 to 599, or one of these.
var FaultKinds = []string{"timeout", "reset", "truncated", "malformed", "html"}

// ParseFault reads KIND or KIND=PERCENT.
func ParseFault(text string) (Fault, error) {
	kind, share, given := strings.Cut(text, "=")
	f := Fault{Kind: kind, Percent: 100}
	if n, err := strconv.Atoi(kind); !slices.Contains(FaultKinds, kind) && (err != nil || n < 400 || n > 599) {
		return f, fmt.Errorf("%q is no fault; known are %s, and HTTP statuses from 400 to 599", kind, strings.Join(FaultKinds, ", "))
	}
	if given {
		percent, err := strconv.ParseFloat(strings.TrimSuffix(share, "%"), 64)
		if err != nil || !(percent > 0 && percent <= 100) {
			return f, fmt.Errorf("%q is no share of requests: use a number up to 100", share)
		}
		f.Percent = percent
	}
	return f, nil
}

// fault throws the dice for each fault, in order.
func (m *Mock) fault() (Fault, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range m.options.Faults {
		if m.dice.Float64()*100 < f.Percent {
			return f, true
		}
	}
	return Fault{}, false
}

// maxHang is how long a request hangs that is not to be answered.
const maxHang = 5 * time.Minute

func (m *Mock) misbehave(w http.ResponseWriter, r *http.Request, f Fault) {
	why := "fault on request: " + f.Kind
	if n, err := strconv.Atoi(f.Kind); err == nil {
		if n == http.StatusTooManyRequests || n == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "1")
		}
		m.send(w, r, nil, reply{status: n, why: why})
		return
	}
	status := http.StatusOK
	switch f.Kind {
	case "timeout":
		m.say(r, "", 0, why)
		pause(r.Context(), maxHang)
		panic(http.ErrAbortHandler)
	case "reset":
		m.say(r, "", 0, why)
		panic(http.ErrAbortHandler)
	case "truncated":
		w.Header().Set("Content-Length", "1000")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"data": [{"id": `))
		_ = http.NewResponseController(w).Flush() // else nothing at all would go out
		m.say(r, "", status, why)
		panic(http.ErrAbortHandler)
	case "malformed":
		m.send(w, r, nil, reply{status: status, body: []byte(`{"data": [1, 2,`), mediaType: "application/json", why: why})
	case "html":
		m.send(w, r, nil, reply{status: http.StatusBadGateway, body: []byte("<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"), mediaType: "text/html", why: why})
	}
}
