package probe_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
)

func TestCausesAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range probe.Causes() {
		assert.False(t, seen[c.ID], c.ID)
		seen[c.ID] = true
		rule, ok := probe.RuleByID(c.Rule)
		assert.True(t, ok && rule.Blame == probe.BlameEnvironment, c.ID)
		assert.NotEmpty(t, c.Means)
		assert.NotEmpty(t, c.Next)
		assert.NotRegexp(t, `\.$|^[A-Z]`, c.Means)
		found, ok := probe.CauseByID(c.ID)
		assert.True(t, ok)
		assert.Equal(t, c, found)
	}
	assert.Greater(t, len(seen), 50)
	_, ok := probe.CauseByID("no-such-cause")
	assert.False(t, ok)
}

func TestALetterTellsWhatTheOtherSideNeeds(t *testing.T) {
	d := probe.Diagnose("connect-timeout", probe.Trace{
		Error: "no connection to api.shop.test:443 came about within 10s", HostPort: "api.shop.test:443", Addresses: []string{"203.0.113.7"}, Own: "10.0.0.5",
		At: time.Date(2030, 5, 6, 7, 8, 9, 0, time.FixedZone("", 3600)), UserAgent: "sheetprobe/1 (run r-1)", RunID: "r-1",
	}, probe.Fact{Name: "tried", Value: "203.0.113.7:443 no answer"})
	assert.True(t, d.Host)
	assert.Equal(t, `Subject: our requests to api.shop.test:443 do not arrive

We test the staging API at api.shop.test:443, and cannot reach it as documented: nothing answers at the address: most likely our address is not whitelisted, or the host is down.
What we see: no connection to api.shop.test:443 came about within 10s.
Please let connections from our address reach this host and port, or tell us what else is needed (VPN, whitelisting of an address range, another host name).

tried: 203.0.113.7:443 no answer
host and port: api.shop.test:443
addresses: 203.0.113.7
our address: 10.0.0.5 (a private one: outside of our network another is seen, which our network team or the host's log tells)
time: 2030-05-06 06:08:09 UTC
user agent: sheetprobe/1 (run r-1)
header X-Sheetprobe-Run: r-1`, d.Letter)
	for own, private := range map[string]bool{"100.64.1.1": true, "::1": false, "fd00::1": true, "203.0.113.9": false, "2001:db8::1": false} {
		d = probe.Diagnose("no-answer", probe.Trace{Own: own})
		assert.Equal(t, private, d.Facts[0].Value != own, own)
		assert.False(t, d.Host)
	}
	assert.Empty(t, probe.Diagnose("too-many-requests", probe.Trace{}).Letter, "there is nothing to ask for")
}

func TestADiagnosisOfAnAnswerLeavesTheExchangeAsItIs(t *testing.T) {
	x := &probe.Exchange{Attempts: []probe.Attempt{{}, {}}}
	d := probe.Diagnose("waf-block", probe.Trace{})
	told := x.Diagnosed(d)
	assert.Same(t, d, told.Diagnosis())
	assert.Nil(t, x.Diagnosis())
	assert.Nil(t, told.Failure())
	assert.Nil(t, (*probe.Exchange)(nil).Diagnosis())
	assert.Nil(t, (&probe.Exchange{Saved: true}).Diagnosed(d).Diagnosis())
}
