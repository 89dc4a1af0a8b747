package sqlstore

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/history"
)

// rowsAtOnce is how many rows one statement takes: each costs a round trip where the database is elsewhere.
const rowsAtOnce = 32

// putCases keeps cases, the latest where one is there twice, and their findings in the place of those that they had. Of a run that was resumed any may be
// there already, also at another place.
func (t *tx) putCases(runID string, cases []history.Case, resumed bool) error {
	var blocks, findings [][]any
	var again []any // ids of cases that may have findings already
	for _, some := range byAPI(cases) {
		fresh := entriesOf(some)
		slug, _, _ := strings.Cut(some[0].ID, "/") // of two sheets of one name, the run alone knows which is which
		if err := t.touchAPI(runID, some[0].Sheet, slug, some[0].API); err != nil {
			return err
		}
		all, replaced, err := t.takeBlocks(runID, some[0].Sheet, fresh)
		if err != nil {
			return err
		}
		blocks = append(blocks, t.blockRows(runID, some[0].Sheet, all)...)
		for i, c := range some {
			if resumed || replaced {
				again = append(again, fresh[i].id)
			}
			findings = append(findings, findingRows(runID, c.Sheet, fresh[i].id, c.Found)...)
		}
	}
	if err := t.putBlocks(blocks); err != nil {
		return err
	}
	if err := t.forgetFindings(runID, again); err != nil {
		return err
	}
	return t.putFindings(findings)
}

// byAPI brings cases into order, API by API, and leaves of those at one place the last.
func byAPI(cases []history.Case) [][]*history.Case {
	ordered := make([]*history.Case, len(cases))
	for i := range cases {
		ordered[i] = &cases[len(cases)-1-i]
	}
	place := func(a, b *history.Case) int {
		return cmp.Or(cmp.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Index, b.Index))
	}
	slices.SortStableFunc(ordered, place)
	ordered = slices.CompactFunc(ordered, func(a, b *history.Case) bool { return place(a, b) == 0 })
	var all [][]*history.Case
	for begin, i := 0, 1; i <= len(ordered); i++ {
		if i == len(ordered) || ordered[i].Sheet != ordered[begin].Sheet {
			all = append(all, ordered[begin:i])
			begin = i
		}
	}
	return all
}

func entriesOf(cases []*history.Case) []entry {
	all := make([]entry, len(cases))
	for i, c := range cases {
		all[i] = entry{c.Index, clean(c.ID), c.Verdict, c.Line}
	}
	return all
}

// findingRows are the rows of the findings of a case, or of an API as a whole, which has no id.
func findingRows(runID string, api int, caseID string, found []history.Found) [][]any {
	rows := make([][]any, len(found))
	for i := range found {
		f := &found[i]
		rows[i] = []any{runID, api, caseID, f.Fingerprint, f.Rule, string(f.Severity), string(f.Blame), clean(f.Message), clean(f.Cause)}
	}
	return rows
}

func (t *tx) putFindings(rows [][]any) error {
	return t.putRows(`INSERT INTO findings (run_id, api, case_id, fingerprint, rule, severity, blame, message, cause) VALUES `,
		` ON CONFLICT (run_id, fingerprint, case_id) DO NOTHING`, rows)
}

// forgetFindings deletes those of some cases.
func (t *tx) forgetFindings(runID string, ids []any) error {
	for some := range slices.Chunk(ids, rowsAtOnce) {
		if err := t.exec(`DELETE FROM findings WHERE run_id = ? AND case_id IN (`+marks(len(some))+`)`, append([]any{runID}, some...)...); err != nil {
			return err
		}
	}
	return nil
}

// putRows puts rows of equal length, several with each statement.
func (t *tx) putRows(into, conflict string, rows [][]any) error {
	for some := range slices.Chunk(rows, rowsAtOnce) {
		row := "(" + marks(len(some[0])) + ")"
		values := strings.Repeat(row+", ", len(some)-1) + row
		if err := t.exec(into+values+conflict, slices.Concat(some...)...); err != nil {
			return err
		}
	}
	return nil
}

// marks are the places of n values in a statement.
func marks(n int) string { return strings.Repeat("?, ", n-1) + "?" }
