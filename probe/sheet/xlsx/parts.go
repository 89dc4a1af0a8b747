package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// parts reads what the library would have to load whole tabs for: which tabs there are, merged cells, hidden columns, and what lies over cells.
type parts struct {
	files map[string]*zip.File
	tabs  []tab
}

type tab struct {
	name, part string
	hidden     bool
}

// view is how a tab is shown.
type view struct {
	merges  []cellRange
	columns []cellRange // hidden ones
	things  []thing
	formats bool              // a number may be shown otherwise than it is stored
	links   map[[2]int]string // the addresses that cells lead to, by row and column
}

// cellRange is 0-based; bottom and right are included.
type cellRange struct{ top, left, bottom, right int }

// thing is what stands over a cell and is no text.
type thing struct {
	what     string
	row, col int
}

// The limits of what is looked at beside the cells.
const (
	maxMerges = 100_000
	maxThings = 10_000
)

func (v view) hidden(col int) bool {
	return slices.ContainsFunc(v.columns, func(r cellRange) bool { return col >= r.left && col <= r.right })
}

func partsOf(z *zip.Reader) parts {
	p := parts{files: map[string]*zip.File{}}
	for _, f := range z.File {
		p.files[strings.TrimPrefix(strings.ReplaceAll(f.Name, "\\", "/"), "/")] = f
	}
	const workbook = "xl/workbook.xml"
	targets := p.relations(workbook)
	p.each(workbook, func(e xml.StartElement) {
		if e.Name.Local != "sheet" || len(p.tabs) > maxTabs*10 {
			return
		}
		if target := targets[attribute(e, "id")]; target.part != "" {
			state := attribute(e, "state")
			p.tabs = append(p.tabs, tab{name: attribute(e, "name"), part: target.part, hidden: state == "hidden" || state == "veryHidden"})
		}
	})
	return p
}

// each visits the elements of a part, up to where it is damaged.
func (p parts) each(part string, visit func(xml.StartElement)) {
	f := p.files[part]
	if f == nil {
		return
	}
	r, err := f.Open()
	if err != nil {
		return
	}
	defer r.Close()
	d := xml.NewDecoder(io.LimitReader(r, maxUnzipped))
	d.Strict = false
	for {
		t, err := d.RawToken()
		if err != nil {
			return
		}
		if e, ok := t.(xml.StartElement); ok {
			visit(e)
		}
	}
}

// attribute is the value of an attribute, whatever its prefix.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

type relation struct{ part, kind, target string }

// relations are the parts that a part refers to, by their id.
func (p parts) relations(part string) map[string]relation {
	found := map[string]relation{}
	dir, base := path.Split(part)
	p.each(dir+"_rels/"+base+".rels", func(e xml.StartElement) {
		if e.Name.Local != "Relationship" || len(found) > maxThings {
			return
		}
		target := attribute(e, "Target")
		written := target
		if strings.HasPrefix(target, "/") {
			target = strings.TrimPrefix(target, "/")
		} else {
			target = path.Join(dir, target)
		}
		found[attribute(e, "Id")] = relation{part: target, kind: path.Base(attribute(e, "Type")), target: written}
	})
	return found
}

// view reads how a tab is shown.
func (p parts) view(part string) view {
	var v view
	var objects int
	relations := p.relations(part)
	v.links = map[[2]int]string{}
	formatted := false // the cell that is read has a format
	p.each(part, func(e xml.StartElement) {
		switch e.Name.Local {
		case "c":
			style, kind := attribute(e, "s"), attribute(e, "t")
			formatted = kind == "b" || kind == "d" || style != "" && style != "0" && (kind == "" || kind == "n")
		case "v":
			v.formats = v.formats || formatted
		case "hyperlink":
			link := relations[attribute(e, "id")]
			if r, ok := rangeOf(attribute(e, "ref")); ok && link.kind == "hyperlink" && len(v.links) < maxThings {
				v.links[[2]int{r.top, r.left}] = link.target
			}
		case "mergeCell":
			if r, ok := rangeOf(attribute(e, "ref")); ok && len(v.merges) < maxMerges {
				v.merges = append(v.merges, r)
			}
		case "col":
			if hidden := attribute(e, "hidden"); (hidden == "1" || hidden == "true") && len(v.columns) < maxColumns {
				v.columns = append(v.columns, cellRange{left: number(attribute(e, "min")) - 1, right: number(attribute(e, "max")) - 1})
			}
		case "oleObject":
			objects++
		}
	})
	for _, r := range relations {
		switch r.kind {
		case "comments":
			p.comments(r.part, &v)
		case "drawing":
			p.drawing(r.part, &v)
		}
	}
	if objects > 0 {
		v.things = append(v.things, thing{what: "an embedded object"})
	}
	slices.SortFunc(v.things, func(a, b thing) int {
		switch {
		case a.row != b.row:
			return a.row - b.row
		case a.col != b.col:
			return a.col - b.col
		}
		return strings.Compare(a.what, b.what)
	})
	return v
}

func (p parts) comments(part string, v *view) {
	p.each(part, func(e xml.StartElement) {
		if e.Name.Local == "comment" && len(v.things) < maxThings {
			if r, ok := rangeOf(attribute(e, "ref")); ok {
				v.things = append(v.things, thing{what: "a comment", row: r.top, col: r.left})
			}
		}
	})
}

// drawing finds the pictures over a tab, and the cell that the upper left corner of each lies in.
func (p parts) drawing(part string, v *view) {
	f := p.files[part]
	if f == nil {
		return
	}
	r, err := f.Open()
	if err != nil {
		return
	}
	defer r.Close()
	d := xml.NewDecoder(io.LimitReader(r, maxUnzipped))
	d.Strict = false
	at, in, inFrom := thing{}, "", false
	for len(v.things) < maxThings {
		t, err := d.RawToken()
		if err != nil {
			return
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch in = e.Name.Local; in {
			case "from":
				inFrom = true
			case "pic":
				at.what = "a picture"
				v.things = append(v.things, at)
			}
		case xml.EndElement:
			if in = ""; e.Name.Local == "from" {
				inFrom = false
			}
		case xml.CharData:
			switch {
			case inFrom && in == "row":
				at.row = number(string(e))
			case inFrom && in == "col":
				at.col = number(string(e))
			}
		}
	}
}

// number reads a small number; 0 where it is none.
func number(s string) int {
	n := 0
	for _, c := range []byte(strings.TrimSpace(s)) {
		if c < '0' || c > '9' || n > 1<<24 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// rangeOf reads "B4:C7" and "B4".
func rangeOf(ref string) (cellRange, bool) {
	from, to, several := strings.Cut(ref, ":")
	if !several {
		to = from
	}
	left, top, err := excelize.CellNameToCoordinates(from)
	if err != nil {
		return cellRange{}, false
	}
	right, bottom, err := excelize.CellNameToCoordinates(to)
	if err != nil || right < left || bottom < top {
		return cellRange{}, false
	}
	return cellRange{top: top - 1, left: left - 1, bottom: bottom - 1, right: right - 1}, true
}
