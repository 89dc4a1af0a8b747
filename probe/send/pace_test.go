package send_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

const (
	place = "127.0.0.1:8080"
	takes = time.Millisecond // an answer of busy
)

// arrival is a request as a server saw it.
type arrival struct {
	at     time.Time
	run    string
	method string
}

// busy answers the first requests with the statuses, and every further one with 200.
func (w *wires) busy(t *testing.T, at string, header func(h http.Header), statuses ...int) (url string, seen func() []arrival) {
	t.Helper()
	var mu sync.Mutex
	var all []arrival
	w.serve(t, at, func(w http.ResponseWriter, r *http.Request) {
		defer time.Sleep(takes)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, arrival{time.Now(), r.Header.Get(probe.RunHeader), r.Method})
		if n := len(all); n <= len(statuses) {
			header(w.Header())
			w.WriteHeader(statuses[n-1])
		}
	})
	return "http://" + at, func() []arrival { mu.Lock(); defer mu.Unlock(); return append([]arrival(nil), all...) }
}

func retryAfter(value string) func(http.Header) {
	return func(h http.Header) {
		if value != "" {
			h.Set("Retry-After", value)
		}
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	inTwoSeconds := func(h http.Header) {
		theirs := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC) // a clock that is wrong does not matter
		h.Set("Date", theirs.Format(http.TimeFormat))
		h.Set("Retry-After", theirs.Add(2*time.Second).Format(http.TimeFormat))
	}
	for name, c := range map[string]struct {
		method   string
		header   func(http.Header)
		status   int
		expected []int
		timeout  time.Duration
		requests int
		waited   time.Duration
	}{
		"seconds":                           {method: "GET", header: retryAfter("1"), status: 429, requests: 2, waited: time.Second},
		"a date":                            {method: "GET", header: inTwoSeconds, status: 503, requests: 2, waited: 2 * time.Second},
		"a date that has passed":            {method: "HEAD", header: retryAfter("Mon, 01 Jan 1990 15:04:05 GMT"), status: 429, requests: 2, waited: 200 * time.Millisecond},
		"at once":                           {method: "OPTIONS", header: retryAfter("0"), status: 503, requests: 2, waited: 200 * time.Millisecond},
		"no time":                           {method: "GET", header: retryAfter(""), status: 429, requests: 2, waited: time.Second},
		"nonsense":                          {method: "GET", header: retryAfter("soon"), status: 429, requests: 2, waited: time.Second},
		"an outage that names no time":      {method: "GET", header: retryAfter(""), status: 503, requests: 1},
		"longer than the exchange may take": {method: "GET", header: retryAfter("3600"), status: 429, timeout: time.Second, requests: 1},
		"more than a number holds":          {method: "GET", header: retryAfter("18446744073709551615"), status: 429, timeout: time.Second, requests: 1},
		"another status":                    {method: "GET", header: retryAfter("1"), status: 500, requests: 1},
		"the status that is due":            {method: "GET", header: retryAfter("1"), status: 429, expected: []int{429}, requests: 1},
		"POST":                              {method: "POST", header: retryAfter("1"), status: 429, requests: 1},
		"PUT":                               {method: "PUT", header: retryAfter("1"), status: 503, requests: 1},
		"DELETE":                            {method: "DELETE", header: retryAfter("1"), status: 503, requests: 1},
	} {
		t.Run(name, func(t *testing.T) {
			inABubble(t, func(t *testing.T) {
				var w wires
				url, seen := w.busy(t, place, c.header, c.status)
				cl := w.client(t, send.Options{RunID: "run-9", Timeout: c.timeout})
				x, err := cl.SendInspected(context.Background(), probe.Request{Method: c.method, URL: url}, nil, c.expected...)
				require.NoError(t, err)
				all := seen()
				require.Len(t, all, c.requests)
				require.Len(t, x.Attempts, c.requests)
				if c.requests == 1 {
					assert.Equal(t, c.status, answered(t, x).HTTPStatus)
					succeeded(t, x.Attempts[0], x)
					return
				}
				assert.Equal(t, 200, answered(t, x).HTTPStatus)
				assert.InDelta(t, c.waited.Milliseconds(), x.Attempts[0].Waited, 1)
				assert.Contains(t, x.Attempts[0].Error, "the request was sent again after "+map[bool]string{true: "200ms", false: c.waited.String()}[c.waited < time.Second])
				assert.Equal(t, c.waited+takes, all[1].at.Sub(all[0].at))
				assert.Equal(t, []string{"run-9", "run-9"}, []string{all[0].run, all[1].run})
			})
		})
	}
}

func TestARequestThatAsksToBeTakenForAnotherIsSentOnce(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		var w wires
		for _, q := range []probe.Request{
			{Method: "GET", Headers: []probe.Header{{Name: "x-http-method-override", Value: "DELETE"}}},
			{Method: "GET", URL: "/?_method=PUT"},
		} {
			url, seen := w.busy(t, place, retryAfter("0"), 429)
			q.URL = url + q.URL
			answered(t, do(t, w.client(t, send.Options{}), q))
			assert.Len(t, seen(), 1)
		}
	})
}

func TestOneFurtherAttemptAndNoMore(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		var w wires
		url, seen := w.busy(t, place, retryAfter("0"), 429, 429, 429)
		x := do(t, w.client(t, send.Options{Retries: 5}), get(url))
		assert.Len(t, seen(), 2)
		assert.Equal(t, 429, answered(t, x).HTTPStatus)
		require.Len(t, x.Attempts, 2)
		assert.NotEmpty(t, x.Attempts[0].Error)
		assert.Empty(t, x.Attempts[1].Error)
	})
}

func TestTheBudgetCanRefuseTheFurtherAttempt(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		var w wires
		url, seen := w.busy(t, place, retryAfter("0"), 429)
		x := do(t, w.client(t, send.Options{Again: func(context.Context) bool { return false }}), get(url))
		assert.Len(t, seen(), 1)
		assert.Equal(t, 429, answered(t, x).HTTPStatus)
	})
}

// What one request was told holds for those of other cases, of whatever method, to any port; and no longer than the limit.
func TestFurtherRequestsToTheHostWaitToo(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		var w wires
		url, _ := w.busy(t, place, retryAfter("1"), 429)
		other, seenOther := w.busy(t, "127.0.0.1:8081", retryAfter(""))
		w.listeners["elsewhere.test:8081"] = w.listeners["127.0.0.1:8081"]
		c := w.client(t, send.Options{})
		post := func(url string) { answered(t, do(t, c, probe.Request{Method: "POST", URL: url})) }
		post(url)
		start := time.Now()
		post("http://elsewhere.test:8081")
		post(other)
		assert.Equal(t, start, seenOther()[0].at, "another host does not wait")
		assert.Equal(t, time.Second, seenOther()[1].at.Sub(start), "the host does")

		url, seen := w.busy(t, "127.0.0.1:8082", retryAfter("3600"), 503)
		c = w.client(t, send.Options{Timeout: 300 * time.Millisecond})
		post(url)
		post(url)
		all := seen()
		assert.Equal(t, 300*time.Millisecond+takes, all[1].at.Sub(all[0].at))
	})
}

func TestAWaitCanBeInterrupted(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		var w wires
		url, seen := w.busy(t, place, retryAfter("5"), 429)
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer cancel()
		c := w.client(t, send.Options{})
		x, err := c.Send(ctx, get(url))
		require.NoError(t, err, "the answer that came is evidence")
		assert.Equal(t, 429, answered(t, x).HTTPStatus)
		_, err = c.Send(ctx, get(url))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Len(t, seen(), 1)
	})
}

// The bucket makes requests wait, and loses none.
func TestTheRateMakesRequestsWait(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		var w wires
		url, seen := w.busy(t, place, retryAfter(""))
		c := w.client(t, send.Options{Rate: 20})
		start := time.Now()
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				x, err := c.Send(context.Background(), get(url))
				assert.NoError(t, err)
				assert.Nil(t, x.Failure())
			})
		}
		wg.Wait()
		all := seen()
		require.Len(t, all, 6)
		assert.Equal(t, 250*time.Millisecond, all[5].at.Sub(start))
	})
}

func TestConcurrencyPerHost(t *testing.T) {
	var now, most atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(20 * time.Millisecond)
	}))
	defer s.Close()
	c := client(t, send.Options{ConcurrencyPerHost: 2})
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() { _, _ = c.Send(context.Background(), get(s.URL)) })
	}
	wg.Wait()
	assert.EqualValues(t, 2, most.Load())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := c.Send(ctx, get(s.URL))
	assert.ErrorIs(t, err, context.Canceled)
}
