package source_test

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// onOneLine is a document of one line, as exports are, with a complaint every hundred bytes.
func onOneLine(complaints int) (*source.Document, source.Diagnostics) {
	d := source.NewDocument("d", nil, strings.Repeat(strings.Repeat("x", 99)+" ", complaints))
	var ds source.Diagnostics
	for i := range complaints {
		ds = append(ds, source.Diagnostic{Message: "m", At: d.Text().Span(i*100, i*100+9)})
	}
	return d, ds
}

// Complaints that stand beside each other on a long line give the same piece to the mask, which may then remember it.
func TestRenderMasksNeighboursTogether(t *testing.T) {
	d, ds := onOneLine(10_000)
	pieces, longest := map[string]bool{}, 0
	mask := func(s string) string {
		if s != "m" && s != "" {
			pieces[s[:min(len(s), 60)]+s[max(len(s)-60, 0):]] = true
			longest = max(longest, len(s))
		}
		return s
	}
	require.NoError(t, ds.Render(io.Discard, d, source.RenderOptions{Mask: mask}))
	assert.Less(t, len(pieces), 1000_000/4096+2)
	assert.Less(t, longest, 16<<10)
}

func BenchmarkRenderOneLine(b *testing.B) {
	d, ds := onOneLine(10_000)
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, ds.Render(io.Discard, d, source.RenderOptions{}))
	}
}
