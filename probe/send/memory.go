package send

import (
	"hash/maphash"
	"net/url"
	"strings"
	"sync/atomic"
)

// memory holds the latest of what requests have in common, each at a place that follows from it. It is safe for concurrent use.
type memory struct {
	seed  maphash.Seed
	heads [remembered]atomic.Pointer[head]
	urls  [remembered]atomic.Pointer[readURL]
}

// How many heads and URLs are remembered, and how large ones, in bytes: those that documents spell out.
const (
	remembered    = 256
	maxRemembered = 8 << 10
)

func newMemory() *memory { return &memory{seed: maphash.MakeSeed()} }

// readURL is a URL as it was given, and as it goes out; it is not changed.
type readURL struct {
	given, text string
	*url.URL
}

func (m *memory) urlOf(given string) (*readURL, error) {
	at := &m.urls[maphash.String(m.seed, given)%remembered]
	if u := at.Load(); u != nil && u.given == given {
		return u, nil
	}
	given = strings.Clone(given) // without the document that it stands in
	parsed, err := parseURL(given)
	if err != nil {
		return nil, err
	}
	u := &readURL{given, parsed.String(), parsed}
	if len(given) <= maxRemembered {
		at.Store(u)
	}
	return u, nil
}
