package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Options are what an Authority goes by; the zero value is sound.
type Options struct {
	Now       func() time.Time                 // time.Now
	Random    io.Reader                        // crypto/rand
	Passwords Params                           // DefaultParams
	Idle      time.Duration                    // after which a session that nobody uses ends; DefaultIdle
	Lifetime  time.Duration                    // after which every session ends; DefaultLifetime
	Say       func(format string, args ...any) // tells whoever reads the log of the process; nil tells nobody
}

// How long sessions last.
const (
	DefaultIdle     = time.Hour
	DefaultLifetime = 12 * time.Hour
)

// Authority decides who somebody is. It is safe for concurrent use, and many of them can share a store.
type Authority struct {
	store   Store
	options Options
	hashing chan struct{} // holds a place for each password that is being hashed, which takes memory

	writing sync.Mutex // to the log
	head    Head       // the end of the log when this process last wrote to it
}

// New makes an authority over what a store keeps.
func New(store Store, o Options) *Authority {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Passwords == (Params{}) {
		o.Passwords = DefaultParams()
	}
	if o.Idle <= 0 {
		o.Idle = DefaultIdle
	}
	if o.Lifetime <= 0 {
		o.Lifetime = DefaultLifetime
	}
	if o.Say == nil {
		o.Say = func(string, ...any) {}
	}
	return &Authority{store: store, options: o, hashing: make(chan struct{}, 2)}
}

func (a *Authority) now() time.Time { return a.options.Now() }

// Actor is who does something, by what means and from where.
type Actor struct {
	Name    string
	Means   Means
	Address string
}

func (a *Authority) record(ctx context.Context, by Actor, action, subject, result string) error {
	return a.Record(ctx, Entry{Who: by.Name, Means: by.Means, From: by.Address, Action: action, Subject: subject, Result: result})
}

// resultDone is the result of what succeeded.
const resultDone = "done"

// done records what was to be done, and how it ended.
func (a *Authority) done(ctx context.Context, by Actor, action, subject string, err error) error {
	if err != nil {
		return errors.Join(err, a.record(ctx, by, action, subject, "failed: "+err.Error()))
	}
	return a.record(ctx, by, action, subject, resultDone)
}

const maxName = 100

// CleanName is a user's name as it is kept: of letters a to z, digits and .-_@+, and in lower case.
func CleanName(name string) (string, error) {
	name = strings.ToLower(name)
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	if name == "" || len(name) > maxName || strings.Trim(name, letters+".-_@+") != "" || !strings.ContainsAny(name[:1], letters) {
		return "", fmt.Errorf("%q is no name of a user: use up to %d letters a to z, digits and .-_@+, beginning with a letter or a digit", printable(name), maxName)
	}
	return name, nil
}

// AddUser makes a user who logs in with a password.
func (a *Authority) AddUser(ctx context.Context, name, password string, role Role, by Actor) error {
	name, err := CleanName(name)
	if err != nil {
		return err
	}
	if err := CheckPassword(name, password); err != nil {
		return err
	}
	kept, err := a.hash(ctx, password)
	if err != nil {
		return err
	}
	now := a.now()
	err = a.store.AddUser(ctx, User{Name: name, Role: role, Password: kept, CreatedAt: now, ChangedAt: now})
	return a.done(ctx, by, "user.add", name+" as "+string(role), err)
}

// SetPassword gives a user another password, which ends the sessions of the user.
func (a *Authority) SetPassword(ctx context.Context, name, password string, by Actor) error {
	name, err := CleanName(name)
	if err != nil {
		return err
	}
	if err := CheckPassword(name, password); err != nil {
		return err
	}
	kept, err := a.hash(ctx, password)
	if err != nil {
		return err
	}
	return a.change(ctx, name, by, "user.password", name, func(u *User) error {
		if u.Subject != "" {
			return ErrElsewhere
		}
		u.Password = kept
		return nil
	})
}

// SetRole gives a user another role, which ends the sessions of the user.
func (a *Authority) SetRole(ctx context.Context, name string, role Role, by Actor) error {
	return a.change(ctx, name, by, "user.role", name+" to "+string(role), func(u *User) error {
		u.Role = role
		return nil
	})
}

func (a *Authority) change(ctx context.Context, name string, by Actor, action, subject string, do func(*User) error) error {
	name, err := CleanName(name)
	if err != nil {
		return err
	}
	user, err := a.store.User(ctx, name)
	if err == nil {
		err = do(&user)
	}
	if err == nil {
		user.ChangedAt = a.now()
		err = a.store.ChangeUser(ctx, user)
	}
	return a.done(ctx, by, action, subject, err)
}

// RemoveUser removes a user with all sessions.
func (a *Authority) RemoveUser(ctx context.Context, name string, by Actor) error {
	name, err := CleanName(name)
	if err != nil {
		return err
	}
	return a.done(ctx, by, "user.remove", name, a.store.RemoveUser(ctx, name))
}

// Users are all users by name, without their passwords.
func (a *Authority) Users(ctx context.Context) ([]User, error) {
	users, err := a.store.Users(ctx)
	for i := range users {
		users[i].Password = ""
	}
	return users, err
}

// slot waits for a place to hash a password in.
func (a *Authority) slot(ctx context.Context) (func(), error) {
	select {
	case a.hashing <- struct{}{}:
		return func() { <-a.hashing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (a *Authority) hash(ctx context.Context, password string) (string, error) {
	free, err := a.slot(ctx)
	if err != nil {
		return "", err
	}
	defer free()
	h, err := hash(password, a.options.Passwords, a.options.Random)
	return h.String(), err
}

// digest is what is kept of a secret of high entropy, and under what else is not kept in words.
func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}
