package text

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// settings are documents in YAML or JSON that are made for a program: their keys may sound like labels of a sheet, and are none.
type settings struct {
	format string
	keys   []string // the first at the top
	flat   bool     // they stand at the start of every line
}

// asSettings recognises a document of nested keys. Sheets whose every line has a colon have none, or examples only.
func asSettings(t source.Text) (settings, bool) {
	const longest = 1 << 20
	s := strings.TrimSpace(t.String())
	if s == "" || t.Len() > longest {
		return settings{}, false
	}
	if all, ok := asVariables(s); ok {
		return all, true
	}
	all := settings{format: "YAML of another kind"}
	nested := strings.IndexByte("{[", s[0]) >= 0
	if nested {
		all.format = "JSON of another kind"
	}
	for _, part := range tree.Split(t) {
		nodes, err := tree.Parse(part)
		if err != nil {
			return settings{}, false
		}
		for _, n := range nodes {
			nested = nested || n.Kind == nearjson.Array || slices.ContainsFunc(n.Members, func(m tree.Member) bool { return isNested(m.Value) })
			all.take(n)
		}
	}
	return all, nested && len(all.keys) > 0
}

// asVariables recognises a list of variables: NAME=value on every line, and below a [section] in small letters as well.
func asVariables(s string) (settings, bool) {
	const most = 4
	all, section := settings{format: "a list of variables", flat: true}, false
	for line := range strings.Lines(s) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "export ")
		name, _, ok := strings.Cut(line, "=")
		switch {
		case line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";"):
			continue
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") && !strings.ContainsAny(line, "\"'{:"):
			section = true
			continue
		case !ok || name == "" || !section && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" || len(name) > maxLead:
			return settings{}, false
		case len(all.keys) < most:
			all.keys = append(all.keys, name)
		}
	}
	return all, len(all.keys) > 1
}

func isNested(n *tree.Node) bool {
	return !n.Flow && (n.Kind == nearjson.Array && len(n.Items) > 0 || n.Kind == nearjson.Object && len(n.Members) > 0)
}

func (s *settings) take(n *tree.Node) {
	const most = 4
	if n.Kind == nearjson.Array && len(n.Items) > 0 {
		n = n.Items[0]
	}
	for _, m := range n.Members {
		if len(s.keys) < most && !slices.Contains(s.keys, m.Key) && len(m.Key) <= maxLead {
			s.keys = append(s.keys, m.Key)
		}
	}
}

func (s settings) complain(doc *source.Document) sheet.Reading {
	return unreadable(doc, fmt.Sprintf("no sheet was found: the document is %s, with keys such as %q", s.format, s.keys),
		"check that this is the right document; a sheet in this form has the keys name, method, url, request_body, success_response and error_response")
}

// holds says that what looks like a sheet is part of settings: method and address stand below other keys, and no answer is documented.
func (s settings) holds(g *sheetPieces) bool {
	if g.solid[probe.FieldSuccessResponse] || g.solid[probe.FieldErrorResponse] {
		return false
	}
	return s.flat || !slices.ContainsFunc(g.pieces, func(p *piece) bool {
		f := p.role()
		return (f == probe.FieldMethod || f == probe.FieldURL) && p.isSolid() && !p.line.bullet && !strings.ContainsAny(p.line.whole.String()[:1], " \t")
	})
}
