// Package thirdparty_test runs the program against whole applications of other people; see fixtures/thirdparty for what is asked of it. It is a module of
// its own, so that the product does not carry what they need.
package thirdparty_test

import (
	"flag"
	"testing"

	"github.com/sheetprobe/sheetprobe/fixtures/thirdparty"
	"github.com/sheetprobe/sheetprobe/probe/plan"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestApplications(t *testing.T) {
	for name, start := range map[string]func(*testing.T) thirdparty.Server{
		"films": films, "payments": payments, "pocketbase": pocketBase, "registry": registry,
	} {
		for filter, negatives := range map[string]plan.NegativeFilter{"default": {}, "every-family": thirdparty.EveryFamily()} {
			t.Run(name+"/"+filter, func(t *testing.T) {
				s := start(t)
				run := s.Probe(t, negatives)
				s.RequireHarmless(t, run)
				s.Agree(t, filter, run, *update)
				documented, tried, seen := thirdparty.Elicited(run)
				t.Logf("%d APIs, %d cases, %d documented errors, %d tried, %d elicited", run.Summary.Sheets, run.Summary.Cases, documented, tried, seen)
			})
		}
	}
}
