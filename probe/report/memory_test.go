package report_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// manyExchanges is a run of APIs with so many cases each, one of which deviates and one of which has a warning; every exchange takes 8 KB.
func manyExchanges(apis, cases int) *probe.Run {
	run := &probe.Run{SchemaVersion: probe.SchemaVersion, RunID: "many"}
	for i := range apis {
		s := probe.SheetResult{Name: fmt.Sprintf("API %d", i), Method: "GET", URL: "http://127.0.0.1:1/parcels", Document: "all.xlsx", Diagnostics: source.Diagnostics{}}
		s.Coverage = probe.Coverage{Codes: []probe.CodeCoverage{}, Responses: []probe.ResponseCoverage{}}
		for k := range cases {
			c := deviating(k)
			c.ID, c.Verdict = fmt.Sprintf("api-%d/missing-field/f%d", i, k), probe.Conforms
			c.Exchange.Response.Body = fmt.Sprintf(`{"n":%d,"text":"%s"}`, k, strings.Repeat("x", 8<<10))
			switch k {
			case 0:
				c.Verdict, c.Findings = probe.Deviates, []probe.Finding{found("shape.missing", fmt.Sprintf(`"id%d" is missing`, i), k+1)}
			case 1:
				c.Findings = []probe.Finding{found("shape.undocumented", "more came", k+1)}
				c.Findings[0].Severity = source.Warning
			}
			s.Cases = append(s.Cases, c)
		}
		s.Measure()
		run.Sheets = append(run.Sheets, s)
	}
	return summarized(run)
}

// living counts the bytes that are alive while a report is written, over those that were before: whenever an API is read, and much was written.
type living struct {
	report.Results
	written, next, before, most uint64
}

func (l *living) Write(p []byte) (int, error) {
	if l.written += uint64(len(p)); l.written >= l.next {
		l.next = l.written + 200<<10
		l.look()
	}
	return len(p), nil
}

func (l *living) Get(i int) (*probe.SheetResult, error) {
	if i%20 == 19 {
		l.look()
	}
	return l.Results.Get(i)
}

func (l *living) look() {
	now := alive()
	l.most = max(l.most, now-min(l.before, now))
}

func alive() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// What a format holds of a run may grow with its APIs and with what is wrong, and not with what was exchanged.
func TestFormatsHoldNoExchanges(t *testing.T) {
	for _, format := range report.Formats {
		for _, verbose := range []bool{false, true} {
			o := report.Options{Verbose: verbose}
			if verbose && format.Name != "text" {
				continue
			}
			t.Run(fmt.Sprintf("%s/verbose=%t", format.Name, verbose), func(t *testing.T) {
				require.NotNil(t, format.Streams)
				require.True(t, format.Streams(o))
				assert.Less(t, heldForEachCase(t, format, o), 1<<10, "bytes, of which the exchange alone takes 8 KB")
			})
		}
	}
	holding := report.Format{Write: func(_ io.Writer, run *probe.Run, o report.Options) error {
		all := make([]*probe.SheetResult, len(run.Sheets))
		for i := range all {
			all[i], _ = o.Results.Get(i)
		}
		runtime.KeepAlive(all)
		return nil
	}}
	require.Greater(t, heldForEachCase(t, holding, report.Options{}), 4<<10, "one that held them would be noticed")
}

// heldForEachCase is how many bytes more a format holds for each further case.
func heldForEachCase(t *testing.T, format report.Format, o report.Options) int {
	const apis, few, many = 60, 4, 24
	return (heldBy(t, format, o, apis, many) - heldBy(t, format, o, apis, few)) / (apis * (many - few))
}

func heldBy(t *testing.T, format report.Format, o report.Options, apis, cases int) int {
	t.Helper()
	lean, kept := leanOf(t, manyExchanges(apis, cases))
	l := &living{Results: kept, before: alive()}
	o.Results = l
	require.NoError(t, format.Write(l, lean, o))
	return int(l.most) //nolint:gosec // some MB
}
