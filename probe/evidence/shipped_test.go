package evidence_test

import (
	"io/fs"
	"path"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures"
	"github.com/sheetprobe/sheetprobe/fixtures/staging"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// TestEveryShippedSheetComesOutAsSigned has a run of all sheets, with secrets, identities and a defect, signed and verified by somebody who has the evidence
// and nothing else: no value of a placeholder, and not the document that holds a secret.
func TestEveryShippedSheetComesOutAsSigned(t *testing.T) {
	server, err := staging.Start(staging.WithDefect("book-no-window-end"))
	require.NoError(t, err)
	defer server.Close()
	var inputs []sheet.Input
	require.NoError(t, fs.WalkDir(fixtures.Sheets, "sheets", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Dir(name) != "sheets" {
			return err
		}
		text, err := fs.ReadFile(fixtures.Sheets, name)
		inputs = append(inputs, sheet.Input{Name: name, Data: text})
		return err
	}))
	readings := engine.Read(inputs)
	run, err := engine.Run(t.Context(), readings, engine.Options{BaseURL: server.URL, RunID: "all", Tool: today, Vars: probe.NewVars(fixtures.Vars()...), Repeat: 2})
	require.NoError(t, err)
	k := &kit{asha: newSigner(t, 1), ben: newSigner(t, 2), now: time.Now().UTC()}
	k.sign(t, run, readings, nil)
	s := k.sources()
	s.Run, s.Sheets = nil, nil
	v := evidence.Verify(s)
	for _, id := range []string{"file", "signatures", "bundle", "run", "decision"} {
		assert.Equal(t, evidence.OK, states(v)[id], said(t, v, id))
	}
	assert.Equal(t, evidence.Unchecked, states(v)["sheet"])
	assert.Contains(t, said(t, v, "sheet"), `"sheets/vault.yaml" is not at hand`)
	assert.Equal(t, evidence.Unchecked, states(v)["judgement"])
	assert.Regexp(t, `^\d+ of \d+ APIs could not be judged again, the others come out as signed\n`, said(t, v, "judgement"))
	assert.Equal(t, evidence.Refused, v.Verdict)
	assert.Equal(t, "it is signed that the API may not go live: NO-GO", v.Reason)

	s.Sheets = nil
	for _, in := range inputs {
		s.Sheets = append(s.Sheets, evidence.Source{Name: in.Name, Data: in.Data})
	}
	v = evidence.Verify(s)
	assert.Equal(t, evidence.OK, states(v)["sheet"], said(t, v, "sheet"))
	assert.Equal(t, evidence.OK, states(v)["judgement"], said(t, v, "judgement"))
}
