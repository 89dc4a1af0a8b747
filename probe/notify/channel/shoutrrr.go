package channel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/url"
	"slices"
	"strings"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"

	"github.com/sheetprobe/sheetprobe/probe/notify"
)

// shoutrrr sends through one of the services of that library, which knows no context: an attempt that does not end is left to itself, and no other is
// begun before it has.
type shoutrrr struct {
	url      string
	markdown bool
	under    chan struct{} // holds a place for the attempt
}

// instead are the services for which there is a kind of our own.
func instead() map[string]Kind {
	return map[string]Kind{"smtp": Email, "slack": Slack, "teams": Teams, "generic": Webhook}
}

func newShoutrrr(s Spec) (*shoutrrr, error) {
	u, err := url.Parse(s.URL)
	if err != nil || u.Scheme == "" {
		return nil, errors.New("its URL is no address such as ntfy://HOST/TOPIC, see the documentation of shoutrrr")
	}
	service, _, _ := strings.Cut(strings.ToLower(u.Scheme), "+")
	if kind, ours := instead()[service]; ours {
		return nil, fmt.Errorf("use kind: %s for %s", kind, service)
	}
	known := (&router.ServiceRouter{}).ListServices()
	if !slices.Contains(known, service) || service == "logger" {
		slices.Sort(known)
		return nil, fmt.Errorf("shoutrrr knows no service %q", service)
	}
	if mode := u.Query().Get("parsemode"); mode != "" && !strings.EqualFold(mode, "none") {
		return nil, errors.New("its URL sets parsemode, by which an answer of a server could format the message: leave it out")
	}
	c := &shoutrrr{
		url: s.URL, under: make(chan struct{}, 1),
		markdown: slices.Contains([]string{"discord", "mattermost", "rocketchat", "zulip", "notifiarr"}, service),
	}
	if _, err := c.service(); err != nil {
		return nil, fmt.Errorf("shoutrrr cannot use its URL for %s: %w", service, err)
	}
	return c, nil
}

// service is made anew for each message: those of shoutrrr keep what they were given last.
func (c *shoutrrr) service() (types.Service, error) {
	silent, err := router.New(log.New(io.Discard, "", 0))
	if err != nil {
		return nil, err
	}
	return silent.Locate(c.url)
}

// Send implements notify.Sender.
func (c *shoutrrr) Send(ctx context.Context, m notify.Message) error {
	select {
	case c.under <- struct{}{}:
	default:
		return errors.New("the attempt before has not ended yet")
	}
	service, err := c.service()
	if err != nil {
		<-c.under
		return err
	}
	result := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				result <- errors.New("a fault of shoutrrr")
			}
			<-c.under
		}()
		result <- service.Send(m.Text, &types.Params{})
	}()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Limits implements notify.Sender: those of the services that take least.
func (c *shoutrrr) Limits() notify.Limits { return notify.Limits{Lines: 15, Runes: 160, Bytes: 1800} }

// Escape implements notify.Sender. Which service gives what a meaning differs, so that calls and links are parted for all.
func (c *shoutrrr) Escape(text string) string {
	text = breakMarks(text)
	if !c.markdown {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune("\\`*_{}[]()#+!|~>", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Template implements notify.Sender.
func (c *shoutrrr) Template() string { return notify.DefaultTemplate }
