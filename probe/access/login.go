package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"io"
	"time"
)

// What keeps somebody out.
var (
	ErrCredentials = errors.New("the name or the password is wrong")
	ErrNoSession   = errors.New("the session has ended")
	ErrElsewhere   = errors.New("the user has no password here, and logs in at the OpenID provider")
)

const secretSize = 32

// secret is 256 random bits, as a cookie and a header can hold them.
func (a *Authority) secret() (string, error) {
	b := make([]byte, secretSize)
	if _, err := io.ReadFull(a.options.Random, b); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// wellFormedSecret says that a text could be one of secret.
func wellFormedSecret(text string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil && len(b) == secretSize
}

// Login is a session that just began.
type Login struct {
	ID   string // of the session; for the browser alone
	User string
	Life time.Duration // of the session, at most
}

// Login begins a session for whoever knows the password of a user. It fails with ErrCredentials, or with TooSoon where too many did. Whether there is such a
// user is told neither by the error nor by the time that it takes.
func (a *Authority) Login(ctx context.Context, name, password, address string) (*Login, error) {
	by := Actor{Means: ByPassword, Address: address}
	user, err := a.prove(ctx, name, password, &by, "login")
	if err != nil {
		return nil, err
	}
	return a.begin(ctx, user, by)
}

// begin begins a session.
func (a *Authority) begin(ctx context.Context, user User, by Actor) (*Login, error) {
	id, err := a.secret()
	if err != nil {
		return nil, err
	}
	now := a.now()
	if err := a.store.Sweep(ctx, now.Add(-a.options.Lifetime), now.Add(-a.options.Idle), now.Add(-forgetFailures), now.Add(-rememberPlace)); err != nil {
		return nil, err
	}
	if err := a.record(ctx, by, "login", user.Name, resultDone); err != nil {
		return nil, err
	}
	err = a.store.AddSession(ctx, Session{Digest: digest(id), User: user.Name, Since: now, Seen: now}, user)
	if errors.Is(err, ErrNotFound) {
		return nil, ErrCredentials
	}
	return &Login{ID: id, User: user.Name, Life: a.options.Lifetime}, err
}

// prove finds the user whose password it is, within the limits. by learns the name of a user that there is.
func (a *Authority) prove(ctx context.Context, name, password string, by *Actor, action string) (User, error) {
	folded, err := CleanName(name)
	if err != nil {
		folded = "\x00" + name // nobody has it
	}
	keys := limitKeys(folded, by.Address)
	if err := a.reserve(ctx, keys); err != nil {
		return User{}, err
	}
	user, err := a.store.User(ctx, folded)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return User{}, err
	}
	by.Name = user.Name
	right, err := a.matches(ctx, user, password)
	if err != nil {
		return User{}, err
	}
	if !right {
		return User{}, errors.Join(ErrCredentials, a.record(ctx, *by, action, user.Name, "refused: wrong name or password"))
	}
	if err := a.succeeded(ctx, keys); err != nil {
		return User{}, err
	}
	return a.upgraded(ctx, user, password)
}

// matches compares a password with that of a user, and takes as long where there is none.
func (a *Authority) matches(ctx context.Context, user User, password string) (bool, error) {
	free, err := a.slot(ctx)
	if err != nil {
		return false, err
	}
	defer free()
	kept, err := parseHash(user.Password)
	if err != nil || len(password) > maxPassword {
		kept.params = a.options.Passwords
		kept.salt, kept.key = make([]byte, saltSize), make([]byte, keySize)
		_ = kept.matches(password[:min(len(password), maxPassword)])
		return false, nil
	}
	return kept.matches(password), nil
}

// upgraded hashes a password anew that was hashed at another cost.
func (a *Authority) upgraded(ctx context.Context, user User, password string) (User, error) {
	kept, err := parseHash(user.Password)
	if err != nil || kept.params == a.options.Passwords {
		return user, err
	}
	is, err := a.hash(ctx, password)
	if err != nil {
		return user, err
	}
	if err := a.store.Rehash(ctx, user.Name, user.Password, is); err != nil {
		return user, err
	}
	user.Password = is
	return user, nil
}

// Reauthenticate asks somebody with a session for the password again, as before a signature. It fails as Login does, and with ErrElsewhere where the user has
// none here.
func (a *Authority) Reauthenticate(ctx context.Context, who Identity, password, address string) error {
	if who.Means != BySession {
		return ErrNoSession
	}
	user, err := a.store.User(ctx, who.Name)
	switch {
	case errors.Is(err, ErrNotFound):
		return ErrCredentials
	case err != nil:
		return err
	case user.Subject != "":
		return ErrElsewhere
	}
	_, err = a.prove(ctx, who.Name, password, &Actor{Means: ByPassword, Address: address}, "reauthenticate")
	return err
}

// ProvesBy is how a user shows who they are: by a password here, or at an OpenID provider.
func (a *Authority) ProvesBy(ctx context.Context, name string) (Means, error) {
	user, err := a.store.User(ctx, name)
	if err == nil && user.Subject != "" {
		return ByProvider, nil
	}
	return ByPassword, err
}

// ReauthenticateElsewhere holds whom an OpenID provider has just asked for a proof against who has the session. It fails with ErrCredentials where it is
// somebody else.
func (a *Authority) ReauthenticateElsewhere(ctx context.Context, who Identity, subject, address string) error {
	if who.Means != BySession {
		return ErrNoSession
	}
	by := Actor{Name: who.Name, Means: ByProvider, Address: address}
	user, err := a.store.UserBySubject(ctx, subject)
	switch {
	case err != nil && !errors.Is(err, ErrNotFound):
		return err
	case err != nil || user.Name != who.Name:
		return errors.Join(ErrCredentials, a.record(ctx, by, "reauthenticate", who.Name, "failed: it is somebody else"))
	}
	return a.record(ctx, by, "reauthenticate", who.Name, resultDone)
}

// Visit is a session that goes on.
type Visit struct {
	Identity

	Since     time.Time // of the login
	FormToken string    // what a form of this session holds, so that none of another page can pass for it
}

// Resume finds whose session an id is, which goes on by that. It fails with ErrNoSession where there is none, or none any more.
func (a *Authority) Resume(ctx context.Context, id string) (*Visit, error) {
	visit, session, err := a.look(ctx, id)
	if now := a.now(); err == nil && now.Sub(session.Seen) >= time.Minute {
		err = a.store.TouchSession(ctx, session.Digest, now)
	}
	if err != nil {
		return nil, err
	}
	return visit, nil
}

// Look is as Resume, and does not keep the session alive: nobody did anything.
func (a *Authority) Look(ctx context.Context, id string) (*Visit, error) {
	visit, _, err := a.look(ctx, id)
	return visit, err
}

func (a *Authority) look(ctx context.Context, id string) (*Visit, Session, error) {
	if !wellFormedSecret(id) {
		return nil, Session{}, ErrNoSession
	}
	session, user, err := a.store.Session(ctx, digest(id))
	if errors.Is(err, ErrNotFound) {
		return nil, Session{}, ErrNoSession
	}
	if err != nil {
		return nil, Session{}, err
	}
	now := a.now()
	if now.Sub(session.Since) >= a.options.Lifetime || now.Sub(session.Seen) >= a.options.Idle {
		return nil, Session{}, errors.Join(ErrNoSession, a.store.EndSession(ctx, session.Digest))
	}
	return &Visit{Identity: Identity{Name: user.Name, Role: user.Role, Means: BySession}, Since: session.Since, FormToken: formToken(id)}, session, nil
}

// formToken follows from the id of a session and does not tell it.
func formToken(id string) string {
	mac := hmac.New(sha256.New, []byte(id))
	_, _ = mac.Write([]byte("form token"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// SameForm says that a text is the form token of the visit.
func (v *Visit) SameForm(text string) bool {
	return subtle.ConstantTimeCompare([]byte(text), []byte(v.FormToken)) == 1
}

// Logout ends a session; that there is none is as good.
func (a *Authority) Logout(ctx context.Context, id string, by Actor) error {
	if err := a.store.EndSession(ctx, digest(id)); err != nil {
		return err
	}
	return a.record(ctx, by, "logout", by.Name, resultDone)
}

// Abandon ends a session in whose place another began.
func (a *Authority) Abandon(ctx context.Context, id string) error {
	return a.store.EndSession(ctx, digest(id))
}

// LoginElsewhere begins a session for whom an OpenID provider names by a subject. A user who was never here is made; a role that is another than before ends
// the sessions that the user had. It fails with ErrExists where the name is that of another user.
func (a *Authority) LoginElsewhere(ctx context.Context, subject, name string, role Role, address string) (*Login, error) {
	by := Actor{Means: ByProvider, Address: address}
	user, err := a.store.UserBySubject(ctx, subject)
	switch {
	case errors.Is(err, ErrNotFound):
		if user, err = a.introduced(ctx, subject, name, role, by); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	}
	by.Name = user.Name
	if user.Role != role {
		if err := a.SetRole(ctx, user.Name, role, by); err != nil {
			return nil, err
		}
		if user, err = a.store.User(ctx, user.Name); err != nil {
			return nil, err
		}
	}
	return a.begin(ctx, user, by)
}

// introduced makes a user whom an OpenID provider names.
func (a *Authority) introduced(ctx context.Context, subject, name string, role Role, by Actor) (User, error) {
	name, err := CleanName(name)
	if err != nil {
		return User{}, err
	}
	now := a.now()
	user := User{Name: name, Role: role, Subject: subject, CreatedAt: now.UTC().Truncate(time.Microsecond), ChangedAt: now.UTC().Truncate(time.Microsecond)}
	by.Name = name
	return user, a.done(ctx, by, "user.add", name+" as "+string(role), a.store.AddUser(ctx, user))
}
