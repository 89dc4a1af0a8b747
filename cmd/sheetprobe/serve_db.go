package main

import (
	"context"

	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
)

// store opens the history, without which a schedule would be pointless.
func (v *serveVerb) store(ctx context.Context) (*sqlstore.Store, error) {
	if err := v.db.settle(v.cmd, v.w); err != nil {
		return nil, err
	}
	db := v.db.database(v.w)
	if db.url == "" {
		return nil, usageError("name one with --db sqlite://PATH or --db postgres://USER@HOST/NAME", "serve needs a history to keep its runs in")
	}
	store, err := db.open(ctx)
	if err != nil {
		return nil, db.failed(err)
	}
	return store, nil
}
