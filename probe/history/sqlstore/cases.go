package sqlstore

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// rowsAtOnce is how many rows one statement takes: each costs a round trip where the database is elsewhere.
const rowsAtOnce = 32

// putCases keeps cases, the latest where one is there twice.
func (t *tx) putCases(runID string, cases []history.Case) error {
	cases = latest(cases)
	bodies := make([][]byte, len(cases))
	for i := range cases {
		var err error
		if bodies[i], err = probe.EncodeResult(&cases[i].Result); err != nil {
			return err
		}
	}
	return t.putEncoded(runID, cases, bodies)
}

// latest leaves of cases at one place the last: one statement cannot put two rows there.
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

// putEncoded keeps cases with their bodies, and their findings in the place of those that they had.
func (t *tx) putEncoded(runID string, cases []history.Case, bodies [][]byte) error {
	rows, ids, findings := make([][]any, len(cases)), make([][]any, len(cases)), [][]any(nil)
	for i := range cases {
		c := &cases[i]
		id := clean(c.Result.ID)
		rows[i] = []any{runID, c.Sheet, c.Index, id, string(c.Result.Verdict), digest(bodies[i]), string(bodies[i])}
		ids[i] = []any{id}
		if c.Result.Verdict == probe.Conforms || c.Result.Verdict == probe.Deviates { // what keeps a case from its verdict is no finding about the API
			findings = append(findings, findingsOf(runID, c.Sheet, &c.Result)...)
		}
	}
	err := t.putRows(`INSERT INTO cases (run_id, api, position, id, verdict, digest, body) VALUES `, ` ON CONFLICT (run_id, api, position)
		DO UPDATE SET id = excluded.id, verdict = excluded.verdict, digest = excluded.digest, body = excluded.body`, rows)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(ids, rowsAtOnce) {
		args := append([]any{runID}, slices.Concat(some...)...)
		if err := t.exec(`DELETE FROM findings WHERE run_id = ? AND case_id IN (`+marks(len(some))+`)`, args...); err != nil {
			return err
		}
	}
	return t.putFindings(findings)
}

// findingsOf are the rows of the findings of a case, or of an API as a whole, which has no id.
func findingsOf(runID string, api int, c *probe.Result) [][]any {
	rows := make([][]any, len(c.Findings))
	for i := range c.Findings {
		f := &c.Findings[i]
		rows[i] = []any{runID, api, clean(c.ID), f.Fingerprint, f.Rule, string(f.Severity), string(f.Blame), clean(f.Message), clean(c.Unchanged(f))}
	}
	return rows
}

func (t *tx) putFindings(rows [][]any) error {
	return t.putRows(`INSERT INTO findings (run_id, api, case_id, fingerprint, rule, severity, blame, message, cause) VALUES `,
		` ON CONFLICT (run_id, fingerprint, case_id) DO NOTHING`, rows)
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
