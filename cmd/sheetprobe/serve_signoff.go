package main

import (
	"cmp"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/serve"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// deskConfig is what the configuration says of signing off at `serve`.
type deskConfig struct {
	name   string // as the server names itself in what it signs
	key    string // the file of its private key
	tokens string // "approve" lets tokens of approvers approve
}

// The name of the key that is made where none is named, and the value of serve.signoff.tokens.
const (
	serveKeyName  = "serve-key.pem"
	tokensApprove = "approve"
)

// readDesk reads serve.signoff.
func (c *config) readDesk(n *yaml.Node) error {
	d := &c.serve.desk
	return c.fields(n, "serve.signoff", []field{{"name", c.textInto(&d.name)}, {"key", c.textInto(&d.key)}, {"tokens", c.oneOf(&d.tokens, tokensApprove, "none")}})
}

// desk is where people sign off, with the key of this server.
func (v *serveVerb) desk(c *config, store *sqlstore.Store, url string) (serve.Desk, error) {
	d := c.serve.desk
	desk := serve.Desk{Ledger: store.Ledger(), Name: firstOf(d.name, c.serve.publicURL, v.self.Name, "sheetprobe serve"), Tokens: d.tokens == tokensApprove}
	path := d.key
	if path == "" {
		path = firstOf(sqlstore.Path(url), stateFile(v.w.Environ, runtime.GOOS))
		if path == "" {
			return desk, usageError("name a file with serve.signoff.key; `sheetprobe signoff keygen --no-passphrase` makes one", "there is no folder to keep the signing key of the server in")
		}
		path = filepath.Join(filepath.Dir(path), serveKeyName)
		if err := v.makeKey(path); err != nil {
			return desk, usageError("name another with serve.signoff.key", "the signing key of the server cannot be written to %q: %w", path, cause(err))
		}
	}
	var err error
	desk.Signer, err = serverKey(path)
	return desk, err
}

// makeKey makes the key of the server, where there is none yet.
func (v *serveVerb) makeKey(path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	key, err := attest.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	text, err := attest.EncodePrivateKey(key, nil)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	whole := path + ".new-" + newRunID() // so that nobody ever reads half of it
	if err := writeNew(whole, 0o600, text); err != nil {
		return err
	}
	err = os.Link(whole, path)
	if errors.Is(err, fs.ErrExist) { // another process was first, and its key is that of all
		return os.Remove(whole)
	}
	if err == nil {
		v.say("a key to sign approvals with was made: %s; its fingerprint is %s", path, key.Public().Fingerprint())
	}
	return cmp.Or(err, os.Remove(whole))
}

// serverKey reads the key of the server, which nobody types a passphrase for.
func serverKey(path string) (attest.Signer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, usageError("check serve.signoff.key", "the signing key %q cannot be read: %w", path, cause(err))
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, usageError("chmod 600 "+path, "others on this machine can read the signing key %q", path)
	}
	text, err := readLimited(path, attest.MaxKeyBytes)
	if err != nil {
		return nil, usageError("check serve.signoff.key", "the signing key %q cannot be read: %w", path, cause(err))
	}
	key, err := attest.ReadPrivateKey(path, text, func() ([]byte, error) {
		return nil, usageError("give one without; `sheetprobe signoff keygen --no-passphrase` makes it", "the signing key %q has a passphrase, which nobody types here", path)
	})
	if err != nil {
		return nil, refusedFile("serve.signoff.key "+path, err)
	}
	return key, nil
}

// gateOf is by what runs are decided upon: as `signoff check` does it.
func gateOf(c *config) serve.Gate {
	policy := signoff.DefaultPolicy()
	if c.signoff != nil {
		policy = *c.signoff
	}
	return serve.Gate{Policy: policy, NotStaging: send.NotStaging, Written: func() (serve.Written, error) {
		in := signoff.Input{Policy: policy}
		err := (&gateFlags{}).readFiles(&in)
		return serve.Written{Waivers: in.Waivers, Attestations: in.Attestations, Refused: in.Refused}, err
	}}
}
