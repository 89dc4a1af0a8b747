package sheet

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// settleParameters decides where the listed parameters travel, once method, URL, headers and example are known: as headers, in the path, in the
// query, in a form, or in the body, which is composed of their samples where no example of it is documented.
func (a *assembler) settleParameters() {
	q := &a.sheet.Request
	inBody := []parameter{}
	placeholders := probe.FindPlaceholders(a.sheet.URL, true)
	for _, p := range a.listed {
		name := p.name.String()
		at := slices.IndexFunc(placeholders, func(ref probe.PlaceholderRef) bool { return ref.Name == name })
		switch in := a.placeFor(p); {
		case in == inHeader:
			a.listedHeader(p)
		case at >= 0 && p.in != probe.InForm && p.in != probe.InQuery && (p.in != probe.InBody || in == probe.InQuery):
			f := p.field(probe.InPath)
			if f.Value == "" {
				f.Value = placeholders[at].Written
			}
			a.addParameter(f)
		case in == probe.InBody:
			inBody = append(inBody, p)
		default:
			a.addParameter(p.field(in))
		}
		if a.placeFor(p) != inHeader {
			a.place(probe.FieldRequestBody, p.name.At())
		}
	}
	if !q.Body.IsZero() {
		a.stateListed(inBody)
		return
	}
	for _, p := range inBody {
		a.addParameter(p.field(probe.InBody))
	}
	if a.compose(inBody); q.Body.IsZero() {
		a.unfilled = inBody
	}
}

// placeFor is where a parameter travels: where the document says so, else where requests of the method carry their data.
func (a *assembler) placeFor(p parameter) string {
	bodiless := a.sheet.Method == http.MethodGet || a.sheet.Method == http.MethodHead
	switch {
	case p.in == inHeader, p.in == probe.InPath, p.in == probe.InQuery:
		return p.in
	case bodiless && a.sheet.Request.Body.IsZero(), p.in == "" && a.sheet.Method == http.MethodDelete && a.sheet.Request.Body.IsZero():
		return probe.InQuery
	case p.in == probe.InForm, a.isForm():
		return probe.InForm
	}
	return probe.InBody
}

// isForm says that the request is a form, by its headers.
func (a *assembler) isForm() bool {
	h, _ := HeaderNamed(a.sheet.Headers, "Content-Type")
	return strings.Contains(strings.ToLower(h.Value), "form")
}

// listedHeader takes a parameter for the header that it is. Where the table has no value, words about it may hold the placeholder for one.
func (a *assembler) listedHeader(p parameter) {
	if _, have := HeaderNamed(a.sheet.Headers, p.name.String()); have || !isToken(p.name.String()) {
		return
	}
	a.addHeader(probe.Header{Name: p.name.String(), Value: unquote(p.sample).String(), At: p.name.At()})
}

// stateListed says of the fields of an example what the table says of them.
func (a *assembler) stateListed(listed []parameter) {
	for _, p := range listed {
		if a.tabled == nil {
			a.tabled = map[string]parameter{}
		}
		if _, ok := a.tabled[p.pointer()]; !ok {
			a.tabled[p.pointer()] = p
		}
		if p.mandatory != nil && len(p.path) == 1 {
			a.state(p.name.String(), *p.mandatory)
		}
	}
}

// compose makes the body of the samples that a table gives. Without a sample for each mandatory field, or, where nothing is said to be mandatory, for
// each field, there is no body.
func (a *assembler) compose(listed []parameter) {
	root := &node{}
	for i := range listed {
		root.insert(&listed[i], listed[i].path)
	}
	root.settle()
	if len(listed) == 0 || !root.complete(root.marked()) || !root.filled() {
		return
	}
	text := source.Compose(root.write(nil))
	r, err := nearjson.Parse(text)
	if err != nil || r.Value == nil || len(r.Repairs) > 0 && !strings.ContainsAny(text.String(), "'“") {
		return
	}
	q := &a.sheet.Request
	q.Body, q.Raw = probe.Body{Value: r.Value, At: listed[0].name.At()}, text.String()
	a.stateListed(listed)
	q.Fields = slices.DeleteFunc(q.Fields, func(f probe.RequestField) bool { return f.In == probe.InBody })
	for _, p := range listed {
		if f := p.field(probe.InBody); r.Value.Lookup(f.Pointer) == nil {
			f.Value = ""
			q.Fields = append(q.Fields, f)
		}
	}
	a.note(Note(source.Info, "sheet.repaired-json", probe.FieldRequestBody, listed[0].name.At(),
		"no example of the request body is documented: it was composed of the sample values that are given for its fields",
		"ask the API owner for an example pasted from a real call"))
}

// node is a field of the body that is being composed.
type node struct {
	key      string
	about    *parameter // nil where only the fields below it are listed
	children []*node
	array    bool
}

func (n *node) insert(p *parameter, path []string) {
	if len(path) == 0 {
		if n.about == nil {
			n.about = p
		}
		return
	}
	if isItem(path[0]) && n.key != "" {
		n.array = true
		n.insertBelow(p, path[1:])
		return
	}
	n.insertBelow(p, path)
}

func (n *node) insertBelow(p *parameter, path []string) {
	if len(path) == 0 {
		return
	}
	i := slices.IndexFunc(n.children, func(c *node) bool { return c.key == path[0] })
	if i < 0 {
		n.children = append(n.children, &node{key: path[0]})
		i = len(n.children) - 1
	}
	n.children[i].insert(p, path[1:])
}

// settle says of each node whether it is an array.
func (n *node) settle() {
	n.array = n.array || n.about != nil && n.about.kind == "array"
	for _, c := range n.children {
		c.settle()
	}
}

// marked says that something is said about what is mandatory.
func (n *node) marked() bool {
	return n.about != nil && n.about.mandatory != nil || slices.ContainsFunc(n.children, (*node).marked)
}

// complete says that every mandatory field has a value. marked is false where nothing is said to be mandatory: then all need one. What is
// mandatory in an optional object counts where the object is sent.
func (n *node) complete(marked bool) bool {
	for _, c := range n.children {
		needed := !marked || c.about != nil && c.about.mandatory != nil && *c.about.mandatory
		switch {
		case needed && !c.filled():
			return false
		case c.filled() && len(c.children) > 0 && !c.complete(marked):
			return false
		}
	}
	return true
}

// filled says that there is something to send for a node.
func (n *node) filled() bool {
	if len(n.children) > 0 {
		return slices.ContainsFunc(n.children, (*node).filled)
	}
	return n.about != nil && len(n.about.literal()) > 0
}

// write adds the JSON of a node, each piece with its place.
func (n *node) write(runs []source.Run) []source.Run {
	if len(n.children) == 0 {
		return append(runs, n.about.literal()...)
	}
	opener, closer := "{", "}"
	if n.array {
		opener, closer = "[{", "}]"
	}
	runs = append(runs, source.Run{Text: opener})
	first := true
	for _, c := range n.children {
		if !c.filled() {
			continue
		}
		if !first {
			runs = append(runs, source.Run{Text: ", "})
		}
		first = false
		key := source.Run{Text: quoteJSON(c.key)}
		if c.about != nil {
			key.From = c.about.name
		}
		runs = c.write(append(runs, key, source.Run{Text: ": "}))
	}
	return append(runs, source.Run{Text: closer})
}

func quoteJSON(s string) string { return string(nearjson.AppendQuoted(nil, s)) }

// literal is the sample of a parameter as JSON; nothing where it has none, or one that does not fit the type.
func (p *parameter) literal() []source.Run {
	s := p.sample.String()
	if s == "" {
		return nil
	}
	bare := unquote(p.sample).String()
	written := ""
	switch p.kind {
	case kindNumber, kindInteger:
		written = p.numeric(bare)
	case "boolean":
		written = boolean(bare)
	case "object":
		if !strings.HasPrefix(s, "{") {
			return nil
		}
		return []source.Run{{Text: s, From: p.sample}}
	case "array":
		written = p.items(s)
	case "string":
		written = quoteJSON(bare)
	default:
		written = p.untyped(s, bare)
	}
	if written == "" {
		return nil
	}
	return []source.Run{{Text: written, From: p.sample}}
}

func isNumeric(kind string) bool { return kind == kindNumber || kind == kindInteger }

// numeric is a number as it is written; a placeholder stands in quotes, anything else is no number.
func (p *parameter) numeric(s string) string {
	switch {
	case s != "" && strings.IndexByte("-0123456789", s[0]) >= 0 && json.Valid([]byte(s)):
		return s
	case len(probe.FindPlaceholders(s, false)) > 0:
		return quoteJSON(s)
	case isDigits(s): // leading zeros
		return quoteJSON(s)
	}
	return ""
}

func boolean(s string) string {
	first, _, _ := strings.Cut(strings.ToLower(s), "/")
	first, _, _ = strings.Cut(first, "|")
	switch first = strings.TrimSpace(first); {
	case first == "true", first == "false":
		return first
	case len(probe.FindPlaceholders(s, false)) > 0:
		return quoteJSON(s)
	}
	return ""
}

// items makes an array of a sample: as it is, or of the values that commas part.
func (p *parameter) items(s string) string {
	if strings.HasPrefix(s, "[") {
		return s
	}
	if strings.HasPrefix(s, "{") {
		return "[" + s + "]"
	}
	if p.item == "object" || p.item == "array" {
		return ""
	}
	var items []string
	for item := range strings.SplitSeq(s, ",") {
		one := parameter{kind: p.item, sample: source.Unplaced(strings.TrimSpace(item)), quoted: p.quoted}
		literal := one.literal()
		if len(literal) == 0 {
			return ""
		}
		items = append(items, literal[0].Text)
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// untyped reads a sample of which no type is said. A number could be the digits of a text: it is one where the table writes texts in quotes.
func (p *parameter) untyped(s, bare string) string {
	switch {
	case s != bare:
		return quoteJSON(bare)
	case strings.HasPrefix(s, "{"), strings.HasPrefix(s, "["), bare == "true", bare == "false":
		return s
	case p.quoted:
		if n := p.numeric(bare); n != "" {
			return n
		}
	}
	return quoteJSON(bare)
}
