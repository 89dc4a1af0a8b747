package plan

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// draft is a request with its placeholders still in it. Copies share what they do not change.
type draft struct {
	method  string
	url     string // without query and fragment
	query   []param
	headers []probe.Header
	form    []param
	body    *nearjson.Value // JSON; nil where text or form holds the body, or there is none
	text    string
	raw     []byte // where not nil: the body as it is, instead of body, text and form
	// mediaType is what the body is written by where the headers say another one on purpose; "" where they say the right one, or none.
	mediaType string
	given     map[string]string // values that this case alone brings, by folded name
}

// param is a query parameter or form field.
type param struct {
	name, value string
	encoded     bool // stands in the URL, or in a form, as it is to be sent, save for its placeholders
	bare        bool // stands in the URL without "="
	open        bool // the sheet names it and gives no value
	at          source.Span
}

// newDraft takes the request from the sheet. Query parameters of the URL come first, in their order; those that the sheet lists elsewhere
// follow, and give a value to those that have none in the URL.
func newDraft(s *probe.Sheet) draft {
	address, query, _ := strings.Cut(withoutFragment(s.URL), "?")
	d := draft{method: s.Method, url: markPathFields(s, address), headers: sentHeaders(s.Headers), text: s.Request.Body.Text, body: s.Request.Body.Value}
	if query != "" {
		for part := range strings.SplitSeq(query, "&") {
			name, value, hasValue := strings.Cut(part, "=")
			d.query = append(d.query, param{name: name, value: value, encoded: true, bare: !hasValue, at: s.At.Of(probe.FieldURL)})
		}
	}
	if pairs, ok := probe.FormPairs(d.text); ok && s.Request.MediaType == "application/x-www-form-urlencoded" {
		d.text = ""
		for _, p := range pairs {
			d.form = append(d.form, param{name: p.Name, value: p.Value, encoded: true, at: s.Request.Body.At})
		}
	}
	for _, f := range s.Request.Fields {
		switch f.In {
		case probe.InQuery:
			d.query = merge(d.query, f)
		case probe.InForm:
			d.form = merge(d.form, f)
		}
	}
	if hasNoBody(s.Method) && isEmptyContainer(d.body) {
		d.body = nil
	}
	return d
}

// withoutFragment cuts at the "#" that starts a fragment; a run of several is a mask.
func withoutFragment(rawURL string) string {
	rawURL = strings.TrimSpace(rawURL)
	for i := range len(rawURL) {
		if rawURL[i] == '#' && !strings.HasPrefix(rawURL[i+1:], "#") && !strings.HasSuffix(rawURL[:i], "#") {
			return rawURL[:i]
		}
	}
	return rawURL
}

// merge adds a field to the parameters, or gives its value to the parameter of that name that has none.
func merge(params []param, f probe.RequestField) []param {
	for i, p := range params {
		if decoded(p) != f.Name {
			continue
		}
		if p.value == "" && f.Value != "" {
			params[i] = param{name: f.Name, value: f.Value, at: f.At}
		}
		return params
	}
	if f.Value == "" && f.Mandatory != nil && !*f.Mandatory {
		return params // an optional parameter without a value is left out
	}
	return append(params, param{name: f.Name, value: f.Value, open: f.Value == "", at: f.At})
}

// markPathFields turns a path segment that equals the name of a path field, as in /orders/order_id, into a placeholder.
func markPathFields(s *probe.Sheet, address string) string {
	start := authorityEnd(address)
	for _, f := range s.Request.Fields {
		if f.In != probe.InPath || f.Name == "" || hasPlaceholder(address, f.Name) {
			continue
		}
		segments := strings.Split(address[start:], "/")
		if i := slices.Index(segments, f.Name); i >= 0 {
			segments[i] = "{{" + f.Name + "}}"
			address = address[:start] + strings.Join(segments, "/")
		}
	}
	return address
}

func hasPlaceholder(text, name string) bool {
	for ref := range probe.Placeholders(text, true) {
		if sameName(ref.Name, name) {
			return true
		}
	}
	return false
}

// sentHeaders leaves out what the client computes for itself: documents copy these from a tool's log, with values that are wrong here.
func sentHeaders(headers []probe.Header) []probe.Header {
	computed := []string{"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "expect", "keep-alive", "te", "trailer", "upgrade"}
	var sent []probe.Header
	for _, h := range headers {
		if h.Name != "" && !slices.Contains(computed, strings.ToLower(h.Name)) {
			sent = append(sent, h)
		}
	}
	return sent
}

// isSafe says that a request of the method is not meant to change anything (RFC 9110, section 9.2.1).
func isSafe(method string) bool { return method == "GET" || method == "HEAD" || method == "OPTIONS" }

func hasNoBody(method string) bool { return method == "GET" || method == "HEAD" }

func isEmptyContainer(v *nearjson.Value) bool {
	return v != nil && (v.Kind == nearjson.Object && len(v.Members) == 0 || v.Kind == nearjson.Array && len(v.Items) == 0)
}
