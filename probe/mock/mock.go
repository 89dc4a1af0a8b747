// Package mock plays the APIs that sheets document, so that an integration can be written before staging exists.
//
// Requests are held against the sheet as a strict server would: method and path, media type, credentials, mandatory fields, types and rules. What the sheet
// rules out is answered with the error that it documents for that mistake, by the same pairing by which `run` expects it, see package plan; everything else
// with the documented success. What an answer is and why stands in its header [WhyHeader]. Clock, randomness and addresses are given.
package mock

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
)

// WhyHeader says in every answer which API it is of, and which mistake it answers.
const WhyHeader = "X-Sheetprobe-Mock"

// maxBody bounds the body of a request, in bytes.
const maxBody = 10 << 20

// Options say how to play.
type Options struct {
	Vars           probe.Vars    // the values that the mock takes for the right ones
	AnyCredentials bool          // take every credential that is there
	Latency        time.Duration // before every answer
	Jitter         time.Duration // up to this much more
	Faults         []Fault
	Seed           uint64                // equal seeds give equal faults and delays to equal requests in equal order
	Callbacks      func(url string) bool // says whether an address may be called back; nil calls none
	Say            func(Event)           // is told of every request; calls can overlap; nil tells nobody
}

// Event is one request and what came of it.
type Event struct {
	Method, Path string
	API          string // "" where none is at that address
	Status       int    // 0 where the connection was broken on purpose
	Why          string
}

// Mock is an http.Handler that plays the APIs of sheets.
type Mock struct {
	options Options
	routes  []route
	calls   sync.WaitGroup
	ctx     context.Context //nolint:containedctx // ends with the mock, and with it the calls that it makes
	stop    context.CancelFunc

	mu   sync.Mutex
	dice *rand.Rand
}

// New makes a mock of the sheets that have a method and an address; unplayed says of the others why not. Values are those that it expects in the place of
// placeholders which Options.Vars say nothing of.
func New(sheets []*probe.Sheet, o Options) (m *Mock, values []probe.Var, unplayed []string) {
	m = &Mock{options: o, dice: rand.New(rand.NewPCG(o.Seed, 0))} //nolint:gosec // dice, no secret
	m.ctx, m.stop = context.WithCancel(context.Background())
	vars, values := standIns(sheets, o.Vars)
	all := shared{sheets, plan.NewSiblings(sheets), vars, handedOut(sheets)}
	for _, s := range sheets {
		r, err := newRoute(s, all)
		if err != nil {
			unplayed = append(unplayed, fmt.Sprintf("%q: %v", s.Name, err))
			continue
		}
		m.routes = append(m.routes, r)
	}
	slices.SortStableFunc(m.routes, func(a, b route) int { return b.literals() - a.literals() })
	return m, values, unplayed
}

// Close waits for the calls that the mock makes, which it breaks off.
func (m *Mock) Close() {
	m.stop()
	m.calls.Wait()
}

// standIns fill what nobody has given a value for.
func standIns(sheets []*probe.Sheet, given probe.Vars) (all probe.Vars, added []probe.Var) {
	vars := given.All()
	for _, s := range sheets {
		for _, c := range plan.Build(s, plan.Options{Vars: given, Negatives: plan.NegativeFilter{None: true}}).Cases {
			for _, need := range c.Needs {
				if need.Set || need.Name == "" || slices.ContainsFunc(added, func(v probe.Var) bool { return probe.VarKey(v.Name) == probe.VarKey(need.Name) }) {
					continue
				}
				added = append(added, probe.Var{Name: need.Name, Value: "mock-" + probe.Slug(need.Name), Origin: "the mock"})
			}
		}
	}
	return probe.NewVars(append(vars, added...)...), added
}

// ServeHTTP answers one request.
func (m *Mock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		m.send(w, r, nil, reply{status: http.StatusRequestEntityTooLarge, why: fmt.Sprintf("the body is longer than %d bytes, or did not come whole", maxBody)})
		return
	}
	if !m.wait(r.Context()) {
		return
	}
	if f, ok := m.fault(); ok {
		m.misbehave(w, r, f)
		return
	}
	q := request{Request: r, body: body, path: r.URL.EscapedPath(), query: r.URL.Query()}
	found, other := m.find(&q)
	if found == nil {
		m.send(w, r, nil, nowhere(other))
		return
	}
	answer := found.answer(&q, m.options.AnyCredentials)
	if answer.success {
		m.callBack(found, &q)
	}
	m.send(w, r, found, answer)
}

// wait lets the latency pass; false says that nobody waits any more.
func (m *Mock) wait(ctx context.Context) bool {
	d := m.options.Latency
	if m.options.Jitter > 0 {
		m.mu.Lock()
		d += time.Duration(m.dice.Int64N(int64(m.options.Jitter)))
		m.mu.Unlock()
	}
	return pause(ctx, d)
}

func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// find is the API that a request is for. Of several at one address it is the one whose sheet has least against the request. other are the methods that
// APIs at the address have, where none has that of the request.
func (m *Mock) find(q *request) (found *route, other []*route) {
	least := 0
	for i := range m.routes {
		r := &m.routes[i]
		given, ok := r.match(q.path)
		switch {
		case !ok:
		case r.sheet.Method != q.Method:
			other = append(other, r)
		default:
			mistakes := r.mistakes(q, given, false)
			if found == nil || len(mistakes) < least {
				found, least = r, len(mistakes)
			}
		}
	}
	return found, other
}

// nowhere answers what no sheet documents.
func nowhere(other []*route) reply {
	if len(other) == 0 {
		return reply{status: http.StatusNotFound, why: "no sheet documents this path"}
	}
	var methods []string
	for _, r := range other {
		methods = append(methods, r.sheet.Method)
	}
	slices.Sort(methods)
	methods = slices.Compact(methods)
	a := other[0].refuse(mistake{family: probe.FamilyWrongMethod, why: "the sheet documents " + strings.Join(methods, ", ") + " here"})
	a.headers = append(a.headers, probe.Header{Name: "Allow", Value: strings.Join(methods, ", ")})
	return a
}

// send writes an answer, and says so.
func (m *Mock) send(w http.ResponseWriter, r *http.Request, of *route, a reply) {
	h := w.Header()
	for _, header := range a.headers {
		h.Add(header.Name, header.Value)
	}
	name := ""
	if of != nil {
		name = of.sheet.Name
	}
	h.Set(WhyHeader, headerText(name, a.why))
	if len(a.body) == 0 && a.why != "" && !a.success {
		a.body, a.mediaType = []byte(a.why+"\n"), "text/plain; charset=utf-8"
	}
	if a.mediaType != "" && h.Get("Content-Type") == "" {
		h.Set("Content-Type", a.mediaType)
	}
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead && a.status != http.StatusNoContent {
		_, _ = w.Write(a.body) // who asked may be gone
	}
	m.say(r, name, a.status, a.why)
}

func (m *Mock) say(r *http.Request, api string, status int, why string) {
	if m.options.Say != nil {
		m.options.Say(Event{Method: r.Method, Path: r.URL.Path, API: api, Status: status, Why: why})
	}
}

// headerText is a text that a header can hold.
func headerText(parts ...string) string {
	text := strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ": ")
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text[:min(len(text), 400)])
}
