//go:build unix

package sqlstore

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	server "github.com/sheetprobe/sheetprobe/fixtures/postgres"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/historytest"
)

// lastWithRows is the version of the tables whose program kept each case in a row.
const lastWithRows = 9

// writeRows keeps a run in tables of that version, as its program did; one that was interrupted lacks its last cases.
func writeRows(t *testing.T, s *Store, run *probe.Run, state history.State, missing int) {
	t.Helper()
	head, err := probe.EncodeHead(run)
	require.NoError(t, err)
	require.NoError(t, s.transact(t.Context(), func(t2 *tx) error {
		require.NoError(t, t2.exec(`INSERT INTO runs (id, state, started_at, verdict, rules_version, body) VALUES (?, ?, ?, ?, ?, ?)`,
			run.RunID, string(state), micros(run.StartedAt), string(run.Verdict), run.Tool.RulesVersion, string(head)))
		for i := range run.Sheets {
			body, err := probe.EncodeSheet(&run.Sheets[i])
			require.NoError(t, err)
			require.NoError(t, t2.exec(`INSERT INTO apis (run_id, position, slug, name, verdict, body) VALUES (?, ?, ?, ?, ?, ?)`,
				run.RunID, i, history.SlugOf(&run.Sheets[i]), run.Sheets[i].Name, string(run.Sheets[i].Verdict), string(body)))
			for k := range run.Sheets[i].Cases[:len(run.Sheets[i].Cases)-missing] {
				c := &run.Sheets[i].Cases[k]
				body, err := probe.EncodeResult(c)
				require.NoError(t, err)
				require.NoError(t, t2.exec(`INSERT INTO cases (run_id, api, position, id, verdict, digest, body) VALUES (?, ?, ?, ?, ?, ?, ?)`,
					run.RunID, i, k, c.ID, string(c.Verdict), -7, string(body)))
				require.NoError(t, t2.putFindings(run.RunID, findingsOf(i, c.ID, history.FoundIn(c))))
			}
		}
		return nil
	}))
}

// nightWith is a run of two APIs, one case of which deviates.
func nightWith(id string, day int) *probe.Run {
	return historytest.Run(id, time.Date(2026, 3, day, 2, 0, 0, 0, time.UTC), 2, 5, map[string]string{"api-1/case-2": "shape.type"})
}

// eachDatabase has a test run on tables of the version before blocks.
func eachDatabase(t *testing.T, test func(t *testing.T, write func(write func(s *Store)) *Store)) {
	for name, address := range map[string]func(t *testing.T) string{
		"SQLite":     func(t *testing.T) string { t.Helper(); return "sqlite://" + filepath.Join(t.TempDir(), "h.db") },
		"PostgreSQL": func(t *testing.T) string { t.Helper(); return server.Start(t) },
	} {
		t.Run(name, func(t *testing.T) {
			at := address(t)
			test(t, func(write func(s *Store)) *Store {
				s, err := Open(t.Context(), at, time.Now)
				require.NoError(t, err)
				provider, err := s.migrations()
				require.NoError(t, err)
				_, err = provider.DownTo(t.Context(), lastWithRows)
				require.NoError(t, err)
				write(s)
				require.NoError(t, s.Close())
				s, err = Open(t.Context(), at, time.Now)
				require.NoError(t, err)
				t.Cleanup(func() { require.NoError(t, s.Close()) })
				return s
			})
		})
	}
}

func requireRun(t *testing.T, want *probe.Run, s *Store) {
	t.Helper()
	got, err := s.Load(t.Context(), want.RunID)
	require.NoError(t, err)
	var a, b bytes.Buffer
	require.NoError(t, want.Encode(&a))
	require.NoError(t, got.Encode(&b))
	require.Equal(t, a.String(), b.String())
}

func TestRunsOfTheVersionBeforeBlocksAreRead(t *testing.T) {
	eachDatabase(t, func(t *testing.T, written func(func(*Store)) *Store) {
		before, now := nightWith("before", 1), nightWith("now", 2)
		s := written(func(s *Store) { writeRows(t, s, before, history.Finished, 0) })
		require.NoError(t, s.Finish(t.Context(), now))
		requireRun(t, before, s)
		requireRun(t, now, s)

		outline, err := s.Outline(t.Context(), "before")
		require.NoError(t, err)
		require.Len(t, outline.Sheets[1].Cases, 5)
		assert.Equal(t, probe.Result{ID: "api-1/case-1", Verdict: probe.Conforms}, outline.Sheets[1].Cases[1])
		assert.Len(t, outline.Sheets[1].Cases[2].Findings, 1)
		assert.NotNil(t, outline.Sheets[1].Cases[2].Exchange)

		for _, q := range []history.Query{{}, {API: "api-1"}} {
			found, err := s.Sightings(t.Context(), q)
			require.NoError(t, err)
			require.Len(t, found, 1)
			assert.Equal(t, []any{2, 2, "before", "now"}, []any{found[0].Seen, found[0].Of, found[0].FirstRun, found[0].LastRun})
		}
		entries, err := s.List(t.Context(), history.Query{})
		require.NoError(t, err)
		assert.Equal(t, []int{10, 10}, []int{entries[0].Cases, entries[1].Cases})
		n, err := s.Recount(t.Context(), 10)
		require.NoError(t, err)
		assert.Equal(t, 1, n, "its nights are made of its cases")
		n, err = s.Prune(t.Context(), history.Retention{Beyond: 1})
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		left, err := s.texts(t.Context(), `SELECT id FROM cases`)
		require.NoError(t, err)
		assert.Empty(t, left)
	})
}

func TestARunOfTheVersionBeforeBlocksIsResumed(t *testing.T) {
	eachDatabase(t, func(t *testing.T, written func(func(*Store)) *Store) {
		run := nightWith("before", 1)
		s := written(func(s *Store) { writeRows(t, s, run, history.Running, 2) })
		require.NoError(t, s.Resume(t.Context(), "before", time.Now().Add(time.Minute)))
		half, err := s.Load(t.Context(), "before")
		require.NoError(t, err)
		require.Equal(t, 6, half.Summary.Cases)
		for i := range run.Sheets { // what has its verdict is handed over again
			cases := make([]history.Case, len(run.Sheets[i].Cases))
			for k := range cases {
				cases[k] = historytest.Case(run, i, k)
			}
			require.NoError(t, s.Keep(t.Context(), "before", cases))
			require.NoError(t, s.KeepAPIs(t.Context(), "before", []history.API{history.NewAPI(i, &run.Sheets[i])}))
		}
		missing, err := s.Complete(t.Context(), run, []history.Night{history.NightOf(run, &run.Sheets[0]), history.NightOf(run, &run.Sheets[1])})
		require.NoError(t, err)
		require.Empty(t, missing)
		requireRun(t, run, s)
		found, err := s.Sightings(t.Context(), history.Query{})
		require.NoError(t, err)
		require.Len(t, found, 1)
	})
}
