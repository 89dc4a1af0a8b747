package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// checkEcho tells when a credential of the request comes back. Both were masked when they were recorded; marks of one value carry one
// digest. Where the sheet shows a value of its own at the place, it is meant to come back.
func checkEcho(a *answer) []probe.Finding {
	if !probe.MayHoldMark(a.body) {
		return nil
	}
	sent := a.marksSent()
	if len(sent) == 0 {
		return nil
	}
	for _, s := range a.textsOf() {
		for _, m := range probe.Marks(s.text) {
			if slices.ContainsFunc(sent, func(o probe.Mark) bool { return o.Same(m, s.text) }) && !a.showsSecret(s) {
				return []probe.Finding{a.echoed(m, s)}
			}
		}
	}
	return nil
}

// marksSent are the credentials that the request carried.
func (a *answer) marksSent() []probe.Mark {
	q := a.x.Request
	marks := append(probe.Marks(q.URL), probe.Marks(q.Body)...)
	for _, h := range q.Headers {
		marks = append(marks, probe.Marks(h.Value)...)
	}
	return marks
}

// showsSecret says that the sheet has the whole value there, and not a sentence that now quotes it.
func (a *answer) showsSecret(s said) bool {
	marks := probe.Marks(s.text)
	whole := s.path != nil && !slices.ContainsFunc(strings.Split(s.text, "\n"), func(line string) bool {
		return !slices.ContainsFunc(marks, func(m probe.Mark) bool { return m.Text == line })
	})
	shown := a.judge.shown(s.path)
	return whole && len(shown) > 0 || slices.ContainsFunc(shown, func(text string) bool { return len(probe.FindPlaceholders(text, true)) > 0 })
}

func (a *answer) echoed(m probe.Mark, s said) probe.Finding {
	f := a.finding("security.secret-echo", probe.AtBody, m.Name)
	f.Pointer, f.At = s.pointer, a.promise.at(a.judge.sheet)
	f.Documented, f.Observed = "nothing of the kind", m.Text
	f.Message = fmt.Sprintf("the answer repeats the credential %q of the request, and the sheet does not show it there", m.Name)
	return f
}
