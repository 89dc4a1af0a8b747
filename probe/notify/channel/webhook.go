package channel

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/notify"
)

// The headers of a signed webhook, which are those of the specification Standard Webhooks, version 1.0.0: any of its libraries verifies them.
const (
	HeaderID        = "Webhook-Id"        // the same for each attempt at a message
	HeaderTimestamp = "Webhook-Timestamp" // when this attempt was made, in seconds since 1970
	HeaderSignature = "Webhook-Signature" // "v1," and the base64 of HMAC-SHA256 over ID.TIMESTAMP.BODY; several are parted by a space
	// HeaderIdempotency is the id too, by the name that gateways know.
	HeaderIdempotency = "Idempotency-Key"
)

// Tolerance is how far the clock of a receiver may be from the timestamp: what is older is a replay.
const Tolerance = 5 * time.Minute

// keyPrefix marks a key that is written in base64.
const keyPrefix = "whsec_"

// minKey is how long a key has to be, in bytes.
const minKey = 16

func keyOf(text string) ([]byte, error) {
	key := []byte(text)
	if encoded, ok := strings.CutPrefix(text, keyPrefix); ok {
		var err error
		if key, err = base64.StdEncoding.DecodeString(encoded); err != nil {
			return nil, errors.New("its key begins with " + keyPrefix + ", and what follows is no base64")
		}
	}
	if len(key) < minKey {
		return nil, fmt.Errorf("its key has %d bytes, and needs %d at least: `openssl rand -base64 32` makes one", len(key), minKey)
	}
	return key, nil
}

// Sign is the value of HeaderSignature.
func Sign(key []byte, id, timestamp string, body []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(id + "." + timestamp + "."))
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// Verify is what a receiver does: it says why a message is not from who has the key, or not from now. The key is written as in the configuration.
func Verify(keyText string, header http.Header, body []byte, now time.Time) error {
	key, err := keyOf(keyText)
	if err != nil {
		return err
	}
	timestamp := header.Get(HeaderTimestamp)
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return errors.New("there is no timestamp")
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > Tolerance || age < -Tolerance {
		return fmt.Errorf("the timestamp is %s away from now", age.Round(time.Second))
	}
	want := []byte(Sign(key, header.Get(HeaderID), timestamp, body))
	if !slices.ContainsFunc(strings.Fields(header.Get(HeaderSignature)), func(got string) bool { return hmac.Equal([]byte(got), want) }) {
		return errors.New("the signature is not of this key and message")
	}
	return nil
}

// Payload is the body of a webhook.
type Payload struct {
	Version string `json:"version"` // PayloadVersion; fields are added without changing it
	Type    string `json:"type"`    // sheetprobe.alert, or sheetprobe.test
	notify.Message
}

// PayloadVersion is the version of Payload.
const PayloadVersion = "1"

type webhook struct {
	*poster
	key []byte
	now func() time.Time
}

func newWebhook(s Spec, now func() time.Time) (*webhook, error) {
	key, err := keyOf(s.Key)
	if err != nil {
		return nil, err
	}
	p, err := newPoster(s)
	return &webhook{p, key, now}, err
}

// Send implements notify.Sender.
func (w *webhook) Send(ctx context.Context, m notify.Message) error {
	p := Payload{Version: PayloadVersion, Type: "sheetprobe.alert", Message: m}
	if m.Test {
		p.Type = "sheetprobe.test"
	}
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	timestamp := strconv.FormatInt(w.now().Unix(), 10)
	return w.post(ctx, body, map[string]string{
		HeaderID: m.ID, HeaderIdempotency: m.ID, HeaderTimestamp: timestamp, HeaderSignature: Sign(w.key, m.ID, timestamp, body),
	})
}

// Limits implements notify.Sender.
func (w *webhook) Limits() notify.Limits {
	return notify.Limits{Lines: 500, Runes: 500, Bytes: 64 << 10}
}

// Escape implements notify.Sender: JSON escapes for itself.
func (w *webhook) Escape(text string) string { return text }

// Template implements notify.Sender.
func (w *webhook) Template() string { return notify.DefaultTemplate }
