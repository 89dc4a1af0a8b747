package trace

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	api "go.opentelemetry.io/otel/trace"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Run follows a run.
func (t *Tracer) Run(ctx context.Context, head *probe.Run) (context.Context, func(*probe.Run)) {
	ctx, span := t.start(ctx, "run", api.SpanKindInternal, attribute.String("sheetprobe.run.id", head.RunID), attribute.String("sheetprobe.rules.version", head.Tool.RulesVersion))
	return ctx, func(run *probe.Run) {
		decide(span, run.Verdict)
		span.SetAttributes(attribute.Int("sheetprobe.run.exit_code", run.ExitCode), attribute.Bool("sheetprobe.run.interrupted", run.Interrupted))
		span.End()
	}
}

// API follows an API of the run.
func (t *Tracer) API(ctx context.Context, name string) (context.Context, func(*probe.SheetResult)) {
	ctx, span := t.start(ctx, name, api.SpanKindInternal, attribute.String("sheetprobe.api.name", name))
	return ctx, func(s *probe.SheetResult) {
		decide(span, worst(s.Cases))
		span.SetAttributes(attribute.String("sheetprobe.api.method", s.Method), attribute.String("sheetprobe.api.url", s.URL),
			attribute.String("sheetprobe.document", s.Document), attribute.String("sheetprobe.document.sha256", s.DocumentSHA256))
		span.End()
	}
}

// worst is the worst verdict, as that of an API is.
func worst(cases []probe.Result) probe.Verdict {
	for _, v := range []probe.Verdict{probe.Deviates, probe.Blocked, probe.Inconclusive, probe.Conforms, probe.Skipped} {
		if slices.ContainsFunc(cases, func(c probe.Result) bool { return c.Verdict == v }) {
			return v
		}
	}
	return ""
}

// Case follows a case that is sent.
func (t *Tracer) Case(ctx context.Context, id string) (context.Context, func(probe.Result)) {
	ctx, span := t.start(ctx, id, api.SpanKindInternal, attribute.String("sheetprobe.case.id", id))
	return ctx, func(r probe.Result) {
		decide(span, r.Verdict)
		if r.Family != "" {
			span.SetAttributes(attribute.String("sheetprobe.case.family", string(r.Family)))
		}
		var rules []string
		for i := range r.Findings {
			rules = append(rules, r.Findings[i].Rule)
		}
		if slices.Sort(rules); len(rules) > 0 {
			span.SetAttributes(attribute.StringSlice("sheetprobe.findings", slices.Compact(rules)))
		}
		span.End()
	}
}

// decide notes a verdict, where there is one. What deviates is what somebody looks for in a trace.
func decide(span api.Span, v probe.Verdict) {
	if v == "" {
		return
	}
	span.SetAttributes(attribute.String("sheetprobe.verdict", string(v)))
	if v == probe.Deviates {
		span.SetStatus(codes.Error, "deviates")
	}
}

// Attempt follows one attempt to send a request, and returns the traceparent to send with it, where that is wanted.
func (t *Tracer) Attempt(ctx context.Context, q probe.RecordedRequest, attempt int) (traceparent string, ended func(*probe.Exchange)) {
	_, span := t.start(ctx, q.Method, api.SpanKindClient, requested(q, attempt)...)
	if ids := span.SpanContext(); t.send {
		// Nobody would find the ids of a request that the API's own tracing was told not to follow, so that only a sample can say so.
		flags := api.FlagsSampled
		if t.exporter != nil {
			flags = ids.TraceFlags() & api.FlagsSampled
		}
		traceparent = fmt.Sprintf("00-%s-%s-%s", ids.TraceID(), ids.SpanID(), flags)
	}
	return traceparent, func(x *probe.Exchange) {
		answered(span, x)
		span.End()
	}
}

// requested is what the semantic conventions want to be known of a request from the start. The URL is the recorded one, its secrets masked.
func requested(q probe.RecordedRequest, attempt int) []attribute.KeyValue {
	known := []attribute.KeyValue{semconv.HTTPRequestMethodKey.String(q.Method), semconv.URLFull(q.URL)}
	if !slices.Contains(methods[:], q.Method) {
		known[0] = semconv.HTTPRequestMethodOther
		known = append(known, semconv.HTTPRequestMethodOriginal(q.Method))
	}
	if u, err := url.Parse(q.URL); err == nil {
		known = append(known, semconv.ServerAddress(u.Hostname()), semconv.ServerPort(portOf(u)))
	}
	if attempt > 0 {
		known = append(known, semconv.HTTPRequestResendCount(attempt))
	}
	return known
}

// methods are those that the conventions know: of RFC 9110, section 9, and RFC 5789.
var methods = [...]string{"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}

func portOf(u *url.URL) int {
	if port, err := strconv.Atoi(u.Port()); err == nil {
		return port
	}
	if strings.EqualFold(u.Scheme, "https") {
		return 443
	}
	return 80
}

// answered notes how an attempt ended. That a request was refused is no error of it: many are there to be refused.
func answered(span api.Span, x *probe.Exchange) {
	if peer, err := netip.ParseAddrPort(x.RemoteAddr); err == nil {
		span.SetAttributes(semconv.NetworkPeerAddress(peer.Addr().String()), semconv.NetworkPeerPort(int(peer.Port())))
	} else if host, _, err := net.SplitHostPort(x.RemoteAddr); err == nil {
		span.SetAttributes(semconv.NetworkPeerAddress(host))
	}
	if x.Response != nil {
		span.SetAttributes(semconv.HTTPResponseStatusCode(x.Response.HTTPStatus))
		if x.Response.HTTPStatus >= 500 {
			status := strconv.Itoa(x.Response.HTTPStatus)
			span.SetAttributes(semconv.ErrorTypeKey.String(status))
			span.SetStatus(codes.Error, "")
		}
	}
	if failed := x.Failure(); failed != nil {
		span.SetAttributes(semconv.ErrorTypeKey.String(failed.Rule), attribute.String("sheetprobe.phase", string(failed.Phase)))
		span.SetStatus(codes.Error, failed.Error)
	}
}
