package probetest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/staging"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/report"
)

const (
	pickup = "../../examples/first-run/pickup.txt"
	apiKey = "stg-apikey-of-parcelway-0002"
)

func options(baseURL string) engine.Options {
	return engine.Options{BaseURL: baseURL, Vars: probe.NewVars(probe.Var{Name: "api_key", Value: apiKey, Secret: true})}
}

func serve(t *testing.T, defects ...string) string {
	t.Helper()
	var planted []staging.Option
	for _, d := range defects {
		planted = append(planted, staging.WithDefect(d))
	}
	server, err := staging.Start(planted...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	return server.URL
}

func TestACleanServerPasses(t *testing.T) {
	run := Run(t, options(serve(t)), pickup)
	assert.Equal(t, 0, run.ExitCode)
	assert.Positive(t, run.Summary.Conforms)
	assert.NotEmpty(t, run.RunID)
	assert.NotEmpty(t, run.Tool.RulesVersion)
}

// told is a testing.TB that keeps what it is told.
type told struct {
	testing.TB
	failed, skipped bool
	text            string
}

func (t *told) Helper() {}

func (t *told) Log(args ...any) { t.text += fmt.Sprint(args...) }

func (t *told) Skip(args ...any) {
	t.skipped = true
	t.text += fmt.Sprint(args...)
}

func (t *told) Errorf(format string, args ...any) {
	t.failed = true
	t.text += fmt.Sprintf(format, args...)
}

func TestOutcome(t *testing.T) {
	for _, tt := range []struct {
		verdict         probe.Verdict
		failed, skipped bool
	}{
		{probe.Conforms, false, false},
		{probe.Skipped, false, true},
		{probe.Deviates, true, false},
		{probe.Inconclusive, true, false},
		{probe.Blocked, true, false},
		{"perhaps", true, false},
		{"", true, false},
	} {
		t.Run(string(tt.verdict), func(t *testing.T) {
			fake := &told{}
			outcome(fake, report.Test{Verdict: tt.verdict, Brief: "a reason", Details: "details"})
			assert.Equal(t, tt.failed, fake.failed)
			assert.Equal(t, tt.skipped, fake.skipped)
			assert.NotEmpty(t, fake.text)
		})
	}
}

// situation is what the test below finds when it is run once more, by TestWhatFails.
const situation = "PROBETEST_SITUATION"

func TestInASituation(t *testing.T) {
	switch os.Getenv(situation) {
	case "":
	case "deviates":
		Run(t, options(serve(t, "book-no-window-end")), pickup)
	case "down":
		Run(t, options("http://127.0.0.1:1"), pickup)
	case "no value":
		Run(t, engine.Options{BaseURL: serve(t)}, pickup)
	case "nothing chosen":
		o := options(serve(t))
		o.Only = []string{"nothing-of-the-kind"}
		Run(t, o, pickup)
	case "no file":
		Run(t, options(serve(t)), "no-such-sheet.txt")
	case "no sheet":
		Run(t, options(serve(t)), "probetest.go")
	case "none named":
		Run(t, options(serve(t)))
	case "options":
		o := options(serve(t))
		o.Send.CACert = "no-such.pem"
		Run(t, o, pickup)
	}
}

// Each situation is looked at from outside, as whoever runs `go test` does: it has to fail, and to say why.
func TestWhatFails(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for _, tt := range []struct {
		name string
		says []string
	}{
		{"deviates", []string{"--- FAIL: TestInASituation/book-a-pickup/success", `"to" is missing`, "pickup.txt:21", "next step", "curl", "--- PASS: TestInASituation/book-a-pickup/no-auth"}},
		{"down", []string{"--- FAIL: TestInASituation/book-a-pickup/success", "inconclusive", "127.0.0.1:1"}},
		{"no value", []string{"--- FAIL: TestInASituation/book-a-pickup/success", "blocked", "api_key"}},
		{"nothing chosen", []string{"--- FAIL: TestInASituation/nothing-tried", "nothing was tried"}},
		{"no file", []string{"no-such-sheet.txt", "no such file"}},
		{"no sheet", []string{"--- FAIL: TestInASituation/document/1"}},
		{"none named", []string{"no document is named"}},
		{"options", []string{"the options cannot be used", "no-such.pem"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestInASituation$", "-test.v") //nolint:gosec // it is this test
			cmd.Env = append(os.Environ(), situation+"="+tt.name)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit, string(out))
			for _, words := range tt.says {
				assert.Contains(t, string(out), words)
			}
			assert.False(t, strings.Contains(string(out), apiKey), "the secret leaks")
		})
	}
}
