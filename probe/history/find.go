package history

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The words that stand for a run.
const (
	Latest   = "latest"   // that is not being made any more
	Previous = "previous" // the one before the latest, of the same APIs
)

// minPrefix is how much of an id has to be given.
const minPrefix = 4

// ErrAmbiguous says that several runs have ids that begin alike.
var ErrAmbiguous = errors.New("several runs have such an id")

// Find returns the run that a word stands for, see Latest and Previous, or that has the id, or alone has an id that begins so.
func Find(ctx context.Context, store Store, word string) (Entry, error) {
	switch word {
	case Latest:
		return newest(ctx, store, Query{Ended: true, Limit: 1})
	case Previous:
		return previous(ctx, store)
	}
	if word == "" {
		return Entry{}, ErrNotFound
	}
	entries, err := store.List(ctx, Query{Prefix: word, Limit: 50})
	if err != nil {
		return Entry{}, err
	}
	if i := slices.IndexFunc(entries, func(e Entry) bool { return e.RunID == word }); i >= 0 {
		return entries[i], nil
	}
	switch {
	case len(entries) == 0:
		return Entry{}, fmt.Errorf("%w: %q", ErrNotFound, word)
	case len(word) < minPrefix:
		return Entry{}, fmt.Errorf("%w: %q; give at least the first %d characters of an id", ErrNotFound, word, minPrefix)
	case len(entries) > 1:
		ids := make([]string, 0, 3)
		for _, e := range entries[:min(len(entries), 3)] {
			ids = append(ids, e.RunID)
		}
		return Entry{}, fmt.Errorf("%w: %q is the beginning of %s", ErrAmbiguous, word, strings.Join(ids, ", "))
	}
	return entries[0], nil
}

// Newest returns the latest run whatever its state.
func Newest(ctx context.Context, store Store) (Entry, error) {
	return newest(ctx, store, Query{Limit: 1})
}

func newest(ctx context.Context, store Store, q Query) (Entry, error) {
	entries, err := store.List(ctx, q)
	if err != nil {
		return Entry{}, err
	}
	if len(entries) == 0 {
		return Entry{}, fmt.Errorf("%w yet", ErrNotFound)
	}
	return entries[0], nil
}

// previous is the newest run before the latest that has all of its APIs; where there is none, the newest that has any.
func previous(ctx context.Context, store Store) (Entry, error) {
	latest, err := newest(ctx, store, Query{Ended: true, Limit: 1})
	if err != nil {
		return Entry{}, err
	}
	slugs, err := slugsOf(ctx, store, latest.RunID)
	if err != nil {
		return Entry{}, err
	}
	var some *Entry
	for _, slug := range slugs {
		entries, err := store.List(ctx, Query{API: slug, Ended: true, Before: latest.StartedAt, Limit: lookBack})
		if err != nil {
			return Entry{}, err
		}
		for _, e := range entries {
			has, err := slugsOf(ctx, store, e.RunID)
			if err != nil {
				return Entry{}, err
			}
			if !slices.ContainsFunc(slugs, func(s string) bool { return !slices.Contains(has, s) }) {
				return e, nil
			}
			if some == nil {
				some = &e
			}
		}
		if some != nil {
			return *some, nil
		}
	}
	return Entry{}, fmt.Errorf("%w before %q that judged the same APIs", ErrNotFound, latest.RunID)
}

func slugsOf(ctx context.Context, store Store, runID string) ([]string, error) {
	apis, err := store.APIs(ctx, Query{RunID: runID})
	slugs := make([]string, len(apis))
	for i := range apis {
		slugs[i] = apis[i].API
	}
	return slugs, err
}
