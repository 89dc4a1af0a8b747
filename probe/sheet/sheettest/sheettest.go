// Package sheettest is what every reader has to pass: golden files, the one API that is the same sheet in every format, and fuzzing from the
// corpus. Only tests use it.
package sheettest

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Suite is one reader and documents of its format, by the names of their golden files.
type Suite struct {
	Format    sheet.Format
	Documents map[string][]byte
	Sure      int      // how sure the reader has to be of its documents
	Unsure    []string // documents of which another reader may be surer
	Hints     bool     // the golden files hold what is advised, too
}

// Documents are the files of a pattern in the folder testdata.
func Documents(t testing.TB, pattern string) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", pattern))
	require.NoError(t, err)
	found := map[string][]byte{}
	for _, path := range paths {
		if strings.HasSuffix(path, ".golden.json") {
			continue
		}
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		name := filepath.Base(path)
		found[strings.TrimSuffix(name, filepath.Ext(name))] = data
	}
	require.NotEmpty(t, found, "the test must find its documents")
	return found
}

// Golden reads every document and compares what was understood with its golden file.
func (s Suite) Golden(t *testing.T) {
	require.NotEmpty(t, s.Documents)
	for _, name := range slices.Sorted(maps.Keys(s.Documents)) {
		t.Run(name, func(t *testing.T) {
			in := sheet.Input{Name: name, Data: s.Documents[name]}
			if !slices.Contains(s.Unsure, name) {
				assert.GreaterOrEqual(t, s.Format.Detect(in), s.Sure, "it has to win over other readers")
			}
			r := s.Format.Read(in)
			all := slices.Clone(r.Diagnostics)
			for _, made := range r.Sheets {
				all = append(all, made.Diagnostics...)
			}
			if strings.HasPrefix(name, "invalid-") { // what matters is what is said
				r.Sheets = nil
			}
			Compare(t, filepath.Join("testdata", name+".golden.json"), understood{r.Sheets, s.said(t, all)})
		})
	}
}

// understood is what a golden file holds.
type understood struct {
	Sheets      []*probe.Sheet `json:"sheets"`
	Diagnostics []string       `json:"diagnostics"`
}

// said are diagnostics in words.
func (s Suite) said(t *testing.T, all source.Diagnostics) []string {
	t.Helper()
	var said []string
	for _, d := range all {
		at, err := json.Marshal(d.At)
		require.NoError(t, err)
		said = append(said, strings.Join([]string{d.Rule, string(d.Severity), d.Field, string(at), d.Message}, " "))
		if s.Hints {
			said = append(said, "    "+d.Hint)
		}
	}
	return said
}

// Compare compares a value with the one that a golden file holds as JSON.
func Compare(t *testing.T, golden string, value any) {
	t.Helper()
	var got bytes.Buffer
	e := json.NewEncoder(&got)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(value))
	CompareText(t, golden, got.String())
}

// CompareText compares a text with a golden file.
func CompareText(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// Fuzz starts from the documents, from those of the corpus, and from the seeds. Further checks see each reading.
func (s Suite) Fuzz(f *testing.F, checks []func(*testing.T, sheet.Reading), seeds ...string) {
	for _, data := range s.Documents {
		f.Add(data)
	}
	for _, d := range Corpus(f, s.Format.Name) {
		f.Add(d.Data)
	}
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := Read(t, s.Format, data)
		for _, check := range checks {
			check(t, r)
		}
	})
}

// Read reads what somebody made up: whatever it is, something is said, and the sheets can be linted and written.
func Read(t *testing.T, format sheet.Format, data []byte) sheet.Reading {
	t.Helper()
	in := sheet.Input{Name: "fuzz", Data: data}
	format.Detect(in)
	r := format.Read(in)
	require.NotNil(t, r.Document)
	require.True(t, len(r.Sheets) > 0 || len(r.Diagnostics) > 0, "something is always said")
	for _, s := range r.Sheets {
		sheet.Lint(s)
	}
	_, err := json.Marshal(r.Sheets)
	require.NoError(t, err)
	return r
}

// Damaged cuts archives off at every twentieth of their length, and changes bytes of them: nothing is read of the former, and something said
// of both.
func (s Suite) Damaged(t *testing.T) {
	const parts, flips = 20, 60
	require.NotEmpty(t, s.Documents)
	for name, data := range s.Documents {
		for i := range parts {
			r := Read(t, s.Format, data[:len(data)*i/parts])
			require.Empty(t, r.Sheets, "%s, cut off at %d/%d", name, i, parts)
		}
		for i := range flips {
			changed := bytes.Clone(data)
			changed[len(data)*i/flips] ^= 0x55
			Read(t, s.Format, changed)
		}
	}
}
