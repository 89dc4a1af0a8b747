package sheet_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

func TestAnOpenedInputIsDecodedAndParsedOnce(t *testing.T) {
	in := sheet.Input{Name: "d", Data: []byte("a: 1\n---\nb: [\n")}.Opened()
	doc, err := in.Decode()
	require.NoError(t, err)
	again, err := in.Decode()
	require.NoError(t, err)
	assert.Same(t, doc, again)

	text := doc.Text()
	first, rest := text.Slice(0, len("a: 1\n")), text.Slice(len("a: 1\n"), text.Len())
	nodes, err := in.Parse(first)
	require.NoError(t, err)
	same, err := in.Parse(first)
	require.NoError(t, err)
	assert.Same(t, nodes[0], same[0])
	for range 2 {
		_, err = in.Parse(rest)
		require.Error(t, err, "another piece is another result, and a mistake stays one")
	}
}

func TestAnInputThatHoldsNoTextSaysSoEachTime(t *testing.T) {
	for name, in := range map[string]sheet.Input{"opened": sheet.Input{Name: "d"}.Opened(), "not opened": {Name: "d"}} {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				_, err := in.Decode()
				require.Error(t, err)
			}
		})
	}
}
