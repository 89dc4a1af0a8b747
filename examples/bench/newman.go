package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// newman is the other side: a program of Node.
type newman struct{ node, script string }

// findNewman looks for it where the tools of other people were installed. The error says how to get it.
func (b *bench) findNewman() (newman, error) {
	const how = "`.ci/export/install FOLDER` fetches it and prints what -tools or SHEETPROBE_EXPORT_TOOLS has to name"
	if b.tools == "" {
		return newman{}, errors.New("Newman is not there: " + how) //nolint:staticcheck // it is a name
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return newman{}, errors.New("node, which Newman runs in, is not installed")
	}
	script := filepath.Join(b.tools, "newman", "bin", "newman.js")
	if _, err := os.Stat(script); errors.Is(err, fs.ErrNotExist) {
		return newman{}, fmt.Errorf("no Newman in %s: %s", b.tools, how)
	} else if err != nil {
		return newman{}, err
	}
	return newman{node, script}, nil
}

// newmanRun is what the JSON reporter of Newman says of a run, as far as it can be compared.
type newmanRun struct {
	requests, failedRequests     int
	assertions, failedAssertions int
	sending                      time.Duration // from the first request to the last answer, without the start of the program
}

func parseNewman(r io.Reader) (newmanRun, error) {
	type count struct{ Total, Pending, Failed int }
	var report struct {
		Run *struct {
			Stats   struct{ Requests, Assertions count }
			Timings struct{ Started, Completed int64 } // milliseconds since 1970
		}
	}
	if err := json.NewDecoder(r).Decode(&report); err != nil {
		return newmanRun{}, fmt.Errorf("the report of Newman: %w", err)
	}
	if report.Run == nil || report.Run.Timings.Completed < report.Run.Timings.Started || report.Run.Timings.Started == 0 {
		return newmanRun{}, errors.New("the report of Newman tells no run that came to its end")
	}
	s, t := report.Run.Stats, report.Run.Timings
	if pending := s.Requests.Pending + s.Assertions.Pending; pending > 0 {
		return newmanRun{}, fmt.Errorf("the report of Newman tells %d requests and assertions that did not come to their end", pending)
	}
	return newmanRun{
		requests: s.Requests.Total, failedRequests: s.Requests.Failed, assertions: s.Assertions.Total, failedAssertions: s.Assertions.Failed,
		sending: time.Duration(t.Completed-t.Started) * time.Millisecond,
	}, nil
}

// newmanRun runs a collection with the JSON reporter.
func (b *bench) newmanRun(n newman, collection string, values map[string]string, further ...string) (u used, deviates bool, told newmanRun, err error) {
	report := filepath.Join(b.dir, "newman.json")
	args := append([]string{n.script, "run", collection, "-r", "json", "--reporter-json-export", report}, further...)
	for name, value := range values {
		args = append(args, "--env-var", name+"="+value)
	}
	if err := os.RemoveAll(report); err != nil { // so that none of another run is read
		return u, false, told, err
	}
	if u, deviates, err = measured(b.program(nil, n.node, args...)); err != nil {
		return u, false, told, err
	}
	file, err := os.Open(report)
	if err != nil {
		return u, false, told, err
	}
	defer file.Close()
	told, err = parseNewman(file)
	return u, deviates, told, err
}
