package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
)

// The limits of what supplies a secret.
const (
	secretTime  = 30 * time.Second
	secretBytes = 64 << 10
)

// vault fetches secrets from where the configuration says that they are, each at most once.
type vault struct {
	environ []string
	system  string // as runtime.GOOS: which keyring there is
	timeout time.Duration
}

func newVault(w World) vault {
	return vault{environ: w.Environ, system: runtime.GOOS, timeout: secretTime}
}

// refusal says why a source gave no secret, and what to do. It holds nothing that the source said: that may be the secret, or lead to it.
type refusal struct{ problem, hint string }

func (r *refusal) Error() string { return r.problem }

func refuse(hint, format string, args ...any) error {
	return &refusal{fmt.Sprintf(format, args...), hint}
}

// fetch asks a source.
func (v vault) fetch(ctx context.Context, s secretSource) probe.Var {
	found := probe.Var{Name: s.name, Origin: s.origin(), Secret: true}
	value, err := v.ask(ctx, s)
	var r *refusal
	switch {
	case errors.As(err, &r):
		found.Problem, found.Hint = fmt.Sprintf("%s (%s)", r.problem, s.place), r.hint
	case err != nil:
		found.Problem, found.Hint = fmt.Sprintf("%v (%s)", err, s.place), "see what the configuration says of the secret"
	default:
		found.Value = value
	}
	return found
}

// origin names the source, and where the configuration does.
func (s secretSource) origin() string {
	switch s.kind {
	case "env":
		return fmt.Sprintf("environment variable %s, %s", s.text, s.place)
	case "file":
		return fmt.Sprintf("file %s, %s", s.text, s.place)
	case "command":
		return fmt.Sprintf("command %s, %s", s.program(), s.place)
	}
	return fmt.Sprintf("keyring %s, %s", s.text, s.place)
}

// program is all that is told of a command: its arguments may lead to the secret.
func (s secretSource) program() string { return filepath.Base(s.argv[0]) }

func (v vault) ask(ctx context.Context, s secretSource) (string, error) {
	var data []byte
	var err error
	switch s.kind {
	case "env":
		value, _ := lookupEnv(v.environ, s.text)
		if value == "" {
			return "", refuse("set it: export "+s.text+"=...", "the environment variable %s is not set", s.text)
		}
		return value, nil
	case "file":
		data, err = secretFile(s.text)
	case "command":
		data, err = v.run(ctx, "the command "+s.program(), "run it in a shell to see what it says", s.argv)
	case "keyring":
		data, err = v.keyring(ctx, s.text)
	}
	if err != nil {
		return "", err
	}
	return secretText(data, s)
}

// secretText takes one line break off the end, which files and commands leave there, and refuses what is no text.
func secretText(data []byte, s secretSource) (string, error) {
	text := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	switch {
	case text == "":
		return "", refuse("see that it gives the secret and nothing else", "the %s gave nothing", s.kind)
	case !utf8.ValidString(text):
		return "", refuse("let it give the secret as text, as `base64` does", "the %s gave what is no text in UTF-8", s.kind)
	}
	return text, nil
}

func secretFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, refuse("check the path and its permissions", "the file %q cannot be read: %v", path, cause(err))
	}
	if !info.Mode().IsRegular() { // a pipe could keep us waiting for ever
		return nil, refuse("name a file", "%q is no regular file", path)
	}
	if info.Size() > secretBytes {
		return nil, refuse("name a file that holds the secret and nothing else", "the file %q is larger than %d KiB", path, secretBytes>>10)
	}
	data, err := os.ReadFile(path) //nolint:gosec // the user names the file
	if err != nil {
		return nil, refuse("check the path and its permissions", "the file %q cannot be read: %v", path, cause(err))
	}
	return data, nil
}

// keyring asks the operating system's own tool, so that none of its libraries is needed.
func (v vault) keyring(ctx context.Context, entry string) ([]byte, error) {
	i := strings.LastIndexByte(entry, '/')
	service, account := entry[:i], entry[i+1:]
	var argv []string
	var store string
	switch v.system {
	case "linux", "freebsd", "openbsd", "netbsd":
		argv = []string{"secret-tool", "lookup", "service", service, "account", account}
		store = fmt.Sprintf("store it with: secret-tool store --label=sheetprobe service %q account %q", service, account)
	case "darwin":
		argv = []string{"security", "find-generic-password", "-s", service, "-a", account, "-w"}
		store = fmt.Sprintf("store it with: security add-generic-password -s %q -a %q -w", service, account)
	default:
		return nil, refuse("use env, file or command", "the keyring of %s is not supported", v.system)
	}
	if _, err := exec.LookPath(argv[0]); err != nil {
		return nil, refuse("install it, or use env, file or command", "the keyring is not supported here: there is no program %s", argv[0])
	}
	return v.run(ctx, fmt.Sprintf("the keyring has no entry %q, or is locked: %s", entry, argv[0]), store, argv)
}

// run runs a program without a shell and without input, and takes what it writes to its standard output.
func (v vault) run(ctx context.Context, what, hint string, argv []string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, v.timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...) //nolint:gosec // the user names the command
	out := &bounded{cancel: cancel}
	cmd.Env, cmd.Stdout, cmd.WaitDelay = v.environ, out, time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case out.over:
		return nil, refuse("let it print the secret and nothing else", "%s printed more than %d KiB", what, secretBytes>>10)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, refuse("see that it asks nothing and ends", "%s did not end within %s", what, v.timeout)
	case ctx.Err() != nil:
		return nil, refuse("run again", "%s was interrupted", what)
	case errors.As(err, &exit):
		return nil, refuse(hint, "%s ended with %s", what, ended(exit))
	case errors.Is(err, exec.ErrWaitDelay): // it ended well and left something running
		return out.kept.Bytes(), nil
	case err != nil:
		return nil, refuse("check its name, and that it can be run", "%s cannot be run: %v", what, startProblem(err))
	}
	return out.kept.Bytes(), nil
}

func ended(exit *exec.ExitError) string {
	if code := exit.ExitCode(); code >= 0 {
		return fmt.Sprintf("exit code %d", code)
	}
	return exit.String()
}

// startProblem leaves out the path, which the configuration may not want to show, and which the message has named.
func startProblem(err error) error {
	var notFound *exec.Error
	if errors.As(err, &notFound) {
		return notFound.Err
	}
	return cause(err)
}

// bounded keeps what is written to it, and cancels the writer that does not stop.
type bounded struct {
	kept   bytes.Buffer // not embedded: what reads for itself would pass by the limit
	cancel context.CancelFunc
	over   bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.over || b.kept.Len()+len(p) > secretBytes {
		b.over = true
		b.cancel()
		return len(p), nil
	}
	return b.kept.Write(p)
}
