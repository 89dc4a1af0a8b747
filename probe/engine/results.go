package engine

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Results keeps what a run found out about its APIs, by their places in the run, so that a large run needs no large memory. Calls of Put for
// different APIs can overlap; Get is for what was put.
type Results interface {
	// Add keeps the next cases of an API that goes on, as probe.EncodeResult writes them.
	Add(i int, lines [][]byte) error
	// Put keeps the results of an API, in the place of those that were kept of it before, and returns what of them the run is to hold. Of the cases that
	// are encoded already, lines holds that by their places, but for those that were added.
	Put(i int, s *probe.SheetResult, lines [][]byte) (held probe.SheetResult, err error)
	Get(i int) (*probe.SheetResult, error)
}

// inRun keeps the results in the run itself.
type inRun struct{ sheets []probe.SheetResult }

func (r inRun) Add(int, [][]byte) error { return nil }

func (r inRun) Put(_ int, s *probe.SheetResult, _ [][]byte) (probe.SheetResult, error) {
	return *s, nil
}

func (r inRun) Get(i int) (*probe.SheetResult, error) {
	s := r.sheets[i]
	return &s, nil
}

// put hands the results of an API to whoever keeps them. A run whose results cannot be kept is over: it would prove nothing.
func (r *runner) put(i int, s *probe.SheetResult, lines [][]byte) {
	s.Settle()
	ownWords(s)
	held, err := r.results.Put(i, s, lines)
	if err != nil {
		r.fail(err)
	}
	r.sheets[i] = held
}

// fail ends the run because of an error of ours.
func (r *runner) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failed == nil {
		r.failed = err
		r.cancel()
	}
}

// ownWords has a result share no text with its document: whoever holds a word of it would hold all of it.
func ownWords(s *probe.SheetResult) {
	own := func(texts ...*string) {
		for _, t := range texts {
			*t = strings.Clone(*t)
		}
	}
	own(&s.Name, &s.Method, &s.URL)
	for i := range s.Coverage.Codes {
		c := &s.Coverage.Codes[i]
		own(&c.Code, &c.Message)
	}
	for i := range s.Coverage.Responses {
		r := &s.Coverage.Responses[i]
		own(&r.Code, &r.Title)
	}
}
