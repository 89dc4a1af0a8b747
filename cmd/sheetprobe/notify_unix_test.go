//go:build unix

package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestServeTellsWhatIsNewAndCountsIt(t *testing.T) {
	box := newLetterbox(t)
	dir := t.TempDir()
	secret := filepath.Join(dir, "url")
	require.NoError(t, os.WriteFile(secret, []byte(box.URL+canaryURL+"\n"), 0o600))
	config := `serve:
  public-url: https://sheetprobe.example.test/
  schedules: [{name: nightly, cron: "30 2 * * *", sheets: [OTP], negatives: none}]
secrets: {chat_url: {file: "SECRET"}}
notify:
  channels: {chat: {kind: slack, url: chat_url}}
  routes: [{name: all, to: [chat], schedules: [nightly]}]
`
	s := serving(t, strings.ReplaceAll(config, "SECRET", secret), "otp-message-number")
	runs := 0
	run := func() {
		s.ask(http.MethodPost, "/api/v1/schedules/nightly/run")
		runs++
		require.Eventually(t, func() bool { return strings.Count(s.err.String(), " of nightly: deviates") == runs }, time.Minute, 10*time.Millisecond, "%v", &s.err)
	}
	run()
	require.Eventually(t, func() bool { return len(box.got()) == 1 }, time.Minute, 10*time.Millisecond, "%v", &s.err)
	assert.Contains(t, box.got()[0], "deviates")
	assert.Contains(t, box.got()[0], "https://sheetprobe.example.test/runs/")
	run()
	require.Eventually(t, func() bool {
		return strings.Contains(s.get("/metrics"), `sheetprobe_alerts_total{channel="chat",outcome="sent"} 1`)
	}, time.Minute, 10*time.Millisecond)
	assert.Contains(t, s.get("/metrics"), `sheetprobe_alerts_waiting{channel="chat"} 0`)

	before, err := os.ReadFile(s.config)
	require.NoError(t, err)
	s.write(strings.Replace(string(before), secret, secret+"-that-is-gone", 1))
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	s.said("the changed configuration is not taken")
	s.said("cannot be read")
	s.write(strings.Replace(string(before), "schedules: [nightly]", "schedules: [nightly], severity: warning", 1))
	s.said("the configuration was read anew")
	assert.Zero(t, s.stop())
	assert.Len(t, box.got(), 1, "one defect is told once")
	for _, place := range []string{s.out.String(), s.err.String(), fmt.Sprint(box.got())} {
		assert.NotContains(t, place, "canary")
	}
}
