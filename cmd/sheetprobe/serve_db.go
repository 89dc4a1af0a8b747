package main

import (
	"context"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
)

// store opens the history, without which a schedule would be pointless.
func (v *serveVerb) store(ctx context.Context) (*sqlstore.Store, error) {
	url := v.db
	if fromEnv, ok := lookupEnv(v.w.Environ, environment+"DB"); ok && url == "" {
		url = fromEnv
	}
	if url == "" || url == "none" {
		return nil, usageError("name one with --db sqlite://PATH or --db postgres://USER@HOST/NAME", "serve needs a history to keep its runs in")
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	store, err := sqlstore.Open(ctx, url, time.Now)
	if err != nil {
		return nil, usageError("check --db", "the history cannot be used: %w", err)
	}
	return store, nil
}
