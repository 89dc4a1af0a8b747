// Package openapi reads OpenAPI documents of the versions 3.0 and 3.1, and Swagger 2.0, in JSON and YAML.
//
// Every operation is a sheet. Its request and its answers are the examples that the document gives: of the media type, of the schema, or
// put together from those of its properties; where a property has none, its type stands in, which gives a type and never a value. All
// documented statuses become status codes and answers. A staging server is preferred over a production one, variables of servers take their
// defaults, and security schemes become headers with placeholders. The description of an operation is read as words about the API.
//
// References are followed within the document only: nothing is ever fetched. The package validates nothing; what it does not understand, it
// leaves out. The spec is https://spec.openapis.org/oas/v3.1.1.html.
package openapi

import (
	"errors"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const name = "openapi"

// Format reads OpenAPI documents.
var Format = sheet.Format{Name: name, Detect: detect, Read: read}

// maxSheets is how many operations one document may hold.
const maxSheets = 20000

func detect(in sheet.Input) int {
	const certain, broken = 100, 85
	doc, err := in.Decode()
	if err != nil || !announces(doc.Text().String()) {
		return 0
	}
	root, err := parse(in, doc)
	switch {
	case isOpenAPI(root):
		return certain
	case err != nil:
		return broken
	}
	return 0
}

// announces says that a line starts with the key that names the version, and spares other documents the parser.
func announces(s string) bool {
	for line := range strings.Lines(s) {
		line = strings.TrimLeft(line, " \t{\"'\uFEFF")
		rest, ok := strings.CutPrefix(line, "openapi")
		if !ok {
			rest, ok = strings.CutPrefix(line, "swagger")
		}
		if rest = strings.TrimLeft(rest, "\"' \t"); ok && strings.HasPrefix(rest, ":") && strings.ContainsAny(rest[:min(len(rest), 10)], "123") {
			return true
		}
	}
	return false
}

func parse(in sheet.Input, doc *source.Document) (*tree.Node, error) {
	nodes, err := in.Parse(doc.Text())
	if len(nodes) == 0 {
		return nil, err
	}
	return nodes[0], err
}

func isOpenAPI(root *tree.Node) bool {
	version := root.Get("openapi")
	if version == nil {
		version = root.Get("swagger")
	}
	return version != nil && (root.Get("paths") != nil || root.Get("components") != nil || root.Get("webhooks") != nil)
}

func read(in sheet.Input) sheet.Reading {
	doc, err := in.Decode()
	if err != nil {
		return unreadable(sheet.Reading{Document: source.NewDocument(in.Name, in.Data, "")}, source.Span{}, err.Error(), "hand over a text file in UTF-8")
	}
	r := sheet.Reading{Document: doc}
	root, err := parse(in, doc)
	var syntax *tree.Error
	if errors.As(err, &syntax) {
		return unreadable(r, syntax.At, syntax.Message, syntax.Hint())
	}
	d := &document{reading: r, root: root, refs: map[string]*tree.Node{}, budget: maxValues}
	d.paths()
	sheet.Promises(d.reading.Sheets, d.words)
	if len(d.reading.Sheets) == 0 && len(d.reading.Diagnostics) == 0 {
		return unreadable(d.reading, doc.Text().Slice(0, 0).At(), "the document describes no operation under \"paths\"", "hand over the document that holds the paths")
	}
	return d.reading
}

func unreadable(r sheet.Reading, at source.Span, message, hint string) sheet.Reading {
	r.Diagnostics = append(r.Diagnostics, sheet.Diagnose("sheet.unreadable", "", at, message, hint))
	return r
}

// plain is a scalar as a text, trimmed; "" for anything else.
func plain(n *tree.Node) string { return strings.TrimSpace(n.Words().String()) }

// firstLine is the first line of a text.
func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return strings.TrimSpace(s)
}

func members(n *tree.Node) []tree.Member {
	if n == nil || n.Kind != nearjson.Object {
		return nil
	}
	return n.Members
}

func items(n *tree.Node) []*tree.Node {
	if n == nil {
		return nil
	}
	return n.Items
}

func isTrue(n *tree.Node) bool { return strings.EqualFold(plain(n), "true") }
