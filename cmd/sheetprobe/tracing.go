package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/trace"
)

// traceFlags say whether a run is followed as a trace.
type traceFlags struct {
	to          string // the collector; "" is what the environment says, noTrace none
	traceparent bool
}

// noTrace turns off what the environment turns on.
const noTrace = "none"

func (f *traceFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.to, "trace", "", "export a trace of the run to the OpenTelemetry collector at `URL`, by OTLP over HTTP; or none (default: as OTEL_EXPORTER_OTLP_ENDPOINT and its like say)")
	flags.BoolVar(&f.traceparent, "traceparent", false, "send a traceparent (W3C Trace Context) with every request, whose trace id reports show, so that the API owner finds it in the logs")
}

func (f *traceFlags) check() error {
	if f.to == "" || f.to == noTrace {
		return nil
	}
	if err := trace.CheckEndpoint(f.to); err != nil { // which is not quoted: it may hold a password
		return usageError("write it as http://127.0.0.1:4318; credentials belong to headers of `tracing` in the configuration", "--trace: %w", err)
	}
	return nil
}

// tracingConfig is what the configuration says of traces beside what are flags.
type tracingConfig struct {
	headers []traceHeader
	sample  *float64
}

// traceHeader is sent to the collector.
type traceHeader struct {
	name, value string
	source      *secretSource // of the value; nil where it stands in the configuration
}

// readTracing reads the section `tracing`. Its endpoint and traceparent are the flags.
func (c *config) readTracing(n *yaml.Node) error {
	flag := func(name string) func(*yaml.Node) error {
		return func(n *yaml.Node) (err error) {
			if len(c.values[name]) > 0 {
				return c.errorAt(n, "remove one of them", "this stands in the configuration already, as %q", name)
			}
			c.values[name], err = c.flatten(name, n)
			return err
		}
	}
	return c.fields(n, "tracing", []field{
		{"endpoint", flag("trace")},
		{"traceparent", flag("traceparent")},
		{"headers", c.readTraceHeaders},
		{"sample", func(n *yaml.Node) error {
			share, err := strconv.ParseFloat(n.Value, 64)
			if err != nil || !(share >= 0 && share <= 1) {
				return c.errorAt(n, "0.1 exports every tenth run, 1 all of them", "%q is no share from 0 to 1", n.Value)
			}
			c.tracing.sample = &share
			return nil
		}},
	})
}

func (c *config) readTraceHeaders(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return c.errorAt(n, "write them as {Authorization: {env: NAME}}", "headers must be a map")
	}
	if err := eachOnce(c.path, n); err != nil {
		return err
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		h := traceHeader{name: n.Content[i].Value, value: n.Content[i+1].Value}
		if n.Content[i+1].Kind != yaml.ScalarNode {
			source, err := c.readSecret(n.Content[i], n.Content[i+1])
			if err != nil {
				return err
			}
			h.source = &source
		}
		c.tracing.headers = append(c.tracing.headers, h)
	}
	return nil
}

// follow has a run followed where that is asked for, and returns what ends it. That no trace can be had is said, and is no reason not to make the run.
func (f *traceFlags) follow(ctx context.Context, w World, c *config, o *engine.Options) (end func()) {
	say := func(format string, args ...any) {
		printfTo(w.Err, "sheetprobe: no trace of the run is exported: %s\n", fmt.Sprintf(format, args...))
	}
	settings := trace.Options{Traceparent: f.traceparent, Sample: c.tracing.sample, Tool: o.Tool}
	var problem string
	if settings.Export, problem = f.exports(w.Environ); problem != "" {
		say("%s", problem)
	}
	if settings.Export {
		settings.Endpoint = f.to
		if settings.Headers, problem = c.tracing.resolve(ctx, newVault(w)); problem != "" {
			say("%s", problem)
			settings.Export = false
		}
	}
	var tracer *trace.Tracer
	for settings.Export || settings.Traceparent {
		var err error
		if tracer, err = trace.New(ctx, settings); err == nil {
			break
		}
		say("%s", onOneLine(err))
		if !settings.Export {
			break
		}
		settings.Export = false // ids can be had all the same
	}
	if tracer == nil {
		return func() {}
	}
	o.Tracer = tracer
	return func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), traceTime)
		defer cancel()
		if err := tracer.Close(closing); err != nil {
			printfTo(w.Err, "sheetprobe: the trace of the run is not whole: %s; check the collector that --trace or OTEL_EXPORTER_OTLP_ENDPOINT names\n", onOneLine(err))
		}
	}
}

// traceTime is how long a run that is over waits for the collector.
const traceTime = 3 * time.Second

// exports says whether spans are to be exported. What sheetprobe is told wins over the variables that OpenTelemetry gives to all programs alike.
func (f *traceFlags) exports(environ []string) (yes bool, problem string) {
	if f.to != "" {
		return f.to != noTrace, ""
	}
	get := func(names ...string) (name, value string) {
		for _, name = range names {
			if value, _ = lookupEnv(environ, name); value != "" {
				break
			}
		}
		return name, value
	}
	_, disabled := get("OTEL_SDK_DISABLED")
	_, exporter := get("OTEL_TRACES_EXPORTER")
	endpointName, endpoint := get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
	if strings.EqualFold(disabled, "true") || exporter != "" && exporter != "otlp" || exporter == "" && endpoint == "" {
		return false, ""
	}
	if name, protocol := get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"); protocol == "grpc" {
		return false, name + " is grpc, which is not spoken here; give the collector's port for HTTP with --trace URL"
	}
	if endpoint != "" {
		if err := trace.CheckEndpoint(endpoint); err != nil {
			return false, fmt.Sprintf("%s: %v", endpointName, err)
		}
	}
	return true, ""
}

// resolve fetches the values of the headers.
func (t tracingConfig) resolve(ctx context.Context, v vault) (headers map[string]string, problem string) {
	headers = map[string]string{}
	for _, h := range t.headers {
		headers[h.name] = h.value
		if h.source == nil {
			continue
		}
		found := v.fetch(ctx, *h.source)
		if found.Problem != "" {
			return nil, fmt.Sprintf("%s; %s", found.Problem, found.Hint)
		}
		headers[h.name] = found.Value
	}
	return headers, ""
}
