package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
	"github.com/sheetprobe/sheetprobe/probe/queue"
	"github.com/sheetprobe/sheetprobe/probe/queue/river"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/serve"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// workerFlags say who a process is among others.
type workerFlags struct {
	name   string
	zones  []string
	egress string
}

func (f *workerFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.name, "name", "", "the `NAME` by which this process is told from others (default: as configured, or that of the machine)")
	cmd.Flags().StringSliceVar(&f.zones, "zone", nil, "make runs of schedules of the zone `NAME` too, which this process reaches; repeatable")
	cmd.Flags().StringVar(&f.egress, "egress", "", "the `ADDRESS` that others see this process come from, as behind a NAT; runs are recorded with it")
}

// worker is how this process describes itself: by its flags, else as configured.
func (f *workerFlags) worker(c *config) (queue.Worker, error) {
	w := queue.Worker{
		Name: firstOf(f.name, c.serve.name), Zones: f.zones, Egress: firstOf(f.egress, c.serve.egress), Slots: c.serve.concurrency,
		Version: tool().Version, RulesVersion: tool().RulesVersion,
	}
	if len(w.Zones) == 0 {
		w.Zones = c.serve.zones
	}
	if w.Name == "" {
		w.Name, _ = os.Hostname()
		w.Name = cmp.Or(w.Name, "unnamed")
	}
	if w.Slots == 0 {
		w.Slots = serve.DefaultConcurrency
	}
	w.ID = w.Name + "-" + newRunID()
	return w, f.check(w)
}

// check refuses what cannot be a zone or an address.
func (f *workerFlags) check(w queue.Worker) error {
	if len(w.Name) > 80 || strings.ContainsFunc(w.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return usageError("correct --name, or serve.name in the configuration", "%.90q cannot name a process: use up to 80 letters that can be shown", w.Name)
	}
	for _, zone := range w.Zones {
		if key, err := (serve.Schedule{Name: "x", Sheets: []string{"x"}, Zone: zone}).Check(); key == "zone" {
			return usageError("correct --zone, or serve.zone in the configuration", "%w", err)
		}
	}
	if w.Egress == "" {
		return nil
	}
	if _, err := netip.ParseAddr(w.Egress); err == nil {
		return nil
	}
	if _, err := netip.ParsePrefix(w.Egress); err != nil {
		return usageError("write --egress as 203.0.113.7 or 203.0.113.0/29", "%q is no address", w.Egress)
	}
	return nil
}

// join makes this process one of those that share a PostgreSQL database; on SQLite it is alone, and the queue is nil.
func (v *serveVerb) join(ctx context.Context, c *config, url string) (*river.Queue, error) {
	if sqlstore.Path(url) != "" {
		return nil, nil //nolint:nilnil // there is none, and that is no error
	}
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	q, err := river.Open(ctx, url, river.Options{Worker: v.self, Lease: c.serve.lease, Say: v.say})
	if err != nil {
		return nil, usageError("check --db", "the queue cannot be opened: %w", sqlstore.WithoutPassword(err, url))
	}
	return q, nil
}

// turns has the requests of one run wait for those of other processes, and end when the run is another's.
type turns struct {
	fleet *river.Queue
	hold  func(context.Context) error
}

var _ send.Turns = turns{}

// Turn implements send.Turns.
func (t turns) Turn(ctx context.Context, host string, perSecond float64, longest time.Duration) error {
	if err := t.fleet.Turn(ctx, host, perSecond, longest); err != nil {
		return err
	}
	if err := t.hold(ctx); !errors.Is(err, queue.ErrLost) {
		return err
	}
	<-ctx.Done() // as it does for whoever lost the run
	return ctx.Err()
}

// LeaveAlone implements send.Turns.
func (t turns) LeaveAlone(host string, d time.Duration) { t.fleet.LeaveAlone(host, d) }

// goOn has what another process found out in this run not sent again.
func goOn(resumed *probe.Run, readings []sheet.Reading, plans iter.Seq[*probe.Plan], o *engine.Options) error {
	if resumed == nil {
		return nil
	}
	if err := canGoOn(resumed, readings, plans); err != nil {
		return fmt.Errorf("another process began the run, and it cannot go on here: %w", err)
	}
	o.Done, _ = doneBefore(resumed, readings, *o)
	return nil
}

// canGoOn refuses to go on by other documents, other cases or against another server than the part that is kept: a run of two halves that do not belong
// together proves nothing.
func canGoOn(resumed *probe.Run, readings []sheet.Reading, plans iter.Seq[*probe.Plan]) error {
	planned := plannedURLs(plans)
	for i := range resumed.Sheets {
		s := &resumed.Sheets[i]
		for k := range s.Cases {
			if !hasVerdict(&s.Cases[k]) {
				continue
			}
			if !slices.ContainsFunc(readings, func(r sheet.Reading) bool { return r.Document.SHA256 == s.DocumentSHA256 }) {
				return fmt.Errorf("%q is not the document that it was begun with, or has changed since", s.Document)
			}
			if err := samePlan(&s.Cases[k], planned); err != nil {
				return err
			}
		}
	}
	return nil
}

// prober tells who made a run, and from which addresses.
type prober struct {
	mu   sync.Mutex
	self probe.Prober
}

func newProber(self queue.Worker, zone string) *prober {
	return &prober{self: probe.Prober{Name: self.Name, Zone: firstOf(zone, strings.Join(self.Zones, ",")), Egress: self.Egress}}
}

// saw notes our own address on the connection of a case.
func (p *prober) saw(x *probe.Exchange) {
	if x == nil || x.LocalAddr == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Contains(p.self.LocalAddresses, x.LocalAddr) {
		p.self.LocalAddresses = append(p.self.LocalAddresses, x.LocalAddr)
	}
}

func (p *prober) whole() *probe.Prober {
	p.mu.Lock()
	defer p.mu.Unlock()
	slices.Sort(p.self.LocalAddresses)
	return &p.self
}
