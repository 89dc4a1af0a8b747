package send

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/net/idna"
)

// What is taken as it stands is what the rules for names would make of it.
func TestPlainNamesStayAsTheyAre(t *testing.T) {
	plain := 0
	for _, host := range []string{
		"api-sit.parcelway.test", "a", "127.0.0.1", "0.0.0.0", "x1-y2.z", "localhost", "a.b.c.d", "9", "acme-test.co.uk",
		"", ".", "-", "a.", ".a", "a..b", "a-", "-a", "a-.b", "a.-b", "a--b", "xn--bcher-kva.example", "ab--cd.example", "A.example", "otp_service", "a b", "bücher.de", "a*b", "::1", "%61",
	} {
		if !isPlain(host) {
			continue
		}
		plain++
		ascii, err := idna.New(idna.MapForLookup(), idna.StrictDomainName(false)).ToASCII(host)
		assert.NoError(t, err, host)
		assert.Equal(t, host, ascii)
	}
	assert.Equal(t, 9, plain)
}
