package serve

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/postgres"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/historytest"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
)

// oneNight is the run of a night in the life of some APIs, with changes of sheets and rules, codes and times.
func oneNight(i, apis, cases int) *probe.Run {
	deviating := map[string]string{}
	for a := range apis {
		if a%10 == 0 && (a/10+i)%9 < 3 {
			deviating[fmt.Sprintf("api-%d/case-1", a)] = "shape.missing"
		}
		if a%50 == 3 {
			deviating[fmt.Sprintf("api-%d/case-0", a)] = "shape.undocumented"
		}
	}
	run := historytest.Run(fmt.Sprintf("night-%04d", i), time.Date(2026, 1, 1, 2, 30, 0, 0, time.UTC).Add(time.Duration(i)*24*time.Hour), apis, cases, deviating)
	run.Schedule, run.Tool.RulesVersion = "nightly", strconv.Itoa(10+i/100)
	for a := range run.Sheets {
		s := &run.Sheets[a]
		s.Name = fmt.Sprintf("Parcel service %04d", a)
		s.DocumentSHA256 = fmt.Sprint("digest of version ", (i+a)/40)
		s.Documented = &probe.Documented{Responses: []probe.DocumentedResponse{{Body: fmt.Sprint((i+a)/80, strings.Repeat(`{"orderNo":"PW-1","state":"BOOKED"}`, 20))}}}
		ms := float64(20 + (i*7+a*13)%30)
		s.Timings = &probe.Timings{Samples: 120, Min: ms / 2, P50: ms, P90: 2 * ms, P95: 3 * ms, P99: 4 * ms, Max: 5 * ms}
		for _, code := range []string{"200", "400", "401", "40001", "40401"} {
			s.Coverage.Codes = append(s.Coverage.Codes, probe.CodeCoverage{Code: code, Documented: true, Seen: code != "40401" || i > 20})
		}
	}
	return run
}

// size is how much the benchmark keeps; SHEETPROBE_YEAR=APIS,NIGHTS,CASES says otherwise. A year of 1,000 APIs with 15 cases takes minutes to write.
func size() (apis, nights, cases int) {
	if n, err := fmt.Sscanf(os.Getenv("SHEETPROBE_YEAR"), "%d,%d,%d", &apis, &nights, &cases); n == 3 && err == nil {
		return apis, nights, cases
	}
	return 200, 40, 5
}

// BenchmarkPages asks for every page of a history; see size.
func BenchmarkPages(b *testing.B) {
	for name, address := range map[string]func() string{
		"SQLite":     func() string { return "sqlite://" + b.TempDir() + "/h.db" },
		"PostgreSQL": func() string { return postgres.Start(b) },
	} {
		b.Run(name, func(b *testing.B) { benchmarkPages(b, address()) })
	}
}

func benchmarkPages(b *testing.B, address string) {
	store, err := sqlstore.Open(b.Context(), address, time.Now)
	require.NoError(b, err)
	defer func() { _ = store.Close() }()
	apis, nights, cases := size()
	for i := range nights {
		require.NoError(b, store.Finish(b.Context(), oneNight(i, apis, cases)))
	}
	s, err := New(b.Context(), Config{Schedules: []Schedule{nightly()}}, Options{Store: store, Now: time.Now, Say: b.Logf})
	require.NoError(b, err)
	p := &bench{Server: s}
	last := fmt.Sprintf("night-%04d", nights-1)
	for _, path := range []string{
		"/", "/?text=service&sort=errors&page=2", "/apis/api-0?runs=366", "/runs", "/runs/" + last, fmt.Sprintf("/compare?before=night-%04d&now=%s", nights-2, last), "/schedules",
		"/api/v1/apis?limit=100", "/api/v1/apis/api-0",
	} {
		b.Run(strings.NewReplacer("/", "_", "?", "_").Replace(path), func(b *testing.B) {
			for b.Loop() {
				w := p.ask(http.MethodGet, path, nil, "")
				require.Equal(b, http.StatusOK, w.Code, w.Body)
			}
		})
	}
	b.Run("findings of all", func(b *testing.B) {
		for b.Loop() {
			_, err := store.Sightings(b.Context(), history.Query{})
			require.NoError(b, err)
		}
	})
}
