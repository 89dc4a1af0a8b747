package probe

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// indented is JSON in the form of EncodeJSON by encoding/json.
func indented(t testing.TB, line []byte) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, json.Indent(&out, line, "", "  "))
	return out.String() + "\n"
}

// However what stands on one line comes in pieces, it is indented as encoding/json does.
func TestIndentedIsWhatEncodingJSONIndents(t *testing.T) {
	lines := []string{
		`{}`, `[]`, `""`, `-1.5e+30`, `null`, `[[],{},[{}],{"":[]}]`, `{"a":"{\"b\":[1,2]}\\","\\\"":["\\"]}`, `[true,false,null,0]`,
		`[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]`,
	}
	for seed := range uint64(100) {
		line, err := EncodeLine(randomRun(rand.New(rand.NewPCG(seed, 3))))
		require.NoError(t, err)
		lines = append(lines, string(line))
	}
	for i, line := range lines {
		want := indented(t, []byte(line))
		var whole, bytewise, read bytes.Buffer
		n := NewIndenter(&whole)
		_, err := n.Write([]byte(line))
		require.NoError(t, err)
		require.NoError(t, n.End())
		require.Equal(t, want, whole.String())

		n = NewIndenter(&bytewise)
		_, err = io.Copy(struct{ io.Writer }{n}, iotest.OneByteReader(bytes.NewReader([]byte(line))))
		require.NoError(t, err)
		require.NoError(t, n.End())
		require.Equal(t, want, bytewise.String(), i)

		n = NewIndenter(&read)
		size, err := n.ReadFrom(iotest.DataErrReader(iotest.HalfReader(bytes.NewReader([]byte(line)))))
		require.NoError(t, err)
		assert.Len(t, line, int(size))
		require.NoError(t, n.End())
		require.Equal(t, want, read.String(), i)
	}
}

type fullDisk struct{}

var errFullDisk = errors.New("no space left")

func (fullDisk) Write([]byte) (int, error) { return 0, errFullDisk }

func TestWhatCannotBePassedOnIsSaid(t *testing.T) {
	long := bytes.Repeat([]byte(`"x",`), indentAtOnce)
	_, err := NewIndenter(fullDisk{}).Write(long)
	require.ErrorIs(t, err, errFullDisk)
	_, err = NewIndenter(fullDisk{}).ReadFrom(bytes.NewReader(long))
	require.ErrorIs(t, err, errFullDisk)
	require.ErrorIs(t, NewIndenter(fullDisk{}).End(), errFullDisk)
	_, err = NewIndenter(io.Discard).ReadFrom(brokenReader{})
	require.ErrorIs(t, err, io.ErrClosedPipe)
	require.ErrorIs(t, (&Run{Sheets: make([]SheetResult, 1)}).Encode(fullDisk{}), errFullDisk)
}

// Wherever what is written is cut, what comes out is what encoding/json makes of it.
func FuzzIndent(f *testing.F) {
	f.Add([]byte(`{"a":"{\"b\":[1,2]}\\","\\\"":["\\"],"c":[],"d":-1.5e+30}`), 7)
	f.Add([]byte(`["\\\\\"",{"":{}},null]`), 3)
	f.Fuzz(func(t *testing.T, text []byte, cut int) {
		var line, out bytes.Buffer
		if json.Compact(&line, text) != nil || cut < 0 || cut > line.Len() {
			t.Skip()
		}
		n := NewIndenter(&out)
		_, err := n.Write(line.Bytes()[:cut])
		require.NoError(t, err)
		_, err = n.Write(line.Bytes()[cut:])
		require.NoError(t, err)
		require.NoError(t, n.End())
		require.Equal(t, indented(t, line.Bytes()), out.String())
	})
}
