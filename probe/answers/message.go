package answers

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// readMessage reads what `curl -i` prints. Messages that only lead to the answer stand before it: 100 Continue, the proxy's word that the connection
// is established, and with -L the redirects. The last one is the answer.
func readMessage(name, text string) ([]Answer, error) {
	var response probe.RecordedResponse
	for {
		var err error
		if response, err = message(text); err != nil {
			return nil, err
		}
		next := strings.TrimLeft(response.Body, "\r\n")
		if !strings.HasPrefix(next, "HTTP/") || !leads(response.HTTPStatus) {
			err := decodeBody(&response)
			return []Answer{{Name: name, Response: response}}, err
		}
		text = next
	}
}

// leads says that another message follows one of this status.
func leads(status int) bool {
	return status < 200 || status/100 == 3 || status == 200 || status == 401 || status == 407
}

// message reads a status line, headers, and all behind the empty line as the body.
func message(text string) (probe.RecordedResponse, error) {
	var r probe.RecordedResponse
	head, rest, separated := cutHead(text)
	lines := strings.Split(strings.ReplaceAll(head, "\r\n", "\n"), "\n")
	fields := strings.Fields(lines[0])
	if len(fields) < 2 {
		return r, fmt.Errorf("line 1: %q is no status line; expected HTTP/1.1 200 OK", lines[0])
	}
	status, err := strconv.Atoi(fields[1])
	if err != nil || status < 100 || status > 599 {
		return r, fmt.Errorf("line 1: %q is no HTTP status", fields[1])
	}
	r.HTTPStatus = status
	for i, line := range lines[1:] {
		key, value, ok := strings.Cut(line, ":")
		switch {
		case strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t"):
			if n := len(r.Headers); n > 0 {
				r.Headers[n-1].Value += " " + strings.TrimSpace(line) // folded as before RFC 7230
			}
		case !ok && line != "":
			return r, fmt.Errorf("line %d: %q is no header; an empty line has to stand between headers and body", i+2, line)
		case line != "":
			r.Headers = append(r.Headers, probe.Header{Name: strings.TrimSpace(key), Value: strings.TrimSpace(value)})
		}
	}
	if separated {
		r.Body = rest
	}
	r.MediaType = mediaTypeOf(r.Headers)
	return r, nil
}

// cutHead parts a message at its first empty line, however lines end.
func cutHead(text string) (head, rest string, ok bool) {
	at := 0
	for at < len(text) {
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			break
		}
		if strings.TrimRight(text[at:at+end], "\r") == "" {
			return text[:at], text[at+end+1:], true
		}
		at += end + 1
	}
	return text, "", false
}

// isVerbose recognises what `curl -v` prints, to the terminal or with 2>&1.
func isVerbose(text string) bool {
	return strings.Contains(text, "\n< HTTP/") && !strings.ContainsAny(strings.TrimSpace(text)[:1], "{[\"") || strings.HasPrefix(text, "< HTTP/")
}

// readVerbose takes the lines that curl marks with > as the request and those with < as the answer; its own remarks, marked with * or braces,
// are left out, and every other line is of the body.
func readVerbose(name, text string) ([]Answer, error) {
	var head, body strings.Builder
	a := Answer{Name: name}
	for line := range strings.Lines(text) {
		bare := strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(bare, "< HTTP/"):
			head.Reset()
			body.Reset()
			head.WriteString(bare[2:] + "\n")
		case strings.HasPrefix(bare, "<") && (len(bare) == 1 || bare[1] == ' ') && body.Len() == 0:
			head.WriteString(strings.TrimPrefix(bare[1:], " ") + "\n")
		case strings.HasPrefix(bare, "> "):
			a.noteRequest(bare[2:])
		case bare == ">", strings.HasPrefix(bare, "* "), bare == "*", strings.HasPrefix(bare, "{ ["), strings.HasPrefix(bare, "} ["), head.Len() == 0:
		default:
			body.WriteString(withoutFarewell(line))
		}
	}
	text = strings.TrimRight(head.String(), "\n") + "\n\n" + body.String()
	if strings.HasPrefix(body.String(), "HTTP/") { // with -i, the headers are printed once more
		text = body.String()
	}
	read, err := readMessage(name, text)
	if err == nil {
		a.Response = read[0].Response
	}
	if a.Request.URL != "" && strings.HasPrefix(a.Request.URL, "/") {
		for _, h := range a.Request.Headers {
			if strings.EqualFold(h.Name, "Host") {
				a.Request.URL = "https://" + h.Value + a.Request.URL
			}
		}
	}
	return []Answer{a}, err
}

// noteRequest keeps the request line and the headers of the request.
func (a *Answer) noteRequest(line string) {
	if fields := strings.Fields(line); len(fields) == 3 && strings.HasPrefix(fields[2], "HTTP/") {
		a.Request = probe.Request{Method: fields[0], URL: fields[1]}
		return
	}
	if key, value, ok := strings.Cut(line, ":"); ok {
		a.Request.Headers = append(a.Request.Headers, probe.Header{Name: key, Value: strings.TrimSpace(value)})
	}
}
