package evidence_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
)

// only has nothing judged and decided again: what is altered has to be found by its digest.
func only(s evidence.Sources) evidence.Sources {
	s.Rejudge = func(run *probe.Run, _ []evidence.Source) (*probe.Run, []string) { return run, nil }
	return s
}

// TestEveryByteOfASheetCounts alters every byte of the document.
func TestEveryByteOfASheetCounts(t *testing.T) {
	k := newKit(t, nil)
	for i := range len(pickup) {
		altered := []byte(pickup)
		altered[i] ^= 1
		s := only(k.sources())
		s.Bundle, s.Run, s.Sheets[0].Data = nil, nil, altered
		v := evidence.Verify(s)
		require.Equal(t, evidence.Refused, v.Verdict, i)
		require.Equal(t, evidence.Broken, states(v)["sheet"])
		require.Contains(t, said(t, v, "sheet"), `"pickup.yaml" has been altered: its digest is `+sha256Of(altered)+", signed is "+sha256Of([]byte(pickup)))
	}
}

// TestEveryByteOfARunCounts alters every byte of the run. Where the bundle holds it as it was, the place is named.
func TestEveryByteOfARunCounts(t *testing.T) {
	k := newKit(t, nil)
	s := only(k.sources())
	for i := 0; i < len(k.run); i += 211 { // every kind of byte is met many times
		altered := bytes.Clone(k.run)
		altered[i] ^= 1
		s.Run = &evidence.Source{Name: "run.json", Data: altered}
		v := evidence.Verify(s)
		require.Equal(t, evidence.Refused, v.Verdict, i)
		line := bytes.Count(k.run[:i], []byte("\n")) + 1
		require.Contains(t, said(t, v, "run"), fmt.Sprintf("they differ from byte %d on, in line %d: found ", i+1, line))
	}
	s.Bundle, s.Run = nil, &evidence.Source{Name: "run.json", Data: append(bytes.Clone(k.run), ' ')}
	v := evidence.Verify(s)
	assert.Equal(t, evidence.Refused, v.Verdict)
	assert.Contains(t, said(t, v, "run"), `"run.json" is not the run that was signed: its digest is `+sha256Of(s.Run.Data))
}

func TestARunOnOneLineIsTheSameRun(t *testing.T) {
	k := newKit(t, nil)
	run, err := probe.DecodeRun(bytes.NewReader(k.run))
	require.NoError(t, err)
	line, err := probe.EncodeLine(run)
	require.NoError(t, err)
	s := k.sources()
	s.Run.Data = append(line, '\n')
	assert.Equal(t, evidence.Holds, evidence.Verify(s).Verdict)
	s.Run.Data = bytes.Replace(line, []byte(`{"schema_version"`), []byte(`{"note":"it was fine","schema_version"`), 1)
	assert.Equal(t, evidence.Refused, evidence.Verify(s).Verdict, "a member that is passed over when it is read")
}

// TestEveryKindOfByteOfABundleCounts alters every byte of the archive's structure, and some of what it packs.
func TestEveryKindOfByteOfABundleCounts(t *testing.T) {
	k := newKit(t, nil)
	classes := zipClasses(t, k.bundle)
	tried, named := map[string]int{}, map[string]int{}
	for i := range k.bundle {
		class := classes[i]
		if tried[class]++; tried[class] > 16 && tried[class]%499 != 0 {
			continue
		}
		altered := bytes.Clone(k.bundle)
		altered[i] ^= 1
		s := only(k.sources())
		s.Run, s.Sheets, s.Bundle = nil, nil, &evidence.Source{Name: "pickup.zip", Data: altered}
		v := evidence.Verify(s)
		require.Equal(t, evidence.Refused, v.Verdict, "%s at %d", class, i)
		require.Equal(t, evidence.Broken, states(v)["bundle"])
		what := said(t, v, "bundle")
		require.Contains(t, what, `"pickup.zip" is not what was signed: its digest is `+sha256Of(altered)+", signed is "+sha256Of(k.bundle))
		if strings.Contains(what, "\nthe entry ") || strings.Contains(what, "it cannot be unpacked") {
			named[class]++
		} else {
			require.Contains(t, what, "altered around its entries")
		}
	}
	for _, class := range []string{"header of an entry", "what an entry packs", "what stands behind an entry", "directory", "end of the directory"} {
		require.Positive(t, tried[class], class)
		require.Positive(t, named[class], class)
	}
}

// zipClasses says of each byte of an archive what it is part of (APPNOTE.TXT, sections 4.3.7, 4.3.9, 4.3.12 and 4.3.16).
func zipClasses(t *testing.T, data []byte) []string {
	t.Helper()
	classes := make([]string, len(data))
	mark := func(from, to int, class string) {
		for i := from; i < to; i++ {
			classes[i] = class
		}
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	for _, f := range archive.File {
		from, err := f.DataOffset()
		require.NoError(t, err)
		packed := int(f.CompressedSize64) //nolint:gosec // of a test
		mark(int(from)-30-len(f.Name)-len(f.Extra), int(from), "header of an entry")
		mark(int(from), int(from)+packed, "what an entry packs")
		mark(int(from)+packed, int(from)+packed+16, "what stands behind an entry")
	}
	end := bytes.LastIndex(data, []byte("PK\x05\x06"))
	directory := int(binary.LittleEndian.Uint32(data[end+16:]))
	mark(directory, end, "directory")
	mark(end, len(data), "end of the directory")
	require.NotContains(t, classes, "")
	return classes
}

// repacked is a bundle whose entries were changed, packed anew.
func repacked(t *testing.T, data []byte, change func(entries map[string]string) []string) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	entries := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		entries[f.Name] = string(text)
	}
	twice := change(entries)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range append(slices.Sorted(maps.Keys(entries)), twice...) {
		part, err := w.Create(name)
		require.NoError(t, err)
		_, _ = io.WriteString(part, entries[name])
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestWhatABundleHoldsHasToBelongTogether(t *testing.T) {
	tests := map[string]struct {
		change func(entries map[string]string) []string
		says   string
	}{
		"packed anew":      {func(map[string]string) []string { return nil }, "what it holds is in order, so that it was packed anew"},
		"a report altered": {func(e map[string]string) []string { e["report.html"] += "<!-- fine -->"; return nil }, `the entry "report.html" is not what SHA256SUMS says`},
		"the run altered": {func(e map[string]string) []string {
			e["run.json"] = strings.Replace(e["run.json"], "Ghent", "Bruges", 1)
			return nil
		}, `the entry run.json is not the run that was signed; they differ from byte`},
		"a sheet altered":   {func(e map[string]string) []string { e["documents/pickup.yaml"] += "#"; return nil }, `the entry "documents/pickup.yaml" is none of the documents that were signed`},
		"an entry more":     {func(e map[string]string) []string { e["note.txt"] = "fine"; return nil }, `the entry "note.txt" stands in no list`},
		"an entry less":     {func(e map[string]string) []string { delete(e, "report.html"); return nil }, `the entry "report.html" is missing`},
		"no run":            {func(e map[string]string) []string { delete(e, "run.json"); return nil }, `the entry run.json is missing`},
		"no list":           {func(e map[string]string) []string { delete(e, "SHA256SUMS"); return nil }, "SHA256SUMS is missing"},
		"a broken list":     {func(e map[string]string) []string { e["SHA256SUMS"] += "fine\n"; return nil }, "SHA256SUMS:"},
		"an entry twice":    {func(map[string]string) []string { return []string{"run.json"} }, `the entry "run.json" is there twice`},
		"out of the bundle": {func(e map[string]string) []string { e["../../.bashrc"] = "x"; return nil }, `the name "../../.bashrc" is none that a bundle has`},
	}
	k := newKit(t, nil)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := only(k.sources())
			s.Bundle.Data = repacked(t, k.bundle, tt.change)
			v := evidence.Verify(s)
			assert.Equal(t, evidence.Refused, v.Verdict)
			assert.Contains(t, said(t, v, "bundle"), tt.says)
			if name == "packed anew" {
				return
			}
			sealed := *k // by somebody who holds the keys
			sealed.bundle = s.Bundle.Data
			sealed.seal(t, k.asha, k.ben)
			v = evidence.Verify(only(sealed.sources()))
			assert.Equal(t, evidence.Refused, v.Verdict)
			assert.Contains(t, said(t, v, "bundle"), "is what was signed, and does not belong together")
		})
	}
}

func TestABundleThatIsNoneIsRefused(t *testing.T) {
	k := newKit(t, nil)
	var bomb bytes.Buffer
	w := zip.NewWriter(&bomb)
	part, err := w.Create("run.json")
	require.NoError(t, err)
	for range 257 {
		_, err = part.Write(make([]byte, 1<<20))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	for says, data := range map[string][]byte{
		"it cannot be unpacked: not a valid zip file": []byte("hello"), "unpacked it is larger than 256 MiB": bomb.Bytes(),
	} {
		s := k.sources()
		s.Bundle.Data = data
		v := evidence.Verify(s)
		assert.Equal(t, evidence.Refused, v.Verdict)
		assert.Contains(t, said(t, v, "bundle"), says)
	}
}

// FuzzVerify puts bytes into one of the parts, in place of some that were there: nothing but what was signed holds, and nothing panics.
func FuzzVerify(f *testing.F) {
	k := newKit(f, nil)
	f.Add(byte(0), uint32(0), uint32(0), []byte(nil))
	f.Add(byte(1), uint32(40), uint32(2), []byte("xy"))
	f.Add(byte(2), uint32(900), uint32(1), []byte(`","x":"`))
	f.Fuzz(func(t *testing.T, part byte, at, taken uint32, put []byte) {
		s := only(k.sources())
		data := []*[]byte{&s.File.Data, &s.Bundle.Data, &s.Run.Data, &s.Sheets[0].Data}[part%4]
		from := int(at) % (len(*data) + 1)
		to := min(from+int(taken), len(*data))
		altered := slices.Concat((*data)[:from], put, (*data)[to:])
		same := bytes.Equal(altered, *data)
		*data = altered
		v := evidence.Verify(s)
		require.Equal(t, same, v.Verdict == evidence.Holds, v.Reason)
		require.NoError(t, v.Text(io.Discard))
	})
}
