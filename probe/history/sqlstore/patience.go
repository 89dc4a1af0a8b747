package sqlstore

import (
	"context"
	"errors"
	"time"

	driver "modernc.org/sqlite"
)

// How long a file is waited for that somebody else holds, and how long at least between two attempts.
const (
	patience  = 10 * time.Second
	busyPause = 10 * time.Millisecond
	codeBusy  = 5 // SQLITE_BUSY
)

// isBusy says that somebody else holds the file.
func isBusy(err error) bool {
	failed := (*driver.Error)(nil)
	return errors.As(err, &failed) && failed.Code()&0xff == codeBusy
}

// patiently does what somebody else who writes to the file keeps from being done, when that one has come to an end. It gives up at once with whoever waits:
// SQLite itself would not notice that.
func (s *Store) patiently(ctx context.Context, do func() error) error {
	until := s.now().Add(patience)
	for {
		err := do()
		switch {
		case !isBusy(err):
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case !s.now().Before(until):
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(busyPause): // where SQLite has not waited itself
		}
	}
}
