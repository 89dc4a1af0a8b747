package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// unstar takes the stars off the keys of the request that mark what is mandatory: "mobileNo*". The star is no part of the name that travels.
// It returns the pointers of the fields that were marked.
func (a *assembler) unstar() map[string]bool {
	marked := map[string]bool{}
	body := a.sheet.Request.Body.Value
	unstarMembers(body, "", 0, marked)
	if len(marked) > 0 {
		a.note(Note(source.Info, "sheet.repaired-json", probe.FieldRequestBody, body.At(), "a star behind the name of a field is taken for the mark of a mandatory one and is not sent",
			"write \"mandatory\" behind the value instead"))
	}
	return marked
}

func unstarMembers(v *nearjson.Value, pointer string, depth int, marked map[string]bool) {
	if v == nil || depth > nearjson.MaxDepth {
		return
	}
	for i, item := range v.Items {
		unstarMembers(item, nearjson.AppendIndex(pointer, i), depth+1, marked)
	}
	for i := range v.Members {
		m := &v.Members[i]
		name := strings.TrimRight(m.Key, "* ")
		starred := strings.HasSuffix(strings.TrimSpace(m.Key), "*") && name != "" && v.Get(name) == nil
		if starred {
			m.Key = name
		}
		at := nearjson.AppendPointer(pointer, m.Key)
		if starred {
			marked[at] = true
		}
		unstarMembers(m.Value, at, depth+1, marked)
	}
}
