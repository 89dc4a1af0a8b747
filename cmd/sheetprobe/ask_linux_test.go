package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"github.com/sheetprobe/sheetprobe/probe"
)

// pseudoTerminal is a terminal at whose other end a test types and reads.
func pseudoTerminal(t *testing.T) (far, near *os.File) {
	t.Helper()
	far, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	require.NoError(t, unix.IoctlSetPointerInt(int(far.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(far.Fd()), unix.TIOCGPTN)
	require.NoError(t, err)
	near, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = near.Close(); _ = far.Close() })
	return far, near
}

const askingSheet = `
name: Find order
method: GET
url: http://127.0.0.1/{partner}/orders
headers: {X-Api-Key: <<api_key>>}
success_response: {id: PT-1}
error_response: {code: E1}
`

// asked runs at a terminal at which each prompt is answered by the next of the answers, and returns what stood on the terminal.
func asked(t *testing.T, environ []string, flags []string, answers map[string]string) (code int, screen string) {
	t.Helper()
	t.Chdir(t.TempDir())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if q.Header.Get("X-Api-Key") != "k-secret-7" || q.URL.Path != "/acme corp/orders" {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"code": "E1"}`))
			return
		}
		_, _ = w.Write([]byte(`{"id": "PT-1"}`))
	}))
	t.Cleanup(server.Close)
	require.NoError(t, os.WriteFile("s.yaml", []byte(askingSheet), 0o600))
	far, near := pseudoTerminal(t)
	shown := make(chan string, 1)
	go answer(far, answers, shown)
	var out bytes.Buffer
	args := append([]string{"run", "s.yaml", "--base-url", server.URL, "--negatives", "none", "--db", "none", "-q"}, flags...)
	code = Main(t.Context(), World{Args: args, Environ: environ, In: near, Out: &out, Err: near})
	_, _ = near.WriteString("\nTHE-END\n")
	select {
	case screen = <-shown:
	case <-time.After(time.Minute):
		t.Fatal("the terminal stays silent")
	}
	return code, screen + out.String()
}

// answer types behind each prompt that it knows.
func answer(far *os.File, answers map[string]string, shown chan<- string) {
	var screen strings.Builder
	r := bufio.NewReader(far)
	given := map[string]bool{}
	for !strings.Contains(screen.String(), "THE-END") {
		b, err := r.ReadByte()
		if err != nil {
			break
		}
		screen.WriteByte(b)
		for prompt, text := range answers {
			if !given[prompt] && strings.HasSuffix(screen.String(), prompt) {
				given[prompt] = true
				for !quietTerminal(far, prompt) {
					time.Sleep(time.Millisecond)
				}
				_, _ = far.WriteString(text + "\n")
			}
		}
	}
	shown <- screen.String()
}

// quietTerminal says that echo is off, where a secret is asked for.
func quietTerminal(far *os.File, prompt string) bool {
	if !strings.Contains(prompt, "secret, not shown") {
		return true
	}
	state, err := unix.IoctlGetTermios(int(far.Fd()), unix.TCGETS)
	return err != nil || state.Lflag&unix.ECHO == 0
}

func TestMissingValuesAreAskedForAtATerminal(t *testing.T) {
	code, screen := asked(t, nil, nil, map[string]string{
		`partner of "Find order": `: "acme corp", `api_key of "Find order" (secret, not shown): `: "k-secret-7",
		"(partner)? [y/N] ": "y", "(api_key)? [y/N] ": "y",
	})
	assert.Equal(t, exitConforms, code, screen)
	assert.NotContains(t, screen, "k-secret-7")
	saved, err := os.ReadFile(savedValues)
	require.NoError(t, err, screen)
	assert.Equal(t, "PARTNER='acme corp'\nAPI_KEY=k-secret-7\n", string(saved))
	info, err := os.Stat(savedValues)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestSecretsAreNotSavedUnasked(t *testing.T) {
	code, screen := asked(t, nil, nil, map[string]string{
		`partner of "Find order": `: "acme corp", `api_key of "Find order" (secret, not shown): `: "k-secret-7",
		"(partner)? [y/N] ": "yes", "(api_key)? [y/N] ": "",
	})
	assert.Equal(t, exitConforms, code, screen)
	saved, err := os.ReadFile(savedValues)
	require.NoError(t, err)
	assert.Equal(t, "PARTNER='acme corp'\n", string(saved))
}

func TestNothingIsAskedWhereNobodyAnswers(t *testing.T) {
	for name, how := range map[string]struct{ environ, flags []string }{
		"--no-input":      {nil, []string{"--no-input"}},
		"CI":              {[]string{"CI=true"}, nil},
		"the environment": {[]string{"SHEETPROBE_NO_INPUT=true"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			code, screen := asked(t, how.environ, how.flags, nil)
			assert.Equal(t, exitUnusable, code)
			assert.NotContains(t, screen, "partner of")
		})
	}
}

func TestAnInterruptedQuestionLeavesTheTerminalAsItWas(t *testing.T) {
	far, near := pseudoTerminal(t)
	before, err := term.GetState(int(near.Fd()))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	d := &dialogue{ctx: ctx, in: near, out: near, file: savedValues}
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err = d.line("secret: ", true)
	require.ErrorIs(t, err, errStopped)
	after, err := term.GetState(int(near.Fd()))
	require.NoError(t, err)
	assert.Equal(t, before, after)
	_, _ = far.WriteString("x\n") // lets the reader end
}

func TestSavedValuesAreReadBackAsTheyWereTyped(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile(savedValues, []byte("OLD=1"), 0o644)) //nolint:gosec // what init finds
	for i, value := range []string{"a b", `it's "quoted" $HOME \n`, "#no comment", "täglich", `back\slash`, "  x", "a=b"} {
		v := probe.Var{Name: fmt.Sprintf("v_%d", i), Value: value}
		require.NoError(t, saveValues(savedValues, []probe.Var{v}), value)
		read, err := readVars(savedValues)
		require.NoError(t, err)
		found, ok := probe.NewVars(read...).Lookup(v.Name)
		require.True(t, ok)
		assert.Equal(t, value, found.Value)
	}
	info, err := os.Stat(savedValues)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}
