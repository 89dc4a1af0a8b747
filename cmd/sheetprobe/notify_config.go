package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/notify"
	"github.com/sheetprobe/sheetprobe/probe/notify/channel"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// notifyConfig is what the configuration says of alerts.
type notifyConfig struct {
	at       *yaml.Node // nil where it says nothing
	channels []channelConfig
	routes   []notify.Route
}

// channelConfig is a channel whose secrets are known by name.
type channelConfig struct {
	notify.Channel
	spec   channel.Spec
	at     *yaml.Node
	secret map[string]*yaml.Node // the names of secrets, by the key that needs them
}

// readNotify reads the section `notify`. What it says of secrets is checked when all is read, see checkNotify.
func (c *config) readNotify(n *yaml.Node) error {
	c.notify.at = n
	return c.fields(n, "notify", []field{
		{"runs", func(n *yaml.Node) (err error) { // the flag --notify of `run`
			c.values["notify"], err = c.flatten("runs", n)
			return err
		}},
		{"channels", c.readChannels},
		{"routes", func(n *yaml.Node) error {
			if n.Kind != yaml.SequenceNode {
				return c.errorAt(n, "write each as - {name: all, to: [CHANNEL]}", "routes must be a list")
			}
			for _, each := range n.Content {
				if err := c.readRoute(each); err != nil {
					return err
				}
			}
			return nil
		}},
	})
}

func (c *config) readChannels(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return c.errorAt(n, "write each as NAME: {kind: slack, url: NAME-OF-A-SECRET}", "channels must be a map")
	}
	if err := eachOnce(c.path, n); err != nil {
		return err
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		if !notify.IsName(name.Value) {
			return c.errorAt(name, `use up to 40 letters, digits, "-" and "_"`, "%q cannot name a channel", name.Value)
		}
		ch := channelConfig{Channel: notify.Channel{Name: name.Value}, at: value, secret: map[string]*yaml.Node{}}
		if err := c.readChannel(&ch, value); err != nil {
			return err
		}
		c.notify.channels = append(c.notify.channels, ch)
	}
	return nil
}

func (c *config) readChannel(ch *channelConfig, n *yaml.Node) error {
	s := &ch.spec
	secret := func(key string) field {
		return field{key, func(n *yaml.Node) error {
			if n.Kind != yaml.ScalarNode || !isSecretName(n.Value) {
				// What stands there is not repeated: it may be the secret itself.
				return c.errorAt(n, "put it under `secrets`, as in `secrets: {NAME: {env: VARIABLE}}`, and give its NAME here", "%s of the channel %q is not the name of a secret", key, ch.Name)
			}
			ch.secret[key] = n
			return nil
		}}
	}
	address := secret("url")
	var kind, tls string
	known := []field{
		{"kind", c.textInto(&kind)},
		{"url", func(n *yaml.Node) error {
			if kind == string(channel.Webhook) && strings.HasPrefix(n.Value, "http") {
				return c.textInto(&s.URL)(n)
			}
			return address.read(n)
		}},
		secret("key"),
		{"allow-http", c.boolInto(&s.AllowHTTP)},
		{"cacert", c.certificatesInto(&s.CAs)},
		{"server", c.textInto(&s.Server)},
		{"from", c.textInto(&s.From)},
		{"to", c.textsInto(&s.To)},
		{"username", c.textInto(&s.Username)},
		secret("password"),
		{"tls", c.textInto(&tls)},
		{"quiet", c.quietInto(&ch.Quiet)},
		{"template", c.templateInto(&ch.Template)},
	}
	if at := valueOf(n, "kind"); n.Kind == yaml.MappingNode && at != n { // the others depend on it
		kind = at.Value
	}
	if err := c.fields(n, fmt.Sprintf("the channel %q", ch.Name), known); err != nil {
		return err
	}
	s.Kind, s.TLS = channel.Kind(kind), channel.TLS(tls)
	return c.checkChannel(ch, n)
}

// keysOf are the keys that mean something to a kind, those that it cannot do without first.
func keysOf(kind channel.Kind) (needs, takes []string) {
	takes = []string{"kind", "quiet", "template"}
	switch kind {
	case channel.Webhook:
		return []string{"url", "key"}, []string{"kind", "quiet", "template", "allow-http", "cacert"}
	case channel.Slack, channel.Teams:
		return []string{"url"}, append(takes, "allow-http", "cacert")
	case channel.Email:
		return []string{"server", "from", "to"}, append(takes, "username", "password", "tls", "cacert")
	case channel.Shoutrrr:
		return []string{"url"}, takes
	}
	return nil, nil
}

func (c *config) checkChannel(ch *channelConfig, n *yaml.Node) error {
	if _, err := channel.Blank(ch.spec.Kind); err != nil {
		return c.errorAt(valueOf(n, "kind"), didYouMean(string(ch.spec.Kind), channel.Kinds(), "known are: "+strings.Join(channel.Kinds(), ", ")), "the channel %q has no kind that is known", ch.Name)
	}
	needs, takes := keysOf(ch.spec.Kind)
	for _, key := range needs {
		if valueOf(n, key) == n {
			return c.errorAt(n, "add `"+key+"`", "the channel %q lacks %s, which %s needs", ch.Name, key, ch.spec.Kind)
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := strings.ReplaceAll(n.Content[i].Value, "_", "-")
		if !slices.Contains(needs, key) && !slices.Contains(takes, key) {
			return c.errorAt(n.Content[i], "remove it", "%s means nothing to a channel of kind %s", key, ch.spec.Kind)
		}
	}
	return nil
}

// isSecretName tells the name of a secret from the secret.
func isSecretName(text string) bool {
	return text != "" && len(text) <= 60 && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("_.-", r)
	})
}

func (c *config) readRoute(n *yaml.Node) error {
	var r notify.Route
	var severity string
	var blame []string
	recovery := true
	err := c.fields(n, "a route", []field{
		{"name", c.textInto(&r.Name)},
		{"to", c.textsInto(&r.To)},
		{"apis", c.textsInto(&r.APIs)},
		{"schedules", c.textsInto(&r.Schedules)},
		{"severity", c.textInto(&severity)},
		{"blame", c.textsInto(&blame)},
		{"after", c.numberInto(&r.After)},
		{"seen", c.ratioInto(&r.Seen, &r.Of)},
		{"outage-after", c.numberInto(&r.OutageAfter)},
		{"unjudged-after", c.numberInto(&r.Unjudged)},
		{"recover-after", c.numberInto(&r.RecoverAfter)},
		{"recovery", c.boolInto(&recovery)},
		{"remind", c.durationInto(&r.Remind)},
		{"flapping", func(n *yaml.Node) error {
			if r.NoFlapping = n.Value == "off" || n.Value == "false"; r.NoFlapping {
				return nil
			}
			return c.ratioInto(&r.FlapTurns, &r.FlapOf)(n)
		}},
	})
	if err != nil {
		return err
	}
	r.Severity, r.NoRecovery = source.Severity(severity), !recovery
	for _, b := range blame {
		r.Blame = append(r.Blame, probe.Blame(b))
	}
	if key, err := r.Check(); err != nil {
		return c.errorAt(valueOf(n, key), "correct `"+key+"`", "%s: %v", key, err)
	}
	for _, other := range c.notify.routes {
		if other.Name == r.Name {
			return c.errorAt(valueOf(n, "name"), "name each differently", "two routes are named %q", r.Name)
		}
	}
	c.notify.routes = append(c.notify.routes, r)
	return nil
}

// checkNotify checks what the sections of a configuration say of each other.
func (c *config) checkNotify() error {
	if c.notify.at == nil {
		return nil
	}
	var names []string
	for _, ch := range c.notify.channels {
		names = append(names, ch.Name)
		for _, key := range []string{"url", "key", "password"} {
			if n := ch.secret[key]; n != nil && !slices.ContainsFunc(c.secrets, func(s secretSource) bool { return s.name == n.Value }) {
				// What stands there is not repeated: it may be the secret itself.
				return c.errorAt(n, "name one that stands under `secrets`, or add it there, as in `NAME: {env: VARIABLE}`", "%s of the channel %q names no secret that is known", key, ch.Name)
			}
		}
	}
	for i, r := range c.notify.routes {
		for _, to := range r.To {
			if !slices.Contains(names, to) {
				at := valueOf(valueOf(c.notify.at, "routes").Content[i], "to")
				return c.errorAt(at, didYouMean(to, names, "known are: "+strings.Join(names, ", ")), "the route %q leads to the channel %q, which is nowhere", r.Name, to)
			}
		}
	}
	if err := c.notifySettings().Check(); err != nil {
		return c.errorAt(c.notify.at, "see `sheetprobe notify --help` for an example", "notify: %v", err)
	}
	return nil
}

func (c *config) notifySettings() notify.Settings {
	s := notify.Settings{Routes: c.notify.routes, PublicURL: c.serve.publicURL}
	for _, ch := range c.notify.channels {
		s.Channels = append(s.Channels, ch.Channel)
	}
	return s
}

// senders fetches the secrets of the channels, each once, and makes what sends. A channel that cannot be made fails as a whole: an alert that nobody gets is
// worse than none that was promised.
func (c *config) senders(ctx context.Context, v vault, now func() time.Time, only ...string) (map[string]notify.Sender, error) {
	known, all := map[string]string{}, map[string]notify.Sender{}
	for _, ch := range c.notify.channels {
		if len(only) > 0 && !slices.Contains(only, ch.Name) {
			continue
		}
		spec := ch.spec
		for key, into := range map[string]*string{"url": &spec.URL, "key": &spec.Key, "password": &spec.Password} {
			if n := ch.secret[key]; n != nil {
				value, err := c.secretValue(ctx, v, n, known)
				if err != nil {
					return nil, err
				}
				*into = value
			}
		}
		sender, err := channel.New(spec, now)
		if err != nil {
			return nil, c.errorAt(ch.at, "correct the channel, or the secret that it names", "the channel %q cannot be used: %v", ch.Name, err)
		}
		all[ch.Name] = sender
	}
	return all, nil
}

func (c *config) secretValue(ctx context.Context, v vault, n *yaml.Node, known map[string]string) (string, error) {
	if value, asked := known[n.Value]; asked {
		return value, nil
	}
	i := slices.IndexFunc(c.secrets, func(s secretSource) bool { return s.name == n.Value })
	found := v.fetch(ctx, c.secrets[i])
	if found.Problem != "" {
		return "", c.errorAt(n, found.Hint, "the secret %q: %s", n.Value, found.Problem)
	}
	known[n.Value] = found.Value
	return found.Value, nil
}
