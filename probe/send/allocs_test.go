package send_test

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
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// maxAllocations is how many times the allocations of a bare client a recorded and masked exchange may make, those of the server left out of neither.
const maxAllocations = 2.9

// A ratio is the same on every machine, and a step that is made a thousand times a second is not made dearer without somebody noticing.
func TestSendingAllocatesLittleMoreThanABareClient(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"status":"success","status_code":"S1","items":[{"id":"1"},{"id":"2"}]}`)
	}))
	t.Cleanup(s.Close)
	const body = `{"mobile":"9800000000","attempt":"1"}`
	bare := testing.AllocsPerRun(500, func() {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, strings.NewReader(body))
		require.NoError(t, err)
		q.Header.Set("Authorization", "Bearer s3cr3t-t0ken")
		q.Header.Set("Content-Type", "application/json")
		r, err := http.DefaultClient.Do(q)
		require.NoError(t, err)
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	})
	c := client(t, send.Options{Redactor: probe.NewRedactor(probe.NewVars(probe.Var{Name: "token", Value: "s3cr3t-t0ken", Secret: true}))})
	q := probe.Request{Method: "POST", URL: s.URL, Body: []byte(body), Headers: []probe.Header{
		{Name: "Authorization", Value: "Bearer s3cr3t-t0ken"}, {Name: "Content-Type", Value: "application/json"},
	}}
	ours := testing.AllocsPerRun(500, func() {
		_, err := c.Send(context.Background(), q)
		require.NoError(t, err)
	})
	t.Logf("%.0f allocations, a bare client %.0f: %.2f times", ours, bare, ours/bare)
	assert.LessOrEqual(t, ours/bare, maxAllocations)
}
