package access

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// ErrToken says that a token lets nobody in.
var ErrToken = errors.New("the token is wrong, was revoked, or has run out")

// TokenPrefix is what the text of every token begins with, so that scanners for secrets find those that got lost.
const TokenPrefix = "shp_"

const tokenIDSize = 6 // bytes

// MaxTokenLife is how long a token lasts at most.
const MaxTokenLife = 366 * 24 * time.Hour

// CreateToken makes a token, and returns its text, which nobody can tell again.
func (a *Authority) CreateToken(ctx context.Context, name string, role Role, life time.Duration, by Actor) (Token, string, error) {
	if name == "" || len(name) > maxName || printable(name) != name {
		return Token{}, "", fmt.Errorf("%q does not say what the token is for: use up to %d letters, digits and other plain characters", printable(name), maxName)
	}
	if life <= 0 || life > MaxTokenLife {
		return Token{}, "", fmt.Errorf("a token lasts up to %d days", int(MaxTokenLife.Hours()/24))
	}
	id := make([]byte, tokenIDSize)
	if _, err := io.ReadFull(a.options.Random, id); err != nil {
		return Token{}, "", err
	}
	secret, err := a.secret()
	if err != nil {
		return Token{}, "", err
	}
	now := a.now()
	t := Token{ID: hex.EncodeToString(id), Name: name, Role: role, Digest: digest(secret), By: by.Name, CreatedAt: now, ExpiresAt: now.Add(life)}
	err = a.store.AddToken(ctx, t)
	return t, TokenPrefix + t.ID + "_" + secret, a.done(ctx, by, "token.create", fmt.Sprintf("%s (%s) as %s", t.ID, name, role), err)
}

// RevokeToken makes a token worthless.
func (a *Authority) RevokeToken(ctx context.Context, id string, by Actor) error {
	return a.done(ctx, by, "token.revoke", id, a.store.RemoveToken(ctx, id))
}

// Tokens are all tokens, the latest first.
func (a *Authority) Tokens(ctx context.Context) ([]Token, error) { return a.store.Tokens(ctx) }

// parseToken takes the text of a token apart.
func parseToken(text string) (id, secret string, ok bool) {
	rest, ok := strings.CutPrefix(text, TokenPrefix)
	id, secret, cut := strings.Cut(rest, "_")
	raw, err := hex.DecodeString(id)
	return id, secret, ok && cut && err == nil && len(raw) == tokenIDSize && id == strings.ToLower(id) && wellFormedSecret(secret)
}

// Bearer finds who bears a token. It fails with ErrToken.
func (a *Authority) Bearer(ctx context.Context, text string) (Identity, error) {
	id, secret, ok := parseToken(text)
	if !ok {
		return Identity{}, ErrToken
	}
	t, err := a.store.Token(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return Identity{}, ErrToken
	}
	if err != nil {
		return Identity{}, err
	}
	now := a.now()
	if subtle.ConstantTimeCompare([]byte(t.Digest), []byte(digest(secret))) != 1 || !now.Before(t.ExpiresAt) {
		return Identity{}, ErrToken
	}
	if now.Sub(t.UsedAt) >= time.Minute {
		if err := a.store.TouchToken(ctx, id, now); err != nil {
			return Identity{}, err
		}
	}
	return Identity{Name: t.Name, Role: t.Role, Means: ByToken}, nil
}
