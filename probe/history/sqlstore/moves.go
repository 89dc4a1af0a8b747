package sqlstore

import "slices"

// takeBlocks takes out of an API the blocks that are made anew with some cases, which are in order: small ones, and those in which one of the places is
// taken already. It returns what is going to stand in their stead.
func (t *tx) takeBlocks(runID string, api int, fresh []entry) (all []entry, replaced bool, err error) {
	near, err := t.blocks(`SELECT first, size, head, body FROM case_blocks WHERE run_id = ? AND api = ? AND (size < ? OR first <= ? AND last >= ?)`,
		runID, api, smallBlock, fresh[len(fresh)-1].position, fresh[0].position)
	if err != nil {
		return nil, false, err
	}
	isFresh := func(e entry) bool {
		_, is := slices.BinarySearchFunc(fresh, e, byPosition)
		return is
	}
	all = slices.Clip(fresh)
	for i := range near {
		b := &near[i]
		cases, err := unpackHead(b.head)
		if err != nil {
			return nil, false, err
		}
		again := slices.ContainsFunc(cases, isFresh)
		if b.size >= smallBlock && !again {
			continue
		}
		if cases, err = t.takeBlock(runID, api, b); err != nil {
			return nil, false, err
		}
		replaced = replaced || again
		all = append(all, slices.DeleteFunc(cases, isFresh)...)
	}
	return all, replaced, nil
}

func (t *tx) takeBlock(runID string, api int, b *block) ([]entry, error) {
	cases, err := unpack(b.head, b.body)
	if err != nil {
		return nil, err
	}
	return cases, t.exec(`DELETE FROM case_blocks WHERE run_id = ? AND api = ? AND first = ?`, runID, api, b.first)
}

func (t *tx) blocks(query string, args ...any) ([]block, error) {
	rows, err := t.query(query, args...)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	var all []block
	for rows.Next() {
		var b block
		if err := rows.Scan(&b.first, &b.size, &b.head, &b.body); err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, rows.Err()
}

// blockRows are the rows of the blocks of some cases, which it sorts.
func (t *tx) blockRows(runID string, api int, cases []entry) [][]any {
	var rows [][]any
	for _, b := range t.packer.blocks(cases) {
		rows = append(rows, []any{runID, api, b.first, b.last, b.cases, b.size, b.head, b.body})
	}
	return rows
}

func (t *tx) putBlocks(rows [][]any) error {
	return t.putRows(`INSERT INTO case_blocks (run_id, api, first, last, cases, size, head, body) VALUES `, ``, rows)
}

// forgetFrom deletes the cases of a sheet from a place on.
func (t *tx) forgetFrom(runID string, api, position int) error {
	beyond, err := t.blocks(`SELECT first, size, head, body FROM case_blocks WHERE run_id = ? AND api = ? AND last >= ?`, runID, api, position)
	if err != nil {
		return err
	}
	var rest []entry
	for i := range beyond {
		cases, err := t.takeBlock(runID, api, &beyond[i])
		if err != nil {
			return err
		}
		rest = append(rest, slices.DeleteFunc(cases, func(e entry) bool { return e.position >= position })...)
	}
	return t.putBlocks(t.blockRows(runID, api, rest))
}

// forgetStray deletes the findings of cases that stand nowhere in a run any more.
func (t *tx) forgetStray(runID string) error {
	stands := map[string]bool{"": true} // what was found about an API as a whole
	heads, err := t.blocks(`SELECT first, size, head, '' FROM case_blocks WHERE run_id = ?`, runID)
	if err != nil {
		return err
	}
	for i := range heads {
		cases, err := unpackHead(heads[i].head)
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
	for {
		api, cases := 0, []entry(nil)
		rows, err := t.query(`SELECT api, position, id, verdict, body FROM cases WHERE run_id = ? AND api = (SELECT MIN(api) FROM cases WHERE run_id = ?)`, runID, runID)
		if err == nil {
			err = eachRow(rows, func(at int, some []entry) error {
				api, cases = at, append(cases, some...)
				return nil
			})
		}
		if err == nil && len(cases) > 0 {
			err = t.putBlocks(t.blockRows(runID, api, cases))
		}
		if err != nil || len(cases) == 0 {
			return err
		}
		if err := t.exec(`DELETE FROM cases WHERE run_id = ? AND api = ?`, runID, api); err != nil {
			return err
		}
	}
}
