package export

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// braces writes variables as the path templates and server variables of OpenAPI.
func braces(name string) string { return "{" + name + "}" }

// writeOpenAPI writes one document of all calls. A path and method that two sheets share can stand there once; that the second is missing is said.
func writeOpenAPI(out *bytes.Buffer, calls []call, notes *Notes) {
	d := description{paths: object(), schemes: object(), notes: notes}
	for i := range calls {
		d.add(i, &calls[i])
	}
	title := "APIs"
	if len(calls) == 1 {
		title = calls[0].title()
	}
	doc := object("openapi", "3.1.0", "info", object("title", title, "version", "0"), "servers", orNil(d.servers), "paths", d.paths)
	if len(d.schemes.Members) > 0 {
		put(doc, "components", object("securitySchemes", d.schemes))
	}
	writeTree(out, doc)
}

// description is an OpenAPI document that grows call by call.
type description struct {
	paths, schemes *nearjson.Value
	servers        []*nearjson.Value
	known          []path
	notes          *Notes
}

// path is one of a document. Two that differ by the names of their variables alone are one (OpenAPI 3.1, section 4.8.8).
type path struct {
	shape string // the path without the names
	text  string
	names []string // of its variables, in order
}

func (d *description) add(i int, c *call) {
	method := strings.ToLower(c.Method)
	if !slices.Contains([]string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}, method) {
		d.notes.leaveOut(c.Sheet, fmt.Sprintf("OpenAPI 3.1 has no place for the method %s", c.Method))
		return
	}
	at := d.pathOf(c)
	item := d.paths.Get(at.text)
	if item == nil {
		item = object()
		put(d.paths, at.text, item)
	}
	if item.Get(method) != nil {
		d.notes.leaveOut(c.Sheet, fmt.Sprintf("another sheet documents %s %s, and OpenAPI has one place for it", c.Method, at.text))
		return
	}
	put(item, method, c.operation(i, at, d))
}

// pathOf is the path of a call, or the one that the document has for it already.
func (d *description) pathOf(c *call) path {
	whole := join(literal("/"), c.path)
	if strings.HasPrefix(c.path.in(asIs, braces), "/") {
		whole = c.path
	}
	p := path{shape: whole.in(asIs, func(string) string { return "{}" }), text: whole.in(asIs, braces), names: variablesOf(whole)}
	for _, k := range d.known {
		if k.shape == p.shape && len(k.names) == len(p.names) {
			return k
		}
	}
	d.known = append(d.known, p)
	return p
}

func orNil(items []*nearjson.Value) *nearjson.Value {
	if len(items) == 0 {
		return nil
	}
	return list(items...)
}

// operation is one call at a path. Its number keeps its id apart from that of another API of the same name.
func (c *call) operation(i int, at path, d *description) *nearjson.Value {
	op := object("operationId", c.variable(c.title())+"_"+strconv.Itoa(i+1), "summary", c.title())
	if server := c.server(); server != nil {
		if len(d.servers) == 0 {
			d.servers = append(d.servers, server)
		}
		if server.String() != d.servers[0].String() {
			put(op, "servers", list(server))
		}
	}
	security := c.security(d.schemes, d.notes)
	if parameters := c.parameters(at); len(parameters) > 0 {
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

// parameters are those of the path, under the names that they have there, of the query, and the headers that OpenAPI says nowhere else.
func (c *call) parameters(at path) []*nearjson.Value {
	var all []*nearjson.Value
	for i, own := range variablesOf(c.path) {
		all = append(all, object("name", at.names[i], "in", "path", "required", true, "schema", c.typeOf(probe.InPath, own)))
	}
	for _, p := range c.query {
		all = append(all, c.parameter(p, "query"))
	}
	for _, h := range c.headers {
		if !slices.Contains([]string{"content-type", "accept", "authorization"}, strings.ToLower(h.name)) {
			all = append(all, c.parameter(h, "header"))
		}
	}
	return all
}

// server is where the API is; nil where the sheet gives a path alone.
func (c *call) server() *nearjson.Value {
	address := c.origin.in(asIs, braces)
	if address == "" || c.nowhere {
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
		name += "_" + c.variable(c.title())
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
