package postman

import (
	"net/http"
	"strconv"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// responses reads the saved answers of a request.
func (b *builder) responses(list *tree.Node) {
	for _, n := range items(list) {
		if n.Kind == nearjson.Object {
			b.response(n)
		}
	}
}

func (b *builder) response(n *tree.Node) {
	r := probe.Response{Title: plain(n.Get("name")), HTTPStatus: httpStatus(n), At: n.At().At()}
	f := outcome(r)
	body := n.Get("body")
	if t := body.Words(); !t.IsBlank() {
		found, ds := sheet.ReadExample(f, t)
		r.Body, r.Raw = found, t.String()
		b.note(ds...)
	}
	b.field(f, tree.Member{Value: n})
	if f == probe.FieldErrorResponse {
		b.sheet.Errors = append(b.sheet.Errors, r)
		return
	}
	b.sheet.Success = append(b.sheet.Success, r)
}

func httpStatus(n *tree.Node) *int {
	status, err := strconv.Atoi(plain(n.Get("code")))
	if err != nil || status < 100 || status > 599 {
		return nil
	}
	return &status
}

// outcome is told by the status; only where it is one of success, or missing, the title can say otherwise.
func outcome(r probe.Response) probe.Field {
	said := sheet.Outcome(r.Title)
	switch {
	case r.HTTPStatus != nil && *r.HTTPStatus >= 400:
		return probe.FieldErrorResponse
	case said != "":
		return said
	}
	return probe.FieldSuccessResponse
}

// borrowBody takes the body of the request that led to the first saved answer, where the request itself has none.
func (b *builder) borrowBody(answers *tree.Node) {
	for _, n := range items(answers) {
		if q := &b.sheet.Request; !q.Body.IsZero() || b.sheet.At[probe.FieldRequestBody].Line != 0 || b.sheet.Method == http.MethodGet {
			return
		}
		if body, ok := n.Get("originalRequest").Find("body"); ok && outcome(probe.Response{Title: plain(n.Get("name")), HTTPStatus: httpStatus(n)}) == probe.FieldSuccessResponse {
			b.body(body)
		}
	}
}
