package notify

import (
	"fmt"
	"slices"
	"time"
)

// Quiet are hours in which nothing is sent; what comes in them is told at their end. They are hours of the clock on the wall: on the nights on which
// clocks are set, they are longer or shorter.
type Quiet struct {
	From, To int            // minutes since midnight; a To that is not later is one of the next day
	Days     []time.Weekday // on which they begin; none is every day
	Location *time.Location // nil is UTC
}

// ParseClock reads a time of day such as 22:00 as minutes since midnight.
func ParseClock(text string) (int, error) {
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, fmt.Errorf("%q is no time of day such as 22:00", text)
	}
	return t.Hour()*60 + t.Minute(), nil
}

// end is when the quiet that holds at a time is over, and whether one does.
func (q Quiet) end(at time.Time) (time.Time, bool) {
	location := q.Location
	if location == nil {
		location = time.UTC
	}
	local := at.In(location)
	for back := range 2 { // what began today, or yesterday
		day := local.AddDate(0, 0, -back)
		if back > 0 { // AddDate keeps the hour, which yesterday may not have had
			day = time.Date(local.Year(), local.Month(), local.Day()-back, 12, 0, 0, 0, location)
		}
		if len(q.Days) > 0 && !slices.Contains(q.Days, day.Weekday()) {
			continue
		}
		begins := time.Date(day.Year(), day.Month(), day.Day(), 0, q.From, 0, 0, location)
		ends := time.Date(day.Year(), day.Month(), day.Day(), 0, q.To, 0, 0, location)
		if q.To <= q.From {
			ends = time.Date(day.Year(), day.Month(), day.Day()+1, 0, q.To, 0, 0, location)
		}
		if !at.Before(begins) && at.Before(ends) {
			return ends.UTC(), true
		}
	}
	return at, false
}

// mostQuiet bounds how many quiet hours can follow upon each other.
const mostQuiet = 32

// open is the first time from at on at which the channel may be used. Where it never may, the last quiet that was looked at is taken for the end.
func (c Channel) open(at time.Time) time.Time {
	for range mostQuiet {
		moved := false
		for _, q := range c.Quiet {
			if end, quiet := q.end(at); quiet {
				at, moved = end, true
			}
		}
		if !moved {
			break
		}
	}
	return at
}
