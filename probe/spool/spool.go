// Package spool keeps the results of one run beside the memory until its reports are written, so that a run of any size fits.
//
// It is a room of its own because it is neither a report nor a history: it knows one run, is gone with the process, and nobody but the run reads
// it. What is small stays in memory; what is more goes to a file in the folder for temporary files that nobody else may read and that has no
// name any more once it is open, where the system allows that: so it goes with the process however that ends. What is kept holds no secret: they
// were removed when the exchanges were recorded.
//
// A sheet is kept on one line, in the encoding of a run, and put together of cases that were encoded when they were decided.
package spool

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"

	"github.com/sheetprobe/sheetprobe/probe"
)

// InMemory is how many bytes are kept in memory before there is a file.
const InMemory = 8 << 20

// writeAtOnce is how much is written to the file at a time.
const writeAtOnce = 256 << 10

// Spool keeps sheets by their places in the run. It is safe for concurrent use; close it after use.
type Spool struct {
	dir string

	mu     sync.Mutex
	at     map[int][]extent // the parts of sheets, in order
	begun  map[int]begun    // sheets of which there are cases so far
	end    int64
	memory blocks   // all that is kept, as long as there is no file
	file   *os.File // nil while memory is enough
	out    *bufio.Writer
	failed error // why nothing more can be kept
}

// extent is where a part of a sheet is.
type extent struct{ offset, length int64 }

// begun is a sheet of which there are some cases.
type begun struct {
	parts []extent
	cases int
}

// New makes an empty spool whose file, where one is needed, is made in dir; "" is the system's folder for temporary files.
func New(dir string) *Spool { return &Spool{dir: dir, at: map[int][]extent{}, begun: map[int]begun{}} }

// ErrClosed says that the spool is closed.
var ErrClosed = errors.New("the spool is closed")

// Add keeps the next cases of a sheet that goes on, as probe.EncodeResult writes them, until it is put.
func (s *Spool) Add(i int, lines [][]byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.begun[i]
	part, err := s.part(func(out *bufio.Writer) error {
		for k := range lines {
			writeNext(out, b.cases+k, lines[k])
		}
		return nil
	})
	s.begun[i] = begun{append(b.parts, part), b.cases + len(lines)}
	return err
}

// Put keeps a sheet, in the place of what was kept of it before, with the cases that were added first. Of the others that are encoded already, lines holds
// that by their places. An error says why it cannot be kept, as when the disk is full.
func (s *Spool) Put(i int, sheet *probe.SheetResult, lines [][]byte) error {
	head, err := probe.EncodeSheet(sheet)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.begun[i]
	delete(s.begun, i)
	open := bytes.TrimSuffix(head, []byte("]}"))
	text, err := s.part(func(out *bufio.Writer) error {
		_, _ = out.Write(open)
		return writeRest(out, b.cases, sheet.Cases, lines)
	})
	if err != nil {
		return err
	}
	begin := extent{text.offset, int64(len(open))}
	rest := extent{begin.offset + begin.length, text.length - begin.length}
	s.at[i] = slices.Concat([]extent{begin}, b.parts, []extent{rest})
	return nil
}

// writeRest writes the cases from the first on, and the end of their sheet.
func writeRest(out *bufio.Writer, first int, cases []probe.Result, lines [][]byte) error {
	for k := first; k < len(cases); k++ {
		if k < len(lines) && lines[k] != nil {
			writeNext(out, k, lines[k])
			continue
		}
		line, err := probe.EncodeResult(&cases[k])
		if err != nil {
			return err
		}
		writeNext(out, k, line)
	}
	_, err := out.WriteString("]}")
	return err
}

// writeNext writes a case behind those before it; the writer tells at its end what came of that.
func writeNext(out *bufio.Writer, k int, line []byte) {
	if k > 0 {
		_ = out.WriteByte(',')
	}
	_, _ = out.Write(line)
}

// part keeps what is written; mu is held.
func (s *Spool) part(write func(*bufio.Writer) error) (extent, error) {
	if s.failed != nil {
		return extent{}, s.failed
	}
	if s.out == nil {
		s.out = bufio.NewWriterSize(nil, writeAtOnce)
	}
	begin := s.end
	s.out.Reset(tail{s})
	err := write(s.out)
	if err == nil {
		err = s.out.Flush()
	}
	return extent{begin, s.end - begin}, err
}

// tail writes to the end of what is kept; mu is held.
type tail struct{ *Spool }

// Write implements io.Writer.
func (s tail) Write(text []byte) (int, error) {
	if s.file == nil && s.end+int64(len(text)) > InMemory {
		s.failed = s.spill()
	}
	switch {
	case s.failed != nil:
	case s.file == nil:
		s.memory.writeAt(text, s.end)
	default:
		_, err := s.file.WriteAt(text, s.end)
		s.failed = placed(err)
	}
	if s.failed != nil {
		return 0, s.failed
	}
	s.end += int64(len(text))
	return len(text), nil
}

// spill moves what is in memory to a file.
func (s *Spool) spill() error {
	file, err := os.CreateTemp(s.dir, "sheetprobe-*.spool") // which only its owner may read
	if err != nil {
		return placed(err)
	}
	_ = unlink(file) // where that cannot be done, Close does it
	if _, err := io.Copy(io.NewOffsetWriter(file, 0), io.NewSectionReader(s.memory, 0, s.end)); err != nil {
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

// CopyTo writes a sheet on one line, as probe.SheetResult.EncodeLine does.
func (s *Spool) CopyTo(w io.Writer, i int) error {
	parts, err := s.open(i)
	for k := 0; k < len(parts) && err == nil; k++ {
		_, err = io.Copy(w, parts[k])
	}
	return err
}

// Get returns a sheet as the encoding of the run tells it.
func (s *Spool) Get(i int) (*probe.SheetResult, error) {
	parts, err := s.open(i)
	if err != nil {
		return nil, err
	}
	size := 0
	for _, part := range parts {
		size += int(part.Size())
	}
	text := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	for _, part := range parts {
		if _, err := text.ReadFrom(part); err != nil {
			return nil, err
		}
	}
	sheet, err := probe.DecodeSheet(text.Bytes())
	return &sheet, err
}

// open returns the parts of a sheet, in order.
func (s *Spool) open(i int) ([]*io.SectionReader, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	where, ok := s.at[i]
	switch {
	case s.failed != nil:
		return nil, s.failed
	case !ok:
		return nil, fmt.Errorf("nothing is kept of sheet %d", i+1)
	}
	var from io.ReaderAt = s.memory
	if s.file != nil {
		from = s.file
	}
	parts := make([]*io.SectionReader, len(where))
	for k, part := range where {
		parts[k] = io.NewSectionReader(from, part.offset, part.length)
	}
	return parts, nil
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
