package markdown_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/markdown"
)

// Names of credentials that share a cell take their values in turn.
func TestCredentialsThatShareACell(t *testing.T) {
	const page = "| | |\n|---|---|\n| API Name | Pay |\n| Method | POST |\n| URL | https://uat.pay.example/pay |\n| Success Response | {\"id\": 1} |\n" +
		"| Consumer Key<br>Consumer Secret<br>User ID | ck-1<br>cs-2<br>u-3 |\n"
	r := markdown.Format.Read(sheet.Input{Name: "x.md", Data: []byte(page)})
	require.Len(t, r.Sheets, 1)
	got := map[string]string{}
	for _, c := range r.Sheets[0].Credentials {
		got[c.Name] = c.Value
	}
	assert.Equal(t, map[string]string{"Consumer Key": "ck-1", "Consumer Secret": "cs-2", "User ID": "u-3"}, got)
}
