package sqlstore

import (
	"context"
	"database/sql"
	"maps"
	"math"
	"slices"
)

// asked is what is read of the cases of a run: in blocks, and in rows, as earlier versions kept them.
type asked int

const (
	everyCase         asked = iota
	casesWithFindings       // and of the others their ids and verdicts; where there are none in an API, nothing else of it is unpacked
)

func (a asked) inBlocks() string {
	if a == everyCase {
		return `SELECT api, head, body FROM case_blocks WHERE run_id = ? ORDER BY api, first`
	}
	return `SELECT b.api, b.head, CASE WHEN EXISTS (SELECT 1 FROM findings f WHERE f.run_id = b.run_id AND f.api = b.api AND f.case_id <> '') THEN b.body END
		FROM case_blocks b WHERE b.run_id = ? ORDER BY b.api, b.first`
}

func (a asked) inRows() string {
	if a == everyCase {
		return `SELECT api, position, id, verdict, body FROM cases WHERE run_id = ? ORDER BY api, position`
	}
	return `SELECT c.api, c.position, c.id, c.verdict, CASE WHEN EXISTS (SELECT 1 FROM findings f WHERE f.run_id = c.run_id AND f.case_id = c.id) THEN c.body ELSE '' END
		FROM cases c WHERE c.run_id = ? ORDER BY c.api, c.position`
}

// chapters hands over the cases of a run, in the order of its APIs and in theirs, those of an API in one or several parts.
func (s *Store) chapters(ctx context.Context, what asked, runID string, do func(api int, cases []entry) error) error {
	query := func(query string, args ...any) (*sql.Rows, error) { return s.query(ctx, query, args...) }
	settled, err := settledAPIs(query(settledUpTo, runID))
	if err != nil {
		return err
	}
	newer, err := logged(query, runID, 0, math.MaxInt32, func(api, number int) bool { return !settled.has(api, number) })
	if err != nil {
		return err
	}
	rows, err := query(what.inBlocks(), runID)
	if err == nil {
		err = eachAPI(rows, newer, do)
	}
	if err != nil {
		return err
	}
	if rows, err = query(what.inRows(), runID); err != nil {
		return err
	}
	return eachRow(rows, do)
}

// eachAPI hands over what stands in blocks, and what is newer, and closes the rows.
func eachAPI(rows *sql.Rows, newer map[int]places, do func(api int, cases []entry) error) error {
	defer closeRows(rows)
	open := -1 // the API of the latest block; its cases are added to what is newer, where that does not have them
	for rows.Next() {
		var api int
		var head, body []byte
		if err := rows.Scan(&api, &head, &body); err != nil {
			return err
		}
		if api != open {
			if err := handBefore(newer, api, do); err != nil {
				return err
			}
			open = api
		}
		cases, err := unpack(head, body)
		if err != nil {
			return err
		}
		if newer[api] == nil {
			newer[api] = places{}
		}
		newer[api].addMissing(cases)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return handBefore(newer, math.MaxInt, do)
}

// handBefore hands over the cases of the APIs before one, in order, and forgets them.
func handBefore(all map[int]places, before int, do func(api int, cases []entry) error) error {
	for _, api := range slices.Sorted(maps.Keys(all)) {
		if api >= before {
			break
		}
		if err := do(api, all[api].inOrder()); err != nil {
			return err
		}
		delete(all, api)
	}
	return nil
}

// eachRow hands over cases that stand in rows, and closes those.
func eachRow(rows *sql.Rows, do func(api int, cases []entry) error) error {
	defer closeRows(rows)
	for rows.Next() {
		var e entry
		if err := rows.Scan(&e.api, &e.position, &e.id, &e.verdict, &e.line); err != nil {
			return err
		}
		if err := do(e.api, []entry{e}); err != nil {
			return err
		}
	}
	return rows.Err()
}
