package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ofTheMachine are words of Go, and of the system, that tell users nothing.
var ofTheMachine = regexp.MustCompile(`(open|stat|lstat|read) [^"\s]+: |strconv\.|unexpected EOF|invalid character|dial tcp|goroutine|runtime error|%!|<nil>|0x[0-9a-f]{6}`)

// TestMistakesAreToldWithTheNextStep makes the mistakes that people make at the command line, and reads what they are told as they do.
func TestMistakesAreToldWithTheNextStep(t *testing.T) {
	sheet := pageText(t, "examples", "first-run", "pickup.txt")
	occupied, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = occupied.Close() }()
	schedule := "serve:\n  schedules:\n    - {name: nightly, cron: \"0 2 * * *\", sheets: [pickup.txt]}\n"
	for name, c := range map[string]struct {
		args       string
		what, next string // parts of the two lines
	}{
		"no such command":          {"rnu", `no command "rnu"`, `did you mean "run"?`},
		"no sheet":                 {"run", "at least one SHEET", "sheetprobe run otp.txt"},
		"flag misspelt":            {"run pickup.txt --negative none", `unknown flag "--negative"`, `did you mean "--negatives"? see`},
		"flag like nothing":        {"run pickup.txt --qqqqqqqq", `unknown flag "--qqqqqqqq"`, "see `sheetprobe run --help`"},
		"short flag":               {"run pickup.txt -z", "'z' in -z", "see `sheetprobe run --help`"},
		"not a number":             {"run pickup.txt --rate fast", `"fast" is not a number`, "--help"},
		"not a time":               {"run pickup.txt --timeout 5", `"5" is not a time`, "--help"},
		"negative rate":            {"run pickup.txt --rate -1", "--rate must be", "0 is unlimited"},
		"unknown report":           {"run pickup.txt --report pdf", `"pdf"`, "known are: text"},
		"report nowhere":           {"run pickup.txt --report json=nowhere/run.json", `no folder "nowhere"`, "choose a path"},
		"two reports":              {"run pickup.txt --report json --report markdown", "standard output", "--report json=run.json"},
		"database of another make": {"run pickup.txt --db mysql://db/runs", `no database is named by "mysql://`, "check --db"},
		"base URL":                 {"run pickup.txt --base-url staging", "--base-url: not an absolute", "write it as"},
		"pattern of hosts":         {"run pickup.txt --allow-host [", `--allow-host: "[" is no pattern`, "quote it for the shell"},
		"family":                   {"run pickup.txt --negatives no-auht", `"no-auht"`, `did you mean "no-auth"?`},
		"pattern of cases":         {"run pickup.txt --only nothing-like-it", `"nothing-like-it" matches no case`, "sheetprobe plan"},
		"no configuration":         {"run pickup.txt --config no.yaml", `"no.yaml": no such file`, "check the path"},
		"configuration misspelt":   {"run pickup.txt --config bad.yaml", `bad.yaml:1:1: unknown key "base-ulr"`, `did you mean "base-url"?`},
		"no vars file":             {"run pickup.txt --vars no.env", `"no.env": no such file`, "check the path"},
		"value without name":       {"run pickup.txt --var token", "no name stands before", "NAME=VALUE"},
		"secret on the line":       {"run pickup.txt --secret token=T", "takes a name", "environment variable"},
		"secret nowhere":           {"run pickup.txt --secret TOKEN", "--secret TOKEN has no value", "set the environment variable TOKEN"},
		"no authority":             {"run pickup.txt --cacert no.pem", `"no.pem": no such file`, "--help"},
		"no certificate":           {"run pickup.txt --cert no.pem --key no.key", `"no.pem": no such file`, "--help"},
		"half a certificate":       {"run pickup.txt --cert no.pem", "--cert and --key go together", "give both"},
		"resolve":                  {"run pickup.txt --resolve staging", `"staging" is not HOST:ADDR`, "192.0.2.7"},
		"test data of a broken workbook": {
			"run pickup.txt --data broken.xlsx", "broken.xlsx", "save it",
		},
		"resume without history": {"run --resume latest", "without a history", "--db none"},
		"rule misspelt":          {"rules shape.renmed", `"shape.renmed"`, `did you mean "shape.renamed"?`},
		"output format":          {"rules -o yaml", `"yaml"`, "use one of: text, json, markdown"},
		"no run":                 {"report nowhere.json", `cannot read "nowhere.json"`, "--report json=FILE"},
		"one run":                {"compare latest", "", "compare"},
		"no answer":              {"check pickup.txt", "at least one ANSWER", "sheetprobe check"},
		"export format":          {"export pickup.txt -o raml", `"raml"`, "openapi, postman, hurl, curl"},
		"mock for others":        {"mock pickup.txt --listen 0.0.0.0:0", `"0.0.0.0:0"`, "use 127.0.0.1:PORT"},
		"callback for nobody":    {"run pickup.txt --var api_key=k --callback-listen 192.0.2.1:80 --callback-url http://cb.test", `cannot listen on "192.0.2.1:80": `, "another port"},
		"mock where another is":  {"mock pickup.txt --listen OCCUPIED", `cannot listen on "127.0.0.1:`, "--listen HOST:PORT"},
		"serve where another is": {"serve --config serve.yaml --db sqlite://runs.db --listen OCCUPIED", `cannot listen on "127.0.0.1:`, "--listen HOST:PORT"},
		"fault":                  {"mock pickup.txt --fault sleep=5", `"sleep"`, "--fault 503=5"},
		"nothing to serve":       {"serve", "serve", "sheetprobe"},
		"nothing to tell":        {"notify test", "nothing under `notify`", "sheetprobe notify --help"},
		"defect":                 {"demo --serve --defect nothing", `"nothing"`, ""},
		"no key":                 {"signoff verify otp.signoff", "--key", "asha.pub"},
		"no name of a key":       {"signoff keygen", "private key", "asha.pem"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			for file, text := range map[string]string{"pickup.txt": sheet, "bad.yaml": "base-ulr: http://127.0.0.1:1\n", "serve.yaml": schedule, "broken.xlsx": "PK\x03\x04 and no more"} {
				require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
			}
			var out, err bytes.Buffer
			environ := []string{"HOME=" + filepath.Join(t.TempDir(), "home"), "SHEETPROBE_DB=none"}
			code := Main(context.Background(), World{Args: strings.Fields(strings.ReplaceAll(c.args, "OCCUPIED", occupied.Addr().String())), Environ: environ, In: strings.NewReader(""), Out: &out, Err: &err})
			assert.Equal(t, exitUsage, code, err.String())
			lines := strings.Split(strings.TrimRight(err.String(), "\n"), "\n")
			require.Len(t, lines, 2, "what, and the next step: %s", err.String())
			what, said := strings.CutPrefix(lines[0], "sheetprobe: ")
			next, indented := strings.CutPrefix(lines[1], "  ")
			assert.True(t, said && indented, err.String())
			assert.Contains(t, what, c.what)
			assert.Contains(t, next, c.next)
			assert.Empty(t, wrongWith(what), what)
			assert.Empty(t, wrongWith(next), next)
			assert.NotRegexp(t, ofTheMachine, err.String())
		})
	}
}
