package postman

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// settings are the entries of an authorization: a list of keys and values (2.1), or a map (2.0).
type settings struct {
	b     *builder
	node  *tree.Node
	names []string
	nodes []*tree.Node
}

func (b *builder) settings(n *tree.Node) settings {
	s := settings{b: b, node: n}
	for _, item := range items(n) {
		s.names, s.nodes = append(s.names, plain(item.Get("key"))), append(s.nodes, item.Get("value"))
	}
	if n != nil {
		for _, m := range n.Members {
			s.names, s.nodes = append(s.names, m.Key), append(s.nodes, m.Value)
		}
	}
	return s
}

func (s settings) get(name string) string {
	i := slices.Index(s.names, name)
	if i < 0 {
		return ""
	}
	return s.b.value(s.nodes[i]).String()
}

func (s settings) or(name, otherwise string) string {
	if v := s.get(name); v != "" {
		return v
	}
	return otherwise
}

// credentials takes the named settings that have a value as credentials.
func (s settings) credentials(names ...string) {
	for i, name := range s.names {
		value := s.b.value(s.nodes[i]).String()
		if value == "" || !slices.Contains(names, name) {
			continue
		}
		sheetOf := s.b.sheet
		sheetOf.Credentials = append(sheetOf.Credentials, probe.Credential{Name: name, Value: value, At: s.nodes[i].At().At()})
		s.b.field(probe.FieldCredentials, tree.Member{Value: s.node})
	}
}

// auth turns an authorization into what travels.
func (b *builder) auth(n *tree.Node) {
	kind := plain(n.Get("type"))
	s := b.settings(n.Get(kind))
	switch kind {
	case "", "noauth":
	case "bearer":
		b.authorization(n, "Bearer "+s.or("token", "{{token}}"))
	case "basic":
		s.credentials("username", "password")
		b.authorization(n, "Basic "+basic(s.or("username", "{{username}}"), s.or("password", "{{password}}")))
	case "apikey":
		b.apiKey(n, s)
	case "oauth2":
		s.credentials("clientId", "clientSecret", "username", "password")
		prefix := s.or("headerPrefix", "Bearer")
		if token := s.or("accessToken", "{{access_token}}"); s.get("addTokenTo") == "queryParams" {
			b.addField(probe.RequestField{Name: "access_token", In: probe.InQuery, Value: token, At: n.At().At()}, false)
		} else {
			b.authorization(n, strings.TrimSpace(prefix)+" "+token)
		}
	default:
		s.credentials("username", "password", "consumerKey", "consumerSecret", "token", "tokenSecret", "accessKey", "secretKey", "authId", "authKey")
		b.note(sheet.Note(source.Info, "sheet.ambiguous", probe.FieldHeaders, n.At().At(), "the requests are signed by \""+kind+"\", which is not computed",
			"supply the headers that carry the signature yourself"))
	}
}

// basic encodes user and password where both are known. A placeholder stands for the whole where one is not.
func basic(user, password string) string {
	both := user + ":" + password
	if len(probe.FindPlaceholders(both, false)) > 0 {
		return "{{basic_credentials}}"
	}
	return base64.StdEncoding.EncodeToString([]byte(both))
}

func (b *builder) apiKey(n *tree.Node, s settings) {
	key, value := s.or("key", "X-Api-Key"), s.or("value", "{{api_key}}")
	if s.get("in") == "query" {
		b.addField(probe.RequestField{Name: key, In: probe.InQuery, Value: value, At: n.At().At()}, false)
		return
	}
	b.header(n, key, value)
}

func (b *builder) authorization(n *tree.Node, value string) { b.header(n, "Authorization", value) }

// header adds a header, unless the request has it already.
func (b *builder) header(n *tree.Node, name, value string) {
	if _, ok := sheet.HeaderNamed(b.sheet.Headers, name); ok {
		return
	}
	at := n
	for _, m := range n.Members {
		if m.Value.Kind != nearjson.String {
			at = m.Value
		}
	}
	// Authorization stands first, as people write it.
	b.sheet.Headers = slices.Insert(b.sheet.Headers, 0, probe.Header{Name: name, Value: value, At: at.At().At()})
	b.field(probe.FieldHeaders, tree.Member{Value: at})
}
