package serve

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history/historytest"
)

func TestPages(t *testing.T) {
	b := newBench(t, kept(t), nil, nightly())
	for path, c := range map[string]struct {
		status int
		holds  []string
	}{
		"/":                                      {200, []string{"deviates: 1, conforms: 1", "API 1", "last 2 runs, deviates: 1, conforms: 1", `href="/runs/second"`}},
		"/?page=2":                               {200, []string{"There are no more APIs"}},
		"/?text=api+1&sort=errors":               {200, []string{"1 to 1 of 1", "API 1", `value="api 1"`, "all APIs"}},
		"/?text=nothing":                         {200, []string{"No API is like that"}},
		"/?verdict=deviates&schedule=nightly":    {200, []string{"1 to 1 of 1", "deviates (1)"}},
		"/?verdict=grave":                        {400, []string{"is no verdict"}},
		"/?sort=luck":                            {400, []string{"not sorted by"}},
		"/apis/api-1":                            {200, []string{"what came is not what was promised", "there in 1 of the 2 last runs", `href="/runs/second"`, "API owner: endpoint", "Neither the sheet nor our rules changed", "No run measured"}},
		"/apis/api-1?runs=1&schedule=nightly":    {200, []string{"deviates"}},
		"/apis/api-1?runs=0":                     {400, []string{"is no number of runs"}},
		"/apis/nothing":                          {404, []string{"no run that is kept judged such an API"}},
		"/?page=0":                               {400, []string{"there is no such page"}},
		"/runs":                                  {200, []string{"2026-03-02 02:30 UTC", "by hand", `href="/runs?schedule=nightly"`}},
		"/runs?schedule=nightly":                 {200, []string{"Runs of nightly"}},
		"/runs?nonsense=1":                       {400, []string{"no parameter is named"}},
		"/runs/second":                           {200, []string{"/api/v1/runs/second/report?format=html", "API 1"}},
		"/runs/nowhere":                          {404, []string{"No such run is kept"}},
		"/compare?before=first&now=second":       {200, []string{"1 new", "the endpoint answers otherwise", "shape.type"}},
		"/compare?before=first":                  {400, []string{"is missing"}},
		"/compare?before=first&now=%3Cscript%3E": {404, []string{"No such run is kept"}},
		"/schedules":                             {200, []string{"30 2 * * *", `href="/runs/second"`, `data-run="nightly"`}},
		"/assets/style.css":                      {200, []string{"--ground", ".nights"}},
		"/assets/serve.js":                       {200, []string{"EventSource"}},
		"/nothing":                               {404, nil},
		"/runs?schedule=%3Cscript%3Ealert(1)%3C%2F": {200, []string{"Runs of &lt;script&gt;"}},
	} {
		t.Run(path, func(t *testing.T) {
			w := b.ask(http.MethodGet, path, nil, "")
			require.Equal(t, c.status, w.Code, w.Body)
			for _, text := range c.holds {
				assert.Contains(t, w.Body.String(), text)
			}
			assert.NotContains(t, w.Header().Get("Content-Security-Policy"), "unsafe")
			assert.NotContains(t, w.Body.String(), "<script>")
			assert.NotContains(t, w.Body.String(), "style=")
		})
	}
}

func TestManyRunsAndAPIsComeInPages(t *testing.T) {
	store := emptyStore(t)
	at := time.Date(2026, 3, 1, 2, 30, 0, 0, time.UTC)
	for i := range 60 {
		apis := 1
		if i == 59 {
			apis = 250
		}
		require.NoError(t, store.Finish(t.Context(), historytest.Run(fmt.Sprintf("r%02d", i), at.Add(time.Duration(i)*time.Hour), apis, 1, nil)))
	}
	b := newBench(t, store, nil, nightly())
	page := func(path string) string { return b.ask(http.MethodGet, path, nil, "").Body.String() }
	assert.Equal(t, 100, strings.Count(page("/"), "<tr><th scope=\"row\">"))
	assert.Contains(t, page("/"), `href="/?page=2"`)
	assert.Equal(t, 50, strings.Count(page("/?page=3"), "<tr><th scope=\"row\">"))
	first := page("/runs")
	assert.Equal(t, 50, strings.Count(first, "with the one before"))
	_, rest, ok := strings.Cut(first, `<a href="/runs?before=`)
	require.True(t, ok)
	older, _, _ := strings.Cut(rest, `"`)
	assert.Equal(t, 10, strings.Count(page("/runs?before="+older), "<tr><th scope=\"row\">"))
}

func TestAVerdictThatNobodyKnowsIsNoBadge(t *testing.T) {
	assert.Empty(t, badgeOf("<b>").Word)
	assert.Equal(t, "not tried", badgeOf(probe.Blocked).Word)
	assert.Equal(t, len(verdicts()), rankOf(""))
}
