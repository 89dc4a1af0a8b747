package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// caseFlags decide which cases there are: `plan` and `run` have them in common, so that the one prints what the other sends.
type caseFlags struct {
	config     string
	vars       []string
	varsFiles  []string
	secrets    []string
	baseURL    string
	allowHosts []string
	only, skip []string
	negatives  []string
	unsafe     bool
	perAPI     int
	data       []string
	runID      string

	repeat       int
	repeatUnsafe []string
	callback     callbackFlags

	keepsBytes bool // reports take the documents in, as they were handed over
}

func (f *caseFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.config, "config", "", "configuration `FILE` (default sheetprobe.yaml, where there is one)")
	flags.StringArrayVar(&f.vars, "var", nil, "value of a placeholder, `NAME=VALUE`; repeatable")
	flags.StringArrayVar(&f.varsFiles, "vars", nil, "`FILE` of values: YAML, JSON or .env; repeatable")
	flags.StringArrayVar(&f.secrets, "secret", nil, "`NAME` of a value that must never be shown, taken from --vars or the environment; repeatable")
	flags.StringVar(&f.baseURL, "base-url", "", "`URL` that replaces scheme, host and port of every sheet's URL")
	flags.StringArrayVar(&f.allowHosts, "allow-host", nil, "probe hosts that match `PATTERN` although they do not look like staging; repeatable")
	flags.StringArrayVar(&f.only, "only", nil, "only cases or APIs that match `PATTERN`, as in 'otp*' or '*/no-auth'; repeatable")
	flags.StringVar(&f.runID, "run-id", "", "name the run by `ID` instead of by chance: the same id makes the same values for {{$uuid}} and their like")
	flags.StringArrayVar(&f.skip, "skip", nil, "leave out cases or APIs that match `PATTERN`; repeatable")
	flags.StringSliceVar(&f.negatives, "negatives", nil, "requests broken on purpose: all (the default), none, or a `LIST` of families: "+familyNames())
	flags.BoolVar(&f.unsafe, "allow-unsafe", false, "send a DELETE of what the sheet's own test data does not name")
	flags.IntVar(&f.perAPI, "max-requests-per-api", 0, "send no more than `N` for each API; 0 is unlimited")
	flags.StringArrayVar(&f.data, "data", nil, "`FILE` of test data: csv, xlsx, YAML or JSON, a request a row; repeatable")
	flags.IntVar(&f.repeat, "repeat", 1, "send every request that changes nothing `N` times, and tell whether the answers agree and how long they took")
	flags.StringArrayVar(&f.repeatUnsafe, "repeat-unsafe", nil, "repeat POST, PUT and PATCH too, of cases or APIs that match `PATTERN`; repeatable. A DELETE never is")
	f.callback.register(flags)
	completeWith(cmd, "negatives", completeNegatives)
}

// completeNegatives offers what may stand behind what was typed: another family behind a comma, all and none alone.
func completeNegatives(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	var offers []cobra.Completion
	for _, family := range probe.NegativeFamilies {
		if !slices.Contains(strings.Split(before, ","), string(family)) {
			offers = append(offers, before+string(family))
		}
	}
	if before == "" {
		offers = append(offers, "all", "none")
	}
	return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// offer has the shell complete the values of a flag.
func offer(cmd *cobra.Command, flag string, directive cobra.ShellCompDirective, values ...string) {
	completeWith(cmd, flag, cobra.FixedCompletions(values, directive))
}

// completeWith has the shell complete a flag. A command that nobody can run, by which a server reads its configuration for each run, offers nothing: cobra
// would hold on to its flags, and to all that they belong to, until the process ends.
func completeWith(cmd *cobra.Command, flag string, complete cobra.CompletionFunc) {
	if cmd.RunE != nil {
		_ = cmd.RegisterFlagCompletionFunc(flag, complete) // the flag is there
	}
}

func familyNames() string {
	names := make([]string, len(probe.NegativeFamilies))
	for i, f := range probe.NegativeFamilies {
		names[i] = string(f)
	}
	return strings.Join(names, ", ")
}

// options turns the flags into what the engine takes.
func (f *caseFlags) options(c *config, environ []string) (engine.Options, error) {
	vars, err := gatherVars(f, c, environ)
	if err != nil {
		return engine.Options{}, err
	}
	negatives, err := negativeFilter(f.negatives)
	if err != nil {
		return engine.Options{}, err
	}
	negatives.Asked = len(f.negatives) > 0
	if f.perAPI < 0 {
		return engine.Options{}, usageError("0 is unlimited", "--max-requests-per-api must not be negative")
	}
	if err := f.checkRepeat(); err != nil {
		return engine.Options{}, err
	}
	if err := plan.CheckBaseURL(f.baseURL); err != nil { // which is not quoted: it may hold a password
		return engine.Options{}, usageError("write it as http://127.0.0.1:8080 or https://staging.example.test", "--base-url: %w", err)
	}
	guard := send.Guard{Allow: f.allowHosts}
	if err := guard.CheckAllow(); err != nil {
		return engine.Options{}, usageError("name a host or a network; quote it for the shell, as in --allow-host '*.example.com'", "--allow-host: %w", err)
	}
	if f.runID != "" && !probe.IsRunID(f.runID) {
		return engine.Options{}, usageError("write up to 64 letters, digits, \"-\", \"_\" and \".\"", "--run-id: %q cannot name a run", f.runID)
	}
	if err := f.callback.check(); err != nil {
		return engine.Options{}, err
	}
	return engine.Options{
		CallbackURL: f.callback.standIn(), CallbackWait: f.callback.wait,
		RunID: f.runID, Vars: vars, BaseURL: f.baseURL, Negatives: negatives, Only: f.only, Skip: f.skip,
		AllowUnsafe: f.unsafe, MaxRequestsPerAPI: f.perAPI, Repeat: f.repeat, RepeatUnsafe: f.repeatUnsafe,
		Guard: guard, Send: send.Options{UserAgent: userAgent()},
	}, nil
}

// checkRepeat refuses what would repeat nothing.
func (f *caseFlags) checkRepeat() error {
	if f.repeat < 1 {
		return usageError("1 sends every request once", "--repeat must be at least 1")
	}
	if len(f.repeatUnsafe) > 0 && f.repeat == 1 {
		return usageError("say how often, as in --repeat 5", "--repeat-unsafe has no effect without --repeat")
	}
	return nil
}

func negativeFilter(list []string) (plan.NegativeFilter, error) {
	var filter plan.NegativeFilter
	for _, name := range list {
		switch name = strings.TrimSpace(name); {
		case (name == "all" || name == "none") && len(list) > 1:
			return filter, usageError("give one of them alone", "--negatives: %q cannot stand beside other names", name)
		case name == "all":
		case name == "none":
			filter.None = true
		case slices.Contains(probe.NegativeFamilies[:], probe.Family(name)):
			filter.Named = append(filter.Named, probe.Family(name))
		default:
			known := append([]string{"all", "none"}, strings.Split(familyNames(), ", ")...)
			near := strings.TrimLeft(didYouMean(name, known, "")+" ", " ")
			return filter, usageError(near+"known are: "+strings.Join(known, ", "), "--negatives: no family is named %q", name)
		}
	}
	return filter, nil
}

// sendFlags decide how requests travel.
type sendFlags struct {
	timeout, connectTimeout time.Duration
	rate                    float64
	maxRequests             int
	concurrency, perHost    int
	proxy, caCert           string
	cert, key               string
	insecure                bool
	resolve                 []string
}

func (f *sendFlags) register(flags *pflag.FlagSet) {
	flags.DurationVar(&f.timeout, "timeout", 30*time.Second, "`TIME` for one whole exchange")
	flags.DurationVar(&f.connectTimeout, "connect-timeout", 10*time.Second, "`TIME` for name resolution, connection and TLS handshake together")
	flags.Float64Var(&f.rate, "rate", 10, "`N` requests per second and host; 0 is unlimited")
	flags.IntVar(&f.maxRequests, "max-requests", 0, "send no more than `N` in the whole run; 0 is unlimited")
	flags.IntVar(&f.concurrency, "concurrency", engine.DefaultConcurrency, "probe `N` APIs at a time")
	flags.IntVar(&f.perHost, "concurrency-per-host", 0, "have no more than `N` requests under way to one host; 0 leaves it to --concurrency")
	flags.StringVar(&f.proxy, "proxy", "", "proxy `URL` (default: HTTPS_PROXY, HTTP_PROXY, NO_PROXY)")
	flags.StringVar(&f.caCert, "cacert", "", "PEM `FILE` of authorities to trust besides the system's")
	flags.StringVar(&f.cert, "cert", "", "PEM `FILE` with our client certificate")
	flags.StringVar(&f.key, "key", "", "PEM `FILE` with its private key")
	flags.BoolVar(&f.insecure, "insecure", false, "do not verify certificates; the run says so, and is unfit for sign-off")
	flags.StringArrayVar(&f.resolve, "resolve", nil, "connect to an address instead of asking DNS, `HOST:ADDR`; repeatable")
}

func (f *sendFlags) apply(o *engine.Options) error {
	if err := f.limits(); err != nil {
		return err
	}
	if (f.cert == "") != (f.key == "") {
		return usageError("give both", "--cert and --key go together")
	}
	if f.proxy != "" && len(f.resolve) > 0 {
		return usageError("a proxy finds the address itself; give one of the two", "--resolve has no effect behind --proxy")
	}
	resolve := map[string]string{}
	for _, r := range f.resolve {
		host, addr, ok := strings.Cut(r, ":")
		if !ok || host == "" || addr == "" {
			return usageError("write it as --resolve staging.example.test:192.0.2.7", "--resolve %q is not HOST:ADDR", r)
		}
		resolve[strings.ToLower(host)] = addr
	}
	o.MaxRequests, o.Concurrency = f.maxRequests, f.concurrency
	o.Send = send.Options{
		ConnectTimeout: f.connectTimeout, Timeout: f.timeout, Rate: f.rate, ConcurrencyPerHost: f.perHost, Proxy: f.proxy, CACert: f.caCert,
		Cert: f.cert, Key: f.key, Insecure: f.insecure, Resolve: resolve, UserAgent: userAgent(),
	}
	return nil
}

// limits refuses numbers that mean nothing.
func (f *sendFlags) limits() error {
	const unlimited = "0 is unlimited"
	for _, limit := range []struct {
		flag, must, hint string
		ok               bool
	}{
		{"--rate", "must be a number from 0 on", unlimited, f.rate >= 0 && !math.IsInf(f.rate, 1)}, // which NaN is not
		{"--max-requests", "must not be negative", unlimited, f.maxRequests >= 0},
		{"--concurrency", "must be at least 1", "1 probes one API after the other", f.concurrency >= 1},
		{"--concurrency-per-host", "must not be negative", "0 leaves it to --concurrency", f.perHost >= 0},
		{"--timeout", "must be above 0", "write it as 30s or 2m", f.timeout > 0},
		{"--connect-timeout", "must be above 0", "write it as 10s", f.connectTimeout > 0},
	} {
		if !limit.ok {
			return usageError(limit.hint, "%s %s", limit.flag, limit.must)
		}
	}
	return nil
}

// judgeFlags decide how strict to be.
type judgeFlags struct {
	strict bool
	failOn string
}

func (f *judgeFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.strict, "strict", false, "undocumented fields are errors")
	flags.StringVar(&f.failOn, "fail-on", "error", "findings from this `SEVERITY` on make a case deviate: error or warning")
	offer(cmd, "fail-on", cobra.ShellCompDirectiveNoFileComp, string(source.Error), string(source.Warning))
}

func (f *judgeFlags) apply(c *config, o *engine.Options) error {
	severity := source.Severity(f.failOn)
	if severity != source.Error && severity != source.Warning {
		return usageError("use error or warning", "--fail-on %q is neither error nor warning", f.failOn)
	}
	o.Judge = judge.Options{Strict: f.strict, FailOn: severity, Severities: c.severities}
	return nil
}

// outputFlag is the -o of a verb that can print in several ways.
func outputFlag(cmd *cobra.Command, into *string, kinds ...string) {
	cmd.Flags().StringVarP(into, "output", "o", kinds[0], "print as `FORMAT`: "+strings.Join(kinds, ", "))
	offer(cmd, "output", cobra.ShellCompDirectiveNoFileComp, kinds...)
	check := func(*cobra.Command, []string) error {
		if slices.Contains(kinds, *into) {
			return nil
		}
		return usageError("use one of: "+strings.Join(kinds, ", "), "-o %q is not known", *into)
	}
	cmd.PreRunE = check
}

func sheetArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usageError(fmt.Sprintf("as in `%s otp.txt`", cmd.CommandPath()), "name at least one SHEET: a file, a folder, a pattern, or - for standard input")
	}
	return nil
}
