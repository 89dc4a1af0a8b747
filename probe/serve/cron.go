package serve

import (
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a container may have no time zones of its own

	"github.com/netresearch/go-cron"
)

// Calendar tells when a schedule is due.
type Calendar struct {
	spec     cron.Schedule
	onWall   cron.Schedule // the same as if in UTC, where every day has every hour once
	location *time.Location
	everyHr  bool // the hour is left open
}

// ParseCron reads a cron line of five fields, or a name such as @daily. Refused is what other programs read otherwise, and what is never due.
func ParseCron(line, timezone string) (Calendar, error) {
	location, err := time.LoadLocation(timezone)
	if err != nil || timezone == "Local" {
		return Calendar{}, fmt.Errorf("%q is no time zone of the IANA database", timezone)
	}
	line = strings.Join(strings.Fields(line), " ")
	if err := plainCron(line); err != nil {
		return Calendar{}, err
	}
	parser, err := cron.TryNewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)
	if err != nil {
		return Calendar{}, err
	}
	spec, err := parser.Parse("CRON_TZ=" + location.String() + " " + line)
	if err != nil {
		return Calendar{}, errors.New(strings.ReplaceAll(err.Error(), "CRON_TZ="+location.String()+" ", ""))
	}
	onWall, err := parser.Parse("CRON_TZ=UTC " + line)
	if err != nil {
		return Calendar{}, err
	}
	c := Calendar{spec: spec, onWall: onWall, location: location, everyHr: hourOpen(line)}
	if c.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Calendar{}, errors.New("such a time never comes")
	}
	return c, nil
}

// names are the descriptors that stand for a line.
func names() []string {
	return []string{"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}
}

// plainCron refuses what cron programs understand differently, and what the parser would take for something else than was meant.
func plainCron(line string) error {
	if strings.HasPrefix(line, "@") {
		for _, name := range names() {
			if line == name {
				return nil
			}
		}
		return fmt.Errorf("%q is none of %s", line, strings.Join(names(), ", "))
	}
	if strings.Contains(line, "TZ=") {
		return errors.New("the time zone stands in `timezone`")
	}
	fields := strings.Fields(line)
	if len(fields) != 5 {
		return fmt.Errorf("five fields were expected (minute, hour, day of month, month, day of week), and there are %d", len(fields))
	}
	if !open(fields[2]) && !open(fields[4]) {
		return errors.New("day of month and day of week are both set, which programs read as AND or as OR; make two schedules of it")
	}
	for _, field := range fields {
		if err := rangesRise(field); err != nil {
			return err
		}
	}
	return nil
}

func open(field string) bool { return field == "*" || field == "?" }

func hourOpen(line string) bool {
	fields := strings.Fields(line)
	return line == "@hourly" || len(fields) == 5 && strings.HasPrefix(fields[1], "*")
}

// rangesRise refuses a range such as 5-1.
func rangesRise(field string) error {
	for part := range strings.SplitSeq(field, ",") {
		part, _, _ = strings.Cut(part, "/")
		low, high, ok := strings.Cut(part, "-")
		if !ok {
			continue
		}
		from, errFrom := ordinal(low)
		to, errTo := ordinal(high)
		if errFrom == nil && errTo == nil && from > to && to != 0 {
			return fmt.Errorf("the range %q runs backwards; write it as two", part)
		}
		if errFrom == nil && errTo == nil && from > to {
			return fmt.Errorf("the range %q runs backwards; Sunday behind Saturday is 7", part)
		}
	}
	return nil
}

// ordinal is a number, or the number of a day or month.
func ordinal(word string) (int, error) {
	word = strings.ToLower(word)
	for i, day := range []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} {
		if word == day {
			return i, nil
		}
	}
	for i, month := range []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"} {
		if word == month {
			return i + 1, nil
		}
	}
	return strconv.Atoi(word)
}

// Next is the first time behind another that the schedule is due; the zero time where it never is. When clocks go back, an hour comes twice: what has a
// fixed hour is due in the first of them alone, and what is due every hour in both. When clocks go forward, what is due in the hour that is left out is
// due as much later as they did.
func (c Calendar) Next(after time.Time) time.Time {
	after = after.In(c.location)
	if c.everyHr {
		return c.spec.Next(after)
	}
	y, m, d := after.Date()
	wall := time.Date(y, m, d, after.Hour()-4, after.Minute(), 0, 0, time.UTC) // no clock was ever set by more at once
	for {
		if wall = c.onWall.Next(wall); wall.IsZero() {
			return wall
		}
		if t := c.when(wall); t.After(after) {
			return t
		}
	}
}

// when is the moment at which a clock on the wall, here as if in UTC, shows a time for the first time, or would have if it had not been set forward.
func (c Calendar) when(wall time.Time) time.Time {
	var moments [2]time.Time
	for i, around := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := wall.Add(around).In(c.location).Zone()
		moments[i] = wall.Add(-time.Duration(offset) * time.Second).In(c.location)
		if moments[i].Format(time.DateTime) == wall.Format(time.DateTime) {
			return moments[i]
		}
	}
	return moments[0]
}

// shift is by how much the run of a schedule that is due begins later. It is the same in every process, so that it can be foretold.
func (s Schedule) shift(due time.Time) time.Duration {
	if s.Jitter < time.Second {
		return 0
	}
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", s.Name, due.Unix())
	seconds := uint64(s.Jitter / time.Second)
	return time.Duration(h.Sum64()%seconds) * time.Second //nolint:gosec // below the jitter
}
