package probe

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// RunHeader carries the id of the run that sent a request, so that an API owner can find it in a log.
const RunHeader = "X-Sheetprobe-Run"

// TraceHeader carries the ids of the trace that a request belongs to (W3C Trace Context), where we follow it.
const TraceHeader = "traceparent"

// AsGiven is the recorded request without the header by which we follow it. One that the sheet itself documents stays.
func (x *Exchange) AsGiven() RecordedRequest {
	q := x.Request
	if x.TraceID != "" {
		q.Headers = slices.DeleteFunc(slices.Clone(q.Headers), func(h Header) bool { return h.Name == TraceHeader })
	}
	return q
}

// Curl writes a recorded request as a command line that can be pasted into a POSIX shell: one argument group a line, joined by
// backslashes. A masked value becomes a shell variable: after `export TOKEN=...` the mark [masked:token] is filled in, its digest left out. No content of the
// request can break out of its quotes; NUL, which no argument can hold, is dropped. The run's own header and our own User-Agent are left out.
func Curl(q RecordedRequest) string {
	lines := []string{"curl " + shellQuote(q.URL)}
	if strings.ContainsAny(q.URL, "[]{}") {
		lines[0] = "curl --globoff " + shellQuote(q.URL)
	}
	if path, _, _ := strings.Cut(q.URL, "?"); strings.Contains(path, "/.") {
		lines = append(lines, "--path-as-is")
	}
	lines = append(lines, curlMethod(q)...)
	for _, h := range q.Headers {
		if line := curlHeader(h); line != "" {
			lines = append(lines, line)
		}
	}
	if q.Body != "" {
		lines = append(lines, curlBody(q)...)
	}
	return strings.Join(lines, " \\\n  ")
}

// Curl is the command line that repeats the exchange, see [Curl]. That compressed answers were welcome is left out where none came.
func (x *Exchange) Curl() string {
	if x.Request.URL == "" { // of a saved answer that does not tell its request
		return ""
	}
	q := x.AsGiven()
	encoded := func(h Header) bool { return strings.EqualFold(h.Name, "Content-Encoding") }
	if x.Response != nil && !slices.ContainsFunc(x.Response.Headers, encoded) {
		q.Headers = slices.DeleteFunc(slices.Clone(q.Headers), func(h Header) bool { return strings.EqualFold(h.Name, "Accept-Encoding") })
	}
	return Curl(q)
}

// curlMethod is empty where curl picks the method itself.
func curlMethod(q RecordedRequest) []string {
	switch {
	case q.Method == "" || q.Method == http.MethodGet && q.Body == "" || q.Method == http.MethodPost && q.Body != "":
		return nil
	case q.Method == http.MethodHead && q.Body == "":
		return []string{"--head"} // -X HEAD would wait for a body
	}
	return []string{"-X " + shellWord(q.Method)}
}

func curlHeader(h Header) string {
	switch {
	case strings.EqualFold(h.Name, RunHeader), isOurAgent(h):
		return ""
	case strings.EqualFold(h.Name, "Accept-Encoding"):
		return "--compressed"
	case strings.TrimSpace(h.Value) == "":
		return "-H " + shellQuote(h.Name+";") // how curl sends an empty one
	}
	return "-H " + shellQuote(h.Name+": "+h.Value)
}

// isOurAgent says that a header names this program as the caller, on which no answer should depend.
func isOurAgent(h Header) bool {
	program := strings.FieldsFunc(h.Value, func(r rune) bool { return r == '/' || r == ' ' })
	return strings.EqualFold(h.Name, "User-Agent") && len(program) > 0 && program[0] == "sheetprobe"
}

func curlBody(q RecordedRequest) []string {
	var lines []string
	typed := func(h Header) bool { return strings.EqualFold(h.Name, "Content-Type") }
	if !slices.ContainsFunc(q.Headers, typed) {
		lines = append(lines, "-H 'Content-Type:'") // else curl claims that it is a form
	}
	option := "--data-binary "
	if start, _ := nextMark(q.Body); start == 0 || q.Body[0] == '@' {
		option = "--data-raw " // which does not take "@" for a file
	}
	return append(lines, option+shellQuote(q.Body))
}

// shellWord leaves out the quotes that a plain word does not need.
func shellWord(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && r != '-' }) {
		return s
	}
	return shellQuote(s)
}

// shellQuote writes s as one word of a POSIX shell, with marks as variables.
func shellQuote(s string) string {
	var b strings.Builder
	for s != "" {
		start, end := nextMark(s)
		b.WriteString(shellLiteral(s[:start]))
		if start < end {
			b.WriteString(`"$` + shellName(nameIn(s[start:end])) + `"`)
		}
		s = s[end:]
	}
	if b.Len() == 0 {
		return "''"
	}
	return b.String()
}

// shellLiteral quotes s. Control characters are spelled out: a terminal acts on them before the shell sees a quote.
func shellLiteral(s string) string {
	var b strings.Builder
	open := false
	quote := func(on bool) {
		if on != open {
			b.WriteByte('\'')
			open = on
		}
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == 0:
		case r == '\'':
			quote(false)
			b.WriteString(`\'`)
		case unicode.IsControl(r) && r != '\n':
			quote(false)
			b.WriteString(`"$(printf '`)
			for _, c := range []byte(s[i : i+size]) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
			b.WriteString(`')"`)
		default:
			quote(true)
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	quote(false)
	return b.String()
}

// shellNames mean something to a shell or to curl, so that exporting them would do harm, or they would fill in what was not asked for.
var shellNames = []string{"PWD", "PATH", "HOME", "USER", "LOGNAME", "HOST", "HOSTNAME", "SHELL", "IFS", "ENV", "LANG", "UID", "TERM", "OLDPWD", "EDITOR", "PPID", "PS1", "TMPDIR"}

// shellName makes a variable's name of a mark's: upper case, anything but ASCII letters and digits as "_".
func shellName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || !isWordRune(r) {
			return '_'
		}
		return unicode.ToUpper(r)
	}, name)
	switch {
	case strings.Trim(name, "_") == "":
		return "SECRET"
	case slices.Contains(shellNames, name):
		return "SECRET_" + name
	case unicode.IsDigit(rune(name[0])):
		return "_" + name
	}
	return name
}
