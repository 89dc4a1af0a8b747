package report

import (
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe"
)

// stability tells of each API whose cases were sent more than once how alike and how fast its answers were, and what was sent once after all.
func (t *textReport) stability() {
	var repeated []*probe.SheetResult
	for i := range t.run.Sheets {
		if s := &t.run.Sheets[i]; s.Timings != nil && s.Timings.Repeated > 0 {
			repeated = append(repeated, s)
		}
	}
	shown := t.atMost(len(repeated), maxOverall)
	for _, s := range repeated[:shown] {
		t.row(0, "stability", fit(inert(s.Name), maxName)+": "+agreement(s.Timings)+"; "+speed(s.Timings))
	}
	if rest := len(repeated) - shown; rest > 0 {
		t.row(0, "", "and "+more(rest, "API")+"; -v shows all")
	}
	t.notRepeated()
}

func agreement(m *probe.Timings) string {
	if m.Agreeing == m.Repeated {
		return fmt.Sprintf("%s repeated, all alike each time", count(m.Repeated, "case"))
	}
	return fmt.Sprintf("%s repeated, %s alike each time", count(m.Repeated, "case"), number(m.Agreeing))
}

// speed is "12 answers: half within 3 ms, the slowest 9 ms".
func speed(m *probe.Timings) string {
	text := fmt.Sprintf("%s: half within %.0f ms", count(m.Samples, "answer"), m.P50)
	for _, p := range []struct {
		percent int
		ms      float64
	}{{90, m.P90}, {95, m.P95}, {99, m.P99}} {
		if p.ms > 0 {
			text += fmt.Sprintf(", %d %% within %.0f ms", p.percent, p.ms)
		}
	}
	text += fmt.Sprintf(", the slowest %.0f ms", m.Max)
	if m.Failed > 0 {
		text += fmt.Sprintf("; %s without a trustworthy answer", count(m.Failed, "request"))
	}
	return text
}

// notRepeated says once for each reason how many cases were sent less often than was asked for.
func (t *textReport) notRepeated() {
	n, reasons := map[string]int{}, []string{}
	for i := range t.run.Sheets {
		for k := range t.run.Sheets[i].Cases {
			reason := t.run.Sheets[i].Cases[k].NotRepeated
			if reason == "" {
				continue
			}
			if n[reason]++; n[reason] == 1 {
				reasons = append(reasons, reason)
			}
		}
	}
	for _, reason := range reasons {
		t.row(0, "not again", count(n[reason], "case")+": "+inertUpTo(reason, 2*maxValue))
	}
}
