package attest

import (
	"crypto"
	"crypto/aes"
	"crypto/x509/pkix"
	"encoding/asn1"

	"github.com/youmark/pkcs8"
)

// passphraseCost is what a new key is encrypted with: what OWASP asks of PBKDF2 with SHA-256.
func passphraseCost() *pkcs8.Opts {
	const iterations = 600_000
	return &pkcs8.Opts{Cipher: pkcs8.AES256CBC, KDFOpts: pkcs8.PBKDF2Opts{SaltSize: 16, IterationCount: iterations, HMACHash: crypto.SHA256}}
}

// The parts of an encrypted key that decide what reading it costs (RFC 5958, RFC 8018 and RFC 7914).
type (
	encryptedKey struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	pbes2 struct {
		KDF    pkix.AlgorithmIdentifier
		Scheme pkix.AlgorithmIdentifier
	}
	pbkdf2 struct {
		Salt       []byte
		Iterations int
		Rest       asn1.RawValue `asn1:"optional"`
		PRF        asn1.RawValue `asn1:"optional"`
	}
	scrypt struct {
		Salt    []byte
		N, R, P int
		Length  int `asn1:"optional"`
	}
)

// checkEncrypted refuses what the library would stumble over, or compute for hours: it takes cost and sizes from the file as they are.
func checkEncrypted(der []byte) error {
	damaged := &refusedKey{"it is no encrypted private key of PKCS#8 (PBES2 with AES in CBC mode, and PBKDF2 or scrypt)"}
	var outer encryptedKey
	if rest, err := asn1.Unmarshal(der, &outer); err != nil || len(rest) > 0 || len(outer.Data) == 0 || len(outer.Data)%aes.BlockSize != 0 {
		return damaged
	}
	var scheme pbes2
	if rest, err := asn1.Unmarshal(outer.Algorithm.Parameters.FullBytes, &scheme); err != nil || len(rest) > 0 {
		return damaged
	}
	var iv []byte
	if rest, err := asn1.Unmarshal(scheme.Scheme.Parameters.FullBytes, &iv); err != nil || len(rest) > 0 || len(iv) != aes.BlockSize {
		return damaged
	}
	return checkCost(scheme.KDF, damaged)
}

// checkCost looks at how the key is derived from the passphrase.
func checkCost(kdf pkix.AlgorithmIdentifier, damaged error) error {
	const maxIterations, maxMemory, maxWork = 20_000_000, 256 << 20, 1 << 31
	dear := &refusedKey{"to open it would take too much time or memory"}
	var slow pbkdf2
	var large scrypt
	switch parameters := kdf.Parameters.FullBytes; {
	case kdf.Algorithm.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}):
		if rest, err := asn1.Unmarshal(parameters, &slow); err != nil || len(rest) > 0 {
			return damaged
		}
		if slow.Iterations < 1 || slow.Iterations > maxIterations {
			return dear
		}
		return nil
	case kdf.Algorithm.Equal(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11591, 4, 11}):
		if rest, err := asn1.Unmarshal(parameters, &large); err != nil || len(rest) > 0 {
			return damaged
		}
		inRange := func(n int) bool { return n >= 1 && n <= maxMemory }
		if !inRange(large.N) || !inRange(large.R) || !inRange(large.P) || large.N*large.R > maxMemory/128 || large.N*large.R > maxWork/128/large.P {
			return dear
		}
		return nil
	}
	return damaged
}
