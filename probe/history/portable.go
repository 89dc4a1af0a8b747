package history

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Export writes runs as newline-delimited JSON, each on a line as `run --report json` would write it, and holds one of them at a time.
func Export(ctx context.Context, store Store, ids []string, w io.Writer) error {
	for _, id := range ids {
		run, err := store.Load(ctx, id)
		if err != nil {
			return err
		}
		line, err := probe.EncodeLine(run)
		if err != nil {
			return err
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

// Imported is what came of an import.
type Imported struct {
	Runs    int      // that are kept now
	Refused []string // ids of which a run is kept already
}

// Import keeps what Export wrote, or `run --report json`, and holds one run at a time. A run of an id that is kept already is refused, and the
// others are kept. An error says at which run it ended; what stands before is kept.
func Import(ctx context.Context, store Store, r io.Reader) (Imported, error) {
	var done Imported
	limited := &limitedReader{from: r}
	in := json.NewDecoder(limited)
	for n := 1; ; n++ {
		var text json.RawMessage
		limited.left = probe.MaxRunBytes
		err := in.Decode(&text)
		if errors.Is(err, io.EOF) {
			return done, nil
		}
		if err == nil {
			err = done.take(ctx, store, text)
		}
		if err != nil {
			return done, fmt.Errorf("run %d: %w", n, err)
		}
	}
}

func (i *Imported) take(ctx context.Context, store Store, text []byte) error {
	run, err := probe.DecodeRun(bytes.NewReader(text))
	if err != nil {
		return err
	}
	if !probe.IsRunID(run.RunID) {
		return fmt.Errorf(`%.80q in "run_id" cannot name a run`, run.RunID)
	}
	switch err := store.Import(ctx, run); {
	case errors.Is(err, ErrExists):
		i.Refused = append(i.Refused, run.RunID)
	case err != nil:
		return err
	default:
		i.Runs++
	}
	return nil
}

// limitedReader ends with an error where a run is longer than it may be.
type limitedReader struct {
	from io.Reader
	left int
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, fmt.Errorf("it is longer than %d MiB", probe.MaxRunBytes>>20)
	}
	n, err := l.from.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}
