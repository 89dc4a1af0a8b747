package report_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func unzipped(t *testing.T, data []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	files := map[string]string{}
	for _, part := range archive.File {
		r, err := part.Open()
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, r.Close())
		files[part.Name] = string(text)
	}
	return files
}

func bundleOf(t *testing.T, run *probe.Run, documents ...report.Document) (map[string]string, []byte) {
	t.Helper()
	var once, twice bytes.Buffer
	bundle := formatNamed(t, "bundle")
	require.NoError(t, bundle.Write(&once, run, report.Options{Documents: documents, Color: true, Quiet: true, Width: 200}))
	require.NoError(t, bundle.Write(&twice, run, report.Options{Documents: documents}))
	require.Equal(t, once.Bytes(), twice.Bytes(), "how a terminal looks must not change the evidence")
	return unzipped(t, once.Bytes()), once.Bytes()
}

func TestBundleHoldsEveryReportAndTheDigestOfEachFile(t *testing.T) {
	run := recorded(t)["deviations"]
	files, _ := bundleOf(t, run)
	for _, f := range report.Formats {
		if f.Name != "bundle" {
			require.Contains(t, files, f.File)
		}
	}
	sums := map[string]string{}
	for line := range strings.Lines(files["SHA256SUMS"]) {
		digest, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		require.True(t, ok)
		sums[name] = digest
	}
	for name, text := range files {
		if name == "SHA256SUMS" || name == "README.txt" {
			continue
		}
		digest := sha256.Sum256([]byte(text))
		require.Equal(t, hex.EncodeToString(digest[:]), sums[name], name)
	}
	again, err := probe.DecodeRun(strings.NewReader(files["run.json"]))
	require.NoError(t, err)
	require.Equal(t, run.RunID, again.RunID)
}

func TestBundleLeavesOutDocumentsThatHoldSecretsOrAreNotAtHand(t *testing.T) {
	open, closed := source.NewDocument("../../a/otp.txt", []byte("open"), "open"), source.NewDocument("secret.txt", []byte("tok-12345"), "tok-12345")
	twin := source.NewDocument(`C:\b\OTP.txt`, []byte("other"), "other")
	run := &probe.Run{Documents: []probe.RunDocument{
		{Name: open.Name, SHA256: open.SHA256},
		{Name: closed.Name, SHA256: closed.SHA256, HoldsSecret: true},
		{Name: "gone.txt", SHA256: "00"},
		{Name: twin.Name, SHA256: twin.SHA256},
	}}
	files, raw := bundleOf(t, run,
		report.Document{Document: open, Data: []byte("open")}, report.Document{Document: closed, Data: []byte("tok-12345")},
		report.Document{Document: twin, Data: []byte("other")})
	require.Equal(t, "open", files["documents/otp.txt"])
	require.Equal(t, "other", files["documents/OTP-2.txt"])
	require.NotContains(t, string(raw), "tok-12345")
	require.NotContains(t, files, "documents/secret.txt")
	require.Contains(t, files["manifest.json"], `"left_out": "it holds a secret`)
	require.Contains(t, files["manifest.json"], `"left_out": "it was not at hand`)
	for name := range files {
		require.NotContains(t, name, "..")
		require.NotContains(t, name, `\`)
	}
}
