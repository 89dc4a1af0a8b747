package serve

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

func TestEveryRouteSaysWhoMay(t *testing.T) {
	b := newBench(t, emptyStore(t), nil, nightly())
	routes := b.routed().routes
	require.Greater(t, len(routes), 10)
	for _, r := range routes {
		assert.True(t, access.Approver.Covers(r.role), "%s has no role, and is closed to all", r.pattern)
	}
}

func TestARouteIsOpenToThoseWhoMay(t *testing.T) {
	s := newBench(t, emptyStore(t), nil, nightly())
	for _, c := range []struct {
		wants, has access.Role
		status     int
	}{
		{access.Anyone, access.Anyone, 204},
		{access.Viewer, access.Operator, 204},
		{access.Operator, access.Viewer, 403},
		{access.Anyone, "", 403},
		{"", access.Approver, 403},
	} {
		handle := s.admitted(route{role: c.wants, handle: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }})
		w := httptest.NewRecorder()
		handle(w, withIdentity(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody), access.Identity{Role: c.has}))
		assert.Equal(t, c.status, w.Code, c)
	}
}
