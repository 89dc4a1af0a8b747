package spool_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/spool"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// sheet has a body of that many bytes, some of which are no UTF-8.
func sheet(i, size int) *probe.SheetResult {
	return &probe.SheetResult{
		Name: fmt.Sprintf("API %d", i), Diagnostics: source.Diagnostics{}, Coverage: probe.Coverage{Codes: []probe.CodeCoverage{}, Responses: []probe.ResponseCoverage{}},
		Cases: []probe.Result{{
			ID: fmt.Sprintf("api-%d/success", i), Verdict: probe.Conforms, Findings: []probe.Finding{}, Expect: probe.Expectation{HTTPStatus: []int{}, Codes: []string{}},
			Exchange: &probe.Exchange{
				Attempts: []probe.Attempt{}, Request: probe.RecordedRequest{Headers: []probe.Header{}},
				Response: &probe.RecordedResponse{Headers: []probe.Header{}, Body: "\xff" + strings.Repeat("x", size)},
			},
		}},
	}
}

func TestWhatIsKeptComesBack(t *testing.T) {
	for name, size := range map[string]int{"in memory": 10, "in a file": spool.InMemory / 20} {
		t.Run(name, func(t *testing.T) {
			s := spool.New(t.TempDir())
			var group sync.WaitGroup
			for i := range 60 {
				group.Go(func() { assert.NoError(t, s.Put(i, sheet(i, size), nil)) })
			}
			group.Wait()
			require.NoError(t, s.Put(7, sheet(1007, size), nil), "again")
			for i := range 60 {
				want := sheet(i, size)
				if i == 7 {
					want = sheet(1007, size)
				}
				got, err := s.Get(i)
				require.NoError(t, err)
				require.Equal(t, want, got)
				var copied, encoded bytes.Buffer
				require.NoError(t, s.CopyTo(&copied, i))
				require.NoError(t, want.EncodeLine(&encoded))
				require.Equal(t, encoded.String(), copied.String())
			}
			_, err := s.Get(60)
			require.ErrorContains(t, err, "nothing is kept of sheet 61")
			require.NoError(t, s.Close())
			require.ErrorIs(t, s.Put(0, sheet(0, size), nil), spool.ErrClosed)
		})
	}
}

// Cases that are kept before their sheet ends, in the midst of those of others, stand in it in order; those that are not encoded are.
func TestWhatIsAddedComesFirst(t *testing.T) {
	for name, size := range map[string]int{"in memory": 10, "in a file": spool.InMemory / 20} {
		t.Run(name, func(t *testing.T) {
			s := spool.New(t.TempDir())
			defer func() { assert.NoError(t, s.Close()) }()
			sheets := make([]*probe.SheetResult, 3)
			lines := make([][][]byte, 3)
			for i := range sheets {
				sheets[i] = sheet(i, size)
				for k := range 7 {
					c := sheets[i].Cases[0]
					c.ID = fmt.Sprintf("api-%d/%d", i, k)
					line, err := probe.EncodeResult(&c)
					require.NoError(t, err)
					sheets[i].Cases, lines[i] = append(sheets[i].Cases, c), append(lines[i], line)
				}
				sheets[i].Cases = sheets[i].Cases[1:]
			}
			for _, upTo := range [][2]int{{0, 3}, {3, 4}} {
				for i := range 2 {
					require.NoError(t, s.Add(i, lines[i][upTo[0]:upTo[1]]))
				}
			}
			require.NoError(t, s.Add(1, lines[1][4:]))
			for i := range sheets {
				var want, got bytes.Buffer
				require.NoError(t, sheets[i].EncodeLine(&want))
				for _, given := range [][][]byte{lines[i][:6], nil} { // the second time it is put as a whole
					require.NoError(t, s.Put(i, sheets[i], given))
					require.NoError(t, s.CopyTo(&got, i))
					require.Equal(t, want.String(), got.String())
					got.Reset()
					back, err := s.Get(i)
					require.NoError(t, err)
					require.Equal(t, sheets[i], back)
				}
			}
		})
	}
}

// A file that others could read, or that stayed behind, would be one copy of the answers too many.
func TestNothingStaysBehind(t *testing.T) {
	dir := t.TempDir()
	s := spool.New(dir)
	for i := range 3 {
		require.NoError(t, s.Put(i, sheet(i, spool.InMemory/2), nil))
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	for _, path := range left { // where an open file keeps its name
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	require.NoError(t, s.Close())
	left, err = filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestWhatCannotBeKeptIsSaid(t *testing.T) {
	gone := filepath.Join(t.TempDir(), "gone")
	s := spool.New(gone)
	require.NoError(t, s.Put(0, sheet(0, 10), nil), "what is small needs no file")
	err := s.Put(1, sheet(1, spool.InMemory), nil)
	require.ErrorIs(t, err, spool.ErrFull)
	require.ErrorContains(t, err, gone)
	require.ErrorIs(t, s.Put(2, sheet(2, 10), nil), spool.ErrFull, "what comes later is not kept without it")
	_, err = s.Get(0)
	require.ErrorIs(t, err, spool.ErrFull, "and nothing is told that is not whole")
	require.NoError(t, s.Close())
}
