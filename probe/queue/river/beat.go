package river

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/sheetprobe/sheetprobe/probe/queue"
)

// clock is the time of the database in microseconds.
const clock = `(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT`

// goneFor is how long a worker is shown that gives no sign of life any more.
const goneFor = 24 * time.Hour

// generations bounds how many processes may be gone that were at one job: it may be what kills them.
const generations = 5

// live gives signs of life, and takes over the jobs of whoever gives none any more, until ctx ends.
func (q *Queue) live(ctx context.Context) {
	ticker := time.NewTicker(q.lease / 10)
	defer ticker.Stop()
	for {
		q.step(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-q.kick:
		}
	}
}

func (q *Queue) step(ctx context.Context) {
	step, cancel := context.WithTimeout(ctx, q.lease/4)
	defer cancel()
	err := q.beat(step)
	if err == nil && q.inContact() {
		err = q.takeOver(step)
	}
	if err != nil && ctx.Err() == nil {
		q.away(err)
	}
}

// away notes that the database was not reached.
func (q *Queue) away(err error) {
	q.mu.Lock()
	told := q.awaySay
	q.awaySay, q.contact = true, time.Time{}
	q.mu.Unlock()
	if !told {
		q.say("the database of the fleet cannot be reached; what is under way goes on for now: %v", err)
	}
}

// inContact says whether the database has been reached for a whole lease without a break, so that all who live have given a sign of it.
func (q *Queue) inContact() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !q.contact.IsZero() && time.Since(q.contact) > q.lease
}

// sign is what a beat found out.
type sign struct {
	mine   map[int64]bool // jobs that are still this process's, and whether they are cancelled
	leader string
	alive  int
}

// beat gives a sign of life for this process and for each job that it does.
func (q *Queue) beat(ctx context.Context) error {
	sent := time.Now()
	q.mu.Lock()
	self, jobs := q.self, maps.Clone(q.held)
	q.mu.Unlock()
	s, err := q.exchangeSigns(ctx, self, slices.Collect(maps.Keys(jobs)))
	if err != nil {
		return err
	}
	for id, h := range jobs {
		switch cancelled, mine := s.mine[id]; {
		case !mine:
			h.lose()
		case cancelled:
			h.cancel(queue.ErrCancelled)
			fallthrough
		default:
			h.renew(sent.Add(q.safe()))
		}
	}
	q.noteSign(s, sent)
	return nil
}

// noteSign remembers that the database was reached, and what it said of the fleet.
func (q *Queue) noteSign(s sign, sent time.Time) {
	q.mu.Lock()
	back, led := q.awaySay, q.leads
	q.awaySay, q.leads, q.alive = false, s.leader == q.self.ID, max(s.alive, 1)
	if q.contact.IsZero() || sent.Sub(q.beaten) > q.lease/2 {
		q.contact = sent
	}
	q.beaten = time.Now()
	leads := q.leads
	q.mu.Unlock()
	if back {
		q.say("the database of the fleet is reached again")
	}
	if leads && !led {
		q.say("this process leads the fleet: it puts what is due")
	}
}

func (q *Queue) exchangeSigns(ctx context.Context, self queue.Worker, ids []int64) (s sign, err error) {
	body, err := json.Marshal(self)
	if err != nil {
		return s, err
	}
	s.mine = map[int64]bool{}
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO fleet_workers (id, name, body, since, seen_at) VALUES ($1, $2, $3, $4, `+clock+`)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body, seen_at = excluded.seen_at`, self.ID, self.Name, string(body), self.Since.UnixMicro())
	batch.Queue(`DELETE FROM fleet_workers WHERE seen_at < `+clock+` - $1`, goneFor.Microseconds())
	batch.Queue(`UPDATE river_job SET metadata = metadata || jsonb_build_object('alive_at', `+clock+`) WHERE id = ANY($1) AND state = 'running'
		RETURNING id, metadata ? 'cancel_attempted_at'`, ids).
		Query(func(rows pgx.Rows) error {
			for rows.Next() {
				var id int64
				var cancelled bool
				if err := rows.Scan(&id, &cancelled); err != nil {
					return err
				}
				s.mine[id] = cancelled
			}
			return rows.Err()
		})
	batch.Queue(`SELECT coalesce((SELECT leader_id FROM river_leader WHERE expires_at > now()), ''), (SELECT count(*) FROM fleet_workers WHERE seen_at > `+clock+` - $1)`, q.lease.Microseconds()).
		QueryRow(func(row pgx.Row) error { return row.Scan(&s.leader, &s.alive) })
	return s, q.pool.SendBatch(ctx, batch).Close()
}

// takeOver puts a job of the next generation in the place of each whose signs of life stay away. The old one is over by that: whatever its worker says of
// it later changes nothing.
func (q *Queue) takeOver(ctx context.Context) error {
	return pgx.BeginFunc(ctx, q.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `WITH silent AS (
				SELECT id FROM river_job WHERE kind = $1 AND state = 'running' AND attempted_at < clock_timestamp() - make_interval(secs => $2)
				AND coalesce((metadata->>'alive_at')::BIGINT, 0) < `+clock+` - $3 FOR UPDATE SKIP LOCKED
			)
			UPDATE river_job SET state = CASE WHEN metadata ? 'cancel_attempted_at' THEN 'cancelled'::river_job_state ELSE 'discarded'::river_job_state END, finalized_at = now()
			FROM silent WHERE river_job.id = silent.id RETURNING river_job.state = 'cancelled', river_job.args`, kind, q.lease.Seconds(), q.lease.Microseconds())
		if err != nil {
			return err
		}
		silent, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (a args, err error) {
			var cancelled bool
			var body []byte
			if err = row.Scan(&cancelled, &body); err == nil {
				err = json.Unmarshal(body, &a)
			}
			if cancelled {
				a.Generation = generations
			}
			return a, err
		})
		for _, a := range silent {
			if err == nil {
				err = q.succeed(ctx, tx, a)
			}
		}
		return err
	})
}

// succeed puts the next generation of a job.
func (q *Queue) succeed(ctx context.Context, tx pgx.Tx, a args) error {
	if a.Generation++; a.Generation >= generations {
		q.say("run %s of %s is given up: it was cancelled, or %d processes that were at it are gone", a.RunID, a.Schedule, generations)
		return nil
	}
	q.say("run %s of %s is left by a process that gives no sign of life, and is taken over", a.RunID, a.Schedule)
	_, err := q.client.InsertTx(ctx, tx, a, &river.InsertOpts{Queue: queueOf(a.Zone)})
	return err
}

// leave takes this process out of the list of workers.
func (q *Queue) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, q.lease/4)
	defer cancel()
	_, _ = q.pool.Exec(ctx, `DELETE FROM fleet_workers WHERE id = $1`, q.self.ID) // else it is seen to be gone in a while
}

// Workers implements queue.Queue.
func (q *Queue) Workers(ctx context.Context) ([]queue.Worker, error) {
	rows, err := q.pool.Query(ctx, `SELECT w.body, w.seen_at, w.seen_at > `+clock+` - $1, w.id = coalesce((SELECT leader_id FROM river_leader WHERE expires_at > now()), ''),
			array(SELECT j.args->>'run_id' FROM river_job j WHERE j.kind = $2 AND j.state = 'running' AND j.attempted_by[array_upper(j.attempted_by, 1)] = w.id ORDER BY j.id)
		FROM fleet_workers w ORDER BY w.name, w.since`, q.lease.Microseconds(), kind)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (w queue.Worker, err error) {
		var body string
		var seen int64
		var alive, leader bool
		var running []string
		if err = row.Scan(&body, &seen, &alive, &leader, &running); err == nil {
			err = json.Unmarshal([]byte(body), &w)
		}
		if w.Zones == nil {
			w.Zones = []string{}
		}
		w.Seen, w.Alive, w.Leader, w.Running = time.UnixMicro(seen).UTC(), alive, leader && alive, running
		return w, err
	})
}
