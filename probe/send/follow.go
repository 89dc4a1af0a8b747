package send

import (
	"context"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Trace begins to follow an attempt, of which q is the record: the how-manieth it is, from 0 on. It returns the value of the header traceparent to send
// with it ([W3C Trace Context], version 00), "" for none, and what is told how the attempt ended: it is the last of the exchange then. Both can be
// called at the same time for several requests.
//
// [W3C Trace Context]: https://www.w3.org/TR/trace-context/
type Trace func(ctx context.Context, q probe.RecordedRequest, attempt int) (traceparent string, ended func(*probe.Exchange))

type ownTrace struct{}

// WithOwnTrace says that what is sent within the context has a traceparent of its own, by documentation, so that none of ours is added, also where a case
// leaves the documented one out.
func WithOwnTrace(ctx context.Context) context.Context {
	return context.WithValue(ctx, ownTrace{}, true)
}

// follow has the next attempt followed, and adds the header for it, where the request has none. What it returns ends that.
func (c *Client) follow(ctx context.Context, p *prepared, x *probe.Exchange) (end func()) {
	if c.options.Trace == nil {
		return func() {}
	}
	x.Request = x.AsGiven()
	parent, ended := c.options.Trace(ctx, x.Request, len(x.Attempts))
	x.TraceID, x.SpanID = "", ""
	if ids := strings.Split(parent, "-"); len(ids) == 4 && ctx.Value(ownTrace{}) == nil && !p.traced {
		x.TraceID, x.SpanID = ids[1], ids[2]
		p.header = p.header.Clone()                    // what is under way is not touched
		p.header[probe.TraceHeader] = []string{parent} // in lower case, as the specification wants it
		x.Request.Headers = append(slices.Clip(x.Request.Headers), probe.Header{Name: probe.TraceHeader, Value: parent})
	}
	return func() { ended(x) }
}
