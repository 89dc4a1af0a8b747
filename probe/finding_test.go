package probe_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestNewFindingTakesAfterItsRule(t *testing.T) {
	f := probe.NewFinding("shape.undocumented", "otp/success", probe.AtBody, "/data/*/id", "string")
	assert.Equal(t, source.Warning, f.Severity)
	assert.Equal(t, probe.BlameEndpoint, f.Blame)
	assert.Equal(t, probe.AtBody, f.Location)
	assert.Equal(t, 1, f.Count)
	assert.NotEmpty(t, f.Hint)
	assert.Equal(t, f.Fingerprint, probe.NewFinding("shape.undocumented", "otp/success", probe.AtBody, "/data/*/id", "string").Fingerprint)
	for name, other := range map[string]probe.Finding{
		"rule":     probe.NewFinding("shape.missing", "otp/success", probe.AtBody, "/data/*/id", "string"),
		"case":     probe.NewFinding("shape.undocumented", "otp/no-auth", probe.AtBody, "/data/*/id", "string"),
		"identity": probe.NewFinding("shape.undocumented", "otp/success", probe.AtBody, "/data/*/id", "number"),
	} {
		assert.NotEqual(t, f.Fingerprint, other.Fingerprint, name)
	}
}

// Every rule that a room names as a text must exist, or its findings would have neither severity nor blame.
func TestEveryRuleThatIsNamedExists(t *testing.T) {
	named := regexp.MustCompile(`^(sheet|setup|transport|status|outcome|body|shape|negative|security|timing)\.[a-z-]+$`)
	found := 0
	for _, room := range []string{"plan", "judge"} {
		files, err := filepath.Glob(filepath.Join(room, "*.go"))
		require.NoError(t, err)
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			require.NoError(t, err)
			ast.Inspect(file, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					text, _ := strconv.Unquote(lit.Value)
					if named.MatchString(text) {
						found++
						_, ok := probe.RuleByID(text)
						assert.True(t, ok, "%s names the rule %q, which does not exist", path, text)
					}
				}
				return true
			})
		}
	}
	require.Greater(t, found, 25)
}
