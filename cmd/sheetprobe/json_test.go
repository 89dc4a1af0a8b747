package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures"
	"github.com/sheetprobe/sheetprobe/fixtures/staging"
)

// members are what scripts may rely on in the JSON report, by the list or object that holds them.
var members = map[string]string{
	"":            "schema_version tool run_id started_at finished_at verdict exit_code summary sheets",
	"tool":        "name version rules_version",
	"summary":     "sheets cases conforms deviates inconclusive blocked skipped requests_sent checks_executed",
	"sheets":      "name method url document document_sha256 at verdict diagnostics coverage cases",
	"diagnostics": "rule severity field message hint at",
	"codes":       "code documented seen",
	"responses":   "kind at seen",
	"cases":       "id title family verdict reason expectation exchange findings",
	"expectation": "outcome http_status codes forbidden",
	"exchange":    "attempts request response timing_ms remote_addr tls",
	"attempts":    "error phase",
	"request":     "method url headers body",
	"response":    "http_status headers body media_type truncated",
	"timing_ms":   "dns connect tls first_byte total",
	"findings":    "rule severity blame location pointer documented observed message hint at fingerprint count",
}

// TestJSONReportHasEveryMember runs documents that conform, deviate, cannot be sent and cannot be read, and demands each member of each
// object, even where it is empty.
func TestJSONReportHasEveryMember(t *testing.T) {
	server, err := staging.Start(staging.WithDefect("otp-no-message"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, fixtures.Sheets))
	var out bytes.Buffer
	code := Main(t.Context(), World{
		Args: []string{"run", filepath.Join(dir, "sheets"), filepath.Join(dir, "nowhere.txt"), "--base-url", server.URL, "--report", "json", "--var", "token=" + staging.Token, "--rate", "0"},
		In:   strings.NewReader(""), Out: &out, Err: io.Discard,
	})
	require.Equal(t, exitDeviates, code)
	var run any
	require.NoError(t, json.Unmarshal(out.Bytes(), &run))
	met := map[string]bool{}
	demand(t, met, "", run)
	for name := range members {
		assert.True(t, met[name], "no %q was met", name)
	}
}

func demand(t *testing.T, met map[string]bool, name string, v any) {
	t.Helper()
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			demand(t, met, name, item)
		}
	case map[string]any:
		for key := range strings.FieldsSeq(members[name]) {
			met[name] = true
			assert.Contains(t, v, key, "in %q", name)
		}
		for key, value := range v {
			if name != "expectation" { // whose codes are texts
				demand(t, met, key, value)
			}
		}
	}
}
