package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// Finish implements history.Store. A run that was begun by nobody is kept as well.
func (s *Store) Finish(ctx context.Context, run *probe.Run) error {
	body, err := probe.EncodeHead(run)
	if err != nil {
		return err
	}
	return s.transact(ctx, func(t *tx) error {
		resumed, err := t.own(run.RunID, s.owner)
		if err != nil && !errors.Is(err, history.ErrNotFound) {
			return err
		}
		return t.finish(run, body, resumed)
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
		return t.finish(run, body, false)
	})
}

func (t *tx) finish(run *probe.Run, body []byte, resumed bool) error {
	if err := t.end(run, body); err != nil {
		return err
	}
	cases := make([]int, len(run.Sheets))
	for i := range run.Sheets {
		cases[i] = len(run.Sheets[i].Cases)
		api, err := history.SettledAPI(i, &run.Sheets[i], nil)
		if err != nil {
			return err
		}
		if err := t.settleAPI(run.RunID, &api); err != nil {
			return err
		}
	}
	if err := t.forgetBeyond(run.RunID, cases, resumed); err != nil {
		return err
	}
	if err := t.putNights(run.RunID, nightsOf(run)); err != nil {
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
