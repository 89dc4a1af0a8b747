package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

func TestWhatLetsNothingGoLiveCannotBeApproved(t *testing.T) {
	until := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		outcome signoff.Outcome
		now     time.Time
		says    string
	}{
		"it holds":         {signoff.Go, until.Add(-1), ""},
		"waivers":          {signoff.GoWithWaivers, until.Add(-1), ""},
		"it is over":       {signoff.Go, until, "it held until 2026-03-01T09:00:00Z"},
		"it says no":       {signoff.NoGo, until.Add(-1), "it says NO-GO, which is nothing to approve"},
		"it could not say": {signoff.CannotJudge, until.Add(-1), "it says CANNOT JUDGE"},
	} {
		p := &signoff.Predicate{Decision: signoff.Decision{Outcome: tt.outcome, Until: until}}
		err := mayBeApproved(p, tt.now)
		if tt.says == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorContains(t, err, tt.says, name)
	}
}

func TestWhoIsNoApproverCannotApprove(t *testing.T) {
	keys := make([]attest.PublicKey, 3)
	for i := range keys {
		s, err := attest.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{byte(i)}, 32)))
		require.NoError(t, err)
		keys[i] = s.Public()
	}
	p := &signoff.Predicate{}
	require.NoError(t, mayApprove(p, keys), "where the policy names nobody, whoever is trusted may")
	p.Policy.Approvers = []signoff.Approver{{Name: "Asha", Keys: []string{keys[0].ID()}}, {Name: "Ben", Keys: []string{"x", keys[1].Fingerprint()}}}
	require.NoError(t, mayApprove(p, keys[:2]))
	err := mayApprove(p, keys)
	require.Error(t, err)
	assert.Contains(t, err.Error(), "none of them has the key "+keys[2].Fingerprint())
}
