package sqlstore

import (
	"context"
	"database/sql"
	"errors"
)

// ErrServed says that another process goes by the schedules with this file.
var ErrServed = errors.New("another process serves with it")

// lockSuffix names the file beside the history that whoever serves holds. It is empty, and stays.
const lockSuffix = "-serve"

// Alone holds the history for a process that goes by schedules, until release is called or the process is gone, however that ends. Two that knew nothing of
// each other would make every run twice. In PostgreSQL they are a fleet, and nothing is held.
func (s *Store) Alone(ctx context.Context) (release func(), err error) {
	if s.dialect != sqlite {
		return func() {}, nil
	}
	path := s.path + lockSuffix
	if err := makeFile(path); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", fileURL(path)+"?_txlock=exclusive")
	if err != nil {
		return nil, err
	}
	held, err := db.BeginTx(context.WithoutCancel(ctx), nil)
	if err == nil {
		return func() { _ = errors.Join(held.Rollback(), db.Close()) }, nil
	}
	_ = db.Close()
	if isBusy(err) {
		return nil, ErrServed
	}
	return nil, err
}
