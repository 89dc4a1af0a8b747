package export

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// writePostman writes one collection: an item for each call, its documented answers as saved examples, its variables without values.
func writePostman(out *bytes.Buffer, calls []call, notes *Notes) {
	var items, variables []*nearjson.Value
	var known []string
	for i := range calls {
		c := &calls[i]
		items = append(items, c.item(notes))
		for _, name := range c.names {
			if !slices.Contains(known, name) {
				known = append(known, name)
				variables = append(variables, object("key", name, "value", str("")))
			}
		}
	}
	title := "APIs"
	if len(calls) == 1 {
		title = calls[0].title()
	}
	writeTree(out, object(
		"info", object("name", title, "schema", "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"),
		"item", list(items...), "variable", orNil(variables),
	))
}

func (c *call) item(notes *Notes) *nearjson.Value {
	var answers []*nearjson.Value
	for _, all := range []struct {
		kind      string
		responses []probe.Response
	}{{"success", c.Success}, {"error", c.Errors}} {
		for _, r := range all.responses {
			answers = append(answers, c.saved(r, all.kind))
		}
	}
	item := object("name", c.title(), "request", c.postmanRequest(notes), "response", list(answers...))
	if script := c.tests(); script != nil {
		put(item, "event", list(object("listen", "test", "script", object("type", "text/javascript", "exec", script))))
	}
	return item
}

func (c *call) postmanRequest(notes *Notes) *nearjson.Value {
	var headers []*nearjson.Value
	for _, h := range c.headers {
		headers = append(headers, object("key", h.name, "value", str(h.value.in(asIs, double))))
	}
	return object("method", c.Method, "header", list(headers...), "body", c.postmanBody(), "url", c.postmanURL(), "auth", c.postmanAuth(notes), "description", c.codesInWords())
}

// codesInWords are the status codes, which a collection has no place for.
func (c *call) codesInWords() string {
	var lines []string
	for _, row := range c.StatusCodes {
		lines = append(lines, strings.TrimSpace(row.Code+" "+row.Message))
	}
	return strings.Join(lines, "\n")
}

func (c *call) postmanURL() *nearjson.Value {
	raw := c.origin.in(asIs, double) + c.path.in(asIs, double)
	scheme, host, found := strings.Cut(c.origin.in(asIs, double), "://")
	if !found {
		scheme, host = "", scheme
	}
	host, port, _ := strings.Cut(host, ":")
	var hosts, segments, query []*nearjson.Value
	for label := range strings.SplitSeq(host, ".") {
		hosts = append(hosts, str(label))
	}
	for segment := range strings.SplitSeq(strings.TrimPrefix(c.path.in(asIs, double), "/"), "/") {
		segments = append(segments, str(segment))
	}
	var parts []string
	for _, p := range c.query {
		name, value := escaped(p.name), p.value.in(escaped, double) // which Postman sends as they are
		query = append(query, object("key", name, "value", str(value)))
		parts = append(parts, name+"="+value)
	}
	if len(parts) > 0 {
		raw += "?" + strings.Join(parts, "&")
	}
	return object("raw", raw, "protocol", scheme, "host", list(hosts...), "port", port, "path", list(segments...), "query", orNil(query))
}

func (c *call) postmanBody() *nearjson.Value {
	switch {
	case c.body != nil:
		return object("mode", "raw", "raw", c.json(c.body, "", "", nil), "options", object("raw", object("language", "json")))
	case len(c.form) > 0:
		mode := "urlencoded"
		if strings.HasPrefix(c.Request.MediaType, "multipart/") {
			mode = "formdata"
		}
		var fields []*nearjson.Value
		for _, p := range c.form {
			fields = append(fields, object("key", p.name, "value", str(p.value.in(asIs, double)), "type", "text"))
		}
		return object("mode", mode, mode, list(fields...))
	case len(c.raw) > 0:
		return object("mode", "raw", "raw", c.raw.in(asIs, double))
	}
	return nil
}

// saved is a documented answer as an example.
func (c *call) saved(r probe.Response, kind string) *nearjson.Value {
	body, language := "", "text"
	switch {
	case r.Body.Value != nil:
		body, language = c.json(r.Body.Value, "", "", nil), "json"
	case r.Body.Text != "":
		body = c.text(r.Body.Text, "body", false).in(asIs, double)
	}
	status := 0
	switch {
	case r.HTTPStatus != nil:
		status = *r.HTTPStatus
	case kind == "success":
		status = http.StatusOK
	default:
		status = http.StatusBadRequest
	}
	return object("name", firstOf(r.Title, r.When, strings.TrimSpace(kind+" "+r.Code)), "code", number(strconv.Itoa(status)), "status", http.StatusText(status),
		"_postman_previewlanguage", language, "header", list(), "body", body)
}

// postmanAuth is the identity as Postman knows it; nil where headers carry it.
func (c *call) postmanAuth(notes *Notes) *nearjson.Value {
	named := map[string][]struct{ key, from string }{
		"bearer":    {},
		"basic":     {{"username", "username"}, {"password", "password"}},
		"digest":    {{"username", "username"}, {"password", "password"}},
		"api_key":   {{"key", "name"}, {"value", "value"}, {"in", "in"}},
		"oauth2":    {{"accessTokenUrl", "token_url"}, {"clientId", "client_id"}, {"clientSecret", "client_secret"}, {"scope", "scope"}, {"grant_type", "grant"}},
		"oauth1":    {{"consumerKey", "consumer_key"}, {"consumerSecret", "consumer_secret"}, {"token", "token"}, {"tokenSecret", "token_secret"}, {"signatureMethod", "signature_method"}},
		"aws_sigv4": {{"accessKey", "access_key"}, {"secretKey", "secret_key"}, {"sessionToken", "session_token"}, {"region", "region"}, {"service", "service"}},
	}
	kind := c.identity()
	if kind == "" {
		return nil
	}
	fields, ok := named[kind]
	if !ok {
		notes.lacks(c.Sheet, "Postman has no setting for its identity ("+kind+") that a collection could hold")
		return nil
	}
	name := map[string]string{"api_key": "apikey", "aws_sigv4": "awsv4"}[kind]
	if name == "" {
		name = kind
	}
	var values []*nearjson.Value
	if kind == "bearer" {
		fields = nil
		values = append(values, object("key", "token", "value", c.token(notes).in(asIs, double), "type", "string"))
	}
	for _, f := range fields {
		if value := c.credential(f.from).in(asIs, double); value != "" {
			values = append(values, object("key", f.key, "value", value, "type", "string"))
		}
	}
	return object("type", name, name, list(values...))
}
