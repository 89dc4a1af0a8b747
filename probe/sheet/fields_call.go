package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// call is what an example call gives: a curl command, or the first line of an HTTP message.
type call struct {
	method   string
	methodAt source.Span
	url      source.Text
	headers  []probe.Header
	body     source.Text
	json     bool                 // the body is sent as JSON, whatever the headers say
	form     []probe.RequestField // fields of a multipart form
	files    []source.Text        // what is sent is read from these files, which nobody handed over
}

// borrow remembers what an example call gives, for where the sheet has no field for it.
func (a *assembler) borrow(c call) {
	b := &a.borrowed
	if b.method == "" {
		b.method, b.methodAt = c.method, c.methodAt
	}
	if b.url.Len() == 0 {
		b.url = c.url
	}
	b.headers = append(b.headers, c.headers...)
}

// readCall reads a request line or a curl command.
func readCall(t source.Text) call {
	t = t.TrimSpace()
	if isRequestLine(t.String()) {
		word, method, _ := findMethod(t)
		url, _ := findURL(t.Slice(word.Len(), t.Len()).TrimSpace())
		return call{method: method, methodAt: word.At(), url: url}
	}
	return readCurl(shellWords(t))
}

// SameCall says that two example calls make the same call: method and address are the same, as far as both give a host.
func SameCall(a, b source.Text) bool {
	one, other := readCall(onlyCall(a)), readCall(onlyCall(b))
	host, path := hostAndPath(one.url.String())
	otherHost, otherPath := hostAndPath(other.url.String())
	return one.method == other.method && path != "" && path == otherPath && (host == "" || otherHost == "" || host == otherHost)
}

// onlyCall is an example call without what stands below it.
func onlyCall(t source.Text) source.Text {
	t = t.TrimSpace()
	lines := t.Lines()
	if isRequestLine(t.String()) {
		return lines[0]
	}
	return lines[0].Join(lines[max(CallLines(lines), 1)-1])
}

func hostAndPath(url string) (host, path string) {
	url, _, _ = strings.Cut(url, "?")
	if _, rest, ok := strings.Cut(url, "://"); ok {
		host, path, _ = strings.Cut(rest, "/")
		return host, "/" + strings.TrimRight(path, "/")
	}
	return "", strings.TrimRight(url, "/")
}
