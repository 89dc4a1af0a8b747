package native

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// shape is how a node of success_response or error_response is to be understood; see the package comment for the rule.
type shape int

const (
	isBody    shape = iota // the answer itself
	isWrapper              // {http_status, code, headers, body, schema, when, request}
	isMixed                // a body that could have been meant as a wrapper
)

// understand applies the rule.
func understand(n *tree.Node) shape {
	if n.Kind != nearjson.Object || len(n.Members) == 0 || n.IsTemplate() {
		return isBody
	}
	telling, unknown, misspelt := 0, 0, 0
	for _, m := range n.Members {
		if tells(m) {
			telling++
		}
	}
	if telling == 0 {
		return isBody
	}
	for _, m := range n.Members {
		switch {
		case tells(m):
		case slices.Contains(responseKeys, m.Key):
		case isEnvelopeHeader(m):
			unknown++
		case sheet.Nearest(m.Key, responseKeys) != "", namesStatus(n, m):
			misspelt++
		default:
			unknown++
		}
	}
	_, status := n.Find(keyHTTPStatus)
	_, body := n.Find(keyBody)
	switch {
	case unknown+misspelt == 0 && (telling > 1 || !body || len(n.Members) == 1 || n.Get(keyTitle) == nil || !looksScalar(n.Get(keyBody))):
		return isWrapper
	case unknown == 0 && misspelt > 0 && (status || body):
		return isWrapper
	case status:
		return isMixed
	}
	return isBody
}

// tells says that a key is one that an answer rarely has, and a wrapper mostly.
func tells(m tree.Member) bool {
	switch m.Key {
	case keyHTTPStatus, keyBody, keyWhen, keyRequest:
		return true
	case keySchema:
		return isSchema(m.Value)
	}
	return false
}

// isEnvelopeHeader says that a key is that of an answer which has a header and a body of its own, as in {header: {statusCode: "0000"}, body: {...}},
// and no slip of the pen for the HTTP headers: their names have hyphens, or are known.
func isEnvelopeHeader(m tree.Member) bool {
	if sheet.Nearest(m.Key, responseKeys) != keyHeaders || m.Value.Kind != nearjson.Object {
		return false
	}
	return !slices.ContainsFunc(m.Value.Members, func(h tree.Member) bool {
		return strings.Contains(h.Key, "-") || slices.Contains([]string{"authorization", "location", "etag", "date", "server"}, strings.ToLower(h.Key))
	})
}

// namesStatus says that a key stands for http_status under another name: {status: 400, body: {...}}.
func namesStatus(n *tree.Node, m tree.Member) bool {
	body, ok := n.Find(keyBody)
	status, err := strconv.Atoi(m.Value.Text)
	return ok && !looksScalar(body.Value) && strings.Contains(strings.ToLower(m.Key), "status") && err == nil && status >= 100 && status <= 599
}

// looksScalar says that a node is a text that holds no document: {title: ..., body: "Dear reader"} is an answer about a letter.
func looksScalar(n *tree.Node) bool {
	return n.Kind != nearjson.Object && n.Kind != nearjson.Array && (n.Text == "" || !strings.ContainsAny(n.Text[:1], "{[<"))
}

// responses reads success_response or error_response: an answer, a wrapper, or a list of answers.
func (r *reader) responses(f probe.Field, n *tree.Node) []probe.Response {
	if !listsAnswers(f, n) {
		return []probe.Response{r.response(f, n)}
	}
	responses := make([]probe.Response, len(n.Items))
	for i, item := range n.Items {
		responses[i] = r.response(f, item)
	}
	return responses
}

// listsAnswers tells a list of answers from an answer that is a JSON array: see the package comment.
func listsAnswers(f probe.Field, n *tree.Node) bool {
	if n.Kind != nearjson.Array {
		return false
	}
	noObject := func(item *tree.Node) bool { return item.Kind != nearjson.Object }
	return slices.ContainsFunc(n.Items, func(item *tree.Node) bool { return understand(item) == isWrapper }) ||
		f == probe.FieldErrorResponse && len(n.Items) > 1 && !slices.ContainsFunc(n.Items, noObject)
}

func (r *reader) response(f probe.Field, n *tree.Node) probe.Response {
	response := probe.Response{At: n.At().At()}
	switch understand(n) {
	case isWrapper:
		r.wrapper(f, n, &response)
		return response
	case isMixed:
		m, _ := n.Find(keyHTTPStatus)
		r.note(sheet.Diagnose("sheet.ambiguous", f, m.At().At(), fmt.Sprintf("%q stands among the keys of an answer; all of them were read as the body", keyHTTPStatus),
			fmt.Sprintf("where it is the status of the answer, put the other keys under %q", keyBody)))
	}
	response.Body, response.Raw = r.body(f, n)
	return response
}

func (r *reader) wrapper(f probe.Field, n *tree.Node, response *probe.Response) {
	members, _ := r.object(f, n, "a response", responseKeys)
	for _, key := range responseKeys {
		m, ok := members[key]
		if !ok {
			continue
		}
		switch key {
		case keyTitle:
			response.Title, _ = r.text(f, m.Value, key)
		case keyHTTPStatus:
			response.HTTPStatus = r.httpStatus(f, m.Value)
		case keyCode:
			response.Code, _ = r.text(f, m.Value, key)
		case keyHeaders:
			response.Headers = r.pairs(f, m.Value, key)
		case keyBody:
			response.Body, response.Raw = r.body(f, m.Value)
		case keySchema:
			r.schemaText(f, m.Value, response)
		case keyWhen:
			response.When, _ = r.text(f, m.Value, key)
		case keyRequest:
			response.Request = r.recipe(f, m.Value)
		}
	}
}

func (r *reader) httpStatus(f probe.Field, n *tree.Node) *int {
	text, ok := r.text(f, n, keyHTTPStatus)
	if !ok {
		return nil
	}
	status, err := strconv.Atoi(text)
	if err != nil || len(text) != 3 || status < 100 || status > 599 {
		r.fail(f, n.At(), fmt.Sprintf("%s is %q", keyHTTPStatus, text), "expected a number from 100 to 599")
		return nil
	}
	return &status
}
