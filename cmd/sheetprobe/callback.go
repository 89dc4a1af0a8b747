package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/sheetprobe/sheetprobe/probe/callback"
	"github.com/sheetprobe/sheetprobe/probe/engine"
)

// callbackFlags say where the APIs can call us back. `plan` has them too, because the requests tell it.
type callbackFlags struct {
	listen, public string
	wait           time.Duration
}

func (f *callbackFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.listen, "callback-listen", "", "take the calls that APIs make to a callback URL on `HOST:PORT`, as on 127.0.0.1:0 for any free port")
	flags.StringVar(&f.public, "callback-url", "", "`URL` under which staging reaches --callback-listen, where that is not its own address")
	flags.DurationVar(&f.wait, "callback-wait", 0, "`TIME` to wait for such a call behind the answer (default: what the sheet allows, or 10s)")
}

func (f *callbackFlags) check() error {
	if f.wait < 0 {
		return usageError("write it as 30s or 2m", "--callback-wait must not be negative")
	}
	if f.listen == "" {
		for _, given := range []struct {
			flag string
			is   bool
		}{{"--callback-url", f.public != ""}, {"--callback-wait", f.wait != 0}} {
			if given.is {
				return usageError("say where to listen, as in --callback-listen 127.0.0.1:8099", "%s has no effect without --callback-listen", given.flag)
			}
		}
		return nil
	}
	if err := callback.Check(f.options()); err != nil {
		return usageError("write --callback-listen 127.0.0.1:8099, and --callback-url https://callbacks.example.test where staging reaches us under another address",
			"--callback-listen, --callback-url: %w", err)
	}
	return nil
}

func (f *callbackFlags) options() callback.Options {
	return callback.Options{Address: f.listen, Public: f.public}
}

// standIn shows in a plan where our URL will stand: its path is made anew for each run.
func (f *callbackFlags) standIn() func(string) string {
	if f.listen == "" {
		return nil
	}
	base := "http://" + f.listen
	if f.public != "" {
		base = strings.TrimRight(f.public, "/")
	}
	return func(string) string { return base + "/callback/path-of-this-run" }
}

// open starts listening, where that was asked for; close ends it.
func (f *callbackFlags) open(ctx context.Context, o *engine.Options) (closing func(), err error) {
	if f.listen == "" {
		return func() {}, nil
	}
	l, err := callback.Listen(ctx, f.options())
	if err != nil {
		return nil, usageError("choose another port, or 0 for any that is free", "--callback-listen: %w", err)
	}
	o.Callbacks, o.CallbackURL = l, l.URL
	return func() { _ = l.Close() }, nil
}
