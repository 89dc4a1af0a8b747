package send

import (
	"hash/maphash"
	"net/http"
	"net/textproto"
	"slices"
	"strings"

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

// headOf is the head of requests that are given the headers.
func (m *memory) headOf(given []probe.Header, o Options) (*head, error) {
	sum, size := uint64(len(given)), 0
	for i := range given {
		sum = sum*31 + maphash.String(m.seed, given[i].Value)
		size += len(given[i].Name) + len(given[i].Value)
	}
	at := &m.heads[sum%remembered]
	if h := at.Load(); h != nil && slices.EqualFunc(h.given, given, sameHeader) {
		return h, nil
	}
	h, err := newHead(copied(given), o)
	if err == nil && size <= maxRemembered {
		at.Store(h)
	}
	return h, err
}

func sameHeader(a, b probe.Header) bool { return a.Name == b.Name && a.Value == b.Value }

// copied are headers without the document that they stand in, of which several may have the same.
func copied(given []probe.Header) []probe.Header {
	own := make([]probe.Header, len(given))
	for i, h := range given {
		own[i] = probe.Header{Name: strings.Clone(h.Name), Value: strings.Clone(h.Value)}
	}
	return own
}
