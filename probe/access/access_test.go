package access_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/history/historytest"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
)

const (
	right = "correct horse battery"
	here  = "192.0.2.7"
)

// cheap is what a hash costs where nobody attacks.
var cheap = access.Params{Memory: 64, Time: 1, Threads: 1}

// house is an authority with a clock of its own, and a user called ada.
type house struct {
	*access.Authority
	t     *testing.T
	store access.Store
	clock *historytest.Clock
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, clock: historytest.NewClock()}
	store, err := sqlstore.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "h.db"), h.clock.Now)
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	h.store = store.Access()
	h.Authority = access.New(h.store, access.Options{Now: h.clock.Now, Passwords: cheap})
	require.NoError(t, h.AddUser(t.Context(), "Ada", right, access.Operator, access.Actor{Means: access.ByCommand}))
	return h
}

func (h *house) login(name, password, address string) (*access.Login, error) {
	return h.Login(h.t.Context(), name, password, address)
}

// wait is how long an error says to wait.
func wait(t *testing.T, err error) time.Duration {
	t.Helper()
	var soon *access.TooSoon
	require.ErrorAs(t, err, &soon)
	return soon.Wait
}

func TestALoginBeginsASession(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	login, err := h.login("ADA", right, here)
	require.NoError(t, err)
	visit, err := h.Resume(ctx, login.ID)
	require.NoError(t, err)
	assert.Equal(t, access.Identity{Name: "ada", Role: access.Operator, Means: access.BySession}, visit.Identity)
	assert.True(t, visit.SameForm(visit.FormToken))
	assert.False(t, visit.SameForm(""))
	other, err := h.login("ada", right, here)
	require.NoError(t, err)
	otherVisit, err := h.Resume(ctx, other.ID)
	require.NoError(t, err)
	assert.NotEqual(t, login.ID, other.ID)
	assert.False(t, visit.SameForm(otherVisit.FormToken))
	assert.NotContains(t, visit.FormToken, login.ID)

	require.NoError(t, h.Logout(ctx, login.ID, access.Actor{Name: "ada"}))
	_, err = h.Resume(ctx, login.ID)
	require.ErrorIs(t, err, access.ErrNoSession)
	_, err = h.Resume(ctx, other.ID)
	require.NoError(t, err, "the other browser stays")
}

func TestSessionsEnd(t *testing.T) {
	by := access.Actor{}
	for name, end := range map[string]func(h *house) error{
		"when nobody uses them": func(h *house) error { h.clock.Move(access.DefaultIdle); return nil },
		"after their lifetime": func(h *house) error {
			login, err := h.login("ada", right, here)
			for range 12 {
				h.clock.Move(59 * time.Minute)
				_, _ = h.Resume(t.Context(), login.ID)
			}
			h.clock.Move(12 * time.Minute)
			return err
		},
		"when the password changes": func(h *house) error { return h.SetPassword(t.Context(), "ada", "another password", by) },
		"when the role changes":     func(h *house) error { return h.SetRole(t.Context(), "ada", access.Viewer, by) },
		"when the user is removed":  func(h *house) error { return h.RemoveUser(t.Context(), "ada", by) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			login, err := h.login("ada", right, here)
			require.NoError(t, err)
			require.NoError(t, end(h))
			_, err = h.Resume(t.Context(), login.ID)
			require.ErrorIs(t, err, access.ErrNoSession)
		})
	}
}

func TestASessionThatIsUsedGoesOn(t *testing.T) {
	h := newHouse(t)
	login, err := h.login("ada", right, here)
	require.NoError(t, err)
	for range 11 {
		h.clock.Move(59 * time.Minute)
		_, err := h.Resume(t.Context(), login.ID)
		require.NoError(t, err)
	}
}

func TestWhatIsWrongIsNotTold(t *testing.T) {
	h := newHouse(t)
	texts := map[string]bool{}
	for i, c := range [][2]string{{"ada", "wrong password"}, {"nobody", right}, {"", ""}, {"a b", right}, {"ada", strings.Repeat("x", 1<<20)}} {
		_, err := h.login(c[0], c[1], "192.0.2."+string(rune('1'+i)))
		require.ErrorIs(t, err, access.ErrCredentials)
		texts[err.Error()] = true
	}
	assert.Len(t, texts, 1)
}

func TestWhoFailsHasToWait(t *testing.T) {
	h := newHouse(t)
	var waits []time.Duration
	for range 15 {
		_, err := h.login("ada", "wrong", here)
		for !errors.Is(err, access.ErrCredentials) {
			waits = append(waits, wait(t, err))
			_, right := h.login("ada", right, here)
			assert.Equal(t, waits[len(waits)-1], wait(t, right), "the right password waits too")
			h.clock.Move(waits[len(waits)-1])
			_, err = h.login("ada", "wrong", here)
		}
	}
	var want []time.Duration
	for n := range 10 {
		want = append(want, time.Second<<n)
	}
	assert.Equal(t, append(want, 15*time.Minute, 15*time.Minute), waits)
	h.clock.Move(15 * time.Minute)
	_, err := h.login("ada", right, here)
	require.NoError(t, err)
	_, err = h.login("ada", right, here)
	require.NoError(t, err, "nothing is counted any more")
}

func TestWhoGuessesFromEverywhereLocksNobodyOutWhoWasThere(t *testing.T) {
	h := newHouse(t)
	_, err := h.login("ada", right, here)
	require.NoError(t, err)
	failed, waited := 0, time.Duration(0)
	for i := range 100 {
		_, err := h.login("ada", "wrong", "198.51.100."+string(rune('0'+i%10))+string(rune('0'+i/10)))
		if errors.Is(err, access.ErrCredentials) {
			failed++
			continue
		}
		waited = max(waited, wait(t, err))
	}
	assert.Equal(t, 10, failed)
	assert.Equal(t, time.Second, waited)
	_, err = h.login("ada", right, here)
	require.NoError(t, err, "she was here before")
	_, err = h.login("ada", right, "203.0.113.1")
	require.LessOrEqual(t, wait(t, err), 30*time.Second)
}

func TestWhoTriesManyNamesHasToWait(t *testing.T) {
	h := newHouse(t)
	for i := range 20 {
		_, err := h.login("user"+string(rune('a'+i)), "wrong", "2001:db8::"+string(rune('a'+i%6)))
		require.ErrorIs(t, err, access.ErrCredentials)
	}
	_, err := h.login("ada", right, "2001:db8::1")
	wait(t, err)
	_, err = h.login("ada", right, "2001:db8:0:1::1")
	require.NoError(t, err, "another network")
}

func TestWhoSharesAnAddressLocksNobodyOutWhoWasThere(t *testing.T) {
	h := newHouse(t)
	require.NoError(t, h.AddUser(t.Context(), "bob", right, access.Viewer, access.Actor{}))
	_, err := h.login("ada", right, here)
	require.NoError(t, err)
	for i := range 20 {
		_, err := h.login("user"+string(rune('a'+i)), "wrong", here)
		require.ErrorIs(t, err, access.ErrCredentials)
	}
	_, err = h.login("ada", right, here)
	require.NoError(t, err)
	_, err = h.login("bob", right, here)
	wait(t, err)
}

func TestManyAtATimeDoNotOutrunTheCount(t *testing.T) {
	h := newHouse(t)
	var group sync.WaitGroup
	results := make(chan error, 20)
	for range 20 {
		group.Go(func() { _, err := h.login("ada", "wrong", here); results <- err })
	}
	group.Wait()
	close(results)
	tried := 0
	for err := range results {
		if errors.Is(err, access.ErrCredentials) {
			tried++
		}
	}
	assert.Equal(t, 3, tried)
}

func TestAPasswordIsHashedAnewWhereTheCostIsAnother(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	login, err := h.login("ada", right, here)
	require.NoError(t, err)
	before, err := h.store.User(ctx, "ada")
	require.NoError(t, err)
	dear := access.New(h.store, access.Options{Now: h.clock.Now, Passwords: access.Params{Memory: 128, Time: 2, Threads: 1}})
	_, err = dear.Login(ctx, "ada", "wrong", here)
	require.ErrorIs(t, err, access.ErrCredentials)
	_, err = dear.Login(ctx, "ada", right, here)
	require.NoError(t, err)
	after, err := h.store.User(ctx, "ada")
	require.NoError(t, err)
	assert.Contains(t, before.Password, "$m=64,t=1,p=1$")
	assert.Contains(t, after.Password, "$m=128,t=2,p=1$")
	_, err = h.Resume(ctx, login.ID)
	require.NoError(t, err, "the password is the same, and so the sessions go on")
	_, err = dear.Login(ctx, "ada", right, here)
	require.NoError(t, err)
}

func TestReauthentication(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	ada := access.Identity{Name: "ada", Role: access.Operator, Means: access.BySession}
	require.NoError(t, h.Reauthenticate(ctx, ada, right, here))
	require.ErrorIs(t, h.Reauthenticate(ctx, ada, "wrong", here), access.ErrCredentials)
	require.ErrorIs(t, h.Reauthenticate(ctx, access.Identity{Name: "bob", Means: access.BySession}, right, here), access.ErrCredentials)
	require.ErrorIs(t, h.Reauthenticate(ctx, access.Identity{Name: "ada", Means: access.ByToken}, right, here), access.ErrNoSession, "machines sign nothing")
	require.NoError(t, h.store.AddUser(ctx, access.User{Name: "zoe", Subject: "s"}))
	require.ErrorIs(t, h.Reauthenticate(ctx, access.Identity{Name: "zoe", Means: access.BySession}, right, here), access.ErrElsewhere)
	for range 3 {
		_ = h.Reauthenticate(ctx, ada, "wrong", here)
	}
	wait(t, h.Reauthenticate(ctx, ada, right, here))
}

func TestWhoLogsInElsewhereHasNoPassword(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	require.NoError(t, h.store.AddUser(ctx, access.User{Name: "zoe", Subject: "s", Role: access.Viewer}))
	_, err := h.login("zoe", "", here)
	require.ErrorIs(t, err, access.ErrCredentials)
	require.ErrorIs(t, h.SetPassword(ctx, "zoe", right, access.Actor{}), access.ErrElsewhere)
}

func TestNamesAndPasswordsOfUsers(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	for name, c := range map[string]struct{ user, password, says string }{
		"no name":          {"", right, "is no name"},
		"a space":          {"a b", right, "is no name"},
		"a path":           {"../ada", right, "is no name"},
		"a long name":      {strings.Repeat("a", 101), right, "is no name"},
		"taken":            {"ADA", right, "is there already"},
		"a short password": {"bob", "elevenchars", "fewer than 12"},
		"a long password":  {"bob", strings.Repeat("ab", 513), "more than 1024"},
		"one character":    {"bob", strings.Repeat("a", 12), "over and over"},
		"the name":         {"bobby", "Bobbybobby123", "name of the user"},
		"no text":          {"bob", strings.Repeat("\xff\xfe", 12), "no text"},
	} {
		t.Run(name, func(t *testing.T) {
			err := h.AddUser(ctx, c.user, c.password, access.Viewer, access.Actor{})
			require.ErrorContains(t, err, c.says)
			if len(c.password) > 0 {
				assert.NotContains(t, err.Error(), c.password)
			}
		})
	}
	require.NoError(t, h.AddUser(ctx, "eve.o+x@corp.example", strings.Repeat("päss", 3), access.Viewer, access.Actor{}))
	require.ErrorIs(t, h.SetRole(ctx, "nobody", access.Viewer, access.Actor{}), access.ErrNotFound)
	users, err := h.Users(ctx)
	require.NoError(t, err)
	for _, u := range users {
		assert.Empty(t, u.Password)
	}
}

func TestTokens(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	kept, text, err := h.CreateToken(ctx, "prometheus", access.Viewer, time.Hour, access.Actor{Name: "ada"})
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(text, "shp_"+kept.ID+"_"))
	who, err := h.Bearer(ctx, text)
	require.NoError(t, err)
	assert.Equal(t, access.Identity{Name: "prometheus", Role: access.Viewer, Means: access.ByToken}, who)
	secret := strings.TrimPrefix(text, "shp_"+kept.ID+"_")
	for _, wrong := range []string{"", "shp_", secret, text + "x", text[:len(text)-1], "shp_000000000000_" + secret, strings.ToUpper(text), "shp_" + kept.ID + "_" + strings.Repeat("A", 43), text + "\n", "shp_" + kept.ID + "_"} {
		_, err := h.Bearer(ctx, wrong)
		require.ErrorIs(t, err, access.ErrToken, wrong)
	}
	all, err := h.Tokens(ctx)
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.Equal(t, []any{h.clock.Now(), "ada"}, []any{all[0].UsedAt, all[0].By})
	assert.NotContains(t, all[0].Digest, secret)

	h.clock.Move(time.Hour)
	_, err = h.Bearer(ctx, text)
	require.ErrorIs(t, err, access.ErrToken, "it has run out")
	other, text, err := h.CreateToken(ctx, "ci", access.Operator, time.Hour, access.Actor{})
	require.NoError(t, err)
	require.NoError(t, h.RevokeToken(ctx, other.ID, access.Actor{}))
	_, err = h.Bearer(ctx, text)
	require.ErrorIs(t, err, access.ErrToken)
	require.ErrorIs(t, h.RevokeToken(ctx, other.ID, access.Actor{}), access.ErrNotFound)
	for _, c := range []struct {
		name string
		life time.Duration
	}{{"", time.Hour}, {"x", 0}, {"x", 367 * 24 * time.Hour}, {"a\nb", time.Hour}} {
		_, _, err := h.CreateToken(ctx, c.name, access.Viewer, c.life, access.Actor{})
		require.Error(t, err, c)
	}
}

func TestWhatIsDoneIsRecordedAndNoSecretWithIt(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	login, err := h.login("ada", right, here)
	require.NoError(t, err)
	_, _ = h.login("ada", "a wrong password", here)
	_, _ = h.login("a wrong password", "x", here)
	_, text, err := h.CreateToken(ctx, "ci", access.Viewer, time.Hour, access.Actor{Name: "ada", Means: access.BySession, Address: here})
	require.NoError(t, err)
	require.NoError(t, h.Logout(ctx, login.ID, access.Actor{Name: "ada", Means: access.BySession, Address: here}))
	_ = h.RemoveUser(ctx, "nobody", access.Actor{Name: "root", Means: access.ByCommand})
	entries, err := h.Last(ctx, 10)
	require.NoError(t, err)
	var lines []string
	for _, e := range entries {
		lines = append(lines, strings.Join([]string{e.Who, string(e.Means), e.From, e.Action, e.Result}, "|"))
	}
	assert.Equal(t, []string{
		"|command||user.add|done", "ada|password|192.0.2.7|login|done", "ada|password|192.0.2.7|login|refused: wrong name or password",
		"|password|192.0.2.7|login|refused: wrong name or password", "ada|session|192.0.2.7|token.create|done", "ada|session|192.0.2.7|logout|done",
		`root|command||user.remove|failed: "nobody" is not known`,
	}, lines)
	var out strings.Builder
	require.NoError(t, access.Export(h.Log(ctx), &out))
	for _, secret := range []string{right, "a wrong password", login.ID, text, strings.SplitN(text, "_", 3)[2]} {
		assert.NotContains(t, out.String(), secret)
	}
	last, err := h.Last(ctx, 2)
	require.NoError(t, err)
	assert.Len(t, last, 2)
}

// failing is a store whose log cannot be written.
type failing struct{ access.Store }

func (failing) Append(context.Context, func(access.Entry) access.Entry) error {
	return errors.New("disk full")
}

func TestWhatCannotBeRecordedIsNotDone(t *testing.T) {
	h := newHouse(t)
	a := access.New(failing{h.store}, access.Options{Now: h.clock.Now, Passwords: cheap})
	_, err := a.Login(t.Context(), "ada", right, here)
	require.ErrorContains(t, err, "the audit log cannot be written: disk full")
	require.ErrorContains(t, a.Reauthenticate(t.Context(), access.Identity{Name: "ada", Means: access.BySession}, "wrong", here), "disk full")
}
