package access_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

func TestEachRoleCoversTheOnesBeforeIt(t *testing.T) {
	order := append([]access.Role{access.Anyone}, access.Roles()...)
	for has, r := range order {
		for wants, wanted := range order {
			assert.Equal(t, has >= wants, r.Covers(wanted), "%s, %s", r, wanted)
		}
	}
	for _, unknown := range []access.Role{"", "root", "Approver"} {
		assert.False(t, unknown.Covers(access.Anyone), unknown)
		assert.False(t, access.Approver.Covers(unknown), "what wants %q is closed to all", unknown)
		assert.False(t, access.Identity{Role: unknown}.May(access.Viewer))
	}
}

func TestRolesAreRead(t *testing.T) {
	for _, role := range access.Roles() {
		read, err := access.ParseRole(string(role))
		require.NoError(t, err)
		assert.Equal(t, role, read)
	}
	for _, text := range []string{"", "anyone", "admin", "Viewer"} {
		_, err := access.ParseRole(text)
		assert.ErrorContains(t, err, "use viewer, operator, approver", text)
	}
}
