// Package notifytest is what every notify.Store has to pass, and the plainest store that does. It is used by tests alone.
package notifytest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/notify"
)

// Memory is a notify.Store that lasts as long as the process.
type Memory struct {
	mu      sync.Mutex
	decided map[string]time.Time
	tracks  map[[2]string]notify.Track
	apis    map[string]notify.APIState
	all     map[string]*kept
}

type kept struct {
	notify.Delivery
	state notify.State
	lease time.Time
}

var _ notify.Store = (*Memory)(nil)

// NewMemory makes an empty one.
func NewMemory() *Memory {
	return &Memory{decided: map[string]time.Time{}, tracks: map[[2]string]notify.Track{}, apis: map[string]notify.APIState{}, all: map[string]*kept{}}
}

// Decide implements notify.Store.
func (s *Memory) Decide(ctx context.Context, once string, now time.Time, decide func(notify.Memory) (notify.Outcome, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if _, known := s.decided[once]; known {
		return notify.ErrDecided
	}
	out, err := decide(s.memory())
	if err != nil {
		return err
	}
	if once != "" {
		s.decided[once] = now
	}
	for _, t := range out.Forget {
		delete(s.tracks, [2]string{t.Route, t.Topic.Key})
	}
	for _, t := range out.Tracks {
		s.tracks[[2]string{t.Route, t.Topic.Key}] = copied(t)
	}
	for _, a := range out.APIs {
		s.apis[a.Slug] = a
	}
	for _, d := range out.Deliveries {
		if was := s.all[d.ID]; was != nil {
			d.CreatedAt = was.CreatedAt
		}
		s.all[d.ID] = &kept{Delivery: copied(d), state: notify.Waiting}
	}
	return nil
}

// copied is a value as it comes back from a database.
func copied[T any](value T) T {
	var again T
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &again)
	}
	if err != nil {
		panic(err)
	}
	return again
}

func (s *Memory) memory() notify.Memory {
	var m notify.Memory
	for _, t := range s.tracks {
		m.Tracks = append(m.Tracks, t)
	}
	for _, a := range s.apis {
		m.APIs = append(m.APIs, a)
	}
	for _, k := range s.waiting("") {
		if k.Attempts == 0 {
			m.Waiting = append(m.Waiting, k.Delivery)
		}
	}
	slices.SortFunc(m.Tracks, func(a, b notify.Track) int {
		return cmp.Or(cmp.Compare(a.Route, b.Route), cmp.Compare(a.Topic.Key, b.Topic.Key))
	})
	slices.SortFunc(m.APIs, func(a, b notify.APIState) int { return cmp.Compare(a.Slug, b.Slug) })
	return m
}

func (s *Memory) waiting(channel string) []*kept {
	var all []*kept
	for _, k := range s.all {
		if k.state == notify.Waiting && (channel == "" || k.Channel == channel) {
			all = append(all, k)
		}
	}
	slices.SortFunc(all, func(a, b *kept) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
	return all
}

// Remember implements notify.Store.
func (s *Memory) Remember(context.Context) (notify.Memory, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.memory(), nil
}

// Decided implements notify.Store.
func (s *Memory) Decided(_ context.Context, once string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, known := s.decided[once]
	return known, nil
}

// Claim implements notify.Store.
func (s *Memory) Claim(_ context.Context, channel string, now, lease time.Time) (*notify.Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.waiting(channel)
	if len(all) == 0 || all[0].NextAt.After(now) || all[0].lease.After(now) {
		return nil, nil
	}
	all[0].Attempts++
	all[0].lease = lease
	d := copied(all[0].Delivery)
	return &d, nil
}

// Settle implements notify.Store.
func (s *Memory) Settle(_ context.Context, id string, state notify.State, next time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.all[id]
	if k == nil || k.state != notify.Waiting {
		return errors.New("nothing of this id waits")
	}
	k.state, k.NextAt, k.lease = state, next, time.Time{}
	return nil
}

// Backlog implements notify.Store.
func (s *Memory) Backlog(context.Context) (map[string]int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]int{}
	for _, k := range s.waiting("") {
		all[k.Channel]++
	}
	return all, nil
}

// Tidy implements notify.Store.
func (s *Memory) Tidy(_ context.Context, before time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, k := range s.all {
		if k.Until.Before(before) {
			delete(s.all, id)
		}
	}
	for once, at := range s.decided {
		if at.Before(before) {
			delete(s.decided, once)
		}
	}
	for key, t := range s.tracks {
		if t.Last.Before(before) {
			delete(s.tracks, key)
		}
	}
	return nil
}
