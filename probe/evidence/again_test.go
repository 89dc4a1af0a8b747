package evidence_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// TestWhatInsidersAlterIsFound: whoever holds the keys can sign anything, and what was signed still has to follow from what was recorded.
func TestWhatInsidersAlterIsFound(t *testing.T) {
	tests := map[string]struct {
		alter func(p *signoff.Predicate)
		says  string
	}{
		"holds longer":    {func(p *signoff.Predicate) { p.Decision.Until = p.Decision.Until.AddDate(1, 0, 0) }, "it was signed to hold until"},
		"another outcome": {func(p *signoff.Predicate) { p.Decision.Outcome = signoff.GoWithWaivers }, "it is GO, and not in all what was signed (GO WITH WAIVERS)"},
		"a line less":     {func(p *signoff.Predicate) { p.Decision.Lines = p.Decision.Lines[1:] }, `was not decided then`},
		"a line more": {func(p *signoff.Predicate) {
			p.Decision.Lines = append(p.Decision.Lines, signoff.Line{ID: "luck", Status: signoff.Met})
		}, `the line "luck" is not decided by this version`},
		"another status":        {func(p *signoff.Predicate) { p.Decision.Lines[0].Status = signoff.Off }, "signed as off, and is met"},
		"another reason":        {func(p *signoff.Predicate) { p.Decision.Lines[0].Reason = "because" }, "its reasons are others"},
		"a stricter policy":     {func(p *signoff.Predicate) { p.Policy.TLSDays = 30 }, "signed as off, and is"},
		"another sheet verdict": {func(p *signoff.Predicate) { p.Sheets[0].Verdict = probe.Deviates }, `what was signed of "sheets" does not follow from the run`},
		"another target":        {func(p *signoff.Predicate) { p.Targets[0].Host = "api.parcelway.test:443" }, `what was signed of "targets" does not follow from the run`},
		"another run id":        {func(p *signoff.Predicate) { p.Run.ID = "other" }, `what was signed of "run" does not follow from the run`},
		"a waiver from nowhere": {func(p *signoff.Predicate) {
			p.Decision.Waivers = append(p.Decision.Waivers, signoff.WaiverUse{State: signoff.Used, Used: 3})
		}, "the waivers or their reasons are others"},
		"decided by older rules": {func(p *signoff.Predicate) { p.Tool.RulesVersion = "0" }, "and not in all what was signed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			k := newKit(t, nil)
			tt.alter(k.predicate)
			k.seal(t, k.asha, k.ben)
			v := evidence.Verify(k.sources())
			assert.Equal(t, evidence.OK, states(v)["signatures"])
			assert.NotEqual(t, evidence.OK, states(v)["decision"])
			assert.Contains(t, said(t, v, "decision"), tt.says)
			if name != "decided by older rules" {
				assert.Equal(t, evidence.Refused, v.Verdict)
			}
		})
	}
}

// TestAnAlteredRecordIsFound: the answer of the endpoint is recorded, so that a verdict that does not follow from it shows.
func TestAnAlteredRecordIsFound(t *testing.T) {
	k := newKit(t, nil)
	altered := bytes.ReplaceAll(k.run, []byte(`\"city\": \"Ghent\"`), []byte(`\"city\": 9000`))
	require.NotEqual(t, string(k.run), string(altered))
	run, err := probe.DecodeRun(bytes.NewReader(altered))
	require.NoError(t, err)
	k.sign(t, run, engine.Read([]sheet.Input{{Name: "pickup.yaml", Data: []byte(pickup)}}), nil)
	v := evidence.Verify(k.sources())
	assert.Equal(t, evidence.OK, states(v)["decision"], "it follows from what the run says")
	assert.Equal(t, evidence.Broken, states(v)["judgement"])
	assert.Contains(t, said(t, v, "judgement"), "find-a-pickup-point/success: signed as conforms, and is deviates")
	assert.Equal(t, evidence.Refused, v.Verdict)

	s := k.sources()
	s.Configured = false
	v = evidence.Verify(s)
	assert.Equal(t, evidence.CannotTell, v.Verdict, "the configuration of the run may have let it pass")
	assert.Contains(t, v.Reason, "the configuration of the run says why, or the run was altered")
}

// TestOtherRulesAreSaid: a newer program may judge otherwise, and that is nobody's fraud.
func TestOtherRulesAreSaid(t *testing.T) {
	k := newKit(t, nil)
	s := k.sources()
	s.Tool.RulesVersion = "999"
	s.Rejudge = func(run *probe.Run, documents []evidence.Source) (*probe.Run, []string) {
		again, unknown := rejudge(run, documents)
		again.Sheets[0].Cases[0].Verdict = probe.Deviates
		return again, unknown
	}
	v := evidence.Verify(s)
	assert.Equal(t, evidence.Unchecked, states(v)["judgement"])
	assert.Contains(t, said(t, v, "judgement"), "judged again by rules 999, it comes out otherwise than by rules "+probe.RulesVersion)
	assert.Equal(t, evidence.OK, states(v)["decision"])
	assert.Equal(t, evidence.Holds, v.Verdict)
}

func TestWhatIsNotAtHandIsSaid(t *testing.T) {
	k := newKit(t, nil)
	unchecked := func(s evidence.Sources) (all []string) {
		v := evidence.Verify(s)
		assert.Equal(t, evidence.Holds, v.Verdict, v.Reason)
		for _, c := range v.Checks {
			if c.State == evidence.Unchecked {
				all = append(all, c.ID)
				assert.NotEmpty(t, c.Next, c.ID)
			}
		}
		return all
	}
	s := k.sources()
	s.Policy = nil
	assert.Equal(t, []string{"policy", "time"}, unchecked(s))
	s.Policy, s.Revoked = &k.predicate.Policy, nil
	assert.Equal(t, []string{"revocation", "time"}, unchecked(s))
	s.Run, s.Sheets = nil, nil
	assert.Equal(t, []string{"revocation", "time"}, unchecked(s), "the bundle holds both")
	s.Bundle = nil
	assert.Equal(t, []string{"bundle", "run", "sheet", "decision", "judgement", "revocation", "time"}, unchecked(s))
	s.Run = k.sources().Run
	assert.Equal(t, []string{"bundle", "sheet", "judgement", "revocation", "time"}, unchecked(s))
	s.Run, s.Sheets = nil, k.sources().Sheets
	assert.Equal(t, []string{"bundle", "run", "decision", "judgement", "revocation", "time"}, unchecked(s))
}

// TestAnotherPolicyIsNamed: who decides can write a policy that is easily met.
func TestAnotherPolicyIsNamed(t *testing.T) {
	k := newKit(t, nil)
	mine := k.predicate.Policy
	mine.CleanNights, mine.Latency, mine.Waivers = 3, &signoff.Latency{Percentile: 95, Max: signoff.Duration(time.Second)}, "elsewhere.yaml"
	s := k.sources()
	s.Policy = &mine
	v := evidence.Verify(s)
	assert.Equal(t, evidence.Refused, v.Verdict)
	assert.Equal(t, "it was decided by another policy than that of your configuration\nclean_nights: signed is 0, yours is 3\n"+
		`latency: signed is none, yours is {"percentile":95,"max":"1s"}`, said(t, v, "policy"))
	mine = k.predicate.Policy
	mine.Waivers = "elsewhere.yaml"
	assert.Equal(t, evidence.Holds, evidence.Verify(s).Verdict)
}

func TestAnotherDocumentIsNamed(t *testing.T) {
	k := newKit(t, nil)
	s := k.sources()
	s.Sheets = append(s.Sheets, evidence.Source{Name: "other.yaml", Data: []byte("x")})
	v := evidence.Verify(s)
	assert.Equal(t, evidence.Refused, v.Verdict)
	assert.Contains(t, said(t, v, "sheet"), `"other.yaml" is none of the documents that were signed`)
}

func TestEvidenceHoldsForATime(t *testing.T) {
	k := newKit(t, nil)
	d := k.predicate.Decision
	for name, tt := range map[string]struct {
		at   time.Time
		want evidence.Verdict
		says string
	}{
		"before it was decided": {d.DecidedAt.Add(-6 * time.Minute), evidence.Refused, "which is later than"},
		"by a clock behind":     {d.DecidedAt.Add(-4 * time.Minute), evidence.Holds, "it holds until"},
		"when it was decided":   {d.DecidedAt, evidence.Holds, "it holds until"},
		"the last moment":       {d.Until.Add(-time.Nanosecond), evidence.Holds, "it holds until"},
		"then":                  {d.Until, evidence.Refused, "it held until"},
	} {
		s := only(k.sources())
		s.At = tt.at
		v := evidence.Verify(s)
		assert.Equal(t, tt.want, v.Verdict, name)
		assert.Contains(t, said(t, v, "validity"), tt.says, name)
	}
}

func TestWhatReleasesNothingDoesNotHold(t *testing.T) {
	for _, tt := range []struct {
		change func(p *signoff.Policy)
		want   evidence.Verdict
		says   string
	}{
		{func(p *signoff.Policy) { p.TLSDays = 30 }, evidence.Refused, "it is signed that the API may not go live: NO-GO"},
		{func(p *signoff.Policy) { p.CleanNights = 3 }, evidence.CannotTell, "it is signed that the gate could not judge"},
	} {
		v := evidence.Verify(newKit(t, tt.change).sources())
		assert.Equal(t, tt.want, v.Verdict)
		assert.Equal(t, tt.says, v.Reason)
	}
}

// TestAPredicateIsReadStrictly: what is passed over could say anything, even where it is signed.
func TestAPredicateIsReadStrictly(t *testing.T) {
	k := newKit(t, nil)
	for name, tt := range map[string]struct{ old, with, says string }{
		"another member":      {`"schema_version":"1"`, `"schema_version":"1","note":"x"`, `unknown field "note"`},
		"in capitals":         {`"schema_version":"1"`, `"Schema_Version":"1"`, "is not what follows from the decision"},
		"another time zone":   {`Z","finished_at"`, `+00:00","finished_at"`, "is not what follows from the decision"},
		"white space":         {`"schema_version":"1"`, `"schema_version": "1"`, "is not what follows from the decision"},
		"another type":        {`"schema_version":"1"`, `"schema_version":1`, "cannot unmarshal number"},
		"another subject":     {`documents/pickup.yaml`, `documents/lookup.yaml`, "is not what follows from the decision"},
		"another predicate":   {`signoff/v1"`, `signoff/v2"`, `is not "https://github.com/sheetprobe/sheetprobe/signoff/v1"`},
		"a subject of others": {`"bundle.zip"`, `"bundle.tar"`, `/subject/1: expected "bundle.zip"`},
	} {
		all, err := attest.Decode(k.file)
		require.NoError(t, err)
		require.Contains(t, string(all[0].Payload), tt.old)
		e := attest.Envelope{Type: all[0].Type, Payload: []byte(strings.Replace(string(all[0].Payload), tt.old, tt.with, 1))}
		require.NoError(t, e.Sign(t.Context(), k.asha))
		s := only(k.sources())
		s.File.Data, err = attest.Encode([]attest.Envelope{e, all[1]})
		require.NoError(t, err)
		v := evidence.Verify(s)
		assert.Equal(t, evidence.Refused, v.Verdict, name)
		assert.Contains(t, v.Reason, tt.says, name)
		assert.NotEmpty(t, v.Checks[0].Next, name)
	}
}

// TestAVerificationIsData: programs read it, and nothing in it acts on a terminal.
func TestAVerificationIsData(t *testing.T) {
	k := newKit(t, func(p *signoff.Policy) { p.Approvers[0].Name = "Asha\x1b[2J\u202e" })
	v := evidence.Verify(k.sources())
	var out bytes.Buffer
	require.NoError(t, v.Text(&out))
	assert.NotContains(t, out.String(), "\x1b")
	assert.NotContains(t, out.String(), "\u202e")
	out.Reset()
	require.NoError(t, probe.EncodeJSON(&out, v))
	var back struct {
		Verdict string
		Checks  []struct{ ID, State string }
		Signers []struct{ Approver string }
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &back))
	assert.Equal(t, "holds", back.Verdict)
	assert.Len(t, back.Checks, len(v.Checks))
}

// FuzzStrangeRuns has runs of any make decided upon, signed, and verified: whoever signs may have been handed one, and nothing panics.
func FuzzStrangeRuns(f *testing.F) {
	k := newKit(f, nil)
	f.Add(uint32(0), uint32(0), []byte(nil))
	for _, strange := range []string{`"exchange": null`, `"expectation": {}`, `"sheets": [{}]`, `"cases": null`} {
		name, _, _ := strings.Cut(strange, ":")
		f.Add(uint32(bytes.Index(k.run, []byte(name))), uint32(len(strange)), []byte(strange)) //nolint:gosec // of a test
	}
	f.Fuzz(func(t *testing.T, at, taken uint32, put []byte) {
		from := int(at) % (len(k.run) + 1)
		to := min(from+int(taken%2000), len(k.run))
		run, err := probe.DecodeRun(bytes.NewReader(slices.Concat(k.run[:from], put, k.run[to:])))
		if err != nil {
			return
		}
		other := *k
		other.sign(t, run, nil, nil)
		v := evidence.Verify(other.sources())
		require.Equal(t, evidence.OK, states(v)["decision"], said(t, v, "decision"))
	})
}

// TestNightsRestOnTheWordOfSigners: what the history said of nights before cannot be looked at, and that is said.
func TestNightsRestOnTheWordOfSigners(t *testing.T) {
	k := newKit(t, func(p *signoff.Policy) { p.CleanNights = 2 })
	k.predicate.Nights = []signoff.Night{{Date: "2026-01-01", Runs: []signoff.NightRun{{RunID: "eve", APIs: []signoff.NightAPI{}}}}}
	k.seal(t, k.asha, k.ben)
	v := evidence.Verify(k.sources())
	assert.Equal(t, evidence.Unchecked, states(v)["nights"])
	assert.Contains(t, said(t, v, "nights"), "2026-01-01: eve")
	assert.NotContains(t, states(evidence.Verify(newKit(t, nil).sources())), "nights")
}
