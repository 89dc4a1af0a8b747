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
		resumed, err := t.own(run.RunID, s.owner)
		if err != nil {
			return err
		}
		if err := t.forgetBeyond(run.RunID, casesOf(nights), resumed); err != nil {
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
	if err := t.putNights(run.RunID, nights); err != nil {
		return err
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
	rows, err := t.query(`SELECT a.position, CAST(COALESCE(SUM(b.cases), 0) AS BIGINT), COALESCE(MAX(b.last), -1) FROM apis a
		LEFT JOIN case_blocks b ON b.run_id = a.run_id AND b.api = a.position WHERE a.run_id = ? GROUP BY a.position`, runID)
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

// casesOf are how many cases each sheet has.
func casesOf(nights []history.Night) []int {
	cases := make([]int, len(nights))
	for i := range nights {
		cases[i] = nights[i].Cases
	}
	return cases
}

// forgetBeyond deletes what is kept and the run does not hold, which has so many cases of each sheet: it was resumed in another way than it was begun.
func (t *tx) forgetBeyond(runID string, cases []int, resumed bool) error {
	if err := t.fold(runID); err != nil {
		return err
	}
	kept, err := t.sizes(runID)
	if err != nil {
		return err
	}
	gone := false
	for i, n := range kept {
		end := 0
		if i < len(cases) {
			end = cases[i]
		}
		if n.last < end {
			continue
		}
		if err := t.forgetFrom(runID, i, end); err != nil {
			return err
		}
		gone = true
	}
	if gone || resumed {
		err = t.forgetStray(runID)
	}
	if err != nil {
		return err
	}
	return t.exec(`DELETE FROM apis WHERE run_id = ? AND position >= ?`, runID, len(cases))
}
