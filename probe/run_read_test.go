package probe

import (
	"bytes"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// readBack reads a run sheet by sheet, and puts it together again.
func readBack(from io.Reader) (*Run, error) {
	var sheets []SheetResult
	run, err := ReadRun(from, func(i int, s *SheetResult) error {
		sheets = append(sheets[:i], *s)
		return nil
	})
	if err == nil {
		run.Sheets = sheets
	}
	return run, err
}

func TestReadRunReadsWhatDecodeRunDoes(t *testing.T) {
	for seed := range uint64(60) {
		text := encoded(t, randomRun(rand.New(rand.NewPCG(seed, 7))))
		want, err := DecodeRun(bytes.NewReader(text))
		require.NoError(t, err)
		got, err := readBack(bytes.NewReader(text))
		require.NoError(t, err)
		require.Equal(t, string(encoded(t, want)), string(encoded(t, got)))
	}
	for name, text := range map[string]string{
		"a byte order mark": "\uFEFF" + `{"schema_version":"1"}`, "no sheets": `{"schema_version":"1","sheets":null}`, "sheets first": `{"sheets":[{"name":"A"}],"schema_version":"1"}`,
		"another case": `{"schema_version":"1","SHEETS":[{"Name":"A"}]}`, "later fields": `{"schema_version":"1.7","new":[{}],"sheets":[{"name":"A","newer":1}]}`,
	} {
		want, err := DecodeRun(strings.NewReader(text))
		require.NoError(t, err, name)
		got, err := readBack(strings.NewReader(text))
		require.NoError(t, err, name)
		assert.Equal(t, string(encoded(t, want)), string(encoded(t, got)), name)
	}
}

func TestReadRunRefusesWhatDecodeRunDoes(t *testing.T) {
	for _, text := range []string{
		"", "x", "[]", "null", "{", `{"schema_version":"2"}`, `{"sheets":[]}`, `{"schema_version":"1"} x`, `{"schema_version":"1","sheets":{}}`, `{"schema_version":"1","sheets":[`,
		`{"schema_version":"1","sheets":[1]}`, `{"schema_version":"1","sheets":[{}],}`, `{"schema_version":"1","started_at":"x"}`, `{"schema_version":"1","sheets":[{"name":1}]}`,
	} {
		_, err := DecodeRun(strings.NewReader(text))
		require.Error(t, err, text)
		_, err = readBack(strings.NewReader(text))
		require.Error(t, err, text)
	}
	_, err := ReadRun(strings.NewReader(`{"schema_version":"1","sheets":[{}]}`), func(int, *SheetResult) error { return io.ErrShortWrite })
	require.ErrorIs(t, err, io.ErrShortWrite)
	_, err = readBack(io.MultiReader(strings.NewReader(`{"schema_version":"1","sheets":[{`), brokenReader{}))
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

func TestReadRunStopsAtALimit(t *testing.T) {
	bounded := &perValue{in: strings.NewReader(strings.Repeat(" ", 10)), left: 4}
	read, err := io.ReadAll(bounded)
	require.ErrorContains(t, err, "larger than 256 MiB")
	require.Len(t, read, 4)
}

func FuzzReadRun(f *testing.F) {
	f.Add(encoded(f, randomRun(rand.New(rand.NewPCG(1, 2)))))
	f.Add([]byte(`{"schema_version":"1","sheets":[{"cases":[{}]}],"x":[{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if run, err := readBack(bytes.NewReader(data)); err == nil {
			run.Summarize()
			_, err = DecodeRun(bytes.NewReader(data))
			require.NoError(t, err, "it takes nothing else")
		}
	})
}
