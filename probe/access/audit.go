package access

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Entry is something that was done, as the log holds it. Each holds the digest of the one before, so that none can be changed, left out or put in between
// without all that follow being made anew, and the last digest being another than the one that somebody noted.
type Entry struct {
	Number   int64     `json:"number"` // from 1 on, without a gap
	At       time.Time `json:"at"`
	Who      string    `json:"who"`   // a user, or the name of a token; "" where nobody is known
	Means    Means     `json:"means"` // how they showed it
	From     string    `json:"from"`  // their address; "" where it was at the machine itself
	Action   string    `json:"action"`
	Subject  string    `json:"subject"` // what it was done to
	Result   string    `json:"result"`
	Previous string    `json:"previous"` // the digest of the entry before; "" in the first
	Digest   string    `json:"digest"`   // SHA-256, in hexadecimal, of the line without this key
}

// maxText bounds the texts of an entry, in bytes: some of them come from outside.
const maxText = 300

// seal completes an entry that follows another.
func (e Entry) seal(last Entry) Entry {
	e.Number, e.Previous = last.Number+1, last.Digest
	e.At = e.At.UTC().Truncate(time.Microsecond)
	for _, text := range []*string{&e.Who, &e.From, &e.Action, &e.Subject, &e.Result} {
		*text = printable(*text)
	}
	e.Digest = e.sum()
	return e
}

// printable is a text that every database holds as it is, on one line and within limits.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || unicode.Is(unicode.Bidi_Control, r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
	if len(text) <= maxText {
		return text
	}
	at := maxText
	for !utf8.RuneStart(text[at]) {
		at--
	}
	return text[:at] + "..."
}

// sum is over the JSON of the entry without its digest: keys in the order of the struct, no white space, nothing escaped that need not be, times in UTC.
func (e Entry) sum() string {
	e.Digest = ""
	sum := sha256.Sum256(bytes.TrimSuffix(e.line(), []byte(`,"digest":""}`)))
	return hex.EncodeToString(sum[:])
}

func (e Entry) line() []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(e) // texts and numbers
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// Record adds to the log. The number, the digests, and the time where it is zero, are filled in. Where the log has no more what this process wrote before,
// that is recorded too, and said.
func (a *Authority) Record(ctx context.Context, e Entry) error {
	if e.At.IsZero() {
		e.At = a.now()
	}
	a.writing.Lock()
	defer a.writing.Unlock()
	known := a.head
	found, err := a.append(ctx, e)
	if err != nil || found.Number > known.Number || found == known {
		return err
	}
	result := fmt.Sprintf("the log ended at entry %d: what followed was removed, or all of it made anew", found.Number)
	a.options.Say("the audit log had reached %s, and %s", known, result)
	_, err = a.append(ctx, Entry{At: a.now(), Means: ByNothing, Action: "audit.broken", Subject: known.String(), Result: result})
	return err
}

// append adds an entry, and returns the end that the log had before.
func (a *Authority) append(ctx context.Context, e Entry) (found Head, err error) {
	var written Head
	err = a.store.Append(ctx, func(last Entry) Entry {
		sealed := e.seal(last)
		found, written = last.head(), sealed.head()
		return sealed
	})
	if err != nil {
		return found, fmt.Errorf("the audit log cannot be written: %w", err)
	}
	a.head = written
	return found, nil
}

func (e Entry) head() Head { return Head{e.Number, e.Digest} }

// Log is a log as it was read, entry by entry.
type Log func(yield func(Entry) error) error

const logPage = 500

// Log is the whole log of the store.
func (a *Authority) Log(ctx context.Context) Log {
	return func(yield func(Entry) error) error {
		for after := int64(0); ; {
			entries, err := a.store.Entries(ctx, after, logPage)
			if err != nil || len(entries) == 0 {
				return err
			}
			for _, e := range entries {
				if err := yield(e); err != nil {
					return err
				}
				after = e.Number
			}
		}
	}
}

// Last are the last entries of the log.
func (a *Authority) Last(ctx context.Context, n int) ([]Entry, error) {
	last, err := a.store.LastEntry(ctx)
	if err != nil {
		return nil, err
	}
	return a.store.Entries(ctx, last.Number-int64(n), n)
}

// Before are the entries of the log before one, n at most.
func (a *Authority) Before(ctx context.Context, number int64, n int) ([]Entry, error) {
	first := max(1, number-int64(n))
	return a.store.Entries(ctx, first-1, int(max(0, number-first)))
}

// Export writes a log as NDJSON, an entry on a line.
func Export(log Log, w io.Writer) error {
	out := bufio.NewWriter(w)
	err := log(func(e Entry) error {
		_, err := out.Write(append(e.line(), '\n'))
		return err
	})
	return errors.Join(err, out.Flush())
}

// maxLine bounds a line of an exported log.
const maxLine = 64 << 10

// Exported is a log that Export wrote.
func Exported(r io.Reader) Log {
	return func(yield func(Entry) error) error {
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, maxLine)
		n := 0
		for lines.Scan() {
			n++
			var e Entry
			if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
				return fmt.Errorf("line %d is no entry of a log: %w", n, err)
			}
			if !bytes.Equal(e.line(), lines.Bytes()) {
				return &Broken{Number: e.Number, Why: fmt.Sprintf("line %d is not written as the log writes it", n)}
			}
			if err := yield(e); err != nil {
				return err
			}
		}
		return lines.Err()
	}
}

// Broken says where a log is not what it was.
type Broken struct {
	Number int64 // of the first entry that is wrong
	Why    string
}

func (b *Broken) Error() string { return fmt.Sprintf("entry %d: %s", b.Number, b.Why) }

// Head is the end of a log. Whoever notes it can tell later that nothing up to there was changed or cut off.
type Head struct {
	Number int64
	Digest string
}

// String writes a head as it is noted.
func (h Head) String() string { return fmt.Sprintf("%d:%s", h.Number, h.Digest) }

// Verify follows the chain from the first entry on, and fails with Broken where it does not hold. A log that ends too soon holds: whether it does, the noted
// heads tell, each of which has to be in the log as it was.
func Verify(log Log, noted ...Head) (Head, error) {
	var last Entry
	wanted := map[int64]string{}
	for _, h := range noted {
		wanted[h.Number] = h.Digest
	}
	err := log(func(e Entry) error {
		if why := e.follows(last); why != "" {
			return &Broken{last.Number + 1, why}
		}
		if digest, ok := wanted[e.Number]; ok && digest != e.Digest {
			return &Broken{e.Number, "its digest is not the one that was noted: this entry or one before it was made anew"}
		}
		delete(wanted, e.Number)
		last = e
		return nil
	})
	if err != nil {
		return Head{}, err
	}
	for number := range wanted {
		return Head{}, &Broken{last.Number + 1, fmt.Sprintf("is missing: the log was noted to have reached entry %d", number)}
	}
	return Head{last.Number, last.Digest}, nil
}

// follows says why an entry cannot follow another; "" where it can.
func (e Entry) follows(last Entry) string {
	switch {
	case e.Number != last.Number+1:
		return fmt.Sprintf("is missing: entry %d follows entry %d", e.Number, last.Number)
	case e.Previous != last.Digest:
		return "it does not follow the one before it, of which it holds another digest"
	case e.Digest != e.sum():
		return "it was changed: its digest is another than that of what it holds"
	}
	return ""
}
