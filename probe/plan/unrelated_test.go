package plan_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
)

// What an error surely tells of decides, and nothing else: the field itself, what stands in it, a general word or another that is not understood make it none.
func TestErrorsThatCannotBeTheAnswer(t *testing.T) {
	yes := true
	s := input{
		Name: "A", Method: "POST", URL: "http://uat.shop.example/pay", Headers: [][2]string{{"X-Api-Key", "<<api_key>>"}},
		Body:   `{"amount":"10.50","iban":"DE02","to":{"zip":"20095"}}`,
		Fields: []field{{Name: "amount", In: probe.InBody, Pointer: "/amount", Mandatory: &yes}, {Name: "to", In: probe.InBody, Pointer: "/to", Mandatory: &yes}},
		Codes: [][3]string{
			{"S0", "ok", "business"},
			{"E1", "amount is missing", "business"},
			{"E2", "iban is missing", "business"},
			{"E3", "zip is missing", "business"},
			{"E4", "API key is wrong", "business"},
			{"E5", "bad request", "business"},
			{"E7", "validation failed", "business"},
			{"E6", "iban of a closed branch office cannot pay today", "business"},
		},
		Success: []response{{Status: 200, Code: "S0", Body: `{"code":"S0"}`}},
		Errors:  []response{{Code: "E1", Body: `{"code":"E1"}`}, {Code: "E7", Body: `{"code":"E7","message":"The iban field is required"}`}, {Status: 422, Body: `{"message":"The iban field is required"}`}},
	}.sheet(t)
	p := plan.Build(s, plan.Options{Vars: probe.NewVars(probe.Var{Name: "api_key", Value: "k"})})
	codes := map[string][]string{}
	for _, c := range ofFamily(p, probe.FamilyMissingField) {
		for _, e := range c.Expect.Unrelated {
			codes[c.ID] = append(codes[c.ID], e.Code)
		}
	}
	require.NotEmpty(t, codes)
	assert.Equal(t, []string{"E2", "E3", "E4"}, codes["a/missing-field/amount"])
	assert.Equal(t, []string{"E1", "E2", "E4"}, codes["a/missing-field/to"], "what stands in a field goes with it")
	for _, c := range ofFamily(p, probe.FamilyBadAuth) {
		assert.Empty(t, c.Expect.Unrelated)
	}
}
