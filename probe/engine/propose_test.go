package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

const (
	needsToken = `
name: Book
method: POST
url: https://sit.harbour.example/bookings
headers: {Authorization: "Bearer <<token>>"}
request_body: {reference: "<<reference>>"}
success_response: {id: B1, reference: R1, token: T}
`
	cycle = `
name: Renew
method: POST
url: https://sit.harbour.example/renew
headers: {Authorization: "Bearer <<token>>"}
success_response: {token: T}
`
)

func supplier(success string) string {
	return "\nname: Supplier\nmethod: POST\nurl: https://sit.harbour.example/s\nsuccess_response: " + success + "\n"
}

func TestProposals(t *testing.T) {
	for _, tt := range []struct {
		name, of, document, from string
	}{
		{"same name", "token", supplier(`{token: T}`), "$.token"},
		{"other separators", "token", supplier(`{data: {To-ken: T}}`), "$.data['To-ken']"},
		{"access token", "token", supplier(`{data: {access_token: T}}`), "$.data.access_token"},
		{"the exact name is better", "token", supplier(`{access_token: T, data: {token: U}}`), "$.data.token"},
		{"in a list", "reference", supplier(`{items: [{a: 1, reference: R}]}`), "$.items[0].reference"},
		{"nearest to the top", "reference", supplier(`{a: {reference: R}, reference: R}`), "$.reference"},
		{"refresh token is another", "token", supplier(`{refresh_token: T}`), ""},
		{"token type is another", "token", supplier(`{token_type: Bearer}`), ""},
		{"an object is no value", "token", supplier(`{token: {a: 1}}`), ""},
		{"who needs it cannot supply it", "token", cycle, ""},
		{"an echo is no source", "reference", supplier(`{reference: R}`) + `request_body: {reference: R}`, ""},
		{"a quote in a key", "reference", supplier(`{"it's": {reference: R}}`), `$['it\'s'].reference`},
		{"nobody", "reference", supplier(`{ok: true}`), ""},
		{"who waits for the needy", "token", supplier(`{token: T}`) + "needs: [Book]", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			readings := engine.Read([]sheet.Input{{Name: "sheets.yaml", Data: []byte(strings.TrimPrefix(needsToken, "\n") + "---" + tt.document)}})
			require.Len(t, readings[0].Sheets, 2, readings[0].Diagnostics)
			proposals := engine.NewProposer(engine.Plan(readings, engine.Options{})).Propose(tt.of)
			if tt.from == "" {
				assert.Empty(t, proposals)
				return
			}
			require.Len(t, proposals, 1)
			assert.Equal(t, "Supplier", proposals[0].Of.Name)
			assert.Equal(t, tt.from, proposals[0].From)
		})
	}
}
