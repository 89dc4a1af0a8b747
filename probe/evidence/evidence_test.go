package evidence_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const pickup = `name: Find a pickup point
method: GET
url: https://api-sit.parcelway.test/points/v1/PT-11
success_response: {pointId: PT-11, city: Ghent}
`

var today = probe.Tool{Name: "sheetprobe", Version: "test", RulesVersion: probe.RulesVersion}

// kit is evidence with everything that it is about.
type kit struct {
	run, bundle, file []byte
	predicate         *signoff.Predicate
	asha, ben         attest.Signer
	now               time.Time
}

func newSigner(t testing.TB, seed byte) attest.Signer {
	t.Helper()
	key, err := attest.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{seed}, ed25519.SeedSize)))
	require.NoError(t, err)
	return key
}

// policy is one that a run of one API on loopback can meet: TLS, nights and what only people can tell are left out.
func policy() signoff.Policy {
	p := signoff.DefaultPolicy()
	p.CleanNights, p.TLSDays, p.Skipped = 0, 0, signoff.ChecklistIDs()
	return p
}

// newKit makes a run of a sheet against a server, decides upon it, bundles it, and has it signed.
func newKit(t testing.TB, change func(p *signoff.Policy)) *kit {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path != "/points/v1/PT-11" || r.Method != http.MethodGet {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		_, _ = io.WriteString(w, `{"pointId": "PT-11", "city": "Ghent"}`)
	}))
	defer server.Close()
	readings := engine.Read([]sheet.Input{{Name: "pickup.yaml", Data: []byte(pickup)}})
	k := &kit{asha: newSigner(t, 1), ben: newSigner(t, 2), now: time.Now().UTC().Truncate(time.Second)}
	run, err := engine.Run(t.Context(), readings, engine.Options{BaseURL: server.URL, RunID: "20260102-night", Tool: today})
	require.NoError(t, err)
	k.sign(t, run, readings, change)
	return k
}

func (k *kit) sign(t testing.TB, run *probe.Run, readings []sheet.Reading, change func(p *signoff.Policy)) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run.Encode(&out))
	k.run = bytes.Clone(out.Bytes())
	recorded, err := probe.DecodeRun(bytes.NewReader(k.run))
	require.NoError(t, err)
	p := policy()
	p.Approvers = []signoff.Approver{{Name: "Asha", Keys: []string{k.asha.Public().ID()}}, {Name: "Ben", Keys: []string{k.ben.Public().Fingerprint()}}}
	p.Approvals = 2
	if change != nil {
		change(&p)
	}
	in := signoff.Input{At: k.now.Add(time.Minute), Tool: today, Policy: p, Run: recorded, Documents: recorded.Documents, NotStaging: send.NotStaging}
	k.predicate, err = signoff.NewPredicate(in, p.Approvers)
	require.NoError(t, err)
	k.bundle = bundleOf(t, recorded, readings)
	k.seal(t, k.asha, k.ben)
}

func bundleOf(t testing.TB, run *probe.Run, readings []sheet.Reading) []byte {
	t.Helper()
	i := slices.IndexFunc(report.Formats, func(f report.Format) bool { return f.Name == "bundle" })
	require.GreaterOrEqual(t, i, 0)
	var documents []report.Document
	for _, r := range readings {
		documents = append(documents, report.Document(r))
	}
	var out bytes.Buffer
	require.NoError(t, report.Formats[i].Write(&out, run, report.Options{Documents: documents}))
	return out.Bytes()
}

// seal signs what the predicate says by now.
func (k *kit) seal(t testing.TB, signers ...attest.Signer) {
	t.Helper()
	envelopes, err := evidence.Seal(k.predicate, sha256Of(k.bundle))
	require.NoError(t, err)
	for i := range envelopes {
		for _, s := range signers {
			require.NoError(t, envelopes[i].Sign(t.Context(), s))
		}
	}
	k.file, err = attest.Encode(envelopes)
	require.NoError(t, err)
}

// sources are what somebody has who has everything.
func (k *kit) sources() evidence.Sources {
	return evidence.Sources{
		File: evidence.Source{Name: "pickup.signoff", Data: k.file}, Keys: []attest.PublicKey{trusted(k.asha, "Asha Rao"), trusted(k.ben, "ben@parcelway.test")},
		Revoked: []attest.PublicKey{}, Bundle: &evidence.Source{Name: "pickup.zip", Data: k.bundle}, Run: &evidence.Source{Name: "run.json", Data: k.run},
		Sheets: []evidence.Source{{Name: "pickup.yaml", Data: []byte(pickup)}}, At: k.now.Add(time.Hour), Tool: today, NotStaging: send.NotStaging, Rejudge: rejudge, Policy: &k.predicate.Policy, Configured: true,
	}
}

func rejudge(run *probe.Run, documents []evidence.Source) (*probe.Run, []string) {
	var inputs []sheet.Input
	for _, d := range documents {
		inputs = append(inputs, sheet.Input{Name: d.Name, Data: d.Data})
	}
	return engine.Again(run, engine.Read(inputs), engine.Options{Tool: today})
}

func trusted(s attest.Signer, names ...string) attest.PublicKey {
	public := s.Public()
	public.Names, public.From = names, "keys"
	return public
}

// states are the checks of a verification by their ids.
func states(v *evidence.Verification) map[string]evidence.State {
	all := map[string]evidence.State{}
	for _, c := range v.Checks {
		all[c.ID] = c.State
	}
	return all
}

func said(t testing.TB, v *evidence.Verification, id string) string {
	t.Helper()
	for _, c := range v.Checks {
		if c.ID == id {
			return c.Says + "\n" + strings.Join(c.Details, "\n")
		}
	}
	t.Fatalf("there is no check %q", id)
	return ""
}

func TestEvidenceHolds(t *testing.T) {
	k := newKit(t, nil)
	v := evidence.Verify(k.sources())
	for _, c := range v.Checks {
		want := evidence.OK
		if c.ID == "time" {
			want = evidence.Unchecked
		}
		assert.Equal(t, want, c.State, "%s: %s %q", c.ID, c.Says, c.Details)
	}
	assert.Equal(t, evidence.Holds, v.Verdict, v.Reason)
	assert.Equal(t, signoff.Go, v.Outcome)
	assert.Equal(t, 2, v.Approvals)
	var out bytes.Buffer
	require.NoError(t, v.Text(&out))
	assert.Contains(t, out.String(), "The evidence holds: GO, until ")
	assert.Contains(t, out.String(), "\nnot asked   nights in a row were clean\n", "what the policy does not demand is said")
}

func TestTheSummaryIsOneOfInToto(t *testing.T) {
	k := newKit(t, nil)
	envelopes, err := attest.Decode(k.file)
	require.NoError(t, err)
	s, err := envelopes[1].Statement("summary")
	require.NoError(t, err)
	assert.Equal(t, "https://in-toto.io/attestation/test-result/v0.1", s.PredicateType)
	var result struct {
		Result        string
		Configuration []map[string]any
		PassedTests   []string
		FailedTests   []string
	}
	require.NoError(t, json.Unmarshal(s.Predicate, &result))
	assert.Equal(t, "PASSED", result.Result)
	assert.Contains(t, result.PassedTests, "api/find-a-pickup-point")
	assert.Empty(t, result.FailedTests)
	assert.Len(t, result.Configuration, 2, "the policy and the document")
}
