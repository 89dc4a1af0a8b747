package docx

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// style is what counts of a paragraph's style.
type style struct {
	name    string // as the word processor calls it, the same in every language: "heading 1", "toc 2"
	based   string
	outline int // its level in the outline, 1 the highest; 0 for none
	hidden  bool
}

// level is that of the headings of a style, 1 the highest; 0 where its paragraphs are none. Styles of one's own are headings when they are
// based on one.
func (s styles) level(id string) int {
	for range maxBased {
		st, ok := s[id]
		key := strings.ToLower(strings.ReplaceAll(st.name, " ", ""))
		if !ok {
			key = strings.ToLower(id)
		}
		switch {
		case strings.HasPrefix(key, "heading"):
			n, _ := strconv.Atoi(strings.TrimPrefix(key, "heading"))
			return max(n, 1)
		case key == "title", key == "subtitle":
			return 1
		case st.outline > 0:
			return st.outline
		case !ok || st.based == "":
			return 0
		}
		id = st.based
	}
	return 0
}

// isContents says that paragraphs of a style are lines of a table of contents.
func (s styles) isContents(id string) bool {
	key := strings.ToLower(strings.ReplaceAll(id, " ", ""))
	if st, ok := s[id]; ok {
		key = strings.ToLower(strings.ReplaceAll(st.name, " ", ""))
	}
	rest, ok := strings.CutPrefix(key, "toc")
	return ok && (rest == "" || rest == "heading" || strings.Trim(rest, "0123456789") == "") || key == "tableoffigures"
}

// styles are by id.
type styles map[string]style

// maxBased is how many styles one style can be based on, one after another.
const maxBased = 16

func (a *archive) styles() styles {
	s := styles{}
	id := ""
	a.helper(a.beside("styles.xml"), func(e xml.StartElement) {
		st := s[id]
		switch e.Name.Local {
		case "style":
			id = attr(e, "styleId")
			return
		case "name":
			st.name = attr(e, "val")
		case "basedOn":
			st.based = attr(e, "val")
		case "outlineLvl":
			st.outline = outlineLevel(e)
		case "vanish":
			st.hidden = isOn(e)
		default:
			return
		}
		if id != "" {
			s[id] = st
		}
	})
	return s
}

// outlineLevel is the level that a property gives, 1 the highest; 0 for none.
func outlineLevel(e xml.StartElement) int {
	const bodyText = 9
	level, err := strconv.Atoi(attr(e, "val"))
	if err != nil || level < 0 || level >= bodyText {
		return 0
	}
	return level + 1
}

// bullets are the ids of the lists whose items have bullets, by level: "3/0".
func (a *archive) bullets() map[string]bool {
	abstract, bullets := map[string]bool{}, map[string]bool{}
	id, level, number := "", "", ""
	a.helper(a.beside("numbering.xml"), func(e xml.StartElement) {
		switch e.Name.Local {
		case "abstractNum":
			id, number = attr(e, "abstractNumId"), ""
		case "lvl":
			level = attr(e, "ilvl")
		case "numFmt":
			if number == "" && attr(e, "val") == "bullet" {
				abstract[id+"/"+level] = true
			}
		case "num":
			number = attr(e, "numId")
		case "abstractNumId":
			for level := range 9 {
				if l := "/" + strconv.Itoa(level); abstract[attr(e, "val")+l] {
					bullets[number+l] = true
				}
			}
		}
	})
	return bullets
}

// attr is an attribute by its local name; "" where there is none.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// isOn reads an on/off property: it is on unless it says otherwise (section 17.17.4).
func isOn(e xml.StartElement) bool {
	switch attr(e, "val") {
	case "0", "false", "off", "none":
		return false
	}
	return true
}
