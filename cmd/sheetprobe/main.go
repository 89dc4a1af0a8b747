// Command sheetprobe reads API details sheets, fires real requests at the staging they describe, and says where endpoint and sheet
// disagree, and who has to act.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // a reader that goes away, as head does, changes no verdict
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithCancel(context.Background())
	go interrupting(signals, func() <-chan time.Time { return time.After(onePress) }, cancel, func() {
		printfTo(os.Stderr, "sheetprobe: interrupted, and ending in good order; once more ends at once\n")
	}, func() {
		printfTo(os.Stderr, "sheetprobe: interrupted again, and ended at once; `sheetprobe run --resume latest` goes on with a run that is kept\n")
		os.Exit(exitInterrupted)
	})
	os.Exit(Main(ctx, World{Args: os.Args[1:], Environ: os.Environ(), In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}

// onePress is how long further signals count as the first: what starts us may send one twice, as timeout(1) does.
const onePress = time.Second

// interrupting has the first signal end what is done in good order, and tells where that takes long; from then on another one ends it at once.
func interrupting(signals <-chan os.Signal, onePress func() <-chan time.Time, inGoodOrder, takesLong, atOnce func()) {
	<-signals
	inGoodOrder()
	for over, waits := onePress(), true; waits; {
		select {
		case <-signals:
		case <-over:
			waits = false
		}
	}
	takesLong()
	<-signals
	atOnce()
}
