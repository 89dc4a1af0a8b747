package notify

import (
	"context"
	"errors"
	"time"
)

// Delivery is one message on its way to a channel. It holds what is to be told and nothing of the channel but its name.
type Delivery struct {
	ID        string // receivers can tell by it that a message came twice
	Channel   string
	CreatedAt time.Time
	NextAt    time.Time // when it is tried next
	Until     time.Time // when it is given up
	Attempts  int       // that were begun
	Events    []Event
}

// State is how far a delivery has come.
type State string

// The states.
const (
	Waiting State = "waiting"
	Sent    State = "sent"
	Dropped State = "dropped" // the channel was down for too long
)

// Store remembers what was told, and holds what waits to be. It is safe for concurrent use, also by several processes.
type Store interface {
	// Decide runs decide alone among all processes, and keeps what comes of it: all or nothing. What once names is decided once, ErrDecided says that it
	// was before; "" names nothing.
	Decide(ctx context.Context, once string, now time.Time, decide func(Memory) (Outcome, error)) error
	// Remember returns what is known, to look at.
	Remember(ctx context.Context) (Memory, error)
	// Decided says whether what once names was decided.
	Decided(ctx context.Context, once string) (bool, error)
	// Claim takes the oldest delivery of a channel for one attempt, once its time has come and nobody else is at it; nil where there is none. Until the lease
	// is over it is nobody else's.
	Claim(ctx context.Context, channel string, now, lease time.Time) (*Delivery, error)
	// Settle says what became of an attempt: sent, dropped, or waiting until next.
	Settle(ctx context.Context, id string, state State, next time.Time) error
	// Backlog counts what waits, by channel.
	Backlog(ctx context.Context) (map[string]int, error)
	// Tidy forgets deliveries and decisions that are older and over.
	Tidy(ctx context.Context, before time.Time) error
}

// ErrDecided says that something was decided before.
var ErrDecided = errors.New("this was decided before")
