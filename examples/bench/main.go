// Command bench measures how fast sheetprobe is, against a bare HTTP client that sends the same requests to the same server, and how its time and
// memory grow with the number of APIs. Everything runs on loopback, in processes of its own, and each figure is a ratio or a median of rounds that
// alternate, so that a busy machine moves both sides.
//
//	taskset -c 0,1 go run ./examples/bench
//
// README.md beside it shows the figures and what is behind each.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Getenv("SHEETPROBE_EXPORT_TOOLS"), os.Stdout) //nolint:forbidigo // this is where the environment enters
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// measures are what can be measured, in the order in which it is.
var measures = []struct {
	name string
	do   func(*bench) error
}{
	{"start", start}, {"throughput", throughput}, {"stages", stages}, {"history", stores}, {"growth", growth}, {"compare", compare},
}

// bench is one run of the program.
type bench struct {
	ctx      context.Context //nolint:containedctx // it lives as long as the program
	out      io.Writer
	dir      string // for everything that is written
	binary   string // of sheetprobe
	server   string // URL of the staging server
	rounds   int
	requests int   // of one round, about
	apis     []int // whose growth is measured
	postgres string
	tools    string // node_modules with Newman
}

func run(ctx context.Context, args []string, newmanAt string, out io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "serve":
			return serve(ctx, out)
		case "bare":
			return bare(ctx, args[1:], out)
		}
	}
	b := &bench{ctx: ctx, out: out}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	only := flags.String("only", "", "measure these alone: start,throughput,stages,history,growth,compare")
	flags.IntVar(&b.rounds, "rounds", 5, "how often each side of a comparison runs")
	flags.IntVar(&b.requests, "requests", 40000, "about how many requests one round sends")
	flags.StringVar(&b.postgres, "postgres", "", "URL of an empty PostgreSQL database, for history writes")
	flags.StringVar(&b.tools, "tools", newmanAt, "`FOLDER` with Newman, the node_modules that .ci/export/install makes")
	largest := flags.Int("apis", 10000, "the largest number of APIs whose growth is measured")
	if err := flags.Parse(args); err != nil {
		return err
	}
	for n := 10; n <= *largest; n *= 10 {
		b.apis = append(b.apis, n)
	}
	return b.all(strings.FieldsFunc(*only, func(r rune) bool { return r == ',' }))
}

func (b *bench) all(only []string) error {
	end, err := b.prepare()
	if err != nil {
		return err
	}
	defer end()
	for _, m := range measures {
		if len(only) > 0 && !slices.Contains(only, m.name) {
			continue
		}
		if err := m.do(b); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}

func (b *bench) printf(format string, args ...any) { fmt.Fprintf(b.out, format, args...) }

// median is that of some values, of which there is one at least.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
