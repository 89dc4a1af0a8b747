// Package queue says which process makes which run, and when: once for each time that a schedule is due, never two of one schedule together, and by
// another where the first one is gone.
//
// [Local] serves one process. Several that share a PostgreSQL database are a fleet, see package river; queuetest is what both have to pass. It knows
// nothing of what a run is: that is a function that it is given, see [Do].
package queue

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Job is one run that is to be made.
type Job struct {
	RunID    string    `json:"run_id"`
	Schedule string    `json:"schedule"`
	Trigger  string    `json:"trigger"`       // what it is made for, in words of whoever put it
	Zone     string    `json:"zone"`          // of the network that it has to be made from; "" is any
	Due      time.Time `json:"due,omitzero"`  // the time of the schedule; zero where somebody asked for the run
	Since    time.Time `json:"since"`         // when it was put
	Spec     []byte    `json:"spec,omitzero"` // what whoever makes the run has to know
}

// Taken is a job that this process is to do.
type Taken struct {
	Job
	// Owner is different each time that a job is taken, so that a store can tell whoever lost it from whoever has it now; "" in a queue of one process.
	Owner string
	// Term grows each time that a job is taken from somebody who is gone.
	Term int64
	// Hold returns when the job is this process's for sure, and at once where nothing is in doubt. While the fleet cannot be asked for long it waits; it
	// fails with ErrLost where another process has the job, and with the error of ctx.
	Hold func(ctx context.Context) error
}

// Do makes a run. Its context ends, with the cause, when the job is cancelled or lost; that the process stops is for the caller of Work to tell it. An
// error other than ErrHandBack is told, and the job is over: what failed is not repeated blindly.
type Do func(ctx context.Context, job Taken) error

// Queue hands out jobs. It is safe for concurrent use.
type Queue interface {
	// Put has a job done. ErrDue says that one of this time, or of a later one, of the schedule was put before; a *BusyError that a job of the schedule is
	// not over, and then none is put for this time.
	Put(ctx context.Context, job Job) error
	// Work does jobs of the zones of this process until ctx ends, and returns when those that it took are over.
	Work(ctx context.Context, do Do) error
	// Jobs are those that wait or are under way, the oldest first.
	Jobs(ctx context.Context) ([]State, error)
	// Cancel ends a job that waits or is under way, wherever; ErrNotFound says that there is none.
	Cancel(ctx context.Context, runID string) error
	// Workers are the processes that do jobs, by name.
	Workers(ctx context.Context) ([]Worker, error)
	// LastDue is the latest time of a schedule for which a job was put. Before there is one, a fleet tells when it was first asked, so that a restart
	// between the time and its jitter loses nothing; zero where nothing is known.
	LastDue(ctx context.Context, schedule string) (time.Time, error)
	// Patience is how long this process leaves it to others to put what is due: none where it leads.
	Patience() time.Duration
	// Describe says by which schedules this process goes, so that a difference to others can be told.
	Describe(schedules string)
	// Tell tells the other processes something, at most 4 KiB of it, as far as they can be reached now.
	Tell(ctx context.Context, note []byte)
	// Notes are what others told; nil where there are no others.
	Notes() <-chan []byte
	Close() error
}

// State is a job that is not over.
type State struct {
	Job
	Running bool
	Began   time.Time // when it was taken; zero where it waits
	Worker  string    // the name of who does it
}

// Worker is a process that does jobs.
type Worker struct {
	ID           string    `json:"id"` // of this process alone
	Name         string    `json:"name"`
	Zones        []string  `json:"zones"`            // it reaches, beside jobs of no zone
	Egress       string    `json:"egress,omitempty"` // the address that others see it come from
	Version      string    `json:"version"`
	RulesVersion string    `json:"rules_version"`
	Schedules    string    `json:"schedules_digest"`      // the digest of the schedules that it goes by
	SigningKey   string    `json:"signing_key,omitempty"` // the fingerprint of the key that it signs with who approved
	Slots        int       `json:"slots"`                 // runs at a time
	Since        time.Time `json:"since"`
	Seen         time.Time `json:"seen"`
	Alive        bool      `json:"alive"`  // seen within the lease
	Leader       bool      `json:"leader"` // puts what is due at once
	Running      []string  `json:"running"`
}

// Serves says whether the worker does jobs of a zone.
func (w *Worker) Serves(zone string) bool {
	if zone == "" {
		return true
	}
	for _, z := range w.Zones {
		if z == zone {
			return true
		}
	}
	return false
}

// ErrDue says that what was due then has been put already.
var ErrDue = errors.New("the run of this time has been put already")

// ErrNotFound says that a job is over, or never was.
var ErrNotFound = errors.New("no such run waits or is under way")

// ErrHandBack is returned by a Do that stops before the job is done: another process is to go on with it.
var ErrHandBack = errors.New("the run is left to another process")

// ErrLost says that another process has the job.
var ErrLost = errors.New("another process has taken the run over")

// ErrCancelled says that somebody cancelled the job.
var ErrCancelled = errors.New("the run was cancelled")

// BusyError says that a job of the schedule is not over.
type BusyError struct{ RunID string }

func (b *BusyError) Error() string { return fmt.Sprintf("run %s of the schedule is not over", b.RunID) }
