package attest_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/parts"
	"github.com/sheetprobe/sheetprobe/probe/attest"
)

// program is the path of a program of other people; without it the test is skipped.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		parts.Missing(t, name+" is not installed, so nothing that is not ours was tried with our keys and signatures")
	}
	return path
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program(t, name), args...).CombinedOutput() //nolint:gosec // programs that tests name
	require.NoError(t, err, "%s", out)
	return string(out)
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

func TestOpenSSLVerifiesASignature(t *testing.T) {
	key := newKey(t, 1)
	e := newEnvelope(t, key)
	verify := func(sig []byte) error {
		return exec.CommandContext(t.Context(), program(t, "openssl"), "pkeyutl", "-verify", "-pubin", "-inkey", write(t, "k.pem", key.Public().PEM()), //nolint:gosec // as above
			"-rawin", "-in", write(t, "pae", e.PAE()), "-sigfile", write(t, "sig", sig)).Run()
	}
	require.NoError(t, verify(e.Signatures[0].Sig))
	altered := bytes.Clone(e.Signatures[0].Sig)
	altered[3] ^= 1
	require.Error(t, verify(altered), "openssl can refuse one, too")
}

// TestTheKeyIDIsWhatOpenSSLMakesOfTheKey is how a verifier tells keys apart without us.
func TestTheKeyIDIsWhatOpenSSLMakesOfTheKey(t *testing.T) {
	key := newKey(t, 1).Public()
	der := filepath.Join(t.TempDir(), "k.der")
	run(t, "openssl", "pkey", "-pubin", "-in", write(t, "k.pem", key.PEM()), "-outform", "DER", "-pubout", "-out", der)
	assert.Contains(t, run(t, "openssl", "dgst", "-sha256", der), key.ID())
	assert.Contains(t, run(t, "ssh-keygen", "-l", "-f", write(t, "k.pub", key.AuthorizedKey("asha"))), key.Fingerprint())
}

func TestKeysOfOpenSSLAreRead(t *testing.T) {
	folder := t.TempDir()
	plain, locked, scrypted, public := filepath.Join(folder, "k.pem"), filepath.Join(folder, "l.pem"), filepath.Join(folder, "s.pem"), filepath.Join(folder, "k.pub.pem")
	run(t, "openssl", "genpkey", "-algorithm", "ed25519", "-out", plain)
	run(t, "openssl", "pkey", "-in", plain, "-pubout", "-out", public)
	run(t, "openssl", "pkcs8", "-topk8", "-in", plain, "-out", locked, "-passout", "pass:correct horse")
	run(t, "openssl", "pkcs8", "-topk8", "-scrypt", "-in", plain, "-out", scrypted, "-passout", "pass:correct horse")
	text, err := os.ReadFile(public) //nolint:gosec // written above
	require.NoError(t, err)
	trusted, err := attest.ReadPublicKeys("k.pub.pem", text)
	require.NoError(t, err)
	for _, path := range []string{plain, locked, scrypted} {
		signsFor(t, path, trusted)
	}
}

func TestKeysOfOpenSSHAreRead(t *testing.T) {
	folder := t.TempDir()
	for name, passphrase := range map[string]string{"plain": "", "locked": "correct horse"} {
		path := filepath.Join(folder, name)
		run(t, "ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "asha@parcelway.test", "-f", path)
		text, err := os.ReadFile(path + ".pub") //nolint:gosec // written above
		require.NoError(t, err)
		trusted, err := attest.ReadPublicKeys(name, text)
		require.NoError(t, err)
		assert.Equal(t, []string{"asha@parcelway.test"}, trusted[0].Names)
		signsFor(t, path, trusted)
	}
}

// signsFor demands that the private key in a file signs what the public one verifies.
func signsFor(t *testing.T, path string, trusted []attest.PublicKey) {
	t.Helper()
	text, err := os.ReadFile(path) //nolint:gosec // of a test
	require.NoError(t, err)
	key, err := attest.ReadPrivateKey(path, text, answers("correct horse"))
	require.NoError(t, err, path)
	e := newEnvelope(t, key)
	assert.Equal(t, attest.Valid, e.Check(trusted)[0].State, path)
}

// TestKeysThatWeMakeAreReadByOpenSSL has openssl open a key of ours with its passphrase, and refuse it with another.
func TestKeysThatWeMakeAreReadByOpenSSL(t *testing.T) {
	key := newKey(t, 1)
	locked, err := attest.EncodePrivateKey(key, []byte("correct horse"))
	require.NoError(t, err)
	path := write(t, "k.pem", locked)
	assert.Equal(t, string(key.Public().PEM()), run(t, "openssl", "pkey", "-in", path, "-passin", "pass:correct horse", "-pubout"))
	require.Error(t, exec.CommandContext(t.Context(), program(t, "openssl"), "pkey", "-in", path, "-passin", "pass:wrong", "-noout").Run()) //nolint:gosec // as above
}

// startAgent starts a real ssh-agent and returns where it listens.
func startAgent(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "agent") //nolint:usetesting // the path of a socket is short
	require.NoError(t, err)
	socket := filepath.Join(folder, "s")
	cmd := exec.CommandContext(t.Context(), program(t, "ssh-agent"), "-D", "-a", socket) //nolint:gosec // as above
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = os.RemoveAll(folder)
	})
	require.Eventually(t, func() bool { // the file is there before anybody listens
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "unix", socket)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, time.Minute, 10*time.Millisecond)
	return socket
}

func dial(t *testing.T, socket string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "unix", socket)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestAnAgentSigns(t *testing.T) {
	socket := startAgent(t)
	folder := t.TempDir()
	add := func(name, kind string) attest.PublicKey {
		path := filepath.Join(folder, name)
		run(t, "ssh-keygen", "-q", "-t", kind, "-N", "", "-C", name, "-f", path)
		cmd := exec.CommandContext(t.Context(), program(t, "ssh-add"), "-q", path) //nolint:gosec // as above
		cmd.Env = append(os.Environ(), "SSH_AUTH_SOCK="+socket)
		require.NoError(t, cmd.Run())
		text, err := os.ReadFile(path + ".pub") //nolint:gosec // written above
		require.NoError(t, err)
		keys, err := attest.ReadPublicKeys(name, text)
		if kind != "ed25519" {
			require.ErrorContains(t, err, "only ed25519 keys sign here")
			return attest.PublicKey{}
		}
		require.NoError(t, err)
		return keys[0]
	}
	refused := func(which, what string) {
		_, err := attest.Agent(t.Context(), dial(t, socket), which)
		require.ErrorContains(t, err, what)
	}
	refused("", "it holds no such ed25519 key; those it holds: none")
	add("curve", "ecdsa")
	refused("", "none")
	asha := add("asha", "ed25519")
	for _, which := range []string{"", "asha", asha.Fingerprint(), asha.Fingerprint()[:20], asha.ID()} {
		key, err := attest.Agent(t.Context(), dial(t, socket), which)
		require.NoError(t, err)
		assert.Equal(t, []string{"asha"}, key.Public().Names)
		e := newEnvelope(t, key)
		assert.Equal(t, attest.Valid, e.Check([]attest.PublicKey{asha})[0].State)
	}
	ben := add("ben", "ed25519")
	refused("", "which of its keys is not clear: "+asha.Fingerprint()+" asha, "+ben.Fingerprint()+" ben")
	refused("eve", "it holds no such ed25519 key; those it holds: "+asha.Fingerprint())
}

// TestAnAgentThatDoesNotAnswerIsLeft: an agent may wait for its owner to confirm, and the owner be away.
func TestAnAgentThatDoesNotAnswerIsLeft(t *testing.T) {
	ours, agent := net.Pipe()
	defer agent.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := attest.Agent(ctx, ours, "")
	require.ErrorContains(t, err, "ssh-agent: it does not list its keys")
}

func TestTheLibraryOfSigstoreVerifiesABundle(t *testing.T) {
	modules := os.Getenv("SHEETPROBE_SIGSTORE")
	if modules == "" {
		parts.Missing(t, "SHEETPROBE_SIGSTORE does not name the node_modules of .ci/attest (`.ci/run` fetches them)")
	}
	asha, ben := newKey(t, 1), newKey(t, 2)
	e := newEnvelope(t, asha, ben)
	verify := func(bundle []byte, key attest.PublicKey) (string, error) {
		out, err := exec.CommandContext(t.Context(), program(t, "node"), "testdata/verify.cjs", modules, write(t, "b.json", bundle), write(t, "k.pem", key.PEM()), key.ID()).CombinedOutput() //nolint:gosec // as above
		return strings.TrimSpace(string(out)), err
	}
	for _, key := range []attest.PublicKey{asha.Public(), ben.Public()} {
		bundle, err := e.Sigstore(key.ID())
		require.NoError(t, err)
		out, err := verify(bundle, key)
		require.NoError(t, err, out)
		assert.Equal(t, "https://sheetprobe.test/x/v1", out)

		altered := e
		altered.Payload = bytes.Replace(e.Payload, []byte("GO"), []byte("NO"), 1)
		bundle, err = altered.Sigstore(key.ID())
		require.NoError(t, err)
		out, err = verify(bundle, key)
		require.Error(t, err)
		assert.Contains(t, out, "signature verification failed")
	}
	_, err := e.Sigstore(newKey(t, 3).Public().ID())
	require.ErrorContains(t, err, "has not signed")
}
