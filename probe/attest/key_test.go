package attest_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/youmark/pkcs8"
	"golang.org/x/crypto/ssh"

	"github.com/sheetprobe/sheetprobe/probe/attest"
)

var errNotAsked = errors.New("asked for a passphrase")

func mayNotAsk() ([]byte, error) { return nil, errNotAsked }

func answers(passphrase string) func() ([]byte, error) {
	return func() ([]byte, error) { return []byte(passphrase), nil }
}

func TestAPrivateKeyIsReadInEveryForm(t *testing.T) {
	key := newKey(t, 1)
	raw := ed25519.NewKeyFromSeed([]byte(strings.Repeat("\x01", ed25519.SeedSize)))
	plain, err := attest.EncodePrivateKey(key, nil)
	require.NoError(t, err)
	locked, err := attest.EncodePrivateKey(key, []byte("correct horse"))
	require.NoError(t, err)
	scrypted, err := pkcs8.MarshalPrivateKey(raw, []byte("correct horse"), &pkcs8.Opts{
		Cipher: pkcs8.AES128CBC, KDFOpts: pkcs8.ScryptOpts{SaltSize: 8, CostParameter: 1 << 14, BlockSize: 8, ParallelizationParameter: 1},
	})
	require.NoError(t, err)
	openssh, err := ssh.MarshalPrivateKey(raw, "asha@parcelway.test")
	require.NoError(t, err)
	opensshLocked, err := ssh.MarshalPrivateKeyWithPassphrase(raw, "asha@parcelway.test", []byte("correct horse"))
	require.NoError(t, err)
	tests := map[string]struct {
		text   []byte
		locked bool
	}{
		"PKCS#8":                   {plain, false},
		"PKCS#8, PBKDF2":           {locked, true},
		"PKCS#8, scrypt":           {pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: scrypted}), true},
		"OpenSSH":                  {pem.EncodeToMemory(openssh), false},
		"OpenSSH, with passphrase": {pem.EncodeToMemory(opensshLocked), true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			ask := mayNotAsk
			if tt.locked {
				ask = answers("correct horse")
				_, err := attest.ReadPrivateKey("k.pem", tt.text, answers("wrong"))
				require.ErrorIs(t, err, attest.ErrPassphrase)
				_, err = attest.ReadPrivateKey("k.pem", tt.text, answers(""))
				require.ErrorIs(t, err, attest.ErrPassphrase)
				_, err = attest.ReadPrivateKey("k.pem", tt.text, mayNotAsk)
				require.ErrorIs(t, err, errNotAsked)
			}
			got, err := attest.ReadPrivateKey("k.pem", tt.text, ask)
			require.NoError(t, err)
			assert.Equal(t, key.Public().ID(), got.Public().ID())
			assert.Equal(t, "k.pem", got.Public().From)
		})
	}
}

func encryptedWith(t *testing.T, opts *pkcs8.Opts) []byte {
	t.Helper()
	der, err := pkcs8.MarshalPrivateKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), []byte("x"), opts)
	require.NoError(t, err)
	return der
}

func TestAPrivateKeyThatCannotServeIsRefused(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	other, err := x509.MarshalPKCS8PrivateKey(curve)
	require.NoError(t, err)
	halves := append(make([]byte, 32), newKey(t, 1).Public().Key...)
	mixed, err := ssh.MarshalPrivateKey(ed25519.PrivateKey(halves), "")
	require.NoError(t, err)
	plain, err := attest.EncodePrivateKey(newKey(t, 1), nil)
	require.NoError(t, err)
	small := pkcs8.ScryptOpts{SaltSize: 8, CostParameter: 2, BlockSize: 1, ParallelizationParameter: 1}
	der := encryptedWith(t, &pkcs8.Opts{Cipher: pkcs8.AES256CBC, KDFOpts: small})
	block := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	tests := map[string]struct{ text, what string }{
		"nothing":         {"", "holds no private key in PEM"},
		"public":          {string(newKey(t, 1).Public().PEM()), "a public key, which cannot sign"},
		"two":             {string(plain) + string(plain), "more than one PEM block"},
		"another kind":    {block("PRIVATE KEY", other), "only ed25519 keys sign here"},
		"another block":   {block("RSA PRIVATE KEY", []byte("x")), `a PEM block of type "RSA PRIVATE KEY"`},
		"damaged":         {block("PRIVATE KEY", []byte("x")), "no private key in PKCS#8"},
		"damaged OpenSSH": {block("OPENSSH PRIVATE KEY", []byte("openssh-key-v1\x00")), "no private key of OpenSSH"},
		"halves of two":   {block("OPENSSH PRIVATE KEY", mixed.Bytes), "its public half is not that of its private half"},
		"damaged, locked": {block("ENCRYPTED PRIVATE KEY", []byte("x")), "no encrypted private key of PKCS#8"},
		"cut off":         {block("ENCRYPTED PRIVATE KEY", der[:len(der)-1]), "no encrypted private key of PKCS#8"},
		"DES":             {block("ENCRYPTED PRIVATE KEY", encryptedWith(t, &pkcs8.Opts{Cipher: pkcs8.TripleDESCBC, KDFOpts: small})), "no encrypted private key of PKCS#8"},
		"for hours":       {block("ENCRYPTED PRIVATE KEY", []byte(strings.Replace(string(der), "\x02\x01\x02\x02\x01\x01\x02\x01\x01", "\x02\x01\x02\x02\x01\x01\x02\x01\x00", 1))), "too much time or memory"},
		"too large":       {strings.Repeat("x", attest.MaxKeyBytes+1), "more than 1024 KiB"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := attest.ReadPrivateKey("k.pem", []byte(tt.text), answers("x"))
			var problem *attest.Problem
			require.ErrorAs(t, err, &problem)
			assert.Contains(t, problem.What, tt.what)
			assert.Equal(t, "k.pem", problem.Part)
			assert.NotEmpty(t, problem.Next)
		})
	}
}

func TestPublicKeysAreReadInEveryForm(t *testing.T) {
	asha, ben := newKey(t, 1).Public(), newKey(t, 2).Public()
	bare := strings.TrimSpace(string(asha.AuthorizedKey("")))
	type want struct{ id, names, from string }
	tests := map[string]struct {
		text string
		want []want
	}{
		"PEM":                      {string(asha.PEM()), []want{{asha.ID(), "", "keys"}}},
		"PEM, two":                 {string(asha.PEM()) + "\n" + string(ben.PEM()), []want{{asha.ID(), "", "keys"}, {ben.ID(), "", "keys"}}},
		".pub":                     {string(asha.AuthorizedKey("asha@parcelway.test")), []want{{asha.ID(), "asha@parcelway.test", "keys:1"}}},
		".pub of an editor":        {"\uFEFF" + bare + "\r\n", []want{{asha.ID(), "", "keys:1"}}},
		".pub without a comment":   {bare, []want{{asha.ID(), "", "keys:1"}}},
		"comment with spaces":      {bare + " Asha of QA\r\n", []want{{asha.ID(), "Asha of QA", "keys:1"}}},
		"authorized_keys":          {"# team\n\nno-pty,command=\"true\" " + bare + " asha\n" + string(ben.AuthorizedKey("ben")), []want{{asha.ID(), "asha", "keys:3"}, {ben.ID(), "ben", "keys:4"}}},
		"allowed_signers":          {"asha@parcelway.test,asha " + bare + "\n", []want{{asha.ID(), "asha@parcelway.test,asha", "keys:1"}}},
		"allowed_signers, options": {`asha namespaces="git,sheet*",valid-after="20260101",valid-before="203001011200Z" ` + bare + " laptop", []want{{asha.ID(), "asha", "keys:1"}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			keys, err := attest.ReadPublicKeys("keys", []byte(tt.text))
			require.NoError(t, err)
			var got []want
			for _, k := range keys {
				got = append(got, want{k.ID(), strings.Join(k.Names, ","), k.From})
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestPublicKeysThatCannotServeAreRefused(t *testing.T) {
	key := newKey(t, 1).Public()
	bare := strings.TrimSpace(string(key.AuthorizedKey("")))
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	other, err := x509.MarshalPKIXPublicKey(&curve.PublicKey)
	require.NoError(t, err)
	otherSSH, err := ssh.NewPublicKey(&curve.PublicKey)
	require.NoError(t, err)
	private, err := attest.EncodePrivateKey(newKey(t, 1), nil)
	require.NoError(t, err)
	tests := map[string]struct{ text, what string }{
		"nothing":               {"# none\n", "keys: it holds no public key"},
		"UTF-16":                {"\xff\xfes\x00s\x00h\x00", "keys: it is no text, or one in UTF-16"},
		"words":                 {"hello world", "keys:1: it is no public key of OpenSSH"},
		"private":               {string(private), "keys: it holds a private key"},
		"another kind":          {string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: other})), "only ed25519 keys sign here"},
		"another kind, OpenSSH": {"\n" + string(ssh.MarshalAuthorizedKey(otherSSH)), "keys:2: it is"},
		"a certificate":         {"-----BEGIN CERTIFICATE-----\neA==\n-----END CERTIFICATE-----\n", "block 1: it is a PEM block"},
		"words behind PEM":      {string(key.PEM()) + "and more", "block 2: it is no PEM"},
		"damaged":               {strings.Replace(string(key.PEM()), "MCow", "MCox", 1), "block 1: it is no public key"},
		"cut off":               {bare[:40], "keys:1: it is no public key of OpenSSH"},
		"for others":            {`asha namespaces="git" ` + bare, `leave out "sheetprobe"`},
		"of an authority":       {"asha cert-authority " + bare, "certificate authority"},
		"of an authority too":   {"cert-authority " + bare, "certificate authority"},
		"another option":        {"asha only-on-mondays " + bare, `the option "only-on-mondays" is not known`},
		"no time":               {`asha valid-after="tomorrow" ` + bare, `"tomorrow" is no time`},
		"too many":              {strings.Repeat(bare+"\n", attest.MaxKeys+1), "1000 keys at most"},
		"too large":             {strings.Repeat("#", attest.MaxKeyBytes+1), "more than 1024 KiB"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := attest.ReadPublicKeys("keys", []byte(tt.text))
			require.ErrorContains(t, err, tt.what)
			var problem *attest.Problem
			require.ErrorAs(t, err, &problem)
			assert.NotEmpty(t, problem.Next)
		})
	}
}

func TestAllowedSignersMayBeBoundInTime(t *testing.T) {
	line := `asha valid-after="20260102",valid-before="20260203040506Z" ` + string(newKey(t, 1).Public().AuthorizedKey(""))
	keys, err := attest.ReadPublicKeys("keys", []byte(line))
	require.NoError(t, err)
	assert.Equal(t, "2026-01-02", keys[0].NotBefore.Format("2006-01-02"))
	assert.Equal(t, "2026-02-03T04:05:06Z", keys[0].NotAfter.Format("2006-01-02T15:04:05Z07:00"))
}

func TestAKeyIsNamedByItsBeginning(t *testing.T) {
	k, other := newKey(t, 1).Public(), newKey(t, 2).Public()
	for _, text := range []string{k.ID(), k.ID()[:8], k.Fingerprint(), k.Fingerprint()[:15], k.Fingerprint()[7:]} {
		assert.True(t, k.Is(text), text)
		assert.False(t, other.Is(text), text)
	}
	for _, text := range []string{"", k.ID()[:7], "SHA256:", k.Fingerprint()[:14], k.ID() + "0"} {
		assert.False(t, k.Is(text), text)
	}
}

func FuzzReadPublicKeys(f *testing.F) {
	k := newKey(f, 1).Public()
	f.Add(k.PEM())
	f.Add(k.AuthorizedKey("asha"))
	f.Add([]byte(`asha,ben namespaces="sheetprobe",valid-after="20260101Z" ` + string(k.AuthorizedKey(""))))
	f.Fuzz(func(t *testing.T, data []byte) {
		keys, err := attest.ReadPublicKeys("keys", data)
		require.Equal(t, err != nil, len(keys) == 0)
		for _, k := range keys {
			again, err := attest.ReadPublicKeys("keys", k.PEM())
			require.NoError(t, err)
			require.Equal(t, k.ID(), again[0].ID())
		}
	})
}

func FuzzReadPrivateKey(f *testing.F) {
	key := newKey(f, 1)
	plain, err := attest.EncodePrivateKey(key, nil)
	require.NoError(f, err)
	f.Add(plain)
	f.Add([]byte("-----BEGIN OPENSSH PRIVATE KEY-----\n" + base64.StdEncoding.EncodeToString([]byte("openssh-key-v1\x00")) + "\n-----END OPENSSH PRIVATE KEY-----\n"))
	for _, kdf := range []pkcs8.KDFOpts{
		pkcs8.ScryptOpts{SaltSize: 8, CostParameter: 2, BlockSize: 1, ParallelizationParameter: 1}, pkcs8.PBKDF2Opts{SaltSize: 8, IterationCount: 1, HMACHash: 5},
	} {
		der, err := pkcs8.MarshalPrivateKey(ed25519.NewKeyFromSeed(make([]byte, 32)), []byte("x"), &pkcs8.Opts{Cipher: pkcs8.AES256CBC, KDFOpts: kdf})
		require.NoError(f, err)
		f.Add(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := attest.ReadPrivateKey("k", data, answers("x"))
		require.Equal(t, err != nil, s == nil)
		if err == nil {
			e := attest.Envelope{Type: attest.PayloadType}
			require.NoError(t, e.Sign(t.Context(), s))
		}
	})
}
