package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/sheetprobe/sheetprobe/probe/engine"
)

// How often progress is shown. What is piped into a log gets a line now and then, and none of a run that is over before.
const (
	drawEvery = 200 * time.Millisecond
	logEvery  = 30 * time.Second
)

// progress shows on standard error how far a run has come: on a terminal one line that is drawn over and leaves nothing behind, else plain lines.
type progress struct {
	out   io.Writer
	width func() int // of the terminal; nil where there is none
	now   func() time.Time
	count func() engine.Progress // how much there is to do; asked once, and only where the run takes long enough to be shown

	mu    sync.Mutex
	total engine.Progress
	done  engine.Progress
	start time.Time
	drawn int // columns of the line that stands on the terminal
	stop  chan struct{}
	ended sync.WaitGroup
}

// showProgress begins to show the progress of a run; what it returns is told how far the run has come, and close ends it.
func showProgress(w World, quiet bool, total func() engine.Progress) (tell func(engine.Progress), end func()) {
	if quiet {
		return nil, func() {}
	}
	p := newProgress(w.Err, total, time.Now)
	every := logEvery
	if file, ok := w.Err.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		p.width = func() int {
			width, _, err := term.GetSize(int(file.Fd()))
			if err != nil || width <= 0 {
				return 80
			}
			return width
		}
		every = drawEvery
	}
	p.run(time.NewTicker(every))
	return p.tell, p.close
}

func newProgress(out io.Writer, total func() engine.Progress, now func() time.Time) *progress {
	return &progress{out: out, now: now, count: sync.OnceValue(total), start: now(), stop: make(chan struct{})}
}

func (p *progress) run(ticker *time.Ticker) {
	p.ended.Go(func() {
		defer ticker.Stop()
		for {
			select {
			case <-p.stop:
				return
			case <-ticker.C:
				p.show()
			}
		}
	})
}

func (p *progress) tell(done engine.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done = done
}

func (p *progress) show() {
	total := p.count() // beside the run, which goes on telling
	if total.Cases == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total = total
	text := p.text()
	if p.width == nil {
		fmt.Fprintln(p.out, "sheetprobe: "+text)
		return
	}
	text = text[:min(len(text), max(p.width()-1, 0))] // a line that reached the edge would break
	fmt.Fprint(p.out, "\r"+text+strings.Repeat(" ", max(p.drawn-len(text), 0)))
	p.drawn = len(text)
}

// close ends the display; of a line on a terminal nothing stays behind.
func (p *progress) close() {
	close(p.stop)
	p.ended.Wait()
	if p.drawn > 0 {
		fmt.Fprint(p.out, "\r"+strings.Repeat(" ", p.drawn)+"\r")
	}
}

// text is ASCII, the most telling first: what does not fit on a narrow terminal is cut off.
func (p *progress) text() string {
	text := fmt.Sprintf("%d of %d APIs, %d of %d cases", p.done.APIs, p.total.APIs, p.done.Cases, max(p.total.Cases, p.done.Cases))
	if n := p.done.Deviates; n == 1 {
		text += ", 1 deviates"
	} else if n > 1 {
		text += fmt.Sprintf(", %d deviate", n)
	}
	passed := p.now().Sub(p.start)
	if left, known := p.left(passed); known {
		text += ", about " + left.String() + " left"
	}
	if passed >= time.Second {
		text += fmt.Sprintf(", %.1f requests/s", float64(p.done.Requests)/passed.Seconds())
	}
	return text
}

// left is how long the rest will take at the pace so far, which has to have shown itself.
func (p *progress) left(passed time.Duration) (time.Duration, bool) {
	rest := p.total.Cases - p.done.Cases
	if p.done.Cases < 5 || passed < 3*time.Second || rest <= 0 {
		return 0, false
	}
	left := passed / time.Duration(p.done.Cases) * time.Duration(rest)
	return max(left.Round(time.Second), time.Second), true
}
