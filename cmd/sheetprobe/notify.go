package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
	"github.com/sheetprobe/sheetprobe/probe/notify"
	"github.com/sheetprobe/sheetprobe/probe/notify/channel"
)

func newNotify(w World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "notify",
		Short: "Try the channels that tell what is new, and see what would be told",
		Long: `What runs find is told to people by the section "notify" of the configuration:
by "serve" for its schedules, and by "run --notify". What changed is told, once:
what deviates now, what is mended, a host or a whole network that is away, a run
that did not come about. Nothing is told twice, whoever is restarted.

  secrets:
    chat_url: {env: ALERTS_CHAT_URL}
    hook_key: {file: /run/secrets/hook_key}
    mail_password: {env: MAIL_PASSWORD}
  notify:
    runs: true                                 # as if each run had --notify
    channels:
      chat: {kind: slack, url: chat_url}       # kinds: slack, teams, email,
      hook:                                    # webhook, shoutrrr
        kind: webhook
        url: https://alerts.example.test/in    # here an address, or a secret
        key: hook_key                          # signs each message
      owners:
        kind: email
        server: smtp.example.test:587          # with STARTTLS, or tls: tls
        from: probe@example.test
        to: [api-owners@example.test]
        username: probe
        password: mail_password
        quiet: {from: "20:00", to: "07:00", timezone: Europe/Berlin}
    routes:
      - name: all
        to: [chat, hook]
        remind: 168h                           # while it lasts; never else
      - name: owners
        to: [owners]
        schedules: [nightly]                   # apis: [PATTERN] too
        blame: [endpoint, sheet]               # not environment
        severity: error                        # or warning, info
        after: 2                               # runs in a row; or seen: 2 of 5

A route takes besides: outage-after (1), unjudged-after (3), recover-after (1),
recovery (true), flapping (4 of 10, or off). A channel takes a template: a FILE.

Exit codes: those of its commands`,
		Example: "  sheetprobe notify test\n  sheetprobe notify preview latest",
		Args:    noSuchCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newNotifyTest(w), newNotifyPreview(w), newNotifySend(w))
	return cmd
}

func newNotifyTest(w World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "test [CHANNEL...]",
		Short: "Send a test message to the channels, or to these",
		Long: `Sends a test message at once, quiet hours or not.

Exit codes: 0 (all were taken), 1 (one was not), 2 (wrong usage or configuration)`,
		Example: "  sheetprobe notify test chat",
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := notifyingConfig(cmd, w)
			if err != nil {
				return err
			}
			return testChannels(cmd.Context(), w, c, args)
		},
	}
	cmd.Flags().String("config", "", "configuration `FILE` (default sheetprobe.yaml, where there is one)")
	return cmd
}

func notifyingConfig(cmd *cobra.Command, w World) (*config, error) {
	c, err := findConfig(cmd, w)
	if err == nil && c.notify.at == nil {
		err = usageError("see `sheetprobe notify --help` for an example", "the configuration says nothing under `notify`, so that nothing is told")
	}
	return c, err
}

func testChannels(ctx context.Context, w World, c *config, names []string) error {
	var known []string
	for _, ch := range c.notify.channels {
		known = append(known, ch.Name)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return usageError(didYouMean(name, known, "known are: "+strings.Join(known, ", ")), "there is no channel %q", name)
		}
	}
	if len(names) == 0 {
		names = known
	}
	senders, err := c.senders(ctx, newVault(w), time.Now, names...)
	if err != nil {
		return err
	}
	code := exitConforms
	for _, name := range names {
		if err := notify.Test(ctx, senders[name], newRunID()); err != nil {
			code = exitDeviates
			printfTo(w.Out, "%s: not sent: %v\n", name, err)
			continue
		}
		printfTo(w.Out, "%s: sent\n", name)
	}
	return exitWith(code)
}

// notifier decides and tells by a configuration.
func (c *config) notifier(ctx context.Context, w World, store *sqlstore.Store, o notify.Options) (*notify.Notifier, error) {
	senders, err := c.senders(ctx, newVault(w), o.Now)
	if err != nil {
		return nil, err
	}
	o.Store, o.NewID = store.Alerts(), newRunID
	n := notify.NewNotifier(o)
	return n, n.Apply(c.notifySettings(), senders)
}

// plainly says what concerns alerts where nobody keeps a log.
func plainly(w World) func(format string, args ...any) {
	return func(format string, args ...any) { printfTo(w.Err, "sheetprobe: %s\n", fmt.Sprintf(format, args...)) }
}

// deliverTime bounds how long a command waits for channels.
const deliverTime = time.Minute

// alerts is who tells what a run shows; nil where nobody is to. That it could not is found out before anything is sent.
func (f *pastFlags) alerts(ctx context.Context, w World, c *config, p *past) (*notify.Notifier, error) {
	switch {
	case !f.notify:
		return nil, nil
	case c.notify.at == nil:
		return nil, usageError("see `sheetprobe notify --help` for an example", "--notify tells nothing: the configuration has no section `notify`")
	case p.store == nil:
		return nil, usageError("leave out --db none, or --notify", "--notify needs the history, to tell nothing twice")
	}
	return c.notifier(ctx, w, p.store, notify.Options{Now: time.Now, Say: plainly(w)})
}

// tellRun tells what a run has shown, after it was kept.
func tellRun(ctx context.Context, w World, n *notify.Notifier, run *probe.Run, kept *results) {
	if n == nil || run.Interrupted {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deliverTime)
	defer cancel()
	seen, err := notify.ObserveEach(run, kept.Get)
	if err == nil {
		err = n.Observed(ctx, seen)
	}
	if err != nil {
		printfTo(w.Err, "sheetprobe: %s\n", onOneLine(err))
		return
	}
	if n.Deliver(ctx) != nil { // each was said
		printfTo(w.Err, "sheetprobe: what could not be sent waits; the next `run --notify`, or `sheetprobe notify send`, tries again\n")
	}
}

func newNotifySend(w World) *cobra.Command {
	var db dbFlags
	cmd := &cobra.Command{
		Use:   "send",
		Short: "Send what waits, for quiet hours to end or a channel to be back",
		Long: `Sends what "run --notify" could not: what waited for the end of quiet hours, and
what a channel did not take. "serve" does so by itself.

Exit codes: 0 (nothing that is due waits), 1 (something could not be sent),
2 (wrong usage or configuration)`,
		Example: "  sheetprobe notify send",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, store, err := alertStore(cmd, w, &db)
			if err != nil {
				return err
			}
			defer func() { _ = store.Close() }()
			n, err := c.notifier(cmd.Context(), w, store, notify.Options{Now: time.Now, Say: plainly(w)})
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), deliverTime)
			defer cancel()
			if n.Deliver(ctx) != nil {
				return exitWith(exitDeviates)
			}
			return nil
		},
	}
	db.register(cmd)
	return cmd
}

func alertStore(cmd *cobra.Command, w World, db *dbFlags) (*config, *sqlstore.Store, error) {
	c, err := notifyingConfig(cmd, w)
	if err != nil {
		return nil, nil, err
	}
	if err := db.settle(cmd, w); err != nil {
		return nil, nil, err
	}
	store, err := db.database(w).existing(cmd.Context())
	return c, store, err
}

func newNotifyPreview(w World) *cobra.Command {
	var db dbFlags
	cmd := &cobra.Command{
		Use:   "preview [RUN]",
		Short: "Show what a run would tell whom, and why not the rest",
		Long: `Shows what would be told of a run of the history, "latest" where none is named,
by today's configuration and by what was told before. It sends and keeps nothing,
and asks for no secret.

Exit codes: 0, 2 (wrong usage or configuration)`,
		Example: "  sheetprobe notify preview\n  sheetprobe notify preview 4f2a",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, store, err := alertStore(cmd, w, &db)
			if err != nil {
				return err
			}
			defer func() { _ = store.Close() }()
			runs := db.runs(cmd, w)
			defer runs.close()
			run, err := runs.load(firstOf(append(args, "latest")...))
			if err != nil {
				return err
			}
			return preview(cmd.Context(), w, c, store, run)
		},
	}
	db.register(cmd)
	return cmd
}

func preview(ctx context.Context, w World, c *config, store *sqlstore.Store, run *probe.Run) error {
	blanks := map[string]notify.Sender{}
	for _, ch := range c.notify.channels {
		blank, err := channel.Blank(ch.spec.Kind)
		if err != nil {
			return err
		}
		blanks[ch.Name] = blank
	}
	n := notify.NewNotifier(notify.Options{Store: store.Alerts(), Now: time.Now, NewID: newRunID, Say: plainly(w)})
	if err := n.Apply(c.notifySettings(), blanks); err != nil {
		return err
	}
	out, err := n.Preview(ctx, run)
	if err != nil {
		return usageError("check --db", "what was told before cannot be read: %s", onOneLine(err))
	}
	return showPreview(w, n, run, out)
}

func showPreview(w World, n *notify.Notifier, run *probe.Run, out notify.Outcome) error {
	printfTo(w.Out, "run %s, begun %s\n", run.RunID, run.StartedAt.UTC().Format("2006-01-02 15:04 MST"))
	if run.Interrupted {
		printfTo(w.Out, "\nnothing is told of it: it was interrupted, and is looked at when it has come to its end\n")
		return nil
	}
	var failed error
	for _, d := range out.Deliveries {
		m, err := n.Render(d)
		failed = errors.Join(failed, err)
		when := "at once"
		if time.Until(d.NextAt) > time.Second {
			when = "at " + d.NextAt.UTC().Format("2006-01-02 15:04 MST") + ", when its quiet hours are over"
		}
		printfTo(w.Out, "\nto %s, %s:\n", d.Channel, when)
		for _, line := range strings.Split(m.Text, "\n") {
			printfTo(w.Out, "%s\n", strings.TrimRight("  | "+line, " "))
		}
	}
	if len(out.Deliveries) == 0 {
		printfTo(w.Out, "\nnothing is told\n")
	}
	showUntold(w, out.Decisions)
	return failed
}

// mostUntold is how many things are shown that are not told for one reason.
const mostUntold = 10

func showUntold(w World, all []notify.Decision) {
	var reasons []string
	things := map[string][]string{}
	for _, d := range all {
		if d.Change != "" {
			continue
		}
		what := d.Topic.Message
		if d.Topic.API != "" {
			what = d.Topic.API + ": " + what
		}
		reason := "route " + d.Route + ": " + d.Why
		if things[reason] == nil {
			reasons = append(reasons, reason)
		}
		if what = notify.Shorten(what, 150); !slices.Contains(things[reason], what) {
			things[reason] = append(things[reason], what)
		}
	}
	if len(reasons) > 0 {
		printfTo(w.Out, "\nnot told:\n")
	}
	for _, reason := range reasons {
		printfTo(w.Out, "  %s\n", reason)
		list := things[reason]
		for _, what := range list[:min(len(list), mostUntold)] {
			printfTo(w.Out, "    - %s\n", what)
		}
		if more := len(list) - mostUntold; more > 0 {
			printfTo(w.Out, "    and %d more\n", more)
		}
	}
}
