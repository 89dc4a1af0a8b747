package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/sheetprobe/sheetprobe/probe/attest"
)

// agentKey is what stands for the ssh-agent where a private key is asked for.
const agentKey = "agent"

// signerFlags say with which keys to sign.
type signerFlags struct{ keys []string }

func (f *signerFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.keys, "key", nil,
		"sign with `KEY`: a private ed25519 key (PEM or OpenSSH), agent or agent:WHICH (fingerprint or comment) for the ssh-agent, or a .pub file whose key the agent holds; repeatable")
	own(cmd, "key")
}

// own keeps a flag from being filled by what the configuration or the environment say of the flag of `run` that has its name.
func own(cmd *cobra.Command, flag string) {
	_ = cmd.Flags().SetAnnotation(flag, ownFlag, []string{"true"}) // the flag is there
}

func errNoKey() error {
	return usageError("`sheetprobe signoff keygen` makes one; --key agent takes that of the ssh-agent", "give at least one --key to sign with")
}

// signers are keys that were opened, so that a passphrase is asked for once.
type signers struct {
	keys   []attest.Signer
	public []attest.PublicKey
	done   []func()
}

func (s *signers) close() {
	for _, done := range s.done {
		done()
	}
}

// open finds the keys to sign with.
func (f *signerFlags) open(ctx context.Context, w World) (*signers, error) {
	if len(f.keys) == 0 {
		return nil, errNoKey()
	}
	s := &signers{}
	for _, spec := range f.keys {
		key, done, err := openSigner(ctx, w, spec)
		if err != nil {
			s.close()
			return nil, err
		}
		s.keys, s.public, s.done = append(s.keys, key), append(s.public, key.Public()), append(s.done, done)
	}
	return s, nil
}

// sign adds a signature of every key to decision and summary; what stands behind them is of a server.
func (s *signers) sign(ctx context.Context, envelopes []attest.Envelope) error {
	for _, key := range s.keys {
		for i := range envelopes[:2] {
			if err := envelopes[i].Sign(ctx, key); err != nil {
				return refusedFile("--key", err)
			}
		}
	}
	return nil
}

// openSigner finds a key to sign with. done releases what it holds.
func openSigner(ctx context.Context, w World, spec string) (key attest.Signer, done func(), err error) {
	if which, ok := strings.CutPrefix(spec, agentKey); ok && (which == "" || which[0] == ':') {
		return openAgent(ctx, w, strings.TrimPrefix(which, ":"))
	}
	text, err := readLimited(spec, attest.MaxKeyBytes)
	if err != nil {
		return nil, nil, usageError("give the path of a private key, or agent for the ssh-agent", "--key: cannot read %q: %w", spec, cause(err))
	}
	if public, err := attest.ReadPublicKeys(spec, text); err == nil && len(public) == 1 {
		return openAgent(ctx, w, public[0].Fingerprint())
	}
	key, err = attest.ReadPrivateKey(spec, text, func() ([]byte, error) { return askPassphrase(ctx, w, "Passphrase of "+spec+": ") })
	if errors.Is(err, attest.ErrPassphrase) {
		return nil, nil, usageError("try again; the ssh-agent asks less often: ssh-add, and --key agent", "--key %s: %w", spec, err)
	}
	if err != nil {
		return nil, nil, refusedFile("--key "+spec, err)
	}
	return key, func() {}, nil
}

func openAgent(ctx context.Context, w World, which string) (attest.Signer, func(), error) {
	socket, _ := lookupEnv(w.Environ, "SSH_AUTH_SOCK")
	if socket == "" {
		return nil, nil, usageError("start one with `eval $(ssh-agent)` and load a key with ssh-add, or give the file of a private key", "there is no ssh-agent: SSH_AUTH_SOCK is not set")
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, nil, usageError("start it anew, or give the file of a private key", "the ssh-agent at %q does not answer: %w", socket, err)
	}
	key, err := attest.Agent(ctx, conn, which)
	if err != nil {
		_ = conn.Close()
		return nil, nil, refusedFile("--key agent", err)
	}
	return key, func() { _ = conn.Close() }, nil
}

// refusedFile says of a file or flag why it is refused, and where in it.
func refusedFile(what string, err error) error {
	var exit *exitError
	if errors.As(err, &exit) {
		return err
	}
	var problem *attest.Problem
	if errors.As(err, &problem) {
		if problem.Part == "file" {
			return usageError(problem.Next, "%s: %s", what, problem.What)
		}
		if strings.HasSuffix(what, problem.Part) || strings.HasPrefix(problem.Part, what) {
			return usageError(problem.Next, "%w", err)
		}
		return usageError(problem.Next, "%s: %w", what, err)
	}
	return usageError("sign with another key", "%s: %w", what, err)
}

// askPassphrase asks on the terminal, which shows nothing of what is typed. An interrupt ends it, and gives the terminal back as it was.
func askPassphrase(ctx context.Context, w World, prompt string) ([]byte, error) {
	terminal, ok := w.In.(*os.File)
	if !ok || !term.IsTerminal(int(terminal.Fd())) {
		var err error
		if terminal, err = os.OpenFile("/dev/tty", os.O_RDWR, 0); err != nil {
			return nil, usageError("load the key into the ssh-agent with ssh-add, and give --key agent", "the key has a passphrase, and there is no terminal to ask for it on")
		}
		defer terminal.Close()
	}
	fd := int(terminal.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	type answer struct {
		text []byte
		err  error
	}
	printfTo(w.Err, "%s", prompt)
	answered := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(fd)
		answered <- answer{text, err}
	}()
	defer printfTo(w.Err, "\n")
	select {
	case a := <-answered:
		return a.text, a.err
	case <-ctx.Done():
		_ = term.Restore(fd, before)
		return nil, &exitError{code: exitInterrupted, err: errors.New("interrupted")}
	}
}

// trustedKeys reads the public keys in files that were named as FILE or NAME=FILE.
func trustedKeys(flag string, specs []string) ([]attest.PublicKey, error) {
	var all []attest.PublicKey
	for _, spec := range specs {
		name, path := "", spec
		if _, err := os.Stat(spec); err != nil {
			if before, behind, ok := strings.Cut(spec, "="); ok {
				name, path = before, behind
			}
		}
		text, err := readLimited(path, attest.MaxKeyBytes)
		if err != nil {
			return nil, usageError("give the path of a file with public keys", "%s: cannot read %q: %w", flag, path, cause(err))
		}
		keys, err := attest.ReadPublicKeys(path, text)
		if err != nil {
			return nil, refusedFile(flag+" "+path, err)
		}
		for i := range keys {
			if name != "" {
				keys[i].Names = []string{name}
			}
		}
		all = append(all, keys...)
	}
	return all, nil
}

// writeSigned writes envelopes, and where it is asked for the first of them as Sigstore bundles, one for each key that signed.
func writeSigned(path, sigstore string, envelopes []attest.Envelope, signed []attest.PublicKey) error {
	text, err := attest.Encode(envelopes)
	if err != nil {
		return usageError("sign off fewer documents at a time", "%w", err)
	}
	if err := writeBytes(path, text); err != nil {
		return err
	}
	if sigstore == "" {
		return nil
	}
	for i, key := range signed {
		bundle, err := envelopes[0].Sigstore(key.ID())
		if err == nil {
			err = writeBytes(numbered(sigstore, i), bundle)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// numbered is the path for the first of several, and for each further one another.
func numbered(path string, i int) string {
	if i == 0 {
		return path
	}
	ending := filepath.Ext(path)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ending), i+1, ending)
}
