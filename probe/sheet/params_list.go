package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// list takes in a line such as "- email (string, mandatory): e.g. a@b.example": one parameter of the body. It counts where no example of the
// body is documented; else it only says something of a field of the example. value is what stands behind an equals sign: "a@b.example" of
// "email=a@b.example (mandatory)".
func (a *assembler) list(name, rest, value source.Text) {
	if name.Len() == 0 || len(a.listed) >= maxFields {
		return
	}
	s := rest.String()
	p := parameter{name: name, in: probe.InBody, path: pathOf(name.String())}
	p.kind, p.item = typeOfCell(strings.Trim(s, "[]{}<> "))
	if mandatory, stated := statedMandatory(s); stated {
		p.mandatory = &mandatory
	} else if a.underTitle != nil {
		p.mandatory = a.underTitle
		a.state(name.String(), *a.underTitle)
	}
	p.sample = sampleOf(value, rest)
	p.words = append(p.words, assumed{text: rest})
	a.listed = append(a.listed, p)
}

// listTitle takes in the title of a list of parameters that says what they are: "Required:".
func (a *assembler) listTitle(line string) bool {
	if len(strings.Fields(line)) > 2 || strings.ContainsAny(line, "=[{|\t") {
		return false
	}
	mandatory, stated := statedMandatory(line)
	words := strings.FieldsFunc(strings.ToLower(line), func(r rune) bool { return !isWordRune(r) })
	for _, w := range words {
		switch w {
		case "required", "optional", "mandatory", "fields", "parameters", "params":
		default:
			return false
		}
	}
	if stated {
		a.underTitle = &mandatory
	}
	return stated
}
