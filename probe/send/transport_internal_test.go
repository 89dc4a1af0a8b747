package send

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What a name stands for is found out when it is dialled, which a test without DNS cannot do with a real client.
func TestNamesOfLinkLocalAddressesAreNotDialled(t *testing.T) {
	for _, address := range []string{"169.254.169.254:80", "[fe80::1]:80", "[fe80::1%eth0]:443", "[::ffff:169.254.1.1]:80", "[fd00:ec2::254]:80"} {
		assert.ErrorIs(t, refuseLinkLocal("tcp", address, nil), errLinkLocal, address)
	}
	for _, address := range []string{"127.0.0.1:80", "[::1]:80", "10.0.0.7:80", "203.0.113.7:443", "[fd12::1]:80"} {
		assert.NoError(t, refuseLinkLocal("tcp", address, nil), address)
	}
}
