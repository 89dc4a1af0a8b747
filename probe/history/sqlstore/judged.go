package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"
)

// judgedIn tells in which runs a case got a verdict, and of an API, by its slug, in which any of its cases did.
type judgedIn struct {
	at   map[string]int   // the indexes of the runs that count, by their ids
	runs map[string][]int // those in which each that is asked for was judged
}

// judged are, by case, the indexes of the runs in which it got a verdict, in order; by the slug of an API those in which any of its cases did. They are told
// of cases, and of APIs as a whole, about which something was found.
func (s *Store) judged(ctx context.Context, at map[string]int, seen map[seenKey]*seenFinding) (map[string][]int, error) {
	j := &judgedIn{at, map[string][]int{}}
	slugs, whole, ids := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, f := range seen {
		slugs[f.slug] = true
		if f.Case == "" {
			whole[f.slug], j.runs[f.slug] = true, nil
		} else {
			ids[f.Case], j.runs[f.Case] = true, nil
		}
	}
	for slug := range slugs {
		rows, err := s.query(ctx, `SELECT b.run_id, b.head FROM apis a JOIN case_blocks b ON b.run_id = a.run_id AND b.api = a.position WHERE a.slug = ?`, slug)
		if err := j.inBlocks(slug, rows, err); err != nil {
			return nil, err
		}
	}
	rows, err := s.query(ctx, `SELECT run_id, head FROM case_log`) // of runs that are being made, or were killed
	if err := j.inLog(rows, err); err != nil {
		return nil, err
	}
	if err := s.judgedInRows(ctx, j, slices.Sorted(maps.Keys(ids)), whole); err != nil {
		return nil, err
	}
	for id, runs := range j.runs {
		slices.Sort(runs)
		j.runs[id] = slices.Compact(runs)
	}
	return j.runs, nil
}

// judgedInRows is for the runs of earlier versions, whose cases stand in rows.
func (s *Store) judgedInRows(ctx context.Context, j *judgedIn, ids []string, whole map[string]bool) error {
	const verdict = ` AND c.verdict IN ('conforms', 'deviates')`
	for some := range slices.Chunk(ids, 500) {
		args := make([]any, len(some))
		for i, id := range some {
			args[i] = id
		}
		rows, err := s.query(ctx, `SELECT c.run_id, c.id FROM cases c WHERE c.id IN (`+marks(len(some))+`)`+verdict, args...)
		if err := j.inRows(rows, err); err != nil {
			return err
		}
	}
	for slug := range whole {
		rows, err := s.query(ctx, `SELECT DISTINCT c.run_id, a.slug FROM apis a JOIN cases c ON c.run_id = a.run_id AND c.api = a.position WHERE a.slug = ?`+verdict, slug)
		if err := j.inRows(rows, err); err != nil {
			return err
		}
	}
	return nil
}

func (j *judgedIn) note(run, id string) {
	i, counts := j.at[run]
	if runs, asked := j.runs[id]; counts && asked {
		j.runs[id] = append(runs, i)
	}
}

func (j *judgedIn) inRows(rows *sql.Rows, err error) error {
	if err != nil {
		return err
	}
	defer closeRows(rows)
	for rows.Next() {
		var run, id string
		if err := rows.Scan(&run, &id); err != nil {
			return err
		}
		j.note(run, id)
	}
	return rows.Err()
}

// inBlocks goes through the heads of the blocks of an API, most of which are those of the night before.
func (j *judgedIn) inBlocks(slug string, rows *sql.Rows, err error) error {
	if err != nil {
		return err
	}
	defer closeRows(rows)
	var last []byte
	var judged []string
	for rows.Next() {
		var run string
		var head []byte
		if err := rows.Scan(&run, &head); err != nil {
			return err
		}
		if !bytes.Equal(head, last) {
			if judged, err = j.asked(slug, head); err != nil {
				return err
			}
			last = head
		}
		for _, id := range judged {
			j.note(run, id)
		}
	}
	return rows.Err()
}

// inLog goes through the heads of logs. An API is told by what the ids of its cases begin with.
func (j *judgedIn) inLog(rows *sql.Rows, err error) error {
	if err != nil {
		return err
	}
	defer closeRows(rows)
	for rows.Next() {
		var run string
		var head []byte
		if err := rows.Scan(&run, &head); err != nil {
			return err
		}
		cases, err := unpackHead(head)
		if err != nil {
			return err
		}
		for i := range cases {
			if cases[i].judged() {
				slug, _, _ := strings.Cut(cases[i].id, "/")
				j.note(run, cases[i].id)
				j.note(run, slug)
			}
		}
	}
	return rows.Err()
}

// asked are the cases in a block that are asked for and got a verdict, and the slug of their API where any did.
func (j *judgedIn) asked(slug string, head []byte) ([]string, error) {
	cases, err := unpackHead(head)
	if err != nil {
		return nil, err
	}
	var ids []string
	some := false
	for i := range cases {
		if !cases[i].judged() {
			continue
		}
		some = true
		if _, is := j.runs[cases[i].id]; is {
			ids = append(ids, cases[i].id)
		}
	}
	if some {
		ids = append(ids, slug)
	}
	return ids, nil
}
