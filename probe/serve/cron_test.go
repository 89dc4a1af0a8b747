package serve

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatProgramsReadDifferentlyIsRefused(t *testing.T) {
	for line, why := range map[string]string{
		"":                        "five fields",
		"* * * *":                 "five fields",
		"0 0 2 * * *":             "five fields",
		"0 2 1 * 1":               "both set",
		"@every 10s":              "none of @yearly",
		"@reboot":                 "none of @yearly",
		"TZ=UTC 0 2 * * *":        "timezone",
		"CRON_TZ=UTC 0 2 * * * *": "timezone",
		"TZ=0":                    "timezone",
		"5-1 * * * *":             "backwards",
		"0 2 * * fri-mon":         "backwards",
		"0 2 * * 5-0":             "Sunday behind Saturday is 7",
		"0 0 30 2 *":              "never comes",
		"61 * * * *":              "above maximum",
		"a b * * *":               "failed to parse",
		"*/0 * * * *":             "step",
	} {
		t.Run(line, func(t *testing.T) {
			_, err := ParseCron(line, "")
			require.ErrorContains(t, err, why)
			assert.NotContains(t, err.Error(), "CRON_TZ")
		})
	}
	_, err := ParseCron("0 2 * * *", "Europe/Atlantis")
	require.ErrorContains(t, err, `"Europe/Atlantis" is no time zone`)
	_, err = ParseCron("0 2 * * *", "Local")
	require.Error(t, err)
}

func TestTimes(t *testing.T) {
	const layout = "2006-01-02 15:04 -0700"
	for name, c := range map[string]struct {
		line, zone, after string
		want              []string
	}{
		"daily":                     {"30 2 * * *", "", "2026-03-01 12:00 +0000", []string{"2026-03-02 02:30 +0000", "2026-03-03 02:30 +0000"}},
		"in a zone":                 {"30 2 * * *", "Asia/Kolkata", "2026-03-01 12:00 +0000", []string{"2026-03-02 02:30 +0530"}},
		"weekday seven is Sunday":   {"0 3 * * 7", "", "2026-03-02 00:00 +0000", []string{"2026-03-08 03:00 +0000"}},
		"Friday to Sunday":          {"0 3 * * 5-7", "", "2026-03-02 00:00 +0000", []string{"2026-03-06 03:00 +0000", "2026-03-07 03:00 +0000", "2026-03-08 03:00 +0000"}},
		"leap day":                  {"0 3 29 2 *", "", "2026-03-02 00:00 +0000", []string{"2028-02-29 03:00 +0000"}},
		"clocks forward":            {"30 2 * * *", "Europe/Berlin", "2026-03-28 12:00 +0100", []string{"2026-03-29 03:30 +0200", "2026-03-30 02:30 +0200"}},
		"clocks back, once":         {"30 2 * * *", "Europe/Berlin", "2026-10-24 12:00 +0200", []string{"2026-10-25 02:30 +0200", "2026-10-26 02:30 +0100"}},
		"clocks back, New York":     {"*/30 1 * * *", "America/New_York", "2026-10-31 12:00 -0400", []string{"2026-11-01 01:00 -0400", "2026-11-01 01:30 -0400", "2026-11-02 01:00 -0500"}},
		"clocks back by half":       {"45 1 * * *", "Australia/Lord_Howe", "2026-04-04 12:00 +1100", []string{"2026-04-05 01:45 +1100", "2026-04-06 01:45 +1030"}},
		"every hour means each":     {"0 * * * *", "Europe/Berlin", "2026-10-25 01:30 +0200", []string{"2026-10-25 02:00 +0200", "2026-10-25 02:00 +0100", "2026-10-25 03:00 +0100"}},
		"both hours of a gap":       {"30 2,3 * * *", "Europe/Berlin", "2026-03-28 12:00 +0100", []string{"2026-03-29 03:30 +0200", "2026-03-30 02:30 +0200"}},
		"in the second hour":        {"30 2,3 * * *", "Europe/Berlin", "2026-10-25 02:31 +0100", []string{"2026-10-25 03:30 +0100"}},
		"a name":                    {"@daily", "Europe/Berlin", "2026-10-24 12:00 +0200", []string{"2026-10-25 00:00 +0200", "2026-10-26 00:00 +0100"}},
		"spaces":                    {"  0\t3  * * *  ", "", "2026-03-02 00:00 +0000", []string{"2026-03-02 03:00 +0000"}},
		"midnight that is left out": {"0 0 * * *", "America/Asuncion", "2023-09-30 12:00 -0400", []string{"2023-10-01 01:00 -0300", "2023-10-02 00:00 -0300"}},
	} {
		t.Run(name, func(t *testing.T) {
			calendar, err := ParseCron(c.line, c.zone)
			require.NoError(t, err)
			at, err := time.Parse(layout, c.after)
			require.NoError(t, err)
			for _, want := range c.want {
				at = calendar.Next(at)
				assert.Equal(t, want, at.Format(layout))
			}
		})
	}
}

func TestJitterIsTheSameForTheSameTime(t *testing.T) {
	s := Schedule{Name: "nightly", Jitter: 10 * time.Minute}
	due := time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)
	seen := map[time.Duration]bool{}
	for range 50 {
		shift := s.shift(due)
		require.Equal(t, shift, s.shift(due.In(time.FixedZone("elsewhere", 3600))))
		require.GreaterOrEqual(t, shift, time.Duration(0))
		require.Less(t, shift, s.Jitter)
		seen[shift] = true
		due = due.Add(24 * time.Hour)
	}
	require.Greater(t, len(seen), 25, "nights differ")
	require.Zero(t, Schedule{Name: "x"}.shift(due))
}

func FuzzParseCron(f *testing.F) {
	for _, line := range []string{"30 2 * * *", "*/5 0-23/2 1,15 * *", "0 3 * * 5-7", "@daily", "TZ= 0", "0 2 L * *", "0 2 * * FRI#3", "? ? ? ? ?", "1-2-3 * * * *"} {
		f.Add(line, "Europe/Berlin")
	}
	start := time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, line, zone string) {
		calendar, err := ParseCron(line, zone)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Fatal("an error that says nothing")
			}
			return
		}
		at := start
		for range 20 {
			next := calendar.Next(at)
			if next.IsZero() {
				return
			}
			if !next.After(at) {
				t.Fatalf("%q: %s is not behind %s", line, next, at)
			}
			at = next
		}
	})
}
