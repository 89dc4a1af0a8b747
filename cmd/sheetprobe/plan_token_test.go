package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
)

// vaultSheet is the document of all identities, one of them in two APIs, as a file.
func vaultSheet(t *testing.T) string {
	t.Helper()
	data, err := fixtures.Sheets.ReadFile(fixtures.Vault)
	require.NoError(t, err)
	text := string(data)
	first := text[strings.Index(text, "  - name: Store a parcel by client"):strings.Index(text, "  - name: Store a parcel by password grant")]
	path := filepath.Join(t.TempDir(), "vault.yaml")
	require.NoError(t, os.WriteFile(path, []byte(strings.TrimRight(text, "\n")+"\n\n"+strings.Replace(first, "Store", "Keep", 1)), 0o600))
	return path
}

type plannedCall struct {
	Action, Reason string
	Request        probe.RecordedRequest
}

// plannedCalls are the token calls of a plan.
func plannedCalls(t *testing.T, args []string, environ []string) (calls []plannedCall) {
	t.Helper()
	var out, problems bytes.Buffer
	require.Zero(t, Main(t.Context(), World{Args: append([]string{"plan", "-o", "json"}, args...), Environ: environ, Out: &out, Err: &problems}), problems.String())
	var doc struct {
		Plans []struct {
			TokenCall *plannedCall `json:"token_call"`
		}
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &doc))
	for _, p := range doc.Plans {
		if p.TokenCall != nil {
			calls = append(calls, *p.TokenCall)
		}
	}
	return calls
}

func TestPlanPrintsExactlyTheTokenCallsThatRunMakes(t *testing.T) {
	server := tap(t)
	path, environ := vaultSheet(t), environWith(fixtures.VaultVars())
	args := []string{"--base-url", server.URL, path}
	var planned, sent []string
	for _, c := range plannedCalls(t, args, environ) {
		assert.Equal(t, "send", c.Action)
		planned = append(planned, line(c.Request))
	}
	require.Len(t, planned, 3, "a login, and two grants of which one serves two APIs")

	var problems bytes.Buffer
	Main(t.Context(), World{Args: append([]string{"run", "--rate", "0", "--report", "json"}, args...), Environ: environ, Out: io.Discard, Err: &problems})
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	inputs, err := shippedSheets([]string{fixtures.Vault})
	require.NoError(t, err)
	inputs[0].Data = data
	mask := engine.Redactor(engine.Read(inputs), secretByName(fixtures.VaultVars()))
	for _, q := range server.all {
		if strings.HasSuffix(q.URL, "/login") || strings.HasSuffix(q.URL, "/token") {
			sent = append(sent, line(mask.Request(q)))
		}
	}
	slices.Sort(planned)
	slices.Sort(sent)
	assert.Equal(t, strings.Join(planned, "\n"), strings.Join(sent, "\n"), problems.String())
}

func TestPlanShowsTokenCallsMasked(t *testing.T) {
	path, environ := vaultSheet(t), environWith(fixtures.VaultVars())
	for output, title := range map[string]string{"text": "\ntoken call", "json": `"token_call": {`, "curl": "# token call of "} {
		for _, host := range []string{"http://127.0.0.1:1", "https://api.vault.example.com"} {
			var out, problems bytes.Buffer
			require.Zero(t, Main(t.Context(), World{Args: []string{"plan", "-o", output, "--base-url", host, path}, Environ: environ, Out: &out, Err: &problems}), problems.String())
			text := out.String()
			for _, v := range fixtures.VaultVars() {
				assert.NotContains(t, text, v.Value, output)
			}
			if strings.HasPrefix(host, "http:") {
				assert.Equal(t, 3, strings.Count(text, title), "%s:\n%s", output, text)
			} else {
				assert.NotContains(t, text, title, "no case gets so far as to need a token")
			}
		}
	}
}

func TestPlanSaysWhatTheGuardHasAgainstATokenCall(t *testing.T) {
	const document = `{"name":"Thing","method":"GET","url":"https://api-sit.things.example/v1/thing",
		"success_response":{"status":"ok"},"auth":{"type":"oauth2","token_url":"https://login.things.example.com/token","client_id":"me","client_secret":"<<client_secret>>"}}`
	path := filepath.Join(t.TempDir(), "thing.json")
	require.NoError(t, os.WriteFile(path, []byte(document), 0o600))
	environ := []string{varPrefix + "client_secret=hush-hush-hush-9"}
	calls := plannedCalls(t, []string{path}, environ)
	require.Len(t, calls, 1)
	assert.Equal(t, "blocked", calls[0].Action)
	assert.Contains(t, calls[0].Reason, "login.things.example.com")
	for output, want := range map[string]string{"text": "--allow-host", "curl": "# not sent: the token call: "} {
		var out, problems bytes.Buffer
		require.Zero(t, Main(t.Context(), World{Args: []string{"plan", "-o", output, path}, Environ: environ, Out: &out, Err: &problems}), problems.String())
		assert.Contains(t, out.String(), want)
		assert.NotContains(t, out.String(), "hush-hush")
	}
	calls = plannedCalls(t, []string{"--allow-host", "login.things.example.com", path}, environ)
	require.Len(t, calls, 1)
	assert.Equal(t, "send", calls[0].Action)
	assert.Empty(t, plannedCalls(t, []string{"--only", "*/no-auth", path}, environ), "nothing that is sent needs the token")
	assert.Empty(t, plannedCalls(t, []string{path}, nil), "the secret is missing")
}
