package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

func TestStateFile(t *testing.T) {
	for name, test := range map[string]struct {
		environ []string
		goos    string
		want    string
	}{
		"nothing":                    {nil, "linux", ""},
		"home":                       {[]string{"HOME=/home/me"}, "linux", "/home/me/.local/state/sheetprobe/history.db"},
		"state folder":               {[]string{"HOME=/home/me", "XDG_STATE_HOME=/state"}, "linux", "/state/sheetprobe/history.db"},
		"a relative one counts not":  {[]string{"HOME=/home/me", "XDG_STATE_HOME=state"}, "linux", "/home/me/.local/state/sheetprobe/history.db"},
		"Windows":                    {[]string{"HOME=/home/me", "LOCALAPPDATA=/local"}, "windows", "/local/sheetprobe/history.db"},
		"Windows that tells nothing": {[]string{"HOME=/home/me"}, "windows", ""},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, stateFile(test.environ, test.goos)) })
	}
}

func TestMoment(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"12h": "2026-03-10T00:00:00Z", "3d": "2026-03-07T12:00:00Z", "1w": "2026-03-03T12:00:00Z", "0d": "2026-03-10T12:00:00Z",
		"2026-01-31": "2026-01-31T00:00:00Z", "2026-01-31T08:00:00+02:00": "2026-01-31T06:00:00Z",
	} {
		got, err := moment(text, now)
		require.NoError(t, err, text)
		require.Equal(t, want, got.UTC().Format(time.RFC3339), text)
	}
	for _, text := range []string{"", "d", "-3d", "3.5d", "99999999999d", "-1h", "yesterday", "2026-13-01"} {
		_, err := moment(text, now)
		require.Error(t, err, text)
	}
}

func TestExitCodeOfWhatIsKnown(t *testing.T) {
	run := func(verdicts ...probe.Verdict) *probe.Run {
		r := &probe.Run{}
		for _, v := range verdicts {
			r.Sheets = append(r.Sheets, probe.SheetResult{Cases: []probe.Result{{Verdict: v}}})
		}
		r.Summarize()
		return r
	}
	for _, test := range []struct {
		run  *probe.Run
		want int
	}{
		{run(probe.Deviates), exitConforms},
		{run(probe.Deviates, probe.Inconclusive), exitInconclusive},
		{run(probe.Deviates, probe.Blocked, probe.Inconclusive), exitUnusable},
		{run(probe.Skipped), exitUnusable},
		{run(), exitUnusable},
		{&probe.Run{Interrupted: true}, exitInterrupted},
	} {
		require.Equal(t, test.want, test.run.ExitCodeOfTheRest())
	}
}
