package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe/attest"
)

func newSignoffKeygen(w World) *cobra.Command {
	var name string
	var open bool
	cmd := &cobra.Command{
		Use:   "keygen FILE",
		Short: "Make a key to sign with",
		Long: `Makes an ed25519 key, and writes three files: FILE, the private key (PEM, PKCS#8),
which only you can read; FILE.pub, the public key for ssh-keygen and for
"signoff verify --key", with your name; and FILE.pub.pem, the same for openssl.
It asks on the terminal for a passphrase that the private key is encrypted with.
What is there already is never replaced.

A key that you have for SSH serves as well, if it is of the kind ed25519.

Exit codes: 0, 2 (wrong usage, or a file is there already)`,
		Example: `  sheetprobe signoff keygen asha.pem --name "Asha Rao"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError("as in `sheetprobe signoff keygen asha.pem`", "name the file of the private key")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return keygen(cmd.Context(), w, args[0], name, open) },
	}
	cmd.Flags().StringVar(&name, "name", "", "`NAME` of the person whose key it is, for FILE.pub")
	cmd.Flags().BoolVar(&open, "no-passphrase", false, "do not encrypt the private key")
	return cmd
}

func keygen(ctx context.Context, w World, path, name string, open bool) error {
	public, forOpenSSL := path+".pub", path+".pub.pem"
	for _, p := range []string{path, public, forOpenSSL} {
		if _, err := os.Lstat(p); !errors.Is(err, fs.ErrNotExist) {
			return usageError("choose another name; a key that is gone cannot be made again", "%q is there already", p)
		}
	}
	var passphrase []byte
	var err error
	if !open {
		if passphrase, err = newPassphrase(ctx, w); err != nil {
			return err
		}
	}
	key, err := attest.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	text, err := attest.EncodePrivateKey(key, passphrase)
	if err != nil {
		return err
	}
	k := key.Public()
	for _, f := range []struct {
		path string
		mode fs.FileMode
		text []byte
	}{{path, 0o600, text}, {public, 0o644, k.AuthorizedKey(name)}, {forOpenSSL, 0o644, k.PEM()}} {
		if err := writeNew(f.path, f.mode, f.text); err != nil {
			return usageError("choose a path in a folder that is there and can be written to", "cannot write %q: %w", f.path, cause(err))
		}
	}
	printfTo(w.Out, "private key  %s; keep it to yourself\npublic key   %s, %s\nfingerprint  %s\nkey id       %s\n", path, public, forOpenSSL, k.Fingerprint(), k.ID())
	return nil
}

func newPassphrase(ctx context.Context, w World) ([]byte, error) {
	const hint = "--no-passphrase makes a key that whoever reads the file can sign with"
	once, err := askPassphrase(ctx, w, "Passphrase of the new key: ")
	var exit *exitError
	if errors.As(err, &exit) && exit.code == exitUsage {
		return nil, usageError(hint, "there is no terminal to ask for a passphrase on")
	}
	if err != nil {
		return nil, err
	}
	again, err := askPassphrase(ctx, w, "The same again: ")
	switch {
	case err != nil:
		return nil, err
	case !bytes.Equal(once, again):
		return nil, usageError("try again", "the two passphrases differ")
	case len(once) == 0:
		return nil, usageError(hint, "the passphrase is empty")
	}
	return once, nil
}

// writeNew writes a file that is not there yet.
func writeNew(path string, mode fs.FileMode, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode) //nolint:gosec // the user names the file
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return cmp.Or(err, f.Close())
}
