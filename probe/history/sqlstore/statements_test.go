package sqlstore

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whoever has the one connection asks for statements, while another that has just ended keeps its own and waits for the connection.
func TestTransactionsShareStatementsOfWhichThereAreNeverMany(t *testing.T) {
	s, err := Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "h.db"), time.Now)
	require.NoError(t, err)
	defer func() { assert.NoError(t, s.Close()) }()
	const workers = 4
	ask := func(k int) error {
		return s.transact(t.Context(), func(tx *tx) error {
			_, there, err := tx.text(fmt.Sprintf(`SELECT 'there' WHERE %d = ?`, k), k)
			assert.True(t, there)
			return err
		})
	}
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for k := range mostStatements + 8 {
				assert.NoError(t, ask(k))
			}
		})
	}
	group.Wait()
	assert.Len(t, s.statements.all, mostStatements)
}
