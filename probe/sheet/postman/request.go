package postman

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// builder makes the sheet of one request.
type builder struct {
	sheet *probe.Sheet
	level level
}

func newBuilder(doc *source.Document, l level) *builder {
	return &builder{level: l, sheet: &probe.Sheet{Document: doc}}
}

// field remembers where a field stands: its label is the key, and its place the value.
func (b *builder) field(f probe.Field, m tree.Member) {
	if m.Value == nil {
		return
	}
	if _, ok := b.sheet.At.Find(f); !ok {
		b.sheet.Labels.Set(f, m.At().At())
		b.sheet.At.Set(f, m.Value.At().At())
	}
}

func (b *builder) note(ds ...source.Diagnostic) {
	b.sheet.Diagnostics = append(b.sheet.Diagnostics, ds...)
}

// value is a scalar with its variables replaced.
func (b *builder) value(n *tree.Node) source.Text { return b.level.vars.expand(n.Words()).TrimSpace() }

// read reads a request, and returns the words about it.
func (b *builder) read(item, request *tree.Node) source.Text {
	s := b.sheet
	member, _ := item.Find("name")
	b.field(probe.FieldName, member)
	if request.Kind == nearjson.String { // nothing but a URL
		s.Method, s.URL = "GET", b.value(request).String()
		b.field(probe.FieldURL, tree.Member{Value: request})
		b.auth(b.level.auth)
	} else {
		b.parts(request)
	}
	answers := item.Get("response")
	b.responses(answers, request)
	b.borrowBody(answers)
	words := description(firstOf(request.Get("description"), item.Get("description")))
	b.aside(words)
	sheet.Complete(s)
	b.settle(words)
	s.Diagnostics.Sort()
	return words
}

// settle reads what is known only once the fields of the request are.
func (b *builder) settle(words source.Text) {
	sheet.SpokenRules(b.sheet, words)
	sheet.CheckRules(b.sheet)
}

func firstOf(nodes ...*tree.Node) *tree.Node {
	for _, n := range nodes {
		if n != nil && n.Kind != nearjson.Null {
			return n
		}
	}
	return nil
}

// parts reads a request that is a map.
func (b *builder) parts(request *tree.Node) {
	s := b.sheet
	method, _ := request.Find("method")
	b.field(probe.FieldMethod, method)
	if s.Method, _ = sheet.Method(b.value(method.Value).String()); s.Method == "" {
		s.Method = "GET" // Postman's own default
	}
	url, _ := request.Find("url")
	b.field(probe.FieldURL, url)
	b.url(url.Value)
	header, _ := request.Find("header")
	b.headers(header)
	auth := b.level.auth
	if own := request.Get("auth"); own != nil && own.Kind == nearjson.Object {
		auth = own
	}
	b.auth(auth)
	if body, ok := request.Find("body"); ok {
		b.body(body)
	}
}

// url reads the address: as it is written or, where only its parts are given, put together.
func (b *builder) url(n *tree.Node) {
	if n == nil {
		return
	}
	if n.Kind != nearjson.Object {
		b.sheet.URL = withoutDoubleSlash(b.value(n).String())
		return
	}
	raw := b.value(n.Get("raw")).String()
	if raw == "" {
		raw = b.joined(n)
	}
	raw = withoutDoubleSlash(raw)
	_, shown, _ := strings.Cut(raw, "?")
	b.sheet.URL = raw
	for _, p := range items(n.Get("query")) {
		name := b.value(p.Get("key")).String()
		if name == "" || isDisabled(p) {
			continue
		}
		f := b.parameter(p, name, probe.InQuery)
		if shows(shown, name) {
			f.Value = ""
		}
		b.addField(f, shows(shown, name))
	}
	for _, p := range items(n.Get("variable")) {
		name := firstText(p.Get("key"), p.Get("id"))
		if name == "" || isDisabled(p) {
			continue
		}
		f := b.parameter(p, name, probe.InPath)
		if f.Value == "" {
			f.Value = ":" + name
		}
		b.addField(f, false)
	}
}

// withoutDoubleSlash joins a variable that ends with a slash and a path that begins with one.
func withoutDoubleSlash(url string) string {
	address, query, hasQuery := strings.Cut(url, "?")
	scheme, rest, hasScheme := strings.Cut(address, "://")
	if hasScheme {
		address = scheme + "://" + strings.ReplaceAll(rest, "//", "/")
	}
	if hasQuery {
		address += "?" + query
	}
	return address
}

// shows says that a query names a parameter.
func shows(query, name string) bool {
	for pair := range strings.SplitSeq(query, "&") {
		if key, _, _ := strings.Cut(pair, "="); key == name {
			return true
		}
	}
	return false
}

// firstText is the first of several scalars that is not empty.
func firstText(nodes ...*tree.Node) string {
	for _, n := range nodes {
		if s := plain(n); s != "" {
			return s
		}
	}
	return ""
}

func items(n *tree.Node) []*tree.Node {
	if n == nil {
		return nil
	}
	return n.Items
}

// parameter reads one entry of a list of keys and values; its description may say whether it is mandatory.
func (b *builder) parameter(p *tree.Node, name, in string) probe.RequestField {
	f := probe.RequestField{Name: name, In: in, Value: b.value(p.Get("value")).String(), At: p.At().At()}
	if mandatory, stated := sheet.Mandatory(description(p.Get("description")).String()); stated {
		f.Mandatory = &mandatory
	}
	f.Rules = sheet.Rules(description(p.Get("description")), "", f.Value)
	return f
}

// addField adds a field. One that the URL shows gets its value from there.
func (b *builder) addField(f probe.RequestField, shown bool) {
	if shown {
		for _, known := range sheet.URLFields(b.sheet.URL, f.At) {
			if known.Name == f.Name && known.In == f.In {
				f.Value = known.Value
			}
		}
	}
	for _, have := range b.sheet.Request.Fields {
		if have.Name == f.Name && have.In == f.In {
			return
		}
	}
	b.sheet.Request.Fields = append(b.sheet.Request.Fields, f)
}

// joined puts the parts of an address together.
func (b *builder) joined(n *tree.Node) string {
	host := b.list(n.Get("host"), ".")
	if host == "" {
		return ""
	}
	if protocol := b.value(n.Get("protocol")).String(); protocol != "" {
		host = strings.TrimSuffix(protocol, "://") + "://" + host
	}
	if port := b.value(n.Get("port")).String(); port != "" {
		host += ":" + port
	}
	if path := strings.TrimPrefix(b.list(n.Get("path"), "/"), "/"); path != "" {
		host += "/" + path
	}
	return host
}

// list joins the parts of a host or path, which may be a text as well; a part may be a map {value}.
func (b *builder) list(n *tree.Node, separator string) string {
	if n == nil || n.Kind != nearjson.Array {
		return b.value(n).String()
	}
	var parts []string
	for _, item := range n.Items {
		if item.Kind == nearjson.Object {
			item = item.Get("value")
		}
		parts = append(parts, b.value(item).String())
	}
	return strings.Join(parts, separator)
}

// headers reads a list of headers, or lines of them in one text.
func (b *builder) headers(m tree.Member) {
	s := b.sheet
	if m.Value == nil {
		return
	}
	if m.Value.Kind == nearjson.String {
		for _, line := range b.value(m.Value).Lines() {
			if key, value, ok := strings.Cut(line.String(), ":"); ok && strings.TrimSpace(key) != "" {
				s.Headers = append(s.Headers, probe.Header{Name: strings.TrimSpace(key), Value: strings.TrimSpace(value), At: line.At()})
			}
		}
	}
	for _, h := range m.Value.Items {
		if key := b.value(h.Get("key")).String(); key != "" && !isDisabled(h) {
			s.Headers = append(s.Headers, probe.Header{Name: key, Value: b.value(h.Get("value")).String(), At: h.At().At()})
		}
	}
	if len(s.Headers) > 0 {
		b.field(probe.FieldHeaders, m)
	}
}

// aside takes from the description what the request itself cannot say.
func (b *builder) aside(words source.Text) {
	s := b.sheet
	said := text.ReadAside(s.Document, b.level.vars.expand(words))
	if said == nil {
		return
	}
	s.Callback = said.Callback
	s.PartnerCode, s.StatusCodes = said.PartnerCode, said.StatusCodes
	s.Credentials = append(s.Credentials, said.Credentials...)
	if len(s.Success)+len(s.Errors) == 0 {
		s.Success, s.Errors = said.Success, said.Errors
	}
	s.At.Add(said.At)
	s.Labels.Add(said.Labels)
}
