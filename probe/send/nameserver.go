package send

import (
	"context"
	"net"
	"strings"
	"sync"

	"github.com/sheetprobe/sheetprobe/probe"
)

// askedAgain asks for a name once more, and listens to what the name server says: Go's resolver does not tell a name that does not exist
// from one without an address.
func (c *Client) askedAgain(ctx context.Context, cause, host string) (string, []probe.Fact) {
	ctx, cancel := context.WithTimeout(ctx, min(longestLook, c.options.ConnectTimeout))
	defer cancel()
	heard := &overheard{dial: new(net.Dialer).DialContext}
	if r := c.options.Resolver; r != nil && r.Dial != nil {
		heard.dial = r.Dial
	}
	if cause != "dns-timeout" { // which took its time already
		resolver := &net.Resolver{PreferGo: true, Dial: heard.connect}
		_, _ = resolver.LookupNetIP(ctx, "ip", strings.TrimSuffix(host, ".")+".")
	}
	heard.mu.Lock()
	defer heard.mu.Unlock()
	var facts []probe.Fact
	if heard.server != "" {
		facts = []probe.Fact{{Name: "name server", Value: heard.server}}
	}
	if !heard.any {
		return cause, facts
	}
	switch heard.code { // RFC 1035, section 4.1.1
	case 0:
		if cause == "dns-nxdomain" {
			return "dns-no-address", facts
		}
	case 3:
		return "dns-nxdomain", facts
	default:
		return "dns-server-failure", facts
	}
	return cause, facts
}

// overheard remembers the latest code that a name server answered with.
type overheard struct {
	dial func(ctx context.Context, network, address string) (net.Conn, error)

	mu     sync.Mutex
	server string
	code   byte
	any    bool
}

func (o *overheard) connect(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := o.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	o.server = conn.RemoteAddr().String()
	o.mu.Unlock()
	if packets, ok := conn.(net.PacketConn); ok {
		return &heardPacket{heardStream{conn, o}, packets}, nil
	}
	return conn, nil
}

// hear reads the head of an answer.
func (o *overheard) hear(answer []byte) {
	if len(answer) < 12 {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.code, o.any = answer[3]&0x0f, true
}

type heardStream struct {
	net.Conn
	by *overheard
}

func (h *heardStream) Read(b []byte) (int, error) {
	n, err := h.Conn.Read(b)
	h.by.hear(b[:n])
	return n, err
}

// heardPacket is a connection of packets, which is what makes Go's resolver read an answer in one piece.
type heardPacket struct {
	heardStream
	packets net.PacketConn
}

func (h *heardPacket) ReadFrom(b []byte) (int, net.Addr, error) { return h.packets.ReadFrom(b) }

func (h *heardPacket) WriteTo(b []byte, to net.Addr) (int, error) { return h.packets.WriteTo(b, to) }
