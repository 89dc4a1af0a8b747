package send_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// maxAllocations is how many times the allocations of a bare client a recorded and masked exchange may make.
const maxAllocations = 1.45

// A ratio is the same on every machine, and a step that is made a thousand times a second is not made dearer without somebody noticing.
func TestSendingAllocatesLittleMoreThanABareClient(t *testing.T) {
	const answer = `{"status":"success","status_code":"S1","items":[{"id":"1"},{"id":"2"}]}`
	overTLS := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }))
	t.Cleanup(overTLS.Close)
	for name, url := range map[string]string{"plain": parrot(t, answer), "TLS": overTLS.URL} {
		t.Run(name, func(t *testing.T) {
			plain := overTLS.Client()
			bare := testing.AllocsPerRun(500, func() {
				require.NoError(t, asBare(t.Context(), plain, url))
			})
			o := secretOptions()
			o.Insecure = true
			c, q := client(t, o), documentedRequest(url)
			ours := testing.AllocsPerRun(500, func() {
				_, err := c.Send(context.Background(), q)
				require.NoError(t, err)
			})
			t.Logf("%.0f allocations, a bare client %.0f: %.2f times", ours, bare, ours/bare)
			assert.LessOrEqual(t, ours/bare, maxAllocations)
		})
	}
}
