package probe

import (
	"cmp"
	"io"
	"runtime"
	"sync/atomic"
)

// abreast indents the items of a list that is open, some at a time, and passes them on in their order. One whose turn has not come is held as far as
// itemAtOnce, and then waits: so what all of them take in memory is bounded. It returns what kept the first of them from being written.
func (n *Indenter) abreast(items int, write func(out io.Writer, i int) error) error {
	if items == 0 {
		return nil
	}
	if err := n.flush(); err != nil {
		return err
	}
	free := make(chan *Indenter, min(items, runtime.GOMAXPROCS(0)+1, maxAbreast))
	for range cap(free) {
		free <- &Indenter{atOnce: itemAtOnce, out: make([]byte, 0, itemAtOnce+2*indentAtOnce)}
	}
	var failed atomic.Bool // the rest is in vain
	turn := make(chan error, 1)
	turn <- nil
	for i := 0; i < items && !failed.Load(); i++ {
		item, before, behind := <-free, turn, make(chan error, 1)
		item.depth, item.opened = n.depth, i == 0
		turn = behind
		go func() {
			err := item.inTurn(&inTurn{n.to, before}, i, write)
			if err != nil {
				failed.Store(true)
			}
			behind <- err
			free <- item
		}()
	}
	n.opened = false
	return <-turn
}

const (
	maxAbreast = 8
	itemAtOnce = 256 << 10
)

// inTurn writes an item of a list when those before it are written.
func (n *Indenter) inTurn(turn *inTurn, i int, write func(out io.Writer, i int) error) (err error) {
	n.to = turn
	if i > 0 {
		_, err = n.Write([]byte{','})
	}
	if err = cmp.Or(err, write(n, i)); err == nil {
		err = n.flush()
	}
	return cmp.Or(turn.wait(), err)
}

// inTurn passes on when its turn has come.
type inTurn struct {
	to     io.Writer
	before <-chan error // tells when that is, or why it cannot be; nil once it has told
}

func (t *inTurn) wait() (err error) {
	if t.before != nil {
		err, t.before = <-t.before, nil
	}
	return err
}

// Write implements io.Writer.
func (t *inTurn) Write(text []byte) (int, error) {
	if err := t.wait(); err != nil {
		return 0, err
	}
	return t.to.Write(text)
}
