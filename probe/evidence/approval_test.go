package evidence_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// desk is a server at which people approve.
type desk struct {
	*kit
	server    attest.Signer
	envelopes []attest.Envelope
}

func newDesk(t *testing.T, change func(*signoff.Policy)) *desk {
	t.Helper()
	d := &desk{kit: newKit(t, func(p *signoff.Policy) {
		p.Approvers, p.Approvals = []signoff.Approver{}, 1
		if change != nil {
			change(p)
		}
	}), server: newSigner(t, 9)}
	d.predicate.ServerKey = d.server.Public().ID()
	d.seal(t, d.server)
	var err error
	d.envelopes, err = attest.Decode(d.file)
	require.NoError(t, err)
	return d
}

func (d *desk) approve(t *testing.T, user string, change func(*evidence.Approval)) *attest.Envelope {
	t.Helper()
	a := evidence.Approval{Run: d.predicate.Run.ID, Server: "probe.example", User: user, Means: "password", At: d.now.Add(2 * time.Minute)}
	if change != nil {
		change(&a)
	}
	e, err := evidence.Approve(t.Context(), &d.envelopes[0], a, d.server)
	require.NoError(t, err)
	d.envelopes = append(d.envelopes, *e)
	return e
}

func (d *desk) verify(t *testing.T, change func(*evidence.Sources)) *evidence.Verification {
	t.Helper()
	var err error
	d.file, err = attest.Encode(d.envelopes)
	require.NoError(t, err)
	s := d.sources()
	s.Keys, s.Servers = nil, []attest.PublicKey{trusted(d.server)}
	if change != nil {
		change(&s)
	}
	return evidence.Verify(s)
}

func TestApprovalsAtAServer(t *testing.T) {
	two := func(p *signoff.Policy) { p.Approvals = 2 }
	named := func(p *signoff.Policy) {
		p.Approvals, p.Approvers = 2, []signoff.Approver{{Name: "Asha Rao", Users: []string{"asha", "a.rao"}, Keys: []string{}}, {Name: "Ben", Users: []string{"ben"}, Keys: []string{}}}
	}
	for name, c := range map[string]struct {
		policy func(*signoff.Policy)
		do     func(t *testing.T, d *desk)
		by     func(*evidence.Sources)
		people int
		want   evidence.Verdict
		says   string
	}{
		"one":                   {nil, func(t *testing.T, d *desk) { t.Helper(); d.approve(t, "asha", nil) }, nil, 1, evidence.Holds, ""},
		"nobody but the server": {nil, func(*testing.T, *desk) {}, nil, 0, evidence.Refused, "0 people approve"},
		"two":                   {named, func(t *testing.T, d *desk) { t.Helper(); d.approve(t, "asha", nil); d.approve(t, "ben", nil) }, nil, 2, evidence.Holds, ""},
		"one twice":             {two, func(t *testing.T, d *desk) { t.Helper(); d.approve(t, "asha", nil); d.approve(t, "ASHA", nil) }, nil, 1, evidence.Refused, "1 person"},
		"two names of one":      {named, func(t *testing.T, d *desk) { t.Helper(); d.approve(t, "asha", nil); d.approve(t, "a.rao", nil) }, nil, 1, evidence.Refused, "1 person"},
		"none of the approvers": {named, func(t *testing.T, d *desk) { t.Helper(); d.approve(t, "asha", nil); d.approve(t, "eve", nil) }, nil, 1, evidence.Refused, "none of the approvers"},
		"a server nobody knows": {nil, func(t *testing.T, d *desk) { t.Helper(); d.approve(t, "asha", nil) }, func(s *evidence.Sources) { s.Servers = nil }, 0, evidence.CannotTell, "--server-key"},
		"its key as one's own":  {nil, func(t *testing.T, d *desk) { t.Helper(); d.approve(t, "asha", nil) }, func(s *evidence.Sources) { s.Keys, s.Servers = s.Servers, nil }, 0, evidence.CannotTell, "nobody's approval"},
		"a revoked server":      {nil, func(t *testing.T, d *desk) { t.Helper(); d.approve(t, "asha", nil) }, func(s *evidence.Sources) { s.Revoked = s.Servers }, 0, evidence.Refused, "key of the server was revoked"},
		"after it was over": {nil, func(t *testing.T, d *desk) {
			t.Helper()
			d.approve(t, "asha", func(a *evidence.Approval) { a.At = d.predicate.Decision.Until })
		}, nil, 0, evidence.Refused, "when the decision did not hold"},
		"before it was decided": {nil, func(t *testing.T, d *desk) {
			t.Helper()
			d.approve(t, "asha", func(a *evidence.Approval) { a.At = d.now.Add(-time.Hour) })
		}, nil, 0, evidence.Refused, "when the decision did not hold"},
		"four eyes of one": {func(p *signoff.Policy) { p.FourEyes = true }, func(t *testing.T, d *desk) { t.Helper(); d.approve(t, "Asha", nil) }, nil, 1, evidence.Holds, ""},
		"beside a key of a person": {two, func(t *testing.T, d *desk) {
			t.Helper()
			d.approve(t, "asha", nil)
			for i := range d.envelopes[:2] {
				require.NoError(t, d.envelopes[i].Sign(t.Context(), d.ben))
			}
		}, func(s *evidence.Sources) { s.Keys = []attest.PublicKey{trusted(newSigner(t, 2), "Ben")} }, 2, evidence.Holds, ""},
		"revoked": {nil, func(t *testing.T, d *desk) {
			t.Helper()
			a := d.approve(t, "asha", nil)
			r, err := evidence.Revoke(t.Context(), a, evidence.Revocation{Run: d.predicate.Run.ID, Server: "probe.example", User: "ben", Means: "session", At: d.now.Add(3 * time.Minute), Reason: "forged"}, d.server)
			require.NoError(t, err)
			d.envelopes = append(d.envelopes, *r)
		}, nil, 0, evidence.Refused, `"ben" revoked it`},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, c.policy)
			c.do(t, d)
			v := d.verify(t, c.by)
			var text strings.Builder
			require.NoError(t, v.Text(&text))
			assert.Equal(t, c.want, v.Verdict, text.String())
			assert.Equal(t, c.people, v.Approvals, text.String())
			assert.Contains(t, strings.Join(strings.Fields(text.String()), " "), c.says)
		})
	}
}

// What stands behind a decision has to be of it, and in order.
func TestWhatStandsBehindADecision(t *testing.T) {
	other := newDesk(t, nil)
	for name, c := range map[string]struct {
		do   func(t *testing.T, d *desk)
		says string
	}{
		"an approval of another decision": {func(t *testing.T, d *desk) {
			t.Helper()
			d.envelopes = append(d.envelopes, *other.approve(t, "asha", nil))
		}, "approves another decision"},
		"of another run": {func(t *testing.T, d *desk) {
			t.Helper()
			d.approve(t, "asha", func(a *evidence.Approval) { a.Run = "x" })
		}, "it is of the run"},
		"a revocation of nothing": {func(t *testing.T, d *desk) {
			t.Helper()
			r, err := evidence.Revoke(t.Context(), &d.envelopes[0], evidence.Revocation{Run: d.predicate.Run.ID}, d.server)
			require.NoError(t, err)
			d.envelopes = append(d.envelopes, *r)
		}, "stands not before it"},
		"an altered approval": {func(t *testing.T, d *desk) {
			t.Helper()
			d.approve(t, "asha", nil)
			last := &d.envelopes[2]
			last.Payload = []byte(strings.Replace(string(last.Payload), `"asha"`, `"eve!"`, 1))
		}, "did not sign this"},
		"an approval with more in it": {func(t *testing.T, d *desk) {
			t.Helper()
			d.approve(t, "asha", nil)
			last := &d.envelopes[2]
			last.Payload = []byte(strings.Replace(string(last.Payload), `"user"`, `"x":1,"user"`, 1))
		}, "unknown field"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, nil)
			c.do(t, d)
			v := d.verify(t, nil)
			assert.Equal(t, evidence.Refused, v.Verdict)
			assert.Contains(t, v.Reason, c.says)
		})
	}
}

// The print says whose word an approval rests on.
func TestThePaperTellsKeysFromServers(t *testing.T) {
	d := newDesk(t, func(p *signoff.Policy) { p.Approvals = 2 })
	d.approve(t, "asha", nil)
	_ = d.verify(t, nil)
	paper, err := evidence.Paper(d.file, nil, []attest.PublicKey{trusted(d.server)})
	require.NoError(t, err)
	require.Len(t, paper.Signatures, 2)
	assert.True(t, paper.Signatures[0].Decides)
	assert.Equal(t, []any{"asha", "password", "probe.example", true, ""}, []any{paper.Signatures[1].Name, paper.Signatures[1].Means, paper.Signatures[1].Server, paper.Signatures[1].Verified, paper.Signatures[1].Void})
	var out strings.Builder
	require.NoError(t, paper.WriteHTML(&out))
	for _, says := range []string{"nobody&#39;s approval", "approved at the server probe.example by password", "(still to sign)", "--server-key"} {
		assert.Contains(t, out.String(), says)
	}
	assert.Equal(t, 1, strings.Count(out.String(), "(still to sign)"))
}
