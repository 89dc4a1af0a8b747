package dynamic

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Source is where values come from. It is safe for concurrent use; for values that do not depend on who comes first, give each its own
// with [Source.For].
type Source struct {
	seed    uint64
	now     func() time.Time
	counter *atomic.Int64

	mu   sync.Mutex // guards rand
	rand *rand.Rand
}

// NewSource makes a source of a seed and a clock. The zone of the clock's times is the zone of {{$date}}.
func NewSource(seed uint64, now func() time.Time) *Source {
	return newSource(seed, 0, now, new(atomic.Int64))
}

func newSource(seed, stream uint64, now func() time.Time, counter *atomic.Int64) *Source {
	return &Source{seed: seed, now: now, counter: counter, rand: rand.New(rand.NewPCG(seed, stream))}
}

// For is a source whose chance depends on the seed and the label alone, as on the id of a case. It counts on with the same counter.
func (s *Source) For(label string) *Source {
	h := fnv.New64a()
	_, _ = h.Write([]byte(label)) // never fails
	return newSource(s.seed, h.Sum64()|1, s.now, s.counter)
}

// kind is one name, and what may stand behind it.
type kind struct {
	name    string
	example string
	args    int  // how many arguments; negative: they may be left out
	timed   bool // an offset of time may stand behind it
	days    bool // it is about days, so that smaller offsets say nothing
}

func kinds() []kind {
	return []kind{
		{name: "uuid", example: "{{$uuid}}"},
		{name: "timestamp", example: "{{$timestamp-5m}}", timed: true},
		{name: "timestampMillis", example: "{{$timestampMillis-5m}}", timed: true},
		{name: "isoTimestamp", example: "{{$isoTimestamp+1h}}", timed: true},
		{name: "date", example: "{{$date+1d}}", timed: true, days: true},
		{name: "randomInt", example: "{{$randomInt(1,100)}}", args: -2},
		{name: "randomDigits", example: "{{$randomDigits(10)}}", args: 1},
		{name: "counter", example: "{{$counter}}"},
		{name: "firstName", example: "{{$firstName}}"},
		{name: "lastName", example: "{{$lastName}}"},
		{name: "fullName", example: "{{$fullName}}"},
		{name: "email", example: "{{$email}}"},
		{name: "phone", example: "{{$phone}}"},
		{name: "city", example: "{{$city}}"},
	}
}

// Names are those that there are, each as it is written between the braces.
func Names() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, "$"+strings.TrimSuffix(strings.TrimPrefix(k.example, "{{$"), "}}"))
	}
	return names
}

func kindNamed(name string) (kind, bool) {
	for _, k := range kinds() {
		if k.name == name {
			return k, true
		}
	}
	return kind{}, false
}

// make makes the value of a placeholder that has been checked.
func (s *Source) make(c call) (string, *Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch c.name {
	case "uuid":
		return s.uuid(), nil
	case "counter":
		return strconv.FormatInt(s.counter.Add(1), 10), nil
	case "randomInt":
		return s.integer(c.args)
	case "randomDigits":
		return s.digits(c.args[0])
	case "timestamp", "timestampMillis", "isoTimestamp", "date":
		return c.instant()
	}
	return s.person(c.name), nil
}

// instant is the time as the name wants it.
func (c call) instant() (string, *Error) {
	t, err := c.time()
	if err != nil {
		return "", err
	}
	switch c.name {
	case "timestamp":
		return strconv.FormatInt(t.Unix(), 10), nil
	case "timestampMillis":
		return strconv.FormatInt(t.UnixMilli(), 10), nil
	case "date":
		return t.Format(time.DateOnly), nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z"), nil
}

// uuid is of version 4, RFC 9562 section 5.4.
func (s *Source) uuid() string {
	high, low := s.rand.Uint64(), s.rand.Uint64()
	high = high&^0xf000 | 0x4000
	low = low&^(0xc<<60) | 0x8<<60
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", high>>32, high>>16&0xffff, high&0xffff, low>>48, low&(1<<48-1))
}

// integer is between both bounds, which are included; without bounds, between 0 and 1000.
func (s *Source) integer(bounds []int64) (string, *Error) {
	low, high := int64(0), int64(1000)
	if len(bounds) == 2 {
		low, high = bounds[0], bounds[1]
	}
	if low > high {
		return "", fail("write the smaller number first", "%d is more than %d", low, high)
	}
	drawn := s.rand.Uint64()
	if width := uint64(high) - uint64(low) + 1; width != 0 { // 0 where all integers are wanted
		drawn = s.rand.Uint64N(width)
	}
	return strconv.FormatInt(int64(uint64(low)+drawn), 10), nil
}

const maxDigits = 100

// digits never begin with zero, so that they are a number of JSON as well as a text.
func (s *Source) digits(n int64) (string, *Error) {
	if n < 1 || n > maxDigits {
		return "", fail("write a number from 1 to 100", "%d digits cannot be made", n)
	}
	out := make([]byte, n)
	for i := range out {
		out[i] = '0' + byte(s.rand.IntN(10))
	}
	out[0] = '1' + byte(s.rand.IntN(9))
	return string(out), nil
}
