// Package trace follows runs as OpenTelemetry traces, and makes up the ids by which an API owner finds our requests in the own log.
//
// A run is a span, which holds one for each API, these one for each case, and these one for each attempt to send it, with the attributes that the
// semantic conventions name for HTTP clients. Spans hold what the record of an exchange does, secrets masked, and neither headers nor bodies. They go to a
// collector by OTLP over HTTP. A collector that is slow or away neither delays nor fails a run: what does not fit into a bounded queue is dropped, and
// how many spans did not arrive is said once, by Close.
//
// Nothing here is global: no provider is registered, and no error handler.
package trace

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	api "go.opentelemetry.io/otel/trace"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Options say what to do with a run. The zero value is of no use.
type Options struct {
	// Export sends spans to a collector: to Endpoint, or where that is "" to the one that the variables OTEL_EXPORTER_OTLP_... of the environment name, else
	// to port 4318 of this machine. The variables also say what Headers, Sample and nothing else here do not.
	Export   bool
	Endpoint string
	Headers  map[string]string
	Sample   *float64 // the share of runs that are exported, from 0 to 1
	// Traceparent has each attempt carry its ids to the API.
	Traceparent bool
	Tool        probe.Tool
}

// Tracer follows one run. Close it after that.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   api.Tracer
	exporter *watched // nil where nothing is exported
	send     bool     // traceparent
	begun    atomic.Int64
}

// New makes a tracer. Errors are about options that cannot be used; a collector that is away is none.
func New(ctx context.Context, o Options) (*Tracer, error) {
	t := &Tracer{send: o.Traceparent}
	about, err := resource.New(ctx, resource.WithAttributes(semconv.ServiceName("sheetprobe"), semconv.ServiceVersion(o.Tool.Version)),
		resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil && !errors.Is(err, resource.ErrPartialResource) {
		return nil, err
	}
	settings := []sdk.TracerProviderOption{sdk.WithResource(about)}
	if o.Sample != nil {
		settings = append(settings, sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(*o.Sample))))
	}
	if o.Export {
		if t.exporter, err = newExporter(ctx, o); err != nil {
			return nil, err
		}
		settings = append(settings, sdk.WithBatcher(t.exporter))
	}
	t.provider = sdk.NewTracerProvider(settings...)
	t.tracer = t.provider.Tracer("github.com/sheetprobe/sheetprobe", api.WithInstrumentationVersion(o.Tool.Version))
	return t, nil
}

// CheckEndpoint says why spans cannot be sent to a URL.
func CheckEndpoint(endpoint string) error {
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("the collector is no http or https URL")
	case u.User != nil:
		return errors.New("the URL of the collector holds a user")
	case u.RawQuery != "" || u.Fragment != "":
		return errors.New("the URL of the collector holds a query")
	}
	return nil
}

// endpointPath is where collectors take traces.
const endpointPath = "/v1/traces"

func newExporter(ctx context.Context, o Options) (*watched, error) {
	var settings []otlptracehttp.Option
	if o.Endpoint != "" {
		if err := CheckEndpoint(o.Endpoint); err != nil {
			return nil, err
		}
		u, _ := url.Parse(o.Endpoint) // as CheckEndpoint did
		if u.Path == "" || u.Path == "/" {
			u.Path = endpointPath
		}
		settings = append(settings, otlptracehttp.WithEndpointURL(u.String()))
	}
	if len(o.Headers) > 0 {
		settings = append(settings, otlptracehttp.WithHeaders(o.Headers))
	}
	to, err := otlptracehttp.New(ctx, settings...)
	return &watched{to: to, headers: o.Headers}, err
}

// Close sends what has not been sent yet, as long as ctx allows, and says of how many spans that failed, and why.
func (t *Tracer) Close(ctx context.Context) error {
	err := t.shutdown(ctx)
	if t.exporter == nil {
		return nil
	}
	lost := t.begun.Load() - t.exporter.arrived.Load()
	if lost <= 0 {
		return nil
	}
	if why := t.exporter.why(); why != nil {
		err = why
	}
	if err == nil {
		err = errors.New("they came faster than the collector took them")
	}
	return fmt.Errorf("%d of %d spans did not reach the collector: %w", lost, t.begun.Load(), err)
}

// shutdown has the library send what is left, and has it give up when ctx ends.
func (t *Tracer) shutdown(ctx context.Context) (err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = t.provider.Shutdown(context.WithoutCancel(ctx))
	}()
	select {
	case <-done:
	case <-ctx.Done():
		if t.exporter != nil {
			_ = t.exporter.Shutdown(ctx) // which ends what is under way
		}
		<-done
	}
	return err
}

// start begins a span.
func (t *Tracer) start(ctx context.Context, name string, kind api.SpanKind, known ...attribute.KeyValue) (context.Context, api.Span) {
	ctx, span := t.tracer.Start(ctx, name, api.WithSpanKind(kind), api.WithAttributes(known...))
	if span.SpanContext().IsSampled() {
		t.begun.Add(1)
	}
	return ctx, span
}
