package sqlstore

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe/history"
)

// finding is one row: what was found with a case of an API, or with an API as a whole, where the id is empty.
type finding struct {
	api    int
	caseID string
	history.Found
}

func findingsOf(api int, caseID string, found []history.Found) []finding {
	all := make([]finding, len(found))
	for i, f := range found {
		f.Message, f.Cause = clean(f.Message), clean(f.Cause)
		all[i] = finding{api, caseID, f}
	}
	return all
}

func (t *tx) putFindings(runID string, findings []finding) error {
	rows := make([][]any, len(findings))
	for i := range findings {
		f := &findings[i]
		rows[i] = []any{runID, f.api, f.caseID, f.Fingerprint, f.Rule, string(f.Severity), string(f.Blame), f.Message, f.Cause}
	}
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

// settleFindings has an API have these findings and no others. Mostly they are those that it has.
func (t *tx) settleFindings(runID string, api int, findings []finding) error {
	had, err := t.findings(runID, api)
	if err != nil {
		return err
	}
	type key struct{ fingerprint, caseID string }
	known, ids, same := map[key]bool{}, []any(nil), true
	for i := range findings {
		f := &findings[i]
		if k := (key{f.Fingerprint, f.caseID}); !known[k] { // one that is there twice is kept once
			known[k] = true
			same = same && had[*f]
		}
		if f.caseID != "" {
			ids = append(ids, f.caseID)
		}
	}
	if same && len(known) == len(had) {
		return nil
	}
	if err := t.exec(`DELETE FROM findings WHERE run_id = ? AND api = ?`, runID, api); err != nil {
		return err
	}
	if err := t.forgetFindings(runID, ids); err != nil { // a case may have stood in another API
		return err
	}
	return t.putFindings(runID, findings)
}

// findings are those of an API.
func (t *tx) findings(runID string, api int) (map[finding]bool, error) {
	rows, err := t.query(`SELECT case_id, fingerprint, rule, severity, blame, message, cause FROM findings WHERE run_id = ? AND api = ?`, runID, api)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	all := map[finding]bool{}
	for rows.Next() {
		f := finding{api: api}
		if err := rows.Scan(&f.caseID, &f.Fingerprint, &f.Rule, &f.Severity, &f.Blame, &f.Message, &f.Cause); err != nil {
			return nil, err
		}
		all[f] = true
	}
	return all, rows.Err()
}
