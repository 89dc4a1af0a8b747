package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// Begin implements history.Store.
func (s *Store) Begin(ctx context.Context, run *probe.Run, leaseUntil time.Time) error {
	body, err := probe.EncodeHead(run)
	if err != nil {
		return err
	}
	return s.transact(ctx, func(t *tx) error {
		n, err := t.affected(`INSERT INTO runs (id, state, started_at, lease_until, rules_version, schedule, owner, owner_term, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
			run.RunID, string(history.Running), micros(run.StartedAt), micros(leaseUntil), run.Tool.RulesVersion, run.Schedule, s.owner, s.term, string(body))
		if err == nil && n == 0 {
			return fmt.Errorf("%w: %q", history.ErrExists, run.RunID)
		}
		for i := range run.Sheets {
			if err == nil {
				err = t.putAPI(run.RunID, i, history.SlugOf(&run.Sheets[i]), &run.Sheets[i])
			}
		}
		return err
	})
}

// Resume implements history.Store.
func (s *Store) Resume(ctx context.Context, runID string, leaseUntil time.Time) error {
	return s.transact(ctx, func(t *tx) error {
		n, err := t.affected(`UPDATE runs SET state = ?, lease_until = ?, owner = ?, owner_term = ?, apis = -1, cases = -1, errors = -1
			WHERE id = ? AND (owner = '' OR ? = '' OR owner_term <= ?) AND (state = ? OR state = ? AND (lease_until <= ? OR owner <> '' AND ? <> ''))`,
			string(history.Running), micros(leaseUntil), s.owner, s.term, runID, s.owner, s.term, string(history.Interrupted), string(history.Running), micros(t.now), s.owner)
		if err != nil || n > 0 {
			return err
		}
		return t.unresumed(runID, s)
	})
}

// unresumed says why a run cannot be resumed.
func (t *tx) unresumed(runID string, s *Store) error {
	if err := t.exists(runID); err != nil {
		return err
	}
	n, err := t.affected(`UPDATE runs SET state = state WHERE id = ? AND state = ?`, runID, string(history.Finished))
	if err == nil && n > 0 {
		return fmt.Errorf("%w: %q", history.ErrFinished, runID)
	}
	later, err := t.affected(`UPDATE runs SET state = state WHERE id = ? AND owner_term > ?`, runID, s.term)
	switch {
	case err != nil:
		return err
	case later > 0 && s.owner != "":
		return fmt.Errorf("%w: %q", history.ErrTaken, runID)
	}
	return fmt.Errorf("%w: %q", history.ErrRunning, runID)
}

// Describe implements history.Store.
func (s *Store) Describe(ctx context.Context, run *probe.Run) error {
	body, err := probe.EncodeHead(run)
	if err != nil {
		return err
	}
	return s.transact(ctx, func(t *tx) error {
		if err := t.own(run.RunID, s.owner); err != nil {
			return err
		}
		n, err := t.affected(`UPDATE runs SET body = ? WHERE id = ? AND state = ?`, string(body), run.RunID, string(history.Running))
		if n == 0 { // it has come to its end
			return err
		}
		for i := range run.Sheets {
			if err == nil {
				err = t.touchAPI(run.RunID, i, history.SlugOf(&run.Sheets[i]), &run.Sheets[i])
			}
		}
		return err
	})
}

// Renew implements history.Store.
func (s *Store) Renew(ctx context.Context, runID string, leaseUntil time.Time) error {
	return s.transact(ctx, func(t *tx) error {
		n, err := t.affected(`UPDATE runs SET lease_until = ? WHERE id = ? AND state = ? AND owner = ?`, micros(leaseUntil), runID, string(history.Running), s.owner)
		if err == nil && n == 0 {
			return errors.Join(history.ErrNotFound, t.own(runID, s.owner))
		}
		return err
	})
}

// Keep implements history.Store.
func (s *Store) Keep(ctx context.Context, runID string, cases []history.Case) error {
	return s.transact(ctx, func(t *tx) error {
		if err := t.own(runID, s.owner); err != nil {
			return err
		}
		known := map[int]bool{}
		for i := range cases {
			c := &cases[i]
			if known[c.Sheet] {
				continue
			}
			known[c.Sheet] = true
			slug, _, _ := strings.Cut(c.Result.ID, "/") // of two sheets of one name, the run alone knows which is which
			if err := t.touchAPI(runID, c.Sheet, slug, &c.API); err != nil {
				return err
			}
		}
		return t.putCases(runID, cases)
	})
}

// touchAPI makes a sheet known, where it is not yet.
func (t *tx) touchAPI(runID string, position int, slug string, s *probe.SheetResult) error {
	n, err := t.affected(`UPDATE apis SET slug = ? WHERE run_id = ? AND position = ?`, clean(slug), runID, position)
	if err != nil || n > 0 {
		return err
	}
	return t.putAPI(runID, position, slug, s)
}

// KeepAPIs implements history.Store.
func (s *Store) KeepAPIs(ctx context.Context, runID string, apis []history.API) error {
	return s.transact(ctx, func(t *tx) error {
		if err := t.own(runID, s.owner); err != nil {
			return err
		}
		for i := range apis {
			if err := t.settleAPI(runID, &apis[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// Finish implements history.Store. A run that was begun by nobody is kept as well.
func (s *Store) Finish(ctx context.Context, run *probe.Run) error {
	body, err := probe.EncodeHead(run)
	if err != nil {
		return err
	}
	return s.transact(ctx, func(t *tx) error {
		if err := t.own(run.RunID, s.owner); err != nil && !errors.Is(err, history.ErrNotFound) {
			return err
		}
		return t.finish(run, body)
	})
}

// Import implements history.Store.
func (s *Store) Import(ctx context.Context, run *probe.Run) error {
	body, err := probe.EncodeHead(run)
	if err != nil {
		return err
	}
	return s.transact(ctx, func(t *tx) error {
		err := t.exists(run.RunID)
		if err == nil {
			return fmt.Errorf("%w: %q", history.ErrExists, run.RunID)
		}
		if !errors.Is(err, history.ErrNotFound) {
			return err
		}
		return t.finish(run, body)
	})
}

func (t *tx) finish(run *probe.Run, body []byte) error {
	if err := t.end(run, body); err != nil {
		return err
	}
	kept, err := t.kept(run.RunID)
	if err != nil {
		return err
	}
	if err := t.forget(run, kept); err != nil {
		return err
	}
	for i := range run.Sheets {
		if err := t.finishAPI(run.RunID, i, &run.Sheets[i], kept); err != nil {
			return err
		}
	}
	if err := t.putNights(run); err != nil {
		return err
	}
	return t.counted(run, len(run.Sheets))
}

// end says how a run ended.
func (t *tx) end(run *probe.Run, body []byte) error {
	state := history.Finished
	if run.Interrupted {
		state = history.Interrupted
	}
	return t.exec(`INSERT INTO runs (id, state, started_at, finished_at, verdict, exit_code, rules_version, schedule, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, started_at = excluded.started_at, finished_at = excluded.finished_at, verdict = excluded.verdict, exit_code = excluded.exit_code,
		rules_version = excluded.rules_version, lease_until = 0, body = excluded.body`,
		run.RunID, string(state), micros(run.StartedAt), micros(run.FinishedAt), string(run.Verdict), run.ExitCode, run.Tool.RulesVersion, run.Schedule, string(body))
}

// counted says how much of everything a run has.
func (t *tx) counted(run *probe.Run, apis int) error {
	return t.exec(`UPDATE runs SET apis = ?, cases = ?, has_nights = 1, errors = (SELECT COUNT(*) FROM findings f WHERE f.run_id = runs.id AND f.severity = 'error') WHERE id = ?`,
		apis, run.Summary.Cases, run.RunID)
}

// forget deletes what is kept and the run does not hold: it was resumed in another way than it was begun.
func (t *tx) forget(run *probe.Run, kept map[[2]int]keptCase) error {
	gone := map[string]bool{}
	for at, c := range kept {
		if at[0] < len(run.Sheets) && at[1] < len(run.Sheets[at[0]].Cases) {
			continue
		}
		if err := t.exec(`DELETE FROM cases WHERE run_id = ? AND api = ? AND position = ?`, run.RunID, at[0], at[1]); err != nil {
			return err
		}
		if err := t.exec(`DELETE FROM findings WHERE run_id = ? AND case_id = ?`, run.RunID, c.id); err != nil {
			return err
		}
		gone[c.id] = true
	}
	maps.DeleteFunc(kept, func(_ [2]int, c keptCase) bool { return gone[c.id] }) // it may stand elsewhere now
	return t.exec(`DELETE FROM apis WHERE run_id = ? AND position >= ?`, run.RunID, len(run.Sheets))
}

func (t *tx) finishAPI(runID string, position int, s *probe.SheetResult, kept map[[2]int]keptCase) error {
	for k := range s.Cases {
		body, err := probe.EncodeResult(&s.Cases[k])
		if err != nil {
			return err
		}
		if was, there := kept[[2]int{position, k}]; there && was.digest == digest(body) {
			continue
		}
		c := history.Case{Sheet: position, Index: k, Result: s.Cases[k]}
		if err := t.putEncoded(runID, []history.Case{c}, [][]byte{body}); err != nil {
			return err
		}
	}
	api := history.NewAPI(position, s)
	return t.settleAPI(runID, &api)
}

// settleAPI says what is known of a sheet at its end.
func (t *tx) settleAPI(runID string, a *history.API) error {
	if err := t.putAPI(runID, a.Sheet, a.Slug, &a.API); err != nil {
		return err
	}
	if err := t.exec(`DELETE FROM findings WHERE run_id = ? AND api = ? AND case_id = ''`, runID, a.Sheet); err != nil {
		return err
	}
	return t.putFindings(findingsOf(runID, a.Sheet, &probe.Result{Findings: a.API.Findings}))
}

// keptCase is what Finish needs to know of a case that is there already: what is learned later, as by sending it again, changes its body.
type keptCase struct {
	id     string
	digest int64
}

// kept are the cases that are there already, by their places.
func (t *tx) kept(runID string) (map[[2]int]keptCase, error) {
	rows, err := t.query(`SELECT api, position, id, digest FROM cases WHERE run_id = ?`, runID)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	kept := map[[2]int]keptCase{}
	for rows.Next() {
		var at [2]int
		var c keptCase
		if err := rows.Scan(&at[0], &at[1], &c.id, &c.digest); err != nil {
			return nil, err
		}
		kept[at] = c
	}
	return kept, rows.Err()
}

// putAPI says what is known of a sheet, also over what was said before.
func (t *tx) putAPI(runID string, position int, slug string, s *probe.SheetResult) error {
	body, err := probe.EncodeSheet(s)
	if err != nil {
		return err
	}
	return t.exec(`INSERT INTO apis (run_id, position, slug, name, verdict, body) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (run_id, position) DO UPDATE SET slug = excluded.slug, name = excluded.name, verdict = excluded.verdict, body = excluded.body`,
		runID, position, clean(slug), clean(s.Name), string(s.Verdict), string(body))
}

// tx is a transaction with the dialect of its database.
type tx struct {
	ctx     context.Context //nolint:containedctx // it lives as long as the transaction
	tx      *sql.Tx
	dialect dialect
	now     time.Time
	known   map[string]*sql.Stmt // by query; closed with the transaction
}

func (s *Store) transact(ctx context.Context, do func(*tx) error) error {
	begun, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(&tx{ctx: ctx, tx: begun, dialect: s.dialect, now: s.now(), known: map[string]*sql.Stmt{}}); err != nil {
		return errors.Join(err, ignoreDone(begun.Rollback()))
	}
	return begun.Commit()
}

// ignoreDone forgets that a transaction is over already, as when its context has ended.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

func (t *tx) exec(query string, args ...any) error {
	_, err := t.affected(query, args...)
	return err
}

func (t *tx) affected(query string, args ...any) (int64, error) {
	statement, err := t.prepared(query)
	if err != nil {
		return 0, err
	}
	result, err := statement.ExecContext(t.ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// prepared has a query parsed once for a whole transaction.
func (t *tx) prepared(query string) (*sql.Stmt, error) {
	if s := t.known[query]; s != nil {
		return s, nil
	}
	s, err := t.tx.PrepareContext(t.ctx, t.dialect.bind(query))
	if err == nil {
		t.known[query] = s
	}
	return s, err
}

func (t *tx) query(query string, args ...any) (*sql.Rows, error) {
	return t.tx.QueryContext(t.ctx, t.dialect.bind(query), args...)
}

// own refuses a run that somebody else took over, and holds it so that nobody does before the transaction ends.
func (t *tx) own(runID, owner string) error {
	n, err := t.affected(`UPDATE runs SET owner = owner WHERE id = ? AND owner = ?`, runID, owner)
	if err != nil || n > 0 {
		return err
	}
	if err := t.exists(runID); err != nil {
		return err
	}
	return fmt.Errorf("%w: %q", history.ErrTaken, runID)
}

func (t *tx) exists(runID string) error {
	rows, err := t.query(`SELECT 1 FROM runs WHERE id = ?`, runID)
	if err != nil {
		return err
	}
	defer closeRows(rows)
	if !rows.Next() {
		return errors.Join(rows.Err(), fmt.Errorf("%w: %q", history.ErrNotFound, runID))
	}
	return nil
}

// digest tells bodies apart that differ; it guards against nobody.
func digest(body []byte) int64 {
	h := fnv.New64a()
	_, _ = h.Write(body)
	return int64(h.Sum64()) //nolint:gosec // any 64 bits will do
}
