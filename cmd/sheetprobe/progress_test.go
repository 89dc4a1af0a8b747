package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe/engine"
)

// someProgress has 2 APIs with 50 cases each, and a clock that stands still.
func someProgress(out *bytes.Buffer) (p *progress, clock *time.Time) {
	now := time.Unix(1000, 0)
	p = newProgress(out, func() engine.Progress { return engine.Progress{APIs: 2, Cases: 100} }, func() time.Time { return now })
	p.total = p.count()
	return p, &now
}

func TestProgressSaysHowFarItIs(t *testing.T) {
	for name, c := range map[string]struct {
		done   engine.Progress
		passed time.Duration
		want   string
	}{
		"at the start":            {engine.Progress{}, 0, "0 of 2 APIs, 0 of 100 cases"},
		"too early to foretell":   {engine.Progress{Cases: 2, Requests: 2}, 4 * time.Second, "0 of 2 APIs, 2 of 100 cases, 0.5 requests/s"},
		"in the middle":           {engine.Progress{Cases: 25, Requests: 20, Deviates: 1}, 10 * time.Second, "0 of 2 APIs, 25 of 100 cases, 1 deviates, about 30s left, 2.0 requests/s"},
		"long":                    {engine.Progress{APIs: 1, Cases: 50, Requests: 50, Deviates: 3}, 10 * time.Minute, "1 of 2 APIs, 50 of 100 cases, 3 deviate, about 10m0s left, 0.1 requests/s"},
		"nothing left":            {engine.Progress{APIs: 2, Cases: 100, Requests: 100}, 10 * time.Second, "2 of 2 APIs, 100 of 100 cases, 10.0 requests/s"},
		"more cases than planned": {engine.Progress{APIs: 1, Cases: 120, Requests: 120}, 10 * time.Second, "1 of 2 APIs, 120 of 120 cases, 12.0 requests/s"},
	} {
		t.Run(name, func(t *testing.T) {
			p, now := someProgress(nil)
			*now = now.Add(c.passed)
			p.tell(c.done)
			assert.Equal(t, c.want, p.text())
		})
	}
}

// On a terminal each line is drawn over the one before, never reaches the edge, and the last leaves nothing behind.
func TestProgressOnATerminalLeavesNothingBehind(t *testing.T) {
	var out bytes.Buffer
	p, now := someProgress(&out)
	width := 120
	p.width = func() int { return width }
	*now = now.Add(time.Minute)
	p.tell(engine.Progress{Cases: 50, Deviates: 10})
	p.show()
	width = 40
	p.show()
	p.close()
	lines := strings.Split(out.String(), "\r")
	assert.Equal(t, []string{"", lines[1], lines[2], strings.Repeat(" ", 39), ""}, lines)
	assert.Len(t, strings.TrimRight(lines[2], " "), 39)
	assert.Len(t, lines[2], len(lines[1]), "nothing of the longer line stays")
	assert.NotContains(t, out.String(), "\n")
	assert.NotContains(t, out.String(), "\x1b")
}

func TestProgressInALogIsPlainLines(t *testing.T) {
	var out bytes.Buffer
	p, _ := someProgress(&out)
	p.show()
	p.close()
	assert.Equal(t, "sheetprobe: 0 of 2 APIs, 0 of 100 cases\n", out.String())
}

// Where nobody looks, and where nothing is done, nothing is shown, and where nobody looks nothing is counted either.
func TestProgressKeepsQuiet(t *testing.T) {
	var out bytes.Buffer
	tell, end := showProgress(World{Err: &out}, true, func() engine.Progress { panic("nobody looks") })
	assert.Nil(t, tell)
	end()
	p := newProgress(&out, func() engine.Progress { return engine.Progress{APIs: 1} }, time.Now)
	p.show()
	p.close()
	assert.Empty(t, out.String())
}
