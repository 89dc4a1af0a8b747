package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/sheetprobe/sheetprobe/"

// tiers lists every room, lowest tier first. A room imports rooms of lower tiers, and its own parent; rooms of one tier are strangers.
var tiers = [][]string{
	{"schema/source"},
	{"schema/nearjson"},
	{"schema", "schema/jsonpath"},
	{"probe"},
	{"probe/sheet/tree", "probe/history", "probe/access", "probe/queue", "probe/attest", "probe/spool", "probe/ledger"},
	{"probe/notify"},
	{"probe/history/sqlstore", "probe/history/historytest", "probe/notify/notifytest", "probe/notify/channel", "probe/access/accesstest", "probe/signoff", "probe/queue/river", "probe/queue/queuetest", "probe/ledger/ledgertest"},
	{"probe/sheet", "probe/plan", "probe/send", "probe/signoff/certificate", "probe/judge", "probe/report", "probe/answers", "probe/auth", "probe/callback", "probe/dynamic", "probe/trace"},
	{"probe/sheet/text", "probe/evidence"},
	{
		"probe/sheet/csv", "probe/sheet/curl", "probe/sheet/docx", "probe/sheet/html", "probe/sheet/markdown", "probe/sheet/native", "probe/sheet/openapi",
		"probe/sheet/pdf", "probe/sheet/postman", "probe/sheet/xlsx",
	},
	{"probe/engine", "probe/serve", "probe/blank", "probe/correct", "probe/export", "probe/mock", "probe/sheet/sheettest", "probe/report/reporttest"},
	{"probe/probetest"},
	{"cmd/sheetprobe"},
}

// wrapped names the only rooms that may know a library.
var wrapped = map[string][]string{
	"github.com/go-resty/resty/v2":                       {"probe/send", "examples/bench"}, // which tells what the library costs by itself
	"github.com/xeipuuv/gojsonschema":                    {"schema"},
	"go.yaml.in/yaml/v4":                                 {"probe/sheet/tree", "probe/sheet/native", "cmd/sheetprobe"},
	"github.com/coreos/go-oidc/v3/oidc":                  {"probe/serve"},
	"golang.org/x/oauth2":                                {"probe/serve"},
	"golang.org/x/crypto/argon2":                         {"probe/access"},
	"github.com/nicholas-fedor/shoutrrr/pkg/router":      {"probe/notify/channel"},
	"github.com/wneessen/go-mail":                        {"probe/notify/channel"},
	"database/sql":                                       {"probe/history/sqlstore"},
	"github.com/jackc/pgx/v5/stdlib":                     {"probe/history/sqlstore"},
	"github.com/pressly/goose/v3":                        {"probe/history/sqlstore"},
	"modernc.org/sqlite":                                 {"probe/history/sqlstore"},
	"github.com/klauspost/compress/s2":                   {"probe/history/sqlstore"},
	"github.com/klauspost/compress/flate":                {"probe/report"},
	"github.com/spf13/cobra":                             {"cmd/sheetprobe"},
	"github.com/xuri/excelize/v2":                        {"probe/sheet/xlsx", "probe/correct", "probe/blank", "fixtures/corpusgen"},
	"github.com/yuin/goldmark":                           {"probe/sheet/markdown", "probe/report"},
	"github.com/ledongthuc/pdf":                          {"probe/sheet/pdf"},
	"github.com/netresearch/go-cron":                     {"probe/serve"},
	"github.com/prometheus/client_golang/prometheus":     {"probe/serve"},
	"github.com/riverqueue/river":                        {"probe/queue/river"},
	"github.com/riverqueue/river/riverdriver/riverpgxv5": {"probe/queue/river"},
	"github.com/jackc/pgx/v5/pgxpool":                    {"probe/queue/river"},
	"codeberg.org/go-pdf/fpdf":                           {"probe/signoff/certificate"},
	"github.com/chromedp/chromedp":                       {"fixtures/browser", "fixtures/pictures"},

	"github.com/secure-systems-lab/go-securesystemslib/dsse": {"probe/attest"},
	"github.com/youmark/pkcs8":                               {"probe/attest"},
	"golang.org/x/crypto/ssh":                                {"probe/attest"},

	"go.opentelemetry.io/otel/sdk/trace":                              {"probe/trace"},
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp": {"probe/trace"},
}

// Fixtures serve tests, examples and the demo verb; no room of the house may lean on them.
func isFixture(pkg string) bool { return pkg == "fixtures" || strings.HasPrefix(pkg, "fixtures/") }

// Examples are programs of their own.
func isExample(pkg string) bool { return strings.HasPrefix(pkg, "examples/") }

func tierOf(pkg string) int {
	return slices.IndexFunc(tiers, func(rooms []string) bool { return slices.Contains(rooms, pkg) })
}

func allowed(from, to string) bool {
	switch {
	case isFixture(from), isExample(from):
		return true
	case isFixture(to):
		return from == "cmd/sheetprobe"
	case filepath.ToSlash(filepath.Dir(from)) == to:
		return true
	}
	return tierOf(to) >= 0 && tierOf(to) < tierOf(from)
}

func TestImportsOnlyGoToALowerTier(t *testing.T) {
	root := filepath.Join("..", "..")
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != root && (strings.HasPrefix(name, ".") || name == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		files++
		rel, err := filepath.Rel(root, filepath.Dir(path))
		require.NoError(t, err)
		checkImports(t, path, filepath.ToSlash(rel))
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, files, 20, "the test must find the files of the house")
}

func checkImports(t *testing.T, path, pkg string) {
	t.Helper()
	if !isFixture(pkg) && !isExample(pkg) && tierOf(pkg) < 0 {
		t.Errorf("%s: the room %q stands in no tier; give it one, and a reason in its package comment", path, pkg)
		return
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	require.NoError(t, err)
	for _, imp := range file.Imports {
		name, err := strconv.Unquote(imp.Path.Value)
		require.NoError(t, err)
		if rooms, ok := wrapped[name]; ok && !slices.Contains(rooms, pkg) {
			t.Errorf("%s imports %q, which only %s may know", path, name, strings.Join(rooms, ", "))
		}
		if to, ok := strings.CutPrefix(name, module); ok && !allowed(pkg, to) {
			t.Errorf("%s imports %q: %s is in no lower tier than %s", path, name, to, pkg)
		}
	}
}

func TestNothingStandsAtTheRootThatIsNotPartOfTheHouse(t *testing.T) {
	customary := []string{"cmd", "probe", "schema", "fixtures", "examples", "go.mod", "go.sum", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "NOTICE"}
	entries, err := filepath.Glob(filepath.Join("..", "..", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, entries)
	for _, e := range entries {
		name := filepath.Base(e)
		if !strings.HasPrefix(name, ".") && !slices.Contains(customary, name) && name != "sheetprobe" {
			t.Errorf("%q does not belong at the root", name)
		}
	}
}
