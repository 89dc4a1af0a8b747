package engine

import (
	"sync"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Progress is how far a run has come.
type Progress struct {
	APIs     int // that have finished
	Cases    int // that have been decided, those that were not sent included
	Deviates int // cases that deviate
	Requests int // that went out
}

// progress counts what the goroutines of a run finish, and tells Options.Progress of it, one call at a time.
type progress struct {
	mu   sync.Mutex
	now  Progress
	tell func(Progress)
}

func (p *progress) decided(r probe.Result) {
	p.add(func(now *Progress) {
		now.Cases++
		now.Requests += r.Exchange.Requests()
		if r.Verdict == probe.Deviates {
			now.Deviates++
		}
	})
}

func (p *progress) finished() {
	p.add(func(now *Progress) { now.APIs++ })
}

func (p *progress) add(change func(*Progress)) {
	if p.tell == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.now)
	p.tell(p.now)
}
