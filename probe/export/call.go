package export

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// piece is a part of a text: as it stands, or a variable to be filled in.
type piece struct{ literal, variable string }

// text is a text with variables in it.
type text []piece

// in writes the text as a tool wants it: each part that stands as it is through literal, each variable through variable.
func (t text) in(literal, variable func(string) string) string {
	var b strings.Builder
	for _, p := range t {
		if p.variable != "" {
			b.WriteString(variable(p.variable))
		} else {
			b.WriteString(literal(p.literal))
		}
	}
	return b.String()
}

func asIs(s string) string { return s }

// double writes variables as Postman and Hurl do.
func double(name string) string { return "{{" + name + "}}" }

type pair struct {
	name  string
	value text
	field *probe.RequestField // what the sheet says of it; nil where that is nothing
}

func (p pair) isMandatory() bool {
	return p.field != nil && p.field.Mandatory != nil && *p.field.Mandatory
}

// join is one text of several.
func join(parts ...text) text {
	var t text
	for _, p := range slices.Concat(parts...) {
		if last := len(t) - 1; last >= 0 && p.variable == "" && t[last].variable == "" {
			t[last].literal += p.literal
			continue
		}
		t = append(t, p)
	}
	return t
}

func literal(s string) text { return text{{literal: s}} }

// call is the documented request of a sheet, with variables in the place of placeholders and secrets.
type call struct {
	*probe.Sheet
	mask    *probe.Redactor
	origin  text // scheme, host and port
	path    text
	query   []pair
	headers []pair
	form    []pair
	body    *nearjson.Value // JSON
	raw     text            // another body
	names   []string        // of the variables that the request needs, in its order
	known   bool            // the names are complete: what answers hold is no part of the request
	nowhere bool            // the sheet gives a path alone: where the API is, is a variable
}

func newCall(s *probe.Sheet, o Options) call {
	c := call{Sheet: s, mask: o.Mask}
	address, _, _ := strings.Cut(s.URL, "#")
	address, query, _ := strings.Cut(address, "?")
	split := originEnd(address)
	if c.path = c.text(address[split:], "id", true); o.BaseURL != "" {
		c.origin = text{{literal: strings.TrimRight(o.BaseURL, "/")}}
	} else {
		c.origin = c.text(address[:split], "base_url", true)
	}
	if c.nowhere = len(c.origin) == 0; c.nowhere {
		c.origin = text{{variable: c.variable("base_url")}}
	}
	for part := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(part, "="); name != "" {
			c.query = append(c.query, c.pair(unescaped(name), unescaped(value), probe.InQuery))
		}
	}
	for _, h := range s.Headers {
		c.headers = append(c.headers, c.pair(h.Name, h.Value, ""))
	}
	for _, f := range s.Request.Fields {
		switch {
		case f.In == probe.InQuery && !has(c.query, f.Name):
			c.query = append(c.query, c.pair(f.Name, f.Value, f.In))
		case f.In == probe.InForm && !has(c.form, f.Name):
			c.form = append(c.form, c.pair(f.Name, f.Value, f.In))
		}
	}
	switch {
	case s.Request.Body.Value != nil:
		c.body = s.Request.Body.Value
		c.json(c.body, "", "", nil) // for the names of its variables
	case len(c.form) == 0 && s.Request.Body.Text != "":
		c.raw = c.text(s.Request.Body.Text, "body", false)
	}
	if c.identity() != "" {
		for _, h := range s.Auth.Text {
			c.credential(h.Name)
		}
		if c.identity() == "bearer" {
			c.token(&Notes{})
		}
	}
	c.known = true
	return c
}

// originEnd is where the path of an address begins.
func originEnd(address string) int {
	from := 0
	if scheme := strings.Index(address, "://"); scheme >= 0 {
		from = scheme + len("://")
	}
	if slash := strings.IndexByte(address[from:], '/'); slash >= 0 {
		return from + slash
	}
	return len(address)
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// escaped is a name or value of a query or form.
func escaped(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func has(pairs []pair, name string) bool {
	return slices.ContainsFunc(pairs, func(p pair) bool { return p.name == name })
}

// pair is a value with its name. One without a value is a variable of its name.
func (c *call) pair(name, value, in string) pair {
	p := pair{name: name, value: c.text(value, name, false)}
	if i := slices.IndexFunc(c.Request.Fields, func(f probe.RequestField) bool { return in != "" && f.In == in && f.Name == name }); i >= 0 {
		p.field = &c.Request.Fields[i]
	}
	if value == "" && in != "" {
		p.value = text{{variable: c.variable(name)}}
	}
	return p
}

// text makes variables of the placeholders and secrets in a text; key names those that have no name of their own.
func (c *call) text(s, key string, inURL bool) text {
	type span struct {
		start, end int
		name       string
	}
	if c.mask != nil {
		s = c.mask.Text(s)
	}
	var spans []span
	from := 0
	for _, m := range probe.Marks(s) {
		at := from + strings.Index(s[from:], m.Text)
		spans = append(spans, span{at, at + len(m.Text), m.Name})
		from = at + len(m.Text)
	}
	for _, ref := range probe.FindPlaceholders(s, inURL) {
		if !slices.ContainsFunc(spans, func(o span) bool { return ref.Start < o.end && o.start < ref.End }) {
			spans = append(spans, span{ref.Start, ref.End, ref.Name})
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return a.start - b.start })
	var t text
	from = 0
	for _, p := range spans {
		if p.start > from {
			t = append(t, piece{literal: s[from:p.start]})
		}
		name := p.name
		if name == "" {
			name = key
		}
		t = append(t, piece{variable: c.variable(name)})
		from = p.end
	}
	if from < len(s) {
		t = append(t, piece{literal: s[from:]})
	}
	return t
}

// variable is a name that every tool takes: letters of ASCII, digits and "_".
func (c *call) variable(name string) string {
	plain := ascii(probe.Slug(name))
	if strings.Trim(plain, "_") == "" || plain[0] >= '0' && plain[0] <= '9' {
		plain = "value_" + plain
	}
	if !c.known && !slices.Contains(c.names, plain) {
		c.names = append(c.names, plain)
	}
	return plain
}

// ascii writes a slug in ASCII: without accents, and a letter of another script as its number, so that two names stay two.
func ascii(slug string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(slug) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case r < unicode.MaxASCII:
			b.WriteByte('_')
		case !unicode.IsMark(r):
			fmt.Fprintf(&b, "u%04x", r)
		}
	}
	return b.String()
}

// json writes a value with its variables. indent is the white space in front of its lines; nil writes one line.
func (c *call) json(v *nearjson.Value, key, indent string, variable func(string) string) string {
	if variable == nil {
		variable = double
	}
	inner := indent + "  "
	switch {
	case v == nil || v.Absent:
		return "null"
	case v.Kind == nearjson.Object && len(v.Members) > 0:
		parts := make([]string, len(v.Members))
		for i, m := range v.Members {
			parts[i] = inner + c.quoted(m.Key, m.Key, variable) + ": " + c.json(m.Value, m.Key, inner, variable)
		}
		return "{\n" + strings.Join(parts, ",\n") + "\n" + indent + "}"
	case v.Kind == nearjson.Array && len(v.Items) > 0:
		parts := make([]string, len(v.Items))
		for i, item := range v.Items {
			parts[i] = inner + c.json(item, key, inner, variable)
		}
		return "[\n" + strings.Join(parts, ",\n") + "\n" + indent + "]"
	case v.Kind == nearjson.String && v.Template:
		return c.template(v, key, variable)
	case v.Kind == nearjson.String:
		return c.quoted(v.Text, key, variable)
	}
	return v.String()
}

// template is a value that the sheet leaves open: a variable of its own name, or of its key, in quotes where it is a text.
func (c *call) template(v *nearjson.Value, key string, variable func(string) string) string {
	name := key
	if refs := probe.FindPlaceholders(v.Text, false); len(refs) == 1 && refs[0].Name != "" {
		name = refs[0].Name
	}
	filled := variable(c.variable(name))
	if kind, ok := nearjson.TemplateKind(v.Text); ok && kind != nearjson.String {
		return filled
	}
	return `"` + filled + `"`
}

// quoted is a JSON string.
func (c *call) quoted(s, key string, variable func(string) string) string {
	return `"` + c.text(s, key, false).in(func(literal string) string {
		q := string(nearjson.AppendQuoted(nil, literal))
		return strings.ReplaceAll(q[1:len(q)-1], "{{", `\u007b\u007b`) // which would be a variable
	}, variable) + `"`
}

// mediaType is that of the body; "" where there is none.
func (c *call) mediaType() string {
	if c.body == nil && len(c.form) == 0 && len(c.raw) == 0 {
		return ""
	}
	return c.Request.MediaType
}

// title is the name of the API, or what is asked of it where it has none.
func (c *call) title() string {
	return firstOf(c.Name, strings.TrimSpace(c.Method+" "+c.path.in(asIs, braces)))
}

// token is a bearer token. One that a call of its own fetches is a variable: the call goes along nowhere.
func (c *call) token(notes *Notes) text {
	if token := c.credential("token"); len(token) > 0 {
		return token
	}
	notes.lacks(c.Sheet, "the call that fetches its token is left out; supply the token as a variable")
	return text{{variable: c.variable("token")}}
}

// expected is the HTTP status of the documented success; 0 where the sheet ties none to it.
func (c *call) expected() int {
	for _, r := range c.Success {
		if r.HTTPStatus != nil {
			return *r.HTTPStatus
		}
	}
	return 0
}

// identity is what the sheet's auth section says, which some tools can express; "" is none.
func (c *call) identity() string {
	if c.Auth == nil || c.Auth.Type == "none" {
		return ""
	}
	return c.Auth.Type
}

// credential is a value of the auth section with its variables.
func (c *call) credential(name string) text {
	for _, h := range c.Auth.Text {
		if h.Name == name {
			if len(probe.FindPlaceholders(h.Value, false)) == 0 && probe.LooksSecret(name) {
				return text{{variable: c.variable(name)}}
			}
			return c.text(h.Value, name, false)
		}
	}
	return nil
}
