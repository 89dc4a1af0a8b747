package certificate_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ledongthuc/pdf"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
	"github.com/sheetprobe/sheetprobe/probe/signoff/certificate"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// waived is a decision with everything that is printed in a way of its own: a waiver, an attestation, a finding, and letters of several scripts.
func waived() *certificate.Document {
	at := time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)
	digest := strings.Repeat("0a", 32)
	return &certificate.Document{
		SHA256: strings.Repeat("1b", 32), Bundle: strings.Repeat("2c", 32),
		Signatures: []certificate.Signature{
			{Name: "Asha Rao", Title: "Head of delivery", Fingerprint: "SHA256:AAAA", Verified: true}, {Fingerprint: strings.Repeat("3d", 32)},
		},
		Predicate: &signoff.Predicate{
			SchemaVersion: "1", Tool: probe.Tool{Name: "sheetprobe", Version: "1.2.3", RulesVersion: "7"}, Policy: signoff.Policy{Approvals: 3, TimeZone: "Europe/Berlin", LongestDays: 90},
			Run:       signoff.RunReference{ID: "night-7", SHA256: digest, StartedAt: at.Add(-time.Hour), FinishedAt: at, Summary: probe.Summary{Cases: 17, Conforms: 14}},
			Targets:   []signoff.Target{{Scheme: "https", Host: "api-sit.parcelway.test:443"}},
			Prober:    signoff.Prober{Zone: "dmz", Addresses: []string{"192.0.2.7"}},
			Documents: []probe.RunDocument{{Name: "pickup.txt", SHA256: digest}},
			Sheets: []signoff.SheetReference{
				{Name: "Book a pickup", Method: "POST", URL: "https://api-sit.parcelway.test/v1/bookings", Verdict: probe.Deviates, Coverage: signoff.CoverageSummary{Codes: 5, CodesSeen: 4, Responses: 2, ResponsesSeen: 2}, Timings: &probe.Timings{P50: 20, Max: 50}},
				{Name: "Größe ändern, Размер, 取件 <b>", Method: "GET", URL: "https://api-sit.parcelway.test/" + strings.Repeat("very-long-", 20), Verdict: probe.Conforms},
			},
			Decision: signoff.Decision{
				Outcome: signoff.GoWithWaivers, DecidedAt: at, Until: at.AddDate(0, 0, 20), UntilBecause: "the waiver at waivers.yaml:2:3 ends", Reason: `met but for what is waived: "every API conforms to its sheet"`,
				Lines: []signoff.Line{
					{ID: "conform", Title: "every API conforms to its sheet", Status: signoff.Waived, Reason: `"Book a pickup": "to" is missing`, Evidence: []signoff.Evidence{{Status: signoff.Waived, API: "Book a pickup", Rule: "shape.missing", Fingerprint: "00112233aabbccdd", Says: "\"to\" is missing\u202e\x07"}}},
					{ID: "tls", Title: "certificates hold for some time", Status: signoff.Off, Reason: "the policy does not demand it"},
				},
				Checklist: []signoff.Item{{ID: "access", Title: "we can reach the APIs", Status: signoff.Met, Reason: "attested by B. Person", Attested: &signoff.Attested{By: "B. Person", Note: "letter of 12 March"}}},
				Waivers: []signoff.WaiverUse{
					{Waiver: signoff.Waiver{Fingerprint: "00112233aabbccdd", Owner: "A. Person", Reason: "fixed in 2.1", Ticket: "PW-12", Expires: "2026-03-31"}, State: signoff.Used, Used: 1},
					{Waiver: signoff.Waiver{Rule: "timing.slow", API: "*", Expires: "2026-01-31"}, State: signoff.Expired, Why: "its last day, 2026-01-31, is over"},
					{Waiver: signoff.Waiver{Place: "waivers.yaml:9:3"}, State: signoff.Refused, Why: "unknown key", Unread: true},
				},
				Unread: []signoff.Refusal{{Place: "attestations.yaml:2:3", Why: `"door" is no item of the checklist`}},
			},
		},
	}
}

func TestHTML(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, waived().WriteHTML(&out))
	path := filepath.Join("testdata", "waived.html")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), out.String())
	for _, evil := range []string{"<b>", "\u202e", "\x07", "<script", "http-equiv=\"refresh\""} {
		assert.NotContains(t, out.String(), evil)
	}
}

// The same decision gives the same bytes, and a reader of PDF that is not the writer's finds the words in it.
func TestPDF(t *testing.T) {
	var first bytes.Buffer
	require.NoError(t, waived().WritePDF(&first))
	for range 5 {
		var again bytes.Buffer
		require.NoError(t, waived().WritePDF(&again))
		require.Equal(t, first.Bytes(), again.Bytes())
	}
	text := wordsOf(t, first.Bytes())
	for _, want := range []string{"GO WITH WAIVERS", "Asha Rao", "Größe ändern, ", "[U+53D6][U+4EF6]", "PW-12", "letter of 12 March", "(still to sign)", "0a0a0a0a", "code points"} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "[U+0420]", "the fonts know Cyrillic letters")
}

// wordsOf is the text of a PDF, on one line.
func wordsOf(t *testing.T, data []byte) string {
	t.Helper()
	r, err := pdf.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	var words strings.Builder
	for n := 1; n <= r.NumPage(); n++ {
		rows, err := r.Page(n).GetTextByRow()
		require.NoError(t, err)
		for _, row := range rows {
			for _, word := range row.Content {
				words.WriteString(word.S)
			}
			words.WriteString(" ")
		}
	}
	return words.String()
}

// A draft says that it is one.
func TestDraft(t *testing.T) {
	d := waived()
	d.Signatures = nil
	var html, paper bytes.Buffer
	require.NoError(t, d.WriteHTML(&html))
	assert.Contains(t, html.String(), "DRAFT")
	require.NoError(t, d.WritePDF(&paper))
	assert.Contains(t, wordsOf(t, paper.Bytes()), "DRAFT")
}

// However much there is to print, the first page holds the verdict and the signatures, and every page its foot.
func TestManyAPIs(t *testing.T) {
	d := waived()
	for range 300 {
		d.Sheets = append(d.Sheets, d.Sheets[1])
		d.Decision.Lines[0].Evidence = append(d.Decision.Lines[0].Evidence, d.Decision.Lines[0].Evidence[0])
	}
	var out bytes.Buffer
	require.NoError(t, d.WritePDF(&out))
	text := wordsOf(t, out.Bytes())
	assert.Contains(t, text, "and 294 more, see annex C")
	assert.Contains(t, text, "And 101 more, which the bundle holds.")
	assert.Less(t, strings.Index(text, "Asha Rao"), strings.Index(text, "A  Policy"))
}
