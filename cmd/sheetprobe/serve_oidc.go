package main

import (
	"context"
	"net"
	"net/url"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/serve"
)

// oidcConfig is what the configuration says of an OpenID provider.
type oidcConfig struct {
	at      *yaml.Node
	secret  *yaml.Node // the name of a secret
	setting serve.OIDC
}

// readOIDC reads serve.oidc.
func (c *config) readOIDC(n *yaml.Node) error {
	o := &oidcConfig{at: n, setting: serve.OIDC{Roles: map[string]access.Role{}}}
	err := c.fields(n, "oidc", []field{
		{"issuer", c.issuerInto(&o.setting.Issuer)},
		{"client-id", c.textInto(&o.setting.ClientID)},
		{"client-secret", func(n *yaml.Node) error {
			o.secret = n
			return nil
		}},
		{"groups-claim", c.textInto(&o.setting.GroupsClaim)},
		{"roles", func(n *yaml.Node) error { return c.rolesInto(o.setting.Roles, n) }},
	})
	if err != nil {
		return err
	}
	if o.setting.Issuer == "" || o.setting.ClientID == "" || o.secret == nil || len(o.setting.Roles) == 0 {
		return c.errorAt(n, "write it as {issuer: https://idp.example.com, client_id: ID, client_secret: NAME_OF_A_SECRET, roles: {GROUP: viewer}}",
			"oidc needs issuer, client_id, client_secret and roles")
	}
	c.serve.access.oidc = o
	return nil
}

func (c *config) issuerInto(into *string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		u, err := url.Parse(n.Value)
		secure := err == nil && (u.Scheme == "https" || u.Scheme == "http" && isLoopback(net.JoinHostPort(u.Hostname(), "0")))
		if !secure || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || n.Kind != yaml.ScalarNode {
			return c.errorAt(n, "write it as https://idp.example.com, as the provider itself does", "%q is no issuer", n.Value)
		}
		*into = n.Value
		return nil
	}
}

func (c *config) rolesInto(into map[string]access.Role, n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return c.errorAt(n, "write it as {GROUP: viewer}", "roles must be a map")
	}
	if err := eachOnce(c.path, n); err != nil {
		return err
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		role, err := access.ParseRole(n.Content[i+1].Value)
		if err != nil {
			return c.errorAt(n.Content[i+1], "a viewer reads, an operator begins runs, an approver signs", "%v", err)
		}
		into[n.Content[i].Value] = role
	}
	return nil
}

// provider is where users can log in too, with its secret; nil where there is none.
func (v *serveVerb) provider(ctx context.Context, c *config, required bool) (*serve.OIDC, error) {
	o := c.serve.access.oidc
	switch {
	case o == nil:
		return nil, nil //nolint:nilnil // there is none
	case !required:
		return nil, c.errorAt(o.at, "say serve.auth: required, or remove oidc", "nobody is asked who they are, and so nobody logs in")
	case c.serve.publicURL == "":
		return nil, c.errorAt(o.at, "say serve.public-url, as in https://probe.example.com; the provider has to know PUBLIC_URL/login/oidc/callback", "it is not said where browsers come back to")
	case !slices.ContainsFunc(c.secrets, func(s secretSource) bool { return s.name == o.secret.Value }):
		return nil, c.errorAt(o.secret, "name one of the section secrets", "client_secret is not the name of a secret")
	}
	setting := o.setting
	setting.PublicURL = c.serve.publicURL
	var err error
	setting.ClientSecret, err = c.secretValue(ctx, newVault(v.w), o.secret, map[string]string{})
	return &setting, err
}
