package answers

import (
	"slices"
	"strings"
)

// What curl says of its own work stands between the lines of the answer where both go into one file, as with 2>&1: the progress meter, the
// sizes of what arrived, and the fate of the connection, which follows a body without a line end on the same line.

// withoutTalk leaves out the progress meter and the sizes.
func withoutTalk(text string) string {
	if strings.Contains(text, "% Total    % Received") {
		text = withoutMeter(text)
	}
	if isVerbose(text) {
		text = withoutSizes(text)
	}
	return text
}

func withoutMeter(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); slices.Equal(f, meterTitle) || slices.Equal(f, meterUnits) {
			continue
		}
		bare, ended := strings.CutSuffix(line, "\n")
		bare, returned := strings.CutSuffix(bare, "\r")
		met := false
		for i, part := range strings.Split(bare, "\r") {
			rest, is := pastMeter(part)
			met = met || is
			if i > 0 && !met {
				b.WriteByte('\r')
			}
			b.WriteString(rest)
			bare = rest
		}
		if met && bare == "" {
			continue
		}
		if returned {
			b.WriteByte('\r')
		}
		if ended {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

var (
	meterTitle = strings.Fields("% Total % Received % Xferd Average Speed Time Time Time Current")
	meterUnits = strings.Fields("Dload Upload Total Spent Left Speed")
)

// pastMeter cuts a row of the meter off: eight sizes, three times and a speed, such as "100 97 100 97 0 0 62702 0 --:--:-- 0:00:01 --:--:-- 970k".
func pastMeter(row string) (rest string, ok bool) {
	rest = row
	for column := range 12 {
		rest = strings.TrimLeft(rest, " ")
		signs := "0123456789.kMGTP"
		if column >= 8 && column <= 10 {
			signs = "0123456789-:dh"
		}
		past := strings.TrimLeft(rest, signs)
		if len(past) == len(rest) || column >= 8 && column <= 10 && !strings.ContainsAny(rest[:len(rest)-len(past)], ":dh") {
			return row, false
		}
		rest = past
	}
	return rest, true
}

// withoutSizes leaves out "{ [97 bytes data]", which may stand in the middle of a body.
func withoutSizes(text string) string {
	const end = " bytes data]"
	var b strings.Builder
	for {
		at := strings.Index(text, end)
		if at < 0 {
			b.WriteString(text)
			return b.String()
		}
		before := strings.TrimRight(text[:at], "0123456789")
		size, isSize := strings.CutSuffix(before, " [")
		if n := len(size); !isSize || n == 0 || size[n-1] != '{' && size[n-1] != '}' {
			b.WriteString(text[:at+len(end)])
			text = text[at+len(end):]
			continue
		}
		b.WriteString(size[:len(size)-1])
		text = strings.TrimPrefix(strings.TrimPrefix(text[at+len(end):], "\r"), "\n")
	}
}

// withoutFarewell cuts off what curl says of the connection behind the last line of a body.
func withoutFarewell(line string) string {
	for _, farewell := range []string{"* Connection #", "* Closing connection", "* Curl_http_done", "* shutting down connection"} {
		if i := strings.LastIndex(line, farewell); i > 0 {
			return line[:i]
		}
	}
	return line
}

// messageIn is where an HTTP message begins behind what a terminal shows before it: a prompt, the command, the meter. -1 is nowhere; what begins
// like a document is one.
func messageIn(text string) int {
	if strings.HasPrefix(text, "HTTP/") {
		return 0
	}
	begin := strings.TrimSpace(text)
	at := strings.Index(text, "\nHTTP/")
	if at < 0 || strings.ContainsAny(begin[:1], "{[<\"") || strings.Count(text[:at], "\n") > 10 {
		return -1
	}
	return at + 1
}

// failure is what curl says in place of an answer: "curl: (7) Failed to connect to ...".
func failure(text string) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "curl: (") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}
