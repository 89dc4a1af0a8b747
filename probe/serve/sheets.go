package serve

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Library knows documents; without one, nothing is told of sheets.
type Library struct {
	Sources func(sheets []string) []Source             // the documents that files, folders and patterns name now
	Read    func(name string, content []byte) Document // understands one as a run would
}

// Source is a document that was not read yet.
type Source struct {
	Name    string
	Changed time.Time // of the file; zero where that is not known
	Open    func() ([]byte, error)
}

// Document is what was understood of a document, secrets already removed.
type Document struct {
	Format           string
	Problem          string // why it could not be read; "" where it was
	Sheets           []DocumentSheet
	Errors, Warnings int
	Lint             string          // as `sheetprobe lint` prints it
	LintJSON         json.RawMessage // as `sheetprobe lint -o json` does
}

// DocumentSheet is a sheet of a document.
type DocumentSheet struct {
	Name   string `json:"name"`
	Method string `json:"method"`
	URL    string `json:"url"`
	API    string `json:"api"` // what the ids of its cases begin with
}

// shelved is a document as pages show it.
type shelved struct {
	Document

	ID, Name, SHA256 string
	Bytes            int
	Changed          time.Time
	Schedules        []string
}

// What is remembered of documents, how often they are looked at again, and how long somebody waits for the first look.
const (
	mostRemembered = 2000
	mostLint       = 64 << 10
	mostReading    = 2
	lookAgain      = 5 * time.Second
	firstLook      = 1500 * time.Millisecond
)

// shelf holds the documents of all schedules as they were when they were last looked at. Nobody who asks waits for them to be read, but for a moment the
// first time.
type shelf struct {
	now     func() time.Time
	working sync.WaitGroup
	reading chan struct{} // holds a place for each document that is being read, which takes memory

	mu       sync.Mutex
	known    map[[sha256.Size]byte]Document // by name and content
	order    [][sha256.Size]byte            // of becoming known
	listed   []shelved
	looked   time.Time     // when the last look ended
	looking  chan struct{} // is closed when the look that is under way ends; nil where none is
	complete bool
	closed   bool
}

func newShelf(now func() time.Time) *shelf {
	return &shelf{now: now, reading: make(chan struct{}, mostReading), known: map[[sha256.Size]byte]Document{}}
}

// documents are those that are known, and whether that is all of them.
func (f *shelf) documents(ctx context.Context, library Library, schedules []Schedule) ([]shelved, bool) {
	if library.Sources == nil {
		return nil, true
	}
	f.mu.Lock()
	if f.looking == nil && !f.closed && (f.looked.IsZero() || f.now().Sub(f.looked) >= lookAgain) {
		f.looking = make(chan struct{})
		f.working.Go(func() { f.look(library, schedules) })
	}
	looking, complete := f.looking, f.complete
	f.mu.Unlock()
	if !complete && looking != nil {
		patience := time.NewTimer(firstLook)
		defer patience.Stop()
		select {
		case <-looking:
		case <-patience.C:
		case <-ctx.Done():
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.listed), f.complete
}

// look reads what changed.
func (f *shelf) look(library Library, schedules []Schedule) {
	byName := map[string]int{}
	var all []shelved
	for _, s := range schedules {
		for _, source := range library.Sources(s.Sheets) {
			if at, known := byName[source.Name]; known {
				if !slices.Contains(all[at].Schedules, s.Name) {
					all[at].Schedules = append(all[at].Schedules, s.Name)
				}
				continue
			}
			byName[source.Name] = len(all)
			all = append(all, f.shelve(library, source, s.Name))
			f.show(all)
		}
	}
	slices.SortStableFunc(all, func(a, b shelved) int { return cmp.Or(b.Errors-a.Errors, cmp.Compare(a.Name, b.Name)) })
	f.mu.Lock()
	defer f.mu.Unlock()
	f.listed, f.complete, f.looked = all, true, f.now()
	close(f.looking)
	f.looking = nil
}

// show lets those who ask see what is known, as long as there is nothing better.
func (f *shelf) show(all []shelved) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.complete {
		f.listed = slices.Clone(all)
	}
}

func (f *shelf) shelve(library Library, source Source, schedule string) shelved {
	d := shelved{ID: documentID(source.Name), Name: source.Name, Changed: source.Changed, Schedules: []string{schedule}}
	content, err := source.Open()
	if err != nil {
		d.Problem = err.Error()
		return d
	}
	sum := sha256.Sum256(content)
	d.SHA256, d.Bytes = hex.EncodeToString(sum[:]), len(content)
	d.Document = f.read(library, source.Name, content)
	return d
}

// documentID is the same for a document whatever is in it. It says nothing of where it lies.
func documentID(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:8])
}

// read understands a document, once for each content.
func (f *shelf) read(library Library, name string, content []byte) Document {
	key := sha256.Sum256(append([]byte(name+"\x00"), content...))
	f.mu.Lock()
	d, known := f.known[key]
	f.mu.Unlock()
	if known {
		return d
	}
	f.reading <- struct{}{}
	d = understood(library, name, content)
	<-f.reading
	if len(d.Lint) > mostLint {
		d.Lint = d.Lint[:mostLint] + "\n... `sheetprobe lint` shows the rest\n"
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.order) >= mostRemembered {
		delete(f.known, f.order[0])
		f.order = f.order[1:]
	}
	f.known[key] = d
	f.order = append(f.order, key)
	return d
}

// understood reads a document. A panic is the fault of us, and spoils this one alone.
func understood(library Library, name string, content []byte) (d Document) {
	defer func() {
		if r := recover(); r != nil {
			d = Document{Problem: fmt.Sprintf("a fault of sheetprobe, please report it: %v", r)}
		}
	}()
	return library.Read(name, content)
}

// close waits for what is being read, and has nothing be read any more.
func (f *shelf) close() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	f.working.Wait()
}

// library is the one of the configuration, and its schedules.
func (s *Server) library() (Library, []Schedule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	schedules := make([]Schedule, len(s.entries))
	for i, e := range s.entries {
		schedules[i] = e.Schedule
	}
	return s.books, schedules
}
