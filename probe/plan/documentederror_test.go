package plan_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/plan"
)

func TestEachDocumentedErrorTellsWhatBringsItAbout(t *testing.T) {
	s := input{
		Name: "A", Method: "GET", URL: "http://uat.shop.example/o/{orderNo}",
		Errors:   []response{{Status: 409, Code: "ERR007", Body: `{"code":"ERR007"}`}},
		Codes:    [][3]string{{"200", "ok", "http"}, {"409", "conflict", "http"}, {"ERR007", "ledger is closed", "business"}, {"ERR008", "till is closed", "business"}},
		TestData: []datum{{Values: [][2]string{{"orderNo", "1"}}}, {Values: [][2]string{{"orderNo", "2"}}, Expect: "ERR007"}},
	}.sheet(t)
	errors := plan.Build(s, plan.Options{}).Errors
	require.Len(t, errors, 2, "each once, and successes not at all")
	assert.Equal(t, []string{"a/test-data/2"}, errors[0].Tried)
	assert.Equal(t, "ledger is closed", errors[0].Title)
	assert.Empty(t, errors[0].Lacking)
	assert.Equal(t, -1, errors[1].Response)
	assert.Empty(t, errors[1].Tried)
	assert.Contains(t, errors[1].Lacking, "a row of test data that expects ERR008")

	skipped := plan.Build(s, plan.Options{Skip: []string{"*/test-data/2"}}).Errors
	assert.Empty(t, skipped[0].Tried)
	assert.Contains(t, skipped[0].Lacking, "a/test-data/2 is not sent: left out by --skip")
}
