package trace

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// watched counts what an exporter gets through, and keeps its latest problem, so that it is told once and by us: the library would hand every one of
// them to a handler that is the whole program's.
type watched struct {
	to      sdk.SpanExporter
	headers map[string]string // whose values are nobody's business
	arrived atomic.Int64

	mu      sync.Mutex
	problem error
}

// ExportSpans implements the exporter of the library. It never fails.
func (w *watched) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	err := w.to.ExportSpans(ctx, spans)
	if err == nil {
		w.arrived.Add(int64(len(spans)))
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.problem = err
	return nil
}

// Shutdown implements the exporter of the library.
func (w *watched) Shutdown(ctx context.Context) error { return w.to.Shutdown(ctx) }

// maxProblem is how much is told of what a collector answers.
const maxProblem = 200

// why is the latest problem, on one line and in a length that can be read. A collector's answer is text of a stranger.
func (w *watched) why() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.problem == nil {
		return nil
	}
	if errors.Is(w.problem, context.DeadlineExceeded) || errors.Is(w.problem, context.Canceled) {
		return errors.New("it did not answer in time")
	}
	text := w.problem.Error()
	if failed := (*url.Error)(nil); errors.As(w.problem, &failed) {
		text = fmt.Sprintf("%s: %v", failed.URL, failed.Err)
	}
	for _, secret := range w.headers {
		for _, part := range append([]string{secret}, strings.Fields(secret)...) { // without the scheme too, as in "Bearer TOKEN"
			if len(part) > 3 {
				text = strings.ReplaceAll(text, part, "[masked]")
			}
		}
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f || !unicode.IsPrint(r) }), " ")
	if len(text) > maxProblem {
		text = strings.ToValidUTF8(text[:maxProblem], "") + "..."
	}
	return errors.New(text)
}
