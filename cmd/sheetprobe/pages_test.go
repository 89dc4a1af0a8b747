package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// repository is the root of the repository, as tests of this package see it.
var repository = filepath.Join("..", "..")

func pageText(t *testing.T, elements ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{repository}, elements...)...))
	require.NoError(t, err)
	return string(text)
}

var (
	tableRow = regexp.MustCompile(`(?m)^\| (.+?) \| (.+?) \|`)
	inTicks  = regexp.MustCompile("`([^`]+)`")
)

// rowsUnder reads the first two cells of each row of the table whose head row begins as is said.
func rowsUnder(t *testing.T, page, head string) [][2]string {
	t.Helper()
	_, table, ok := strings.Cut(page, "\n"+head)
	require.True(t, ok, "there is no table %q", head)
	table, _, _ = strings.Cut(table, "\n\n")
	var rows [][2]string
	for _, m := range tableRow.FindAllStringSubmatch(table, -1) {
		rows = append(rows, [2]string{m[1], m[2]})
	}
	require.NotEmpty(t, rows)
	return rows
}

// everyRoom is every package of the house with its tier, as the table of CONTRIBUTING writes it.
func everyRoom(t *testing.T) map[string]string {
	t.Helper()
	rooms := map[string]string{}
	for tier, names := range tiers {
		for _, name := range names {
			rooms[name] = strconv.Itoa(tier)
		}
	}
	root := filepath.Join(repository, "fixtures")
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == "testdata" {
			return filepath.SkipDir
		}
		if err == nil && strings.HasSuffix(path, ".go") {
			folder, err := filepath.Rel(repository, filepath.Dir(path))
			require.NoError(t, err)
			rooms[filepath.ToSlash(folder)] = "-"
		}
		return err
	}))
	return rooms
}

func TestContributingNamesEveryRoom(t *testing.T) {
	named := map[string]string{}
	for _, row := range rowsUnder(t, pageText(t, "CONTRIBUTING.md"), "| room | tier |") {
		for _, m := range inTicks.FindAllStringSubmatch(row[0], -1) {
			named[m[1]] = row[1]
		}
	}
	formats := tiers[tierOf("probe/sheet/csv")]
	assert.Equal(t, strconv.Itoa(tierOf("probe/sheet/csv")), named["probe/sheet/<format>"])
	assert.Contains(t, named, "examples/<name>")
	delete(named, "probe/sheet/<format>")
	delete(named, "examples/<name>")
	rooms := everyRoom(t)
	maps.DeleteFunc(rooms, func(name, _ string) bool { return slices.Contains(formats, name) })
	assert.Equal(t, rooms, named, "the table of rooms in CONTRIBUTING.md; tiers are those of layering_test.go")
}

func TestREADMENamesEveryCommand(t *testing.T) {
	named := map[string]bool{}
	for _, row := range rowsUnder(t, pageText(t, "README.md"), "| command | does |") {
		for _, m := range inTicks.FindAllStringSubmatch(row[0], -1) {
			verb, _, _ := strings.Cut(m[1], " ")
			assert.False(t, named[verb], "%q stands twice", verb)
			named[verb] = true
		}
	}
	for _, cmd := range newRoot(World{}).Commands() {
		if !cmd.Hidden && cmd.Name() != "help" {
			assert.True(t, named[cmd.Name()], "the table of commands does not name %q", cmd.Name())
			delete(named, cmd.Name())
		}
	}
	assert.Empty(t, slices.Collect(maps.Keys(named)), "the table names what is no command")
}
