//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

func TestARunSaysWhoMadeItAndFromWhere(t *testing.T) {
	s := serving(t, `serve:
  name: prober-1
  zone: [dmz, lan]
  egress: 203.0.113.7
  schedules:
    - {name: nightly, cron: "30 2 * * *", sheets: [OTP], negatives: none}
    - {name: far, cron: "30 2 * * *", sheets: [OTP], negatives: none, zone: dmz}
    - {name: nowhere, cron: "30 2 * * *", sheets: [OTP], zone: moon}
`)
	for schedule, zone := range map[string]string{"nightly": "dmz,lan", "far": "dmz"} {
		var begun struct {
			RunID string `json:"run_id"`
		}
		require.NoError(t, json.Unmarshal([]byte(s.ask(http.MethodPost, "/api/v1/schedules/"+schedule+"/run")), &begun))
		s.said("run " + begun.RunID + " of " + schedule + ": ")
		report := s.get("/api/v1/runs/" + begun.RunID + "/report")
		run, err := probe.DecodeRun(strings.NewReader(report))
		require.NoError(t, err, "%s\n%s", report, s.err.String())
		assert.Equal(t, &probe.Prober{Name: "prober-1", Zone: zone, Egress: "203.0.113.7", LocalAddresses: []string{"127.0.0.1"}}, run.Prober)
	}
	assert.Contains(t, s.get("/readyz"), `reaches the zone \"moon\"`)
	assert.Contains(t, s.get("/api/v1/workers"), `"name": "prober-1"`)
	assert.Zero(t, s.stop())
}

func TestWhatNoProcessCanBeCalledIsRefused(t *testing.T) {
	for name, test := range map[string]struct{ flags, config, says string }{
		"a zone":             {"--zone a/b", "", `"a/b" cannot name a zone`},
		"an address":         {"--egress nat.example", "", `"nat.example" is no address`},
		"a name":             {"--name \x1b[2J", "", "cannot name a process"},
		"a configured zone":  {"", "zone: [a b]", `"a b" cannot name a zone`},
		"a schedule's zone":  {"", "schedules: [{name: x, cron: '@daily', sheets: [x.txt], zone: a/b}]", `zone: "a/b" cannot name a zone`},
		"a lease of nothing": {"", "lease: 1s", "a lease of 1s is too short"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			require.NoError(t, os.WriteFile("x.txt", nil, 0o600))
			config := "serve:\n  " + test.config + "\n"
			if !strings.Contains(test.config, "schedules") {
				config += "  schedules: [{name: x, cron: '@daily', sheets: [x.txt]}]\n"
			}
			require.NoError(t, os.WriteFile("sheetprobe.yaml", []byte(config), 0o600))
			var out, errs bytes.Buffer
			args := append([]string{"serve", "--db", "sqlite://" + filepath.Join(t.TempDir(), "h.db")}, strings.Fields(test.flags)...)
			code := Main(t.Context(), World{Args: args, Out: &out, Err: &errs, In: strings.NewReader("")})
			assert.Equal(t, exitUsage, code)
			assert.Contains(t, errs.String(), test.says)
		})
	}
}

// cobra keeps what completes a flag for as long as the process lives, and with it all that the flag belongs to. The soak in fixtures/fleet finds
// whatever else is kept.
func TestACommandThatServesOneRunLeavesNothingBehind(t *testing.T) {
	once := &cobra.Command{Use: "run"}
	new(runFlags).register(once)
	for _, cmd := range []*cobra.Command{once, newRun(World{})} {
		for _, flag := range []string{"negatives", "report"} {
			_, kept := cmd.GetFlagCompletionFunc(flag)
			assert.Equal(t, cmd != once, kept, flag)
		}
	}
}
