package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Fields of a named type may stand in a table of their own, "Customer object", below the table of the request in which a field has that type.

// ObjectNamed is the name, folded, of the object that the title of a table is about: "customer" of "## Customer object"; "" where the title is about
// the request or the answer, or is no name. certain is true where the title calls it an object.
func ObjectNamed(title string) (name string, certain bool) {
	const mostWords = 6
	words := strings.FieldsFunc(title, func(r rune) bool { return !isWordRune(r) })
	var kept []string
	for _, w := range words {
		switch lower := strings.ToLower(w); lower {
		case "object", "objects", "model", "schema", "entity", "type", "structure", "dto", "definition", "class":
			certain = true
		case "details", "detail", "fields", "attributes", "properties", "parameters", "params", "the", "of", "a", "an", "data", "table", "json":
		default:
			if speaksOfRequest(lower) || speaksOfAnswer(lower) {
				return "", false
			}
			if len(kept) > 0 || !isDigits(w) {
				kept = append(kept, w)
			}
		}
	}
	if len(words) > mostWords {
		return "", false
	}
	return Fold(strings.Join(kept, "")), certain
}

// TypeNamed is the name, folded, of the type that a cell gives: "guest" of "List<Guest>", "Guest[]" and "array of Guest"; "" for one of JSON.
func TypeNamed(cell string) string {
	var kept []string
	for _, w := range strings.FieldsFunc(cell, func(r rune) bool { return !isWordRune(r) }) {
		switch lower := strings.ToLower(w); {
		case lower == "of", typeIn(lower) == "array", typeIn(lower) == "object":
		case typeIn(lower) != "":
			return ""
		default:
			kept = append(kept, w)
		}
	}
	if len(kept) > 2 {
		return ""
	}
	return Fold(strings.Join(kept, ""))
}

// ownerOf is the listed field that has the named type, or else the name: nothing lies below a text or a number.
func (a *assembler) ownerOf(name string) *parameter {
	var named *parameter
	for i := range a.listed {
		p := &a.listed[i]
		switch {
		case p.kind != "" && p.kind != "object" && p.kind != "array" || p.in == inHeader || p.in == probe.InPath:
		case p.typeName == name:
			return p
		case Fold(p.name.String()) == name || Fold(p.name.String()) == name+"s":
			named = p
		}
	}
	return named
}

// titledRows reads a table that a title of its own stands over: below the field that the title names, or its type, and to nothing where it names an
// object that no field is. ok is false where the title says nothing of the kind.
func (a *assembler) titledRows(title source.Text, lines []source.Text, in string) (ok bool) {
	name, certain := ObjectNamed(title.String())
	if name == "" || len(a.listed) == 0 {
		return false
	}
	owner := a.ownerOf(name)
	if owner == nil {
		if certain {
			a.note(Note(source.Info, "sheet.ambiguous", probe.FieldRequestBody, title.At(), "the table under "+quoteShort(title.String())+
				" describes an object that is the type of no field of the request: it was left out", "name the type in the row of the field that has it"))
		}
		return certain
	}
	path := owner.path
	switch owner.kind {
	case "array":
		path = append(path[:len(path):len(path)], "0")
	case "":
		owner.kind = "object"
	}
	if in == "" {
		in = owner.in
	}
	from := len(a.listed)
	a.parameterRows(lines, in)
	for i := from; i < len(a.listed); i++ {
		a.listed[i].path = append(path[:len(path):len(path)], a.listed[i].path...)
	}
	return true
}
