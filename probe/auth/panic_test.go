package auth

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

func TestAPanicOfATokenCallReachesWhoWaits(t *testing.T) {
	w := newTestWorld()
	w.answer = func(context.Context, int, probe.Request) (*probe.Exchange, string, error) { panic("at sea") }
	a, err := New(clientCredentials(), w.world())
	require.NoError(t, err)
	for range 2 {
		assert.PanicsWithValue(t, "at sea", func() { _, _ = a.Authorize(t.Context(), get("http://a.test/")) }, "else nobody could recover it")
	}
}
