package sqlstore

import (
	"context"
	"errors"
	"fmt"
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
		n, err := t.affected(`UPDATE runs SET state = ?, lease_until = ?, owner = ?, owner_term = ?, apis = -1, cases = -1, errors = -1, resumed = 1
			WHERE id = ? AND (owner = '' OR ? = '' OR owner_term <= ?) AND (state = ? OR state = ? AND (lease_until <= ? OR owner <> '' AND ? <> ''))`,
			string(history.Running), micros(leaseUntil), s.owner, s.term, runID, s.owner, s.term, string(history.Interrupted), string(history.Running), micros(t.now), s.owner)
		switch {
		case err != nil:
			return err
		case n == 0:
			return t.unresumed(runID, s)
		}
		if err := t.moveRows(runID); err != nil {
			return err
		}
		if err := t.fold(runID); err != nil {
			return err
		}
		return t.exec(`UPDATE case_blocks SET number = 0 WHERE run_id = ?`, runID) // the log begins anew
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
		if _, err := t.own(run.RunID, s.owner); err != nil {
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
			_, err := t.own(runID, s.owner)
			return errors.Join(history.ErrNotFound, err)
		}
		return err
	})
}

// Keep implements history.Store.
func (s *Store) Keep(ctx context.Context, runID string, cases []history.Case) error {
	return s.transact(ctx, func(t *tx) error {
		resumed, err := t.own(runID, s.owner)
		if err != nil {
			return err
		}
		return t.putCases(runID, cases, resumed)
	})
}

// touchAPI makes a sheet known, where it is not yet.
func (t *tx) touchAPI(runID string, position int, slug string, s *probe.SheetResult) error {
	known, there, err := t.text(`SELECT slug FROM apis WHERE run_id = ? AND position = ?`, runID, position)
	switch {
	case err != nil:
		return err
	case !there:
		return t.putAPI(runID, position, slug, s)
	case known == clean(slug):
		return nil
	}
	return t.exec(`UPDATE apis SET slug = ? WHERE run_id = ? AND position = ?`, clean(slug), runID, position)
}

// KeepAPIs implements history.Store.
func (s *Store) KeepAPIs(ctx context.Context, runID string, apis []history.API) error {
	return s.transact(ctx, func(t *tx) error {
		if _, err := t.own(runID, s.owner); err != nil {
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

// settleAPI says what is known of a sheet, and keeps its cases where all are decided.
func (t *tx) settleAPI(runID string, a *history.API) error {
	if err := t.putAPI(runID, a.Sheet, a.Slug, &a.API); err != nil {
		return err
	}
	if a.Cases != nil {
		return t.settle(runID, a)
	}
	if err := t.exec(`DELETE FROM findings WHERE run_id = ? AND api = ? AND case_id = ''`, runID, a.Sheet); err != nil {
		return err
	}
	return t.putFindings(runID, findingsOf(a.Sheet, "", a.Found()))
}

// putAPI says what is known of a sheet, also over what was said before.
func (t *tx) putAPI(runID string, position int, slug string, s *probe.SheetResult) error {
	body, err := probe.EncodeSheet(s)
	if err != nil {
		return err
	}
	return t.exec(`INSERT INTO apis (run_id, position, slug, name, verdict, body, packed) VALUES (?, ?, ?, ?, ?, '', ?)
		ON CONFLICT (run_id, position) DO UPDATE SET slug = excluded.slug, name = excluded.name, verdict = excluded.verdict, body = excluded.body, packed = excluded.packed`,
		runID, position, clean(slug), clean(s.Name), string(s.Verdict), t.packer.squeeze(body))
}
