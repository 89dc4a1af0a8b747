package sheet

import (
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Placeholders lists what must be filled in before the request of a sheet can be sent: in its URL, headers, request, partner code and
// credentials, each name once, at its first place. Masks such as **** have no name and are not among them.
func Placeholders(s *probe.Sheet) []probe.Placeholder {
	var found []probe.Placeholder
	seen := map[string]bool{}
	eachSlot(s, func(t slot) {
		for _, ref := range probe.FindPlaceholders(t.text, t.field == probe.FieldURL) {
			if key := Fold(ref.Name); key != "" && !seen[key] {
				seen[key] = true
				found = append(found, probe.Placeholder{Name: ref.Name, Written: ref.Written, Field: t.field, At: Within(s, t.at(), ref.Written)})
			}
		}
	})
	return found
}

// slot is one text of a sheet that travels with the request.
type slot struct {
	field probe.Field
	name  string // of the header, request field or credential; "" elsewhere
	text  string
	at    func() source.Span // asked only where there is something to say: places cost time
}

// eachSlot visits every text that travels with the request, in the order of the ten fields.
func eachSlot(s *probe.Sheet, visit func(slot)) {
	fixed := func(at source.Span) func() source.Span { return func() source.Span { return at } }
	visit(slot{field: probe.FieldURL, text: s.URL, at: fixed(s.At.Of(probe.FieldURL))})
	for _, h := range s.Headers {
		visit(slot{field: probe.FieldHeaders, name: h.Name, text: h.Value, at: fixed(h.At)})
	}
	if body := s.Request.Body; body.Value != nil {
		eachScalar(body.Value, "", 0, func(key string, v *nearjson.Value) {
			visit(slot{field: probe.FieldRequestBody, name: key, text: v.Text, at: v.At})
		})
	} else {
		visit(slot{field: probe.FieldRequestBody, text: body.Text, at: fixed(body.At)})
	}
	inURL := map[[3]string]bool{} // what the URL shows has been visited with it
	for _, f := range URLFields(s.URL, source.Span{}) {
		inURL[[3]string{f.In, f.Name, f.Value}] = true
	}
	for _, f := range s.Request.Fields {
		if f.In != probe.InBody && f.Value != "" && !inURL[[3]string{f.In, f.Name, f.Value}] {
			visit(slot{field: probe.FieldRequestBody, name: f.Name, text: f.Value, at: fixed(f.At)})
		}
	}
	visit(slot{field: probe.FieldPartnerCode, text: s.PartnerCode, at: fixed(s.At.Of(probe.FieldPartnerCode))})
	for _, c := range s.Credentials {
		visit(slot{field: probe.FieldCredentials, name: c.Name, text: c.Value, at: fixed(c.At)})
	}
}

// eachScalar visits the strings and numbers of a body with the key they stand under. It goes as deep as nearjson reads.
func eachScalar(v *nearjson.Value, key string, depth int, visit func(key string, v *nearjson.Value)) {
	if v == nil || depth > nearjson.MaxDepth {
		return
	}
	switch v.Kind {
	case nearjson.String, nearjson.Number:
		visit(key, v)
	case nearjson.Array:
		for _, item := range v.Items {
			eachScalar(item, key, depth+1, visit)
		}
	case nearjson.Object:
		for _, m := range v.Members {
			eachScalar(m.Value, m.Key, depth+1, visit)
		}
	}
}

// Within narrows the place of a header, a field or a value down to a part of it that stands there as it is written: to the placeholder
// in the header. Where the part is not found close behind the place, the place itself comes back.
func Within(s *probe.Sheet, at source.Span, part string) source.Span {
	const reach = 4 << 10 // bytes; keeps the search linear in documents of one long line
	if s.Document == nil || at.Line < 1 || part == "" {
		return at
	}
	var text string
	if at.Cell == "" {
		whole := s.Document.Text()
		from := at.Offset - whole.Pos(0).Offset
		text = whole.Slice(from, from+reach).String()
	} else if line := []rune(s.Document.Line(at.Pos)); at.Column <= len(line) {
		text = string(line[at.Column-1:])
	}
	text, _, _ = strings.Cut(text, "\n")
	i := strings.Index(text, part)
	if i < 0 {
		return at
	}
	at.Column += utf8.RuneCountInString(text[:i])
	at.Offset += i
	at.Length = utf8.RuneCountInString(part)
	return at
}
