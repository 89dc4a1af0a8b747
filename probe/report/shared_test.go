package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// behindOneGateway is a run of APIs with a few causes that they share, as staging environments have them; the first API has one of its own.
func behindOneGateway(apis, cases int) *probe.Run {
	run := &probe.Run{}
	for i := range apis {
		s := probe.SheetResult{Name: fmt.Sprintf("API %d", i), Method: "GET", URL: "https://sit.parcelway.test/", Document: "all.xlsx"}
		s.Diagnostics = source.Diagnostics{{Rule: "sheet.no-error-response", Severity: source.Warning, Message: "no error response is documented"}}
		s.Diagnostics[0].At.Cell = fmt.Sprintf("Tab!B%d", i+1)
		for k := range cases {
			s.Cases = append(s.Cases, sharing(i, k))
		}
		run.Sheets = append(run.Sheets, s)
	}
	run.Sheets[0].Cases[0].Findings[0].Message = `"id" is missing`
	return summarized(run)
}

// sharing is a case with one of three causes; what was documented, what was changed and the pointer into lists differ from API to API.
func sharing(api, k int) probe.Result {
	c := deviating(k)
	c.ID, c.Mutation = fmt.Sprintf("api-%d/missing-field/f%d", api, k), fmt.Sprintf("field \"f%d\" left out", k)
	switch {
	case k == 0:
		c.Family, c.Mutation = probe.FamilySuccess, ""
		c.Findings = []probe.Finding{found("shape.missing", `"traceId" is missing`, api+1)}
		c.Findings[0].Pointer, c.Findings[0].Documented, c.Findings[0].Observed = fmt.Sprintf("/data/%d", api%3), fmt.Sprintf("string, such as %d", api), fmt.Sprintf("key k%d", api)
	case k%2 == 0:
		c.Findings = []probe.Finding{found("negative.accepted", probe.Changed(c.Mutation)+"the request was answered with success", api+1)}
		c.Findings[0].Observed = "HTTP 200"
	default:
		c.Findings = []probe.Finding{found("negative.server-error", probe.Changed(c.Mutation)+"the server failed", api+1)}
		c.Findings[0].Observed = "HTTP 500"
	}
	return c
}

func TestOneCauseOfManyAPIsIsToldOnce(t *testing.T) {
	run := behindOneGateway(1000, 15)
	once := map[string]int{`"traceId" is missing`: 1, "the request was answered with success": 1, "the server failed": 1, `"id" is missing`: 1}
	text := written(t, formatNamed(t, "text"), run, report.Options{})
	assert.LessOrEqual(t, strings.Count(text, "\n"), 90, "about a page: %s", text)
	assert.Contains(t, text, "in          999 APIs: API 1, API 2, API 3, API 4, API 5 and 994 more")
	assert.Contains(t, text, "api-1/missing-field/f0: the documented request")
	assert.NotContains(t, text, "f1\" left out, the server", "what was changed in the first case alone")
	letter := written(t, formatNamed(t, "letter"), run, report.Options{})
	assert.LessOrEqual(t, strings.Count(letter, "\n"), 120, "about two pages: %s", letter)
	for name, out := range map[string]string{"text": text, "letter": letter} {
		out = strings.ReplaceAll(strings.Join(strings.Fields(out), " "), `\`, "")
		for message, n := range once {
			assert.Equal(t, n, strings.Count(strings.ToLower(out), strings.ToLower(message)), "%s: %s in %s", name, message, out)
		}
	}
	assert.Contains(t, letter, "1. No error response is documented")
	assert.Contains(t, letter, "API 1 (all.xlsx, cell Tab!B2); ")
	assert.Contains(t, letter, "; and 950 more")
}

func TestCausesThatDifferStayApart(t *testing.T) {
	api := func(name, observed string) probe.SheetResult {
		f := found("status.http", "another HTTP status came", 3)
		f.Observed = observed
		return probe.SheetResult{Name: name, Cases: []probe.Result{deviating(0, f)}}
	}
	run := summarized(&probe.Run{Sheets: []probe.SheetResult{api("One", "HTTP 500"), api("Two", "HTTP 404"), api("Three", "HTTP 500")}})
	text := written(t, formatNamed(t, "text"), run, report.Options{})
	assert.Contains(t, text, "in          2 APIs: One and Three")
	assert.Contains(t, text, "--- Two ---")
	require.NotContains(t, text, "--- One ---", "nothing is wrong with it alone")
	run.Sheets = run.Sheets[:2]
	assert.NotContains(t, written(t, formatNamed(t, "text"), summarized(run), report.Options{}), "Several APIs")
}
