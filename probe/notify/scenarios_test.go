package notify_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/notify"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func berlin(t *testing.T) *time.Location {
	t.Helper()
	l, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	return l
}

func TestNights(t *testing.T) {
	nightly := []notify.Quiet{{From: 22 * 60, To: 7 * 60}}
	weekend := []notify.Quiet{{From: 0, To: 0, Days: []time.Weekday{time.Saturday, time.Sunday}}} // the first night is a Sunday
	german := []notify.Quiet{{From: 22 * 60, To: 7 * 60, Location: berlin(t)}}
	for name, test := range map[string]struct {
		route notify.Route
		quiet []notify.Quiet
		steps []step
	}{
		"all is well":                       {steps: []step{{"A=. B=.", "", ""}, {"A=. B=.", "", ""}}},
		"a defect is told once":             {steps: []step{{"A=1", "new A1", ""}, {"A=1", "", ""}, {"A=1", "", ""}}},
		"known defects of the first night":  {steps: []step{{"A=1+2 B=3", "new A1; new A2; new B3", ""}, {"A=1+2 B=3", "", ""}}},
		"a second defect of one API":        {steps: []step{{"A=1", "new A1", ""}, {"A=1+2", "new A2", ""}}},
		"mended":                            {steps: []step{{"A=1", "new A1", ""}, {"A=.", "recovered A", ""}, {"A=.", "", ""}}},
		"one of two is mended":              {steps: []step{{"A=1+2", "new A1; new A2", ""}, {"A=2", "recovered A1", ""}}},
		"mended, and back":                  {steps: []step{{"A=1", "new A1", ""}, {"A=.", "recovered A", ""}, {"A=1", "new A1", ""}}},
		"no recovery where it is not asked": {route: notify.Route{NoRecovery: true}, steps: []step{{"A=1", "new A1", ""}, {"A=.", "", ""}, {"A=1", "new A1", ""}}},

		"a blip of one night":               {route: notify.Route{After: 2}, steps: []step{{"A=1", "", ""}, {"A=.", "", ""}, {"A=1", "", ""}, {"A=.", "", ""}}},
		"after two nights in a row":         {route: notify.Route{After: 2}, steps: []step{{"A=1", "", ""}, {"A=1", "new A1", ""}, {"A=.", "recovered A", ""}}},
		"an outage in between does not end": {route: notify.Route{After: 2}, steps: []step{{"A=1", "", ""}, {"A=h C=.", "new h0", ""}, {"A=1 C=.", "new A1; recovered no", ""}}},
		"two of three": {route: notify.Route{Seen: 2, Of: 3}, steps: []step{
			{"A=1", "", ""}, {"A=.", "", ""}, {"A=1", "new A1", ""}, {"A=1", "", ""},
		}},
		"two of three that are far apart": {route: notify.Route{Seen: 2, Of: 3}, steps: []step{
			{"A=1", "", ""}, {"A=.", "", ""}, {"A=.", "", ""}, {"A=1", "", ""},
		}},
		"recovery waits": {route: notify.Route{RecoverAfter: 2}, steps: []step{
			{"A=1", "new A1", ""}, {"A=.", "", ""}, {"A=1", "", ""}, {"A=.", "", ""}, {"A=.", "recovered A", ""},
		}},

		"flapping is told, and damped": {steps: []step{
			{"A=1", "new A1", ""},
			{"A=.", "recovered A", ""},
			{"A=1", "new A1", ""},
			{"A=.", "recovered A", ""},
			{"A=1", "flapping A1", ""},
			{"A=.", "", ""},
			{"A=1", "", ""},
			{"A=1", "", ""},
			{"A=1", "", ""},
			{"A=1", "", ""},
			{"A=1", "settled A1", ""},
			{"A=1", "", ""},
			{"A=.", "recovered A", ""},
		}},
		"flapping that ends well": {steps: []step{
			{"A=1", "new A1", ""},
			{"A=.", "recovered A", ""},
			{"A=1", "new A1", ""},
			{"A=.", "recovered A", ""},
			{"A=1", "flapping A1", ""},
			{"A=.", "", ""},
			{"A=.", "", ""},
			{"A=.", "", ""},
			{"A=.", "", ""},
			{"A=.", "recovered A", ""},
			{"A=1", "new A1", ""},
		}},
		"flapping below the threshold is no secret": {route: notify.Route{After: 2}, steps: []step{
			{"A=1", "", ""}, {"A=.", "", ""}, {"A=1", "", ""}, {"A=.", "", ""}, {"A=1", "flapping A1", ""}, {"A=.", "", ""},
		}},
		"flapping as configured": {route: notify.Route{FlapTurns: 2, FlapOf: 5}, steps: []step{{"A=1", "new A1", ""}, {"A=.", "recovered A", ""}, {"A=1", "flapping A1", ""}}},
		"flapping off": {route: notify.Route{NoFlapping: true}, steps: []step{
			{"A=1", "new A1", ""}, {"A=.", "recovered A", ""}, {"A=1", "new A1", ""}, {"A=.", "recovered A", ""}, {"A=1", "new A1", ""}, {"A=.", "recovered A", ""},
		}},

		"inconclusive neither alarms nor recovers": {steps: []step{{"A=1", "new A1", ""}, {"A=?", "", ""}, {"A=?", "", ""}, {"A=1", "", ""}}},
		"recovery behind an inconclusive night":    {steps: []step{{"A=1", "new A1", ""}, {"A=?", "", ""}, {"A=.", "recovered A", ""}}},
		"its case alone is inconclusive":           {steps: []step{{"A=1", "new A1", ""}, {"A=?1", "", ""}, {"A=.", "recovered A", ""}}},
		"not judged for three nights": {steps: []step{
			{"A=? B=.", "", ""}, {"A=? B=.", "", ""}, {"A=? B=.", "new unjudged A", ""}, {"A=? B=.", "", ""}, {"A=. B=.", "recovered A1", ""},
		}},
		"not judged, told sooner": {route: notify.Route{Unjudged: 1}, steps: []step{{"A=? B=.", "new unjudged A", ""}}},

		"a host is down for many": {steps: []step{
			{"A=1 B=. C=.", "new A1", ""}, {"A=h B=h C=.", "new h0", ""}, {"A=h B=h C=.", "", ""}, {"A=1 B=. C=.", "recovered no", ""},
		}},
		"a host is down for a night": {route: notify.Route{OutageAfter: 2}, steps: []step{{"A=h C=.", "", ""}, {"A=. C=.", "", ""}, {"A=h C=.", "", ""}, {"A=h C=.", "new h0", ""}}},
		"nothing can be reached": {steps: []step{
			{"A=1 C=. E=2", "new A1; new E2", ""}, {"A=h C=h E=h", "new prober", ""}, {"A=h C=h E=h", "", ""}, {"A=1 C=. E=2", "recovered no", ""},
		}},
		"nothing can be reached, then one host cannot": {steps: []step{
			{"A=h C=h", "new prober", ""}, {"A=. C=h", "new h1; recovered no", ""}, {"A=. C=.", "recovered no", ""},
		}},
		"a host goes, then all go":      {steps: []step{{"A=h C=.", "new h0", ""}, {"A=h C=h", "new prober", ""}, {"A=h C=.", "recovered no", ""}, {"A=. C=.", "recovered no", ""}}},
		"a new defect behind an outage": {steps: []step{{"A=. C=.", "", ""}, {"A=h C=h", "new prober", ""}, {"A=1 C=.", "new A1; recovered no", ""}}},

		"a value is missing for many APIs":  {steps: []step{{"A=b B=b C=.", "new blocked A, B", ""}, {"A=b B=b C=.", "", ""}, {"A=. B=. C=.", "recovered A, B1", ""}}},
		"blocked does not recover a defect": {steps: []step{{"A=1", "new A1", ""}, {"A=b", "new blocked A", ""}, {"A=1", "recovered A1", ""}}},
		"one more API is blocked":           {steps: []step{{"A=b B=.", "new blocked A", ""}, {"A=b B=b", "new blocked B", ""}}},
		"a document cannot be read":         {steps: []step{{"A=. unreadable:x.pdf", "new blocked", ""}, {"A=. unreadable:x.pdf", "", ""}, {"A=.", "recovered no", ""}}},

		"no run came about":               {steps: []step{{"A=.", "", ""}, {"fail", "new failure", ""}, {"fail", "", ""}, {"A=.", "recovered no", ""}}},
		"a failure recovers nothing else": {steps: []step{{"A=1", "new A1", ""}, {"fail", "new failure", ""}, {"A=1", "recovered no", ""}}},
		"missed":                          {steps: []step{{"A=.", "", ""}, {"missed", "new missed", ""}, {"A=.", "", "1m"}, {"missed", "new missed", ""}}},
		"stopped, and resumed":            {steps: []step{{"A=1 stopped", "", ""}, {"A=1", "new A1", ""}}},

		"the sheet has changed":   {steps: []step{{"A=.", "", ""}, {"sheet:A A=1", "new A1/sheet", ""}}},
		"the sheet was corrected": {steps: []step{{"A=1", "new A1", ""}, {"sheet:A A=.", "recovered A/sheet", ""}}},
		"the sheet lost a case":   {steps: []step{{"A=1", "new A1", ""}, {"sheet:A A=x1", "recovered A/sheet", ""}}},
		"an API leaves the sheets": {steps: []step{
			{"A=1+2 B=.", "new A1; new A2", ""}, {"B=.", "", ""}, {"B=.", "", ""}, {"B=.", "untested A2", ""}, {"B=.", "", ""}, {"A=1 B=.", "new A1", ""},
		}},
		"an API that was never told leaves the sheets": {route: notify.Route{After: 2}, steps: []step{
			{"A=1 B=.", "", ""}, {"B=.", "", ""}, {"B=.", "", ""}, {"B=.", "", ""}, {"B=.", "", ""},
		}},
		"an API is left out now and then": {steps: []step{
			{"A=1 B=.", "new A1", ""}, {"B=.", "", ""}, {"B=.", "", ""}, {"A=1 B=.", "", ""}, {"B=.", "", ""}, {"B=.", "", ""}, {"A=1 B=.", "", ""},
		}},
		"another schedule has other sheets": {steps: []step{
			{"A=1", "new A1", ""}, {"by:other B=.", "", ""}, {"by:other B=.", "", ""}, {"by:other B=.", "", ""}, {"by:other B=.", "", ""}, {"A=1", "", ""},
		}},
		"the document of an API cannot be read": {steps: []step{
			{"A=1 B=.", "new A1", ""}, {"B=. unreadable:x.pdf", "new blocked", ""}, {"B=. unreadable:x.pdf", "", ""}, {"B=. unreadable:x.pdf", "", ""}, {"A=1 B=.", "recovered no", ""},
		}},
		"many APIs of a host that takes requests and answers none": {route: notify.Route{Unjudged: 1}, steps: []step{
			{"A=? B=? C=.", "new unjudged A, B", ""}, {"A=. B=. C=.", "recovered A, B1", ""},
		}},
		"a case was left out":                         {steps: []step{{"A=1", "new A1", ""}, {"A=x1", "", ""}, {"A=1", "", ""}}},
		"our rules have changed":                      {steps: []step{{"A=.", "", ""}, {"rules A=1", "new A1/rules", ""}}},
		"renamed":                                     {steps: []step{{"A=1", "new A1", ""}, {"Z~A=1", "", ""}, {"Z~A=.", "recovered Z", ""}}},
		"renamed, with a new defect":                  {steps: []step{{"A=1", "new A1", ""}, {"Z~A=1+2", "new Z2", ""}}},
		"an API is left out":                          {steps: []step{{"A=1 B=.", "new A1", ""}, {"B=.", "", ""}, {"A=1 B=.", "", ""}}},
		"another API of the same defect is no rename": {steps: []step{{"A=1", "new A1", ""}, {"A=1 Z~A=1", "new Z1", ""}}},

		"reminders": {route: notify.Route{Remind: 72 * time.Hour}, steps: []step{
			{"A=1", "new A1", ""}, {"A=1", "", ""}, {"A=1", "", ""}, {"A=1", "reminder A1", ""}, {"A=1", "", ""}, {"A=1", "", ""}, {"A=1", "reminder A1", ""},
		}},
		"no reminder while it is not seen": {route: notify.Route{Remind: 24 * time.Hour}, steps: []step{{"A=1", "new A1", ""}, {"A=?", "", ""}, {"A=1", "reminder A1", ""}}},
		"a host that stays away":           {route: notify.Route{Remind: 48 * time.Hour}, steps: []step{{"A=h C=.", "new h0", ""}, {"A=h C=.", "", ""}, {"A=h C=.", "reminder h0-sit.things.example:443", ""}}},

		"quiet hours":                          {quiet: nightly, steps: []step{{"A=1", "", ""}, {"", "", "06:59"}, {"", "new A1", "07:00"}, {"", "", "08:00"}}},
		"quiet hours hold two nights together": {quiet: nightly, steps: []step{{"A=1", "", "23:00"}, {"A=1+2", "", "03:00"}, {"", "new A1; new A2", "07:00"}}},
		"came and went in quiet hours":         {quiet: nightly, steps: []step{{"A=1", "", "23:00"}, {"A=.", "", "03:00"}, {"", "passed A1", "07:00"}}},
		"came, went and came in quiet hours":   {quiet: nightly, steps: []step{{"A=1", "", "22:30"}, {"A=.", "", "01:00"}, {"A=1", "", "03:00"}, {"", "new A1", "07:00"}}},
		"mended in quiet hours":                {quiet: nightly, steps: []step{{"A=1", "new A1", "12:00"}, {"A=.", "", "23:00"}, {"", "recovered A", "07:00"}}},
		"mended and back in quiet hours":       {quiet: nightly, steps: []step{{"A=1", "new A1", "12:00"}, {"A=.", "", "23:00"}, {"A=1", "", "03:00"}, {"", "reminder A1", "07:00"}}},
		"a quiet weekend":                      {quiet: weekend, steps: []step{{"A=1", "", "12:00"}, {"", "", "23:59"}, {"", "new A1", "00:00"}}},
		"quiet hours by the clock of Berlin":   {quiet: german, steps: []step{{"A=1", "", "21:30"}, {"", "", "05:59"}, {"", "new A1", "06:00"}}},
		"the night on which clocks go forward": {quiet: german, steps: []step{{"A=.", "", "671h"}, {"A=1", "", "21:30"}, {"", "", "04:59"}, {"", "new A1", "05:00"}}}, // to 29 March

		"warnings where they are asked for":  {route: notify.Route{Severity: source.Warning}, steps: []step{{"A=w1", "new A1", ""}, {"A=.", "recovered A", ""}}},
		"no warnings otherwise":              {steps: []step{{"A=w1", "", ""}, {"A=.", "", ""}}},
		"a warning becomes an error":         {steps: []step{{"A=w1", "", ""}, {"A=1", "new A1", ""}}},
		"by who acts":                        {route: notify.Route{Blame: []probe.Blame{probe.BlameEndpoint}}, steps: []step{{"A=h C=1", "new C1", ""}, {"fail", "", ""}, {"A=b C=1", "", ""}}},
		"by API":                             {route: notify.Route{APIs: []string{"b*", "C"}}, steps: []step{{"A=1 B=1 C=1", "new B1; new C1", ""}}},
		"by schedule":                        {route: notify.Route{Schedules: []string{"week*"}}, steps: []step{{"A=1", "", ""}, {"A=1 by:weekly", "new A1", ""}, {"A=.", "", ""}, {"A=. by:weekly", "recovered A", ""}}},
		"two schedules tell one defect once": {steps: []step{{"A=1", "new A1", ""}, {"A=1 by:quick", "", "1h"}, {"A=. by:quick", "recovered A", "1h"}, {"A=.", "", "1h"}}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.route, test.quiet...)
			for i, s := range test.steps {
				if i > 0 || s.at != "" {
					w.move(t, s.at)
				}
				require.Equal(t, s.want, w.take(t, s), "step %d: %s", i+1, s.night)
			}
			assert.Empty(t, w.said)
			t.Run("and with a restart behind every step", func(t *testing.T) {
				w := newWorld(t, test.route, test.quiet...)
				for i, s := range test.steps {
					if i > 0 || s.at != "" {
						w.move(t, s.at)
					}
					require.Equal(t, s.want, w.take(t, s), "step %d: %s", i+1, s.night)
					w.open(t, test.route, test.quiet...)
				}
			})
		})
	}
}

func TestARunIsLookedAtOnce(t *testing.T) {
	w := newWorld(t, notify.Route{})
	run := w.night.run(t, "one", w.now, "A=1")
	for range 3 {
		require.NoError(t, w.Finished(t.Context(), run))
		require.NoError(t, w.Deliver(t.Context()))
		w.open(t, notify.Route{})
	}
	assert.Equal(t, []string{"new A1"}, w.box.told)
}

func TestARunThatWasBegunEarlierAndEndsLaterChangesNothing(t *testing.T) {
	w := newWorld(t, notify.Route{})
	early := w.night.run(t, "early", w.now, "A=.")
	w.move(t, "1h")
	assert.Equal(t, "new A1", w.take(t, step{night: "A=1"}))
	require.NoError(t, w.Finished(t.Context(), early))
	require.NoError(t, w.Deliver(t.Context()))
	assert.Equal(t, []string{"new A1"}, w.box.told)
	w.move(t, "1h")
	assert.Empty(t, w.take(t, step{night: "A=1"}))
}

func TestAChannelThatWasDownGetsItLaterAndInOrder(t *testing.T) {
	w := newWorld(t, notify.Route{})
	w.box.down = true
	assert.Empty(t, w.take(t, step{night: "A=1"}))
	w.move(t, "10s")
	assert.Empty(t, w.take(t, step{night: "A=."}))
	w.box.down = false
	assert.Empty(t, w.take(t, step{}), "it waits before it tries again")
	w.move(t, "30s")
	assert.Equal(t, "new A1; recovered A", w.take(t, step{}))
	assert.Len(t, w.box.got, 2)
	w.move(t, "48h")
	assert.Empty(t, w.take(t, step{}))
}

func TestAChannelThatStaysDownIsGivenUp(t *testing.T) {
	w := newWorld(t, notify.Route{})
	w.box.down = true
	w.take(t, step{night: "A=1"})
	tries := 1
	for range 48 {
		w.move(t, "1h")
		w.take(t, step{})
		tries++
	}
	w.box.down = false
	w.move(t, "1h")
	assert.Empty(t, w.take(t, step{}))
	assert.Contains(t, w.said[len(w.said)-1], "is given up after")
	assert.Less(t, len(w.said), 40, "it is not tried all the time")
	assert.Equal(t, "new B1", w.take(t, step{night: "A=1 B=1"}), "what comes later is told")
}

func TestManyAPIsAreOneMessage(t *testing.T) {
	w := newWorld(t, notify.Route{})
	line := ""
	for i := range 26 {
		line += fmt.Sprintf("%c=1+2+3 ", 'A'+i)
	}
	w.take(t, step{night: line})
	require.Len(t, w.box.got, 1)
	m := w.box.got[0]
	assert.Equal(t, "sheetprobe: 26 APIs deviate", m.Title)
	assert.Equal(t, 26*3, m.Events)
	assert.Equal(t, 26*3-notify.DefaultLimits().Lines, m.Left)
	assert.Contains(t, m.Text, fmt.Sprintf("and %d more", m.Left))
	assert.LessOrEqual(t, len(m.Text), notify.DefaultLimits().Bytes)
}
