package html_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/html"
)

var update = flag.Bool("update", false, "write the golden files anew")

// understood is what a golden file holds.
type understood struct {
	Sheets      []*probe.Sheet `json:"sheets"`
	Diagnostics []string       `json:"diagnostics"`
}

func encode(t *testing.T, r sheet.Reading) []byte {
	t.Helper()
	u := understood{Sheets: r.Sheets}
	all := r.Diagnostics
	for _, s := range r.Sheets {
		all = append(all, s.Diagnostics...)
	}
	for _, d := range all {
		at, err := json.Marshal(d.At)
		require.NoError(t, err)
		u.Diagnostics = append(u.Diagnostics, strings.Join([]string{d.Rule, string(d.Severity), d.Field, string(at), d.Message}, " "))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(u))
	return b.Bytes()
}

func TestReadGolden(t *testing.T) {
	inputs, err := filepath.Glob("testdata/*.html")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(inputs), 10)
	for _, input := range inputs {
		t.Run(strings.TrimSuffix(filepath.Base(input), ".html"), func(t *testing.T) {
			data, err := os.ReadFile(input)
			require.NoError(t, err)
			in := sheet.Input{Name: filepath.Base(input), Data: data}
			require.Greater(t, html.Format.Detect(in), 50)
			r := html.Format.Read(in)
			require.NotEmpty(t, r.Sheets)
			got := encode(t, r)
			golden := strings.TrimSuffix(input, ".html") + ".golden.json"
			if *update {
				require.NoError(t, os.WriteFile(golden, got, 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got))
		})
	}
}

func TestDetectLeavesMarkdownToItsReader(t *testing.T) {
	const page = "<p align=\"center\">Moorings</p>\n"
	assert.Equal(t, 70, html.Format.Detect(sheet.Input{Data: []byte(page)}))
	assert.Equal(t, 30, html.Format.Detect(sheet.Input{Data: []byte(page + "\n# Moor\n\n## Free\n")}))
	assert.Equal(t, 90, html.Format.Detect(sheet.Input{Data: []byte("<html>" + page + "\n# Moor\n\n## Free\n")}))
}
