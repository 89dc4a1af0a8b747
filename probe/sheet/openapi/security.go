package openapi

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
)

// security turns the schemes of the first alternative into headers with placeholders. The operation's own list replaces the document's, and
// an empty one says that no credentials are needed.
func (o *operation) security() {
	list, ok := o.node.Find("security")
	if !ok {
		if list, ok = o.doc.root.Find("security"); !ok {
			return
		}
	}
	for _, alternative := range items(list.Value) {
		for _, m := range members(alternative) {
			o.scheme(m.Key)
		}
		if len(members(alternative)) > 0 {
			return
		}
	}
}

func (o *operation) scheme(name string) {
	schemes := o.doc.root.Get("components").Get("securitySchemes")
	if schemes == nil {
		schemes = o.doc.root.Get("securityDefinitions") // Swagger 2.0
	}
	n := o.doc.follow(schemes.Get(name))
	if n == nil {
		return
	}
	switch kind := strings.ToLower(plain(n.Get("type"))); {
	case kind == "http" && strings.EqualFold(plain(n.Get("scheme")), "basic"), kind == "basic":
		o.header(n, "Authorization", "Basic <<basic_credentials>>")
	case kind == "http":
		scheme := plain(n.Get("scheme"))
		if scheme == "" || strings.EqualFold(scheme, "bearer") {
			scheme = "Bearer"
		}
		o.header(n, "Authorization", scheme+" <<token>>")
	case kind == "oauth2", kind == "openidconnect":
		o.header(n, "Authorization", "Bearer <<access_token>>")
	case kind == "apikey":
		o.apiKey(n)
	case kind == "mutualtls":
		o.note("sheet.ambiguous", probe.FieldCredentials, n, "the API asks for a client certificate", "supply it with --cert and --key")
	}
}

func (o *operation) apiKey(n *tree.Node) {
	name := plain(n.Get("name"))
	value := "<<" + name + ">>"
	switch plain(n.Get("in")) {
	case "query":
		o.addField(probe.RequestField{Name: name, In: probe.InQuery, Value: value, At: n.At().At()})
	case "cookie":
		o.cookie(name, value, n)
	default:
		o.header(n, name, value)
	}
}

// header adds a header that a security scheme asks for.
func (o *operation) header(n *tree.Node, name, value string) {
	o.sheet.Headers = append(o.sheet.Headers, probe.Header{Name: name, Value: value, At: n.At().At()})
	o.field(probe.FieldHeaders, n.At(), n.At())
}

// cookie adds a cookie to the one header that holds them all.
func (o *operation) cookie(name, value string, n *tree.Node) {
	if value == "" {
		value = "<<" + name + ">>"
	}
	i := slices.IndexFunc(o.sheet.Headers, func(h probe.Header) bool { return h.Name == "Cookie" })
	if i >= 0 {
		o.sheet.Headers[i].Value += "; " + name + "=" + value
		return
	}
	o.header(n, "Cookie", name+"="+value)
}
