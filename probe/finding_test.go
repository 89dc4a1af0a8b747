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

func TestCodeOutcome(t *testing.T) {
	cases := []struct {
		code, message string
		want          probe.Outcome
	}{
		{"SUCC001", "Request Successful", probe.OutcomeSuccess},
		{"SUCC001", "", probe.OutcomeSuccess},
		{"S01", "", probe.OutcomeSuccess},
		{"00", "", probe.OutcomeSuccess},
		{"0", "No error", probe.OutcomeSuccess},
		{"200", "", probe.OutcomeSuccess},
		{"ERR001", "Request Failed", probe.OutcomeError},
		{"E-AUTH-01", "", probe.OutcomeError},
		{"FAIL7", "", probe.OutcomeError},
		{"404", "", probe.OutcomeError},
		{"-1", "", probe.OutcomeError},
		{"1001", "Invalid mobile number", probe.OutcomeError},
		{"1002", "Record not found", probe.OutcomeError},
		{"1003", "OTP sent", probe.OutcomeSuccess},
		{"OTP_EXPIRED", "", probe.OutcomeError},
		{"OTP_SENT", "", probe.OutcomeSuccess},
		{"1", "Unsuccessful", probe.OutcomeError},
		{"ERR000", "Success", probe.OutcomeUnknown},
		{"1004", "Pending with the bank", probe.OutcomeUnknown},
		{"7", "", probe.OutcomeUnknown},
		{"", "", probe.OutcomeUnknown},
	}
	for _, c := range cases {
		t.Run(c.code+" "+c.message, func(t *testing.T) {
			assert.Equal(t, c.want, probe.CodeOutcome(c.code, c.message))
		})
	}
}

func TestCodes(t *testing.T) {
	ok, bad := 201, 409
	codes := probe.NewCodes(&probe.Sheet{
		Success: []probe.Response{{Code: "A1", HTTPStatus: &ok}, {Code: "BOTH"}},
		Errors:  []probe.Response{{Code: "B2", HTTPStatus: &bad}, {Code: "BOTH"}},
		StatusCodes: []probe.StatusCode{
			{Code: "B2", Message: "Success", Kind: probe.KindBusiness}, // the example knows better
			{Code: "SUCC9", Kind: probe.KindBusiness},
			{Code: "X7", Message: "Pending", Kind: probe.KindBusiness},
			{Code: "200", Kind: probe.KindHTTP},
			{Code: "500", Kind: probe.KindHTTP},
			{Code: "302", Kind: probe.KindHTTP},
			{Code: "5xx", Kind: probe.KindHTTP},
		},
	})
	assert.Equal(t, []string{"A1", "BOTH", "SUCC9", "X7"}, codes.For(probe.OutcomeSuccess))
	assert.Equal(t, []string{"BOTH", "B2", "X7"}, codes.For(probe.OutcomeError))
	assert.Equal(t, []int{201, 200}, codes.Statuses(probe.OutcomeSuccess))
	assert.Equal(t, []int{409, 500}, codes.Statuses(probe.OutcomeError))
	_, documented := codes.Meaning("NOPE")
	assert.False(t, documented)
}
