package export_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/parts"
	"github.com/sheetprobe/sheetprobe/fixtures/staging"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/export"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

var update = flag.Bool("update", false, "write the golden files anew")

func read(t *testing.T, name string, data []byte) ([]sheet.Reading, []*probe.Sheet) {
	t.Helper()
	readings := engine.Read([]sheet.Input{{Name: name, Data: data}})
	var sheets []*probe.Sheet
	for _, r := range readings {
		sheets = append(sheets, r.Sheets...)
	}
	require.NotEmpty(t, sheets)
	return readings, sheets
}

func exported(t *testing.T, name, file, baseURL string) (string, export.Notes) {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	readings, sheets := read(t, file, data)
	for _, f := range export.Formats {
		if f.Name == name {
			var out bytes.Buffer
			notes, err := export.Write(&out, f, sheets, export.Options{Mask: engine.Redactor(readings, probe.Vars{}), BaseURL: baseURL})
			require.NoError(t, err)
			return out.String(), notes
		}
	}
	t.Fatalf("no format %q", name)
	return "", nil
}

func TestGolden(t *testing.T) {
	for _, f := range export.Formats {
		t.Run(f.Name, func(t *testing.T) {
			got, notes := exported(t, f.Name, "testdata/sheets.yaml", "")
			for _, n := range notes {
				got += "note: " + n.Text + "\n"
			}
			assert.NotContains(t, got, "sk-live", "a secret that a sheet spells out must not go along")
			golden := filepath.Join("testdata", f.Name+".golden")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

// What our own readers read of the other forms is what was written.
func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	data, err := os.ReadFile("testdata/sheets.yaml")
	require.NoError(t, err)
	_, before := read(t, "sheets.yaml", data)
	for _, name := range []string{"openapi", "postman"} {
		t.Run(name, func(t *testing.T) {
			text, notes := exported(t, name, "testdata/sheets.yaml", "")
			_, after := read(t, "export.json", []byte(text))
			leftOut := 0
			for _, n := range notes {
				if n.LeftOut {
					leftOut++
				}
			}
			require.Len(t, after, len(before)-leftOut)
			for _, got := range after {
				want := named(before, got.Name)
				require.NotNil(t, want, got.Name)
				assert.Equal(t, want.Method, got.Method, got.Name)
				assert.Equal(t, host(want.URL), host(got.URL), got.Name)
				assert.Subset(t, bodies(got.Success), bodies(want.Success), got.Name)
				assert.Subset(t, bodies(got.Errors), bodies(want.Errors), got.Name)
			}
		})
	}
}

func bodies(responses []probe.Response) []string {
	all := []string{}
	for _, r := range responses {
		all = append(all, r.Body.Text+string(nearjson.Encode(r.Body.Value)))
	}
	return all
}

func named(sheets []*probe.Sheet, name string) *probe.Sheet {
	for _, s := range sheets {
		if s.Name == name {
			return s
		}
	}
	return nil
}

func host(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// The script does what the sheet documents, and does not begin without the values it needs.
func TestTheScriptRuns(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if _, curlErr := exec.LookPath("curl"); err != nil || curlErr != nil {
		parts.Missing(t, "sh or curl is not installed: whether the exported script runs is not tested")
	}
	server, err := staging.Start()
	require.NoError(t, err)
	defer func() { _ = server.Close() }()
	script, notes := exported(t, "curl", "../../examples/first-run/pickup.txt", server.URL)
	require.Empty(t, notes)
	run := func(environ ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), sh, "-s")
		cmd.Stdin, cmd.Env = strings.NewReader(script), append([]string{"PATH=" + os.Getenv("PATH"), "NO_PROXY=127.0.0.1"}, environ...)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := run("API_KEY=stg-apikey-of-parcelway-0002")
	require.NoError(t, err, out)
	assert.Contains(t, out, "201 Created")
	out, err = run()
	require.Error(t, err)
	assert.Contains(t, out, "API_KEY")
}

func FuzzWrite(f *testing.F) {
	data, err := os.ReadFile("testdata/sheets.yaml")
	require.NoError(f, err)
	for part := range bytes.SplitSeq(data, []byte("---\n")) {
		f.Add(part)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		readings := engine.Read([]sheet.Input{{Name: "fuzz", Data: data}})
		for _, r := range readings {
			for _, format := range export.Formats {
				var out bytes.Buffer
				_, err := export.Write(&out, format, r.Sheets, export.Options{})
				require.NoError(t, err)
				if format.Name == "openapi" || format.Name == "postman" {
					assert.True(t, json.Valid(out.Bytes()), out.String())
				}
			}
		}
	})
}
