package evidence_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

func TestFourEyesAreThoseOfDifferentPeople(t *testing.T) {
	asha, ben, laptop := newSigner(t, 1), newSigner(t, 2), newSigner(t, 3)
	ids := func(keys ...attest.Signer) (all []string) {
		for _, k := range keys {
			all = append(all, k.Public().ID())
		}
		return all
	}
	type approvers = []signoff.Approver
	tests := map[string]struct {
		listed  approvers
		keys    []attest.PublicKey
		signers []attest.Signer
		needed  int
		revoked []attest.PublicKey
		people  int
		want    evidence.Verdict
		says    string
	}{
		"two people": {
			approvers{{Name: "Asha", Keys: ids(asha)}, {Name: "Ben", Keys: ids(ben)}}, []attest.PublicKey{trusted(asha), trusted(ben)}, []attest.Signer{asha, ben}, 2, nil, 2, evidence.Holds, "",
		},
		"one is missing": {
			approvers{{Name: "Asha", Keys: ids(asha)}, {Name: "Ben", Keys: ids(ben)}}, []attest.PublicKey{trusted(asha), trusted(ben)}, []attest.Signer{asha}, 2, nil, 1, evidence.Refused, "1 person approves, and 2 are needed",
		},
		"two keys of one person, by the policy": {
			approvers{{Name: "Asha", Keys: ids(asha, laptop)}, {Name: "Ben", Keys: ids(ben)}}, []attest.PublicKey{trusted(asha), trusted(laptop)}, []attest.Signer{asha, laptop}, 2, nil, 1, evidence.Refused, "1 person",
		},
		"two keys of one person, by who verifies": {
			approvers{{Name: "Asha", Keys: ids(asha)}, {Name: "Ben", Keys: ids(ben)}}, []attest.PublicKey{trusted(asha, "asha@parcelway.test"), trusted(ben, "Asha@Parcelway.test")}, []attest.Signer{asha, ben}, 2, nil, 1, evidence.Refused, "1 person",
		},
		"one name written twice in the policy": {
			approvers{{Name: "Asha", Keys: ids(asha)}, {Name: " asha", Keys: ids(ben)}}, []attest.PublicKey{trusted(asha), trusted(ben)}, []attest.Signer{asha, ben}, 2, nil, 1, evidence.Refused, "1 person",
		},
		"three names that are one person": {
			nil, []attest.PublicKey{trusted(asha, "a", "b"), trusted(ben, "c"), trusted(laptop, "c", "b")}, []attest.Signer{asha, ben, laptop}, 2, nil, 1, evidence.Refused, "1 person",
		},
		"none is listed: whoever is trusted": {nil, []attest.PublicKey{trusted(asha, "Asha"), trusted(ben, "Ben")}, []attest.Signer{asha, ben}, 2, nil, 2, evidence.Holds, ""},
		"keys without names may be of one":   {nil, []attest.PublicKey{trusted(asha), trusted(ben)}, []attest.Signer{asha, ben}, 2, nil, 1, evidence.Refused, "1 person"},
		"a key without a name counts alone":  {nil, []attest.PublicKey{trusted(asha)}, []attest.Signer{asha}, 1, nil, 1, evidence.Holds, ""},
		"a key without a name beside one":    {nil, []attest.PublicKey{trusted(asha), trusted(ben, "Ben")}, []attest.Signer{asha, ben}, 2, nil, 1, evidence.Refused, "1 person"},
		"not an approver": {
			approvers{{Name: "Asha", Keys: ids(asha)}}, []attest.PublicKey{trusted(asha), trusted(laptop, "Eve")}, []attest.Signer{laptop}, 1, nil, 0, evidence.Refused, "belongs to none of the approvers that the policy names",
		},
		"revoked": {
			approvers{{Name: "Asha", Keys: ids(asha)}}, []attest.PublicKey{trusted(asha)}, []attest.Signer{asha}, 1, []attest.PublicKey{trusted(asha)}, 0, evidence.Refused, "the key was revoked",
		},
		"the beginning of an id is none": {
			approvers{{Name: "Asha", Keys: []string{asha.Public().ID()[:16]}}}, []attest.PublicKey{trusted(asha)}, []attest.Signer{asha}, 1, nil, 0, evidence.Refused, "belongs to none",
		},
		"a key that was not given": {
			approvers{{Name: "Asha", Keys: ids(asha)}, {Name: "Ben", Keys: ids(ben)}}, []attest.PublicKey{trusted(asha)}, []attest.Signer{asha, ben}, 2, nil, 1, evidence.CannotTell, "1 person",
		},
		"a key that was not given and is not needed": {
			approvers{{Name: "Asha", Keys: ids(asha)}, {Name: "Ben", Keys: ids(ben)}}, []attest.PublicKey{trusted(asha)}, []attest.Signer{asha, ben}, 1, nil, 1, evidence.Holds, "",
		},
		"no key that was given": {nil, []attest.PublicKey{trusted(laptop)}, []attest.Signer{asha, ben}, 1, nil, 0, evidence.CannotTell, "0 people"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			k := newKit(t, func(p *signoff.Policy) { p.Approvers, p.Approvals = append(approvers{}, tt.listed...), tt.needed })
			k.seal(t, tt.signers...)
			s := only(k.sources())
			s.Keys = tt.keys
			if tt.revoked != nil {
				s.Revoked = tt.revoked
			}
			v := evidence.Verify(s)
			assert.Equal(t, tt.people, v.Approvals)
			assert.Equal(t, tt.want, v.Verdict, v.Reason)
			assert.Contains(t, said(t, v, "approvers"), tt.says)
		})
	}
}

func TestWhoVerifiesCanDemandMoreThanThePolicy(t *testing.T) {
	k := newKit(t, func(p *signoff.Policy) { p.Approvals = 1 })
	s := only(k.sources())
	s.Approvals = 3
	v := evidence.Verify(s)
	assert.Equal(t, evidence.Refused, v.Verdict)
	assert.Equal(t, "approvers: 2 people approve, and 3 are needed", v.Reason)
}

func TestAKeyCountsWhileItMaySign(t *testing.T) {
	k := newKit(t, func(p *signoff.Policy) { p.Approvals = 1 })
	k.seal(t, k.asha)
	for name, tt := range map[string]struct {
		from, until time.Duration // from the decision on
		want        evidence.Verdict
	}{
		"both around it":     {-time.Hour, time.Hour, evidence.Holds},
		"it begins later":    {time.Hour, 2 * time.Hour, evidence.Refused},
		"it was over before": {-2 * time.Hour, -time.Hour, evidence.Refused},
	} {
		s := only(k.sources())
		at := k.predicate.Decision.DecidedAt
		s.Keys[0].NotBefore, s.Keys[0].NotAfter = at.Add(tt.from), at.Add(tt.until)
		assert.Equal(t, tt.want, evidence.Verify(s).Verdict, name)
	}
}

// TestBothEnvelopesAreSigned: a signature of one of them says nothing of the other.
func TestBothEnvelopesAreSigned(t *testing.T) {
	k := newKit(t, nil)
	one, err := attest.Decode(k.file)
	require.NoError(t, err)
	tests := map[string]struct {
		alter func(all []attest.Envelope) []attest.Envelope
		says  string
	}{
		"one lacks a signature": {func(all []attest.Envelope) []attest.Envelope { all[1].Signatures = all[1].Signatures[:1]; return all }, "not signed by the same keys"},
		"in another order": {func(all []attest.Envelope) []attest.Envelope {
			s := all[1].Signatures
			s[0], s[1] = s[1], s[0]
			return all
		}, "not signed by the same keys"},
		"signatures of the other":    {func(all []attest.Envelope) []attest.Envelope { all[1].Signatures = all[0].Signatures; return all }, "envelope 2, signature 1: the key"},
		"one is gone":                {func(all []attest.Envelope) []attest.Envelope { return all[:1] }, "two envelopes, the decision and its summary; found 1"},
		"one is there twice":         {func(all []attest.Envelope) []attest.Envelope { return append(all, all[0]) }, "neither an approval nor a revocation"},
		"the other way round":        {func(all []attest.Envelope) []attest.Envelope { return []attest.Envelope{all[1], all[0]} }, "statement 1 (sign-off), /predicateType"},
		"the decision instead of it": {func(all []attest.Envelope) []attest.Envelope { return []attest.Envelope{all[0], all[0]} }, "statement 2 (test result): from byte"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			all, err := attest.Decode(k.file)
			require.NoError(t, err)
			s := only(k.sources())
			s.File.Data, err = attest.Encode(tt.alter(all))
			require.NoError(t, err)
			v := evidence.Verify(s)
			assert.Equal(t, evidence.Refused, v.Verdict)
			assert.Contains(t, v.Reason, tt.says)
		})
	}
	// The summary of another decision, signed by the same people.
	other := newKit(t, func(p *signoff.Policy) { p.Approvals = 1 })
	two, err := attest.Decode(other.file)
	require.NoError(t, err)
	s := only(k.sources())
	s.File.Data, err = attest.Encode([]attest.Envelope{one[0], two[1]})
	require.NoError(t, err)
	assert.Contains(t, evidence.Verify(s).Reason, "is not what follows from the decision")
}
