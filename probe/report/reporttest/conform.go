package reporttest

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
)

// Counts is what a report says in its own terms. A number that a format does not tell is Unsaid.
type Counts struct {
	Cases, Conforms, Deviates, Inconclusive, Blocked, Skipped int
	// Findings is how many findings the report shows or counts.
	Findings int
	// Red says that whoever reads the report by the rules of the format takes the run for one that did not end well.
	Red bool
}

// Unsaid is a number that a format does not tell.
const Unsaid = -1

// Reader reads reports of one format back.
type Reader struct {
	// Read demands that the report is valid, and takes the numbers from it.
	Read func(t *testing.T, report []byte) Counts
	// Inert demands that nothing that answers and documents say acts where the report is shown; nil where Read has proved it.
	Inert func(t *testing.T, report []byte)
	// TellsRed says that Counts.Red means something; else the format has no such notion.
	TellsRed bool
	// MaxBytes bounds a report of any run; 0 where a report grows with its run.
	MaxBytes int
	// Whole says that the format is written at once: it is a digest, or one canonical value.
	Whole bool
	// Binary says that the report is no text.
	Binary bool
	// Options are those that the reports are written with.
	Options report.Options
}

// Conform runs the suite on a format, with runs besides its own.
func Conform(t *testing.T, f report.Format, r Reader, runs map[string]*probe.Run) {
	t.Helper()
	all := composed()
	for name, run := range runs {
		all[name] = run
	}
	ConformOn(t, f, r, all)
	t.Run("huge", func(t *testing.T) {
		s := suite{f, r, Huge(250, 8)}
		s.run.Summarize()
		s.equalCounts(t, s.written(t))
		s.streams(t)
	})
}

// ConformOn runs it with these runs alone, for a format that cannot write every run.
func ConformOn(t *testing.T, f report.Format, r Reader, runs map[string]*probe.Run) {
	t.Helper()
	require.NotNil(t, r.Read, "a format needs a reader")
	require.NotEmpty(t, runs)
	for name, run := range runs {
		t.Run(name, func(t *testing.T) {
			s := suite{f, r, run}
			out := s.written(t)
			s.sameEachTime(t, out)
			s.equalCounts(t, out)
			s.inert(t, out)
			s.passesErrorsOn(t, out)
		})
	}
}

type suite struct {
	format report.Format
	reader Reader
	run    *probe.Run
}

func (s suite) written(t *testing.T) []byte {
	t.Helper()
	before := encoded(t, s.run)
	var out bytes.Buffer
	require.NoError(t, s.format.Write(&out, s.run, s.reader.Options))
	require.NotEmpty(t, out.Bytes())
	require.True(t, bytes.Equal(before, encoded(t, s.run)), "the run stays as it is")
	if s.reader.MaxBytes > 0 {
		require.LessOrEqual(t, out.Len(), s.reader.MaxBytes, "a report of bounded length")
	}
	return out.Bytes()
}

// sameEachTime demands equal bytes for the same run, and for the run as it is read from its record.
func (s suite) sameEachTime(t *testing.T, out []byte) {
	t.Helper()
	recorded, err := probe.DecodeRun(bytes.NewReader(encoded(t, s.run)))
	require.NoError(t, err)
	runs := map[string]*probe.Run{"the same run": s.run}
	if isUTF8(s.run) {
		runs["its record"] = recorded
	}
	for name, run := range runs {
		var again bytes.Buffer
		require.NoError(t, s.format.Write(&again, run, s.reader.Options))
		if !bytes.Equal(out, again.Bytes()) {
			t.Errorf("another report of %s: %s", name, difference(out, again.Bytes()))
		}
	}
}

func (s suite) equalCounts(t *testing.T, out []byte) {
	t.Helper()
	got, sum := s.reader.Read(t, out), s.run.Summary
	for _, n := range []struct {
		what       string
		got, wants int
	}{
		{"cases", got.Cases, sum.Cases},
		{"conforms", got.Conforms, sum.Conforms},
		{"deviates", got.Deviates, sum.Deviates},
		{"inconclusive", got.Inconclusive, sum.Inconclusive},
		{"blocked", got.Blocked, sum.Blocked},
		{"skipped", got.Skipped, sum.Skipped},
		{"findings", got.Findings, findingsOf(s.run)},
	} {
		if n.got != Unsaid {
			assert.Equal(t, n.wants, n.got, n.what)
		}
	}
	if s.reader.TellsRed {
		assert.Equal(t, s.run.ExitCode != probe.ExitConforms, got.Red, "red where the exit code, %d, is not 0, and only there", s.run.ExitCode)
	}
}

// inert demands that a text holds no character that acts on a terminal, but tabs and line ends.
func (s suite) inert(t *testing.T, out []byte) {
	t.Helper()
	if s.reader.Inert != nil {
		s.reader.Inert(t, out)
	}
	if s.reader.Binary {
		return
	}
	require.True(t, bytes.HasSuffix(out, []byte("\n")), "the last byte is a line end")
	acts := func(r rune) bool {
		return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
	}
	if at := bytes.IndexFunc(out, acts); at >= 0 {
		t.Errorf("a character that acts at byte %d: %q", at, out[max(0, at-40):min(len(out), at+10)])
	}
}

// passesErrorsOn breaks the writer at several places: half a report is never taken for a whole one.
func (s suite) passesErrorsOn(t *testing.T, out []byte) {
	t.Helper()
	for _, limit := range []int{0, len(out) / 2, len(out) - 1} {
		require.ErrorIs(t, s.format.Write(&full{left: limit}, s.run, s.reader.Options), errFull, "after %d of %d bytes", limit, len(out))
	}
}

var errFull = errors.New("no space left")

// full is a writer with room for so many bytes.
type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.left {
		n := f.left
		f.left = 0
		return n, errFull
	}
	f.left -= len(p)
	return len(p), nil
}

// streams demands that a large report is handed on in pieces.
func (s suite) streams(t *testing.T) {
	t.Helper()
	if s.reader.Whole {
		return
	}
	w := &pieces{}
	require.NoError(t, s.format.Write(w, s.run, s.reader.Options))
	assert.Less(t, w.largest, w.all/8, "the report comes in pieces")
}

type pieces struct{ all, largest int }

func (p *pieces) Write(b []byte) (int, error) {
	p.all += len(b)
	p.largest = max(p.largest, len(b))
	return len(b), nil
}

func encoded(t *testing.T, run *probe.Run) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run.Encode(&out))
	return out.Bytes()
}

func findingsOf(run *probe.Run) int {
	n := 0
	for i := range run.Sheets {
		n += len(run.Sheets[i].Findings)
		for k := range run.Sheets[i].Cases {
			n += len(run.Sheets[i].Cases[k].Findings)
		}
	}
	return n
}

// difference shows the first lines that differ.
func difference(a, b []byte) string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] + "\n" + y[i]
		}
	}
	return "one is longer"
}
