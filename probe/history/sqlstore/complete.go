package sqlstore

import (
	"context"
	"errors"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// Complete implements history.Store.
func (s *Store) Complete(ctx context.Context, run *probe.Run, nights []history.Night) (missing []int, err error) {
	body, err := probe.EncodeHead(run)
	if err != nil {
		return nil, err
	}
	err = s.transact(ctx, func(t *tx) error {
		if err := t.own(run.RunID, s.owner); err != nil {
			return err
		}
		if err := t.forgetBeyond(run.RunID, nights); err != nil {
			return err
		}
		if missing, err = t.missing(run.RunID, nights); err != nil || len(missing) > 0 {
			return errors.Join(err, errMissing)
		}
		return t.complete(run, nights, body)
	})
	if len(missing) > 0 {
		return missing, nil
	}
	return nil, err
}

// errMissing has a transaction undone.
var errMissing = errors.New("cases are missing")

func (t *tx) complete(run *probe.Run, nights []history.Night, body []byte) error {
	if err := t.end(run, body); err != nil {
		return err
	}
	if err := t.exec(`DELETE FROM nights WHERE run_id = ?`, run.RunID); err != nil {
		return err
	}
	for i := range nights {
		if err := t.putNight(i, nights[i]); err != nil {
			return err
		}
	}
	return t.counted(run, len(nights))
}

// missing are the sheets of which fewer cases are kept than there are.
func (t *tx) missing(runID string, nights []history.Night) ([]int, error) {
	kept, err := t.sizes(runID)
	if err != nil {
		return nil, err
	}
	var missing []int
	for i := range nights {
		if size, known := kept[i]; !known || size.cases != nights[i].Cases {
			missing = append(missing, i)
		}
	}
	return missing, nil
}

// size is how many cases of a sheet are kept, and the highest place of one.
type size struct{ cases, last int }

// sizes are those of the sheets that are kept, by their places.
func (t *tx) sizes(runID string) (map[int]size, error) {
	rows, err := t.query(`SELECT a.position, COUNT(c.position), COALESCE(MAX(c.position), -1) FROM apis a
		LEFT JOIN cases c ON c.run_id = a.run_id AND c.api = a.position WHERE a.run_id = ? GROUP BY a.position`, runID)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	kept := map[int]size{}
	for rows.Next() {
		var i int
		var n size
		if err := rows.Scan(&i, &n.cases, &n.last); err != nil {
			return nil, err
		}
		kept[i] = n
	}
	return kept, rows.Err()
}

// forgetBeyond deletes what is kept and the run does not hold: it was resumed in another way than it was begun.
func (t *tx) forgetBeyond(runID string, nights []history.Night) error {
	kept, err := t.sizes(runID)
	if err != nil {
		return err
	}
	for i, n := range kept {
		cases := 0
		if i < len(nights) {
			cases = nights[i].Cases
		}
		if n.last < cases {
			continue
		}
		if err := t.forgetFrom(runID, i, cases); err != nil {
			return err
		}
	}
	return t.exec(`DELETE FROM apis WHERE run_id = ? AND position >= ?`, runID, len(nights))
}

// forgetFrom deletes the cases of a sheet from a place on, and the findings of those that stand nowhere else now.
func (t *tx) forgetFrom(runID string, api, position int) error {
	err := t.exec(`DELETE FROM findings WHERE run_id = ? AND case_id IN (SELECT c.id FROM cases c WHERE c.run_id = ? AND c.api = ? AND c.position >= ?)
		AND case_id NOT IN (SELECT c.id FROM cases c WHERE c.run_id = ? AND NOT (c.api = ? AND c.position >= ?))`,
		runID, runID, api, position, runID, api, position)
	if err != nil {
		return err
	}
	return t.exec(`DELETE FROM cases WHERE run_id = ? AND api = ? AND position >= ?`, runID, api, position)
}
