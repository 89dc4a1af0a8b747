package report_test

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// counting is a masker that counts what it looks at.
type counting struct {
	*probe.Redactor
	bytes int
}

func (c *counting) Text(s string) string {
	c.bytes += len(s)
	return c.Redactor.Text(s)
}

// exported is a document of one long line, as exports are, with an API every two hundred bytes and complaints about each.
func exported(apis int) report.Document {
	d := report.Document{Document: source.NewDocument("d", nil, strings.Repeat(strings.Repeat("x", 199)+" ", apis))}
	for i := range apis {
		at := d.Document.Text().Span(i*200, i*200+9)
		d.Sheets = append(d.Sheets, &probe.Sheet{Name: "X", Diagnostics: source.Diagnostics{{Message: "m", At: at}, {Message: "n", At: at}}})
	}
	return d
}

// Of a long line no more is masked than it has, up to a factor, however many complaints stand on it.
func TestLintMasksALongLineOnce(t *testing.T) {
	const apis = 2000
	mask := &counting{Redactor: probe.NewRedactor(probe.Vars{})}
	require.NoError(t, report.Lint(io.Discard, []report.Document{exported(apis)}, mask, report.Options{}))
	assert.Less(t, mask.bytes, 4*200*apis)
}

func BenchmarkLintOneLine(b *testing.B) {
	documents := []report.Document{exported(10_000)}
	mask := probe.NewRedactor(probe.Vars{})
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, report.Lint(io.Discard, documents, mask, report.Options{}))
	}
}
