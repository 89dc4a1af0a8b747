package plan

import (
	"net/url"
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// FitForURL makes a value fit for the part of an address that its placeholder stands in, by the byte at which it begins. It is for addresses
// that no sheet documents, such as those of token calls.
func FitForURL(address string, start int, value string) string {
	query := strings.IndexByte(address, '?')
	switch {
	case start < authorityEnd(address):
		return value // which may be a host, or the whole address
	case query >= 0 && start > query:
		return fit(queryText, value)
	}
	return fit(pathSegment, value)
}

// FitForBody makes a value fit for a body that no sheet documents.
func FitForBody(body, mediaType, value string) string {
	return fit(escaperOf(body, strings.ToLower(mediaType)), value)
}

// AsForm writes an object, as people give the fields of a form, in the way forms travel, each value filled first; it is not ok where the
// media type is no form, or the body no object of single values.
func AsForm(body, mediaType string, fill func(value string) string) (form string, ok bool) {
	object, _, err := nearjson.ParseStrict(source.Unplaced(body))
	if err != nil || object.Kind != nearjson.Object || !strings.Contains(strings.ToLower(mediaType), "x-www-form-urlencoded") {
		return "", false
	}
	var parts []string
	for _, m := range object.Members {
		if m.Value.Kind == nearjson.Object || m.Value.Kind == nearjson.Array || m.Value.Kind == nearjson.Null {
			return "", false
		}
		parts = append(parts, url.QueryEscape(m.Key)+"="+url.QueryEscape(fill(m.Value.Text)))
	}
	return strings.Join(parts, "&"), true
}

// fit leaves a value that can stand nowhere near as it is: it is refused where it is sent.
func fit(escape escaper, value string) string {
	if escaped, err := escape(value); err == nil {
		return escaped
	}
	return value
}
