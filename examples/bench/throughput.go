package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/go-resty/resty/v2"

	"github.com/sheetprobe/sheetprobe/fixtures/staging"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
)

// serve is the process of the staging server.
func serve(ctx context.Context, out io.Writer) error {
	server, err := staging.Start()
	if err != nil {
		return err
	}
	fmt.Fprintln(out, server.URL)
	<-ctx.Done()
	return server.Close()
}

// loop is what the process of the bare client says when it is done.
type loop struct {
	Requests int
	Wall     time.Duration
	CPU      time.Duration
}

// bare is the process of the bare client: net/http, or with -resty the library that `run` sends with, nothing looked at, the answers read to their end.
func bare(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("bare", flag.ContinueOnError)
	server := flags.String("server", "", "URL of the server")
	folder := flags.String("folder", "", "of the sheets")
	concurrency := flags.Int("concurrency", 1, "requests under way at a time")
	withResty := flags.Bool("resty", false, "send with resty")
	if err := flags.Parse(args); err != nil {
		return err
	}
	requests, err := requestsOf(*folder, *server)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: *concurrency}}
	send := func(ctx context.Context, q *probe.Request) error { return exchange(ctx, client, q) }
	if *withResty {
		c := resty.NewWithClient(client).SetDoNotParseResponse(true)
		send = func(ctx context.Context, q *probe.Request) error { return exchangeByResty(ctx, c, q) }
	}
	before, began := cpuTime(), time.Now()
	var next atomic.Int64
	var group sync.WaitGroup
	failures := make([]error, *concurrency)
	for worker := range *concurrency {
		group.Go(func() {
			for failures[worker] == nil {
				n := int(next.Add(1)) - 1
				if n >= len(requests) {
					return
				}
				failures[worker] = send(ctx, &requests[n])
			}
		})
	}
	group.Wait()
	done := loop{Requests: len(requests), Wall: time.Since(began), CPU: cpuTime() - before}
	if err := errors.Join(failures...); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(done)
}

// requestsOf are those that a run of the sheets sends.
func requestsOf(folder, server string) ([]probe.Request, error) {
	inputs, err := inputsOf(folder)
	if err != nil {
		return nil, err
	}
	vars := probe.NewVars(probe.Var{Name: "token", Value: staging.Token, Secret: true})
	var all []probe.Request
	for _, p := range engine.Plan(engine.Read(inputs), engine.Options{Vars: vars, BaseURL: server, RunID: "bare"}) {
		for i := range p.Cases {
			if c := &p.Cases[i]; c.Skip == "" && len(c.Blocked) == 0 {
				all = append(all, c.Request)
			}
		}
	}
	return all, nil
}

func exchange(ctx context.Context, client *http.Client, q *probe.Request) error {
	r, err := http.NewRequestWithContext(ctx, q.Method, q.URL, bytes.NewReader(q.Body))
	if err != nil {
		return err
	}
	for _, h := range q.Headers {
		r.Header.Set(h.Name, h.Value)
	}
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return errors.Join(err, answer.Body.Close())
}

func exchangeByResty(ctx context.Context, client *resty.Client, q *probe.Request) error {
	r := client.R().SetContext(ctx)
	if len(q.Body) > 0 {
		r.SetBody(q.Body)
	}
	for _, h := range q.Headers {
		r.Header.Set(h.Name, h.Value)
	}
	answer, err := r.Execute(q.Method, q.URL)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.RawBody())
	return errors.Join(err, answer.RawBody().Close())
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // of ourselves it can be had
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// throughput compares the requests per second of `run`, with judging, JSON report and SQLite history, with those of the bare client.
func throughput(b *bench) error {
	const rows = 90
	folder, err := b.sheets(max(b.requests/(rows+10), 1), rows)
	if err != nil {
		return err
	}
	b.printf("throughput: requests/s, the whole process of `run` with judging, JSON report and SQLite history, median of %d rounds\n", b.rounds)
	b.printf("%12s %10s %10s %10s %8s %14s %14s %14s\n", "concurrency", "bare", "resty", "run", "ratio", "bare CPU/req", "resty CPU/req", "run CPU/req")
	for _, concurrency := range []int{1, 16, 64} {
		var rates, cpus [3][]float64 // of the bare client, of resty alone, of run
		var ratios []float64
		for round := range b.rounds {
			sides, err := b.sides(folder, concurrency, round)
			if err != nil {
				return err
			}
			n := float64(sides[0].Requests)
			for i, side := range sides {
				rates[i], cpus[i] = append(rates[i], n/side.Wall.Seconds()), append(cpus[i], micros(side.CPU)/n)
			}
			ratios = append(ratios, sides[0].Wall.Seconds()/sides[2].Wall.Seconds())
		}
		b.printf("%12d %10.0f %10.0f %10.0f %7.0f%% %11.0f us %11.0f us %11.0f us\n", concurrency, median(rates[0]), median(rates[1]), median(rates[2]), 100*median(ratios),
			median(cpus[0]), median(cpus[1]), median(cpus[2]))
	}
	return nil
}

// sides sends the same requests by the bare client, by resty alone, and by `run`.
func (b *bench) sides(folder string, concurrency, round int) (sides [3]loop, err error) {
	if sides[0], err = b.bareLoop(folder, concurrency); err != nil {
		return sides, err
	}
	if sides[1], err = b.bareLoop(folder, concurrency, "-resty"); err != nil {
		return sides, err
	}
	u, err := b.fullRun(folder, concurrency, round)
	sides[2] = loop{Requests: sides[0].Requests, Wall: u.wall, CPU: u.cpu}
	return sides, err
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func (b *bench) bareLoop(folder string, concurrency int, further ...string) (l loop, err error) {
	self, err := os.Executable()
	if err != nil {
		return l, err
	}
	args := append([]string{"bare", "-server", b.server, "-folder", folder, "-concurrency", strconv.Itoa(concurrency)}, further...)
	cmd := exec.CommandContext(b.ctx, self, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return l, err
	}
	return l, json.Unmarshal(out, &l)
}

// fullRun is `run` with all that a night needs.
func (b *bench) fullRun(folder string, concurrency, round int) (used, error) {
	db := filepath.Join(b.dir, fmt.Sprintf("%s-%d-%d.db", filepath.Base(folder), concurrency, round))
	report := filepath.Join(b.dir, "run.json")
	u, err := b.sheetprobe("run", folder, "--base-url", b.server, "--rate", "0", "--concurrency", strconv.Itoa(concurrency), "-q", "--report", "json="+report, "--db", "sqlite://"+db)
	for _, suffix := range strings.Fields("db db-wal db-shm") {
		_ = os.Remove(strings.TrimSuffix(db, "db") + suffix)
	}
	return u, err
}
