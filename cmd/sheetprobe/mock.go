package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/net/netutil"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/mock"
	"github.com/sheetprobe/sheetprobe/probe/serve"
)

// mockFlags say how to play the APIs of sheets.
type mockFlags struct {
	cases   caseFlags
	listen  string
	any     bool
	latency time.Duration
	jitter  time.Duration
	faults  []string
	seed    uint64
	quiet   bool
}

// maxMockConnections bounds how many connections a mock has at a time.
const maxMockConnections = 512

func newMock(w World) *cobra.Command {
	var f mockFlags
	cmd := &cobra.Command{
		Use:   "mock SHEET...",
		Short: "Play the documented APIs on loopback, until it is told to stop",
		Long: `Answers on loopback as the sheets document it, so that an integration can be
written before staging exists. A request is held against its sheet: method,
path, media type, credentials, mandatory fields, types and rules. What the sheet
rules out gets the error that it documents for that mistake, everything else the
documented success. Test data and recipes of errors lead to what they promise.

The header X-Sheetprobe-Mock says why an answer is what it is. A caller asks for
one with "Prefer: code=409", by HTTP status or business code. A placeholder that
no --var gives a value for stands for one that is printed at the start. A
documented callback is made to addresses on loopback.

Exit codes: 0 (it was told to stop), 2 (wrong usage or configuration), 3 (no
sheet could be played)`,
		Example: `  sheetprobe mock otp.txt --var token=T
  sheetprobe mock sheets/ --latency 80ms --fault 503=2 --fault timeout=1`,
		Args: sheetArgs,
	}
	flags := cmd.Flags()
	flags.StringVar(&f.cases.config, "config", "", "configuration `FILE` (default sheetprobe.yaml, where there is one)")
	flags.StringArrayVar(&f.cases.vars, "var", nil, "value of a placeholder, `NAME=VALUE`; repeatable")
	flags.StringArrayVar(&f.cases.varsFiles, "vars", nil, "`FILE` of values: YAML, JSON or .env; repeatable")
	flags.StringArrayVar(&f.cases.secrets, "secret", nil, "`NAME` of a value that must never be shown, taken from --vars or the environment; repeatable")
	flags.StringVar(&f.listen, "listen", "127.0.0.1:8090", "answer on `HOST:PORT` of loopback; port 0 takes a free one")
	flags.BoolVar(&f.any, "any-credentials", false, "take every credential for the right one, where there is one")
	flags.DurationVar(&f.latency, "latency", 0, "wait this long before every answer")
	flags.DurationVar(&f.jitter, "jitter", 0, "and up to this much longer")
	flags.StringArrayVar(&f.faults, "fault", nil, "misbehave, `KIND=PERCENT` of the requests: "+strings.Join(mock.FaultKinds, ", ")+", or an HTTP status; repeatable")
	flags.Uint64Var(&f.seed, "seed", 1, "`N` for the dice of --fault and --jitter: the same one, the same faults")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "do not print a line for each request")
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return f.run(cmd, w, args) }
	return cmd
}

func (f *mockFlags) run(cmd *cobra.Command, w World, args []string) error {
	c, err := settle(cmd, w)
	if err != nil {
		return err
	}
	options := mock.Options{AnyCredentials: f.any, Latency: f.latency, Jitter: f.jitter, Seed: f.seed, Callbacks: isLoopbackURL}
	if f.latency < 0 || f.jitter < 0 {
		return usageError("write it as 80ms or 2s", "--latency and --jitter must not be negative")
	}
	for _, text := range f.faults {
		fault, err := mock.ParseFault(text)
		if err != nil {
			return usageError("as in --fault 503=5 for five requests in a hundred", "--fault: %w", err)
		}
		options.Faults = append(options.Faults, fault)
	}
	vars, err := gatherVars(&f.cases, c, w.Environ)
	if err != nil {
		return err
	}
	readings, err := readAll(w, args)
	if err != nil {
		return err
	}
	c.apply(readings, w.Err)
	options.Vars = fetchSecrets(cmd.Context(), newVault(w), c, readings, engine.Options{Vars: vars}).Vars
	var sheets []*probe.Sheet
	for _, r := range readings {
		sheets = append(sheets, r.Sheets...)
	}
	return f.play(cmd.Context(), w, sheets, options)
}

// play answers until ctx ends.
func (f *mockFlags) play(ctx context.Context, w World, sheets []*probe.Sheet, options mock.Options) error {
	out := &lockedWriter{to: w.Out}
	if !f.quiet {
		options.Say = func(e mock.Event) { sayMocked(out, e) }
	}
	m, values, unplayed := mock.New(sheets, options)
	defer m.Close()
	for _, why := range unplayed {
		printfTo(w.Err, "sheetprobe: not played: %s\n", why)
	}
	if len(unplayed) == len(sheets) {
		return unusable("`sheetprobe read` shows what the documents hold", "there is no API that could be played")
	}
	listener, err := serve.Listen(ctx, f.listen)
	switch {
	case errors.Is(err, serve.ErrNotLoopback):
		return usageError("use 127.0.0.1:PORT", "a mock answers on loopback alone, and %q is none", f.listen)
	case err != nil:
		return usageError("choose another address with --listen HOST:PORT", "cannot listen%w", occupied(err))
	}
	printfTo(out, "The mock answers on http://%s until it is told to stop; APIs: %d\n", listener.Addr(), len(sheets)-len(unplayed))
	for _, v := range values {
		printfTo(out, "  it takes %s=%s; --var %s=VALUE for another\n", v.Name, v.Value, quoteVar(v.Name))
	}
	server := &http.Server{Handler: m, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(netutil.LimitListener(listener, maxMockConnections)) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	err = server.Close()
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		return served
	}
	return err
}

func quoteVar(name string) string {
	if strings.ContainsAny(name, " '\"$") {
		return "'" + name + "'"
	}
	return name
}

func sayMocked(out *lockedWriter, e mock.Event) {
	status := "no answer"
	if e.Status != 0 {
		status = strings.TrimSpace(strconv.Itoa(e.Status) + " " + http.StatusText(e.Status))
	}
	line := ""
	for _, part := range []string{e.API, e.Why} {
		if part != "" {
			line += "  " + part
		}
	}
	printfTo(out, "%s %s  %s%s\n", shownLine(e.Method), shownLine(e.Path), status, shownLine(line))
}

// shownLine keeps what a caller chose on one line of the terminal.
func shownLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, s[:min(len(s), 500)])
}

func isLoopbackURL(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
