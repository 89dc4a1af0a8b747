package send

import "net"

// WithResolver has a client ask r for the addresses of names.
func WithResolver(o Options, r *net.Resolver) Options {
	o.Resolver = r
	return o
}
