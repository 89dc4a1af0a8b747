package engine_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"weak"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/spool"
)

// A run holds the sheets that are still to come, and those that others ask for, where nobody else holds them.
func TestSheetsAreLetGoOfWhenTheirAPIsHaveEnded(t *testing.T) {
	const apis, needed = 12, 1
	url, _ := api(t, nil)
	kept := &elsewhere{Spool: spool.New(t.TempDir()), last: map[string]probe.Result{}}
	defer kept.Close()
	var sheets []weak.Pointer[probe.Sheet]
	alive := func() (all []int) {
		runtime.GC()
		for i, s := range sheets {
			if s.Value() != nil {
				all = append(all, i)
			}
		}
		return all
	}
	others, once := make(chan struct{}), sync.Once{}
	var held []int
	o := engine.Options{Vars: token, Results: kept, Concurrency: 1, Progress: func(p engine.Progress) {
		if p.APIs == apis-1 {
			once.Do(func() { close(others) })
		}
	}, Keep: func(d engine.Decided) {
		if d.Sheet != apis-1 || held != nil {
			return
		}
		<-others
		for range 1000 { // their goroutines may have a step to go still
			if held = alive(); len(held) == 2 {
				return
			}
			runtime.Gosched()
		}
	}}
	begun := func() *engine.Beginning {
		var inputs []sheet.Input
		for i := range apis {
			changes := map[string]any{"name": fmt.Sprint("Thing ", i), "url": fmt.Sprintf("%s/v%d", url, i)}
			if i == apis-1 {
				changes["needs"] = []string{fmt.Sprint("Thing ", needed)}
			}
			inputs = append(inputs, document(t, changes))
		}
		readings := engine.Read(inputs)
		for _, r := range readings {
			sheets = append(sheets, weak.Make(r.Sheets[0]))
		}
		return engine.Begin(readings, o)
	}()
	run, err := begun.Run(t.Context(), o)
	require.NoError(t, err)
	require.Len(t, run.Sheets, apis)
	assert.Equal(t, []int{needed, apis - 1}, held, "one that the last may ask for what it supplied, and the last")
}
