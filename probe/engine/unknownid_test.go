package engine_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const berth = `
name: Find berth
method: GET
url: https://sit.harbour.example/berths/{berthId}
success_response: {http_status: 200, body: {berth: "B-1", free: true}}
test_data: [{berthId: B-1001, expect: success}]
`

const noBerth = `error_response: {http_status: 404, body: {code: E404, message: berth not found}}`

// unknownBerth runs the sheet against a server that knows one berth, and answers for all others as told.
func unknownBerth(t *testing.T, document string, others http.HandlerFunc) probe.Result {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/B-1001") {
			_, _ = io.WriteString(w, `{"berth": "B-1001", "free": false}`)
			return
		}
		others(w, r)
	}))
	defer server.Close()
	readings := engine.Read([]sheet.Input{{Name: "berth.yaml", Data: []byte(document)}})
	run, err := engine.Run(context.Background(), readings, engine.Options{BaseURL: server.URL})
	require.NoError(t, err)
	for _, c := range run.Sheets[0].Cases {
		if c.Family == probe.FamilyUnknownID {
			return c
		}
	}
	t.Fatal("no id was replaced")
	return probe.Result{}
}

func TestUnknownIDsAreJudgedAsNegatives(t *testing.T) {
	success := func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"berth": "B-9999", "free": true}`)
	}
	c := unknownBerth(t, berth+noBerth, success)
	assert.Equal(t, probe.Deviates, c.Verdict)
	require.NotEmpty(t, c.Findings)
	assert.Equal(t, "negative.accepted", c.Findings[0].Rule)

	c = unknownBerth(t, berth+noBerth, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"code": "E404", "message": "berth not found"}`)
	})
	assert.Equal(t, probe.Conforms, c.Verdict, c.Findings)

	// That the id is refused for its form, too, is no defect: the form is our guess.
	c = unknownBerth(t, berth+noBerth, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"code": "E404", "message": "no such form"}`)
	})
	assert.Equal(t, probe.Conforms, c.Verdict, c.Findings)

	// Where the sheet documents no error for it, the answer is no deviation but a question.
	c = unknownBerth(t, berth, success)
	assert.Equal(t, probe.Conforms, c.Verdict)
	require.NotEmpty(t, c.Findings)
	assert.Equal(t, source.Info, c.Findings[0].Severity)
	assert.Contains(t, c.Findings[0].Hint, "nothing is known by")
	assert.Contains(t, c.Exchange.Request.URL, "/berths/B-9999")

	c = unknownBerth(t, berth+noBerth, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	assert.Equal(t, probe.Deviates, c.Verdict)
	assert.Equal(t, "negative.server-error", c.Findings[0].Rule)
}
