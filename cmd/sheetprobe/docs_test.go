package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
)

// goFiles parses the Go files of the repository, those of tests or the others.
func goFiles(t *testing.T, tests bool, visit func(name string, fset *token.FileSet, file *ast.File)) {
	t.Helper()
	fset := token.NewFileSet()
	require.NoError(t, filepath.WalkDir(repository, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && path != repository && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") != tests {
			return err
		}
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		name, err := filepath.Rel(repository, path)
		require.NoError(t, err)
		visit(filepath.ToSlash(name), fset, file)
		return nil
	}))
}

func TestThePageOfRulesIsCurrent(t *testing.T) {
	var now strings.Builder
	require.NoError(t, report.RulesMarkdown(&now, probe.Rules))
	if *update {
		require.NoError(t, os.WriteFile(filepath.Join(repository, "examples", "reference", "rules.md"), []byte(now.String()), 0o600))
	}
	assert.Equal(t, now.String(), pageText(t, "examples", "reference", "rules.md"), "go test ./cmd/sheetprobe -run Page -update writes it anew")
}

func TestTroubleshootingNamesWhatStandsInTheWay(t *testing.T) {
	page := pageText(t, "examples", "reference", "troubleshooting.md")
	var named, wanted []string
	for _, row := range regexp.MustCompile("(?m)^\\| `((?:setup|transport)\\.[a-z-]+)` \\|").FindAllStringSubmatch(page, -1) {
		named = append(named, row[1])
	}
	for _, r := range probe.Rules {
		if strings.HasPrefix(r.ID, "setup.") || strings.HasPrefix(r.ID, "transport.") {
			wanted = append(wanted, r.ID)
		}
	}
	assert.ElementsMatch(t, wanted, named, "each rule once")
	var codes []string
	for _, row := range rowsUnder(t, page, "| code | look at |") {
		codes = append(codes, row[0])
	}
	for _, code := range []int{exitConforms, exitDeviates, exitUsage, exitUnusable, exitInconclusive, exitInterrupted} {
		assert.Contains(t, codes, strconv.Itoa(code))
	}
}

// A message that is looked up has to be one that the program prints.
func TestTroubleshootingQuotesMessagesThatThereAre(t *testing.T) {
	var texts []string
	goFiles(t, false, func(_ string, _ *token.FileSet, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				text, err := strconv.Unquote(lit.Value)
				require.NoError(t, err)
				texts = append(texts, text)
			}
			return true
		})
	})
	rows := rowsUnder(t, pageText(t, "examples", "reference", "troubleshooting.md"), "| message | cause |")
	require.GreaterOrEqual(t, len(rows), 20)
	for _, row := range rows {
		message := inTicks.FindStringSubmatch(row[0])
		require.NotNil(t, message, row[0])
		assert.True(t, slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, message[1]) }), "no message holds %q", message[1])
	}
}

// What the page about security says to be shown by a test is shown by one that there is.
func TestThreatsAreShownByTests(t *testing.T) {
	tests := map[string]bool{}
	goFiles(t, true, func(_ string, _ *token.FileSet, file *ast.File) {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				tests[f.Name.Name] = true
			}
		}
	})
	rows := regexp.MustCompile("(?m)^\\| .*`Test.*$").FindAllString(pageText(t, "examples", "reference", "security.md"), -1)
	require.GreaterOrEqual(t, len(rows), 10)
	for _, row := range rows {
		for _, m := range regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(row, -1) {
			assert.True(t, tests[m[1]], "there is no test %s", m[1])
		}
	}
}

func TestTheCourseNamesEveryExample(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(repository, "examples", "*", "README.md"))
	require.NoError(t, err)
	wanted := map[string]int{}
	for _, f := range folders {
		wanted[filepath.Base(filepath.Dir(f))] = 1
	}
	named := map[string]int{}
	for i, m := range regexp.MustCompile(`(?m)^\| (\d+) \| \[([a-z-]+)\]\(([a-z-]+)\)`).FindAllStringSubmatch(pageText(t, "examples", "README.md"), -1) {
		assert.Equal(t, strconv.Itoa(i+1), m[1])
		assert.Equal(t, m[2], m[3])
		named[m[2]]++
	}
	assert.Equal(t, wanted, named)
}

var (
	pageLink    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	pageHeading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	codeBlock   = regexp.MustCompile("(?s)```.*?```")
)

func TestLinksOfPagesLeadSomewhere(t *testing.T) {
	pages := []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md"}
	for _, pattern := range []string{"examples/*.md", "examples/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(repository, filepath.FromSlash(pattern)))
		require.NoError(t, err)
		require.NotEmpty(t, found, pattern)
		for _, f := range found {
			name, err := filepath.Rel(repository, f)
			require.NoError(t, err)
			pages = append(pages, filepath.ToSlash(name))
		}
	}
	links := 0
	for _, page := range pages {
		for _, m := range pageLink.FindAllStringSubmatch(codeBlock.ReplaceAllString(pageText(t, page), ""), -1) {
			to, err := url.Parse(m[1])
			require.NoError(t, err, page)
			if to.IsAbs() {
				continue
			}
			links++
			target := filepath.Join(repository, filepath.Dir(page), filepath.FromSlash(to.Path))
			if to.Path == "" {
				target = filepath.Join(repository, page)
			}
			assert.FileExistsf(t, resolved(target), "%s: %s", page, m[1])
			if to.Fragment != "" {
				assert.Contains(t, slices.Collect(maps.Keys(anchors(t, target))), to.Fragment, "%s: %s", page, m[1])
			}
		}
	}
	require.Greater(t, links, 10)
}

// resolved is the page that a forge shows of a folder.
func resolved(path string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return filepath.Join(path, "README.md")
	}
	return path
}

// anchors are the names by which a forge links to headings.
func anchors(t *testing.T, path string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	found := map[string]bool{}
	for _, m := range pageHeading.FindAllStringSubmatch(string(text), -1) {
		found[strings.ReplaceAll(strings.ToLower(strings.NewReplacer("`", "", ",", "", ".", "").Replace(m[1])), " ", "-")] = true
	}
	return found
}
