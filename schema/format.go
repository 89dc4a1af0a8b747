package schema

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"unicode"
)

// Formats is a set of formats that a text may be of. A text can be of several: 04/05/2024 is a date of two orders.
type Formats uint32

// The formats. Those that JSON Schema has are named as there; the others are what people write in hand-typed documents. Each was kept where
// one right answer of an endpoint predicts the next: two published examples of one place agree in over 95 % of cases.
const (
	DateTime          Formats = 1 << iota // 2024-01-31T10:00:00Z, with a zone (RFC 3339)
	LocalDateTime                         // 2024-01-31T10:00:00
	BlankDateTime                         // 2024-01-31 10:00:00
	Date                                  // 2024-01-31
	DayFirst                              // 31/01/2024, with / - or .
	MonthFirst                            // 01/31/2024
	YearFirst                             // 2024/01/31
	CompactDateTime                       // 20240131100000
	TimeOfDay                             // 10:00:00 or 10:00
	UUID                                  // RFC 9562, in any letter case
	Email                                 // RFC 5321, the plain form
	URI                                   // with a scheme and a host
	IPv4                                  //
	IPv6                                  //
	Decimal                               // 12.50 in a string
	BooleanText                           // true or false in a string
	YesNo                                 // Y or N
	EpochSeconds                          // of a key that tells a time
	EpochMilliseconds                     // the same
	DayFirstTime                          // 31/01/2024 10:00:00
	MonthFirstTime                        // 01/31/2024 10:00 AM
	YearFirstTime                         // 2024/01/31 10:00:00
	MonthNamed                            // 31-Jan-2024, January 31, 2024
	MonthNamedTime                        // 31-Jan-2024 10:00:00, Wed, 31 Jan 2024 10:00:00 GMT
	CompactDate                           // 20240131, of a key that tells a time
	formatsEnd
	anyFormat = formatsEnd - 1
	epochs    = EpochSeconds | EpochMilliseconds
)

// formatNames are how formats are called: for people, and as the keyword "format" of a JSON Schema. Where that standard has no name for one, the
// name is ours, and other validators ignore it.
var formatNames = [...]struct {
	format        Formats
	name, keyword string
}{
	{DateTime, "date-time with a zone", "date-time"},
	{LocalDateTime, "date-time without a zone", "local-date-time"},
	{BlankDateTime, "date and time with a blank between", "blank-date-time"},
	{Date, "date", "date"},
	{DayFirst, "date, day first", "day-first"},
	{MonthFirst, "date, month first", "month-first"},
	{YearFirst, "date, year first", "year-first"},
	{CompactDateTime, "date and time in digits", "compact-date-time"},
	{TimeOfDay, "time of day", "time"},
	{UUID, "uuid", "uuid"},
	{Email, "e-mail address", "email"},
	{URI, "URL", "uri"},
	{IPv4, "IPv4 address", "ipv4"},
	{IPv6, "IPv6 address", "ipv6"},
	{Decimal, "decimal number in a string", "decimal"},
	{BooleanText, "true or false in a string", "boolean"},
	{YesNo, "Y or N", "yes-no"},
	{EpochSeconds, "seconds since 1970", "epoch-seconds"},
	{EpochMilliseconds, "milliseconds since 1970", "epoch-milliseconds"},
	{DayFirstTime, "date and time, day first", "day-first-time"},
	{MonthFirstTime, "date and time, month first", "month-first-time"},
	{YearFirstTime, "date and time, year first", "year-first-time"},
	{MonthNamed, "date with the month by name", "month-named"},
	{MonthNamedTime, "date and time with the month by name", "month-named-time"},
	{CompactDate, "date in digits", "compact-date"},
}

// String names the formats for people: "date, day first or date, month first".
func (f Formats) String() string {
	var names []string
	for _, n := range formatNames {
		if f&n.format != 0 {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, " or ")
}

// anyFormatKeyword takes back a format that was inferred.
const anyFormatKeyword = "any"

// FormatNamed finds a format by its keyword; "any" is none. The error lists those that there are.
func FormatNamed(keyword string) (Formats, error) {
	if keyword == anyFormatKeyword {
		return 0, nil
	}
	known := []string{anyFormatKeyword}
	for _, n := range formatNames {
		if n.keyword == keyword {
			return n.format, nil
		}
		known = append(known, n.keyword)
	}
	return 0, fmt.Errorf("%q is no format; known are: %s", keyword, strings.Join(known, ", "))
}

// keyword is the format as a JSON Schema names it. It is "" where there is none, and where the examples leave open which of several it is, as
// 04/05/2024 does: a schema can name one only, and would refuse what the shape allows.
func (f Formats) keyword() string {
	for _, n := range formatNames {
		if f == n.format {
			return n.keyword
		}
	}
	return ""
}

// maxFormatted is the longest text, in bytes, that is looked at for a format.
const maxFormatted = 2048

// formatsOf is what a text may be of; timely says that its key tells a time.
func formatsOf(text string, timely bool) Formats {
	if text == "" || len(text) > maxFormatted {
		return 0
	}
	if f := datesOf(text); f != 0 {
		return f
	}
	switch {
	case text == "true", text == "false", text == "True", text == "False":
		return BooleanText
	case text == "Y", text == "N":
		return YesNo
	case matches(text, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh"):
		return UUID
	case timely && isEpoch(text, 10):
		return EpochSeconds
	case timely && isEpoch(text, 13):
		return EpochMilliseconds
	case timely && isCompactDate(text):
		return CompactDate
	case isDecimal(text):
		return Decimal
	case isEmail(text):
		return Email
	case isURI(text):
		return URI
	}
	if a, err := netip.ParseAddr(text); err == nil {
		if a.Is4() {
			return IPv4
		}
		return IPv6
	}
	return 0
}

// datesOf recognises dates and times by what stands where. A date written as a pattern (DD/MM/YYYY) counts as one.
func datesOf(text string) Formats {
	if len(text) < 4 || len(text) > 40 {
		return 0
	}
	if matches(text, "0:00") {
		text = "0" + text
	}
	text = filledIn(text)
	date, rest := text[:min(len(text), 10)], text[min(len(text), 10):]
	switch {
	case matches(date, "0000-00-00"):
		return withTime(Date, date[5:7], date[8:], rest)
	case matches(date, "0000/00/00"):
		return timed(YearFirst, YearFirstTime, rest)
	case matches(date, "00/00/0000"), matches(date, "00-00-0000"), matches(date, "00.00.0000"):
		return orders(date[:2], date[3:5], rest)
	case rest != "":
	case matches(date, "00:00:00"), matches(date, "00:00"):
		if date[:2] > "24" || date[3:5] > "59" {
			return 0
		}
		return TimeOfDay
	}
	if matches(text, "00000000000000") && (strings.HasPrefix(text, "19") || strings.HasPrefix(text, "20")) && text[4:6] <= "12" && text[6:8] <= "31" {
		return CompactDateTime
	}
	return namedMonth(text)
}

func orders(first, second, rest string) (f Formats) {
	if first <= "31" && second <= "12" {
		f |= timed(DayFirst, DayFirstTime, rest)
	}
	if first <= "12" && second <= "31" {
		f |= timed(MonthFirst, MonthFirstTime, rest)
	}
	return f
}

// withTime is the format of a date with what follows it.
func withTime(f Formats, month, day, rest string) Formats {
	switch {
	case month > "12" || day > "31":
		return 0
	case rest == "":
		return f
	case len(rest) < 6 || !matches(rest[1:6], "00:00") || !strings.ContainsRune("Tt ", rune(rest[0])):
		return 0
	}
	zone := strings.TrimLeft(rest[6:], "0123456789:.,")
	switch {
	case zone != "" && !isZone(strings.TrimSpace(zone)):
		return 0
	case zone != "":
		return DateTime
	case rest[0] == ' ':
		return BlankDateTime
	}
	return LocalDateTime
}

// isZone knows Z, UTC, GMT, and offsets with or without a colon.
func isZone(s string) bool {
	switch strings.ToUpper(s) {
	case "Z", "UTC", "GMT":
		return true
	}
	if len(s) < 3 || s[0] != '+' && s[0] != '-' {
		return false
	}
	return matches(s[1:], "00") || matches(s[1:], "0000") || matches(s[1:], "00:00")
}

// filledIn writes a date for a pattern of one, as in YYYY-MM-DD hh:mm:ss; any other text is left as it is.
func filledIn(text string) string {
	if strings.ContainsFunc(text, unicode.IsDigit) || !strings.Contains(strings.ToLower(text), "yyyy") {
		return text
	}
	fill := strings.NewReplacer("yyyy", "2024", "dd", "31", "hh", "10", "ss", "00", "sss", "000", "mi", "00")
	filled := fill.Replace(strings.ToLower(text))
	if before, after, ok := strings.Cut(filled, "mm"); ok { // the first is the month, unless the hour stands before it
		filled = before + "12" + strings.ReplaceAll(after, "mm", "00")
	}
	if strings.ContainsFunc(filled, func(r rune) bool { return unicode.IsLetter(r) && r != 't' && r != 'z' }) {
		return text
	}
	return strings.ToUpper(filled)
}

func isEpoch(text string, digits int) bool {
	return matches(text, strings.Repeat("0", digits)) && text[0] == '1'
}

// isDecimal asks for a point: digits alone may as well be an id.
func isDecimal(text string) bool {
	before, after, ok := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	return ok && before != "" && after != "" && len(text) <= 40 && isDigits(before) && isDigits(after)
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

func isEmail(text string) bool {
	local, domain, ok := strings.Cut(text, "@")
	return ok && local != "" && strings.Contains(domain, ".") && !strings.ContainsAny(text, " \t\n<>,;/") && !strings.Contains(domain, "@")
}

func isURI(text string) bool {
	if !strings.Contains(text, "://") || strings.ContainsAny(text, " \n") {
		return false
	}
	u, err := url.Parse(text)
	return err == nil && u.Scheme != "" && u.Host != ""
}

// accepts says that a text may stand where the formats were seen. Empty texts may always; an integer may stand for a decimal number.
func (f Formats) accepts(text string, timely bool) bool {
	if f == 0 || text == "" || formatsOf(text, timely)&f != 0 {
		return true
	}
	digits := strings.TrimPrefix(text, "-")
	return f&Decimal != 0 && (isDigits(digits) || isDecimal(strings.ReplaceAll(digits, ",", "")))
}

// tellsTime says that the name of a key speaks of a time.
func tellsTime(key string) bool {
	for _, w := range words(key) {
		switch w {
		case "time", "timestamp", "date", "datetime", "at", "ts", "on", "expiry", "expires", "expiration", "exp", "iat", "nbf", "created", "updated", "modified", "epoch", "millis":
			return true
		}
	}
	folded := fold(key)
	return strings.HasSuffix(folded, "time") || strings.HasSuffix(folded, "date") || strings.HasSuffix(folded, "timestamp")
}
