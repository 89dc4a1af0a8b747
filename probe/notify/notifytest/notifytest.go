package notifytest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/notify"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

var start = time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)

// Conform runs the suite. open opens the same, at first empty, store each time it is called within one test.
func Conform(t *testing.T, open func(t *testing.T) func() notify.Store) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, func() notify.Store){
		"what was decided comes back":             comesBack,
		"it is decided once":                      once,
		"a decision that fails leaves nothing":    allOrNothing,
		"two decide one after the other":          alone,
		"a delivery is claimed by one":            claimed,
		"none overtakes":                          inOrder,
		"a lease runs out":                        leased,
		"what waits can grow until it is claimed": grows,
		"what is over is forgotten":               tidied,
		"hostile texts":                           hostile,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func track(key string) notify.Track {
	return notify.Track{
		Route: "r", Row: 0b1011, Runs: 4, Told: notify.ToldOpen, Since: start, Last: start, ToldAt: start,
		Topic: notify.Topic{Key: key, Kind: notify.Finding, API: "Book", Slug: "book", Severity: source.Error, Blame: probe.BlameEndpoint, Message: "m"},
	}
}

func delivery(id, channel string, at time.Time) notify.Delivery {
	return notify.Delivery{
		ID: id, Channel: channel, CreatedAt: at, NextAt: at, Until: at.Add(time.Hour),
		Events: []notify.Event{{Change: notify.New, Topic: track("k").Topic, At: at, Since: at}},
	}
}

func decide(t *testing.T, s notify.Store, once string, out notify.Outcome) {
	t.Helper()
	require.NoError(t, s.Decide(t.Context(), once, start, func(notify.Memory) (notify.Outcome, error) { return out, nil }))
}

func comesBack(t *testing.T, open func() notify.Store) {
	api := notify.APIState{Slug: "book", Promise: "p", Rules: "3", Verdict: probe.Deviates, At: start}
	decide(t, open(), "run:1", notify.Outcome{
		Tracks: []notify.Track{track("a"), track("b")}, APIs: []notify.APIState{api}, Deliveries: []notify.Delivery{delivery("d", "c", start)},
	})
	again := track("b")
	again.Told = notify.ToldFlapping
	decide(t, open(), "run:2", notify.Outcome{Tracks: []notify.Track{again}, Forget: []notify.Track{track("a")}})
	m, err := open().Remember(t.Context())
	require.NoError(t, err)
	assert.Equal(t, notify.Memory{Tracks: []notify.Track{again}, APIs: []notify.APIState{api}, Waiting: []notify.Delivery{delivery("d", "c", start)}}, m)
	backlog, err := open().Backlog(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"c": 1}, backlog)
}

func once(t *testing.T, open func() notify.Store) {
	decide(t, open(), "run:1", notify.Outcome{})
	err := open().Decide(t.Context(), "run:1", start, func(notify.Memory) (notify.Outcome, error) {
		t.Error("it was decided before")
		return notify.Outcome{}, nil
	})
	require.ErrorIs(t, err, notify.ErrDecided)
	for id, want := range map[string]bool{"run:1": true, "run:2": false} {
		got, err := open().Decided(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, want, got, id)
	}
}

func allOrNothing(t *testing.T, open func() notify.Store) {
	failure := errors.New("no")
	err := open().Decide(t.Context(), "run:1", start, func(notify.Memory) (notify.Outcome, error) {
		return notify.Outcome{Tracks: []notify.Track{track("a")}}, failure
	})
	require.ErrorIs(t, err, failure)
	decide(t, open(), "run:1", notify.Outcome{})
	m, err := open().Remember(t.Context())
	require.NoError(t, err)
	assert.Empty(t, m.Tracks)
}

func alone(t *testing.T, open func() notify.Store) {
	var all sync.WaitGroup
	const each, writers = 10, 4
	for w := range writers {
		s := open()
		all.Go(func() {
			for i := range each {
				err := s.Decide(t.Context(), fmt.Sprintf("run:%d-%d", w, i), start, func(m notify.Memory) (notify.Outcome, error) {
					k := track("counter")
					k.Runs = len(m.Tracks)
					if k.Runs > 0 {
						k.Runs = m.Tracks[0].Runs + 1
					}
					return notify.Outcome{Tracks: []notify.Track{k}}, nil
				})
				assert.NoError(t, err)
			}
		})
	}
	all.Wait()
	m, err := open().Remember(t.Context())
	require.NoError(t, err)
	require.Len(t, m.Tracks, 1)
	assert.Equal(t, writers*each-1, m.Tracks[0].Runs, "each has seen what the one before left")
}

func claimed(t *testing.T, open func() notify.Store) {
	decide(t, open(), "", notify.Outcome{Deliveries: []notify.Delivery{delivery("d", "c", start), delivery("other", "o", start)}})
	var got atomic.Int32
	var all sync.WaitGroup
	for range 4 {
		s := open()
		all.Go(func() {
			d, err := s.Claim(t.Context(), "c", start, start.Add(time.Minute))
			assert.NoError(t, err)
			if d != nil {
				got.Add(1)
				assert.Equal(t, 1, d.Attempts)
				assert.Equal(t, delivery("d", "c", start).Events, d.Events)
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 1, got.Load())
	require.NoError(t, open().Settle(t.Context(), "d", notify.Sent, start))
	require.Error(t, open().Settle(t.Context(), "d", notify.Sent, start), "it is over")
	d, err := open().Claim(t.Context(), "c", start.Add(time.Hour), start.Add(2*time.Hour))
	require.NoError(t, err)
	assert.Nil(t, d)
}

func inOrder(t *testing.T, open func() notify.Store) {
	s := open()
	decide(t, s, "", notify.Outcome{Deliveries: []notify.Delivery{delivery("b", "c", start.Add(time.Second)), delivery("a", "c", start)}})
	later := start.Add(time.Minute)
	d, err := s.Claim(t.Context(), "c", later, later.Add(time.Minute))
	require.NoError(t, err)
	require.NotNil(t, d)
	assert.Equal(t, "a", d.ID)
	require.NoError(t, s.Settle(t.Context(), "a", notify.Waiting, later.Add(time.Minute)))
	d, err = s.Claim(t.Context(), "c", later, later.Add(time.Minute))
	require.NoError(t, err)
	assert.Nil(t, d, "b waits for a")
	require.NoError(t, s.Settle(t.Context(), "a", notify.Dropped, later))
	d, err = s.Claim(t.Context(), "c", later, later.Add(time.Minute))
	require.NoError(t, err)
	require.NotNil(t, d)
	assert.Equal(t, "b", d.ID)
}

func leased(t *testing.T, open func() notify.Store) {
	s := open()
	decide(t, s, "", notify.Outcome{Deliveries: []notify.Delivery{delivery("d", "c", start)}})
	for attempt := range 3 {
		now := start.Add(time.Duration(attempt) * time.Minute)
		d, err := s.Claim(t.Context(), "c", now, now.Add(time.Minute))
		require.NoError(t, err)
		require.NotNil(t, d, attempt)
		assert.Equal(t, attempt+1, d.Attempts)
		d, err = s.Claim(t.Context(), "c", now.Add(59*time.Second), now.Add(time.Minute))
		require.NoError(t, err)
		assert.Nil(t, d)
	}
}

func grows(t *testing.T, open func() notify.Store) {
	s := open()
	first := delivery("d", "c", start)
	decide(t, s, "", notify.Outcome{Deliveries: []notify.Delivery{first}})
	first.Events = append(first.Events, first.Events[0])
	first.NextAt = start.Add(time.Minute)
	decide(t, s, "", notify.Outcome{Deliveries: []notify.Delivery{first}})
	m, err := s.Remember(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []notify.Delivery{first}, m.Waiting)
	d, err := s.Claim(t.Context(), "c", first.NextAt, first.NextAt.Add(time.Minute))
	require.NoError(t, err)
	require.Len(t, d.Events, 2)
	m, err = s.Remember(t.Context())
	require.NoError(t, err)
	assert.Empty(t, m.Waiting, "somebody is at it")
}

func tidied(t *testing.T, open func() notify.Store) {
	s := open()
	decide(t, s, "run:1", notify.Outcome{Tracks: []notify.Track{track("a")}, Deliveries: []notify.Delivery{delivery("d", "c", start)}})
	require.NoError(t, s.Tidy(t.Context(), start))
	m, err := s.Remember(t.Context())
	require.NoError(t, err)
	assert.Len(t, m.Waiting, 1)
	assert.Len(t, m.Tracks, 1)
	require.NoError(t, s.Tidy(t.Context(), start.Add(2*time.Hour)))
	m, err = s.Remember(t.Context())
	require.NoError(t, err)
	assert.Equal(t, notify.Memory{}, m)
	known, err := s.Decided(t.Context(), "run:1")
	require.NoError(t, err)
	assert.False(t, known)
}

func hostile(t *testing.T, open func() notify.Store) {
	s := open()
	k := track("k")
	k.Topic.Message = "'; DROP TABLE runs; -- ?\u202e \x00 \U0001F4A5"
	decide(t, s, "run:'?", notify.Outcome{Tracks: []notify.Track{k}})
	m, err := s.Remember(t.Context())
	require.NoError(t, err)
	require.Len(t, m.Tracks, 1)
	assert.Equal(t, k.Topic.Message, m.Tracks[0].Topic.Message)
}
