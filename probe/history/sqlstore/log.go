package sqlstore

import (
	"context"
	"database/sql"
	"maps"
	"slices"
)

// places are cases of one API by their places.
type places map[int]entry

func (p places) add(cases []entry) {
	for _, e := range cases {
		p[e.position] = e
	}
}

func (p places) addMissing(cases []entry) {
	for _, e := range cases {
		if _, is := p[e.position]; !is {
			p[e.position] = e
		}
	}
}

func (p places) inOrder() []entry {
	return slices.SortedFunc(maps.Values(p), byPlace)
}

// logged are cases in the log of a run, from one of its numbers to another, by API: those that are wanted, since they are newer than what stands in the
// blocks of their API. Of each place the latest counts.
func logged(query func(query string, args ...any) (*sql.Rows, error), runID string, first, last int, wanted func(api, number int) bool) (map[int]places, error) {
	rows, err := query(`SELECT number, head, body FROM case_log WHERE run_id = ? AND number BETWEEN ? AND ? ORDER BY number`, runID, first, last)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	newer := map[int]places{}
	for rows.Next() {
		var b block
		if err := rows.Scan(&b.number, &b.head, &b.body); err != nil {
			return nil, err
		}
		cases, err := b.unpackUnless(func(e entry) bool { return !wanted(e.api, b.number) })
		if err != nil {
			return nil, err
		}
		for _, e := range cases {
			if newer[e.api] == nil {
				newer[e.api] = places{}
			}
			newer[e.api][e.position] = e
		}
	}
	return newer, rows.Err()
}

// settled are the APIs that have blocks, with the number up to which the log is older.
type settled map[int]int

func (s settled) has(api, number int) bool {
	upTo, is := s[api]
	return is && number <= upTo
}

const settledUpTo = `SELECT api, MAX(number) FROM case_blocks WHERE run_id = ? GROUP BY api`

func settledAPIs(rows *sql.Rows, err error) (settled, error) {
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	upTo := settled{}
	for rows.Next() {
		var api, number int
		if err := rows.Scan(&api, &number); err != nil {
			return nil, err
		}
		upTo[api] = number
	}
	return upTo, rows.Err()
}

// unpackUnless returns the cases of a block but for some, of whose lines nothing is unpacked where there are no others.
func (b *block) unpackUnless(is func(entry) bool) ([]entry, error) {
	cases, err := unpackHead(b.head)
	if err == nil && slices.ContainsFunc(cases, func(e entry) bool { return !is(e) }) {
		cases, err = unpack(b.head, b.body)
	}
	return slices.DeleteFunc(cases, is), err
}

// onlyInLog is how many cases of a run stand in its log, and not in a block.
func (s *Store) onlyInLog(ctx context.Context, runID string) (int, error) {
	known := map[[2]int]bool{}
	note := func(e *entry) { known[[2]int{e.api, e.position}] = true }
	if err := s.eachHead(ctx, `SELECT head FROM case_blocks WHERE run_id = ?`, runID, note); err != nil {
		return 0, err
	}
	inBlocks := len(known)
	err := s.eachHead(ctx, `SELECT head FROM case_log WHERE run_id = ?`, runID, note)
	return len(known) - inBlocks, err
}

func (s *Store) eachHead(ctx context.Context, query, runID string, do func(*entry)) error {
	rows, err := s.query(ctx, query, runID)
	if err != nil {
		return err
	}
	defer closeRows(rows)
	for rows.Next() {
		var head []byte
		if err := rows.Scan(&head); err != nil {
			return err
		}
		cases, err := unpackHead(head)
		if err != nil {
			return err
		}
		for i := range cases {
			do(&cases[i])
		}
	}
	return rows.Err()
}

// foldedAtOnce is how many cases are brought into blocks at a time, or those of one API where they are more.
const foldedAtOnce = 4096

// fold brings what is newer in the log of a run into the blocks of the APIs, and ends the log.
func (t *tx) fold(runID string) error {
	left, err := t.unsettled(runID)
	if err != nil {
		return err
	}
	for len(left) > 0 {
		n, cases := 1, left[0].cases
		for n < len(left) && cases+left[n].cases <= foldedAtOnce {
			cases += left[n].cases
			n++
		}
		if err := t.foldSome(runID, left[:n]); err != nil {
			return err
		}
		left = left[n:]
	}
	return t.exec(`DELETE FROM case_log WHERE run_id = ?`, runID)
}

// foldSome reads what the log holds of some APIs in one go.
func (t *tx) foldSome(runID string, some []unsettled) error {
	from, last := map[int]int{}, 0
	for _, u := range some {
		from[u.api], last = u.first, max(last, u.last)
	}
	newer, err := logged(t.query, runID, some[0].first, last, func(api, number int) bool {
		first, is := from[api]
		return is && number >= first
	})
	if err != nil {
		return err
	}
	for _, u := range some {
		whole, err := t.places(runID, u.api)
		if err != nil {
			return err
		}
		maps.Copy(whole, newer[u.api])
		if err := t.putBlocks(runID, u.api, whole.inOrder()); err != nil {
			return err
		}
	}
	return nil
}

// unsettled is an API of which something in the log is newer than its blocks.
type unsettled struct {
	api         int
	first, last int // numbers in the log
	cases       int // there
}

// unsettled are those of a run, in the order in which they begin in the log.
func (t *tx) unsettled(runID string) ([]unsettled, error) {
	settled, err := settledAPIs(t.query(settledUpTo, runID))
	if err != nil {
		return nil, err
	}
	rows, err := t.query(`SELECT number, head FROM case_log WHERE run_id = ? ORDER BY number`, runID)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	var all []unsettled
	at := map[int]int{} // of them
	for rows.Next() {
		var number int
		var head []byte
		if err := rows.Scan(&number, &head); err != nil {
			return nil, err
		}
		cases, err := unpackHead(head)
		if err != nil {
			return nil, err
		}
		for i := range cases {
			api := cases[i].api
			if settled.has(api, number) {
				continue
			}
			if _, known := at[api]; !known {
				at[api], all = len(all), append(all, unsettled{api: api, first: number})
			}
			u := &all[at[api]]
			u.last, u.cases = number, u.cases+1
		}
	}
	return all, rows.Err()
}

// places are the cases in the blocks of an API.
func (t *tx) places(runID string, api int) (places, error) {
	rows, err := t.query(`SELECT head, body FROM case_blocks WHERE run_id = ? AND api = ?`, runID, api)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	all := places{}
	for rows.Next() {
		var head, body []byte
		if err := rows.Scan(&head, &body); err != nil {
			return nil, err
		}
		cases, err := unpack(head, body)
		if err != nil {
			return nil, err
		}
		all.add(cases)
	}
	return all, rows.Err()
}

// forgetFrom deletes the cases of an API from a place on.
func (t *tx) forgetFrom(runID string, api, position int) error {
	whole, err := t.places(runID, api)
	if err != nil {
		return err
	}
	maps.DeleteFunc(whole, func(at int, _ entry) bool { return at >= position })
	return t.putBlocks(runID, api, whole.inOrder())
}

// forgetStray deletes the findings of cases that stand nowhere in a run any more.
func (t *tx) forgetStray(runID string) error {
	heads, err := texts(t.query(`SELECT head FROM case_blocks WHERE run_id = ?`, runID))
	if err != nil {
		return err
	}
	stands := map[string]bool{"": true} // what was found about an API as a whole
	for i := range heads {
		cases, err := unpackHead([]byte(heads[i]))
		if err != nil {
			return err
		}
		for k := range cases {
			stands[cases[k].id] = true
		}
	}
	ids, err := texts(t.query(`SELECT DISTINCT case_id FROM findings WHERE run_id = ?`, runID))
	if err != nil {
		return err
	}
	var stray []any
	for _, id := range ids {
		if !stands[id] {
			stray = append(stray, id)
		}
	}
	return t.forgetFindings(runID, stray)
}

// moveRows brings the cases of a run into blocks that an earlier version kept in rows.
func (t *tx) moveRows(runID string) error {
	apis := map[int]places{}
	rows, err := t.query(`SELECT api, position, id, verdict, body FROM cases WHERE run_id = ?`, runID)
	if err == nil {
		err = eachRow(rows, func(api int, some []entry) error {
			if apis[api] == nil {
				apis[api] = places{}
			}
			apis[api].add(some)
			return nil
		})
	}
	for api, cases := range apis {
		if err == nil {
			err = t.putBlocks(runID, api, cases.inOrder())
		}
	}
	if err != nil {
		return err
	}
	return t.exec(`DELETE FROM cases WHERE run_id = ?`, runID)
}
