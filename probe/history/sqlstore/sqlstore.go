// Package sqlstore keeps runs in a database: an embedded SQLite file, or PostgreSQL. One set of queries serves both; historytest runs one suite on both.
//
// It is the only room that knows SQL. SQLite is written through one connection, in WAL mode, and read through others, so that a reader never waits
// for a writer; several processes may share the file on one machine, and none over a network folder. Migrations are applied when a store is opened, by
// one process at a time.
package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib" // also the driver "pgx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/sheetprobe/sheetprobe/probe/history"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is a history.Store on a database.
type Store struct {
	write, read *sql.DB // the same one on PostgreSQL
	dialect     dialect
	path        string // of the SQLite file
	now         func() time.Time
	owner       string // of the runs that are begun; "" for none in particular
	term        int64  // of the owner
	packers     packers
	statements  *statements
}

var (
	_ history.Store = (*Store)(nil)
	_ history.Owned = (*Store)(nil)
)

// Owned implements history.Owned. What it returns uses the same connections; one of the two is closed.
func (s *Store) Owned(owner string, term int64) history.Store {
	owned := *s
	owned.owner, owned.term = owner, term
	return &owned
}

// Open opens the store that a URL names, sqlite://PATH or postgres://..., and creates or updates its tables. now tells which leases have run
// out. Errors hold no password.
func Open(ctx context.Context, rawURL string, now func() time.Time) (*Store, error) {
	scheme, path, ok := strings.Cut(rawURL, "://")
	if !ok {
		return nil, errors.New("a database is named as sqlite://PATH or postgres://USER@HOST/NAME")
	}
	s := &Store{now: now, packers: make(packers, 4), statements: &statements{all: map[string]*sql.Stmt{}}}
	var err error
	switch scheme {
	case "sqlite":
		err = s.openSQLite(path)
	case "postgres", "postgresql":
		err = s.openPostgres(rawURL)
	default:
		return nil, fmt.Errorf("no database is named by %q: use sqlite://PATH or postgres://USER@HOST/NAME", scheme+"://")
	}
	if err == nil {
		err = s.migrate(ctx)
	}
	if err != nil {
		_ = s.Close()
		return nil, WithoutPassword(err, rawURL)
	}
	return s, nil
}

// openSQLite opens a file, whose folder is made where it is missing. What a history holds is nobody else's business.
func (s *Store) openSQLite(path string) (err error) {
	if path == "" {
		return errors.New("sqlite:// lacks the path of the file")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := makeFile(path); err != nil {
		return err
	}
	pragmas := url.Values{"_pragma": {"busy_timeout(10000)", "auto_vacuum(2)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)"}}
	dsn := fileURL(path)
	if s.read, err = sql.Open("sqlite", dsn+"?"+pragmas.Encode()); err != nil {
		return err
	}
	pragmas.Set("_txlock", "immediate")
	pragmas["_pragma"][0] = "busy_timeout(100)" // see patiently
	if s.write, err = sql.Open("sqlite", dsn+"?"+pragmas.Encode()); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	s.read.SetMaxOpenConns(4)
	s.dialect = sqlite
	s.path, err = filepath.EvalSymlinks(path)
	return err
}

// makeFile makes a file where there is none.
func makeFile(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the user names it
	if err != nil {
		return err
	}
	return file.Close()
}

func fileURL(path string) string {
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}).String()
}

func (s *Store) openPostgres(rawURL string) (err error) {
	s.dialect = postgres
	config, err := pgx.ParseConfig(rawURL)
	if err != nil {
		return err
	}
	for name, value := range map[string]string{idleLimit: "10s", compiling: "off"} {
		if _, set := config.RuntimeParams[name]; !set {
			config.RuntimeParams[name] = value
		}
	}
	s.write = stdlib.OpenDB(*config)
	s.read = s.write
	s.write.SetMaxOpenConns(8)
	s.write.SetConnMaxIdleTime(time.Minute)
	return nil
}

// idleLimit is the parameter of PostgreSQL that bounds how long a process may hold locks that stands still in the middle of a transaction.
const idleLimit = "idle_in_transaction_session_timeout"

// compiling is the parameter of PostgreSQL by which it compiles queries that it takes for costly, which takes longer than any of ours.
const compiling = "jit"

func (s *Store) migrate(ctx context.Context) error {
	provider, err := s.migrations()
	if err != nil {
		return err
	}
	if s.dialect == sqlite {
		err = s.migrateAlone(ctx, provider)
	} else {
		_, err = provider.Up(ctx)
	}
	if err != nil {
		return err
	}
	return notNewer(ctx, provider)
}

func (s *Store) migrations() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if s.dialect == postgres {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(s.dialect.goose(), s.write, files, options...)
}

// notNewer refuses tables that a later program has made: what this one leaves out of them would be missed there.
func notNewer(ctx context.Context, provider *goose.Provider) error {
	version, err := provider.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	known := int64(0)
	for _, source := range provider.ListSources() {
		known = max(known, source.Version)
	}
	if version > known {
		return fmt.Errorf("a newer sheetprobe has written it (its tables are of version %d, and this program knows %d): use that one", version, known)
	}
	return nil
}

// migrateAlone tries again where another process was first: SQLite has no lock that goose could hold.
func (s *Store) migrateAlone(ctx context.Context, provider *goose.Provider) error {
	var err error
	for range 5 {
		err = s.patiently(ctx, func() error {
			_, err := provider.Up(ctx)
			return err
		})
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	return err
}

// Close closes the connections.
func (s *Store) Close() error {
	var err error
	if s.read != nil && s.read != s.write {
		err = s.read.Close()
	}
	if s.write != nil {
		err = errors.Join(err, s.write.Close())
	}
	return err
}

// dialect is how a database differs from the other.
type dialect string

const (
	sqlite   dialect = "sqlite"
	postgres dialect = "postgres"
)

func (d dialect) goose() goose.Dialect {
	if d == postgres {
		return goose.DialectPostgres
	}
	return goose.DialectSQLite3
}

// bind writes the placeholders of a query, "?", as the database wants them. No query holds a question mark otherwise.
func (d dialect) bind(query string) string {
	if d == sqlite {
		return query
	}
	var b strings.Builder
	n := 0
	for _, r := range query {
		if r != '?' {
			b.WriteRune(r)
			continue
		}
		n++
		fmt.Fprintf(&b, "$%d", n)
	}
	return b.String()
}

// WithoutPassword keeps the password of a URL out of an error: drivers quote what they cannot parse.
func WithoutPassword(err error, rawURL string) error {
	u, parseErr := url.Parse(rawURL)
	if parseErr != nil {
		return errors.New("the URL of the database cannot be read; special characters of its password are written as %40 and the like")
	}
	password, _ := u.User.Password()
	text := strings.ReplaceAll(err.Error(), rawURL, u.Redacted())
	if password != "" {
		text = strings.ReplaceAll(text, password, "xxxxx")
	}
	if text != err.Error() {
		return errors.New(text)
	}
	return err
}

// Path is the file of a URL such as sqlite://PATH; "" for another.
func Path(rawURL string) string {
	path, _ := strings.CutPrefix(rawURL, "sqlite://")
	if path == rawURL {
		return ""
	}
	return path
}
