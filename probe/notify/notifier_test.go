package notify_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sheetprobe/sheetprobe/probe/notify"
	"github.com/sheetprobe/sheetprobe/probe/notify/notifytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// slow is a channel that takes as long as it is told to, and keeps what it took.
type slow struct {
	inbox
	takes  time.Duration
	panics bool
	mu     sync.Mutex
	ids    []string
}

func (s *slow) Send(ctx context.Context, m notify.Message) error {
	s.mu.Lock()
	panics, takes := s.panics, s.takes
	s.mu.Unlock()
	if panics {
		panic("a library's fault")
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(takes):
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids = append(s.ids, m.ID)
	return nil
}

// mend lets it send at once.
func (s *slow) mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.panics, s.takes = false, 0
}

func (s *slow) got() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.ids)
}

func settings(channels ...string) notify.Settings {
	s := notify.Settings{Routes: []notify.Route{{Name: "all", To: channels}}}
	for _, name := range channels {
		s.Channels = append(s.Channels, notify.Channel{Name: name})
	}
	return s
}

func opened(t *testing.T, store notify.Store, prefix string, senders map[string]notify.Sender, counted *sync.Map) *notify.Notifier {
	t.Helper()
	var mu sync.Mutex
	ids := 0
	n := notify.NewNotifier(notify.Options{
		Store: store, Now: time.Now, Say: t.Logf,
		NewID: func() string { mu.Lock(); defer mu.Unlock(); ids++; return fmt.Sprint(prefix, ids) },
		Count: func(channel string, c notify.Counted) {
			if counted != nil {
				counted.Store(channel+" "+string(c), true)
			}
		},
	})
	var names []string
	for _, name := range []string{"good", "bad", "hangs"} {
		if senders[name] != nil {
			names = append(names, name)
		}
	}
	require.NoError(t, n.Apply(settings(names...), senders))
	return n
}

func TestOneBrokenChannelHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good, bad, hangs := &slow{}, &slow{panics: true}, &slow{takes: time.Hour}
		var counted sync.Map
		n := opened(t, notifytest.NewMemory(), "d", map[string]notify.Sender{"good": good, "bad": bad, "hangs": hangs}, &counted)
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { n.Run(ctx) })
		w := night{sheets: map[string]int{}}
		require.NoError(t, n.Finished(t.Context(), w.run(t, "r1", time.Now(), "A=1")))
		time.Sleep(time.Second)
		assert.Equal(t, 1, good.got())
		require.NoError(t, n.Finished(t.Context(), w.run(t, "r2", time.Now(), "A=1 B=1")))
		time.Sleep(time.Second)
		assert.Equal(t, 2, good.got())
		time.Sleep(2 * time.Minute)
		bad.mend()
		hangs.mend()
		time.Sleep(time.Hour)
		assert.Equal(t, 2, bad.got(), "it gets what it missed")
		assert.Equal(t, 2, hangs.got())
		for _, what := range []string{"good sent", "bad failed", "bad sent", "hangs failed", "hangs sent"} {
			_, is := counted.Load(what)
			assert.True(t, is, what)
		}
		cancel()
		all.Wait()
	})
}

func TestTwoProcessesTellEachThingOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, box := notifytest.NewMemory(), &slow{takes: 3 * time.Second}
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		w := night{sheets: map[string]int{}}
		run := w.run(t, "r1", time.Now(), "A=1")
		for i := range 3 {
			n := opened(t, store, fmt.Sprintf("p%d-", i), map[string]notify.Sender{"good": box}, nil)
			all.Go(func() { n.Run(ctx) })
			all.Go(func() { assert.NoError(t, n.Finished(ctx, run)) })
		}
		time.Sleep(10 * time.Minute)
		cancel()
		all.Wait()
		assert.Equal(t, 1, box.got())
	})
}

// A process that is killed while it sends leaves its lease; another one sends again, under the same id, so that the receiver can tell.
func TestWhatWasUnderWayInAProcessThatIsGoneIsSentByAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, box := notifytest.NewMemory(), &slow{}
		n := opened(t, store, "p-", map[string]notify.Sender{"good": box}, nil)
		w := night{sheets: map[string]int{}}
		require.NoError(t, n.Finished(t.Context(), w.run(t, "r1", time.Now(), "A=1")))
		gone, err := store.Claim(t.Context(), "good", time.Now(), time.Now().Add(2*time.Minute))
		require.NoError(t, err)
		require.NoError(t, n.Deliver(t.Context()))
		assert.Zero(t, box.got())
		time.Sleep(3 * time.Minute)
		require.NoError(t, n.Deliver(t.Context()))
		assert.Equal(t, []string{gone.ID}, box.ids)
	})
}

// broken is a store that cannot be written.
type broken struct {
	*notifytest.Memory
	is bool
}

func (b *broken) Decide(ctx context.Context, once string, now time.Time, decide func(notify.Memory) (notify.Outcome, error)) error {
	if b.is {
		return errors.New("disk full")
	}
	return b.Memory.Decide(ctx, once, now, decide)
}

func TestThatNothingCanBeKeptIsToldAtOnceAndOnce(t *testing.T) {
	w := newWorld(t, notify.Route{})
	store := &broken{notifytest.NewMemory(), true}
	w.store = store
	w.open(t, notify.Route{})
	for i := range 3 {
		require.ErrorContains(t, w.Finished(t.Context(), w.night.run(t, fmt.Sprint(i), w.now, "A=1")), "disk full")
		w.move(t, "24h")
	}
	require.Len(t, w.box.got, 1)
	assert.Contains(t, w.box.got[0].Text, "the history cannot be written")
	store.is = false
	assert.Equal(t, "new failure; new A1", strings.Join(w.box.told, "; ")+"; "+w.take(t, step{night: "A=1"}))
	store.is = true
	require.Error(t, w.Finished(t.Context(), w.night.run(t, "again", w.now, "A=1")))
	assert.Len(t, w.box.got, 3, "it was well in between")
}

func TestAWrongConfigurationChangesNothing(t *testing.T) {
	n := notify.NewNotifier(notify.Options{Store: notifytest.NewMemory(), Now: time.Now, Say: t.Logf, NewID: func() string { return "x" }})
	require.NoError(t, n.Apply(notify.Settings{}, nil), "nobody needs alerts")
	for says, s := range map[string]notify.Settings{
		"there is no route":         {Channels: []notify.Channel{{Name: "c"}}},
		"there is no channel":       {Routes: []notify.Route{{Name: "r", To: []string{"c"}}}},
		`there is no channel "d"`:   {Channels: []notify.Channel{{Name: "c"}}, Routes: []notify.Route{{Name: "r", To: []string{"d"}}}},
		"two routes":                {Channels: []notify.Channel{{Name: "c"}}, Routes: []notify.Route{{Name: "r", To: []string{"c"}}, {Name: "r", To: []string{"c"}}}},
		"nothing is behind the cha": settings("c"),
	} {
		require.ErrorContains(t, n.Apply(s, nil), says)
	}
}
