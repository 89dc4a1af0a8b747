package openapi

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// document is one OpenAPI document.
type document struct {
	reading sheet.Reading
	root    *tree.Node
	refs    map[string]*tree.Node // what references mean; nil for those that mean nothing here
	words   [][]source.Text       // by sheet, the description of its operation
	budget  int                   // values that examples may still be put together from
}

// methods are the keys of a path that hold operations.
var methods = []string{"get", "put", "post", "delete", "options", "head", "patch"}

func (d *document) paths() {
	for _, path := range members(d.root.Get("paths")) {
		item := d.follow(path.Value)
		for _, m := range members(item) {
			if !slices.Contains(methods, strings.ToLower(m.Key)) || m.Value.Kind != nearjson.Object {
				continue
			}
			if len(d.reading.Sheets) == maxSheets {
				d.reading = unreadable(d.reading, m.At().At(), fmt.Sprintf("only the first %d operations of the document are read", maxSheets), "split the document")
				return
			}
			o := newOperation(d, path, item, m)
			o.read()
			d.reading.Sheets = append(d.reading.Sheets, o.sheet)
			d.words = append(d.words, o.node.Get("description").Words().Lines())
		}
	}
}

// follow returns what a node refers to, or the node itself; nil where the reference leads out of the document or nowhere.
func (d *document) follow(n *tree.Node) *tree.Node {
	const most = 50 // references that lead to references
	for range most {
		ref := n.Get("$ref")
		if ref == nil || ref.Kind != nearjson.String {
			return n
		}
		n = d.lookup(ref)
	}
	return nil
}

func (d *document) lookup(ref *tree.Node) *tree.Node {
	found, known := d.refs[ref.Text]
	if known {
		return found
	}
	if pointer, local := strings.CutPrefix(ref.Text, "#"); local {
		found = at(d.root, pointer)
	}
	if d.refs[ref.Text] = found; found == nil {
		d.reading.Diagnostics = append(d.reading.Diagnostics, sheet.Note(source.Warning, "sheet.ambiguous", "", ref.At().At(),
			fmt.Sprintf("the reference %q leads nowhere in this document, and nothing is fetched", ref.Text), "hand over the document with all references resolved into it"))
	}
	return found
}

// at finds the node at a JSON Pointer (RFC 6901), percent-encoded as in the fragment of a URL.
func at(n *tree.Node, pointer string) *tree.Node {
	if decoded, err := url.PathUnescape(pointer); err == nil {
		pointer = decoded
	}
	tokens, ok := nearjson.SplitPointer(pointer)
	if !ok {
		return nil
	}
	for _, token := range tokens {
		switch {
		case n == nil:
			return nil
		case n.Kind == nearjson.Array:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(n.Items) {
				return nil
			}
			n = n.Items[i]
		default:
			n = n.Get(token)
		}
	}
	return n
}

// server is the address that operations hang under: of the innermost list of servers, the one that looks most like staging.
func (d *document) server(lists ...*tree.Node) string {
	for _, list := range lists {
		best, bestScore := "", 0
		for i, s := range items(list) {
			address, score := address(s)
			if i == 0 || score > bestScore {
				best, bestScore = address, score
			}
		}
		if len(items(list)) > 0 {
			return best
		}
	}
	return d.swaggerServer()
}

// address is the URL of a server with its variables filled, and how much it looks like staging.
func address(s *tree.Node) (url string, score int) {
	url = plain(s.Get("url"))
	words := plain(s.Get("description"))
	for _, v := range members(s.Get("variables")) {
		value := plain(v.Value.Get("default"))
		for _, option := range items(v.Value.Get("enum")) {
			if sheet.StagingScore(plain(option), "") > sheet.StagingScore(value, "") {
				value = plain(option)
			}
		}
		if value == "" {
			continue
		}
		url = strings.ReplaceAll(url, "{"+v.Key+"}", value)
		if sheet.StagingScore(value, "") > 0 {
			words += " " + value
		}
	}
	return url, sheet.StagingScore(words, url)
}

// swaggerServer puts together what Swagger 2.0 gives in three keys.
func (d *document) swaggerServer() string {
	host, scheme := plain(d.root.Get("host")), ""
	for _, s := range items(d.root.Get("schemes")) {
		if scheme == "" || plain(s) == "https" {
			scheme = plain(s)
		}
	}
	if host == "" {
		return plain(d.root.Get("basePath"))
	}
	if scheme == "" {
		scheme = "https"
	}
	return scheme + "://" + host + plain(d.root.Get("basePath"))
}

func (o *operation) note(rule string, f probe.Field, n *tree.Node, message, hint string) {
	o.sheet.Diagnostics = append(o.sheet.Diagnostics, sheet.Diagnose(rule, f, n.At().At(), message, hint))
}
