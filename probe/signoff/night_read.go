package signoff

import (
	"fmt"
	"slices"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// NightsBefore are the runs of the nights that a policy asks for, as list and load tell of them.
func NightsBefore(policy Policy, run *probe.Run, list func(since time.Time) ([]history.Entry, error), load func(runID string) (*probe.Run, error)) ([]Night, error) {
	dates := DatesWanted(policy, run)
	if len(dates) == 0 {
		return nil, nil
	}
	zone, err := time.LoadLocation(policy.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("the time zone of the policy: %w", err)
	}
	first, err := time.ParseInLocation(time.DateOnly, dates[len(dates)-1], zone)
	if err != nil {
		return nil, err
	}
	entries, err := list(first)
	if err != nil {
		return nil, err
	}
	nights := make([]Night, len(dates))
	for i, date := range dates {
		nights[i] = Night{Date: date, Runs: []NightRun{}}
	}
	for _, e := range entries {
		i := slices.Index(dates, e.StartedAt.In(zone).Format(time.DateOnly))
		if i < 0 || e.RunID == run.RunID {
			continue
		}
		earlier, err := load(e.RunID)
		if err != nil {
			return nil, err
		}
		if night := NightOf(earlier, run); len(night.APIs) > 0 {
			nights[i].Runs = append(nights[i].Runs, night)
		}
	}
	return nights, nil
}
