package engine

import "github.com/sheetprobe/sheetprobe/probe"

// hand gives a decided case to whoever keeps the run.
func (r *runner) hand(sheet, index int, api *probe.SheetResult, decided probe.Result) {
	if r.options.Keep == nil {
		return
	}
	known := *api
	known.Cases = nil
	r.options.Keep(sheet, index, known, decided)
}

// done is what an earlier attempt at this run found out about a case, where that is a verdict. A documented request from whose answer values are
// captured is sent again: what was captured is secret, and kept nowhere. So is that of an API that calls back, or goes on behind its answer.
func (r *runner) done(t *turn, c *probe.Case) (probe.Result, bool) {
	goesOn := len(t.sheet.Capture) > 0 || t.sheet.Callback != nil || t.sheet.Poll != nil
	if r.options.Done == nil || goesOn && !c.Family.Negative() {
		return probe.Result{}, false
	}
	earlier, ok := r.options.Done(c.ID)
	return earlier, ok && (earlier.Verdict == probe.Conforms || earlier.Verdict == probe.Deviates)
}
