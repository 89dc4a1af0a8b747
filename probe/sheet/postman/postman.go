// Package postman reads Postman collections in the formats 2.1 and 2.0.
//
// Every request of the collection is a sheet: its saved answers are the documented ones, and its description is read as words about the API
// (status codes, partner code, credentials, mandatory fields). Variables that the collection gives a value are replaced; all others stay
// placeholders. Authorization becomes headers or query parameters, inherited as Postman does it, and its parts become credentials. An
// unquoted {{variable}} in a body is no mistake here.
//
// The package runs no scripts, fetches nothing, reads no environments, and does not compute signatures (OAuth 1, Digest, Hawk, AWS, NTLM):
// it says that they are needed. The spec is https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html.
package postman

import (
	"errors"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const name = "postman"

// Format reads Postman collections.
var Format = sheet.Format{Name: name, Detect: detect, Read: read}

// maxSheets is how many requests one collection may hold.
const maxSheets = 20000

// The keys by which Postman's files tell what they are.
const (
	schemaHost     = "schema.getpostman.com"
	schemaHostNew  = "schema.postman.com"
	environmentKey = "_postman_variable_scope"
)

func detect(in sheet.Input) int {
	const certain, likely = 100, 95
	doc, err := in.Decode()
	if err != nil {
		return 0
	}
	s := strings.TrimSpace(doc.Text().String())
	switch {
	case !strings.HasPrefix(s, "{"):
		return 0
	case strings.Contains(s, schemaHost), strings.Contains(s, schemaHostNew):
		return certain
	case strings.Contains(s, `"`+environmentKey+`"`), strings.Contains(s, `"_postman_id"`):
		return likely
	case !strings.Contains(s, `"item"`) || !strings.Contains(s, `"request"`):
		return 0
	}
	nodes, err := in.Parse(doc.Text())
	if root := collection(nodes); err == nil && root.Get("item") != nil {
		return likely
	}
	return 0
}

// collection is the top of a collection, also where an answer of Postman's own API wraps it.
func collection(nodes []*tree.Node) *tree.Node {
	if len(nodes) == 0 {
		return nil
	}
	if inner := nodes[0].Get("collection"); inner != nil && inner.Get("item") != nil {
		return inner
	}
	return nodes[0]
}

func read(in sheet.Input) sheet.Reading {
	doc, err := in.Decode()
	if err != nil {
		r := sheet.Reading{Document: source.NewDocument(in.Name, in.Data, "")}
		return unreadable(r, source.Span{}, err.Error(), "hand over a text file in UTF-8")
	}
	r := sheet.Reading{Document: doc}
	nodes, err := in.Parse(doc.Text())
	var syntax *tree.Error
	switch {
	case !errors.As(err, &syntax):
	case syntax.Limit:
		return unreadable(r, syntax.At, syntax.Message, "export a folder of the collection at a time, with fewer saved responses")
	default:
		return unreadable(r, syntax.At, "the collection is not valid JSON: "+syntax.Message, "export it again from Postman")
	}
	root := collection(nodes)
	switch {
	case root == nil:
	case root.Get("item") != nil && root.Get("item").Kind == nearjson.Array:
		c := &reader{reading: r}
		c.collection(root)
		return c.reading
	case root.Get(environmentKey) != nil:
		return unreadable(r, root.At().At(), "this is an environment of Postman, which holds variables and no requests",
			"hand over the collection, and supply the variables with --vars FILE")
	case root.Get("requests") != nil:
		return unreadable(r, root.At().At(), "this is a collection in Postman's format 1, which is not read", "export it in the format \"Collection v2.1\"")
	}
	return unreadable(r, doc.Text().Slice(0, 0).At(), `the collection has no list "item" of requests`, `export it in the format "Collection v2.1"`)
}

func unreadable(r sheet.Reading, at source.Span, message, hint string) sheet.Reading {
	r.Diagnostics = append(r.Diagnostics, sheet.Diagnose("sheet.unreadable", "", at, message, hint))
	return r
}
