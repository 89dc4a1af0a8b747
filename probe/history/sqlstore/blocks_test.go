//go:build unix

package sqlstore

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/s2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/historytest"
)

func TestWhatIsPackedComesBack(t *testing.T) {
	for name, test := range map[string]struct {
		lines  []string // by place
		blocks int
	}{
		"nothing":            {nil, 0},
		"one":                {[]string{"{}"}, 1},
		"an empty line":      {[]string{""}, 1},
		"several":            {[]string{`{"a":1}`, `{"a":2}`, strings.Repeat("x", 1000)}, 1},
		"more than a block":  {slices.Repeat([]string{strings.Repeat("x", largeBlock/4)}, 9), 3},
		"larger than any":    {[]string{"{}", strings.Repeat("x", largeBlock+1), "{}"}, 3},
		"as large as a full": {[]string{strings.Repeat("x", largeBlock-1), "x", "x"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			var entries []entry
			for i, line := range slices.Backward(test.lines) {
				entries = append(entries, entry{7, 3 * i, fmt.Sprintf("api/\n%d", i), probe.Conforms, []byte(line)})
			}
			blocks := 0
			var back []entry
			for b := range new(packer).blocks(slices.Clone(entries)) {
				blocks++
				cases, err := unpack(b.head, b.body)
				require.NoError(t, err)
				assert.Equal(t, []int{cases[0].position, cases[len(cases)-1].position, len(cases)}, []int{b.first, b.last, b.cases})
				back = append(back, cases...)
			}
			require.Equal(t, test.blocks, blocks)
			slices.Reverse(entries)
			require.Equal(t, len(entries), len(back))
			for i := range back {
				assert.Equal(t, entries[i].id, back[i].id)
				assert.Equal(t, []int{7, entries[i].position}, []int{back[i].api, back[i].position})
				assert.Equal(t, string(entries[i].line), string(back[i].line))
			}
		})
	}
}

func TestADamagedBlockIsAnError(t *testing.T) {
	whole := new(packer).pack([]entry{{0, 1, "a/b", probe.Conforms, []byte("{}")}, {5, 2, "a/c", probe.Deviates, []byte("{}")}})
	packed := func(text string) []byte { return s2.Encode(nil, []byte(text)) }
	for name, b := range map[string]block{
		"no head":           {head: []byte{}, body: whole.body},
		"a torn head":       {head: whole.head[:len(whole.head)-1], body: whole.body},
		"a head that ends":  {head: packed("\x01\x01\x03a/b"), body: whole.body},
		"a text too long":   {head: packed("\x01\x01\x7fa/b"), body: whole.body},
		"a place too large": {head: packed("\x01\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x00\x00"), body: whole.body},
		"too few lines":     {head: whole.head, body: packed("{}\n")},
		"too many lines":    {head: whole.head, body: packed("{}\n{}\n{}\n")},
		"no end":            {head: whole.head, body: packed("{}\n{}")},
		"too large to be":   {head: whole.head, body: []byte("\xff\xff\xff\xff\x0f")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := unpack(b.head, b.body)
			require.ErrorIs(t, err, errDamaged)
		})
	}
}

func FuzzUnpack(f *testing.F) {
	whole := new(packer).pack([]entry{{0, 1, "a/b", probe.Conforms, []byte("{}")}, {3, 1 << 20, "a/c", probe.Deviates, []byte(`{"x":1}`)}})
	f.Add(whole.head, whole.body)
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(_ *testing.T, head, body []byte) {
		_, _ = unpack(head, body)
		_, _ = unpack(s2.Encode(nil, head), s2.Encode(nil, body))
	})
}

// Cases that finish one by one, as with a polite rate, share a block in the end, and leave nothing beside it.
func TestCasesThatFinishOneByOneShareABlock(t *testing.T) {
	for name, settle := range map[string]bool{"settled": true, "folded at the end": false} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "h.db"), time.Now)
			require.NoError(t, err)
			defer func() { require.NoError(t, s.Close()) }()
			run := historytest.Run("r", time.Unix(0, 0), 1, 50, nil)
			require.NoError(t, s.Begin(t.Context(), run, time.Now().Add(time.Minute)))
			for i := range 50 {
				require.NoError(t, s.Keep(t.Context(), "r", []history.Case{historytest.Case(run, 0, i*7%50)}))
			}
			if settle {
				api, err := history.SettledAPI(0, &run.Sheets[0], nil)
				require.NoError(t, err)
				require.NoError(t, s.KeepAPIs(t.Context(), "r", []history.API{api}))
			}
			missing, err := s.Complete(t.Context(), run, []history.Night{history.NightOf(run, &run.Sheets[0])})
			require.NoError(t, err)
			require.Empty(t, missing)
			requireRun(t, run, s)
			rows, err := s.texts(t.Context(), `SELECT cases FROM case_blocks UNION ALL SELECT number FROM case_log`)
			require.NoError(t, err)
			require.Equal(t, []string{"50"}, rows)
		})
	}
}

// What stands in the log alone, as the cases of large APIs do, is brought into blocks by work that grows with the cases, and not with their square.
func TestCasesOfManyAPIsAreFoldedAtTheEnd(t *testing.T) {
	const cases = 150
	work := func(apis int) float64 {
		s, err := Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "h.db"), time.Now)
		require.NoError(t, err)
		defer func() { require.NoError(t, s.Close()) }()
		run := historytest.Run("r", time.Unix(0, 0), apis, cases, nil)
		require.NoError(t, s.Begin(t.Context(), run, time.Now().Add(time.Minute)))
		nights := make([]history.Night, apis)
		for few := 0; few < apis; few += 4 { // four APIs at a time
			for k := range cases {
				step := make([]history.Case, 0, 4)
				for i := few; i < few+4; i++ {
					step = append(step, historytest.Case(run, i, k))
					nights[i] = history.NightOf(run, &run.Sheets[i])
				}
				require.NoError(t, s.Keep(t.Context(), "r", step))
			}
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		missing, err := s.Complete(t.Context(), run, nights)
		runtime.ReadMemStats(&after)
		require.NoError(t, err)
		require.Empty(t, missing)
		requireRun(t, run, s)
		return float64(after.Mallocs - before.Mallocs)
	}
	require.Less(t, work(96)/work(32), 3*1.3)
}
