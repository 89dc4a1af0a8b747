package sheet

import (
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
