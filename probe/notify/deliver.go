package notify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Deliver sends what is due now, and waits for that; the error says which channels have to be tried again later.
func (n *Notifier) Deliver(ctx context.Context) error {
	s, _ := n.current()
	failures := make([]error, len(s.Channels))
	var all sync.WaitGroup
	for i, c := range s.Channels {
		all.Go(func() { failures[i] = n.drain(ctx, c.Name) })
	}
	all.Wait()
	return errors.Join(failures...)
}

// drain sends what is due on a channel, the oldest first, until there is no more or it fails.
func (n *Notifier) drain(ctx context.Context, channel string) error {
	for ctx.Err() == nil {
		now := n.options.Now()
		d, err := n.options.Store.Claim(ctx, channel, now, now.Add(leaseTime))
		if err != nil || d == nil {
			if err != nil && ctx.Err() == nil {
				n.options.Say("channel %s: what waits to be sent cannot be read: %v", channel, err)
			}
			return err
		}
		if err := n.attempt(ctx, *d); err != nil {
			return fmt.Errorf("channel %s: %w", channel, err)
		}
	}
	return ctx.Err()
}

// attempt tries one delivery, and keeps what came of it.
func (n *Notifier) attempt(ctx context.Context, d Delivery) error {
	s, senders := n.current()
	sender := senders[d.Channel]
	if sender == nil {
		return errors.New("it is configured no more")
	}
	err := n.send(ctx, s, sender, d)
	now := n.options.Now()
	state, next, counted := Sent, now, CountSent
	switch {
	case err == nil:
	case ctx.Err() != nil:
		state, next, counted = Waiting, now, CountFailed // we are told to stop; whether it arrived is not known
	case now.Add(pause(d.Attempts)).After(d.Until):
		state, counted = Dropped, CountDropped
		n.options.Say("channel %s: message %s is given up after %d attempts: %v", d.Channel, d.ID, d.Attempts, err)
	default:
		state, next, counted = Waiting, now.Add(pause(d.Attempts)), CountFailed
		n.options.Say("channel %s: message %s is tried again after %s: %v", d.Channel, d.ID, pause(d.Attempts), err)
	}
	n.options.Count(d.Channel, counted)
	keep, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeWait)
	defer cancel()
	if keepErr := n.options.Store.Settle(keep, d.ID, state, next); keepErr != nil {
		n.options.Say("channel %s: what came of message %s cannot be kept, so that it may come again: %v", d.Channel, d.ID, keepErr)
		return errors.Join(err, keepErr)
	}
	if state == Dropped {
		return nil // the next one may fare better
	}
	return err
}

// pause is how long a delivery waits after so many attempts.
func pause(attempts int) time.Duration {
	d := firstPause
	for range attempts - 1 {
		if d *= 2; d >= longestWait {
			return longestWait
		}
	}
	return d
}

// send writes the message and sends it.
func (n *Notifier) send(ctx context.Context, s Settings, sender Sender, d Delivery) error {
	c, _ := s.channel(d.Channel)
	m, problem := Render(d, s.PublicURL, c.Template, sender)
	if problem != nil {
		n.options.Say("channel %s: its template fails, so that the message is written without it: %v", d.Channel, problem)
	}
	return protected(ctx, sender, m)
}

// protected sends within the time of one attempt. A panic is the fault of a library, and costs one attempt.
func protected(ctx context.Context, sender Sender, m Message) (err error) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("a fault of what sends it")
		}
	}()
	return sender.Send(ctx, m)
}

// Render writes a delivery for a sender, by a template or where that is nil or fails, by the sender's own.
func Render(d Delivery, publicURL string, t *Template, sender Sender) (m Message, problem error) {
	m = Compose(d, publicURL, sender.Limits(), sender.Escape)
	if t != nil {
		if m.Text, problem = t.Write(m, sender.Limits()); problem == nil && m.Text != "" {
			return m, nil
		}
	}
	own, err := ParseTemplate(sender.Template())
	if err == nil {
		m.Text, err = own.Write(m, sender.Limits())
	}
	return m, errors.Join(problem, err)
}

// Test sends a test message at once.
func Test(ctx context.Context, sender Sender, id string) error {
	return protected(ctx, sender, TestMessage(id))
}
