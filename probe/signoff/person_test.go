package signoff_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

func TestNamesThatLookAlikeAreOnePerson(t *testing.T) {
	for _, other := range []string{
		"ASHA RA\u00d3", "asha  rao\u0301", "Asha\u00a0Ra\u00f3", "As\u200bha Ra\u00f3", "\u202eAsha Ra\u00f3", "\uff21sha Ra\u00f3", "Asha Ra\u00f3\ufe0f",
	} {
		assert.Equal(t, signoff.PersonKey("Asha Ra\u00f3"), signoff.PersonKey(other), "%+q", other)
	}
	assert.NotEqual(t, signoff.PersonKey("Asha Rao"), signoff.PersonKey("Asha Roa"))
	assert.Empty(t, signoff.PersonKey("\u200b \u2060"))
}
