package native

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// responsesNode writes the answers of one outcome: the bare answer where its keys leave no doubt, else wrappers.
func responsesNode(f probe.Field, responses []probe.Response, table []probe.StatusCode) *yaml.Node {
	if len(responses) == 1 && isBare(responses[0], table) && !(f == probe.FieldErrorResponse && isArray(responses[0].Body.Value)) {
		return answerNode(responses[0].Body, responses[0].Raw)
	}
	items := list()
	for _, r := range responses {
		items.Content = append(items.Content, wrapperNode(r, table))
	}
	switch len(items.Content) {
	case 0:
		return nil
	case 1:
		return items.Content[0]
	}
	return items
}

// isBare says that an answer can be written without a wrapper, and is understood as one.
func isBare(r probe.Response, table []probe.StatusCode) bool {
	if r.Title != "" || r.HTTPStatus != nil || r.When != "" || r.Request != nil || r.Schema != nil || len(r.Headers) > 0 || r.Body.IsZero() || r.Code != derivedCode(r, table) {
		return false
	}
	return !tellsWrapper(r.Body.Value) && !(isArray(r.Body.Value) && slices.ContainsFunc(r.Body.Value.Items, tellsWrapper))
}

func isArray(v *nearjson.Value) bool { return v != nil && v.Kind == nearjson.Array }

func tellsWrapper(v *nearjson.Value) bool {
	return v.Get(keyHTTPStatus) != nil || v.Get(keyBody) != nil || v.Get(keyWhen) != nil || v.Get(keyRequest) != nil || v.Get(keySchema) != nil
}

func derivedCode(r probe.Response, table []probe.StatusCode) string {
	code, _ := sheet.BusinessCode(r.Body.Value, table)
	return code
}

// wrapperNode names the status even where it is not known, if nothing else tells the wrapper from an answer.
func wrapperNode(r probe.Response, table []probe.StatusCode) *yaml.Node {
	m := newMap()
	m.putText(keyTitle, r.Title)
	switch {
	case r.HTTPStatus != nil:
		m.put(keyHTTPStatus, plain(strconv.Itoa(*r.HTTPStatus)))
	case r.Title != "" || len(r.Headers) > 0 || r.Body.IsZero():
		m.put(keyHTTPStatus, null())
	}
	if r.Code != derivedCode(r, table) {
		m.putText(keyCode, r.Code)
	}
	if headers := pairsNode(r.Headers); headers != nil {
		m.put(keyHeaders, headers)
	}
	m.putText(keyWhen, r.When)
	if r.Request != nil {
		m.put(keyRequest, recipeNode(r.Request))
	}
	if body := answerNode(r.Body, r.Raw); body != nil {
		m.put(keyBody, body)
	}
	if v, _, err := nearjson.ParseStrict(source.Unplaced(string(r.Schema))); err == nil {
		m.put(keySchema, valueNode(v))
	}
	return &m.Node
}

// bodyNode writes a body; nil where there is none. Scalars that a text could be mistaken for are written as JSON texts.
func bodyNode(b probe.Body, raw string) *yaml.Node {
	v := b.Value
	switch {
	case v == nil:
		return strOrNil(b.Text)
	case v.Kind == nearjson.String || v.Kind == nearjson.Null:
		text, _ := v.MarshalJSON()
		return str(string(text))
	case survives(v) || raw == "":
		return valueNode(v)
	}
	return str(raw)
}

// answerNode keeps the text of an answer where it says more than its values do: that one may be null, missing, or another.
func answerNode(b probe.Body, raw string) *yaml.Node {
	said := false
	b.Value.Walk(func(_ string, v *nearjson.Value) bool {
		said = said || v.Nullable || len(v.Others()) > 0 || v.Remark() != ""
		return !said
	})
	if text := strings.TrimSpace(raw); said && (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) {
		return str(raw)
	}
	return bodyNode(b, raw)
}

// survives says that a value means the same after it was written as YAML: no ellipsis, no absent value, no template that only the lack of
// quotes told, and no deeper than is read again.
func survives(v *nearjson.Value) bool {
	ok := true
	v.Walk(func(pointer string, v *nearjson.Value) bool {
		var same bool
		switch v.Kind {
		case nearjson.String:
			same = nearjson.NewString(v.Text).Template == v.Template
		case nearjson.Number:
			same = nearjson.NewNumber(v.Text).Kind == nearjson.Number
		default:
			same = !v.Template
		}
		ok = ok && same && !v.Open && !v.Absent && strings.Count(pointer, "/") < tree.MaxDepth/2
		return ok
	})
	return ok
}

func valueNode(v *nearjson.Value) *yaml.Node {
	switch v.Kind {
	case nearjson.Object:
		m := newMap()
		for _, member := range v.Members {
			m.put(member.Key, valueNode(member.Value))
		}
		return &m.Node
	case nearjson.Array:
		items := list()
		for _, item := range v.Items {
			items.Content = append(items.Content, valueNode(item))
		}
		return items
	case nearjson.String:
		return str(v.Text)
	case nearjson.Null:
		return null()
	}
	return plain(v.Text)
}

func null() *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"} }

// plain writes a number or a boolean letter by letter.
func plain(text string) *yaml.Node {
	tag := "!!float"
	if text == "true" || text == "false" {
		tag = "!!bool"
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: text}
}

func strOrNil(text string) *yaml.Node {
	if text == "" {
		return nil
	}
	return str(text)
}

// str writes a text: without quotes where no reader of YAML, of any version, could take it for something else.
func str(text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	switch {
	case isBlock(text):
		n.Style = yaml.LiteralStyle
	case !isPlainSafe(text):
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// isBlock says that a text of several lines can be written as a block without losing a character.
func isBlock(text string) bool {
	return strings.Contains(text, "\n") && strings.TrimSpace(text) == text && !strings.Contains(text, " \n") &&
		!strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && !isVisible(r) })
}

func isVisible(r rune) bool {
	return r == ' ' || unicode.IsPrint(r) && r != 0xFEFF && r != unicode.ReplacementChar
}

// isPlainSafe is stricter than YAML asks for.
func isPlainSafe(text string) bool {
	switch strings.ToLower(text) {
	case "", "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return false
	}
	first := rune(text[0])
	if !unicode.IsLetter(first) && first != '/' && !(first == '<' && len(text) > 2) || first > unicode.MaxASCII {
		return false
	}
	if strings.Contains(text, ": ") || strings.Contains(text, " #") || strings.HasSuffix(text, ":") || strings.HasSuffix(text, " ") {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool { return !isVisible(r) })
}
