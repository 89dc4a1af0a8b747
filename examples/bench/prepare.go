package main

import (
	"bufio"
	_ "embed" // the sheet
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/sheetprobe/sheetprobe/fixtures/staging"
)

// prepare builds the program and starts the staging server, in a process of its own.
func (b *bench) prepare() (end func(), err error) {
	if b.dir, err = os.MkdirTemp("", "sheetprobe-bench-"); err != nil {
		return nil, err
	}
	b.binary = filepath.Join(b.dir, "sheetprobe")
	build := exec.CommandContext(b.ctx, "go", "build", "-o", b.binary, "github.com/sheetprobe/sheetprobe/cmd/sheetprobe")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, errors.Join(fmt.Errorf("build: %w", err), os.RemoveAll(b.dir))
	}
	stop, err := b.startServer()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(b.dir))
	}
	return func() {
		stop()
		_ = os.RemoveAll(b.dir)
	}, nil
}

func (b *bench) startServer() (stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	server := exec.CommandContext(b.ctx, self, "serve")
	server.Stderr = os.Stderr
	out, err := server.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := server.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	b.server = strings.TrimSpace(line)
	return func() {
		_ = server.Process.Signal(os.Interrupt)
		_ = server.Wait()
	}, err
}

// sheets writes one document for each API: that of a one-time password, with as many rows of test data. It leads to about so many cases, and a
// few more that are broken on purpose.
func (b *bench) sheets(apis, rows int) (folder string, err error) {
	folder = filepath.Join(b.dir, fmt.Sprintf("sheets-%d-%d", apis, rows))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	for i := range apis {
		path := filepath.Join(folder, fmt.Sprintf("api-%05d.yaml", i))
		if err := os.WriteFile(path, []byte(document(i, rows)), 0o600); err != nil {
			return "", err
		}
	}
	return folder, nil
}

// otp is the sheet that all the others are made of.
//
//go:embed otp.yaml
var otp string

func document(i, rows int) string {
	var text strings.Builder
	text.WriteString(strings.Replace(otp, "name: Generate OTP", fmt.Sprintf("name: Generate OTP %05d", i), 1) + "test_data:\n")
	for row := range rows {
		fmt.Fprintf(&text, "  - {mobileNo: \"9%05d%04d\", \"Attempt id\": \"1\", expect: success}\n", i%100000, row)
	}
	return text.String()
}

// used is what a process took.
type used struct {
	wall time.Duration
	cpu  time.Duration
	peak int64 // bytes of memory
}

// sheetprobe runs the program; that something deviates is no failure of it.
func (b *bench) sheetprobe(args ...string) (used, error) {
	u, _, err := measured(b.program([]string{"SHEETPROBE_VAR_TOKEN=" + staging.Token}, b.binary, args...))
	return u, err
}

// program is a process with further values in its environment, that knows nothing of whoever runs the bench.
func (b *bench) program(environ []string, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(b.ctx, path, args...)
	cmd.Env = append(append(cmd.Environ(), "HOME="+b.dir, "XDG_STATE_HOME="+b.dir, "NO_PROXY=127.0.0.1"), environ...)
	return cmd
}

// measured runs a program to its end. An exit code of 1 is what both sides of a comparison say where something deviates.
func measured(cmd *exec.Cmd) (u used, deviates bool, err error) {
	var problem strings.Builder
	cmd.Stderr = &problem
	began := time.Now()
	err = cmd.Run()
	u.wall = time.Since(began)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		deviates, err = true, nil
	}
	if err != nil {
		return u, false, fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, problem.String())
	}
	u.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.peak = usage.Maxrss << 10
	}
	return u, deviates, nil
}
