package dynamic

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/agext/levenshtein"

	"github.com/sheetprobe/sheetprobe/probe"
)

// call is one placeholder, read: a name, and an offset of time or arguments.
type call struct {
	name   string
	offset offset
	args   []int64
	now    time.Time
}

// offset is how far a time is from now, in units as the calendar counts them.
type offset struct {
	n    int
	unit string // "" where there is no offset
}

func fail(next, format string, args ...any) *Error {
	return &Error{Msg: fmt.Sprintf(format, args...), Next: next}
}

// parseCall reads what stands between the braces, and checks it against what the name takes.
func parseCall(ref probe.PlaceholderRef) (call, *Error) {
	c, err := readCall(ref)
	if err != nil {
		err.Written = ref.Written
	}
	return c, err
}

func readCall(ref probe.PlaceholderRef) (call, *Error) {
	n := nameLength(ref.Name)
	c := call{name: ref.Name[:n]}
	rest := strings.TrimSpace(ref.Name[n:])
	k, known := kindNamed(c.name)
	switch {
	case !known:
		return c, unknown(c.name)
	case !strings.HasSuffix(ref.Written, "}}"):
		return c, fail("write "+k.example, "it is never closed on its line")
	case rest == "" && k.args <= 0:
		return c, nil
	case rest == "":
		return c, fail("write it as in "+k.example, "$%s needs to know more", c.name)
	case k.args != 0 && rest[0] == '(':
		return c, c.readArguments(rest, k)
	case k.timed && (rest[0] == '+' || rest[0] == '-'):
		return c, c.readOffset(rest, k)
	}
	return c, fail("write it as in "+k.example, "%q cannot stand behind $%s", rest, c.name)
}

func unknown(name string) *Error {
	next := "there are " + strings.Join(Names(), ", ")
	best, distance := "", len(name)/2+1
	for _, known := range Names() {
		if d := levenshtein.Distance(strings.ToLower(name), strings.ToLower(known[1:]), nil); d < distance {
			best, distance = known, d
		}
	}
	if best != "" {
		next = fmt.Sprintf("did you mean %q? %s", best, next)
	}
	return fail(next, "there is no dynamic value %q", "$"+name)
}

func (c *call) readArguments(rest string, k kind) *Error {
	inner, closed := strings.CutSuffix(rest[1:], ")")
	parts := strings.Split(inner, ",")
	if !closed || len(parts) != max(k.args, -k.args) {
		return fail("write it as in "+k.example, "%q are not the arguments of $%s", rest, c.name)
	}
	for _, part := range parts {
		n, err := strconv.ParseInt(strings.TrimSpace(part), 10, 64)
		if err != nil {
			return fail("write it as in "+k.example, "%q is no whole number", strings.TrimSpace(part))
		}
		c.args = append(c.args, n)
	}
	return nil
}

// maxOffset bounds the number of an offset: three years in seconds, and far from where sums of times overflow.
const maxOffset = 100_000_000

func (c *call) readOffset(rest string, k kind) *Error {
	digits := strings.TrimSpace(rest[1:])
	n := 0
	for n < len(digits) && digits[n] >= '0' && digits[n] <= '9' {
		n++
	}
	count, err := strconv.Atoi(digits[:n])
	unit := digits[n:]
	switch {
	case digits[:n] == "" || !isUnit(unit):
		return fail("write it as in "+k.example+", in s, m, h, d, w, mo or y", "%q is no offset of time", rest)
	case k.days && (unit == "s" || unit == "m" || unit == "h"):
		return fail("write d, w, mo or y; m are minutes, mo are months", "a date does not count in %q", unit)
	case err != nil || count > maxOffset:
		return fail("write a smaller number", "%q is too far away", rest)
	}
	if rest[0] == '-' {
		count = -count
	}
	c.offset = offset{count, unit}
	return nil
}

func isUnit(unit string) bool {
	switch unit {
	case "s", "m", "h", "d", "w", "mo", "y":
		return true
	}
	return false
}

// time is now and the offset. Days, weeks, months and years are those of the calendar, so that no change of the clocks shifts them.
func (c call) time() (time.Time, *Error) {
	t, n := c.now, c.offset.n
	switch c.offset.unit {
	case "s":
		t = addSeconds(t, n)
	case "m":
		t = addSeconds(t, 60*n)
	case "h":
		t = addSeconds(t, 3600*n)
	case "d":
		t = t.AddDate(0, 0, n)
	case "w":
		t = t.AddDate(0, 0, 7*n)
	case "mo":
		t = addMonths(t, n)
	case "y":
		t = addMonths(t, 12*n)
	}
	if y := t.Year(); y < 1 || y > 9999 {
		return t, fail("write a smaller offset", "it is beyond the years 1 to 9999")
	}
	return t, nil
}

// addSeconds reaches further than a time.Duration does.
func addSeconds(t time.Time, n int) time.Time {
	return time.Unix(t.Unix()+int64(n), int64(t.Nanosecond())).In(t.Location())
}

// addMonths stays in the month that is meant: a month after 31 January is the last day of February, not a day of March.
func addMonths(t time.Time, n int) time.Time {
	moved := t.AddDate(0, n, 0)
	if moved.Day() != t.Day() {
		return moved.AddDate(0, 0, -moved.Day())
	}
	return moved
}
