package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sheetprobe/sheetprobe/fixtures/staging"
)

// comparedRequests are sent by each side in each round.
const comparedRequests = 300

// compare sends the same requests by Newman, with the collection that `export` writes of a sheet, and by `run` one at a time.
func compare(b *bench) error {
	other, err := b.findNewman()
	if err != nil {
		b.printf("compare: skipped, because %v\n\n", err)
		return nil
	}
	if err := b.speeds(other); err != nil {
		return err
	}
	return b.found(other)
}

// comparedRows are the rows of data, by the name of the variable that the collection has for them.
func comparedRows(n int) []map[string]string {
	rows := make([]map[string]string, n)
	for i := range rows {
		rows[i] = map[string]string{"mobile": fmt.Sprintf("9%09d", i)}
	}
	return rows
}

// comparedSheet is the sheet of all measures with a status, which Newman tests too, and a variable for the rows.
func comparedSheet(rows int) string {
	var text strings.Builder
	text.WriteString(strings.NewReplacer(`mobileNo: "9000012345"`, `mobileNo: "<<mobile>>"`,
		"success_response: {", "success_response: {http_status: 200, body: {", "message: Request Successful}\n", "message: Request Successful}}\n").Replace(otp) + "test_data:\n")
	for _, row := range comparedRows(rows) {
		fmt.Fprintf(&text, "  - {mobileNo: %q, expect: success}\n", row["mobile"])
	}
	return text.String()
}

// counting is the staging server in this process, which counts what reaches it.
type counting struct {
	url      string
	requests atomic.Int64
}

func (b *bench) counting(opts ...staging.Option) (c *counting, stop func(), err error) {
	var config net.ListenConfig
	ln, err := config.Listen(b.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	c = &counting{url: "http://" + ln.Addr().String()}
	handler := staging.New(opts...)
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.requests.Add(1)
		handler.ServeHTTP(w, r)
	})}
	go func() { _ = server.Serve(ln) }()
	return c, func() { _ = server.Close() }, nil
}

// sent is how many requests came since it was asked last.
func (c *counting) sent() int { return int(c.requests.Swap(0)) }

// speed is what one side took for the same requests.
type speed struct {
	rates, sending, cpus, peaks []float64
}

func (s *speed) add(u used, sending time.Duration) {
	s.rates = append(s.rates, comparedRequests/u.wall.Seconds())
	s.sending = append(s.sending, comparedRequests/sending.Seconds())
	s.cpus = append(s.cpus, micros(u.cpu)/comparedRequests)
	s.peaks = append(s.peaks, float64(u.peak)/1e6)
}

func (b *bench) speeds(other newman) error {
	server, stop, err := b.counting()
	if err != nil {
		return err
	}
	defer stop()
	sheet, collection, data := filepath.Join(b.dir, "compare.yaml"), filepath.Join(b.dir, "collection.json"), filepath.Join(b.dir, "rows.json")
	rows, err := json.Marshal(comparedRows(comparedRequests))
	if err != nil {
		return err
	}
	if err := errors.Join(os.WriteFile(sheet, []byte(comparedSheet(comparedRequests)), 0o600), os.WriteFile(data, rows, 0o600)); err != nil {
		return err
	}
	if err := b.export(sheet, server.url, collection); err != nil {
		return err
	}
	var theirs, ours speed
	for range b.rounds {
		u, _, told, err := b.newmanRun(other, collection, map[string]string{"token": staging.Token}, "-d", data)
		if err := errors.Join(err, told.complete(server.sent())); err != nil {
			return err
		}
		theirs.add(u, told.sending)
		if u, err = b.oneByOne(sheet, server); err != nil {
			return err
		}
		ours.add(u, u.wall)
	}
	b.printf("compare: the same %d requests by Newman with its JSON report, and by `run --concurrency 1` with JSON report and SQLite history, median of %d rounds\n", comparedRequests, b.rounds)
	b.printf("%12s %12s %24s %14s %10s\n", "", "requests/s", "without the start", "CPU/req", "peak MB")
	b.printf("%12s %12.0f %24.0f %11.0f us %10.0f\n", "Newman", median(theirs.rates), median(theirs.sending), median(theirs.cpus), median(theirs.peaks))
	b.printf("%12s %12.0f %24s %11.0f us %10.0f\n", "run", median(ours.rates), "", median(ours.cpus), median(ours.peaks))
	return nil
}

// complete refuses a run that sent another number of requests than it says, asserted nothing, or found fault with the clean server.
func (r newmanRun) complete(reached int) error {
	if r.requests != comparedRequests || reached != comparedRequests {
		return fmt.Errorf("newman says that it sent %d requests, and %d reached the server, of %d", r.requests, reached, comparedRequests)
	}
	if r.assertions < 3*r.requests || r.failedAssertions+r.failedRequests > 0 {
		return fmt.Errorf("newman asserted %d times in %d requests, and %d assertions and %d requests failed", r.assertions, r.requests, r.failedAssertions, r.failedRequests)
	}
	return nil
}

// oneByOne is `run` with the requests of the rows alone, the first of which is the documented request.
func (b *bench) oneByOne(sheet string, server *counting) (used, error) {
	db := filepath.Join(b.dir, "compare.db")
	u, deviates, err := measured(b.program([]string{"SHEETPROBE_VAR_TOKEN=" + staging.Token, "SHEETPROBE_VAR_MOBILE=" + comparedRows(1)[0]["mobile"]}, b.binary,
		"run", sheet, "--base-url", server.url, "--negatives", "none", "--rate", "0", "--concurrency", "1", "-q", "--report", "json="+filepath.Join(b.dir, "run.json"), "--db", "sqlite://"+db))
	for _, suffix := range []string{"", "-wal", "-shm"} {
		err = errors.Join(err, os.RemoveAll(db+suffix))
	}
	if sent := server.sent(); err == nil && (deviates || sent != comparedRequests) {
		err = fmt.Errorf("run sent %d requests of %d, and finds fault with the clean server: %t", sent, comparedRequests, deviates)
	}
	return u, err
}

// export writes a sheet as a collection.
func (b *bench) export(sheet, server, collection string) error {
	file, err := os.Create(collection)
	if err != nil {
		return err
	}
	defer file.Close()
	cmd := b.program(nil, b.binary, "export", sheet, "-o", "postman", "--base-url", server)
	cmd.Stdout = file
	_, _, err = measured(cmd)
	return err
}
