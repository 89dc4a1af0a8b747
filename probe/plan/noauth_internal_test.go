package plan

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A key that names whom it was issued to proves who asks: with it left in, an endpoint may well let the request in.
func TestWhatNamesACredential(t *testing.T) {
	for name, want := range map[string]bool{
		"X-Partner-Key": true, "merchant_key": true, "X-Api-Key": true, "Authorization": true,
		"X-Partner-Code": false, "Idempotency-Key": false, "X-Partition-Key": false, "X-Auth-Method": false,
	} {
		assert.Equal(t, want, namesCredential(name), name)
	}
}
