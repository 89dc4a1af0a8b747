//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
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
	require.Eventually(t, func() bool { return strings.Contains(s.get("/api/v1/sheets"), `"complete": true`) }, time.Minute, 20*time.Millisecond)
	page := s.get("/sheets")
	for _, text := range []string{"otp.txt", "broken.txt", "nowhere.txt", "cannot read"} {
		assert.Contains(t, page, text)
	}
}

func TestNoSecretGoesWhereADocumentAloneLeads(t *testing.T) {
	heard := make(chan string, 100)
	strange := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heard <- fmt.Sprint(r.URL, r.Header, string(body))
		_, _ = io.WriteString(w, `{"a": 1, "access_token": "tok"}`)
	}))
	t.Cleanup(strange.Close)
	known := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"token": "issued-by-`+r.Header.Get("X-Key")+`"}`)
	}))
	t.Cleanup(known.Close)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "login.yaml"), []byte("name: Login\nmethod: GET\nurl: "+known.URL+"/login\nheaders: {X-Key: <<own_key>>}\nsuccess_response: {token: x}\n"), 0o600))
	s := serving(t, "serve: {allow-private: [127.0.0.1], schedules: [{name: nightly, cron: \"30 2 * * *\", sheets: ["+dir+"]}]}\n")
	config, err := os.ReadFile(s.config)
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(config), "base-url: ")
	_, rest, _ = strings.Cut(rest, "\n")
	s.write(strings.Replace(rest, "var:\n", "secrets: {own_key: {file: "+filepath.Join(dir, "key")+"}}\napis: {Spelt out: {auth: {type: bearer, token: literal-of-ours}}}\nvar:\n", 1))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "key"), []byte("the-very-own-key"), 0o600))
	s.said("the configuration was read anew")

	login := "name: Log in\nmethod: GET\nurl: " + known.URL + "/x\nheaders: {X-Key: <<own_key>>}\nsuccess_response: {token: x}\ncapture: {token: $.token}\n---\n"
	for name, document := range map[string]string{
		"header":          "headers: {X-Key: <<own_key>>}\nurl: STRANGE/x\n",
		"query":           "url: STRANGE/x?k=<<own_key>>\n",
		"path":            "url: STRANGE/<<own_key>>\n",
		"body":            "url: STRANGE/x\nrequest_body: {a: <<OWN KEY>>}\n",
		"part of a text":  "headers: {X-Key: \"a <<your_own_key>> b\"}\nurl: STRANGE/x\n",
		"identity":        "auth: {type: basic, username: u, password: <<own_key>>}\nurl: STRANGE/x\n",
		"signature":       "auth: {type: oauth1, consumer_key: a, consumer_secret: <<own_key>>, token: b, token_secret: c}\nurl: STRANGE/x\n",
		"token call":      "auth: {type: oauth2, grant: client_credentials, token_url: STRANGE/token, client_id: u, client_secret: <<own_key>>}\nurl: KNOWN/x\n",
		"what was issued": "headers: {X-Key: <<token>>}\nurl: STRANGE/x\nneeds: [Log in]\n",
		"test data":       "headers: {X-Key: <<own_key>>}\nurl: http://{host}/x\ntest_data: [{host: STRANGEHOST, expect: success}]\n",
		"Spelt out":       "url: STRANGE/x\n",
	} {
		document = strings.NewReplacer("STRANGEHOST", strings.TrimPrefix(strange.URL, "http://"), "STRANGE", strange.URL, "KNOWN", known.URL).Replace(document)
		if name == "what was issued" {
			document = login + "name: Take\nmethod: GET\n" + document
		} else {
			document = "name: " + name + "\nmethod: POST\n" + document
		}
		report := s.try(s.handIn("x.yaml", document+"success_response: {a: 1}\n"))
		assert.Contains(t, report, "which only this document names", "%s: %s", name, report)
	}
	report := s.try(s.handIn("x.yaml", "name: Plain\nmethod: GET\nurl: "+strange.URL+"/plain\nsuccess_response: {a: 1}\n"))
	assert.NotContains(t, report, "only this document", report)
	report = s.try(s.handIn("x.yaml", "name: Own\nmethod: GET\nurl: "+known.URL+"/own\nheaders: {X-Key: <<own_key>>}\nsuccess_response: {token: x}\n"))
	assert.NotContains(t, report, "only this document", report)
	assert.NotContains(t, report, "0 requests")
	close(heard)
	for request := range heard {
		assert.NotContains(t, request, "very-own")
		assert.NotContains(t, request, "dmVyeS1vd24", "in Base64")
		assert.NotContains(t, request, "literal-of-ours")
		assert.Contains(t, request, "/plain")
	}
}
