package export

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// responses are the documented answers by status. One whose status the sheet does not give is any success, or the default.
func (c *call) responses() *nearjson.Value {
	type group struct {
		status    string
		outcome   probe.Outcome
		responses []probe.Response
	}
	var groups []group
	add := func(all []probe.Response, o probe.Outcome, unknown string) {
		for _, r := range all {
			status := unknown
			if r.HTTPStatus != nil {
				status = strconv.Itoa(*r.HTTPStatus)
			}
			if at := slices.IndexFunc(groups, func(g group) bool { return g.status == status }); at >= 0 {
				groups[at].responses = append(groups[at].responses, r)
				continue
			}
			groups = append(groups, group{status, o, []probe.Response{r}})
		}
	}
	add(c.Success, probe.OutcomeSuccess, c.onlySuccess())
	add(c.Errors, probe.OutcomeError, "default")
	all := object()
	for _, g := range groups {
		put(all, g.status, c.response(g.outcome, g.responses))
	}
	for _, code := range c.StatusCodes {
		if n, err := strconv.Atoi(code.Code); err == nil && code.Kind == probe.KindHTTP && n >= 100 && n <= 599 && all.Get(code.Code) == nil {
			put(all, code.Code, object("description", firstOf(code.Message, "not described")))
		}
	}
	if len(all.Members) == 0 {
		put(all, "default", object("description", "not described"))
	}
	return all
}

// onlySuccess is the one status of a success that field 10 lists; any where it lists none or several.
func (c *call) onlySuccess() string {
	only := ""
	for _, code := range c.StatusCodes {
		if code.Kind != probe.KindHTTP || !strings.HasPrefix(code.Code, "2") || len(code.Code) != 3 {
			continue
		}
		if only != "" {
			return "2XX"
		}
		only = code.Code
	}
	return firstOf(only, "2XX")
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

// response is what the sheet shows under one status.
func (c *call) response(o probe.Outcome, responses []probe.Response) *nearjson.Value {
	var examples []*nearjson.Value
	var said []string
	for _, r := range responses {
		said = append(said, firstOf(r.When, r.Title, c.messageOf(r.Code), map[probe.Outcome]string{probe.OutcomeSuccess: "success", probe.OutcomeError: "error"}[o]))
		if r.Body.Value != nil {
			examples = append(examples, r.Body.Value)
		}
	}
	kind, s := "text/plain", object("type", "string")
	if len(examples) > 0 {
		kind, s = "application/json", shapeOf(c.Sheet, o, examples)
	}
	shown := object()
	for i, r := range responses {
		if v := c.shown(r, s); v != nil {
			put(shown, fmt.Sprintf("%s_%d", firstOf(r.Code, string(o)), i+1), object("value", v))
		}
	}
	answer := object("description", strings.Join(slices.Compact(said), "; "))
	if len(examples) > 0 || len(shown.Members) > 0 {
		content := object("schema", s)
		if len(shown.Members) > 0 {
			put(content, "examples", shown)
		}
		put(answer, "content", object(kind, content))
	}
	return answer
}

// shown is the example of an answer; nil where there is none that its schema admits.
func (c *call) shown(r probe.Response, schema *nearjson.Value) *nearjson.Value {
	switch {
	case r.Body.Value != nil:
		return fitting(c.example(r.Body.Value), schema)
	case r.Body.Text != "" && admitsText(schema.Get("type")):
		return str(c.text(r.Body.Text, "body", false).in(asIs, double))
	}
	return nil
}

func (c *call) messageOf(code string) string {
	for _, row := range c.StatusCodes {
		if row.Code == code && code != "" {
			return row.Message
		}
	}
	return ""
}

// codes are the business codes, which OpenAPI has no place for.
func (c *call) codes() *nearjson.Value {
	var rows []*nearjson.Value
	for _, row := range c.StatusCodes {
		if row.Kind == probe.KindBusiness {
			rows = append(rows, object("code", row.Code, "message", row.Message))
		}
	}
	return orNil(rows)
}
