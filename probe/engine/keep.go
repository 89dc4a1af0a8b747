package engine

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Decided is a case that is decided, for whoever keeps the run.
type Decided struct {
	Sheet, Index int                // its places in the run
	API          *probe.SheetResult // what is known of its API by then, without cases; it stays as it is, and may be that of other cases
	Result       *probe.Result      // only until Keep returns: something may be learned of the case later
	Line         []byte             // the result as probe.EncodeResult writes it; it stays as it is
}

// keeper hands the decided cases of an API to whoever keeps the run. It encodes each of them once for all.
type keeper struct {
	*runner
	sheet int
	api   *probe.SheetResult // what is known of the API, without its cases
	lines [][]byte           // the encoded cases by their places, until the API is put to the results
}

func (r *runner) newKeeper(i int, s *probe.SheetResult) *keeper {
	known := *s
	known.Cases = nil
	return &keeper{runner: r, sheet: i, api: &known}
}

// hand gives a case away.
func (k *keeper) hand(index int, decided *probe.Result) {
	line := k.encode(decided)
	if line == nil {
		return
	}
	if k.options.Keep != nil {
		k.options.Keep(Decided{k.sheet, index, k.api, decided, line})
	}
	if k.options.Results != nil {
		k.lines = append(k.lines, make([][]byte, max(0, index+1-len(k.lines)))...)
		k.lines[index] = line
	}
}

// encode is nil where nobody keeps the run. A case that cannot be encoded cannot be kept.
func (r *runner) encode(decided *probe.Result) []byte {
	if r.options.Keep == nil && r.options.Results == nil {
		return nil
	}
	scratch, _ := r.scratch.Get().(*[]byte)
	if scratch == nil {
		scratch = new([]byte)
	}
	defer r.scratch.Put(scratch)
	line, err := probe.AppendResult((*scratch)[:0], decided)
	*scratch = line
	if err != nil {
		r.fail(err)
		return nil
	}
	return slices.Clone(line)
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
