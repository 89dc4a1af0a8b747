package native

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// shape is how a node of success_response or error_response is to be understood; see the package comment for the rule.
type shape int

const (
	isBody    shape = iota // the answer itself
	isWrapper              // {http_status, code, body, when, request}
	isMixed                // a body that could have been meant as a wrapper
)

// understand applies the rule.
func understand(n *node) shape {
	if n.kind != nearjson.Object || len(n.members) == 0 || isTemplate(n) {
		return isBody
	}
	telling, unknown, misspelt := 0, 0, 0
	for _, m := range n.members {
		switch {
		case slices.Contains([]string{keyHTTPStatus, keyBody, keyWhen, keyRequest}, m.key):
			telling++
		case slices.Contains(responseKeys, m.key):
		case sheet.Nearest(m.key, responseKeys) != "", namesStatus(n, m):
			misspelt++
		default:
			unknown++
		}
	}
	_, status := n.find(keyHTTPStatus)
	_, body := n.find(keyBody)
	switch {
	case telling == 0:
		return isBody
	case unknown+misspelt == 0 && (telling > 1 || !body || len(n.members) == 1 || n.member(keyTitle) == nil || !looksScalar(n.member(keyBody))):
		return isWrapper
	case unknown == 0 && misspelt > 0 && (status || body):
		return isWrapper
	case status:
		return isMixed
	}
	return isBody
}

// namesStatus says that a key stands for http_status under another name: {status: 400, body: {...}}.
func namesStatus(n *node, m member) bool {
	body, ok := n.find(keyBody)
	status, err := strconv.Atoi(m.value.text)
	return ok && !looksScalar(body.value) && strings.Contains(strings.ToLower(m.key), "status") && err == nil && status >= 100 && status <= 599
}

// looksScalar says that a node is a text that holds no document: {title: ..., body: "Dear reader"} is an answer about a letter.
func looksScalar(n *node) bool {
	return n.kind != nearjson.Object && n.kind != nearjson.Array && (n.text == "" || !strings.ContainsAny(n.text[:1], "{[<"))
}

// find returns the member of a key.
func (n *node) find(key string) (member, bool) {
	for _, m := range n.members {
		if m.key == key {
			return m, true
		}
	}
	return member{}, false
}

// responses reads success_response or error_response: an answer, a wrapper, or a list of answers.
func (r *reader) responses(f probe.Field, n *node) []probe.Response {
	if !listsAnswers(f, n) {
		return []probe.Response{r.response(f, n)}
	}
	responses := make([]probe.Response, len(n.items))
	for i, item := range n.items {
		responses[i] = r.response(f, item)
	}
	return responses
}

// listsAnswers tells a list of answers from an answer that is a JSON array: see the package comment.
func listsAnswers(f probe.Field, n *node) bool {
	if n.kind != nearjson.Array {
		return false
	}
	noObject := func(item *node) bool { return item.kind != nearjson.Object }
	return slices.ContainsFunc(n.items, func(item *node) bool { return understand(item) == isWrapper }) ||
		f == probe.FieldErrorResponse && len(n.items) > 1 && !slices.ContainsFunc(n.items, noObject)
}

func (r *reader) response(f probe.Field, n *node) probe.Response {
	response := probe.Response{At: n.at().At()}
	switch understand(n) {
	case isWrapper:
		r.wrapper(f, n, &response)
		return response
	case isMixed:
		m, _ := n.find(keyHTTPStatus)
		r.note(sheet.Diagnose("sheet.ambiguous", f, m.at().At(), fmt.Sprintf("%q stands among the keys of an answer; all of them were read as the body", keyHTTPStatus),
			fmt.Sprintf("where it is the status of the answer, put the other keys under %q", keyBody)))
	}
	response.Body, response.Raw = r.body(f, n)
	return response
}

func (r *reader) wrapper(f probe.Field, n *node, response *probe.Response) {
	members, _ := r.object(f, n, "a response", responseKeys)
	for _, key := range responseKeys {
		m, ok := members[key]
		if !ok {
			continue
		}
		switch key {
		case keyTitle:
			response.Title, _ = r.text(f, m.value, key)
		case keyHTTPStatus:
			response.HTTPStatus = r.httpStatus(f, m.value)
		case keyCode:
			response.Code, _ = r.text(f, m.value, key)
		case keyBody:
			response.Body, response.Raw = r.body(f, m.value)
		case keyWhen:
			response.When, _ = r.text(f, m.value, key)
		case keyRequest:
			r.notPerformed(f, m, "the exact request that leads to this answer", "put the cause in words under `when`")
		}
	}
}

func (r *reader) httpStatus(f probe.Field, n *node) *int {
	text, ok := r.text(f, n, keyHTTPStatus)
	if !ok {
		return nil
	}
	status, err := strconv.Atoi(text)
	if err != nil || len(text) != 3 || status < 100 || status > 599 {
		r.fail(f, n.at(), fmt.Sprintf("%s is %q", keyHTTPStatus, text), "expected a number from 100 to 599")
		return nil
	}
	return &status
}

// notPerformed says that a part of the form is known and has no effect in this version.
func (r *reader) notPerformed(f probe.Field, m member, what, instead string) {
	r.note(sheet.Diagnose("sheet.ambiguous", f, m.at().At(), fmt.Sprintf("%q (%s) is read and not performed by this version", m.key, what), instead))
}
