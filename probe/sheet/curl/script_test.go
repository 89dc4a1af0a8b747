package curl_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/curl"
)

func TestVariablesOfAScript(t *testing.T) {
	cases := []struct{ name, before, url, want string }{
		{"plain", "BASE=https://h.example", `"$BASE/a"`, "https://h.example/a"},
		{"exported", "export BASE='https://h.example'", `"${BASE}/a"`, "https://h.example/a"},
		{"of a variable", "HOST=h.example\nBASE=https://$HOST", `$BASE/a`, "https://h.example/a"},
		{"cmd", "set BASE=https://h.example", `"%BASE%/a"`, "https://h.example/a"},
		{"PowerShell", `$base = "https://h.example"`, `"$base/a"`, "https://h.example/a"},
		{"another name", "BASE=https://h.example", `"$BASES/a"`, "$BASES/a"},
		{"what a command prints", "BASE=$(cat base)", `"$BASE/a"`, "$BASE/a"},
		{"a comparison", "BASE==https://h.example", `"$BASE/a"`, "$BASE/a"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := curl.Format.Read(sheet.Input{Name: "x", Data: []byte(c.before + "\ncurl " + c.url + "\n")})
			require.Len(t, r.Sheets, 1)
			assert.Equal(t, c.want, r.Sheets[0].URL)
		})
	}
}

func TestVariablesOfAScriptDoNotGrowWithoutBound(t *testing.T) {
	var script strings.Builder
	script.WriteString("A=" + strings.Repeat("x", 1000) + "\n")
	for range 40 {
		script.WriteString("A=$A$A$A$A\n")
	}
	script.WriteString("curl https://h.example/$A\n")
	r := curl.Format.Read(sheet.Input{Name: "x", Data: []byte(script.String())})
	require.Len(t, r.Sheets, 1)
	assert.Less(t, len(r.Sheets[0].URL), 1<<20)
}

func TestReadLabelledAnswers(t *testing.T) {
	const script = "# Pay\ncurl -d '{\"sum\": 1}' https://qa.p.test/pay\n\n# Response\n# {\"ok\": true}\n# Error response\n# {\"ok\": false}\n\n# Ping\ncurl https://qa.p.test/ping\n"
	r := curl.Format.Read(sheet.Input{Name: "a.sh", Data: []byte(script)})
	require.Len(t, r.Sheets, 2)
	assert.Len(t, r.Sheets[0].Success, 1)
	assert.Len(t, r.Sheets[0].Errors, 1)
	assert.Equal(t, "Ping", r.Sheets[1].Name)
}
