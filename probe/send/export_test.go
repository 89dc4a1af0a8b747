package send

import (
	"context"
	"net"
)

// WithResolver has a client ask r for the addresses of names.
func WithResolver(o Options, r *net.Resolver) Options {
	o.Resolver = r
	return o
}

// ConnectBy has a client get its connections from somewhere else.
func ConnectBy(c *Client, connect func(ctx context.Context, network, addr string) (net.Conn, error)) {
	c.dialer.direct, c.dialer.guarded = connect, connect
}
