package access

import (
	"context"
	"fmt"
	"net/netip"
	"time"
)

// allowance is how many logins may fail before the next has to wait, and how long at most. Each further failure doubles the wait, from a second on.
type allowance struct {
	free    int
	longest time.Duration
}

// allowances are those of a user at an address, of an address, and of a user from anywhere. The last two count only at addresses from which the user did not
// log in before, and the last is short: whoever knows a name cannot lock its owner out, nor can whoever shares an address with others, and a password of
// twelve characters outlives two guesses a minute.
func allowances() [3]allowance {
	return [3]allowance{{3, 15 * time.Minute}, {20, 15 * time.Minute}, {10, 30 * time.Second}}
}

const (
	forgetFailures = time.Hour           // without another
	rememberPlace  = 30 * 24 * time.Hour // from which a user logged in
)

func (l allowance) wait(f Failures, now time.Time) time.Duration {
	over := f.Count - l.free
	if over < 0 || now.Sub(f.Last) > forgetFailures {
		return 0
	}
	delay := l.longest
	if over < 20 {
		delay = min(time.Second<<over, l.longest)
	}
	return max(0, f.Last.Add(delay).Sub(now))
}

// TooSoon says that too many logins failed for another to be tried.
type TooSoon struct{ Wait time.Duration }

func (t *TooSoon) Error() string {
	return fmt.Sprintf("too many logins failed; try again in %s", t.Wait.Round(time.Second))
}

// limitKeys are what failures are counted under. They are digests: what is typed as a name may be a password.
func limitKeys(name, address string) []string {
	address = network(address)
	return []string{digest("pair", name, address), digest("address", address), digest("user", name)}
}

// network is what one party is likely to hold of addresses: one of IPv4, 64 bits of IPv6.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		if prefix, err := ip.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return ip.String()
}

// reserve counts a login as failed before it is tried, so that many at a time cannot outrun the count, or says how long to wait.
func (a *Authority) reserve(ctx context.Context, keys []string) error {
	now, wait := a.now(), time.Duration(0)
	err := a.store.Tally(ctx, keys, func(was []Failures) []Failures {
		wait = 0
		known := now.Sub(was[0].Succeeded) < rememberPlace
		for i, l := range allowances() {
			if i == 0 || !known {
				wait = max(wait, l.wait(was[i], now))
			}
		}
		if wait > 0 {
			return nil
		}
		return counted(was, now)
	})
	if err == nil && wait > 0 {
		return &TooSoon{wait}
	}
	return err
}

func counted(was []Failures, now time.Time) []Failures {
	is := make([]Failures, len(was))
	for i, f := range was {
		if now.Sub(f.Last) > forgetFailures {
			f.Count = 0
		}
		is[i] = Failures{f.Count + 1, now, f.Succeeded}
	}
	return is
}

// succeeded takes back what reserve counted. Of an address and a user that is all: who has one password cannot clear the way for guesses at another.
func (a *Authority) succeeded(ctx context.Context, keys []string) error {
	now := a.now()
	return a.store.Tally(ctx, keys, func(was []Failures) []Failures {
		return []Failures{
			{0, was[0].Last, now}, {max(0, was[1].Count-1), was[1].Last, now}, {max(0, was[2].Count-1), was[2].Last, now},
		}
	})
}
