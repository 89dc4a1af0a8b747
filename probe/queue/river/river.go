// Package river is the queue of a fleet: processes that share a PostgreSQL database, on as many machines as there are.
//
// Jobs are those of River (github.com/riverqueue/river), which hands each to one process, and elects who puts what is due first. What River leaves open is
// kept here: a time of a schedule is put once, by a row that is locked and says what was put last; who does a job gives a sign of life, and one whose
// signs stay away for the lease is taken over, by a job of the next generation in the place of the old one. Who has had no contact for that long holds its
// requests back until it knows whether the job is its own. Nobody takes anything over before having been in contact for a whole lease itself: a database
// that was away has made all look dead. All times are those of the database.
//
// It knows SQL for the tables of River and for those whose names begin with fleet_, which package sqlstore makes.
package river

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/sheetprobe/sheetprobe/probe/queue"
)

// Options say who this process is.
type Options struct {
	Worker queue.Worker                     // ID, Name, Zones, Egress, Version, RulesVersion and Slots
	Lease  time.Duration                    // after the last sign of life a job is taken over; DefaultLease where 0
	Say    func(format string, args ...any) // tells whoever reads the log; calls can overlap
}

// DefaultLease is long enough for a database to be restarted.
const DefaultLease = 30 * time.Second

// Queue is a queue.Queue on PostgreSQL.
type Queue struct {
	pool   *pgxpool.Pool
	client *river.Client[pgx.Tx]
	lease  time.Duration
	say    func(format string, args ...any)
	slots  chan struct{}
	notes  chan []byte
	kick   chan struct{} // has a sign of life given at once

	mu      sync.Mutex
	self    queue.Worker
	do      queue.Do
	held    map[int64]*held   // by the id of the job
	hosts   map[string]*turns // by host
	leads   bool
	alive   int       // workers at the last beat
	contact time.Time // since when no beat has failed; zero where the last one did
	beaten  time.Time // the last beat that did not fail
	awaySay bool      // that the database is away has been said
}

var _ queue.Queue = (*Queue)(nil)

// Open opens the queue in a database whose tables package sqlstore has made; those of River are made here. The URL is that of the history.
func Open(ctx context.Context, url string, o Options) (*Queue, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.MaxConns = max(config.MaxConns, 8)
	if params := config.ConnConfig.RuntimeParams; params[idleLimit] == "" {
		params[idleLimit] = strconv.FormatInt(leaseOf(o).Milliseconds(), 10)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	q := &Queue{
		pool: pool, lease: leaseOf(o), say: o.Say, self: o.Worker, held: map[int64]*held{}, hosts: map[string]*turns{}, alive: 1,
		slots: make(chan struct{}, o.Worker.Slots), notes: make(chan []byte, 256), kick: make(chan struct{}, 1),
	}
	if err = q.migrate(ctx); err == nil {
		err = q.newClient()
	}
	if err == nil {
		err = pool.QueryRow(ctx, `SELECT now()`).Scan(&q.self.Since)
	}
	if err != nil {
		pool.Close()
		return nil, err
	}
	return q, nil
}

// idleLimit is the parameter of PostgreSQL that bounds how long a process may hold locks that stands still in the middle of a transaction.
const idleLimit = "idle_in_transaction_session_timeout"

func leaseOf(o Options) time.Duration {
	if o.Lease <= 0 {
		return DefaultLease
	}
	return o.Lease
}

// migrationLock is the advisory lock under which one process at a time makes the tables.
const migrationLock = 0x73686565747072 // "sheetpr"

func (q *Queue) migrate(ctx context.Context) error {
	conn, err := q.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, int64(migrationLock)); err != nil {
		return err
	}
	defer func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, int64(migrationLock))
	}()
	migrator, err := rivermigrate.New(riverpgxv5.New(q.pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// neverRescued is how long River leaves a job that seems to be stuck: whether its worker lives is told by the lease, and River would ask nobody.
const neverRescued = 10 * 365 * 24 * time.Hour

func (q *Queue) newClient() (err error) {
	workers := river.NewWorkers()
	if err := river.AddWorkerSafely(workers, &worker{queue: q}); err != nil {
		return err
	}
	queues := map[string]river.QueueConfig{}
	for _, zone := range append([]string{""}, q.self.Zones...) {
		queues[queueOf(zone)] = river.QueueConfig{MaxWorkers: cap(q.slots)}
	}
	q.client, err = river.NewClient(riverpgxv5.New(q.pool), &river.Config{
		ID: q.self.ID, Queues: queues, Workers: workers, ErrorHandler: failures{q}, JobTimeout: -1, RescueStuckJobsAfter: neverRescued,
		Logger: slog.New(slog.DiscardHandler),
	})
	return err
}

// queueOf is the queue of River for the jobs of a zone.
func queueOf(zone string) string {
	if zone == "" {
		return "any"
	}
	return "zone_" + zone
}

// args are what a job of River holds.
type args struct {
	queue.Job
	Generation int `json:"generation"` // how many had the job before and are gone
}

const kind = "sheetprobe_run"

// Kind implements river.JobArgs.
func (args) Kind() string { return kind }

// notOver are the states of River in which a job is not over.
const notOver = `('available', 'pending', 'retryable', 'running', 'scheduled')`

// Put implements queue.Queue.
func (q *Queue) Put(ctx context.Context, job queue.Job) error {
	var busy *queue.BusyError
	err := pgx.BeginFunc(ctx, q.pool, func(tx pgx.Tx) error {
		if err := q.claim(ctx, tx, job); err != nil {
			return err
		}
		var runID string
		err := tx.QueryRow(ctx, `SELECT args->>'run_id' FROM river_job WHERE kind = $1 AND state IN `+notOver+` AND args->>'schedule' = $2 ORDER BY id DESC LIMIT 1`,
			kind, job.Schedule).Scan(&runID)
		switch {
		case err == nil: // that the time went by is kept all the same
			busy = &queue.BusyError{RunID: runID}
			return nil
		case !errors.Is(err, pgx.ErrNoRows):
			return err
		}
		_, err = q.client.InsertTx(ctx, tx, args{Job: job}, &river.InsertOpts{Queue: queueOf(job.Zone)})
		return err
	})
	if err == nil && busy != nil {
		return busy
	}
	return err
}

// claim locks a schedule, and says whether the time of the job is still to be put.
func (q *Queue) claim(ctx context.Context, tx pgx.Tx, job queue.Job) error {
	if _, err := tx.Exec(ctx, `INSERT INTO fleet_schedules (name, known_at) VALUES ($1, `+clock+`) ON CONFLICT (name) DO NOTHING`, job.Schedule); err != nil {
		return err
	}
	var last int64
	if err := tx.QueryRow(ctx, `SELECT last_due FROM fleet_schedules WHERE name = $1 FOR UPDATE`, job.Schedule).Scan(&last); err != nil {
		return err
	}
	if job.Due.IsZero() {
		return nil
	}
	if job.Due.UnixMicro() <= last {
		return queue.ErrDue
	}
	_, err := tx.Exec(ctx, `UPDATE fleet_schedules SET last_due = $2 WHERE name = $1`, job.Schedule, job.Due.UnixMicro())
	return err
}

// LastDue implements queue.Queue.
func (q *Queue) LastDue(ctx context.Context, schedule string) (time.Time, error) {
	var last, known int64
	var first bool
	err := q.pool.QueryRow(ctx, `INSERT INTO fleet_schedules AS s (name, known_at) VALUES ($1, `+clock+`) ON CONFLICT (name) DO UPDATE SET known_at = s.known_at
		RETURNING last_due, known_at, xmax = 0`, schedule).Scan(&last, &known, &first)
	switch {
	case err != nil || first:
		return time.Time{}, err
	case last > 0:
		return time.UnixMicro(last).UTC(), nil
	}
	return time.UnixMicro(known).UTC(), nil
}

// Jobs implements queue.Queue.
func (q *Queue) Jobs(ctx context.Context) ([]queue.State, error) {
	rows, err := q.pool.Query(ctx, `SELECT j.args, j.state = 'running', j.attempted_at, coalesce(w.name, '')
		FROM river_job j LEFT JOIN fleet_workers w ON w.id = j.attempted_by[array_upper(j.attempted_by, 1)]
		WHERE j.kind = $1 AND j.state IN `+notOver+` ORDER BY j.id`, kind)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s queue.State, err error) {
		var body []byte
		var began *time.Time
		var name string
		if err = row.Scan(&body, &s.Running, &began, &name); err != nil {
			return s, err
		}
		if s.Running && began != nil {
			s.Began, s.Worker = began.UTC(), name
		}
		return s, json.Unmarshal(body, &s.Job)
	})
}

// Cancel implements queue.Queue.
func (q *Queue) Cancel(ctx context.Context, runID string) error {
	var id int64
	err := q.pool.QueryRow(ctx, `SELECT id FROM river_job WHERE kind = $1 AND state IN `+notOver+` AND args->>'run_id' = $2 ORDER BY id DESC LIMIT 1`, kind, runID).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return queue.ErrNotFound
	}
	if err == nil {
		_, err = q.client.JobCancel(ctx, id)
	}
	return err
}

// Patience implements queue.Queue.
func (q *Queue) Patience() time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.leads && time.Since(q.beaten) < q.lease {
		return 0
	}
	return q.lease / 3
}

// Describe implements queue.Queue.
func (q *Queue) Describe(schedules string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.self.Schedules = schedules
}

// Close implements queue.Queue. Jobs are over by then, see Work.
func (q *Queue) Close() error {
	q.pool.Close()
	return nil
}
