package attest

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// Agent is the ed25519 key of an ssh-agent that a text names: its fingerprint or id, the beginning of one, or its comment. Where the text is empty the agent
// has to hold exactly one. The connection stays open as long as the Signer is used; a context that ends closes it. The error is a *Problem.
func Agent(ctx context.Context, conn net.Conn, which string) (Signer, error) {
	a := agentKey{conn: conn, client: agent.NewClient(conn)}
	listed, err := withContext(ctx, conn, a.client.List)
	if err != nil {
		return nil, &Problem{Part: "ssh-agent", What: "it does not list its keys: " + err.Error(), Next: "look whether `ssh-add -l` works here"}
	}
	var fit []agentKey
	var seen []string
	for _, k := range listed {
		public, err := ssh.ParsePublicKey(k.Blob)
		if err != nil {
			continue
		}
		raw, err := ed25519Of(public)
		if err != nil {
			continue // an ed25519 key of a security token (sk-) signs more than it is given
		}
		a.public = PublicKey{Key: raw, From: "ssh-agent"}
		if k.Comment != "" {
			a.public.Names = []string{k.Comment}
		}
		seen = append(seen, strings.TrimSpace(a.public.Fingerprint()+" "+k.Comment))
		if which == "" || a.public.Is(which) || k.Comment == which {
			fit = append(fit, a)
		}
	}
	switch len(fit) {
	case 1:
		return fit[0], nil
	case 0:
		what := "it holds no such ed25519 key; those it holds: " + list(seen)
		return nil, &Problem{Part: "ssh-agent", What: what, Next: "load the key with ssh-add, or name one by its fingerprint, as in agent:SHA256:..."}
	}
	return nil, &Problem{Part: "ssh-agent", What: "which of its keys is not clear: " + list(seen), Next: "name one by its fingerprint, as in agent:SHA256:..."}
}

func list(keys []string) string {
	if len(keys) == 0 {
		return "none"
	}
	return strings.Join(keys, ", ")
}

type agentKey struct {
	conn   net.Conn
	client agent.ExtendedAgent
	public PublicKey
}

func (a agentKey) Public() PublicKey { return a.public }

// Sign has the agent sign. With ssh-ed25519 it signs the bytes as they are, so what stands in the signature of SSH is one of ed25519 that anybody can verify.
func (a agentKey) Sign(ctx context.Context, data []byte) ([]byte, error) {
	sig, err := withContext(ctx, a.conn, func() (*ssh.Signature, error) { return a.client.Sign(a.public.ssh(), data) })
	switch {
	case err != nil:
		return nil, &Problem{Part: "ssh-agent", What: "it does not sign: " + err.Error(), Next: "confirm the use of the key where the agent asks, or name another with --key"}
	case sig.Format != ssh.KeyAlgoED25519 || len(sig.Blob) != ed25519.SignatureSize || len(sig.Rest) > 0:
		return nil, &Problem{Part: "ssh-agent", What: fmt.Sprintf("it gave a signature of the form %.40q, not %q", sig.Format, ssh.KeyAlgoED25519), Next: "name another key with --key"}
	}
	return sig.Blob, nil
}

// withContext ends a call to the agent when the context does: an agent may wait for its owner to confirm.
func withContext[T any](ctx context.Context, conn net.Conn, call func() (T, error)) (T, error) {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	got, err := call()
	if err != nil && ctx.Err() != nil {
		return got, errors.Join(ctx.Err(), errors.New("it was waited for no longer"))
	}
	return got, err
}
