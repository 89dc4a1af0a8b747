//go:build unix

package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures"
	"github.com/sheetprobe/sheetprobe/fixtures/staging"
)

// sink is written by one goroutine and read by another.
type sink struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *sink) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// served is `sheetprobe serve` as it runs in this process.
type served struct {
	t        *testing.T
	config   string
	out, err sink
	stop     func() int
	url      string
}

// serving starts it with the shipped OTP sheet, the staging server, and these schedules.
func serving(t *testing.T, schedules string, defects ...string) *served {
	t.Helper()
	server, err := staging.Start(withDefects(defects)...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	dir := t.TempDir()
	sheet, err := fixtures.Sheets.ReadFile("sheets/generate-otp.txt")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "otp.txt"), sheet, 0o600))
	var config strings.Builder
	config.WriteString("base-url: " + server.URL + "\nrate: 0\nvar:\n")
	for _, v := range fixtures.Vars() {
		config.WriteString("  " + v.Name + ": \"" + v.Value + "\"\n")
	}
	s := &served{t: t, config: filepath.Join(dir, "sheetprobe.yaml")}
	s.write(config.String() + strings.ReplaceAll(schedules, "OTP", filepath.Join(dir, "otp.txt")))
	ctx, cancel := context.WithCancel(t.Context())
	code := make(chan int, 1)
	args := []string{"serve", "--config", s.config, "--db", "sqlite://" + filepath.Join(dir, "h.db"), "--listen", "127.0.0.1:0"}
	go func() { code <- Main(ctx, World{Args: args, Out: &s.out, Err: &s.err, In: strings.NewReader("")}) }()
	s.stop = sync.OnceValue(func() int { cancel(); return <-code })
	t.Cleanup(func() { s.stop() })
	address := regexp.MustCompile(`https?://127\.0\.0\.1:\d+`)
	require.Eventually(t, func() bool { s.url = address.FindString(s.out.String()); return s.url != "" }, time.Minute, 10*time.Millisecond, "%v", &s.err)
	return s
}

func (s *served) write(config string) {
	require.NoError(s.t, os.WriteFile(s.config, []byte(config), 0o600))
}

func (s *served) get(path string) string { s.t.Helper(); return s.ask(http.MethodGet, path) }

func (s *served) ask(method, path string) string {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, http.NoBody)
	require.NoError(s.t, err)
	request.Header.Set("Content-Type", "application/json")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(request)
	require.NoError(s.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(s.t, err)
	return string(body)
}

// said waits for a line of the log.
func (s *served) said(text string) {
	s.t.Helper()
	require.Eventually(s.t, func() bool { return strings.Contains(s.err.String(), text) }, time.Minute, 10*time.Millisecond, "%q in %v", text, &s.err)
}

func TestServeTakesAChangedConfigurationWholeOrNotAtAll(t *testing.T) {
	s := serving(t, "serve: {schedules: [{name: nightly, cron: \"30 2 * * *\", sheets: [OTP]}]}\n")
	before, err := os.ReadFile(s.config)
	require.NoError(t, err)
	assert.Contains(t, s.get("/healthz"), `"ok"`)
	assert.Contains(t, s.get("/metrics"), `sheetprobe_next_run_timestamp_seconds{schedule="nightly"}`)

	s.write(string(before) + "nonsense: 1\n")
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	s.said(`the changed configuration is not taken, and the one before stays: `)
	s.said(`unknown key "nonsense"`)
	assert.Contains(t, s.get("/metrics"), "sheetprobe_config_last_reload_successful 0")

	s.write(strings.ReplaceAll(string(before), "nightly", "weekly"))
	s.said("the configuration was read anew; schedules: 1") // without a signal: the file is another
	metrics := s.get("/metrics")
	assert.Contains(t, metrics, "sheetprobe_config_last_reload_successful 1")
	assert.NotContains(t, metrics, "nightly")
	assert.Contains(t, metrics, `schedule="weekly"`)
	assert.Zero(t, s.stop())
}

// A schedule of every minute would make this test wait, so that a run is asked for.
func TestServeMakesARunKeepsItAndShowsIt(t *testing.T) {
	s := serving(t, "serve: {schedules: [{name: nightly, cron: \"30 2 * * *\", sheets: [OTP], negatives: none}]}\n", "otp-extra-key")
	answer := s.ask(http.MethodPost, "/api/v1/schedules/nightly/run")
	id := regexp.MustCompile(`[0-9a-f]{16}`).FindString(answer)
	require.NotEmpty(t, id, answer)
	s.said("run " + id + " of nightly: ")
	run := s.get("/api/v1/runs/" + id)
	assert.Contains(t, run, `"state": "finished"`)
	assert.Contains(t, run, `"cases": 1`, "negatives are those of the schedule")
	assert.Contains(t, s.get("/api/v1/runs/"+id+"/report"), `"schedule": "nightly"`)
	assert.Contains(t, s.get("/"), "/runs/"+id)
	assert.Contains(t, s.get("/metrics"), `sheetprobe_api_findings{api="Generate hand-over OTP",rule="shape.undocumented",schedule="nightly"`)
	assert.NotContains(t, s.get("/api/v1/runs/"+id+"/report")+s.err.String()+s.get("/runs/"+id), staging.Token)
	assert.Zero(t, s.stop())
}
