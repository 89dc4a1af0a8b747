package export

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// braces writes variables as the path templates and server variables of OpenAPI.
func braces(name string) string { return "{" + name + "}" }

// writeOpenAPI writes one document of all calls. A path and method that two sheets share can stand there once; that the second is missing is said.
func writeOpenAPI(out *bytes.Buffer, calls []call, notes *Notes) {
	paths, schemes := object(), object()
	var servers []*nearjson.Value
	for i := range calls {
		c := &calls[i]
		path := "/" + strings.TrimPrefix(c.path.in(asIs, braces), "/")
		item := paths.Get(path)
		if item == nil {
			item = object()
			put(paths, path, item)
		}
		method := strings.ToLower(c.Method)
		if item.Get(method) != nil {
			notes.leaveOut(c.Sheet, fmt.Sprintf("another sheet documents %s %s, and OpenAPI has one place for it", c.Method, path))
			continue
		}
		if !slices.Contains([]string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}, method) {
			notes.leaveOut(c.Sheet, fmt.Sprintf("OpenAPI 3.1 has no place for the method %s", c.Method))
			continue
		}
		put(item, method, c.operation(i, schemes, &servers, notes))
	}
	title := "APIs"
	if len(calls) == 1 {
		title = calls[0].Name
	}
	doc := object("openapi", "3.1.0", "info", object("title", title, "version", "0"), "servers", orNil(servers), "paths", paths)
	if len(schemes.Members) > 0 {
		put(doc, "components", object("securitySchemes", schemes))
	}
	writeTree(out, doc)
}

func orNil(items []*nearjson.Value) *nearjson.Value {
	if len(items) == 0 {
		return nil
	}
	return list(items...)
}

// operation is one call. Its number keeps its id apart from that of another API of the same name.
func (c *call) operation(i int, schemes *nearjson.Value, servers *[]*nearjson.Value, notes *Notes) *nearjson.Value {
	op := object("operationId", c.variable(c.Name)+"_"+strconv.Itoa(i+1), "summary", c.Name)
	if server := c.server(); server != nil {
		if len(*servers) == 0 {
			*servers = append(*servers, server)
		}
		if server.String() != (*servers)[0].String() {
			put(op, "servers", list(server))
		}
	}
	var parameters []*nearjson.Value
	for _, name := range variablesOf(c.path) {
		parameters = append(parameters, object("name", name, "in", "path", "required", true, "schema", c.typeOf(probe.InPath, name)))
	}
	for _, p := range c.query {
		parameters = append(parameters, c.parameter(p, "query"))
	}
	security := c.security(schemes, notes)
	for _, h := range c.headers {
		if !slices.Contains([]string{"content-type", "accept", "authorization"}, strings.ToLower(h.name)) { // which OpenAPI says elsewhere
			parameters = append(parameters, c.parameter(h, "header"))
		}
	}
	if len(parameters) > 0 {
		put(op, "parameters", list(parameters...))
	}
	if body := c.requestBody(); body != nil {
		put(op, "requestBody", body)
	}
	put(op, "responses", c.responses())
	if security != nil {
		put(op, "security", list(security))
	}
	if codes := c.codes(); codes != nil {
		put(op, "x-status-codes", codes)
	}
	return op
}

// server is where the API is; nil where the sheet gives a path alone.
func (c *call) server() *nearjson.Value {
	address := c.origin.in(asIs, braces)
	if address == "" {
		return nil
	}
	variables := object()
	for _, name := range variablesOf(c.origin) {
		put(variables, name, object("default", name))
	}
	if len(variables.Members) == 0 {
		return object("url", address)
	}
	return object("url", address, "variables", variables)
}

// variablesOf are the names of a text's variables, each once.
func variablesOf(t text) []string {
	var names []string
	for _, p := range t {
		if p.variable != "" && !slices.Contains(names, p.variable) {
			names = append(names, p.variable)
		}
	}
	return names
}

// typeOf is the schema of a parameter; that of a text where the sheet states nothing.
func (c *call) typeOf(in, name string) *nearjson.Value {
	for i := range c.Request.Fields {
		if f := &c.Request.Fields[i]; f.In == in && c.variable(f.Name) == name {
			return schemaOf(f)
		}
	}
	return object("type", "string")
}

func schemaOf(f *probe.RequestField) *nearjson.Value {
	kind := "string"
	if f != nil && f.Type != "" && f.Type != "null" {
		kind = f.Type
	}
	s := object("type", kind)
	if f != nil {
		putRules(s, f.Rules)
	}
	return s
}

// putRules says what the sheet says of a field's values.
func putRules(s *nearjson.Value, r probe.FieldRules) {
	for _, bound := range []struct {
		key string
		n   *int
	}{{"minLength", r.MinLength}, {"maxLength", r.MaxLength}} {
		if bound.n != nil {
			put(s, bound.key, number(strconv.Itoa(*bound.n)))
		}
	}
	for _, bound := range []struct{ key, n string }{{"minimum", r.Minimum}, {"maximum", r.Maximum}} {
		if bound.n != "" {
			put(s, bound.key, number(bound.n))
		}
	}
	if r.Pattern != "" {
		put(s, "pattern", str(r.Pattern))
	}
	if kind := s.Get("type"); len(r.Enum) > 0 && kind.Text == "string" {
		var values []*nearjson.Value
		for _, e := range r.Enum {
			values = append(values, str(e))
		}
		put(s, "enum", list(values...))
	}
}

func (c *call) parameter(p pair, in string) *nearjson.Value {
	s := schemaOf(p.field)
	o := object("name", p.name, "in", in, "required", in == "header" || p.isMandatory(), "schema", s)
	if len(variablesOf(p.value)) == 0 && len(p.value) > 0 && s.Get("type").Text == "string" {
		put(o, "example", str(p.value.in(asIs, braces)))
	}
	return o
}

// requestBody is the body with what the sheet says of its fields.
func (c *call) requestBody() *nearjson.Value {
	kind := c.mediaType()
	switch {
	case c.body != nil:
		if kind == "" {
			kind = "application/json"
		}
		s := shapeOf(c.Sheet, "", []*nearjson.Value{c.body})
		c.stateFields(s)
		return object("required", true, "content", object(kind, object("schema", s, "example", parsed([]byte(c.json(c.body, "", "", nil))))))
	case len(c.form) > 0:
		if kind == "" {
			kind = "application/x-www-form-urlencoded"
		}
		properties, example := object(), object()
		var required []*nearjson.Value
		for _, p := range c.form {
			put(properties, p.name, schemaOf(p.field))
			put(example, p.name, str(p.value.in(asIs, double)))
			if p.isMandatory() {
				required = append(required, str(p.name))
			}
		}
		s := object("type", "object", "properties", properties, "required", orNil(required))
		return object("required", true, "content", object(kind, object("schema", s, "example", example)))
	case len(c.raw) > 0:
		if kind == "" {
			kind = "text/plain"
		}
		return object("required", true, "content", object(kind, object("schema", object("type", "string"), "example", c.raw.in(asIs, double))))
	}
	return nil
}

// stateFields puts what the sheet says of the fields of the body in the place of what the example shows.
func (c *call) stateFields(s *nearjson.Value) {
	for i := range c.Request.Fields {
		f := &c.Request.Fields[i]
		if f.In != probe.InBody || f.Pointer == "" {
			continue
		}
		tokens, _ := nearjson.SplitPointer(f.Pointer)
		at := s
		for k, token := range tokens {
			if k == len(tokens)-1 && f.Mandatory != nil && at.Get("properties").Get(token) != nil {
				require(at, token, *f.Mandatory)
			}
			if next := at.Get("properties").Get(token); next != nil {
				at = next
			} else if at = at.Get("items"); at == nil {
				break
			}
		}
		if at != nil && at.Get("type") != nil {
			putRules(at, f.Rules)
		}
	}
}

// require says whether a property has to be there.
func require(s *nearjson.Value, name string, mandatory bool) {
	required := s.Get("required")
	if required == nil {
		required = list()
		put(s, "required", required)
	}
	required.Items = slices.DeleteFunc(required.Items, func(v *nearjson.Value) bool { return v.Text == name })
	if mandatory {
		required.Items = append(required.Items, str(name))
	}
}

// shapeOf is the JSON Schema of examples as OpenAPI 3.1 has it. Keys that no example shows stay allowed.
func shapeOf(s *probe.Sheet, o probe.Outcome, examples []*nearjson.Value) *nearjson.Value {
	root := parsed(judge.ShapeOf(s, o, examples).Document())
	if root == nil {
		return object()
	}
	openUp(root, false)
	return root
}

// openUp drops what is said for people and what forbids further keys. names says that the keys are names of properties and no keywords.
func openUp(v *nearjson.Value, names bool) {
	if !names {
		v.Members = slices.DeleteFunc(v.Members, func(m nearjson.Member) bool {
			return m.Key == "$schema" || m.Key == "$comment" || m.Key == "additionalProperties" && m.Value.Kind == nearjson.Bool && m.Value.Text == "false"
		})
	}
	for _, m := range v.Members {
		openUp(m.Value, !names && m.Key == "properties")
	}
	for _, item := range v.Items {
		openUp(item, false)
	}
}

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
	shown := object()
	for i, r := range responses {
		said = append(said, firstOf(r.When, r.Title, c.messageOf(r.Code), map[probe.Outcome]string{probe.OutcomeSuccess: "success", probe.OutcomeError: "error"}[o]))
		name := fmt.Sprintf("%s_%d", firstOf(r.Code, string(o)), i+1)
		switch {
		case r.Body.Value != nil:
			examples = append(examples, r.Body.Value)
			put(shown, name, object("value", parsed([]byte(c.json(r.Body.Value, "", "", nil)))))
		case r.Body.Text != "":
			put(shown, name, object("value", c.text(r.Body.Text, "body", false).in(asIs, double)))
		}
	}
	answer := object("description", strings.Join(slices.Compact(said), "; "))
	switch {
	case len(examples) > 0:
		put(answer, "content", object("application/json", object("schema", shapeOf(c.Sheet, o, examples), "examples", shown)))
	case len(shown.Members) > 0:
		put(answer, "content", object("text/plain", object("schema", object("type", "string"), "examples", shown)))
	}
	return answer
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

// security is what the request proves who asks by; nil where the sheet says nothing of it.
func (c *call) security(schemes *nearjson.Value, notes *Notes) *nearjson.Value {
	name, scheme := c.scheme()
	if scheme == nil {
		if kind := c.identity(); kind != "" {
			notes.lacks(c.Sheet, "OpenAPI has no security scheme for its identity ("+kind+")")
		}
		return nil
	}
	if known := schemes.Get(name); known == nil {
		put(schemes, name, scheme)
	} else if known.String() != scheme.String() {
		name += "_" + c.variable(c.Name)
		if schemes.Get(name) == nil {
			put(schemes, name, scheme)
		}
	}
	return object(name, list())
}

func (c *call) scheme() (string, *nearjson.Value) {
	switch kind := c.identity(); kind {
	case "bearer", "basic", "digest":
		return kind, object("type", "http", "scheme", kind)
	case "mtls":
		return kind, object("type", "mutualTLS")
	case "api_key":
		in := firstOf(c.credential("in").in(asIs, double), "header")
		return kind, object("type", "apiKey", "in", in, "name", c.credential("name").in(asIs, double))
	case "oauth2":
		flow := "clientCredentials"
		if c.credential("grant").in(asIs, double) == "password" {
			flow = "password"
		}
		return kind, object("type", "oauth2", "flows", object(flow, object("tokenUrl", c.credential("token_url").in(asIs, braces), "scopes", object())))
	case "":
		for _, h := range c.headers {
			if strings.EqualFold(h.name, "Authorization") {
				word, _, _ := strings.Cut(h.value.in(asIs, double), " ")
				if word = strings.ToLower(word); word == "bearer" || word == "basic" {
					return word, object("type", "http", "scheme", word)
				}
				return "authorization", object("type", "apiKey", "in", "header", "name", "Authorization")
			}
		}
	}
	return "", nil
}
