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
				found = append(found, probe.Placeholder{Name: ref.Name, Written: ref.Written, Field: t.field, At: within(s, t.at, ref.Written)})
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
	at    source.Span
}

// eachSlot visits every text that travels with the request, in the order of the ten fields.
func eachSlot(s *probe.Sheet, visit func(slot)) {
	visit(slot{field: probe.FieldURL, text: s.URL, at: s.At[probe.FieldURL]})
	for _, h := range s.Headers {
		visit(slot{field: probe.FieldHeaders, name: h.Name, text: h.Value, at: h.At})
	}
	if v := s.Request.Body.Value; v != nil {
		eachScalar(v, "", 0, func(key string, v *nearjson.Value) {
			visit(slot{field: probe.FieldRequestBody, name: key, text: v.Text, at: v.At()})
		})
	} else {
		visit(slot{field: probe.FieldRequestBody, text: s.Request.Body.Text, at: s.Request.Body.At})
	}
	for _, f := range s.Request.Fields {
		if f.In != probe.InBody && !strings.Contains(s.URL, f.Value) {
			visit(slot{field: probe.FieldRequestBody, name: f.Name, text: f.Value, at: f.At})
		}
	}
	visit(slot{field: probe.FieldPartnerCode, text: s.PartnerCode, at: s.At[probe.FieldPartnerCode]})
	for _, c := range s.Credentials {
		visit(slot{field: probe.FieldCredentials, name: c.Name, text: c.Value, at: c.At})
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

// within narrows a place down to a text that stands in its line, where it does.
func within(s *probe.Sheet, at source.Span, text string) source.Span {
	if s.Document == nil || at.IsZero() || at.Column < 1 {
		return at
	}
	line := s.Document.Line(at.Pos)
	from := 0
	for n := 1; n < at.Column && from < len(line); n++ {
		_, size := utf8.DecodeRuneInString(line[from:])
		from += size
	}
	i := strings.Index(line[from:], text)
	if i < 0 || text == "" {
		return at
	}
	at.Column += utf8.RuneCountInString(line[from : from+i])
	at.Offset += i
	at.Length = utf8.RuneCountInString(text)
	return at
}
