//go:build unix

package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures"
)

// handIn uploads a document, and returns its id.
func (s *served) handIn(name, content string) string {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/api/v1/sheets?name="+name, strings.NewReader(content))
	require.NoError(s.t, err)
	request.Header.Set("Content-Type", "application/octet-stream")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(request)
	require.NoError(s.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusCreated, answer.StatusCode, string(body))
	var d struct{ ID string }
	require.NoError(s.t, json.Unmarshal(body, &d))
	assert.Contains(s.t, string(body), `"lint"`)
	return d.ID
}

// try runs a document that was handed in, and returns the page of its report.
func (s *served) try(id string) string {
	s.t.Helper()
	var begun struct {
		RunID string `json:"run_id"`
	}
	answer := s.ask(http.MethodPost, "/api/v1/sheets/"+id+"/run")
	require.NoError(s.t, json.Unmarshal([]byte(answer), &begun))
	require.NotEmpty(s.t, begun.RunID, answer)
	require.Eventually(s.t, func() bool {
		return strings.Contains(s.get("/api/v1/runs/"+begun.RunID), `"state": "finished"`)
	}, 30*time.Second, 20*time.Millisecond, "%v", &s.err)
	return s.get("/api/v1/runs/" + begun.RunID + "/report?format=text")
}

const nightlyOTP = "serve: {upload-limit: 64KiB, schedules: [{name: nightly, cron: \"30 2 * * *\", sheets: [OTP]}]}\n"

func TestServeTriesADocumentThatIsHandedIn(t *testing.T) {
	s := serving(t, "report: html=nightly.html\n"+nightlyOTP)
	sheet, err := fixtures.Sheets.ReadFile("sheets/generate-otp.txt")
	require.NoError(t, err)
	report := s.try(s.handIn("mine.txt", string(sheet)))
	assert.Contains(t, report, "answers as its sheet documents")
	assert.NoFileExists(t, "nightly.html", "the files of reports are those of the schedules")
	assert.Contains(t, s.get("/sheets"), "otp.txt")
}

func TestADocumentThatIsHandedInGoesWhereTheConfigurationLetsIt(t *testing.T) {
	s := serving(t, nightlyOTP)
	config, err := os.ReadFile(s.config)
	require.NoError(t, err)
	base := "base-url: " // without it, a sheet says itself where it goes
	_, rest, _ := strings.Cut(string(config), base)
	_, rest, _ = strings.Cut(rest, "\n")
	s.write(rest)
	s.said("the configuration was read anew")
	for _, url := range []string{"http://127.0.0.1:1/x", "http://10.0.0.1/x", "http://169.254.169.254/latest", "http://localhost/x", "https://api.production.example.com/x"} {
		report := s.try(s.handIn("x.yaml", "name: Try\nmethod: GET\nurl: "+url+"\nsuccess_response: {a: 1}\nallow-host: '*'\n"))
		assert.Contains(t, report, "is refused", url)
		assert.Contains(t, report, "0 requests", url)
	}
}

func TestServeShowsTheSheetsOfItsSchedules(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "broken.txt"), []byte("API Name   Find\nMethod  GET\n"), 0o600))
	s := serving(t, "serve: {schedules: [{name: nightly, cron: \"30 2 * * *\", sheets: [OTP, "+dir+", nowhere.txt]}]}\n")
	require.Eventually(t, func() bool { return strings.Contains(s.get("/api/v1/sheets"), `"complete": true`) }, 20*time.Second, 20*time.Millisecond)
	page := s.get("/sheets")
	for _, text := range []string{"otp.txt", "broken.txt", "nowhere.txt", "cannot read"} {
		assert.Contains(t, page, text)
	}
}
