package probe

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatIsSpoiltIsKnownByItsBytes(t *testing.T) {
	assert.Equal(t, SpoiltBasic(), spoiltBasic)
	assert.Equal(t, ExpiredToken(), expiredToken)
}
