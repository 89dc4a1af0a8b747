package engine

import (
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/dynamic"
	"github.com/sheetprobe/sheetprobe/probe/plan"
)

// seedOf makes the id of a run the seed of the values that are made for it, so that whoever knows the id can plan what is sent. Without an
// id the values are fresh each time.
func seedOf(runID string) uint64 {
	if runID == "" {
		return rand.Uint64() //nolint:gosec // test data, and no secret
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(runID)) // never fails
	return h.Sum64()
}

// dynamic makes the values of one plan of a sheet. Counters start anew with each sheet: how many others come first depends on who is fast.
func (p *planner) dynamic() plan.Dynamic {
	root := dynamic.NewSource(p.seed, p.options.now)
	sources := map[string]*dynamic.Source{}
	return plan.Dynamic{Find: dynamic.Find, Make: func(caseID, written string) (value, problem, next string) {
		if sources[caseID] == nil {
			sources[caseID] = root.For(caseID)
		}
		value, _, err := dynamic.Expand(written, sources[caseID])
		var wrong *dynamic.Error
		if errors.As(err, &wrong) {
			return "", wrong.Msg, wrong.Next
		}
		return value, "", ""
	}}
}

// withoutDynamic leaves out of what must be filled in what is made.
func withoutDynamic(s *probe.Sheet) {
	source := dynamic.NewSource(0, func() time.Time { return time.Time{} })
	s.Placeholder = slices.DeleteFunc(s.Placeholder, func(p probe.Placeholder) bool {
		_, used, err := dynamic.Expand(p.Written, source)
		return err == nil && len(used) > 0
	})
}
