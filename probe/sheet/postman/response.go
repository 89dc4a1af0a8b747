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
func (b *builder) responses(list, request *tree.Node) {
	for _, n := range items(list) {
		if n.Kind == nearjson.Object {
			b.response(n, request)
		}
	}
}

func (b *builder) response(n, request *tree.Node) {
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
		r.Request = b.recipe(request, n.Get("originalRequest"))
		b.sheet.Errors = append(b.sheet.Errors, r)
		return
	}
	b.sheet.Success = append(b.sheet.Success, r)
}

// recipe is what differs between a request and the one that led to a saved answer. Credentials that Postman keeps apart from the headers are in neither.
func (b *builder) recipe(request, original *tree.Node) *probe.Recipe {
	if original == nil || original.Kind != nearjson.Object || original.Get("url") == nil || request.Kind != nearjson.Object {
		return nil
	}
	recipe := sheet.RecipeBetween(b.alone(request), b.alone(original))
	if recipe != nil {
		recipe.At = original.At().At()
	}
	return recipe
}

// alone is a request as the collection spells it out, without what it inherits.
func (b *builder) alone(request *tree.Node) *probe.Sheet {
	inner := newBuilder(b.sheet.Document, b.level)
	method, _ := request.Find("method")
	if inner.sheet.Method, _ = sheet.Method(b.value(method.Value).String()); inner.sheet.Method == "" {
		inner.sheet.Method = http.MethodGet
	}
	inner.url(request.Get("url"))
	header, _ := request.Find("header")
	inner.headers(header)
	if body, ok := request.Find("body"); ok {
		inner.body(body)
	}
	return inner.sheet
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
		if q := &b.sheet.Request; !q.Body.IsZero() || b.sheet.At.Of(probe.FieldRequestBody).Line != 0 || b.sheet.Method == http.MethodGet {
			return
		}
		if body, ok := n.Get("originalRequest").Find("body"); ok && outcome(probe.Response{Title: plain(n.Get("name")), HTTPStatus: httpStatus(n)}) == probe.FieldSuccessResponse {
			b.body(body)
		}
	}
}
