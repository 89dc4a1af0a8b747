package main

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/serve"
)

// accessConfig is what the configuration, or a flag, says of who is let in.
type accessConfig struct {
	auth           string // required, none, or "": as the address wants it
	hosts          []string
	cert, key      string
	behindProxy    bool
	trustedProxies []string
	metrics        string // open, or ""
	allowPrivate   []string
	idle, lifetime time.Duration
	oidc           *oidcConfig
}

// The values of serve.auth and serve.metrics.
const (
	authRequired = "required"
	authNone     = "none"
	metricsOpen  = "open"
)

// accessFields are the keys of the section `serve` that say who is let in.
func (c *config) accessFields() []field {
	a := &c.serve.access
	return []field{
		{"auth", c.oneOf(&a.auth, authRequired, authNone)},
		{"hosts", c.textsInto(&a.hosts)},
		{"tls", func(n *yaml.Node) error {
			return c.fields(n, "tls", []field{{"cert", c.textInto(&a.cert)}, {"key", c.textInto(&a.key)}})
		}},
		{"behind-proxy", c.boolInto(&a.behindProxy)},
		{"trusted-proxies", c.textsInto(&a.trustedProxies)},
		{"oidc", c.readOIDC},
		{"metrics", c.oneOf(&a.metrics, metricsOpen)},
		{"allow-private", func(n *yaml.Node) error {
			if err := c.textsInto(&a.allowPrivate)(n); err != nil {
				return err
			}
			if err := (send.Guard{Private: a.allowPrivate}).CheckPrivate(); err != nil {
				return c.errorAt(n, "name hosts, addresses or networks", "allow-private: %v", err)
			}
			return nil
		}},
		{"session", func(n *yaml.Node) error {
			return c.fields(n, "session", []field{{"idle", c.durationInto(&a.idle)}, {"lifetime", c.durationInto(&a.lifetime)}})
		}},
	}
}

func (c *config) oneOf(into *string, known ...string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode || !slices.Contains(known, n.Value) {
			return c.errorAt(n, "use "+strings.Join(known, " or "), "%q is not known here", n.Value)
		}
		*into = n.Value
		return nil
	}
}

// registerAccess are the flags of accessConfig.
func (v *serveVerb) registerAccess(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&v.given.auth, "auth", "", "`required` asks everybody who they are on loopback too; elsewhere that is so anyway")
	flags.StringArrayVar(&v.given.hosts, "host", nil, "a `NAME` that the server is asked for; can be repeated")
	flags.StringVar(&v.given.cert, "tls-cert", "", "the certificate of the server, with those that it hangs on: a PEM `FILE`, read anew when it changes")
	flags.StringVar(&v.given.key, "tls-key", "", "its key: a PEM `FILE`")
	flags.BoolVar(&v.given.behindProxy, "behind-proxy", false, "a proxy does TLS, and nobody else is answered")
	flags.StringArrayVar(&v.given.trustedProxies, "trusted-proxy", nil, "an `ADDRESS` or network that the proxy asks from; can be repeated (default: loopback, where that is listened on)")
}

// settledAccess is what the flags say, and else the configuration.
func (v *serveVerb) settledAccess(c *config) (accessConfig, error) {
	a, given := c.serve.access, v.given
	a.auth = firstOf(given.auth, a.auth)
	if len(given.hosts) > 0 {
		a.hosts = given.hosts
	}
	if given.cert+given.key != "" {
		a.cert, a.key = given.cert, given.key
	}
	a.behindProxy = a.behindProxy || given.behindProxy
	if len(given.trustedProxies) > 0 {
		a.trustedProxies = given.trustedProxies
	}
	switch {
	case a.auth != "" && a.auth != authRequired && a.auth != authNone:
		return a, usageError("use --auth required", "--auth %q is not known", a.auth)
	case (a.cert == "") != (a.key == ""):
		return a, usageError("give both --tls-cert and --tls-key, or both cert and key under serve.tls", "of certificate and key, only one is named")
	case len(a.trustedProxies) > 0 && !a.behindProxy:
		return a, usageError("say --behind-proxy, or serve.behind-proxy: true", "a proxy is trusted, and it is not said that there is one")
	}
	return a, nil
}

// isLoopback says that an address can be reached from this machine alone.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// whoMay is who is let in, and the address that is listened on.
func (v *serveVerb) whoMay(c *config) (who serve.Access, address string, err error) {
	address = firstOf(v.listen, c.serve.listen, defaultListen)
	a, err := v.settledAccess(c)
	if err != nil {
		return who, address, err
	}
	reachable := !isLoopback(address) || a.behindProxy
	if reachable && a.auth == authNone {
		return who, address, usageError("remove serve.auth, or listen on 127.0.0.1 and behind no proxy", "others can reach %q, and nobody would be asked who they are", address)
	}
	who = serve.Access{Required: reachable || a.auth == authRequired, Hosts: a.hosts, OpenMetrics: a.metrics == metricsOpen}
	v.exposed = who.Required
	if who.Proxies, err = a.proxies(address); err != nil {
		return who, address, err
	}
	if a.cert != "" {
		who.TLS, err = tlsOf(a.cert, a.key, v.say)
	}
	return who, address, err
}

// proxies are where the proxy asks from.
func (a accessConfig) proxies(address string) ([]netip.Prefix, error) {
	texts := a.trustedProxies
	switch {
	case !a.behindProxy:
		return nil, nil
	case len(texts) == 0 && !isLoopback(address):
		return nil, usageError("name its address or network with --trusted-proxy, or under serve.trusted-proxies", "it is not said where the proxy asks from")
	case len(texts) == 0:
		texts = []string{"127.0.0.0/8", "::1/128"}
	}
	all := make([]netip.Prefix, 0, len(texts))
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			var ip netip.Addr
			if ip, err = netip.ParseAddr(text); err == nil {
				prefix, err = ip.Unmap().Prefix(ip.Unmap().BitLen())
			}
		}
		if err != nil {
			return nil, usageError("write it as 10.0.0.7 or 10.0.0.0/8", "the proxy %q is no address or network", text)
		}
		all = append(all, prefix)
	}
	return all, nil
}

// cannotListen says what to do where an address is not listened on.
func cannotListen(err error) error {
	switch {
	case errors.Is(err, serve.ErrNoTLS):
		return usageError("give --tls-cert and --tls-key, or --behind-proxy where a proxy does TLS; or listen on 127.0.0.1", "%w", err)
	case errors.Is(err, serve.ErrNoHosts):
		return usageError("name them with --host, or under serve.hosts; others are refused", "%w", err)
	}
	return usageError("choose another address with --listen HOST:PORT", "cannot listen%w", occupied(err))
}

// guardServed keeps runs out of private networks where others can have them made, or where somebody handed in the sheet. What the configuration names is
// admitted there: under serve.allow-private, or as the base URL, which all requests go to.
func (v *serveVerb) guardServed(g send.Guard, c *config, baseURL string, handedIn bool) send.Guard {
	g.Service, g.Private = g.Service || v.exposed || handedIn, slices.Clone(c.serve.access.allowPrivate)
	if base, err := url.Parse(baseURL); err == nil && base.Hostname() != "" {
		g.Private = append(g.Private, base.Hostname())
	}
	return g
}

// authority is over the users of a store. Where nobody can log in yet, that is said.
func (v *serveVerb) authority(ctx context.Context, c *config, store access.Store, required bool) (*access.Authority, error) {
	a := access.New(store, access.Options{Idle: c.serve.access.idle, Lifetime: c.serve.access.lifetime, Say: v.say})
	if !required {
		return a, nil
	}
	users, err := a.Users(ctx)
	if err != nil {
		return nil, usageError("check --db", "the users cannot be read: %w", err)
	}
	if len(users) == 0 {
		v.say("there is no user yet; `sheetprobe users add NAME --role operator` makes one, with the same --db")
	}
	return a, nil
}
