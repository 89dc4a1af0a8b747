package answers

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// isLines says that every line that is not empty, of two or more, begins like a JSON object or array. Lines that are broken nevertheless are
// answers too: they are judged for it.
func isLines(text string) bool {
	lines := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if line[0] != '{' && line[0] != '[' || len(line) < 2 {
			return false
		}
		lines++
	}
	return lines > 1
}

// readLines reads NDJSON: each line is a body, or a record of an answer.
func readLines(name, text string) ([]Answer, error) {
	var all []Answer
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if len(all) >= maxAnswers {
			return nil, fmt.Errorf("more than %d answers; split the file", maxAnswers)
		}
		at := name + ":" + strconv.Itoa(number)
		value, _, err := nearjson.ParseStrict(source.Unplaced(line))
		if err != nil || !isRecord(value) {
			all = append(all, body(at, line))
			continue
		}
		a, err := record(at, value)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		all = append(all, a)
	}
	return all, nil
}

// recordKeys are those of a record: an answer with what is known about it.
var recordKeys = []string{"api", "method", "url", "http_status", "headers", "body"}

// isRecord says that an object is a record and no body: it has a status and a body, and no key that is not of a record.
func isRecord(v *nearjson.Value) bool {
	if v.Get("http_status") == nil || v.Get("body") == nil {
		return false
	}
	return !slices.ContainsFunc(v.Members, func(m nearjson.Member) bool { return !slices.Contains(recordKeys, m.Key) })
}

// record reads {"api", "method", "url", "http_status", "headers", "body"}; a body that is a string is the text that travelled.
func record(name string, v *nearjson.Value) (Answer, error) {
	a := Answer{Name: name, API: textOf(v.Get("api")), Request: probe.Request{Method: textOf(v.Get("method")), URL: textOf(v.Get("url"))}}
	status, err := statusOf(v.Get("http_status"))
	if err != nil {
		return a, err
	}
	a.Response.HTTPStatus = status
	for _, m := range members(v.Get("headers")) {
		a.Response.Headers = append(a.Response.Headers, probe.Header{Name: m.Key, Value: textOf(m.Value)})
	}
	switch b := v.Get("body"); b.Kind {
	case nearjson.Null:
	case nearjson.String:
		a.Response.Body = b.Text
	default:
		a.Response.Body = string(nearjson.Encode(b))
	}
	a.Response.MediaType = mediaTypeOf(a.Response.Headers)
	if len(a.Response.Headers) == 0 {
		a.Response.MediaType = guessedMediaType(a.Response.Body)
	}
	return a, nil
}

func members(v *nearjson.Value) []nearjson.Member {
	if v == nil {
		return nil
	}
	return v.Members
}

func statusOf(v *nearjson.Value) (int, error) {
	if v == nil || v.Kind == nearjson.Null {
		return 0, nil
	}
	status, err := strconv.Atoi(v.Text)
	if err != nil || status < 100 || status > 599 {
		return 0, fmt.Errorf("%s is no HTTP status", v)
	}
	return status, nil
}

func textOf(v *nearjson.Value) string {
	if v == nil || v.Kind != nearjson.String {
		return ""
	}
	return v.Text
}

// readArchive reads the entries of an HTTP archive that hold an answer. An entry of status 0 or -1 got none: the browser gave up or was blocked.
// One of status 304 to a conditional request is none of the API's, but says that the browser has one already.
func readArchive(name string, v *nearjson.Value) ([]Answer, error) {
	entries := v.Get("log").Get("entries")
	if len(entries.Items) == 0 {
		return nil, errors.New("the archive holds no entries")
	}
	if len(entries.Items) > maxAnswers {
		return nil, fmt.Errorf("more than %d entries; save fewer", maxAnswers)
	}
	var all []Answer
	for i, e := range entries.Items {
		a, err := entry(fmt.Sprintf("%s#%d", name, i+1), e)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
		if a.Response.HTTPStatus != 0 && !a.isRevalidated() {
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return nil, errors.New("no entry of the archive got an answer")
	}
	return all, nil
}

func entry(name string, e *nearjson.Value) (Answer, error) {
	request, response := e.Get("request"), e.Get("response")
	if request == nil || response == nil {
		return Answer{}, errors.New("request or response is missing")
	}
	a := Answer{Name: name, Request: probe.Request{Method: textOf(request.Get("method")), URL: textOf(request.Get("url")), Headers: pairs(request.Get("headers"))}}
	a.Request.Body = []byte(textOf(request.Get("postData").Get("text")))
	if status := response.Get("status"); status != nil && status.Text != "0" && status.Text != "-1" {
		var err error
		if a.Response.HTTPStatus, err = statusOf(status); err != nil {
			return a, err
		}
	}
	a.Response.Headers = pairs(response.Get("headers"))
	content := response.Get("content")
	a.Response.Body = textOf(content.Get("text"))
	if textOf(content.Get("encoding")) == "base64" {
		raw, err := base64.StdEncoding.DecodeString(a.Response.Body)
		if err != nil {
			return a, fmt.Errorf("the body is no base64: %w", err)
		}
		a.Response.Body = string(raw)
	}
	a.Response.Truncated = a.Request.Method != http.MethodHead && (isLess(a.Response, content.Get("size")) || a.Response.Body == "" && isLess(a.Response, response.Get("bodySize")))
	a.Response.MediaType = mediaTypeOf(a.Response.Headers)
	if a.Response.MediaType == "" {
		a.Response.MediaType = mediaTypeOf([]probe.Header{{Name: "Content-Type", Value: textOf(content.Get("mimeType"))}})
	}
	return a, nil
}

// isLess says that an archive holds less of a body than came: browsers drop what is large or old.
func isLess(r probe.RecordedResponse, size *nearjson.Value) bool {
	came := header(r.Headers, "Content-Length")
	if size != nil && size.Text != "0" && size.Text != "-1" {
		came = size.Text
	}
	n, err := strconv.Atoi(came)
	return err == nil && (n > 0 && r.Body == "" || n > len(r.Body) && size != nil && size.Text == came)
}

func (a *Answer) isRevalidated() bool {
	h := a.Request.Headers
	return a.Response.HTTPStatus == http.StatusNotModified && header(h, "If-None-Match")+header(h, "If-Modified-Since") != ""
}

func pairs(v *nearjson.Value) []probe.Header {
	if v == nil {
		return nil
	}
	var all []probe.Header
	for _, item := range v.Items {
		all = append(all, probe.Header{Name: textOf(item.Get("name")), Value: textOf(item.Get("value"))})
	}
	return all
}
