package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/notify"
)

// Alerts is what was told, and what waits to be. It is closed with the store.
func (s *Store) Alerts() notify.Store { return &alerts{s} }

type alerts struct{ s *Store }

// Decide implements notify.Store.
func (a *alerts) Decide(ctx context.Context, once string, now time.Time, decide func(notify.Memory) (notify.Outcome, error)) error {
	return a.s.transact(ctx, func(t *tx) error {
		if err := t.lockAlerts(); err != nil {
			return err
		}
		if once != "" {
			n, err := t.affected(`INSERT INTO alert_decisions (once, at) VALUES (?, ?) ON CONFLICT (once) DO NOTHING`, clean(once), micros(now))
			if err == nil && n == 0 {
				err = notify.ErrDecided
			}
			if err != nil {
				return err
			}
		}
		memory, err := recallAlerts(t.query)
		if err != nil {
			return err
		}
		out, err := decide(memory)
		if err != nil {
			return err
		}
		return t.keepAlerts(out)
	})
}

// lockAlerts waits until nobody else decides or claims.
func (t *tx) lockAlerts() error {
	return t.exec(`UPDATE alert_lock SET turns = turns + 1 WHERE id = 1`)
}

func (t *tx) keepAlerts(out notify.Outcome) error {
	for _, k := range out.Forget {
		if err := t.exec(`DELETE FROM alert_tracks WHERE route = ? AND topic = ?`, k.Route, clean(k.Topic.Key)); err != nil {
			return err
		}
	}
	for _, k := range out.Tracks {
		err := t.putJSON(k, `INSERT INTO alert_tracks (route, topic, at, body) VALUES (?, ?, ?, ?)
			ON CONFLICT (route, topic) DO UPDATE SET at = excluded.at, body = excluded.body`, k.Route, clean(k.Topic.Key), micros(k.Last))
		if err != nil {
			return err
		}
	}
	for _, api := range out.APIs {
		err := t.putJSON(api, `INSERT INTO alert_apis (slug, at, body) VALUES (?, ?, ?)
			ON CONFLICT (slug) DO UPDATE SET at = excluded.at, body = excluded.body`, clean(api.Slug), micros(api.At))
		if err != nil {
			return err
		}
	}
	for _, d := range out.Deliveries {
		err := t.putJSON(d.Events, `INSERT INTO alert_deliveries (id, channel, state, created_at, next_at, until_at, body) VALUES (?, ?, 'waiting', ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET next_at = excluded.next_at, until_at = excluded.until_at, body = excluded.body`,
			d.ID, d.Channel, micros(d.CreatedAt), micros(d.NextAt), micros(d.Until))
		if err != nil {
			return err
		}
	}
	return nil
}

// putJSON executes a query whose last argument is a value as JSON.
func (t *tx) putJSON(value any, query string, args ...any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return t.exec(query, append(args, string(body))...)
}

// Remember implements notify.Store.
func (a *alerts) Remember(ctx context.Context) (notify.Memory, error) {
	return recallAlerts(func(query string, args ...any) (*sql.Rows, error) { return a.s.query(ctx, query, args...) })
}

type querier func(query string, args ...any) (*sql.Rows, error)

func recallAlerts(query querier) (m notify.Memory, err error) {
	if m.Tracks, err = bodies[notify.Track](query, `SELECT body FROM alert_tracks ORDER BY route, topic`); err != nil {
		return m, err
	}
	if m.APIs, err = bodies[notify.APIState](query, `SELECT body FROM alert_apis ORDER BY slug`); err != nil {
		return m, err
	}
	m.Waiting, err = deliveries(query, `state = 'waiting' AND attempts = 0 ORDER BY created_at, id`)
	return m, err
}

func bodies[T any](query querier, text string) ([]T, error) {
	rows, err := query(text)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	var all []T
	for rows.Next() {
		var body string
		var value T
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(body), &value); err != nil {
			return nil, err
		}
		all = append(all, value)
	}
	return all, rows.Err()
}

func deliveries(query querier, where string, args ...any) ([]notify.Delivery, error) {
	rows, err := query(`SELECT id, channel, created_at, next_at, until_at, attempts, body FROM alert_deliveries WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	var all []notify.Delivery
	for rows.Next() {
		var d notify.Delivery
		var created, next, until int64
		var body string
		if err := rows.Scan(&d.ID, &d.Channel, &created, &next, &until, &d.Attempts, &body); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(body), &d.Events); err != nil {
			return nil, err
		}
		d.CreatedAt, d.NextAt, d.Until = fromMicros(created), fromMicros(next), fromMicros(until)
		all = append(all, d)
	}
	return all, rows.Err()
}

// Decided implements notify.Store.
func (a *alerts) Decided(ctx context.Context, once string) (bool, error) {
	rows, err := a.s.query(ctx, `SELECT 1 FROM alert_decisions WHERE once = ?`, clean(once))
	if err != nil {
		return false, err
	}
	defer closeRows(rows)
	return rows.Next(), rows.Err()
}

// nextDelivery is the oldest of a channel, whether its time has come or not: a later one never overtakes it.
const nextDelivery = `state = 'waiting' AND channel = ? ORDER BY created_at, id LIMIT 1`

// Claim implements notify.Store. Most of the time nothing waits, which is found out without writing.
func (a *alerts) Claim(ctx context.Context, channel string, now, lease time.Time) (*notify.Delivery, error) {
	read := func(query string, args ...any) (*sql.Rows, error) { return a.s.query(ctx, query, args...) }
	first, err := deliveries(read, nextDelivery, channel)
	if err != nil || len(first) == 0 || first[0].NextAt.After(now) {
		return nil, err
	}
	var claimed *notify.Delivery
	err = a.s.transact(ctx, func(t *tx) error {
		if err := t.lockAlerts(); err != nil {
			return err
		}
		first, err := deliveries(t.query, nextDelivery, channel)
		if err != nil || len(first) == 0 {
			return err
		}
		n, err := t.affected(`UPDATE alert_deliveries SET attempts = attempts + 1, lease_until = ? WHERE id = ? AND next_at <= ? AND lease_until <= ?`,
			micros(lease), first[0].ID, micros(now), micros(now))
		if n > 0 {
			claimed = &first[0]
			claimed.Attempts++
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

// Settle implements notify.Store.
func (a *alerts) Settle(ctx context.Context, id string, state notify.State, next time.Time) error {
	return a.s.transact(ctx, func(t *tx) error {
		n, err := t.affected(`UPDATE alert_deliveries SET state = ?, next_at = ?, lease_until = 0 WHERE id = ? AND state = 'waiting'`, string(state), micros(next), id)
		if err == nil && n == 0 {
			return errors.New("nothing of this id waits")
		}
		return err
	})
}

// Backlog implements notify.Store.
func (a *alerts) Backlog(ctx context.Context) (map[string]int, error) {
	rows, err := a.s.query(ctx, `SELECT channel, COUNT(*) FROM alert_deliveries WHERE state = 'waiting' GROUP BY channel`)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	all := map[string]int{}
	for rows.Next() {
		var channel string
		var n int
		if err := rows.Scan(&channel, &n); err != nil {
			return nil, err
		}
		all[channel] = n
	}
	return all, rows.Err()
}

// Tidy implements notify.Store.
func (a *alerts) Tidy(ctx context.Context, before time.Time) error {
	return a.s.transact(ctx, func(t *tx) error {
		return errors.Join(
			t.exec(`DELETE FROM alert_deliveries WHERE until_at < ?`, micros(before)),
			t.exec(`DELETE FROM alert_decisions WHERE at < ?`, micros(before)),
			t.exec(`DELETE FROM alert_tracks WHERE at < ?`, micros(before)),
		)
	})
}
