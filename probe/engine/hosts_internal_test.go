package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
)

func TestWhenAHostIsGivenUp(t *testing.T) {
	const address = "https://api.shop.test/v1"
	failed := func(cause string) *probe.Exchange {
		known, _ := probe.CauseByID(cause)
		return &probe.Exchange{Attempts: []probe.Attempt{{Rule: known.Rule, Diagnosis: probe.Diagnose(cause, probe.Trace{})}}}
	}
	answer := &probe.Exchange{Attempts: []probe.Attempt{{}}, Response: &probe.RecordedResponse{HTTPStatus: 200}}
	type step struct {
		after time.Duration
		x     *probe.Exchange
		down  bool
	}
	refused := failed("connect-refused")
	for name, steps := range map[string][]step{
		"never reached":                      {{0, refused, true}},
		"a name":                             {{0, failed("dns-nxdomain"), true}},
		"a certificate":                      {{0, failed("tls-expired"), true}},
		"a network that wants a login":       {{0, failed("captive-portal"), true}},
		"resets are the API's own":           {{0, failed("closed-before-answer"), false}, {0, failed("no-answer"), false}, {time.Minute, failed("waf-block"), false}},
		"reached, then away for a moment":    {{0, answer, false}, {0, refused, false}, {time.Second, refused, false}, {time.Second, refused, false}, {time.Second, refused, false}, {0, answer, false}},
		"reached, then away":                 {{0, answer, false}, {time.Second, refused, false}, {5 * time.Second, refused, false}, {5 * time.Second, refused, true}},
		"away once after a long time":        {{0, answer, false}, {time.Hour, refused, false}, {0, answer, false}, {time.Hour, refused, false}},
		"a reset shows that somebody is at ": {{0, failed("closed-before-answer"), false}, {0, refused, false}},
	} {
		t.Run(name, func(t *testing.T) {
			now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
			h := newHosts(func() time.Time { return now }, 10*time.Second)
			for i, s := range steps {
				now = now.Add(s.after)
				h.learn("a/success", address, s.x)
				assert.Equal(t, s.down, h.unreached("b/success", "https://api.shop.test:443/other") != "", "step %d", i)
				assert.Empty(t, h.unreached("c/success", "http://api.shop.test/v1"), "another scheme is another door")
			}
		})
	}
}

func TestWhereAURLLeads(t *testing.T) {
	for raw, key := range map[string]string{
		"https://api.shop.test":              "https://api.shop.test:443",
		"HTTPS://api.shop.test/v1?next=//x":  "https://api.shop.test:443",
		"http://api.shop.test?a=b":           "http://api.shop.test:80",
		"http://user@api.shop.test:81#there": "http://api.shop.test:81",
		"http://[::1]:8080/v1":               "http://[::1]:8080",
		"/v1":                                "", "": "", "http:///v1": "", "http://": "",
	} {
		h := newHosts(time.Now, 0)
		assert.Equal(t, key, h.addressed(raw).key, raw)
		assert.Equal(t, key, h.addressed(raw).key, raw)
	}
}
