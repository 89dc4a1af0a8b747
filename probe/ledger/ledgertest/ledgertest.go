// Package ledgertest is what every ledger.Store has to pass. It is used by tests alone.
package ledgertest

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/ledger"
)

// Conform runs the suite. open opens the same, at first empty, store each time it is called within one test.
func Conform(t *testing.T, open func(t *testing.T) func() ledger.Store) {
	for name, test := range map[string]func(*testing.T, func() ledger.Store){
		"the chain goes on wherever it is added to": chain,
		"who decided upon less is refused":          moved,
		"all or none":                               atOnce,
		"many append at a time":                     many,
		"files":                                     files,
		"hostile texts":                             hostile,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func clock() time.Time { return time.Date(2026, 3, 1, 2, 0, 0, 123456789, time.UTC) }

func entry(kind string) ledger.Entry {
	return ledger.Entry{Kind: kind, Subject: "run-1", By: "ada", Means: "password", Body: map[string]string{"reason": "<&> \u00e9"}}
}

func chain(t *testing.T, open func() ledger.Store) {
	first, second := ledger.New(open(), clock), ledger.New(open(), clock)
	none, err := first.Records(t.Context())
	require.NoError(t, err)
	assert.Empty(t, none)
	require.NoError(t, first.Append(t.Context(), 0, entry("a")))
	require.NoError(t, second.Append(t.Context(), 1, entry("b")))
	for _, book := range []*ledger.Book{first, second, ledger.New(open(), clock)} {
		all, err := book.Records(t.Context())
		require.NoError(t, err)
		require.Len(t, all, 2)
		assert.Equal(t, []any{int64(2), "b", "run-1", "ada", "password", clock().Truncate(time.Microsecond), all[0].Digest},
			[]any{all[1].Number, all[1].Kind, all[1].Subject, all[1].By, all[1].Means, all[1].At, all[1].Previous})
		assert.JSONEq(t, `{"reason":"<&> é"}`, string(all[1].Body))
	}
}

func moved(t *testing.T, open func() ledger.Store) {
	book := ledger.New(open(), clock)
	require.NoError(t, book.Append(t.Context(), 0, entry("a")))
	require.ErrorIs(t, book.Append(t.Context(), 0, entry("b")), ledger.ErrMoved)
	all, err := book.Records(t.Context())
	require.NoError(t, err)
	assert.Len(t, all, 1)
}

func atOnce(t *testing.T, open func() ledger.Store) {
	store := open()
	book := ledger.New(store, clock)
	require.NoError(t, book.Append(t.Context(), 0, entry("a"), entry("b")))
	failed := errors.New("no")
	require.ErrorIs(t, store.AppendRecords(t.Context(), func(last ledger.Record) ([]ledger.Record, error) {
		assert.Equal(t, int64(2), last.Number)
		return []ledger.Record{{Number: 3}}, failed
	}), failed)
	require.Error(t, store.AppendRecords(t.Context(), func(last ledger.Record) ([]ledger.Record, error) {
		good := last
		good.Number, good.Previous = 3, last.Digest
		return []ledger.Record{good, good}, nil
	}), "a number is there once")
	all, err := book.Records(t.Context())
	require.NoError(t, err)
	assert.Len(t, all, 2)
}

func many(t *testing.T, open func() ledger.Store) {
	var working sync.WaitGroup
	const each = 5
	for i := range 4 {
		book := ledger.New(open(), clock)
		working.Go(func() {
			for n := 0; n < each; {
				all, err := book.Records(t.Context())
				if !assert.NoError(t, err) {
					return
				}
				switch err := book.Append(t.Context(), int64(len(all)), entry(fmt.Sprint(i, n))); {
				case err == nil:
					n++
				case !assert.ErrorIs(t, err, ledger.ErrMoved):
					return
				}
			}
		})
	}
	working.Wait()
	all, err := ledger.New(open(), clock).Records(t.Context())
	require.NoError(t, err)
	assert.Len(t, all, 4*each)
}

func files(t *testing.T, open func() ledger.Store) {
	book := ledger.New(open(), clock)
	content := bytes.Repeat([]byte{0, 0xff, '\n', 'x'}, 100_000)
	digest, err := book.Keep(t.Context(), content)
	require.NoError(t, err)
	again, err := book.Keep(t.Context(), content)
	require.NoError(t, err)
	assert.Equal(t, digest, again)
	got, err := ledger.New(open(), clock).File(t.Context(), digest)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(content, got))
	_, err = book.File(t.Context(), "none")
	require.ErrorIs(t, err, ledger.ErrNoFile)
	require.NoError(t, open().KeepFile(t.Context(), "00", []byte("x")))
	_, err = book.File(t.Context(), "00")
	require.ErrorIs(t, err, ledger.ErrBroken)
}

func hostile(t *testing.T, open func() ledger.Store) {
	book := ledger.New(open(), clock)
	const text = "x\x00\xff'; DROP TABLE signoff_records; -- ?\u202e"
	require.NoError(t, book.Append(t.Context(), 0, ledger.Entry{Kind: "a", Subject: text, By: text, Body: map[string]string{"reason": text}}))
	all, err := ledger.New(open(), clock).Records(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "x\uFFFD\uFFFD'; DROP TABLE signoff_records; -- ?\u202e", all[0].Subject)
}
