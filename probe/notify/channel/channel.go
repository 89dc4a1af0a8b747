// Package channel sends messages: signed webhooks, Slack, Microsoft Teams, e-mail, and whatever else shoutrrr knows.
//
// Addresses of chats are secrets, and so are passwords and keys: no error of this package shows one. Nothing follows a redirect, waits without an end, or
// is encrypted only where the other side happens to offer it. Slack, Teams and e-mail are not left to shoutrrr: its Slack follows redirects to wherever,
// its Teams speaks a form that Microsoft has retired, and its mail may go out in the clear, once for each recipient.
package channel

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/notify"
)

// Kind is what a channel is.
type Kind string

// The kinds.
const (
	Webhook  Kind = "webhook"
	Slack    Kind = "slack" // and what takes its incoming webhooks, as Mattermost does
	Teams    Kind = "teams" // by a webhook of its Workflows
	Email    Kind = "email"
	Shoutrrr Kind = "shoutrrr"
)

// Kinds are all of them.
func Kinds() []string {
	return []string{string(Webhook), string(Slack), string(Teams), string(Email), string(Shoutrrr)}
}

// Spec is a channel as it is configured, secrets in place.
type Spec struct {
	Kind      Kind
	URL       string // all but Email: a secret as a whole, but for Webhook
	Key       string // Webhook: what it is signed with; "whsec_" and base64, or a text as it stands
	AllowHTTP bool   // admits http:// to hosts that are not loopback

	Server   string // Email: host:port
	From     string
	To       []string
	Username string
	Password string
	TLS      TLS

	CAs *x509.CertPool // of the other side; nil is the system's
}

// TLS is how mail is encrypted.
type TLS string

// The ways. None opportunistic is among them: it would be in the clear whenever somebody in between wants it.
const (
	StartTLS TLS = "starttls"
	Implicit TLS = "tls"
	Plain    TLS = "none"
)

// New makes a sender, which sends nothing yet. The errors show no secret.
func New(s Spec, now func() time.Time) (notify.Sender, error) {
	m := &masking{}
	m.learn(s)
	var sender notify.Sender
	var err error
	switch s.Kind {
	case Webhook:
		sender, err = newWebhook(s, now)
	case Slack:
		sender, err = newSlack(s)
	case Teams:
		sender, err = newTeams(s)
	case Email:
		sender, err = newEmail(s, now)
	case Shoutrrr:
		sender, err = newShoutrrr(s)
	default:
		err = noKind(s.Kind)
	}
	if err != nil {
		return nil, m.mask(err)
	}
	return &masked{sender, m}, nil
}

// Blank is a channel of a kind that writes messages as others of its kind do, and sends none.
func Blank(kind Kind) (notify.Sender, error) {
	switch kind {
	case Webhook:
		return &webhook{}, nil
	case Slack:
		return &slack{}, nil
	case Teams:
		return &teams{}, nil
	case Email:
		return &email{}, nil
	case Shoutrrr:
		return &shoutrrr{}, nil
	}
	return nil, noKind(kind)
}

func noKind(kind Kind) error {
	return fmt.Errorf("%q is no kind of channel: use %s", kind, strings.Join(Kinds(), ", "))
}

// masked keeps secrets out of errors.
type masked struct {
	notify.Sender
	masking *masking
}

// Send implements notify.Sender.
func (c *masked) Send(ctx context.Context, m notify.Message) error {
	if err := c.Sender.Send(ctx, m); err != nil {
		return c.masking.mask(err)
	}
	return nil
}

// masking knows what must not be shown.
type masking struct{ secrets probe.Redactor }

// learn takes the secrets of a channel, and those parts of its URL that could be one.
func (k *masking) learn(s Spec) {
	k.secrets.Add("password", s.Password)
	k.secrets.Add("key", s.Key)
	k.secrets.Add("key", strings.TrimPrefix(s.Key, keyPrefix))
	k.secrets.Add("url", s.URL)
	u, err := url.Parse(s.URL)
	if err != nil {
		return
	}
	password, _ := u.User.Password()
	parts := append(strings.Split(u.Path, "/"), u.Path, u.RawQuery, u.Fragment, u.User.Username(), password)
	for _, values := range u.Query() {
		parts = append(parts, values...)
	}
	if s.Kind == Shoutrrr { // whose URLs hold tokens in the place of the host
		parts = append(parts, u.Host, u.Hostname())
	}
	for _, part := range parts {
		if len(part) >= minSecret {
			k.secrets.Add("url", part)
		}
	}
}

// minSecret is the length below which a part of a URL is a word and no token.
const minSecret = 6

// mask says what went wrong without the URL that HTTP clients put into their errors.
func (k *masking) mask(err error) error {
	var inner *url.Error
	if errors.As(err, &inner) {
		if inner.Timeout() {
			return errors.New("no answer came in time")
		}
		err = inner.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("no answer came in time")
	}
	return errors.New(notify.Shorten(k.secrets.Text(err.Error()), 300))
}

// httpURL reads the address of a webhook.
func httpURL(s Spec) (*url.URL, error) {
	u, err := url.Parse(s.URL)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("its URL is no address such as https://HOST/PATH")
	}
	if u.Scheme == "http" && !s.AllowHTTP && !isLoopback(u.Hostname()) {
		return nil, fmt.Errorf("its URL leads to %s without encryption: use https, or say allow-http: true", u.Hostname())
	}
	return u, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// breakMarks parts the marks with which chats call people and make links, by a space of no width.
func breakMarks(text string) string {
	return strings.NewReplacer("@", "@\u200b", "<", "<\u200b", "](", "]\u200b(").Replace(text)
}
