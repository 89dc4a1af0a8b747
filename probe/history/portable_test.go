package history_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// shelf keeps runs in memory, as far as an import needs it.
type shelf struct {
	history.Store
	runs map[string]*probe.Run
}

func (s shelf) Import(_ context.Context, run *probe.Run) error {
	if s.runs[run.RunID] != nil {
		return history.ErrExists
	}
	s.runs[run.RunID] = run
	return nil
}

func (s shelf) Load(_ context.Context, id string) (*probe.Run, error) { return s.runs[id], nil }

func exported(t testing.TB, id string) string {
	t.Helper()
	s := shelf{runs: map[string]*probe.Run{id: {RunID: id, StartedAt: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}}}
	var out bytes.Buffer
	require.NoError(t, history.Export(t.Context(), s, []string{id}, &out))
	return out.String()
}

func TestImport(t *testing.T) {
	one, two := exported(t, "one"), exported(t, "two")
	for name, test := range map[string]struct {
		text string
		done history.Imported
		says string
	}{
		"nothing":            {"", history.Imported{}, ""},
		"two":                {one + "\n" + two, history.Imported{Runs: 2}, ""},
		"over several lines": {strings.ReplaceAll(one, ",", ",\n"), history.Imported{Runs: 1}, ""},
		"one twice":          {one + one, history.Imported{Runs: 1, Refused: []string{"one"}}, ""},
		"cut off":            {one + two[:len(two)/2], history.Imported{Runs: 1}, "run 2: unexpected EOF"},
		"no JSON":            {one + "hello", history.Imported{Runs: 1}, "run 2: invalid character"},
		"no run":             {"{}", history.Imported{}, `run 1: 1:1: this is not a recorded run`},
		"an id that is none": {strings.Replace(one, `"one"`, `"../one"`, 1), history.Imported{}, `"../one" in "run_id" cannot name a run`},
	} {
		t.Run(name, func(t *testing.T) {
			done, err := history.Import(t.Context(), shelf{runs: map[string]*probe.Run{}}, strings.NewReader(test.text))
			if test.says == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.says)
			}
			require.Equal(t, test.done, done)
		})
	}
}

func FuzzImport(f *testing.F) {
	f.Add(exported(f, "one") + exported(f, "two"))
	f.Add(`{"schema_version":"1","run_id":"x"}{}`)
	f.Fuzz(func(t *testing.T, text string) {
		s := shelf{runs: map[string]*probe.Run{}}
		done, err := history.Import(t.Context(), s, strings.NewReader(text))
		if done.Runs != len(s.runs) {
			t.Fatalf("%d runs are said to be kept, %d are", done.Runs, len(s.runs))
		}
		if err == nil && done.Runs+len(done.Refused) == 0 && strings.TrimSpace(text) != "" {
			t.Fatal("nothing came of a text, and nothing was said")
		}
	})
}
