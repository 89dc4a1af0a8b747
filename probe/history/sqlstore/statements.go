package sqlstore

import (
	"context"
	"database/sql"
	"sync"
)

// statements are queries that SQLite has parsed, which takes longer than what most of them do. They are closed with the database.
type statements struct {
	mu  sync.Mutex
	all map[string]*sql.Stmt
}

// mostStatements is how many there are at most: some queries are written with as many places as they have values.
const mostStatements = 64

func (s *statements) get(query string) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all[query]
}

// keep has queries that a transaction was made of ready for the next one. One that cannot be had now is parsed again then.
func (s *statements) keep(ctx context.Context, db *sql.DB, used map[string]*sql.Stmt) {
	for query := range used {
		if s.get(query) != nil {
			continue
		}
		statement, err := db.PrepareContext(ctx, query) // waits for the connection, and so holds nothing that its holder may want
		if err == nil && !s.put(query, statement) {
			_ = statement.Close()
		}
	}
}

func (s *statements) put(query string, statement *sql.Stmt) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all[query] != nil || len(s.all) == mostStatements {
		return false
	}
	s.all[query] = statement
	return true
}
