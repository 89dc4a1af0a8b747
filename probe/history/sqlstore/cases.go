package sqlstore

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/history"
)

// rowsAtOnce is how many rows one statement takes: each costs a round trip where the database is elsewhere.
const rowsAtOnce = 32

// putCases writes cases to the log of a run, and their findings in the place of those that they had. Of a run that was resumed any may be there already, also
// at another place.
func (t *tx) putCases(runID string, cases []history.Case, resumed bool) error {
	cases = latest(cases)
	entries, findings := make([]entry, len(cases)), []finding(nil)
	var again []any // ids of cases that may have findings already
	for i := range cases {
		c := &cases[i]
		entries[i] = entryOf(c)
		findings = append(findings, findingsOf(c.Sheet, entries[i].id, c.Found)...)
		if resumed || c.Again {
			again = append(again, entries[i].id)
		}
		if c.API == nil {
			continue
		}
		slug, _, _ := strings.Cut(c.ID, "/") // of two sheets of one name, the run alone knows which is which
		if err := t.touchAPI(runID, c.Sheet, slug, c.API); err != nil {
			return err
		}
	}
	if err := t.log(runID, entries); err != nil {
		return err
	}
	if err := t.forgetFindings(runID, again); err != nil {
		return err
	}
	return t.putFindings(runID, findings)
}

// latest leaves of cases at one place the last.
func latest(cases []history.Case) []history.Case {
	last := make(map[[2]int]int, len(cases))
	for i := range cases {
		last[[2]int{cases[i].Sheet, cases[i].Index}] = i
	}
	if len(last) == len(cases) {
		return cases
	}
	var kept []history.Case
	for i := range cases {
		if last[[2]int{cases[i].Sheet, cases[i].Index}] == i {
			kept = append(kept, cases[i])
		}
	}
	return kept
}

func entryOf(c *history.Case) entry { return entry{c.Sheet, c.Index, clean(c.ID), c.Verdict, c.Line} }

// log writes cases behind those that a run has.
func (t *tx) log(runID string, entries []entry) error {
	if len(entries) == 0 {
		return nil
	}
	b := t.packer.pack(entries)
	return t.exec(`INSERT INTO case_log (run_id, number, head, body) VALUES (?, (SELECT COALESCE(MAX(number), 0) + 1 FROM case_log WHERE run_id = ?), ?, ?)`,
		runID, runID, b.head, b.body)
}

// settle keeps all cases of an API in the place of those that were kept of it, and what was found in the place of what had been.
func (t *tx) settle(runID string, a *history.API) error {
	entries := make([]entry, len(a.Cases))
	findings := findingsOf(a.Sheet, "", a.Found())
	for i := range a.Cases {
		entries[i] = entryOf(&a.Cases[i])
		findings = append(findings, findingsOf(a.Sheet, entries[i].id, a.Cases[i].Found)...)
	}
	if err := t.putBlocks(runID, a.Sheet, entries); err != nil {
		return err
	}
	return t.settleFindings(runID, a.Sheet, findings)
}

// putBlocks keeps cases of an API in the place of those in its blocks. They are newer than what the log has by now.
func (t *tx) putBlocks(runID string, api int, entries []entry) error {
	if err := t.exec(`DELETE FROM case_blocks WHERE run_id = ? AND api = ?`, runID, api); err != nil {
		return err
	}
	for b := range t.packer.blocks(entries) {
		err := t.exec(`INSERT INTO case_blocks (run_id, api, first, last, cases, number, head, body)
			VALUES (?, ?, ?, ?, ?, (SELECT COALESCE(MAX(number), 0) FROM case_log WHERE run_id = ?), ?, ?)`,
			runID, api, b.first, b.last, b.cases, runID, b.head, b.body)
		if err != nil {
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
