package probe

import (
	"strings"
	"sync"
)

// aName is what a name says of the values that stand under it.
type aName struct {
	secret bool  // LooksSecret
	key    bool  // credentialKey
	holds  holds // of a header
}

// holds is what the value of a header is made of.
type holds int

const (
	holdsText    holds = iota
	holdsCookies       // that are sent
	holdsCookie        // that is set, with its attributes
	holdsURL
)

func saysOf(name string) aName {
	return aName{secret: LooksSecret(name), key: credentialKey(name), holds: headerHolds(name)}
}

func headerHolds(name string) holds {
	switch strings.ToLower(name) {
	case "cookie":
		return holdsCookies
	case "set-cookie":
		return holdsCookie
	case "location", "content-location", "referer", "refresh":
		return holdsURL
	}
	return holdsText
}

// nameMemo remembers what was found out about names: the exchanges of a run have few of them, and each a thousand times.
type nameMemo struct {
	mu    sync.RWMutex
	known map[string]aName
}

// How many names are remembered, and up to which length: answers may have keys that are data.
const (
	maxNames   = 4096
	maxNameLen = 128
)

// wordsOf is what a name says.
func (r *Redactor) wordsOf(name string) aName {
	if r == nil || len(name) > maxNameLen {
		return saysOf(name)
	}
	for r.parent != nil {
		r = r.parent
	}
	return r.names.of(name)
}

func (m *nameMemo) of(name string) aName {
	m.mu.RLock()
	is, known := m.known[name]
	m.mu.RUnlock()
	if known {
		return is
	}
	is = saysOf(name)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[string]aName{}
	}
	if len(m.known) < maxNames {
		m.known[strings.Clone(name)] = is // not the answer that it stands in
	}
	return is
}
