package postman

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// reader collects the requests of a collection.
type reader struct {
	reading sheet.Reading
	found   []found
	full    bool
}

// found is one request and where in the folders it stands.
type found struct {
	name, folder string
	sheet        *probe.Sheet
	words        source.Text // its description
}

// level is what folders hand down to the requests in them.
type level struct {
	folder string
	vars   variables
	auth   *tree.Node
}

func (r *reader) collection(root *tree.Node) {
	r.items(root.Get("item"), level{}.within(root))
	r.nameSheets()
	if len(r.reading.Sheets) == 0 && len(r.reading.Diagnostics) == 0 {
		r.reading = unreadable(r.reading, root.Get("item").At().At(), "the collection holds no request", "export the collection that holds the requests")
	}
}

// within is what stands at a folder, over what it inherits.
func (l level) within(folder *tree.Node) level {
	l.vars = l.vars.with(folder.Get("variable"))
	if auth := folder.Get("auth"); auth != nil && auth.Kind == nearjson.Object {
		l.auth = auth
	}
	return l
}

// items reads the requests and folders of a list. Its depth is that of the document, which the tree bounds.
func (r *reader) items(list *tree.Node, l level) {
	if list == nil {
		return
	}
	for _, item := range list.Items {
		if item.Kind != nearjson.Object {
			continue
		}
		inner := l.within(item)
		if item.Get("item") != nil {
			inner.folder = plain(item.Get("name"))
			r.items(item.Get("item"), inner)
			continue
		}
		if request := item.Get("request"); request != nil && request.Kind != nearjson.Null {
			r.request(item, request, inner)
		}
	}
}

func (r *reader) request(item, request *tree.Node, l level) {
	if len(r.found) == maxSheets {
		if !r.full {
			r.full = true
			r.reading = unreadable(r.reading, item.At().At(), fmt.Sprintf("only the first %d requests of the collection are read", maxSheets), "split the collection")
		}
		return
	}
	b := newBuilder(r.reading.Document, l)
	words := b.read(item, request)
	r.found = append(r.found, found{name: plain(item.Get("name")), folder: l.folder, sheet: b.sheet, words: words})
}

// nameSheets names the sheets: by the request or, where several requests of the collection have one name, by folder and request.
func (r *reader) nameSheets() {
	times := map[string]int{}
	for _, f := range r.found {
		times[sheet.Fold(f.name)]++
	}
	var words [][]source.Text
	for _, f := range r.found {
		f.sheet.Name = f.name
		if times[sheet.Fold(f.name)] > 1 && f.folder != "" {
			f.sheet.Name = f.folder + " / " + f.name
		}
		r.reading.Sheets = append(r.reading.Sheets, f.sheet)
		words = append(words, f.words.Lines())
	}
	sheet.Promises(r.reading.Sheets, words)
}

// plain is a scalar as a text, trimmed; "" for anything else.
func plain(n *tree.Node) string { return strings.TrimSpace(n.Words().String()) }

// description is the text of a description, which may be a map {content, type} as well.
func description(n *tree.Node) source.Text {
	if n != nil && n.Kind == nearjson.Object {
		n = n.Get("content")
	}
	return n.Words()
}

// isDisabled says that a header, parameter or variable is switched off.
func isDisabled(n *tree.Node) bool {
	return strings.EqualFold(plain(n.Get("disabled")), "true") || strings.EqualFold(plain(n.Get("enabled")), "false")
}
