package engine

import (
	"context"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// Tracer follows a run as a trace: the run holds its APIs, an API its cases, a case the attempts to send it. Each begins within the context that its
// holder returned, and ends with what came of it. Calls can overlap. It must not take long: the run waits for it.
type Tracer interface {
	Run(ctx context.Context, head *probe.Run) (context.Context, func(*probe.Run))
	API(ctx context.Context, name string) (context.Context, func(*probe.SheetResult))
	// Case follows a case whenever it is sent; what it ends with has no verdict where the case is sent again.
	Case(ctx context.Context, id string) (context.Context, func(probe.Result))
	// Attempt is a send.Trace.
	Attempt(ctx context.Context, q probe.RecordedRequest, attempt int) (traceparent string, ended func(*probe.Exchange))
}

// untraced follows nothing.
type untraced struct{}

func (untraced) Run(ctx context.Context, _ *probe.Run) (context.Context, func(*probe.Run)) {
	return ctx, func(*probe.Run) {}
}

func (untraced) API(ctx context.Context, _ string) (context.Context, func(*probe.SheetResult)) {
	return ctx, func(*probe.SheetResult) {}
}

func (untraced) Case(ctx context.Context, _ string) (context.Context, func(probe.Result)) {
	return ctx, func(probe.Result) {}
}

func (untraced) Attempt(context.Context, probe.RecordedRequest, int) (string, func(*probe.Exchange)) {
	return "", func(*probe.Exchange) {}
}

// follow settles who follows the run.
func (o *Options) follow() {
	if o.Tracer == nil {
		o.Tracer = untraced{}
		return
	}
	o.Send.Trace = o.Tracer.Attempt
}

// followAPI follows an API. A traceparent that its sheet documents is its own affair.
func (r *runner) followAPI(ctx context.Context, s *probe.Sheet) (context.Context, func(*probe.SheetResult)) {
	if slices.ContainsFunc(s.Headers, func(h probe.Header) bool { return strings.EqualFold(h.Name, probe.TraceHeader) }) {
		ctx = send.WithOwnTrace(ctx)
	}
	return r.options.Tracer.API(ctx, r.options.Send.Redactor.Text(s.Name))
}

// followed sends a case, and follows that.
func (r *runner) followed(ctx context.Context, c *probe.Case, send func(context.Context) probe.Result) probe.Result {
	if c.Skip != "" || len(c.Blocked) > 0 {
		return send(ctx)
	}
	ctx, ended := r.options.Tracer.Case(ctx, c.ID)
	decided := send(ctx)
	ended(decided)
	return decided
}
