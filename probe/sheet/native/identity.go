package native

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/auth"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/jsonpath"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Chain is what a configuration may say of an API, as the keys auth, capture and needs of a sheet do.
type Chain struct {
	Auth    *probe.Auth
	Capture []probe.Capture
	Needs   []string
}

// ReadChain reads {auth, capture, needs} where it stands elsewhere than in a sheet. The diagnostics are errors of the text.
func ReadChain(n *tree.Node) (Chain, source.Diagnostics) {
	r := &reader{sheet: &probe.Sheet{}}
	members, ok := r.object("", n, "the entry", []string{keyAuth, keyCapture, keyNeeds})
	if !ok {
		return Chain{}, r.sheet.Diagnostics
	}
	var c Chain
	if m, given := members[keyAuth]; given {
		c.Auth = r.auth(m.Value)
	}
	if m, given := members[keyCapture]; given {
		c.Capture = r.captures(m.Value)
	}
	if m, given := members[keyNeeds]; given {
		c.Needs = r.needs(m.Value)
	}
	return c, r.sheet.Diagnostics
}

// auth reads how the request gets its identity: a map with a type and the texts that its flow asks for.
func (r *reader) auth(n *tree.Node) *probe.Auth {
	if n.Kind == nearjson.Null {
		return nil
	}
	known := append([]string{keyType, keyTokenRequest}, auth.Names()...)
	members, ok := r.object("", n, keyAuth, known)
	if !ok {
		return nil
	}
	a := &probe.Auth{At: n.At().At()}
	if m, given := members[keyType]; given {
		a.Type = r.oneOf("", m.Value, "the type of auth", auth.Types()...)
	}
	if a.Type == "" {
		if _, given := members[keyType]; !given {
			r.fail("", n.At(), "auth has no type", "write type: "+strings.Join(auth.Types(), ", "))
		}
		return nil
	}
	for _, name := range auth.Names() {
		if m, given := members[name]; given {
			if text, ok := r.text("", m.Value, "auth "+name); ok {
				a.Text = append(a.Text, probe.Header{Name: name, Value: text, At: m.Value.At().At()})
			}
		}
	}
	if m, given := members[keyTokenRequest]; given {
		a.TokenRequest = r.tokenRequest(m.Value)
	}
	return a
}

func (r *reader) tokenRequest(n *tree.Node) *probe.Request {
	members, ok := r.object("", n, keyTokenRequest, []string{"method", "url", keyHeaders, keyBody})
	if !ok {
		return nil
	}
	q := &probe.Request{Method: "POST"}
	if m, given := members["method"]; given {
		text, _ := r.text("", m.Value, "method")
		q.Method, _ = sheet.Method(text)
	}
	if m, given := members["url"]; given {
		q.URL, _ = r.text("", m.Value, "url")
	}
	if q.URL == "" {
		r.fail("", n.At(), "the token request has no url", "write the address that issues tokens")
	}
	if m, given := members[keyHeaders]; given {
		q.Headers = r.pairs("", m.Value, keyHeaders)
	}
	if m, given := members[keyBody]; given && m.Value.Kind != nearjson.Null {
		body, raw := r.body("", m.Value)
		if q.Body = []byte(body.Text); body.Value != nil {
			q.Body = []byte(raw)
		}
	}
	return q
}

// captures reads names and where their values come from.
func (r *reader) captures(n *tree.Node) []probe.Capture {
	if n.Kind == nearjson.Null {
		return nil
	}
	if n.Kind != nearjson.Object || n.IsTemplate() {
		r.wrongType("", n, keyCapture, "a map, as in {token: $.access_token}")
		return nil
	}
	var all []probe.Capture
	for _, m := range r.names("", n) {
		from, ok := r.named("", m.Value, "capture", m.Key)
		if !ok {
			continue
		}
		if problem, hint := captureProblem(from); problem != "" {
			r.fail("", m.Value.At(), problem, hint)
			continue
		}
		all = append(all, probe.Capture{Name: m.Key, From: from, At: m.At().At()})
	}
	return all
}

func captureProblem(from string) (problem, hint string) {
	kind, name, named := strings.Cut(from, ":")
	switch {
	case from == "status", named && (kind == "header" || kind == "cookie") && strings.TrimSpace(name) != "":
		return "", ""
	case strings.HasPrefix(from, "$"):
		if _, err := jsonpath.Parse(from); err != nil {
			return fmt.Sprintf("%q is no JSONPath: %v", from, err), "write it as in RFC 9535: $.data.token"
		}
		return "", ""
	}
	return fmt.Sprintf("%q names no part of an answer", from), "write a JSONPath such as $.access_token, header:NAME, cookie:NAME, or status"
}

// needs reads the names of the APIs to call first.
func (r *reader) needs(n *tree.Node) []string {
	items := []*tree.Node{n}
	switch n.Kind {
	case nearjson.Null:
		return nil
	case nearjson.Array:
		items = n.Items
	}
	var all []string
	for _, item := range items {
		if name, ok := r.text("", item, "an API that is needed"); ok && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

func authNode(a *probe.Auth) *yaml.Node {
	m := newMap()
	m.put(keyType, str(a.Type))
	for _, t := range a.Text {
		m.put(t.Name, str(t.Value))
	}
	if q := a.TokenRequest; q != nil {
		request := newMap()
		request.put("method", str(q.Method))
		request.put("url", str(q.URL))
		if headers := pairsNode(q.Headers); headers != nil {
			request.put(keyHeaders, headers)
		}
		if len(q.Body) > 0 {
			request.put(keyBody, str(string(q.Body)))
		}
		m.put(keyTokenRequest, &request.Node)
	}
	return &m.Node
}

func putChain(m *fields, s *probe.Sheet) {
	if s.Auth != nil {
		m.put(keyAuth, authNode(s.Auth))
	}
	if len(s.Capture) > 0 {
		captures := newMap()
		for _, c := range s.Capture {
			captures.put(c.Name, str(c.From))
		}
		m.put(keyCapture, &captures.Node)
	}
	if len(s.Needs) > 0 {
		needs := list()
		for _, name := range s.Needs {
			needs.Content = append(needs.Content, str(name))
		}
		m.put(keyNeeds, needs)
	}
}
