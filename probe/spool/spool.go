// Package spool keeps the results of one run beside the memory until its reports are written, so that a run of any size fits.
//
// It is a room of its own because it is neither a report nor a history: it knows one run, is gone with the process, and nobody but the run reads
// it. What is small stays in memory; what is more goes to a file in the folder for temporary files that nobody else may read and that has no
// name any more once it is open, where the system allows that: so it goes with the process however that ends. What is kept holds no secret: they
// were removed when the exchanges were recorded.
//
// A sheet is kept as it stands in the encoding of the run, so that the JSON report is a copy.
package spool

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/sheetprobe/sheetprobe/probe"
)

// InMemory is how many bytes are kept in memory before there is a file.
const InMemory = 8 << 20

// Spool keeps sheets by their places in the run. It is safe for concurrent use; close it after use.
type Spool struct {
	dir string

	mu     sync.Mutex
	at     map[int]extent
	end    int64
	memory []byte   // all that is kept, as long as there is no file
	file   *os.File // nil while memory is enough
	failed error    // why nothing more can be kept
}

// extent is where a sheet is.
type extent struct{ offset, length int64 }

// New makes an empty spool whose file, where one is needed, is made in dir; "" is the system's folder for temporary files.
func New(dir string) *Spool { return &Spool{dir: dir, at: map[int]extent{}} }

// ErrClosed says that the spool is closed.
var ErrClosed = errors.New("the spool is closed")

// Put keeps a sheet, in the place of what was kept of it before. An error says why it cannot be kept, as when the disk is full.
func (s *Spool) Put(i int, sheet *probe.SheetResult) error {
	var text bytes.Buffer
	if err := sheet.EncodeIn(&text); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == nil {
		s.failed = s.append(text.Bytes())
	}
	if s.failed != nil {
		return s.failed
	}
	s.at[i] = extent{s.end, int64(text.Len())}
	s.end += int64(text.Len())
	return nil
}

func (s *Spool) append(text []byte) error {
	if s.file == nil && len(s.memory)+len(text) > InMemory {
		if err := s.spill(); err != nil {
			return err
		}
	}
	if s.file == nil {
		s.memory = append(s.memory, text...)
		return nil
	}
	_, err := s.file.WriteAt(text, s.end)
	return placed(err)
}

// spill moves what is in memory to a file.
func (s *Spool) spill() error {
	file, err := os.CreateTemp(s.dir, "sheetprobe-*.spool") // which only its owner may read
	if err != nil {
		return placed(err)
	}
	_ = unlink(file) // where that cannot be done, Close does it
	if _, err := file.WriteAt(s.memory, 0); err != nil {
		_ = discard(file)
		return placed(err)
	}
	s.file, s.memory = file, nil
	return nil
}

// ErrFull is wrapped by errors about a file that cannot be made or written to; what is behind it names the path.
var ErrFull = errors.New("the results cannot be kept until they are reported")

func placed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrFull, err)
}

// CopyTo writes a sheet as it stands in the encoding of the run.
func (s *Spool) CopyTo(w io.Writer, i int) error {
	from, err := s.open(i)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, from)
	return err
}

// Get returns a sheet as the encoding of the run tells it.
func (s *Spool) Get(i int) (*probe.SheetResult, error) {
	from, err := s.open(i)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(from)
	if err != nil {
		return nil, err
	}
	sheet, err := probe.DecodeSheet(text)
	return &sheet, err
}

func (s *Spool) open(i int) (io.Reader, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	where, ok := s.at[i]
	switch {
	case s.failed != nil:
		return nil, s.failed
	case !ok:
		return nil, fmt.Errorf("nothing is kept of sheet %d", i+1)
	case s.file == nil:
		return bytes.NewReader(s.memory[where.offset : where.offset+where.length]), nil
	}
	return io.NewSectionReader(s.file, where.offset, where.length), nil
}

// Close removes what is kept.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	file := s.file
	s.file, s.memory, s.failed = nil, nil, ErrClosed
	if file == nil {
		return nil
	}
	return discard(file)
}

// discard closes a file, and removes it where it still has its name.
func discard(file *os.File) error {
	err := file.Close()
	if gone := os.Remove(file.Name()); !errors.Is(gone, os.ErrNotExist) {
		return errors.Join(err, gone)
	}
	return err
}
