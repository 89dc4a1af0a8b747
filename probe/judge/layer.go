package judge

import (
	"net/http"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// ownStatuses are those under which a gateway or framework in front of the API refuses a request in a form of its own, before any line of
// the API has seen it. What frameworks leave to the API, such as a missing field, is not here.
var ownStatuses = map[probe.Family][]int{
	probe.FamilyNoAuth:         {401, 403},
	probe.FamilyBadAuth:        {400, 401, 403},
	probe.FamilyNullField:      {400, 415, 422},
	probe.FamilyWrongType:      {400, 404, 415, 422}, // a path parameter of another type leads to no route
	probe.FamilyTooLong:        {400, 413, 414, 422, 431},
	probe.FamilyMalformedBody:  {400, 413, 415, 422},
	probe.FamilyEmptyBody:      {400, 411, 413, 415, 422},
	probe.FamilyWrongMediaType: {400, 406, 415, 422},
	probe.FamilyUnknownID:      {400, 422}, // an id that nobody has may be refused for its form, which we can only guess
	probe.FamilyUnknownPath:    {400, 403, 404, 405, 410, 422},
}

// isOwnAnswer says that the answer may well come from such a layer, by family and HTTP status.
func (a *answer) isOwnAnswer() bool { return slices.Contains(ownStatuses[a.c.Family], a.status) }

// comesFromLayer says that it does, as far as can be told: its form is none that the sheet documents for errors.
func (a *answer) comesFromLayer() bool {
	if !a.isOwnAnswer() || a.settled || a.isBodyless() {
		return false
	}
	return a.foreign || a.promise.json && (a.jsonError != nil || a.isEmpty()) || a.sharesKeysOnly()
}

// sharesKeysOnly says that an answer has keys of a documented error, such as "error", and under none of them what is documented there: a
// text for an object. A code where the API puts it speaks against that.
func (a *answer) sharesKeysOnly() bool {
	if a.value == nil || a.value.Kind != nearjson.Object || !a.promise.json || a.carriesOwnCode() {
		return false
	}
	return !slices.ContainsFunc(a.promise.responses, func(r probe.Response) bool {
		return r.Schema != nil || r.Body.Value != nil && (a.sharesForm(r.Body.Value) || a.promise.complainsOfFields(r.Body.Value, a.value))
	})
}

func (a *answer) sharesForm(documented *nearjson.Value) bool {
	return slices.ContainsFunc(documented.Members, func(m nearjson.Member) bool {
		live := a.value.Get(m.Key)
		return live != nil && isContainer(live) == isContainer(m.Value)
	})
}

func isContainer(v *nearjson.Value) bool {
	return v.Kind == nearjson.Object || v.Kind == nearjson.Array
}

// routine are the families of which hardly any sheet speaks: every server has an answer of its own to them, and callers expect no other.
var routine = []probe.Family{probe.FamilyWrongMethod, probe.FamilyUnknownPath, probe.FamilyWrongMediaType, probe.FamilyEmptyBody}

// isRoutine says that the sheet promises nothing for a request such as this one, and that the status alone says enough.
func (a *answer) isRoutine() bool {
	return slices.Contains(routine, a.c.Family) && !a.c.Expect.Forbidden && a.isOwnAnswer() &&
		!slices.Contains(a.judge.failure.statuses, a.status)
}

// soften makes an error a warning where the sheet does not really promise what is missed: what a gateway may have answered, and the form
// of a refusal that the sheet does not ask for. Where it does not even speak of such requests, it is worth a remark.
func (a *answer) soften(f *probe.Finding) {
	if !a.negative {
		return
	}
	foreign := a.isOwnAnswer() && (f.Rule == "status.http" || !a.carriesOwnCode())
	if f.Severity == source.Error && (foreign || !a.c.Expect.Forbidden) {
		f.Severity = source.Warning
	}
	if f.Severity == source.Warning && foreign && a.isRoutine() {
		f.Severity = source.Info
	}
}

// carriesOwnCode says that a business code stands where the API puts it. A gateway has none, save the HTTP status once more.
func (a *answer) carriesOwnCode() bool {
	return slices.ContainsFunc(a.codes, func(code string) bool { return !a.isStatus(code) })
}

// layer names what an answer comes from that is in no documented form: the product whose mark it bears, else what it must be.
func (a *answer) layer() string {
	for _, l := range layers {
		if l.made(a) {
			return l.name
		}
	}
	return "a framework or gateway in front of the API"
}

// layers are the makers of error answers that can be told by them, the plainest first.
var layers = []struct {
	name string
	made func(*answer) bool
}{
	{"Amazon API Gateway", func(a *answer) bool {
		return a.header("X-Amzn-Errortype") != "" || a.header("X-Amz-Apigw-Id") != ""
	}},
	{"Apigee", func(a *answer) bool { return a.value.Get("fault").Get("detail").Get("errorcode") != nil }},
	{"Kong", func(a *answer) bool {
		return strings.HasPrefix(strings.ToLower(a.header("Server")), "kong") || a.header("X-Kong-Response-Latency") != ""
	}},
	{"Azure API Management", func(a *answer) bool { return a.hasKeys("statusCode", "message") && len(a.value.Members) == 2 }},
	{"Spring", func(a *answer) bool {
		return a.hasKeys("timestamp", "status", "error") || a.says("whitelabel error page")
	}},
	{"ASP.NET", func(a *answer) bool {
		return a.hasKeys("type", "title", "status", "traceId") || a.says("server error in '/'")
	}},
	{"FastAPI", func(a *answer) bool { return isFastAPI(a.value.Get("detail")) }},
	{"Django REST framework", func(a *answer) bool { return a.hasKeys("detail") && len(a.value.Members) == 1 }},
	{"Express", func(a *answer) bool { return a.header("X-Powered-By") == "Express" || a.says("<pre>cannot ") }},
	{"Tomcat", func(a *answer) bool { return a.says("apache tomcat") || a.says("http status 4") }},
	{"nginx", func(a *answer) bool { return a.says("<center>nginx") || a.says("<center>openresty") }},
	{"Apache", func(a *answer) bool { return a.says("<address>apache") }},
	{"IIS", func(a *answer) bool { return strings.HasPrefix(a.header("Server"), "Microsoft-") && a.isHTML() }},
	{"Go's net/http", func(a *answer) bool {
		text := strings.TrimSpace(a.body)
		return text == "404 page not found" || text == http.StatusText(a.status) && strings.HasPrefix(a.response.MediaType, "text/plain")
	}},
}

// isFastAPI knows the list of places that are wrong, and the sentences of Starlette, which Django ends in a full stop.
func isFastAPI(detail *nearjson.Value) bool {
	if detail == nil {
		return false
	}
	if detail.Kind == nearjson.Array && len(detail.Items) > 0 {
		return detail.Items[0].Get("loc") != nil
	}
	return slices.Contains([]string{"Not Found", "Method Not Allowed", "Not authenticated", "Unsupported Media Type"}, detail.Text)
}

func (a *answer) hasKeys(keys ...string) bool {
	return a.value != nil && !slices.ContainsFunc(keys, func(key string) bool { return a.value.Get(key) == nil })
}

// says looks at the start of a body that is not JSON, for a mark in lower case.
func (a *answer) says(mark string) bool {
	return a.value == nil && strings.Contains(strings.ToLower(a.body[:min(len(a.body), 4<<10)]), mark)
}

func isLayered(a *answer) bool { return a.layered }

// checkLayered tells once what is to be said of an answer of such a layer: that it is like none of the documented errors, and whose it is.
func checkLayered(a *answer) []probe.Finding {
	f := a.strangeForm()
	f.At, f.Message = a.promise.at(a.judge.sheet), "the refusal ("+statusText(a.status)+") "+f.Message+"; it seems to come from "+a.layer()
	f.Hint = "ask the API owner to document this answer, or to have the layer in front answer in the documented form"
	f.Why = firstNonEmpty(f.Why, "a program that reads the documented error finds another one") + "; no error, because what is in front of an API refuses in a form of its own"
	a.soften(&f)
	return []probe.Finding{f}
}

// strangeForm says by what an answer is like none of the documented errors.
func (a *answer) strangeForm() probe.Finding {
	var f probe.Finding
	switch {
	case a.value != nil:
		f = a.foreignForm()
		f.Message = "is like none of the documented errors"
	case a.isEmpty():
		f = a.finding("body.empty", probe.AtBody)
		f.Documented, f.Observed, f.Message = "a body", "no body", "has no body, and the sheet documents one for an error"
	default:
		f = a.finding("body.not-json", probe.AtBody)
		f.Documented, f.Observed = "JSON", "\""+short(strings.TrimSpace(a.body))+"\""
		f.Message = "is not JSON, and the sheet documents JSON"
	}
	return f
}
