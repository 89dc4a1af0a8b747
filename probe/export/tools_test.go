package export_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures"
	"github.com/sheetprobe/sheetprobe/fixtures/parts"
	"github.com/sheetprobe/sheetprobe/fixtures/staging"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/export"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// tools is where the tools of other people are.
func tools(t *testing.T) (node, modules string) {
	t.Helper()
	modules = os.Getenv("SHEETPROBE_EXPORT_TOOLS")
	if modules == "" {
		parts.Missing(t, "SHEETPROBE_EXPORT_TOOLS does not name the node_modules of .ci/export (`.ci/run` fetches them)")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		parts.Missing(t, "node is not installed: what other tools make of the exports is not tested")
	}
	return node, modules
}

// everySheet writes each document of the fixtures and examples in a format, a file each, and one of all of them together. It returns how many there are.
func everySheet(t *testing.T, format export.Format, folder string) (written int) {
	t.Helper()
	var inputs []sheet.Input
	for _, root := range []string{"../../fixtures/sheets", "../../examples", "testdata"} {
		require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, ".truth.json") || strings.HasSuffix(path, ".golden") {
				return err
			}
			data, err := os.ReadFile(path)
			inputs = append(inputs, sheet.Input{Name: path, Data: data})
			return err
		}))
	}
	readings := engine.Read(inputs)
	readings = append(readings, sheet.Reading{})
	for _, r := range readings[:len(readings)-1] {
		readings[len(readings)-1].Sheets = append(readings[len(readings)-1].Sheets, r.Sheets...)
	}
	for i, r := range readings {
		if len(r.Sheets) == 0 {
			continue
		}
		var out bytes.Buffer
		_, err := export.Write(&out, format, r.Sheets, export.Options{Mask: engine.Redactor([]sheet.Reading{r}, probe.Vars{})})
		require.NoError(t, err)
		name := fmt.Sprintf("%03d-%s.json", i, filepath.Base(inputs[min(i, len(inputs)-1)].Name))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), out.Bytes(), 0o600))
		written++
	}
	require.Greater(t, written, 100, "the fixtures are not where they were")
	return written
}

func formatNamed(t *testing.T, name string) export.Format {
	t.Helper()
	for _, f := range export.Formats {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("no format %q", name)
	return export.Format{}
}

// No document of the fixtures leads to an OpenAPI document that the published schema, or Redocly, refuses.
func TestOpenAPIIsValid(t *testing.T) {
	node, modules := tools(t)
	folder := t.TempDir()
	written := everySheet(t, formatNamed(t, "openapi"), folder)
	out, err := exec.CommandContext(t.Context(), node, "testdata/openapi.mjs", modules, folder).CombinedOutput() //nolint:gosec // our own script
	require.NoError(t, err, string(out))
	assert.Equal(t, fmt.Sprintf("%d documents\n", written), string(out))
}

// Postman's own library finds in every collection what was written into it.
func TestPostmanCollectionsAreRead(t *testing.T) {
	node, modules := tools(t)
	folder := t.TempDir()
	written := everySheet(t, formatNamed(t, "postman"), folder)
	out, err := exec.CommandContext(t.Context(), node, "testdata/postman.cjs", modules, folder).CombinedOutput() //nolint:gosec // our own script
	require.NoError(t, err, string(out))
	assert.Equal(t, fmt.Sprintf("%d collections\n", written), string(out))
}

// Newman sends what the sheet documents, and the documented answer comes; where another comes, a test says so.
func TestNewmanRunsTheCollection(t *testing.T) {
	node, modules := tools(t)
	const pickup, otp, status, shape, code = "../../examples/first-run/pickup.txt", "../../fixtures/sheets/generate-otp.txt", "HTTP status 201", "documented keys and types", "code of success"
	key, token := []string{"api_key=" + varNamed(t, "api_key")}, []string{"token=" + varNamed(t, "token")}
	for _, tt := range []struct {
		file   string
		values []string
		defect string
		want   string
		failed []string
	}{
		{pickup, key, "", "Book a pickup: 201", nil},
		{pickup, []string{"api_key=wrong"}, "", "Book a pickup: 401", []string{status, shape}},
		{pickup, key, "book-ok-not-created", "Book a pickup: 200", []string{status}},
		{pickup, key, "book-no-window-end", "Book a pickup: 201", []string{shape}},
		{otp, token, "", "Generate hand-over OTP: 200", nil},
		{otp, token, "otp-message-number", "Generate hand-over OTP: 200", []string{shape}},
		{otp, token, "otp-error-code-in-success", "Generate hand-over OTP: 200", []string{code}},
		{"../../fixtures/sheets/policies.yaml", append([]string{"policyno=PC-2026-0042"}, token...), "", "Look up transit policy: 200", nil},
		{"../../fixtures/sheets/token-form.txt", []string{"client_id=" + varNamed(t, "client_id"), "client_secret=" + varNamed(t, "client_secret")}, "", "Access token (form): 200", nil},
	} {
		name, _, _ := strings.Cut(tt.want, ":")
		want := tt.want + "\n"
		for _, test := range tt.failed {
			want += "failed: " + name + ": " + test + "\n"
		}
		assert.Equal(t, want, newman(t, node, modules, tt.file, tt.defect, tt.values), "%s %s", tt.file, tt.defect)
	}
}

// newman runs the collection of a sheet against the staging server, clean or with a defect.
func newman(t *testing.T, node, modules, sheet, defect string, values []string) string {
	t.Helper()
	var opts []staging.Option
	if defect != "" {
		opts = append(opts, staging.WithDefect(defect))
	}
	server, err := staging.Start(opts...)
	require.NoError(t, err)
	defer func() { _ = server.Close() }()
	collection, notes := exported(t, "postman", sheet, server.URL)
	require.Empty(t, notes)
	file := filepath.Join(t.TempDir(), "collection.json")
	require.NoError(t, os.WriteFile(file, []byte(collection), 0o600))
	cmd := exec.CommandContext(t.Context(), node, append([]string{"testdata/newman.cjs", modules, file}, values...)...) //nolint:gosec // our own script
	cmd.Env = append(os.Environ(), "NO_PROXY=127.0.0.1")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return string(out)
}

func varNamed(t *testing.T, name string) string {
	t.Helper()
	for _, v := range fixtures.Vars() {
		if v.Name == name {
			return v.Value
		}
	}
	t.Fatalf("no fixture is named %q", name)
	return ""
}

// A shell takes every script, without running it.
func TestScriptsParse(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		parts.Missing(t, "sh is not installed: whether the exported scripts are scripts is not tested")
	}
	folder := t.TempDir()
	everySheet(t, formatNamed(t, "curl"), folder)
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(t, err)
	for _, file := range files {
		out, err := exec.CommandContext(t.Context(), sh, "-n", file).CombinedOutput() //nolint:gosec // a file of our own
		require.NoError(t, err, "%s: %s", file, out)
	}
}
