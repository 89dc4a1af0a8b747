package access

import (
	"context"
	"errors"
	"time"
)

// User is somebody who can log in.
type User struct {
	Name      string // as CleanName leaves it
	Role      Role
	Password  string // its hash, in the PHC string format; "" where the user logs in elsewhere
	Subject   string // who the user is to an OpenID provider: issuer, a line break, subject; "" where there is a password
	CreatedAt time.Time
	ChangedAt time.Time // of role or password
}

// Token lets a machine in. Its secret is told once, and nowhere kept.
type Token struct {
	ID        string // public: what the token's text begins with
	Name      string // what it is for
	Role      Role
	Digest    string // of the secret
	By        string // who made it
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // to the minute; zero where it never was
}

// Session is a browser that somebody logged in with. Its id is known to the browser alone.
type Session struct {
	Digest string // of the id
	User   string
	Since  time.Time // of the login
	Seen   time.Time // to the minute
}

// Failures are the logins that failed for one reason to count them, such as an address.
type Failures struct {
	Count     int
	Last      time.Time
	Succeeded time.Time // the last login that did not fail
}

// The errors of a store. Messages that hold them name what was asked for.
var (
	ErrNotFound = errors.New("is not known")
	ErrExists   = errors.New("is there already")
)

// Store keeps what an Authority needs. Several processes may share one. Times are kept to the microsecond.
type Store interface {
	// AddUser fails with ErrExists where the name, or a subject that is not "", is taken.
	AddUser(ctx context.Context, u User) error
	User(ctx context.Context, name string) (User, error)
	UserBySubject(ctx context.Context, subject string) (User, error)
	// Users are all users by name.
	Users(ctx context.Context) ([]User, error)
	// ChangeUser replaces role and password, and ends all sessions of the user.
	ChangeUser(ctx context.Context, u User) error
	// Rehash replaces the hash of an unchanged password, where it is still the one that it was.
	Rehash(ctx context.Context, name, was, is string) error
	// RemoveUser also ends all sessions of the user.
	RemoveUser(ctx context.Context, name string) error

	AddToken(ctx context.Context, t Token) error
	Token(ctx context.Context, id string) (Token, error)
	// Tokens are all tokens, the latest first.
	Tokens(ctx context.Context) ([]Token, error)
	TouchToken(ctx context.Context, id string, at time.Time) error
	RemoveToken(ctx context.Context, id string) error

	// AddSession fails with ErrNotFound where there is no such user any more, or where the user is another than it was said to be: a role or a password
	// that changes during a login leaves no session behind.
	AddSession(ctx context.Context, s Session, of User) error
	// Session finds a session and whose it is.
	Session(ctx context.Context, digest string) (Session, User, error)
	TouchSession(ctx context.Context, digest string, at time.Time) error
	EndSession(ctx context.Context, digest string) error

	// Tally reads the failures under each key, zero where there are none, and keeps what change makes of them, or nothing where that is nil. Nobody else
	// changes them meanwhile.
	Tally(ctx context.Context, keys []string, change func([]Failures) []Failures) error
	// Sweep forgets sessions since before or not seen since before, and failures that are older.
	Sweep(ctx context.Context, since, seen, failed, succeeded time.Time) error

	// Append adds to the log what seal makes of the last entry, the zero Entry where there is none. Nobody else appends meanwhile.
	Append(ctx context.Context, seal func(last Entry) Entry) error
	// LastEntry is the last of the log, or the zero Entry.
	LastEntry(ctx context.Context) (Entry, error)
	// Entries are those of the log behind one number, in their order, limit at most.
	Entries(ctx context.Context, after int64, limit int) ([]Entry, error)
}
