package river

import (
	"context"
	"encoding/json"
)

// channel is that of PostgreSQL on which the processes of a fleet tell each other what is worth knowing at once, and may be missed.
const channel = "sheetprobe_notes"

// maxNote keeps a note within what PostgreSQL takes, 8000 bytes.
const maxNote = 4 << 10

// note is what goes over the channel.
type note struct {
	From string          `json:"from"`
	Note json.RawMessage `json:"note"`
}

// Tell implements queue.Queue.
func (q *Queue) Tell(ctx context.Context, text []byte) {
	if len(text) > maxNote {
		return
	}
	body, err := json.Marshal(note{q.self.ID, text})
	if err != nil {
		return
	}
	_, _ = q.pool.Exec(ctx, `SELECT pg_notify($1, $2)`, channel, string(body)) // who missed it looks into the history
}

// Notes implements queue.Queue.
func (q *Queue) Notes() <-chan []byte { return q.notes }

// listen hears what the others tell, until ctx ends.
func (q *Queue) listen(ctx context.Context) {
	for ctx.Err() == nil {
		_ = q.hear(ctx) // that the database is away is told by who gives signs of life
		_ = pause(ctx, startPause)
	}
}

func (q *Queue) hear(ctx context.Context) error {
	conn, err := q.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	own := conn.Hijack()
	defer func() { _ = own.Close(context.WithoutCancel(ctx)) }()
	if _, err := own.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	for {
		heard, err := own.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		var n note
		if json.Unmarshal([]byte(heard.Payload), &n) != nil || n.From == q.self.ID {
			continue
		}
		select {
		case q.notes <- n.Note:
		default: // nobody keeps up
		}
	}
}
