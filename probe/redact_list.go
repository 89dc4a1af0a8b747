package probe

import (
	"slices"
	"sync/atomic"
)

// HeaderList is a list of headers that many requests carry: what is to be masked in it is found out once for all of them, and again when more
// has become secret. It is safe for concurrent use.
type HeaderList struct {
	redactor *Redactor
	headers  []Header
	latest   atomic.Pointer[maskedList]
}

// maskedList is what was made of a list by what was known then.
type maskedList struct {
	by      *knowledge
	headers []Header // nil where credentials stand in them that a record has to know
}

// HeaderList makes one. The headers must not be changed any more, and neither must those of the records be: they share them.
func (r *Redactor) HeaderList(hs []Header) *HeaderList { return &HeaderList{redactor: r, headers: hs} }

// Record is [Redactor.Record] of a request that carries the headers, and no others.
func (l *HeaderList) Record(q Request) (*Redactor, RecordedRequest) {
	return l.redactor.record(q, l.masked())
}

// masked is nil where the headers have to be looked at with each request.
func (l *HeaderList) masked() []Header {
	r := l.redactor
	if r.parent != nil { // which may learn without r
		return nil
	}
	known := r.load()
	latest := l.latest.Load()
	if latest == nil || latest.by != known {
		latest = &maskedList{by: known}
		standing := learned{plausible: looksRandom}
		if r.learning(&standing).each(l.headers); len(standing.found) == 0 {
			latest.headers = slices.Clip(r.Headers(l.headers))
		}
		l.latest.Store(latest)
	}
	return latest.headers
}
