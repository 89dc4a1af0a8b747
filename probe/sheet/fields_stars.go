package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// unmark takes the marks off the keys of the examples: "mobileNo*" is mandatory and "note?" is optional, and neither mark is part of the name
// that travels. It returns what the marks say of the fields of the request, by their pointers.
func (a *assembler) unmark() map[string]bool {
	s := a.sheet
	marked := a.unmarkBody(probe.FieldRequestBody, s.Request.Body.Value)
	for i := range s.Success {
		a.unmarkBody(probe.FieldSuccessResponse, s.Success[i].Body.Value)
	}
	for i := range s.Errors {
		a.unmarkBody(probe.FieldErrorResponse, s.Errors[i].Body.Value)
	}
	return marked
}

func (a *assembler) unmarkBody(f probe.Field, body *nearjson.Value) map[string]bool {
	marked := map[string]bool{}
	unmarkMembers(body, "", 0, marked)
	if len(marked) > 0 {
		a.note(Note(source.Info, "sheet.repaired-json", f, body.At(),
			"a star or a question mark behind the name of a field is taken for the mark of a mandatory or an optional one, and is no part of the name",
			`write "mandatory" or "optional" behind the value instead`))
	}
	return marked
}

func unmarkMembers(v *nearjson.Value, pointer string, depth int, marked map[string]bool) {
	if v == nil || depth > nearjson.MaxDepth {
		return
	}
	for i, item := range v.Items {
		unmarkMembers(item, nearjson.AppendIndex(pointer, i), depth+1, marked)
	}
	for i := range v.Members {
		m := &v.Members[i]
		name, mandatory, ok := unmarked(m.Key)
		if ok = ok && v.Get(name) == nil; ok {
			m.Key = name
		}
		at := nearjson.AppendPointer(pointer, m.Key)
		if ok {
			marked[at] = mandatory
		}
		unmarkMembers(m.Value, at, depth+1, marked)
	}
}

// unmarked parts a key into the name and the mark behind it: one kind of mark, with or without a blank or parentheses.
func unmarked(key string) (name string, mandatory, ok bool) {
	bare := strings.TrimRight(key, "() ")
	for _, mark := range []string{"*", "?"} {
		rest := strings.TrimRight(bare, mark)
		if rest == bare {
			continue
		}
		name = strings.TrimRight(rest, "( ")
		return name, mark == "*", strings.ContainsFunc(name, func(r rune) bool { return !strings.ContainsRune("*?#_-. ", r) })
	}
	return "", false, false
}
