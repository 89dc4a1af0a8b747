package access_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

// fiveEntries is an exported log.
func fiveEntries(t *testing.T) []string {
	t.Helper()
	h := newHouse(t)
	for i := range 4 {
		require.NoError(t, h.Record(t.Context(), access.Entry{Who: "ada", Action: "run", Subject: fmt.Sprintf("<nightly> & \"%d\"", i), Result: "done"}))
	}
	var out strings.Builder
	require.NoError(t, access.Export(h.Log(t.Context()), &out))
	return strings.SplitAfter(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func verify(lines []string, noted ...access.Head) (access.Head, error) {
	return access.Verify(access.Exported(strings.NewReader(strings.Join(lines, ""))), noted...)
}

func TestAnExportedLogIsVerified(t *testing.T) {
	lines := fiveEntries(t)
	head, err := verify(lines)
	require.NoError(t, err)
	assert.EqualValues(t, 5, head.Number)
	_, err = verify(lines, head)
	require.NoError(t, err)
	third, err := verify(lines[:3])
	require.NoError(t, err, "that the end is missing, only a noted head tells")
	_, err = verify(lines, head, third)
	require.NoError(t, err)
	_, err = verify(lines[:3], head)
	require.EqualError(t, err, "entry 4: is missing: the log was noted to have reached entry 5")
	_, err = verify(lines, access.Head{Number: 3, Digest: head.Digest})
	require.ErrorContains(t, err, "entry 3: its digest is not the one that was noted")
}

// paper is a log that somebody can cut.
type paper struct {
	access.Store
	entries []access.Entry
}

func (p *paper) Append(_ context.Context, seal func(access.Entry) access.Entry) error {
	var last access.Entry
	if len(p.entries) > 0 {
		last = p.entries[len(p.entries)-1]
	}
	p.entries = append(p.entries, seal(last))
	return nil
}

func TestACutIsNoticedByWhoWrote(t *testing.T) {
	for name, c := range map[string]struct {
		cut   func(p *paper, more *access.Authority)
		after string
	}{
		"the end":                            {func(p *paper, _ *access.Authority) { p.entries = p.entries[:2] }, "the log ended at entry 2"},
		"all":                                {func(p *paper, _ *access.Authority) { p.entries = nil }, "the log ended at entry 0"},
		"the end, and made anew":             {func(p *paper, more *access.Authority) { p.entries = p.entries[:2]; write(t, more, "forged") }, "the log ended at entry 3"},
		"nothing":                            {func(*paper, *access.Authority) {}, ""},
		"nothing, and another process wrote": {func(_ *paper, more *access.Authority) { write(t, more, "other") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, said := &paper{}, ""
			a := access.New(p, access.Options{Say: func(format string, args ...any) { said += fmt.Sprintf(format, args...) }})
			for range 3 {
				write(t, a, "run")
			}
			third := p.entries[2].Digest
			c.cut(p, access.New(p, access.Options{}))
			write(t, a, "run")
			write(t, a, "run")
			var broken []access.Entry
			for _, e := range p.entries {
				if e.Action == "audit.broken" {
					broken = append(broken, e)
				}
			}
			if c.after == "" {
				assert.Empty(t, broken)
				assert.Empty(t, said)
				return
			}
			require.Len(t, broken, 1, "it is told once")
			assert.Equal(t, "3:"+third, broken[0].Subject)
			assert.Contains(t, broken[0].Result, c.after)
			assert.Contains(t, said, "the audit log had reached 3:"+third)
		})
	}
}

func write(t *testing.T, a *access.Authority, action string) {
	t.Helper()
	require.NoError(t, a.Record(t.Context(), access.Entry{Action: action}))
}

func TestWhatWasChangedIsNamed(t *testing.T) {
	lines := fiveEntries(t)
	for name, c := range map[string]struct {
		change func(l []string) []string
		entry  int64
		says   string
	}{
		"a text": {func(l []string) []string { l[2] = strings.Replace(l[2], "ada", "bob", 1); return l }, 3, "it was changed"},
		"a time": {func(l []string) []string { l[1] = strings.Replace(l[1], "2026", "2025", 1); return l }, 2, "it was changed"},
		"a digest": {func(l []string) []string {
			l[1] = regexp.MustCompile(`"digest":"."?`).ReplaceAllString(l[1], `"digest":"0`)
			return l
		}, 2, "it was changed"},
		"a missing entry":  {func(l []string) []string { return slices.Delete(l, 1, 2) }, 2, "entry 3 follows entry 1"},
		"the first":        {func(l []string) []string { return l[1:] }, 1, "is missing"},
		"an entry twice":   {func(l []string) []string { return slices.Insert(l, 2, l[1]) }, 3, "entry 2 follows entry 2"},
		"the order":        {func(l []string) []string { l[1], l[2] = l[2], l[1]; return l }, 2, "is missing"},
		"another spelling": {func(l []string) []string { l[3] = strings.Replace(l[3], ":", ": ", 1); return l }, 4, "not written as"},
		"another key":      {func(l []string) []string { l[3] = strings.Replace(l[3], "{", `{"x":1,`, 1); return l }, 4, "not written as"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := verify(c.change(slices.Clone(lines)))
			var broken *access.Broken
			require.ErrorAs(t, err, &broken)
			assert.Equal(t, c.entry, broken.Number)
			assert.ErrorContains(t, err, c.says)
		})
	}
	_, err := verify([]string{"nonsense"})
	require.ErrorContains(t, err, "line 1 is no entry")
	_, err = verify([]string{strings.Repeat("x", 1<<20)})
	require.Error(t, err)
}

// Every byte of a log counts.
func TestAnyByteThatIsFlippedIsFound(t *testing.T) {
	whole := strings.Join(fiveEntries(t), "")
	_, err := verify([]string{whole})
	require.NoError(t, err)
	for i := range len(whole) - 1 {
		changed := []byte(whole)
		changed[i] ^= 1
		_, err := verify([]string{string(changed)})
		require.Error(t, err, "byte %d, %q", i, whole[max(0, i-10):i+1])
	}
}
