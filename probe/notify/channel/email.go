package channel

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/sheetprobe/sheetprobe/probe/notify"
)

type email struct {
	spec Spec
	host string
	port int
	now  func() time.Time
}

func newEmail(s Spec, now func() time.Time) (*email, error) {
	host, portText, err := net.SplitHostPort(s.Server)
	port, portErr := strconv.Atoi(portText)
	switch {
	case err != nil || portErr != nil || host == "" || port < 1 || port > 65535:
		return nil, fmt.Errorf("its server %q is not HOST:PORT, such as smtp.example.test:587", s.Server)
	case len(s.To) == 0:
		return nil, errors.New("it has nobody to send to: give `to`")
	case (s.Username == "") != (s.Password == ""):
		return nil, errors.New("a user name and a password go together")
	case s.TLS == Plain && s.Password != "" && !isLoopback(host):
		return nil, errors.New("the password would go out in the clear: use tls: starttls, or tls: tls")
	}
	e := &email{s, host, port, now}
	if e.spec.TLS == "" {
		e.spec.TLS = StartTLS
	}
	if _, err := e.client(time.Second); err != nil {
		return nil, err
	}
	_, err = e.message(notify.TestMessage("test"))
	return e, err
}

func (e *email) client(patience time.Duration) (*mail.Client, error) {
	options := []mail.Option{
		mail.WithPort(e.port), mail.WithTimeout(patience), mail.WithHELO("localhost"),
		mail.WithTLSConfig(&tls.Config{ServerName: e.host, RootCAs: e.spec.CAs, MinVersion: tls.VersionTLS12}),
	}
	switch e.spec.TLS {
	case StartTLS:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	case Implicit:
		options = append(options, mail.WithSSL())
	case Plain:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		return nil, fmt.Errorf("%q is no way to encrypt: use starttls, tls or none", e.spec.TLS)
	}
	if e.spec.Username != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(e.spec.Username), mail.WithPassword(e.spec.Password))
	}
	return mail.NewClient(e.host, options...)
}

// message is one mail to all recipients: sending it again cannot reach one of them twice and another not at all.
func (e *email) message(m notify.Message) (*mail.Msg, error) {
	msg := mail.NewMsg()
	if err := msg.From(e.spec.From); err != nil {
		return nil, fmt.Errorf("its sender %q is no address", e.spec.From)
	}
	for _, to := range e.spec.To {
		if err := msg.AddTo(to); err != nil {
			return nil, fmt.Errorf("its recipient %q is no address", to)
		}
	}
	msg.Subject(notify.Shorten(m.Title, 150))
	msg.SetDateWithValue(e.now())
	msg.SetMessageIDWithValue(m.ID + "@sheetprobe") // the same for each attempt, so that mail programs show it once
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Sheetprobe-Delivery", m.ID)
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	return msg, nil
}

// Send implements notify.Sender.
func (e *email) Send(ctx context.Context, m notify.Message) error {
	msg, err := e.message(m)
	if err != nil {
		return err
	}
	patience := 20 * time.Second
	if deadline, ok := ctx.Deadline(); ok {
		patience = min(patience, max(time.Until(deadline), time.Millisecond))
	}
	client, err := e.client(patience)
	if err != nil {
		return err
	}
	return client.DialAndSendWithContext(ctx, msg)
}

// Limits implements notify.Sender.
func (e *email) Limits() notify.Limits { return notify.Limits{Lines: 100, Runes: 400, Bytes: 64 << 10} }

// Escape implements notify.Sender: mail is plain text.
func (e *email) Escape(text string) string { return text }

// Template implements notify.Sender: the subject is the title already.
func (e *email) Template() string { return emailTemplate }

const emailTemplate = `{{.Title}}
{{range .Groups}}
{{.Title}}:
{{range .Lines}}- {{.Text}}
{{if .Hint}}  next step: {{.Hint}}
{{end}}{{end}}{{end}}{{if .Left}}
and {{.Left}} more
{{end}}{{with .URL}}
{{.}}
{{end}}`
