package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
)

// mostOfACase is what a run may allocate for each case, in bare exchanges of net/http; both sides have the server in the same process. The limits are some
// fifteen per cent above what was measured, on any machine, however busy: what is made for every case is not made dearer without somebody noticing.
var mostOfACase = []struct {
	name               string
	further            []string // flags of the run
	without            string   // the part that it is held beside; "" for a bare exchange
	allocations, bytes float64  // times those of a bare exchange; 0 bytes are held elsewhere
}{
	{"run", nil, "", 2.2, 3},
	{"JSON report", []string{"--report", "json=run.json"}, "run", 0.05, 0.1},
	{"history", []string{"--db", "sqlite://h.db"}, "run", 0.05, 0}, // its bytes: see TestKeepingACaseAllocatesLittle
}

func TestACaseAllocatesLittle(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"status":"success","status_code":"SUCC001","message":"Request Successful"}`)
	}))
	t.Cleanup(server.Close)
	bare := allocatedByEach(t, func(requests int) { sendBare(t, server.URL, requests) })
	known := map[string]made{"": {}}
	for _, part := range mostOfACase {
		dir := t.TempDir()
		each := allocatedByEach(t, func(cases int) { runRows(t, dir, server.URL, cases, part.further) })
		known[part.name] = each
		allocations, size := (each.allocations-known[part.without].allocations)/bare.allocations, (each.bytes-known[part.without].bytes)/bare.bytes
		t.Logf("%s: %.2f times the allocations of a bare exchange (%.0f), %.2f times the bytes (%.0f)", part.name, allocations, bare.allocations, size, bare.bytes)
		assert.LessOrEqual(t, allocations, part.allocations, "allocations of a case: %s", part.name)
		if part.bytes > 0 {
			assert.LessOrEqual(t, size, part.bytes, "bytes of a case: %s", part.name)
		}
	}
}

// made is what was allocated.
type made struct{ allocations, bytes float64 }

// allocatedByEach is what one more of many takes: what is made once is in both sizes, and the least of some tries is free of what else was going on.
func allocatedByEach(t *testing.T, do func(n int)) made {
	t.Helper()
	const few, many, tries = 100, 1100, 3
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // pools would be emptied whenever the collector runs, and the machine has a say in that
	least := func(n int) (m made) {
		for try := range tries {
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			do(n)
			runtime.ReadMemStats(&after)
			allocations, size := float64(after.Mallocs-before.Mallocs), float64(after.TotalAlloc-before.TotalAlloc)
			if try == 0 || allocations < m.allocations {
				m.allocations = allocations
			}
			if try == 0 || size < m.bytes {
				m.bytes = size
			}
		}
		return m
	}
	do(few) // what is made once in a process
	a, b := least(few), least(many)
	return made{(b.allocations - a.allocations) / (many - few), (b.bytes - a.bytes) / (many - few)}
}

func sendBare(t *testing.T, url string, requests int) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for range requests {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/otp/v1/generateOTP", bytes.NewReader([]byte(`{"mobileNo":"9000012345","Attempt id":"1"}`)))
		require.NoError(t, err)
		for _, name := range []string{"Authorization", "Content-Type", "Accept", "User-Agent", "X-Sheetprobe-Run"} {
			q.Header.Set(name, "some value")
		}
		answer, err := client.Do(q)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
	}
}

// runRows is a run of a sheet with so many rows of test data, each of which leads to a case.
func runRows(t *testing.T, dir, url string, rows int, further []string) {
	t.Helper()
	var text strings.Builder
	text.WriteString(`name: Generate OTP
method: POST
url: https://api-sit.parcelway.test/otp/v1/generateOTP
headers: {Authorization: "Bearer <<token>>", Content-Type: application/json}
request_body: {mobileNo: "9000012345", "Attempt id": "1"}
success_response: {status: success, status_code: SUCC001, message: Request Successful}
error_response: {status: error, status_code: ERR002, message: "Request Failed: caller not recognised"}
status_codes: {SUCC001: Request Successful, ERR002: caller not recognised}
test_data:
`)
	for row := range rows {
		fmt.Fprintf(&text, "  - {mobileNo: \"9%09d\", \"Attempt id\": \"1\", expect: success}\n", row)
	}
	sheet := filepath.Join(dir, "otp.yaml")
	require.NoError(t, os.WriteFile(sheet, []byte(text.String()), 0o600))
	t.Chdir(dir)
	args := append([]string{"run", sheet, "--base-url", url, "--var", "token=stg-token-of-parcelway-0001", "--negatives", "none", "--rate", "0", "-q"}, further...)
	if !slices.Contains(further, "--db") {
		args = append(args, "--db", "none")
	}
	require.NoError(t, os.RemoveAll("run.json"))
	if slices.Contains(further, "--db") {
		placeHistory(t)
	}
	require.Equal(t, exitConforms, Main(t.Context(), World{Args: args, In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}))
	for _, flag := range further { // has done its work
		if _, file, names := strings.Cut(strings.Replace(flag, "://", "=", 1), "="); names {
			info, err := os.Stat(file)
			require.NoError(t, err)
			require.Greater(t, info.Size(), int64(rows*50))
		}
	}
}

// placeHistory puts one without runs in its place. To make one takes as much as hundreds of cases do, and not always the same.
func placeHistory(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("made.db"); err != nil {
		made, err := sqlstore.Open(t.Context(), "sqlite://made.db", time.Now)
		require.NoError(t, err)
		require.NoError(t, made.Close())
	}
	for _, file := range []string{"h.db", "h.db-wal", "h.db-shm"} {
		require.NoError(t, os.RemoveAll(file))
	}
	made, err := os.ReadFile("made.db")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("h.db", made, 0o600))
}
