package engine

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/spool"
)

const panicSecret = "k7-Wq-9fT-x2m-hush"

// threeSheets are A, B and C, each with the documented request and one without credentials; C needs A.
func threeSheets(t *testing.T) []sheet.Reading {
	t.Helper()
	var inputs []sheet.Input
	for _, name := range []string{"A", "B", "C"} {
		needs := ""
		if name == "C" {
			needs = `"needs":["A"],`
		}
		inputs = append(inputs, sheet.Input{Name: name + ".json", Data: []byte(`{"name":"` + name + `",` + needs + `"method":"GET","url":"https://api-sit.things.example/v1/` + name + `",
			"headers":{"Authorization":"Bearer <<token>>"},"success_response":{"status":"ok","code":"S1"},"error_response":{"status":"bad","code":"E1"},
			"status_codes":{"S1":"done","E1":"refused"}}`)})
	}
	readings := Read(inputs)
	for _, r := range readings {
		require.Len(t, r.Sheets, 1, "%v", r.Diagnostics)
	}
	return readings
}

func answering(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"status":"bad","code":"E1"}`))
			return
		}
		_, _ = w.Write([]byte(`{"status":"ok","code":"S1"}`))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestAPanicIsAVerdictOfItsAPI(t *testing.T) {
	ok := []probe.Verdict{probe.Conforms, probe.Conforms}
	for at, want := range map[string][][]probe.Verdict{
		"a/success": {{probe.Inconclusive, probe.Skipped}, ok, {probe.Inconclusive, probe.Skipped}},
		"a/no-auth": {{probe.Conforms, probe.Inconclusive}, ok, ok},
	} {
		t.Run(at, func(t *testing.T) {
			vars := probe.NewVars(probe.Var{Name: "token", Value: panicSecret, Secret: true})
			var kept sync.Map
			keep := func(d Decided) { kept.Store(d.Result.ID, d.Result.Verdict) }
			run, err := Run(t.Context(), threeSheets(t), Options{Keep: keep, Vars: vars, BaseURL: answering(t), RunID: "r", Negatives: plan.NegativeFilter{Named: []probe.Family{probe.FamilyNoAuth}}, onCase: func(c *probe.Case) {
				if c.ID == at {
					panic(fmt.Errorf("no such header: %q", "Bearer "+panicSecret))
				}
			}})
			require.NoError(t, err)
			require.Len(t, run.Sheets, 3)
			var told []string
			for i, s := range run.Sheets {
				assert.Equal(t, []string{"A", "B", "C"}[i], s.Name)
				require.Len(t, s.Cases, 2)
				for k, c := range s.Cases {
					verdict, _ := kept.Load(c.ID)
					assert.Equal(t, c.Verdict, verdict, c.ID)
					if i < 2 || at != "a/success" {
						assert.Equal(t, want[i][k], c.Verdict, "%s: %s", c.ID, c.Reason)
					} else {
						assert.NotEqual(t, probe.Conforms, c.Verdict, "%s needs what failed", c.ID)
						assert.NotEqual(t, probe.Blocked, c.Verdict, "%s: it is no fault of the set-up", c.ID)
					}
					if strings.Contains(c.Reason, "report this as a bug") {
						told = append(told, c.ID)
						assert.Contains(t, c.Reason, "Bearer [masked:token~")
					}
				}
			}
			assert.Equal(t, []string{at}, told)
			assert.Equal(t, probe.ExitInconclusive, run.ExitCode)
			var out bytes.Buffer
			require.NoError(t, probe.EncodeJSON(&out, run))
			for _, f := range report.Formats {
				if f.Binary { // which holds the others
					continue
				}
				before := out.Len()
				require.NoError(t, f.Write(&out, run, report.Options{}))
				if f.Name == "har" || f.Name == "prometheus" || f.Name == "letter" { // they tell exchanges, numbers, and what is the API owner's to settle
					continue
				}
				assert.Contains(t, strings.Join(strings.Fields(out.String()[before:]), " "), "report this as a bug", f.Name)
			}
			assert.NotContains(t, out.String(), panicSecret)
		})
	}
}

// What has left the memory before a panic is told as it was.
func TestAPanicBehindManyCases(t *testing.T) {
	kept := inSpool{spool.New(t.TempDir())}
	defer kept.Close()
	long := strings.Repeat("x", 20<<10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"ok":true,"note":"`+long+`"}`)
	}))
	t.Cleanup(server.Close)
	rows := strings.Repeat(`{"n":"1","expect":"success"},`, 60)
	text := `{"name":"Many","method":"GET","url":"` + server.URL + `/v1/{n}","success_response":{"ok":true,"note":"some"},"test_data":[` + strings.TrimSuffix(rows, ",") + `]}`
	seen := 0
	_, err := Run(t.Context(), Read([]sheet.Input{{Name: "many.json", Data: []byte(text)}}), Options{RunID: "r", Results: kept, onCase: func(*probe.Case) {
		if seen++; seen == 50 {
			panic("out of luck")
		}
	}})
	require.NoError(t, err)
	s, err := kept.Get(0)
	require.NoError(t, err)
	require.Greater(t, len(s.Cases), 50)
	for n, c := range s.Cases {
		if n < 49 && c.Verdict == probe.Conforms {
			assert.Contains(t, c.Exchange.Response.Body, long, c.ID)
		}
		assert.Equal(t, n == 49, c.Verdict == probe.Inconclusive, c.ID)
	}
}

type inSpool struct{ *spool.Spool }

func (k inSpool) Put(i int, s *probe.SheetResult, lines [][]byte) (probe.SheetResult, error) {
	return *s, k.Spool.Put(i, s, lines)
}

func TestAPanicOutsideOfAllCases(t *testing.T) {
	readings := threeSheets(t)[:1]
	o := Options{Send: send.Options{Redactor: Redactor(readings, probe.Vars{})}}
	r := &runner{options: o, planner: newPlanner(readings, o), captured: captured{values: map[int][]probe.Var{}, failed: map[int]lack{}}}
	var result probe.SheetResult
	r.gaveUp(0, &result, nil, "index out of range")
	require.Len(t, result.Cases, 1)
	assert.Equal(t, "A", result.Name)
	assert.Equal(t, probe.Inconclusive, result.Cases[0].Verdict)
	run := probe.Run{Sheets: []probe.SheetResult{result}}
	run.Summarize()
	assert.Equal(t, probe.ExitInconclusive, run.ExitCode)
}
