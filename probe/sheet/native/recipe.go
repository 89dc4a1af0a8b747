package native

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// recipe reads the exact request that leads to an answer; nil where it changes nothing. One of which a part cannot be read is left out: the rest of it may
// well be the request that succeeds.
func (r *reader) recipe(f probe.Field, n *tree.Node) *probe.Recipe {
	if n.Kind == nearjson.Null {
		return nil
	}
	before := r.failures
	members, ok := r.object(f, n, keyRequest, requestKeys)
	if !ok {
		return nil
	}
	recipe := &probe.Recipe{At: n.At().At()}
	for _, key := range requestKeys {
		m, given := members[key]
		if !given {
			continue
		}
		switch key {
		case keyMethod:
			recipe.Method = r.method(f, m.Value)
		case keyPath:
			recipe.Path = r.recipePath(f, m.Value)
		case keyQuery:
			recipe.Query = r.changes(f, m.Value, "the query of the request")
		case keyHeaders:
			recipe.Headers = r.changes(f, m.Value, "the headers of the request")
		case keyBody:
			body := r.exactBody(f, m.Value)
			recipe.Body = &body
		}
	}
	if r.failures > before || !changesAnything(recipe) {
		return nil
	}
	return recipe
}

func changesAnything(recipe *probe.Recipe) bool {
	return recipe.Method != "" || recipe.Path != "" || len(recipe.Query)+len(recipe.Headers) > 0 || recipe.Body != nil
}

// method reads a request method that is known; "" where there is none.
func (r *reader) method(f probe.Field, n *tree.Node) string {
	text, ok := r.text(f, n, keyMethod)
	if !ok {
		return ""
	}
	method, known := sheet.Method(text)
	if !known {
		r.fail(f, n.At(), fmt.Sprintf("%q is no method", text), "use one of "+strings.Join(sheet.Methods[:], ", "))
		return ""
	}
	return method
}

func (r *reader) recipePath(f probe.Field, n *tree.Node) string {
	text, ok := r.text(f, n, keyPath)
	if ok && !strings.HasPrefix(text, "/") {
		r.fail(f, n.At(), fmt.Sprintf("the path %q does not begin with a slash", text), "write the whole path of the URL, as in /v1/orders/none")
		return ""
	}
	return text
}

// changes reads values by name; a null removes, and a list sets a name several times.
func (r *reader) changes(f probe.Field, n *tree.Node, what string) []probe.Change {
	if n.Kind == nearjson.Null {
		return nil
	}
	if n.Kind != nearjson.Object || n.IsTemplate() {
		r.wrongType(f, n, what, "a map of names and values, in which null removes")
		return nil
	}
	var changes []probe.Change
	for _, m := range r.names(f, n) {
		values := []*tree.Node{m.Value}
		if m.Value.Kind == nearjson.Array {
			values = m.Value.Items
		}
		for _, v := range values {
			text, ok := r.text(f, v, fmt.Sprintf("%q", m.Key))
			if ok || v.Kind == nearjson.Null {
				changes = append(changes, probe.Change{Name: m.Key, Value: text, Remove: !ok})
			}
		}
	}
	return changes
}

// exactBody reads a body that is to travel as it stands: a text is repaired nowhere, since what is broken in it may be what leads to the answer.
func (r *reader) exactBody(f probe.Field, n *tree.Node) probe.Body {
	if n.Kind != nearjson.String {
		body, _ := r.body(f, n)
		return body
	}
	body := probe.Body{At: n.At().At()}
	text, _ := n.Content()
	if body.Value, _, _ = nearjson.ParseStrict(text); body.Value == nil {
		body.Text = n.Text
	}
	return body
}

func recipeNode(recipe *probe.Recipe) *yaml.Node {
	m := newMap()
	m.putText(keyMethod, recipe.Method)
	m.putText(keyPath, recipe.Path)
	if len(recipe.Query) > 0 {
		m.put(keyQuery, changesNode(recipe.Query))
	}
	if len(recipe.Headers) > 0 {
		m.put(keyHeaders, changesNode(recipe.Headers))
	}
	if recipe.Body != nil {
		body := null()
		if node := exactNode(*recipe.Body); node != nil {
			body = node
		}
		m.put(keyBody, body)
	}
	return &m.Node
}

// exactNode writes a body so that exactBody reads it again letter by letter.
func exactNode(b probe.Body) *yaml.Node {
	if b.Value == nil || b.Value.Kind == nearjson.String || b.Value.Kind == nearjson.Null || survives(b.Value) {
		return bodyNode(b, "")
	}
	text, err := b.Value.MarshalJSON()
	if err != nil {
		return strOrNil(b.Text)
	}
	return str(string(text))
}

// changesNode writes a map; a name that stands several times gets a list.
func changesNode(changes []probe.Change) *yaml.Node {
	m := newMap()
	at := map[string]*yaml.Node{}
	for _, c := range changes {
		value := str(c.Value)
		if c.Remove {
			value = null()
		}
		switch have := at[c.Name]; {
		case have == nil:
			m.put(c.Name, value)
			at[c.Name] = value
		case have.Kind == yaml.SequenceNode:
			have.Content = append(have.Content, value)
		default:
			first := *have
			*have = yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{&first, value}}
		}
	}
	return &m.Node
}
