package signoff_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func document(text string) *source.Document { return source.NewDocument("f.yaml", []byte(text), text) }

func readPolicy(t testing.TB, text string) (signoff.Policy, *signoff.Problem) {
	t.Helper()
	roots, err := tree.Parse(document(text).Text())
	require.NoError(t, err)
	require.Len(t, roots, 1)
	return signoff.ReadPolicy(roots[0])
}

func TestReadPolicy(t *testing.T) {
	p, problem := readPolicy(t, `
clean-nights: off
nights_on: [mon, tue]
evidence_max_age: 90m
tls_days_left: 14
latency: {percentile: 99, max: 2s}
fail_on: warning
staging_hosts: ["*.parcelway.com"]
time_zone: Asia/Kolkata
longest_waiver_days: 30
checklist: {json: off, letter: the letter is here}
approvals: 2
approvers: [{name: Asha Rao, title: Head, keys: [a]}, {name: Ben Otieno, keys: [b, c]}]
waivers: w.yaml
attestations: a.yaml
`)
	require.Nil(t, problem)
	assert.Equal(t, signoff.Policy{
		NightsOn: []string{"mon", "tue"}, MaxAge: signoff.Duration(90 * time.Minute), TLSDays: 14, Latency: &signoff.Latency{Percentile: 99, Max: signoff.Duration(2 * time.Second)},
		FailOn: source.Warning, StagingHosts: []string{"*.parcelway.com"}, TimeZone: "Asia/Kolkata", LongestDays: 30, Skipped: []string{"json"},
		Manual: []signoff.ManualItem{{ID: "letter", Title: "the letter is here"}}, Approvals: 2,
		Approvers: []signoff.Approver{{Name: "Asha Rao", Title: "Head", Keys: []string{"a"}}, {Name: "Ben Otieno", Keys: []string{"b", "c"}}}, Waivers: "w.yaml", Attestations: "a.yaml",
	}, p)
}

// What is misspelt, out of range or contradicts itself is refused, with its place: a policy that is not understood is not to pass anything.
func TestPoliciesThatAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		text   string
		line   int
		column int
		says   string
	}{
		"an unknown key":              {"clean_nigths: 3", 1, 1, `unknown key "clean_nigths"`},
		"a key that stands twice":     {"approvals: 1\napprovals: 2", 2, 1, "twice"},
		"the same key, written twice": {"clean_nights: 1\nclean-nights: 2", 2, 1, "twice"},
		"no nights, as a number":      {"clean_nights: 0", 1, 15, `"0"`},
		"nights below none":           {"clean_nights: -1", 1, 15, `"-1"`},
		"what cannot be off":          {"approvals: off", 1, 12, `"off"`},
		"no length of time":           {"evidence_max_age: a day", 1, 19, `"a day"`},
		"no age at all":               {"evidence_max_age: 0s", 1, 19, `"0s"`},
		"no severity":                 {"fail_on: info", 1, 10, `"info"`},
		"no time zone":                {"time_zone: Europe/Atlantis", 1, 12, "Atlantis"},
		"the zone of a machine":       {"time_zone: Local", 1, 12, "Local"},
		"no day of the week":          {"nights_on: [monday]", 1, 13, "monday"},
		"a percentile of ours":        {"latency: {percentile: 75, max: 2s}", 1, 23, "75"},
		"a percentile of nothing":     {"latency: {percentile: 95}", 1, 10, `"max" is missing`},
		"an item that cannot be":      {"checklist: {json: maybe}", 1, 19, `"json" cannot be "maybe"`},
		"an item of nobody":           {"checklist: {letter: off}", 1, 21, `"letter" cannot be "off"`},
		"more approvals than people":  {"approvals: 2\napprovers: [{name: A}]", 1, 1, "2 approvals"},
		"the same person twice":       {"approvers: [{name: A}, {name: a}]", 1, 24, "two approvers"},
		"the same person in disguise": {"approvers: [{name: A\u200b}, {name: a}]", 1, 25, "two approvers"},
		"two scripts":                 {"approvers: [{name: \u0410sha}]", 1, 13, "Latin and Cyrillic"},
		"nobody":                      {"approvers: [{keys: [a]}]", 1, 13, "no name"},
		"a text for a list":           {"staging_hosts: x", 1, 16, "must be a list"},
		"a list for all":              {"[1]", 1, 1, "must be a map"},
	} {
		t.Run(name, func(t *testing.T) {
			_, problem := readPolicy(t, test.text)
			require.NotNil(t, problem)
			assert.Contains(t, problem.Message, test.says)
			assert.NotEmpty(t, problem.Hint)
			assert.Equal(t, []int{test.line, test.column}, []int{problem.At.Line, problem.At.Column})
		})
	}
}

func TestReadWaivers(t *testing.T) {
	all, refused, problem := signoff.ReadWaivers(document(`
waivers:
  - {fingerprint: 00112233aabbccdd, reason: later, owner: A, expires: 2026-03-31, ticket: 12}
  - {fingerprint: 00112233aabbccdd, reasn: later}
  - just a text
  - {rule: timing.slow, api: "*", reason: [a], owner: A, expires: 2026-03-31}
time_zone: Asia/Kolkata
`))
	require.Nil(t, problem)
	require.Len(t, all, 1)
	assert.Equal(t, signoff.Waiver{Place: "f.yaml:3:5", Fingerprint: "00112233aabbccdd", Reason: "later", Owner: "A", Expires: "2026-03-31", Ticket: "12", TimeZone: "Asia/Kolkata"}, all[0])
	require.Len(t, refused, 3)
	assert.Equal(t, "f.yaml:4:5", refused[0].Place)
	assert.Contains(t, refused[0].Why, `unknown key "reasn"`)
	assert.Contains(t, refused[1].Why, "must be a map")
	assert.Contains(t, refused[2].Why, "a text was expected")
}

func TestFilesThatAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"another list": "waiver: []", "no list": "waivers: {}", "no map": "[]", "no YAML": "waivers: [", "several documents": "waivers: []\n---\nwaivers: []", "no zone": "time_zone: x\nwaivers: []",
	} {
		_, _, problem := signoff.ReadWaivers(document(text))
		require.NotNil(t, problem, name)
		assert.NotEmpty(t, problem.Hint, name)
	}
	for name, text := range map[string]string{"nothing": "", "blanks": " \n", "a remark": "# nothing yet\n", "an empty list": "waivers: []"} {
		all, refused, problem := signoff.ReadWaivers(document(text))
		assert.Nil(t, problem, name)
		assert.Empty(t, append(refused, make([]signoff.Refusal, len(all))...), name)
	}
	_, _, problem := signoff.ReadAttestations(document("attestations: 1"))
	assert.NotNil(t, problem)
}

// Whatever stands in the files, reading them ends, and what was read can be decided with.
func FuzzRead(f *testing.F) {
	f.Add("clean_nights: 3\ntime_zone: UTC")
	f.Add("waivers:\n  - {fingerprint: 00112233aabbccdd, reason: later, owner: A, expires: 2026-03-31}")
	f.Add("attestations:\n- {item: access, by: A, on: 2026-01-01, until: 2026-12-31}")
	f.Add("checklist: {letter: x}\napprovers: [{name: A}]")
	f.Fuzz(func(t *testing.T, text string) {
		in := good()
		doc := document(text)
		var problem *signoff.Problem
		if in.Waivers, in.Refused.Waivers, problem = signoff.ReadWaivers(doc); problem != nil && problem.Hint == "" {
			t.Errorf("%q has no next step", problem.Message)
		}
		in.Attestations, in.Refused.Attestations, _ = signoff.ReadAttestations(doc)
		if roots, err := tree.Parse(doc.Text()); err == nil && len(roots) == 1 {
			if p, problem := signoff.ReadPolicy(roots[0]); problem == nil {
				in.Policy = p
			}
		}
		if _, err := signoff.NewPredicate(in, nil); err != nil {
			t.Fatal(err)
		}
	})
}
