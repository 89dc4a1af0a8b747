package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/staging"
)

// documentedServer is the address at which the documentation has the staging server run.
const documentedServer = "http://127.0.0.1:8080"

var (
	plantedComment = regexp.MustCompile(`<!-- staging:([a-z0-9 -]*)-->`)
	duration       = regexp.MustCompile(`\b\d+(\.\d+)?\s+m?s\b`)
	digest         = regexp.MustCompile(`(\[masked:[^\]~]+~)[a-z2-7]{5}\]`)
	compared       = regexp.MustCompile(`(?m)^((?:before|now) +\S+, ).*Z$`)
	begun          = regexp.MustCompile(`(?m)^(run \S+, begun ).*$`)
	signedLine     = regexp.MustCompile(`(?m)^(run|decided|holds until|until|used|The evidence holds|ok +validity|signed by|fingerprint|key id|waived|attested| +attested by| +.*the night of)\b.*$`)
	moments        = regexp.MustCompile(`\b20\d\d-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z| UTC))?|SHA256:\S+|\b[0-9a-f]{64}\b`)
	totals         = regexp.MustCompile(`(?m)^total .*(\n +.*)*`) // wrapped differently as the time has more or fewer digits
)

// TestDocumentationShowsWhatTheProgramPrints runs every `$ sheetprobe ...` of the README and of the examples against the staging server, with
// the defects that a comment in the page names, and compares what it prints with the page. Run with -update to rewrite the pages.
func TestDocumentationShowsWhatTheProgramPrints(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	pages, err := filepath.Glob(filepath.Join(root, "examples", "*", "README.md"))
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	for _, page := range append(pages, filepath.Join(root, "README.md")) {
		name, err := filepath.Rel(root, page)
		require.NoError(t, err)
		t.Run(filepath.ToSlash(name), func(t *testing.T) { checkPage(t, page) })
	}
}

func checkPage(t *testing.T, page string) {
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	server := plantedServer(t, string(text))
	t.Chdir(placeOf(t, page))

	parts := strings.Split(string(text), "```")
	replayed := &player{server: server}
	for i := 1; i < len(parts); i += 2 {
		block, ok := strings.CutPrefix(parts[i], "console\n")
		if !ok {
			continue
		}
		now := replayed.replay(t, block)
		if *update {
			if sameEveryTime(block) != sameEveryTime(now) { // a page whose times alone differ stays as it is
				parts[i] = "console\n" + now
			}
			continue
		}
		assert.Equal(t, sameEveryTime(block), sameEveryTime(now))
	}
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(strings.Join(parts, "```")), 0o600))
	}
	require.Contains(t, string(text), "```console\n$ ", "the page shows no command")
}

// placeOf is where the commands of a page run: in a copy of an example's folder, so that what they write does not stay behind.
func placeOf(t *testing.T, page string) string {
	t.Helper()
	dir := filepath.Dir(page)
	if filepath.Base(filepath.Dir(dir)) != "examples" {
		return dir
	}
	place := t.TempDir()
	require.NoError(t, os.CopyFS(place, os.DirFS(dir)))
	return place
}

func plantedServer(t *testing.T, text string) *staging.Server {
	t.Helper()
	var options []staging.Option
	if m := plantedComment.FindStringSubmatch(text); m != nil {
		for _, defect := range strings.Fields(m[1]) {
			options = append(options, staging.WithDefect(defect))
		}
	}
	server, err := staging.Start(options...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	return server
}

// player runs the commands of a page, one after the other.
type player struct {
	server  *staging.Server
	mock    string // the address of the mock that runs in the background, where one does
	environ []string
}

// replay runs the commands of a console block: `$ export NAME=VALUE`, `$ sheetprobe ...` (also as `go run ./cmd/sheetprobe`), `$ sheetprobe mock ... &`, and
// keeps the `$ echo $?` that shows the exit code.
func (p *player) replay(t *testing.T, block string) string {
	t.Helper()
	var out strings.Builder
	code := 0
	for _, line := range strings.Split(block, "\n") {
		command, ok := strings.CutPrefix(line, "$ ")
		if !ok {
			continue
		}
		out.WriteString(line + "\n")
		command = strings.Replace(command, "go run ./cmd/sheetprobe", "sheetprobe", 1)
		words := shellWords(p.addresses().Replace(command))
		switch {
		case words[0] == "export":
			p.environ = append(p.environ, words[1])
		case command == "echo $?":
			out.WriteString(strconv.Itoa(code) + "\n")
		case strings.HasPrefix(command, "sheetprobe mock ") && words[len(words)-1] == "&":
			out.WriteString(p.startMock(t, words[1:len(words)-1]))
		case words[0] == "sheetprobe":
			var printed bytes.Buffer
			code = Main(context.Background(), World{Args: words[1:], Environ: p.environ, In: strings.NewReader(""), Out: &printed, Err: &printed})
			out.WriteString(p.documented(printed.String()))
		default:
			t.Fatalf("the page shows a command that no test can run: %s", line)
		}
	}
	return out.String()
}

// shellWords cuts a command at the blanks that stand in no quotes, and drops the quotes.
func shellWords(command string) []string {
	var words []string
	var quote rune
	word, begun := "", false
	for _, r := range command {
		switch {
		case quote == 0 && (r == '\'' || r == '"'):
			quote, begun = r, true
		case r == quote:
			quote = 0
		case quote == 0 && r == ' ':
			if begun {
				words = append(words, word)
			}
			word, begun = "", false
		default:
			word, begun = word+string(r), true
		}
	}
	if begun {
		words = append(words, word)
	}
	return words
}

// sameEveryTime levels what differs from run to run.
func sameEveryTime(s string) string {
	s = digest.ReplaceAllString(s, "${1}xxxxx]")
	s = compared.ReplaceAllString(s, "${1}TIME")
	s = begun.ReplaceAllString(s, "${1}TIME")
	s = signedLine.ReplaceAllStringFunc(s, func(line string) string { return moments.ReplaceAllString(line, "X") })
	return totals.ReplaceAllStringFunc(s, func(line string) string {
		return duration.ReplaceAllString(strings.Join(strings.Fields(line), " "), "N ms")
	})
}
