package evidence_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// The decision as a Sigstore bundle is evidence, too, with the one signature that it has room for.
func TestASigstoreBundleIsVerified(t *testing.T) {
	k := newKit(t, func(p *signoff.Policy) { p.Approvals = 1 })
	envelopes, err := attest.Decode(k.file)
	require.NoError(t, err)
	bundle, err := envelopes[0].Sigstore(k.asha.Public().ID())
	require.NoError(t, err)
	s := k.sources()
	s.File.Data = bundle
	v := evidence.Verify(s)
	assert.Equal(t, evidence.Holds, v.Verdict, v.Reason)
	assert.Equal(t, 1, v.Approvals)
	assert.Contains(t, said(t, v, "file"), "as a Sigstore bundle")

	for at := range bundle { // no byte of it can be another
		if at > 400 && at < len(bundle)-300 { // the payload, of which the signature tells
			continue
		}
		altered := bytes.Clone(bundle)
		altered[at] ^= 1
		s.File.Data = altered
		require.NotEqual(t, evidence.Holds, evidence.Verify(s).Verdict, "byte %d", at+1)
	}
	s.File.Data = append(bytes.Clone(bundle), ' ')
	assert.Contains(t, said(t, evidence.Verify(s), "file"), "stands where nothing of the kind was written")
}

// A bundle has room for one signature, which is not enough where two are asked for.
func TestASigstoreBundleIsOneApproval(t *testing.T) {
	k := newKit(t, nil)
	envelopes, err := attest.Decode(k.file)
	require.NoError(t, err)
	s := k.sources()
	s.File.Data, err = envelopes[0].Sigstore(k.asha.Public().ID())
	require.NoError(t, err)
	v := evidence.Verify(s)
	assert.Equal(t, evidence.Refused, v.Verdict)
	assert.Equal(t, evidence.Broken, states(v)["approvers"])
}
