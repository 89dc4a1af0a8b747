package native

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

var update = flag.Bool("update", false, "write the golden files anew")

// documents lists the documents of testdata.
func documents(t testing.TB) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"*.yaml", "*.json"} {
		found, err := filepath.Glob(filepath.Join("testdata", pattern))
		require.NoError(t, err)
		names = append(names, found...)
	}
	require.Greater(t, len(names), 20, "the test must find its documents")
	return names
}

func readFile(t testing.TB, name string) sheet.Input {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	return sheet.Input{Name: filepath.Base(name), Data: data}
}

func TestReadGolden(t *testing.T) {
	for _, name := range documents(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			r := Format.Read(readFile(t, name))
			var got bytes.Buffer
			if !strings.Contains(name, "invalid-") {
				encoder := json.NewEncoder(&got)
				encoder.SetEscapeHTML(false)
				encoder.SetIndent("", "  ")
				require.NoError(t, encoder.Encode(r.Sheets))
			}
			writeDiagnostics(&got, r)
			golden := name + ".golden"
			if *update {
				require.NoError(t, os.WriteFile(golden, got.Bytes(), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got.String())
		})
	}
}

func writeDiagnostics(w *bytes.Buffer, r sheet.Reading) {
	all := append(source.Diagnostics{}, r.Diagnostics...)
	for _, s := range r.Sheets {
		all = append(all, s.Diagnostics...)
	}
	all.Sort()
	for _, d := range all {
		fmt.Fprintf(w, "%d:%d-%d: %s %s %s: %s\n", d.At.Line, d.At.Column, d.At.Column+d.At.Length, d.Severity, d.Rule, d.Field, d.Message)
		fmt.Fprintf(w, "    %s\n", d.Hint)
	}
}
