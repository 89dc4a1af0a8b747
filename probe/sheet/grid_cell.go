package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// splitCell parts a cell that holds several fields, each on lines of its own behind a label: "Method: POST" above "URL: https://...".
func splitCell(whole Fragment) []Fragment {
	lines := whole.Value.Lines()
	if whole.Field == FieldTestData || whole.Field == probe.FieldStatusCodes || whole.Field == probe.FieldCredentials || len(lines) < 2 && whole.Field != "" || len(lines) > 1<<16 {
		return []Fragment{whole}
	}
	var b Balance
	var out []Fragment
	current, from, to := whole, 0, 0
	flush := func() {
		if to > from {
			current.Value = lines[from].Join(lines[to-1]).Slice(whereValueStarts(current, lines[from]), 1<<30)
		}
		if current.Field != "" {
			out = append(out, current)
		}
	}
	for i, line := range lines {
		if !b.Open() {
			if label, ok := cellLabel(whole.Field, line); ok {
				flush()
				current, from = Fragment{Field: label.Field, Label: label.text}, i
			}
		}
		b.Line(line.String())
		to = i + 1
	}
	if len(out) == 0 && current.Field == whole.Field && from == 0 {
		if whole.Field == "" {
			return nil
		}
		return []Fragment{whole}
	}
	flush()
	return out
}

// whereValueStarts is the byte of the first line of a labelled piece at which its value starts.
func whereValueStarts(f Fragment, line source.Text) int {
	name, value, ok := splitPair(line)
	if !ok || f.Label.Len() == 0 || name.At() != f.Label.At() {
		return 0
	}
	return strings.LastIndex(line.String(), value.String())
}

type labelledLine struct {
	Label
	text source.Text
}

// cellLabel recognises a line of a cell that begins a field of its own. Everyday words do not, unless their value leaves no doubt.
func cellLabel(cell probe.Field, line source.Text) (labelledLine, bool) {
	s := line.String()
	if len(s) > 1<<12 {
		return labelledLine{}, false
	}
	name, value, ok := splitPair(line)
	if !ok || name.Len() == 0 || name.Len() > 40 || strings.ContainsAny(name.String(), `"'{[`) {
		return labelledLine{}, false
	}
	l, known := LookupLabel(name.String())
	if !known || l.Field == "" || l.Field == cell || l.Role == HeaderLine || l.Role == NamedValue || strings.HasSuffix(s, ",") {
		return labelledLine{}, false
	}
	switch l.Field {
	case probe.FieldMethod:
		ok = proves(l.Field, value)
	case probe.FieldURL:
		ok = proves(l.Field, value) && !isResponse(cell)
	case probe.FieldHeaders:
		ok = cell != probe.FieldHeaders && l.Strong || value.Len() == 0
	case probe.FieldRequestBody, probe.FieldSuccessResponse, probe.FieldErrorResponse:
		ok = l.Role != Generic && (l.Strong || value.Len() == 0 || proves(l.Field, value)) && cell != probe.FieldHeaders && (!isResponse(cell) || isResponse(l.Field))
	default:
		ok = l.Strong && value.Len() > 0 && !isBodyField(cell)
	}
	return labelledLine{l, name}, ok
}

// hasMethod says that a fragment gives the method, be it within a URL or an example call.
func (d *draft) hasMethod() bool {
	for _, f := range d.fragments {
		switch f.Field {
		case probe.FieldMethod:
			if !f.Value.IsBlank() {
				return true
			}
		case probe.FieldURL:
			if _, _, ok := findMethod(f.Label); ok {
				return true
			}
			if _, _, ok := upperMethod(firstLine(f.Value)); ok {
				return true
			}
		case probe.FieldRequestBody:
			if _, ok := Method(f.Value.String()); ok || f.Value.Len() < 1<<16 && len(splitBody(f.Value).requests) > 0 {
				return true
			}
		}
	}
	return false
}

// hiddenMethod finds the method in the words of a name or a title, where nothing else gives it: "Log in (POST)", "GET order", "Banks  GET /v1/banks".
func hiddenMethod(fragments []Fragment) []Fragment {
	for _, f := range fragments {
		if f.Field != probe.FieldName {
			continue
		}
		line := firstLine(f.Value)
		if word, rest, ok := upperMethod(line); ok {
			found := []Fragment{{Field: probe.FieldMethod, Value: word}}
			if !hasValue(fragments, probe.FieldURL) && proves(probe.FieldURL, rest) {
				found = append(found, Fragment{Field: probe.FieldURL, Value: rest})
			}
			return found
		}
	}
	return nil
}

// upperMethod finds a method in capital letters among the words of a line.
func upperMethod(line source.Text) (word, rest source.Text, ok bool) {
	for from := 0; from < line.Len(); {
		w, method, found := findMethod(line.Slice(from, line.Len()))
		if !found {
			return source.Text{}, source.Text{}, false
		}
		at := from + strings.Index(line.String()[from:], w.String())
		if from = at + w.Len(); w.String() == method {
			return w, line.Slice(from, line.Len()), true
		}
	}
	return source.Text{}, source.Text{}, false
}

// parameters makes lines of the rows that describe one parameter each.
func (t *rowTable) parameters(d *rowDraft, out *draft) {
	at := map[string]int{}
	for i, c := range t.cols {
		if _, ok := at[c.parameter]; c.parameter != "" && !ok {
			at[c.parameter] = i
		}
	}
	if name, ok := at["name"]; ok {
		out.addParameters(gridLabel{}, t.cols[name].title, d.rows, at)
	}
}

// addParameters adds rows that describe one parameter each; at tells which of their cells holds what.
func (d *draft) addParameters(label gridLabel, text source.Text, rows [][]source.Text, at map[string]int) {
	f := Fragment{Field: probe.FieldRequestBody, Label: text, Value: parameterTable(rows, at)}
	if label.ok && label.Field == probe.FieldHeaders {
		f.Field = label.Field
	}
	if f.Value.Len() > 0 {
		d.fragments = append(d.fragments, f)
	}
}

// statedCell reads a cell of a column that says what is mandatory.
func statedCell(s string) (mandatory, stated bool) {
	s = strings.TrimSpace(s)
	switch strings.ToLower(strings.Trim(s, "*.()[]`")) {
	case "y", "yes", "true", "m", "✓", "✔", "✅", "☑", "是", "1", "x", "mandatory", "required", "req", "mand", "sí", "si", "да", "sim", "예", "oui", "ja", "必须", "必需", "필수", "pflicht",
		"obligatorio", "obligatoria", "obrigatório", "obrigatória", "obligatoire", "erforderlich", "always":
		return true, true
	case "n", "no", "false", "o", "c", "conditional", "cond", "✗", "✘", "❌", "☐", "否", "0", "not required", "optional", "opt", "not mandatory", "нет", "não", "아니오", "아니요", "non", "nein",
		"선택", "opcional", "facultatif", "conditionally", "选填", "可选":
		return false, true
	}
	switch { // a cardinality
	case strings.HasPrefix(s, "1.."):
		return true, true
	case strings.HasPrefix(s, "0.."):
		return false, true
	}
	if first, _, _ := strings.Cut(strings.ToLower(s), " "); len(s) > 0 && (first == "conditional" || first == "yes" || first == "no") {
		return first == "yes", true // "Yes (max 20)", "Conditional: if paid"
	}
	return statedMandatory(s)
}

// queryLabel is a label that says that parameters travel in the query, at the place of another one.
func queryLabel(at source.Text) source.Text {
	return source.Compose([]source.Run{{Text: "Query Parameters", From: at}})
}

// queryInWords takes "?page=1" under the title of parameters for the query that it is.
func (d *draft) queryInWords() {
	for i, f := range d.fragments {
		if s := f.Value.String(); f.Field == probe.FieldRequestBody && strings.HasPrefix(s, "?") && len(strings.Fields(s)) == 1 {
			d.fragments[i].Label = queryLabel(f.Label)
		}
	}
}
