package sqlstore

import (
	"context"
	"database/sql"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// Walk implements history.Store.
func (s *Store) Walk(ctx context.Context, runID string, each func(i int, s *probe.SheetResult) error) (*probe.Run, error) {
	run, state, err := s.head(ctx, runID)
	if err != nil {
		return nil, err
	}
	rows, err := s.query(ctx, sheetsInOrder, runID)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	w := walk{rows: rows, each: each, unfinished: state != history.Finished, at: -1}
	if err := s.chapters(ctx, everyCase, runID, w.add); err != nil {
		return nil, err
	}
	if err := w.end(); err != nil {
		return nil, err
	}
	if w.unfinished {
		run.Interrupted, run.Sheets = true, w.counted
		run.Summarize()
		run.Sheets = nil
	}
	return run, nil
}

// walk puts sheets and their cases together, which come in the same order.
type walk struct {
	rows       *sql.Rows
	each       func(i int, s *probe.SheetResult) error
	unfinished bool
	at         int                // the place of the sheet that is open; -1 before the first
	open       *probe.SheetResult // nil where none is
	read       *probe.SheetResult // the next one that was read, and its place
	place      int
	ended      bool
	counted    []probe.SheetResult // of a run that was never finished, which says itself how many cases there are
}

// add takes cases of an API.
func (w *walk) add(api int, cases []entry) error {
	for len(cases) > 0 && w.at < api {
		if more, err := w.next(); err != nil || !more {
			return err // cases of an API that nobody knows are passed over, as by Load
		}
	}
	for i := range cases {
		result, err := probe.DecodeResult(cases[i].line)
		if err != nil {
			return err
		}
		if w.open != nil && w.at == api {
			w.open.Cases = append(w.open.Cases, result)
		}
	}
	return nil
}

// end hands over what is left.
func (w *walk) end() error {
	for {
		if more, err := w.next(); err != nil || !more {
			return err
		}
	}
}

// next hands the open sheet over, and opens the one behind it.
func (w *walk) next() (more bool, err error) {
	if w.open != nil {
		if err := w.hand(); err != nil {
			return false, err
		}
	}
	if w.read == nil && !w.ended {
		if err := w.readOne(); err != nil {
			return false, err
		}
	}
	switch {
	case w.read == nil:
		return false, nil
	case w.place > w.at+1: // of an interrupted run, sheets whose turn had not come
		w.open = &probe.SheetResult{}
	default:
		w.open, w.read = w.read, nil
	}
	w.at++
	return true, nil
}

func (w *walk) readOne() error {
	if !w.rows.Next() {
		w.ended = true
		return w.rows.Err()
	}
	place, sheet, err := sheetIn(w.rows)
	w.place, w.read = place, &sheet
	return err
}

func (w *walk) hand() error {
	s := w.open
	w.open = nil
	if w.unfinished {
		s.Settle()
		plain := *s
		plain.Cases, plain.Documented = nil, nil
		for k := range s.Cases {
			plain.Fold(&s.Cases[k])
		}
		w.counted = append(w.counted, plain)
	}
	return w.each(w.at, s)
}
