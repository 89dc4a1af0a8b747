package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
	"github.com/sheetprobe/sheetprobe/probe/notify"
	"github.com/sheetprobe/sheetprobe/probe/queue"
	"github.com/sheetprobe/sheetprobe/probe/queue/river"
	"github.com/sheetprobe/sheetprobe/probe/serve"
)

// serveVerb is what `serve` was given.
type serveVerb struct {
	w      World
	cmd    *cobra.Command
	listen string
	db     dbFlags
	worker workerFlags
	self   queue.Worker // this process among others
	fleet  *river.Queue // nil where it is alone
	alerts *notify.Notifier

	given   accessConfig // by flags
	exposed bool         // others than who is at this machine can ask for runs
}

func newServe(w World) *cobra.Command {
	v := serveVerb{w: w}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Make runs by schedule, and show what came of them",
		Long: `Makes the runs that the section "serve" of the configuration names, each at its
times, keeps them in the history, and answers on loopback: health at /healthz
and /readyz, metrics for Prometheus at /metrics, and a REST API, described at
/api/v1/openapi.json.

On loopback nobody is asked who they are, unless "auth: required" says so. Any
other address wants a login or a token, the names by which it is asked
("hosts"), and TLS, or a proxy that does it; see "sheetprobe users" and
"sheetprobe tokens". Then, and for sheets that somebody hands in, nothing of a
private network is probed but what "allow-private" names.

  serve:
    listen: 127.0.0.1:8470
    # listen: 0.0.0.0:8470
    # hosts: [probe.example.com]
    # tls: {cert: cert.pem, key: key.pem}     # or behind-proxy: true
    # trusted-proxies: [10.0.0.0/8]
    # allow-private: [10.1.0.0/16, staging.corp.example]
    # session: {idle: 1h, lifetime: 12h}
    # metrics: open                           # without a token
    # oidc: {issuer: https://idp.example.com, client_id: sheetprobe,
    #   client_secret: NAME_UNDER_SECRETS, roles: {GROUP: operator}}
    # signoff: {key: serve-key.pem, name: probe.example.com}
    schedules:
      - name: nightly
        cron: "30 2 * * *"         # minute, hour, day of month, month, weekday
        timezone: Europe/Berlin    # UTC where it is not said
        jitter: 10m
        sheets: [sheets/]

Everything else in the configuration counts for these runs as it does for "run";
a schedule may have its own only, skip and negatives. Sheets are read anew for
each run. The configuration is read anew when its file changes, or on SIGHUP;
one that is wrong is not taken. On SIGTERM or SIGINT no run is begun any more,
those under way may finish within "grace" (30s), and are recorded as interrupted
else.

Several that are started with the same PostgreSQL database (--db) are a fleet:
each time that is due leads to one run, made by one of them. What is left by
one that is gone, another goes on with after "lease" (30s). Rates hold for all
together. Runs of a schedule with a "zone" are made by those alone that were
started with that --zone.

People sign off on the pages: the policy of the section "signoff" is held
against the latest run, operators write down waivers and attest, and approvers
approve with their password, once more. The server signs who approved what with
a key of its own, which it makes beside the history at the first start ("key"
names another; all of a fleet need the same); what it signed is checked with
"signoff verify --server-key". A token alone approves nothing, unless "tokens:
approve" says so.

Operators can hand in a sheet of at most "upload-limit" (10MiB) and have it
tried once, by the options of the configuration; it leads to no private network
that "allow-private" does not name. Secrets it is given for those hosts alone
that a sheet of the schedules, "base-url" or "allow-host" names.

Exit codes: 0 (it was told to stop), 2 (wrong usage or configuration)`,
		Example: "  sheetprobe serve --config sheetprobe.yaml",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v.cmd = cmd
			return v.run(cmd.Context())
		},
	}
	cmd.Flags().String("config", "", "configuration `FILE` (default sheetprobe.yaml, where there is one)")
	cmd.Flags().StringVar(&v.listen, "listen", "", "answer on `HOST:PORT` (default: as configured, or "+defaultListen+")")
	v.worker.register(cmd)
	v.registerAccess(cmd)
	v.db.register(cmd)
	return cmd
}

func (v *serveVerb) run(ctx context.Context) error {
	v.w.Err, v.w.In = &lockedWriter{to: v.w.Err}, strings.NewReader("")
	c, err := findConfig(v.cmd, v.w)
	if err != nil {
		return err
	}
	who, address, err := v.whoMay(c)
	if err != nil {
		return err
	}
	if err := v.check(c); err != nil {
		return err
	}
	if v.self, err = v.worker.worker(c); err != nil {
		return err
	}
	listener, err := who.Listen(ctx, address)
	if err != nil {
		return cannotListen(err)
	}
	defer func() { _ = listener.Close() }()
	store, url, err := v.store(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	release, err := store.Alone(ctx)
	if err != nil {
		return cannotServe(err, v.db.database(v.w))
	}
	defer release()
	if who.OIDC, err = v.provider(ctx, c, who.Required); err != nil {
		return err
	}
	if who.Authority, err = v.authority(ctx, c, store.Access(), who.Required); err != nil {
		return err
	}
	desk, err := v.desk(c, store, url)
	if err != nil {
		return err
	}
	v.self.SigningKey = desk.Signer.Public().Fingerprint()
	if v.fleet, err = v.join(ctx, c, url); err != nil {
		return err
	}
	grace := c.serve.grace
	if grace == 0 {
		grace = defaultGrace
	}
	options := serve.Options{
		Store: store, Tool: tool(), Now: time.Now, NewRunID: newRunID, Say: v.say, Concurrency: v.self.Slots, Grace: grace, Worker: v.self, Access: who, UploadLimit: c.serve.uploadLimit, Desk: desk,
	}
	if v.fleet != nil {
		defer func() { _ = v.fleet.Close() }()
		options.Queue = v.fleet
	}
	var server *serve.Server
	v.alerts = notify.NewNotifier(notify.Options{
		Store: store.Alerts(), Runs: store, Now: time.Now, NewID: newRunID, Say: v.say,
		Count: func(channel string, outcome notify.Counted) { server.Alerted(channel, string(outcome)) }, // not before it runs
	})
	if err := v.tellBy(ctx, c); err != nil {
		return err
	}
	options.Alerts = v.alerts
	server, err = serve.New(ctx, v.configured(c), options)
	if err != nil {
		return usageError("check --db", "cannot begin: %w", err)
	}
	watching, stop := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() { v.watch(watching, server, c) })
	watch.Go(func() { v.alerts.Run(watching) })
	scheme := "http"
	if who.TLS != nil {
		scheme = "https"
	}
	printfTo(v.w.Out, "sheetprobe serves on %s://%s until it is told to stop; schedules: %d\n", scheme, listener.Addr(), len(c.serve.schedules))
	err = server.Run(ctx, listener)
	stop()
	watch.Wait()
	return err
}

// tellBy takes what the configuration says of alerts.
func (v *serveVerb) tellBy(ctx context.Context, c *config) error {
	senders, err := c.senders(ctx, newVault(v.w), time.Now)
	if err != nil {
		return err
	}
	return v.alerts.Apply(c.notifySettings(), senders)
}

// store opens the history, without which a schedule would be pointless.
func (v *serveVerb) store(ctx context.Context) (store *sqlstore.Store, url string, err error) {
	if err := v.db.settle(v.cmd, v.w); err != nil {
		return nil, "", err
	}
	db := v.db.database(v.w)
	if db.url == "" {
		return nil, "", usageError("name one with --db sqlite://PATH or --db postgres://USER@HOST/NAME", "serve needs a history to keep its runs in")
	}
	store, err = db.open(ctx)
	if err != nil {
		return nil, "", db.failed(err)
	}
	return store, db.url, nil
}

// cannotServe says why a history is not to go by schedules with.
func cannotServe(err error, db database) error {
	if errors.Is(err, sqlstore.ErrServed) {
		return usageError("stop it, or name another --db; several processes share a PostgreSQL database, where each run is made once",
			"another `sheetprobe serve` goes by schedules with the history in %q", db.name())
	}
	return db.failed(err)
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func (v *serveVerb) say(format string, args ...any) {
	printfTo(v.w.Err, "%s sheetprobe: %s\n", time.Now().UTC().Format(time.RFC3339), fmt.Sprintf(format, args...))
}

// check refuses a configuration that no run could be made with.
func (v *serveVerb) check(c *config) error {
	if len(c.serve.schedules) == 0 {
		return usageError("see `sheetprobe serve --help` for an example", "the configuration holds no schedules under `serve`")
	}
	for _, key := range []string{"run-id", "resume"} {
		if values := c.values[key]; len(values) > 0 {
			return usageError("remove the key", "%s:%d:%d: %s: every run of a schedule is a new one", c.path, values[0].line, values[0].column, key)
		}
	}
	for _, s := range c.serve.schedules {
		if _, _, err := v.options(c, s); err != nil {
			return err
		}
		for _, arg := range s.Sheets {
			inputs, err := expand(arg, io.Discard)
			if err != nil {
				return err
			}
			for _, in := range inputs {
				if in.Problem != "" {
					v.say("schedule %q: %s", s.Name, in.Problem)
				}
			}
		}
	}
	return nil
}

// watchEvery is how often the configuration is looked at.
const watchEvery = 2 * time.Second

// watch takes a changed configuration, on SIGHUP or when the file is another.
func (v *serveVerb) watch(ctx context.Context, server *serve.Server, c *config) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	known := c.digest // and not that of the file as it is by now
	for {
		select {
		case <-ctx.Done():
			return
		case <-hup:
		case <-ticker.C:
			if digestOf(c.path) == known {
				continue
			}
		}
		known = digestOf(c.path)
		if err := v.reload(server, c); err != nil {
			server.Refused(err)
		}
	}
}

// digestOf tells one state of a file from another; one that cannot be read is one too.
func digestOf(path string) [sha256.Size]byte {
	data, err := readSmall(path)
	if err != nil {
		return sha256.Sum256([]byte(err.Error()))
	}
	return sha256.Sum256(data)
}

// reload reads the configuration whole, and hands it over only where nothing is wrong with it.
func (v *serveVerb) reload(server *serve.Server, before *config) error {
	data, err := readSmall(before.path)
	if err != nil {
		return cause(err)
	}
	c, err := parseConfig(before.path, data)
	if err != nil {
		return err
	}
	if err := v.check(c); err != nil {
		return err
	}
	senders, err := c.senders(context.Background(), newVault(v.w), time.Now) // each source has its own time
	if err != nil {
		return err
	}
	if err := server.Apply(v.configured(c)); err != nil {
		return err
	}
	if err := v.alerts.Apply(c.notifySettings(), senders); err != nil {
		return err
	}
	v.say("the configuration was read anew; schedules: %d", len(c.serve.schedules))
	if fixed(c) != fixed(before) {
		v.say("listen, signoff, upload-limit, grace, lease, concurrency, name, zone, egress, db and who is let in are as they were at the start; restart for them to change")
	}
	return nil
}

// fixed is what cannot change while the server runs.
func fixed(c *config) string {
	var db string
	for _, value := range c.values["db"] {
		db += value.text
	}
	access := c.serve.access
	access.allowPrivate, access.oidc = nil, nil
	return fmt.Sprint(c.serve.desk, c.serve.uploadLimit, c.serve.listen, c.serve.grace, c.serve.lease, c.serve.concurrency, c.serve.name, c.serve.zones, c.serve.egress, db, access)
}

// lockedWriter is written to by several runs at a time.
type lockedWriter struct {
	mu sync.Mutex
	to io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Write(p)
}
