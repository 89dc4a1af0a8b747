package trace_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/trace"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// follow follows a run of one API with as many cases.
func follow(t *testing.T, o trace.Options, cases int) (*trace.Tracer, []string) {
	t.Helper()
	tracer, err := trace.New(t.Context(), o)
	require.NoError(t, err)
	ctx, run := tracer.Run(t.Context(), &probe.Run{RunID: "r"})
	in, api := tracer.API(ctx, "Find order")
	var parents []string
	for range cases {
		within, ended := tracer.Case(in, "find-order/success")
		parent, attempted := tracer.Attempt(within, probe.RecordedRequest{Method: "GET", URL: "https://things.example/x"}, 0)
		attempted(&probe.Exchange{Attempts: []probe.Attempt{{}}, Response: &probe.RecordedResponse{HTTPStatus: 200}})
		ended(probe.Result{Verdict: probe.Conforms})
		parents = append(parents, parent)
	}
	api(&probe.SheetResult{})
	run(&probe.Run{})
	return tracer, parents
}

func TestCloseSaysHowManySpansAreLostAndWhy(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"taken": {func(http.ResponseWriter, *http.Request) {}, ""},
		"refused": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "the key s3cr3t is\x1b[1m wrong", http.StatusForbidden)
		}, "4 of 4 spans did not reach the collector: traces export: failed to send to "},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(test.answer)
			defer server.Close()
			tracer, _ := follow(t, trace.Options{Export: true, Endpoint: server.URL, Headers: map[string]string{"Authorization": "Bearer s3cr3t"}}, 1)
			err := tracer.Close(t.Context())
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, err.Error(), "s3cr3t")
			assert.NotContains(t, err.Error(), "\x1b")
		})
	}
}

// The collector takes a connection and says nothing. Whoever makes the run goes on, and so does Close when its time is over.
func TestACollectorThatHangsHoldsNobodyUp(t *testing.T) {
	over, asked := make(chan struct{}), make(chan struct{}, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		asked <- struct{}{}
		<-over
	}))
	defer server.Close()
	defer close(over)
	tracer, _ := follow(t, trace.Options{Export: true, Endpoint: server.URL}, 5000) // more than the queue holds
	<-asked
	closing, cancel := context.WithCancel(t.Context())
	cancel()
	err := tracer.Close(closing)
	require.ErrorContains(t, err, "10002 of 10002 spans did not reach the collector: it did not answer in time")
}

func TestEveryAttemptHasAnIDOfItsOwn(t *testing.T) {
	tracer, parents := follow(t, trace.Options{Traceparent: true}, 100)
	require.NoError(t, tracer.Close(t.Context()))
	seen := map[string]bool{}
	for _, p := range parents {
		require.Regexp(t, "^00-[0-9a-f]{32}-[0-9a-f]{16}-01$", p)
		seen[p] = true
	}
	assert.Len(t, seen, 100)
}

func TestASampleDecidesForTheWholeRun(t *testing.T) {
	none := 0.0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("nothing is to be exported") }))
	defer server.Close()
	tracer, parents := follow(t, trace.Options{Export: true, Endpoint: server.URL, Sample: &none, Traceparent: true}, 1)
	require.NoError(t, tracer.Close(t.Context()))
	assert.Regexp(t, "-00$", parents[0], "the API is told that nobody keeps the trace")
}

func TestEndpointsThatCannotBeAreRefused(t *testing.T) {
	for _, endpoint := range []string{"collector:4318", "grpc://collector.example", "http://u:p@collector.example", "http://", "http://c.example/?key=1", "http://c.example/#x", "http://[::1"} {
		require.Error(t, trace.CheckEndpoint(endpoint), endpoint)
	}
	for _, endpoint := range []string{"http://127.0.0.1:4318", "https://collector.example/tenant/v1/traces"} {
		require.NoError(t, trace.CheckEndpoint(endpoint), endpoint)
	}
}
