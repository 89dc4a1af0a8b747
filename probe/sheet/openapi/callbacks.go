package openapi

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// callbacks reads the first call that the document says the API makes back, and where the request names its address.
func (o *operation) callbacks() {
	for _, named := range members(o.node.Get("callbacks")) {
		for _, address := range members(o.doc.follow(named.Value)) {
			for _, method := range members(o.doc.follow(address.Value)) {
				if !slices.Contains(methods, strings.ToLower(method.Key)) {
					continue
				}
				if o.sheet.Callback != nil {
					o.sheet.Diagnostics = append(o.sheet.Diagnostics, sheet.Note(source.Info, "sheet.ambiguous", probe.FieldCredentials, method.At().At(),
						"a further callback is documented; the first one is expected", "write an operation of its own for each of them"))
					return
				}
				o.sheet.Callback = o.callback(address, method)
			}
		}
	}
}

func (o *operation) callback(address, method tree.Member) *probe.Callback {
	c := &probe.Callback{Method: strings.ToUpper(method.Key), Field: expressed(address.Key), At: method.At().At()}
	mediaType, content := media(o.doc.follow(method.Value.Get("requestBody")).Get("content"))
	if content.Value == nil {
		return c
	}
	c.Headers = []probe.Header{{Name: "Content-Type", Value: mediaType, At: content.At().At()}}
	if examples := o.examples(probe.FieldCredentials, content.Value, mediaType); len(examples) > 0 {
		c.Body, c.Raw = examples[0].body, examples[0].raw
	}
	return c
}

// expressed is the place of the request that a runtime expression names: "/callbackUrl" of "{$request.body#/callbackUrl}"; "" for any other.
func expressed(address string) string {
	_, rest, _ := strings.Cut(address, "{$request.")
	expression, _, closed := strings.Cut(rest, "}")
	if !closed {
		return ""
	}
	if pointer, ok := strings.CutPrefix(expression, "body#"); ok {
		if _, ok := nearjson.SplitPointer(pointer); ok && pointer != "" {
			return pointer
		}
		return ""
	}
	kind, name, _ := strings.Cut(expression, ".")
	if (kind == probe.InQuery || kind == "header") && name != "" {
		return kind + ":" + name
	}
	return ""
}
