package engine

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// hosts remembers which hosts cannot be reached, so that one cause is found out once and told once, however many APIs are behind it.
//
// A cause is the host's where its kind is (see [probe.Cause]), all attempts of a request ended with it, and nothing speaks against it: the
// host has never answered in this run, or it has not for as long as a connection may take, and meanwhile at least enoughInARow requests met such a
// cause. So a host that drops one connection and takes the next silences nobody.
type hosts struct {
	now     func() time.Time
	patient time.Duration // how long a host that has answered may be away

	mu      sync.Mutex
	known   map[string]*hostState // by scheme, host and port
	met     map[string]string     // by the id of each case that met the cause of a host, or was not sent because of it: the host
	origins map[string]address    // by the part of a URL that tells the host, as it is written
}

// address is the host that a URL leads to: its key, its host and port for people, and what is known of it. The names are empty where it leads to none.
type address struct {
	key, hostPort string
	state         *hostState
}

type hostState struct {
	answered time.Time // the latest answer, or anything else that only who is reached can get; zero for never
	inARow   int       // requests that met a cause of the host since then
	down     *probe.HostDiagnosis
}

// enoughInARow is how many requests to a host that has answered have to fail before the host is given up.
const enoughInARow = 3

func newHosts(now func() time.Time, patient time.Duration) *hosts {
	if patient <= 0 {
		patient = 10 * time.Second // what probe/send allows for connecting
	}
	return &hosts{now: now, patient: patient, known: map[string]*hostState{}, met: map[string]string{}, origins: map[string]address{}}
}

// addressed finds out once for each host where its URLs lead; its caller holds the lock.
func (h *hosts) addressed(raw string) address {
	origin := originOf(raw)
	at, known := h.origins[origin]
	if !known {
		at = addressOf(origin)
		at.state = h.of(at.key)
		h.origins[strings.Clone(origin)] = at // without the URL
	}
	return at
}

// originOf is the beginning of a URL, up to its path; "" where it tells no host.
func originOf(raw string) string {
	_, rest, found := strings.Cut(raw, "//")
	if !found {
		return ""
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[end:]
		return raw[:len(raw)-len(rest)]
	}
	return raw
}

func addressOf(origin string) address {
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" {
		return address{}
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	hostPort := net.JoinHostPort(u.Hostname(), port)
	return address{key: u.Scheme + "://" + hostPort, hostPort: hostPort}
}

// learn takes note of what became of a request. One that met a cause of its host was never sent, so that it may well be repeated in another
// run.
func (h *hosts) learn(caseID, rawURL string, x *probe.Exchange) {
	if x == nil || x.Saved {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	at := h.addressed(rawURL)
	if at.key == "" {
		return
	}
	state := at.state
	d := x.Diagnosis()
	if d == nil || !d.Host {
		state.answered, state.inARow = h.now(), 0
		return
	}
	h.met[caseID] = at.key
	state.inARow++
	gone := state.answered.IsZero() || state.inARow >= enoughInARow && h.now().Sub(state.answered) >= h.patient
	if state.down == nil && gone {
		state.down = &probe.HostDiagnosis{Host: at.hostPort, Rule: ruleOf(x, d), FoundIn: caseID, Diagnosis: *d}
	}
}

// ruleOf is the rule that a diagnosis is told under: that of the failure, or of the page that came.
func ruleOf(x *probe.Exchange, d *probe.Diagnosis) string {
	if f := x.Failure(); f != nil {
		return f.Rule
	}
	cause, _ := probe.CauseByID(d.Cause)
	return cause.Rule
}

func (h *hosts) of(key string) *hostState {
	if h.known[key] == nil {
		h.known[key] = &hostState{}
	}
	return h.known[key]
}

// unreached says why a case is not sent: its host could not be reached; "" where nothing is known against it.
func (h *hosts) unreached(caseID, rawURL string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := h.addressed(rawURL)
	if at.state.down == nil {
		return ""
	}
	h.met[caseID] = at.key
	return "not sent: " + seen(at.state.down)
}

// answers says that the host of a URL has answered in this run, and nothing speaks against it.
func (h *hosts) answers(rawURL string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	state := h.addressed(rawURL).state
	return !state.answered.IsZero() && state.inARow == 0
}

// lost is what would become of a call to a host that was given up, as far as a token call needs to know; nil where nothing is known against it.
func (h *hosts) lost(q probe.Request) *probe.Exchange {
	h.mu.Lock()
	defer h.mu.Unlock()
	state := h.addressed(q.URL).state
	if state.down == nil {
		return nil
	}
	return &probe.Exchange{
		Request:  probe.RecordedRequest{Method: q.Method},
		Attempts: []probe.Attempt{{Error: seen(state.down), Phase: probe.PhaseConnect, Rule: state.down.Rule, Diagnosis: &state.down.Diagnosis}},
	}
}

func seen(d *probe.HostDiagnosis) string {
	return fmt.Sprintf("%s could not be reached, see %s", d.Host, d.FoundIn)
}

// leadBack replaces what a case says of the cause of its host by where that is told, and says whether it had a finding of its own.
func leadBack(d *probe.HostDiagnosis, c *probe.Result) bool {
	if c.Exchange == nil {
		c.Reason = "not sent: " + seen(d)
		return false
	}
	own := func(f probe.Finding) bool { return f.Rule == d.Rule && f.Location != probe.AtSetup }
	if !slices.ContainsFunc(c.Findings, own) {
		return false
	}
	c.Findings, c.Reason = slices.DeleteFunc(c.Findings, own), seen(d)
	return true
}
