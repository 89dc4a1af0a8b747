package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

// accessStore keeps who may do what, beside the runs.
type accessStore struct{ *Store }

// Access is where users, tokens, sessions and the audit log are kept.
func (s *Store) Access() access.Store { return accessStore{s} }

// moment is a time as it is kept; the zero time is 0.
func moment(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return micros(t)
}

func fromMoment(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return fromMicros(n)
}

// one reads the only row of a query, or fails with access.ErrNotFound.
func one(rows *sql.Rows, err error, what string, into ...any) error {
	if err != nil {
		return err
	}
	defer closeRows(rows)
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return fmt.Errorf("%q %w", what, access.ErrNotFound)
	}
	return rows.Scan(into...)
}

// touched fails with access.ErrNotFound where a statement had no effect.
func touched(n int64, err error, what string) error {
	if err == nil && n == 0 {
		return fmt.Errorf("%q %w", what, access.ErrNotFound)
	}
	return err
}

func (s accessStore) change(ctx context.Context, what, query string, args ...any) error {
	return s.transact(ctx, func(t *tx) error {
		n, err := t.affected(query, args...)
		return touched(n, err, what)
	})
}

const userColumns = `u.name, u.role, u.password, u.subject, u.created_at, u.changed_at`

// userFields are where the columns of a user are read into; done completes it.
func userFields(u *access.User) (into []any, done func()) {
	var role string
	var created, changed int64
	return []any{&u.Name, &role, &u.Password, &u.Subject, &created, &changed}, func() {
		u.Role, u.CreatedAt, u.ChangedAt = access.Role(role), fromMoment(created), fromMoment(changed)
	}
}

// AddUser implements access.Store.
func (s accessStore) AddUser(ctx context.Context, u access.User) error {
	return s.transact(ctx, func(t *tx) error {
		n, err := t.affected(`INSERT INTO users (name, role, password, subject, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			u.Name, string(u.Role), u.Password, u.Subject, moment(u.CreatedAt), moment(u.ChangedAt))
		if err == nil && n == 0 {
			return fmt.Errorf("%q %w", u.Name, access.ErrExists)
		}
		return err
	})
}

// User implements access.Store.
func (s accessStore) User(ctx context.Context, name string) (access.User, error) {
	return s.user(ctx, `u.name = ?`, clean(name))
}

// UserBySubject implements access.Store.
func (s accessStore) UserBySubject(ctx context.Context, subject string) (access.User, error) {
	return s.user(ctx, `u.subject = ? AND u.subject <> ''`, clean(subject))
}

func (s accessStore) user(ctx context.Context, where, what string) (access.User, error) {
	var u access.User
	into, done := userFields(&u)
	rows, err := s.query(ctx, `SELECT `+userColumns+` FROM users u WHERE `+where, what)
	err = one(rows, err, what, into...)
	done()
	return u, err
}

// Users implements access.Store.
func (s accessStore) Users(ctx context.Context) ([]access.User, error) {
	rows, err := s.query(ctx, `SELECT `+userColumns+` FROM users u ORDER BY u.name`)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	var all []access.User
	for rows.Next() {
		var u access.User
		into, done := userFields(&u)
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		done()
		all = append(all, u)
	}
	return all, rows.Err()
}

// ChangeUser implements access.Store.
func (s accessStore) ChangeUser(ctx context.Context, u access.User) error {
	return s.transact(ctx, func(t *tx) error {
		n, err := t.affected(`UPDATE users SET role = ?, password = ?, changed_at = ? WHERE name = ?`, string(u.Role), u.Password, moment(u.ChangedAt), u.Name)
		if err := touched(n, err, u.Name); err != nil {
			return err
		}
		return t.exec(`DELETE FROM sessions WHERE user_name = ?`, u.Name)
	})
}

// Rehash implements access.Store.
func (s accessStore) Rehash(ctx context.Context, name, was, is string) error {
	return s.transact(ctx, func(t *tx) error {
		return t.exec(`UPDATE users SET password = ? WHERE name = ? AND password = ?`, is, name, was)
	})
}

// RemoveUser implements access.Store.
func (s accessStore) RemoveUser(ctx context.Context, name string) error {
	return s.change(ctx, name, `DELETE FROM users WHERE name = ?`, name)
}

const tokenColumns = `id, name, role, digest, made_by, created_at, expires_at, used_at`

func tokenFields(k *access.Token) (into []any, done func()) {
	var role string
	var created, expires, used int64
	return []any{&k.ID, &k.Name, &role, &k.Digest, &k.By, &created, &expires, &used}, func() {
		k.Role, k.CreatedAt, k.ExpiresAt, k.UsedAt = access.Role(role), fromMoment(created), fromMoment(expires), fromMoment(used)
	}
}

// AddToken implements access.Store.
func (s accessStore) AddToken(ctx context.Context, k access.Token) error {
	return s.transact(ctx, func(t *tx) error {
		n, err := t.affected(`INSERT INTO tokens (`+tokenColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			k.ID, k.Name, string(k.Role), k.Digest, k.By, moment(k.CreatedAt), moment(k.ExpiresAt), moment(k.UsedAt))
		if err == nil && n == 0 {
			return fmt.Errorf("%q %w", k.ID, access.ErrExists)
		}
		return err
	})
}

// Token implements access.Store.
func (s accessStore) Token(ctx context.Context, id string) (access.Token, error) {
	var k access.Token
	into, done := tokenFields(&k)
	rows, err := s.query(ctx, `SELECT `+tokenColumns+` FROM tokens WHERE id = ?`, id)
	err = one(rows, err, id, into...)
	done()
	return k, err
}

// Tokens implements access.Store.
func (s accessStore) Tokens(ctx context.Context) ([]access.Token, error) {
	rows, err := s.query(ctx, `SELECT `+tokenColumns+` FROM tokens ORDER BY created_at DESC, id`)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	var all []access.Token
	for rows.Next() {
		var k access.Token
		into, done := tokenFields(&k)
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		done()
		all = append(all, k)
	}
	return all, rows.Err()
}

// TouchToken implements access.Store.
func (s accessStore) TouchToken(ctx context.Context, id string, at time.Time) error {
	return s.transact(ctx, func(t *tx) error {
		return t.exec(`UPDATE tokens SET used_at = ? WHERE id = ? AND used_at < ?`, moment(at), id, moment(at))
	})
}

// RemoveToken implements access.Store.
func (s accessStore) RemoveToken(ctx context.Context, id string) error {
	return s.change(ctx, id, `DELETE FROM tokens WHERE id = ?`, clean(id))
}

// AddSession implements access.Store.
func (s accessStore) AddSession(ctx context.Context, session access.Session, of access.User) error {
	return s.change(ctx, of.Name, `INSERT INTO sessions (digest, user_name, since, seen)
		SELECT CAST(? AS TEXT), name, CAST(? AS BIGINT), CAST(? AS BIGINT) FROM users WHERE name = ? AND role = ? AND changed_at = ?`,
		session.Digest, moment(session.Since), moment(session.Seen), of.Name, string(of.Role), moment(of.ChangedAt))
}

// Session implements access.Store.
func (s accessStore) Session(ctx context.Context, digest string) (access.Session, access.User, error) {
	session := access.Session{Digest: digest}
	var u access.User
	var since, seen int64
	into, done := userFields(&u)
	rows, err := s.query(ctx, `SELECT s.since, s.seen, `+userColumns+` FROM sessions s JOIN users u ON u.name = s.user_name WHERE s.digest = ?`, digest)
	err = one(rows, err, "the session", append([]any{&since, &seen}, into...)...)
	done()
	session.User, session.Since, session.Seen = u.Name, fromMoment(since), fromMoment(seen)
	return session, u, err
}

// TouchSession implements access.Store.
func (s accessStore) TouchSession(ctx context.Context, digest string, at time.Time) error {
	return s.transact(ctx, func(t *tx) error {
		return t.exec(`UPDATE sessions SET seen = ? WHERE digest = ? AND seen < ?`, moment(at), digest, moment(at))
	})
}

// EndSession implements access.Store.
func (s accessStore) EndSession(ctx context.Context, digest string) error {
	return s.transact(ctx, func(t *tx) error { return t.exec(`DELETE FROM sessions WHERE digest = ?`, digest) })
}

// Tally implements access.Store. The keys are locked in one order, whoever asks, so that two never wait for each other.
func (s accessStore) Tally(ctx context.Context, keys []string, change func([]access.Failures) []access.Failures) error {
	return s.transact(ctx, func(t *tx) error {
		for _, key := range slices.Sorted(slices.Values(keys)) {
			err := t.exec(`INSERT INTO login_failures (counted) VALUES (?) ON CONFLICT (counted) DO UPDATE SET counted = excluded.counted`, key)
			if err != nil {
				return err
			}
		}
		was := make([]access.Failures, len(keys))
		for i, key := range keys {
			var last, succeeded int64
			rows, err := t.query(`SELECT failures, last, succeeded FROM login_failures WHERE counted = ?`, key)
			if err := one(rows, err, key, &was[i].Count, &last, &succeeded); err != nil {
				return err
			}
			was[i].Last, was[i].Succeeded = fromMoment(last), fromMoment(succeeded)
		}
		for i, f := range change(was) {
			err := t.exec(`UPDATE login_failures SET failures = ?, last = ?, succeeded = ? WHERE counted = ?`, f.Count, moment(f.Last), moment(f.Succeeded), keys[i])
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Sweep implements access.Store.
func (s accessStore) Sweep(ctx context.Context, since, seen, failed, succeeded time.Time) error {
	return s.transact(ctx, func(t *tx) error {
		if err := t.exec(`DELETE FROM sessions WHERE since <= ? OR seen <= ?`, moment(since), moment(seen)); err != nil {
			return err
		}
		return t.exec(`DELETE FROM login_failures WHERE last <= ? AND succeeded <= ?`, moment(failed), moment(succeeded))
	})
}

const entryColumns = `number, at, who, means, origin, action, subject, result, previous, digest`

func entryFields(e *access.Entry) (into []any, done func()) {
	var means string
	var at int64
	return []any{&e.Number, &at, &e.Who, &means, &e.From, &e.Action, &e.Subject, &e.Result, &e.Previous, &e.Digest}, func() {
		e.At, e.Means = fromMoment(at), access.Means(means)
	}
}

// Append implements access.Store. SQLite has one writer at a time anyway; in PostgreSQL the table is locked against others that append.
func (s accessStore) Append(ctx context.Context, seal func(access.Entry) access.Entry) error {
	return s.transact(ctx, func(t *tx) error {
		if t.dialect == postgres {
			if err := t.exec(`LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE`); err != nil {
				return err
			}
		}
		last, err := onlyEntry(t.query(selectLastEntry))
		if err != nil {
			return err
		}
		e := seal(last)
		return t.exec(`INSERT INTO audit (`+entryColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			e.Number, moment(e.At), e.Who, string(e.Means), e.From, e.Action, e.Subject, e.Result, e.Previous, e.Digest)
	})
}

const selectLastEntry = `SELECT ` + entryColumns + ` FROM audit ORDER BY number DESC LIMIT 1`

// onlyEntry is the one of a query, or the zero Entry.
func onlyEntry(rows *sql.Rows, err error) (access.Entry, error) {
	all, err := entries(rows, err)
	if len(all) == 0 {
		return access.Entry{}, err
	}
	return all[0], err
}

// LastEntry implements access.Store.
func (s accessStore) LastEntry(ctx context.Context) (access.Entry, error) {
	return onlyEntry(s.query(ctx, selectLastEntry))
}

// Entries implements access.Store.
func (s accessStore) Entries(ctx context.Context, after int64, limit int) ([]access.Entry, error) {
	return entries(s.query(ctx, `SELECT `+entryColumns+` FROM audit WHERE number > ? ORDER BY number LIMIT ?`, after, limit))
}

func entries(rows *sql.Rows, err error) ([]access.Entry, error) {
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	var all []access.Entry
	for rows.Next() {
		var e access.Entry
		into, done := entryFields(&e)
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		done()
		all = append(all, e)
	}
	return all, rows.Err()
}
