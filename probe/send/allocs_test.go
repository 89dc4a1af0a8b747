package send_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// maxAllocations is how many times the allocations of a bare client a recorded and masked exchange may make.
const maxAllocations = 2.0

// A ratio is the same on every machine, and a step that is made a thousand times a second is not made dearer without somebody noticing.
func TestSendingAllocatesLittleMoreThanABareClient(t *testing.T) {
	url := parrot(t, `{"status":"success","status_code":"S1","items":[{"id":"1"},{"id":"2"}]}`)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	bare := testing.AllocsPerRun(500, func() {
		require.NoError(t, asBare(t.Context(), &http.Client{Transport: transport}, url))
	})
	c, q := client(t, secretOptions()), documentedRequest(url)
	ours := testing.AllocsPerRun(500, func() {
		_, err := c.Send(context.Background(), q)
		require.NoError(t, err)
	})
	t.Logf("%.0f allocations, a bare client %.0f: %.2f times", ours, bare, ours/bare)
	assert.LessOrEqual(t, ours/bare, maxAllocations)
}
