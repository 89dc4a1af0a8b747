package send

import (
	"hash/maphash"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/sheetprobe/sheetprobe/probe"
)

// head is what requests have in common that are given the same headers, as most cases of a sheet are.
type head struct {
	given  []probe.Header
	sent   []probe.Header // as they go out, in the order in which they were given
	fields http.Header    // the same for net/http
	named  string         // the Host header; "" where none was given
	traced bool           // a traceparent was given
	masked *probe.HeaderList
}

func newHead(given []probe.Header, o Options) (*head, error) {
	sent, err := completeHeaders(given, o)
	if err != nil {
		return nil, err
	}
	h := &head{given: given, sent: sent, fields: make(http.Header, len(sent)), masked: o.Redactor.HeaderList(sent)}
	for _, field := range sent {
		canonical := textproto.CanonicalMIMEHeaderKey(field.Name)
		key := keyOf(field.Name, canonical)
		switch canonical {
		case "Host":
			h.named = field.Value
		case "Accept-Encoding": // of which the last one counts
			h.fields[key] = []string{field.Value}
		default:
			h.fields[key] = append(h.fields[key], field.Value)
		}
		h.traced = h.traced || strings.EqualFold(field.Name, probe.TraceHeader)
	}
	return h, nil
}

// heads remembers the latest, each at a place that follows from its values.
type heads struct {
	seed  maphash.Seed
	known [256]atomic.Pointer[head]
}

// maxHead is how large headers are remembered, in bytes: enough for what documents spell out.
const maxHead = 8 << 10

func newHeads() *heads { return &heads{seed: maphash.MakeSeed()} }

// of is the head of requests that are given the headers.
func (hs *heads) of(given []probe.Header, o Options) (*head, error) {
	sum, size := uint64(len(given)), 0
	for i := range given {
		sum = sum*31 + maphash.String(hs.seed, given[i].Value)
		size += len(given[i].Name) + len(given[i].Value)
	}
	at := &hs.known[sum%uint64(len(hs.known))]
	if h := at.Load(); h != nil && slices.EqualFunc(h.given, given, sameHeader) {
		return h, nil
	}
	h, err := newHead(withoutPlaces(given), o)
	if err == nil && size <= maxHead {
		at.Store(h)
	}
	return h, err
}

func sameHeader(a, b probe.Header) bool { return a.Name == b.Name && a.Value == b.Value }

// withoutPlaces is a copy that does not tell where in a document each stands: several documents may have the same.
func withoutPlaces(given []probe.Header) []probe.Header {
	copied := make([]probe.Header, len(given))
	for i, h := range given {
		copied[i] = probe.Header{Name: h.Name, Value: h.Value}
	}
	return copied
}
