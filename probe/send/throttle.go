package send

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// askedToWait is how long an answer asks us to leave its host alone (RFC 9110, section 10.2.3; RFC 6585, section 4): seconds, or a date, as
// the host's own clock has it. "Too many requests" asks for a second where it names no time; an outage that names none asks for nothing.
func askedToWait(answer *probe.RecordedResponse, now time.Time) (time.Duration, bool) {
	if answer == nil || answer.HTTPStatus != http.StatusTooManyRequests && answer.HTTPStatus != http.StatusServiceUnavailable {
		return 0, false
	}
	given := strings.TrimSpace(headerOf(answer, "Retry-After"))
	if d, err := strconv.ParseUint(given, 10, 64); err == nil {
		return time.Duration(min(d, 1<<24)) * time.Second, true
	}
	if at, err := http.ParseTime(given); err == nil {
		if theirs, err := http.ParseTime(headerOf(answer, "Date")); err == nil {
			now = theirs
		}
		return max(at.Sub(now), 0), true
	}
	return time.Second, answer.HTTPStatus == http.StatusTooManyRequests
}

func headerOf(answer *probe.RecordedResponse, name string) string {
	for _, h := range answer.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// heed has the host left alone where it asked for that, and says for how long to wait before another attempt; no is for a request that is
// not repeated: it may change something, it waits for this very answer, or the time for the exchange ends before.
func (c *Client) heed(p *prepared, x *probe.Exchange, expected []int, left time.Duration) (wait time.Duration, again bool) {
	if x.Failure() != nil {
		return 0, false
	}
	wait, asked := askedToWait(x.Response, time.Now())
	if !asked {
		return 0, false
	}
	c.pace.leaveAlone(p.url.Hostname(), wait)
	wait = max(wait, retryPause)
	return wait, p.isSafe() && wait < left && !slices.Contains(expected, x.Response.HTTPStatus)
}

// noteWait shows in the attempt that was answered so why there is another one.
func noteWait(x *probe.Exchange, target string, wait time.Duration) {
	a := &x.Attempts[len(x.Attempts)-1]
	a.Phase, a.Waited = probe.PhaseBody, float64(wait.Milliseconds())
	a.Error = fmt.Sprintf("%s answered HTTP %d; the request was sent again after %s", target, x.Response.HTTPStatus, waited(wait))
}
