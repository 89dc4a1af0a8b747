// Package accesstest is what every access.Store has to pass. It is used by tests alone.
package accesstest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

// Conform runs the suite. open opens the same, at first empty, store each time it is called within one test.
func Conform(t *testing.T, open func(t *testing.T) func() access.Store) {
	for name, test := range map[string]func(*testing.T, func() access.Store){
		"users":                                users,
		"tokens":                               tokens,
		"sessions":                             sessions,
		"a change ends the sessions of a user": changes,
		"a session of who was changed is refused": overtaken,
		"failures":                 failures,
		"many count at a time":     manyCount,
		"the log":                  log,
		"many append at a time":    manyAppend,
		"what is old is forgotten": sweep,
		"hostile texts":            hostile,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

var start = time.Date(2026, 3, 1, 2, 0, 0, 123456000, time.UTC)

func ada() access.User {
	return access.User{Name: "ada", Role: access.Viewer, Password: "a hash", CreatedAt: start, ChangedAt: start}
}

func users(t *testing.T, open func() access.Store) {
	s, ctx := open(), t.Context()
	zoe := access.User{Name: "zoe", Role: access.Approver, Subject: "https://idp.example\n7", CreatedAt: start, ChangedAt: start}
	require.NoError(t, s.AddUser(ctx, zoe))
	require.NoError(t, s.AddUser(ctx, ada()))
	require.ErrorIs(t, s.AddUser(ctx, access.User{Name: "ada", Role: access.Approver}), access.ErrExists)
	require.ErrorIs(t, s.AddUser(ctx, access.User{Name: "other", Subject: zoe.Subject}), access.ErrExists)
	require.NoError(t, s.AddUser(ctx, access.User{Name: "bob"}), "nobody's subject is the empty one")
	require.NoError(t, s.RemoveUser(ctx, "bob"))
	again := open()
	got, err := again.User(ctx, "ada")
	require.NoError(t, err)
	assert.Equal(t, ada(), got)
	got, err = again.UserBySubject(ctx, zoe.Subject)
	require.NoError(t, err)
	assert.Equal(t, zoe, got)
	all, err := again.Users(ctx)
	require.NoError(t, err)
	assert.Equal(t, []access.User{ada(), zoe}, all)
	for _, missing := range []func() error{
		func() error { _, err := s.User(ctx, "Ada"); return err },
		func() error { _, err := s.UserBySubject(ctx, ""); return err },
		func() error { return s.RemoveUser(ctx, "nobody") },
		func() error { return s.ChangeUser(ctx, access.User{Name: "nobody"}) },
	} {
		require.ErrorIs(t, missing(), access.ErrNotFound)
	}
	require.NoError(t, s.Rehash(ctx, "ada", "another hash", "x"))
	require.NoError(t, s.Rehash(ctx, "ada", "a hash", "a dearer hash"))
	got, err = s.User(ctx, "ada")
	require.NoError(t, err)
	assert.Equal(t, []any{"a dearer hash", start}, []any{got.Password, got.ChangedAt})
}

func tokens(t *testing.T, open func() access.Store) {
	s, ctx := open(), t.Context()
	first := access.Token{ID: "01", Name: "prometheus", Role: access.Viewer, Digest: "d", By: "ada", CreatedAt: start, ExpiresAt: start.Add(time.Hour)}
	later := access.Token{ID: "02", Name: "ci", Role: access.Operator, Digest: "e", CreatedAt: start.Add(time.Minute), ExpiresAt: start.Add(time.Hour), UsedAt: start}
	require.NoError(t, s.AddToken(ctx, first))
	require.NoError(t, s.AddToken(ctx, later))
	require.ErrorIs(t, s.AddToken(ctx, first), access.ErrExists)
	all, err := open().Tokens(ctx)
	require.NoError(t, err)
	assert.Equal(t, []access.Token{later, first}, all)
	require.NoError(t, s.TouchToken(ctx, "01", start.Add(time.Second)))
	require.NoError(t, s.TouchToken(ctx, "01", start), "what comes late does not set it back")
	got, err := s.Token(ctx, "01")
	require.NoError(t, err)
	first.UsedAt = start.Add(time.Second)
	assert.Equal(t, first, got)
	require.NoError(t, s.RemoveToken(ctx, "01"))
	_, err = s.Token(ctx, "01")
	require.ErrorIs(t, err, access.ErrNotFound)
	require.ErrorIs(t, s.RemoveToken(ctx, "01"), access.ErrNotFound)
}

func sessions(t *testing.T, open func() access.Store) {
	s, ctx := open(), t.Context()
	require.NoError(t, s.AddUser(ctx, ada()))
	one := access.Session{Digest: "one", User: "ada", Since: start, Seen: start}
	require.NoError(t, s.AddSession(ctx, one, ada()))
	got, of, err := open().Session(ctx, "one")
	require.NoError(t, err)
	assert.Equal(t, []any{one, ada()}, []any{got, of})
	require.NoError(t, s.TouchSession(ctx, "one", start.Add(time.Minute)))
	require.NoError(t, s.TouchSession(ctx, "one", start))
	got, _, err = s.Session(ctx, "one")
	require.NoError(t, err)
	assert.Equal(t, start.Add(time.Minute), got.Seen)
	require.NoError(t, s.EndSession(ctx, "one"))
	require.NoError(t, s.EndSession(ctx, "one"))
	_, _, err = s.Session(ctx, "one")
	require.ErrorIs(t, err, access.ErrNotFound)
}

func changes(t *testing.T, open func() access.Store) {
	s, ctx := open(), t.Context()
	other := ada()
	other.Name = "bob"
	require.NoError(t, s.AddUser(ctx, other))
	require.NoError(t, s.AddSession(ctx, access.Session{Digest: "of bob", Since: start, Seen: start}, other))
	for i, change := range []func() error{
		func() error {
			return s.ChangeUser(ctx, access.User{Name: "ada", Role: access.Operator, ChangedAt: start})
		},
		func() error { return s.RemoveUser(ctx, "ada") },
	} {
		_ = s.RemoveUser(ctx, "ada")
		require.NoError(t, s.AddUser(ctx, ada()))
		require.NoError(t, s.AddSession(ctx, access.Session{Digest: "of ada", Since: start, Seen: start}, ada()))
		require.NoError(t, change(), i)
		_, _, err := s.Session(ctx, "of ada")
		require.ErrorIs(t, err, access.ErrNotFound, i)
	}
	_, _, err := s.Session(ctx, "of bob")
	require.NoError(t, err)
}

func overtaken(t *testing.T, open func() access.Store) {
	s, ctx := open(), t.Context()
	session := access.Session{Digest: "late", Since: start, Seen: start}
	require.ErrorIs(t, s.AddSession(ctx, session, ada()), access.ErrNotFound)
	now := ada()
	now.Role, now.ChangedAt = access.Operator, start.Add(time.Second)
	require.NoError(t, s.AddUser(ctx, now))
	require.ErrorIs(t, s.AddSession(ctx, session, ada()), access.ErrNotFound, "she was changed meanwhile")
	require.NoError(t, s.AddSession(ctx, session, now))
}

func failures(t *testing.T, open func() access.Store) {
	s, ctx := open(), t.Context()
	keys := []string{"z", "a"}
	require.NoError(t, s.Tally(ctx, keys, func(was []access.Failures) []access.Failures {
		assert.Equal(t, []access.Failures{{}, {}}, was)
		return []access.Failures{{Count: 1, Last: start}, {Count: 2, Last: start, Succeeded: start}}
	}))
	require.NoError(t, open().Tally(ctx, keys, func(was []access.Failures) []access.Failures {
		assert.Equal(t, []access.Failures{{Count: 1, Last: start}, {Count: 2, Last: start, Succeeded: start}}, was)
		return nil
	}))
	require.NoError(t, s.Tally(ctx, []string{"a"}, func(was []access.Failures) []access.Failures {
		assert.Equal(t, 2, was[0].Count, "nothing was changed")
		return nil
	}))
}

// atOnce does something from several stores at a time, each of them several times.
func atOnce(t *testing.T, open func() access.Store, do func(s access.Store, n int) error) {
	t.Helper()
	var wait sync.WaitGroup
	problems := make(chan error, 100)
	for range 4 {
		s := open()
		wait.Go(func() {
			for n := range 10 {
				problems <- do(s, n)
			}
		})
	}
	wait.Wait()
	close(problems)
	for err := range problems {
		require.NoError(t, err)
	}
}

func manyCount(t *testing.T, open func() access.Store) {
	ctx := t.Context()
	atOnce(t, open, func(s access.Store, n int) error {
		keys := []string{"one", "two"}
		if n%2 == 0 {
			keys = []string{"two", "one"} // and nobody waits for the other for ever
		}
		return s.Tally(ctx, keys, func(was []access.Failures) []access.Failures {
			return []access.Failures{{Count: was[0].Count + 1}, {Count: was[1].Count + 1}}
		})
	})
	require.NoError(t, open().Tally(ctx, []string{"one", "two"}, func(was []access.Failures) []access.Failures {
		assert.Equal(t, []access.Failures{{Count: 40}, {Count: 40}}, was)
		return nil
	}))
}

func authority(s access.Store) *access.Authority {
	return access.New(s, access.Options{Now: func() time.Time { return start }, Passwords: access.Params{Memory: 64, Time: 1, Threads: 1}})
}

func log(t *testing.T, open func() access.Store) {
	ctx := t.Context()
	a := authority(open())
	none, err := open().LastEntry(ctx)
	require.NoError(t, err)
	assert.Zero(t, none)
	head, err := access.Verify(a.Log(ctx))
	require.NoError(t, err)
	assert.Zero(t, head)
	for i := range 3 {
		require.NoError(t, a.Record(ctx, access.Entry{Who: "ada", Means: access.BySession, From: "192.0.2.7", Action: "run", Subject: fmt.Sprint(i), Result: "done"}))
	}
	last, err := open().LastEntry(ctx)
	require.NoError(t, err)
	assert.EqualValues(t, 3, last.Number)
	latest, err := a.Last(ctx, 2)
	require.NoError(t, err)
	assert.Equal(t, last, latest[1])
	for before, numbers := range map[int64][]int64{9: {}, 4: {2, 3}, 2: {1}, 1: nil, -5: nil} {
		found, err := a.Before(ctx, before, 2)
		require.NoError(t, err)
		require.Len(t, found, len(numbers))
		for i, n := range numbers {
			assert.Equal(t, n, found[i].Number)
		}
	}
	entries, err := open().Entries(ctx, 1, 1)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	e := entries[0]
	assert.Equal(t, []any{int64(2), start, "ada", access.BySession, "192.0.2.7", "run", "1", "done"}, []any{e.Number, e.At, e.Who, e.Means, e.From, e.Action, e.Subject, e.Result})
	head, err = access.Verify(authority(open()).Log(ctx))
	require.NoError(t, err)
	assert.EqualValues(t, 3, head.Number)
	failed := errors.New("a store that fails in the middle")
	s := open()
	require.NoError(t, s.Append(ctx, func(last access.Entry) access.Entry {
		assert.Equal(t, head, access.Head{Number: last.Number, Digest: last.Digest})
		last.Number, last.Previous = last.Number+1, last.Digest
		return last
	}))
	_, err = access.Verify(authority(s).Log(ctx))
	var broken *access.Broken
	require.ErrorAs(t, err, &broken)
	assert.EqualValues(t, 4, broken.Number)
	require.ErrorIs(t, authority(s).Log(ctx)(func(access.Entry) error { return failed }), failed)
}

func manyAppend(t *testing.T, open func() access.Store) {
	ctx := t.Context()
	atOnce(t, open, func(s access.Store, n int) error {
		return authority(s).Record(ctx, access.Entry{Action: "run", Subject: fmt.Sprint(n)})
	})
	head, err := access.Verify(authority(open()).Log(ctx))
	require.NoError(t, err)
	assert.EqualValues(t, 40, head.Number)
}

func sweep(t *testing.T, open func() access.Store) {
	s, ctx := open(), t.Context()
	require.NoError(t, s.AddUser(ctx, ada()))
	at := func(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }
	for name, times := range map[string][2]int{"old": {0, 5}, "unused": {3, 3}, "good": {3, 5}} {
		require.NoError(t, s.AddSession(ctx, access.Session{Digest: name, Since: at(times[0]), Seen: at(times[1])}, ada()))
	}
	require.NoError(t, s.Tally(ctx, []string{"failed long ago", "failed", "succeeded"}, func([]access.Failures) []access.Failures {
		return []access.Failures{{Count: 1, Last: at(0)}, {Count: 1, Last: at(5)}, {Count: 1, Last: at(0), Succeeded: at(5)}}
	}))
	require.NoError(t, s.Sweep(ctx, at(2), at(4), at(4), at(4)))
	there := func(digest string) bool {
		_, _, err := s.Session(context.WithoutCancel(ctx), digest)
		return err == nil
	}
	assert.Equal(t, []bool{false, false, true}, []bool{there("old"), there("unused"), there("good")})
	require.NoError(t, s.Tally(ctx, []string{"failed long ago", "failed", "succeeded"}, func(was []access.Failures) []access.Failures {
		assert.Equal(t, []int{0, 1, 1}, []int{was[0].Count, was[1].Count, was[2].Count})
		return nil
	}))
}

// hostile texts reach a store from forms and headers.
func hostile(t *testing.T, open func() access.Store) {
	s, ctx := open(), t.Context()
	for _, text := range []string{"'; DROP TABLE users; --", "\x00", "\xff\xfe", "a?b", "$1"} {
		_, err := s.User(ctx, text)
		require.ErrorIs(t, err, access.ErrNotFound, text)
		require.NoError(t, authority(s).Record(ctx, access.Entry{Who: text, Action: text, Subject: text, Result: text}))
		_, err = authority(s).Login(ctx, text, text, text)
		var soon *access.TooSoon
		if !errors.As(err, &soon) {
			require.ErrorIs(t, err, access.ErrCredentials, text)
		}
	}
	_, err := access.Verify(authority(s).Log(ctx))
	require.NoError(t, err)
}
