// Package ledger keeps what people put their names to at a served instance: waivers, attestations, approvals, and that one of them is taken back. Nothing
// in it is ever changed or removed; each record holds the digest of the one before, and the chain is followed whenever it is read.
//
// It is a contract and the rules above it: what a record says is for others to know, and what has to be kept is kept by a Store, for which ledgertest is
// the suite.
package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Record is one thing that somebody put their name to.
type Record struct {
	Number   int64           `json:"number"` // from 1 on, without a gap
	At       time.Time       `json:"at"`
	Kind     string          `json:"kind"`
	Subject  string          `json:"subject"` // what it is about, such as the id of a run or the number of a record
	By       string          `json:"by"`      // a user, or the name of a token; "" where nobody is known
	Means    string          `json:"means"`   // how they showed who they are
	Body     json.RawMessage `json:"body"`
	Previous string          `json:"previous"` // the digest of the record before; "" in the first
	Digest   string          `json:"digest"`   // SHA-256, in hexadecimal, of the line with "" for this key
}

// Store keeps records and files. Several processes may share one. It has no way to change or remove what it keeps.
type Store interface {
	// AppendRecords adds what seal makes of the last record, the zero Record where there is none, all or nothing. Nobody else appends meanwhile.
	AppendRecords(ctx context.Context, seal func(last Record) ([]Record, error)) error
	// Records are those behind a number, in their order, limit at most.
	Records(ctx context.Context, after int64, limit int) ([]Record, error)
	// KeepFile keeps a content under its SHA-256; that it is there already is as good.
	KeepFile(ctx context.Context, sha256 string, content []byte) error
	// File is the content of a digest, or ErrNoFile.
	File(ctx context.Context, sha256 string) ([]byte, error)
}

// What keeps something from being read or added.
var (
	ErrNoFile = errors.New("no such file is kept")
	ErrMoved  = errors.New("somebody else added a record meanwhile")
	ErrBroken = errors.New("the ledger is not what it was")
)

// Book reads and adds to the records of a store. It is safe for concurrent use.
type Book struct {
	store Store
	now   func() time.Time

	mu    sync.Mutex
	known []Record // that were read, each following the one before
}

// New is the book of a store.
func New(store Store, now func() time.Time) *Book { return &Book{store: store, now: now} }

const page = 500

// Records are all, in their order. What was read before is not read again: who changes it in the database changes nothing here. It fails with ErrBroken
// where the chain does not hold.
func (b *Book) Records(ctx context.Context) ([]Record, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		more, err := b.store.Records(ctx, int64(len(b.known)), page)
		if err != nil {
			return nil, fmt.Errorf("the ledger cannot be read: %w", err)
		}
		for _, r := range more {
			if why := r.follows(b.last()); why != "" {
				return nil, fmt.Errorf("%w: record %d %s", ErrBroken, len(b.known)+1, why)
			}
			b.known = append(b.known, r)
		}
		if len(more) < page {
			return b.known[:len(b.known):len(b.known)], nil
		}
	}
}

func (b *Book) last() Record {
	if len(b.known) == 0 {
		return Record{}
	}
	return b.known[len(b.known)-1]
}

// Entry is a record that is not added yet.
type Entry struct {
	Kind, Subject, By, Means string
	Body                     any // as JSON
}

// Append adds records behind the one of a number, all or none, and fails with ErrMoved where that is not the last any more: what was decided upon it may
// not hold.
func (b *Book) Append(ctx context.Context, after int64, entries ...Entry) error {
	var fresh []Record
	for _, e := range entries {
		body, err := compact(e.Body)
		if err != nil {
			return err
		}
		fresh = append(fresh, Record{Kind: e.Kind, Subject: plain(e.Subject), By: plain(e.By), Means: e.Means, Body: body})
	}
	b.mu.Lock()
	known, at := b.last(), b.now().UTC().Truncate(time.Microsecond)
	b.mu.Unlock()
	return b.store.AppendRecords(ctx, func(last Record) ([]Record, error) {
		switch {
		case last.Number < known.Number, last.Number == known.Number && last.Digest != known.Digest:
			return nil, fmt.Errorf("%w: it was known to reach record %d as it was", ErrBroken, known.Number)
		case last.Number != after:
			return nil, ErrMoved
		}
		for i := range fresh {
			fresh[i].At = at
			fresh[i].seal(last)
			last = fresh[i]
		}
		return fresh, nil
	})
}

// plain is a text that every database holds as it is.
func plain(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// Keep keeps a file, and returns its digest.
func (b *Book) Keep(ctx context.Context, content []byte) (string, error) {
	sum := sha256.Sum256(content)
	digest := hex.EncodeToString(sum[:])
	return digest, b.store.KeepFile(ctx, digest, content)
}

// File is a file that was kept. It fails with ErrBroken where it is not what it was.
func (b *Book) File(ctx context.Context, digest string) ([]byte, error) {
	content, err := b.store.File(ctx, digest)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != digest {
		return nil, fmt.Errorf("%w: the file %s was altered", ErrBroken, digest)
	}
	return content, nil
}

func (r *Record) seal(last Record) {
	r.Number, r.Previous = last.Number+1, last.Digest
	r.Digest = r.sum()
}

// follows says why a record cannot follow another; "" where it can.
func (r *Record) follows(last Record) string {
	switch {
	case r.Number != last.Number+1:
		return "is missing"
	case r.Previous != last.Digest:
		return "does not follow the one before it, of which it holds another digest"
	case r.Digest != r.sum():
		return "was changed: its digest is another than that of what it holds"
	}
	return ""
}

// sum is over the JSON of the record without its digest: keys in the order of the struct, no white space, nothing escaped that need not be.
func (r *Record) sum() string {
	bare := *r
	bare.Digest = ""
	line, err := compact(bare)
	if err != nil { // a body that is no JSON was not written here
		return ""
	}
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:])
}

func compact(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}
