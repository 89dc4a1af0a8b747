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
	lines [][]byte           // the encoded cases by their places, until they are given to the results
	given int                // how many cases the results have
	bytes int                // of the lines

	buffer []byte // that a case is encoded in, before it is known how long it gets
}

// large is how many bytes of encoded cases an API has before they go to the results ahead of its end.
const large = 256 << 10

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
		k.bytes += len(line)
	}
}

// unload has the cases of a large API leave the memory as they come, where nothing is learned of them any more: what judges all of them together needs
// no exchange.
func (w *row) unload() {
	k := w.keeper
	if w.goesOn || k.bytes < large {
		return
	}
	if err := w.results.Add(k.sheet, k.lines[k.given:]); err != nil {
		w.fail(err)
	}
	for n := k.given; n < len(k.lines); n++ {
		k.lines[n] = nil
		lighten(&w.result.Cases[n])
	}
	k.given, k.bytes = len(k.lines), 0
}

// lighten takes from a case that conforms what was exchanged, but for what is counted. The documented request stays whole: others are read beside it.
func lighten(c *probe.Result) {
	x := c.Exchange
	if c.Verdict != probe.Conforms || len(c.Findings) > 0 || c.Family == probe.FamilySuccess || c.Sighting == nil || x == nil || x.Response == nil {
		return
	}
	light := *x
	light.Request, light.Response = probe.RecordedRequest{}, &probe.RecordedResponse{HTTPStatus: x.Response.HTTPStatus}
	c.Exchange = &light
}

// encode is nil where nobody keeps the run. A case that cannot be encoded cannot be kept.
func (k *keeper) encode(decided *probe.Result) []byte {
	if k.options.Keep == nil && k.options.Results == nil {
		return nil
	}
	line, err := probe.AppendResult(k.buffer[:0], decided)
	k.buffer = line
	if err != nil {
		k.fail(err)
		return nil
	}
	return slices.Clone(line)
}

// earlier is the verdict that an earlier attempt at this run reached about a case.
func (r *runner) earlier(c *probe.Case) (probe.Result, bool) {
	if r.options.Done == nil {
		return probe.Result{}, false
	}
	earlier, ok := r.options.Done(c.ID)
	return earlier, ok && (earlier.Verdict == probe.Conforms || earlier.Verdict == probe.Deviates)
}

// done is the verdict with which a case need not be sent again. One from whose answer values are captured is sent again: what was captured is secret, and
// kept nowhere. So is one behind whose answer something is still to be decided.
func (r *runner) done(t *turn, c *probe.Case) (probe.Result, bool) {
	earlier, ok := r.earlier(c)
	captures := c.Family == probe.FamilySuccess && len(t.sheet.Capture) > 0
	return earlier, ok && !captures && !(t.undecided[c.ID] && earlier.Outcome != probe.OutcomeError)
}

// undecided are the cases behind whose answers a call, or an end, has no verdict yet.
func (r *runner) undecided(cases []probe.Case) map[string]bool {
	bases := map[string]bool{}
	for i := range cases {
		c := &cases[i]
		if _, decided := r.earlier(c); isBehind(c) && isSent(c) && !decided {
			bases[c.Base] = true
		}
	}
	return bases
}

// standing is what stands of a case in the end: where nothing was sent for it this time, as when the run is interrupted before, that is the verdict that it
// has.
func (r *runner) standing(c *probe.Case, decided probe.Result) probe.Result {
	if earlier, ok := r.earlier(c); ok && decided.Exchange == nil {
		return earlier
	}
	return decided
}
