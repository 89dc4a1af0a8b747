package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// headers takes in the value of a headers field: lines, bullets, a JSON object, a list of name and value, or the headers of a curl call.
func (a *assembler) headers(label Label, labelText, value source.Text) {
	if label.Role == HeaderLine {
		a.labelledHeader(labelText, value)
		value = value.Slice(firstLine(value).Len(), value.Len())
	}
	if IsNone(value.String()) {
		return
	}
	if s := value.String(); strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") {
		if r, err := nearjson.Parse(value); err == nil && a.jsonHeaders(r) {
			return
		}
	}
	var unread, name source.Text // name waits for its value on the next line
	var table headerTable
	for _, line := range textLines(value) {
		if line = line.TrimSpace(); line.Len() == 0 || strings.HasPrefix(line.String(), "```") || isSeparator(line.String()) {
			continue
		}
		switch {
		case name.Len() > 0:
			a.cellsOfHeader(name, line)
			name = source.Text{}
		case table.titles(line):
		case IsHeaderName(line):
			name = line
		case !table.row(a, line) && !a.headersOfLine(line) && unread.Len() == 0:
			unread = line
		}
	}
	if unread.Len() == 0 {
		unread = name
	}
	if unread.Len() > 0 && len(a.sheet.Headers) == 0 {
		a.note(Diagnose("sheet.ambiguous", probe.FieldHeaders, unread.At(), "no header can be read from this line",
			`write one header per line, as in "Content-Type: application/json"`))
		a.place(probe.FieldHeaders, unread.At())
	}
}

// maxHeaders is how many headers one sheet may have; servers refuse more.
const maxHeaders = 200

func (a *assembler) addHeader(h probe.Header) {
	if name := strings.Trim(h.Name, "`"); name != "" { // marked as code
		h.Name = name
	}
	if len(a.sheet.Headers) >= maxHeaders {
		return
	}
	for _, have := range a.sheet.Headers {
		if strings.EqualFold(have.Name, h.Name) && (have.Value == h.Value || a.shared) {
			return
		}
	}
	a.sheet.Headers = append(a.sheet.Headers, h)
	a.place(probe.FieldHeaders, h.At)
}

// labelledHeader reads a header whose name is the label of its piece: "Authorization: Bearer x".
func (a *assembler) labelledHeader(label, value source.Text) {
	line := unquote(firstLine(value))
	if h, ok := headerLine(line); ok && isWellKnown(h.Name) {
		a.addHeader(h)
		return
	}
	name := strings.Trim(label.String(), " :：*_`-\t\u00a0")
	if spaced := knownSpaced(name); spaced != "" && strings.Contains(name, " ") {
		name = spaced
	}
	if name = name[Numbering(name):]; isToken(name) && line.Len() > 0 && !IsNone(line.String()) {
		a.addHeader(probe.Header{Name: name, Value: line.String(), At: label.Join(line).At()})
	}
}

func isWellKnown(name string) bool { return knownSpaced(name) != "" }

// IsHeaderName says that a line is the name of a header and nothing else: its value may stand below it, as in the cells of a table that
// was pasted as text. Other words could be anything; names of headers have a hyphen, or are known.
func IsHeaderName(line source.Text) bool {
	s := trimBullet(line).String()
	return isToken(s) && (isWellKnown(s) || strings.Contains(s, "-") && isNameStart(s[0]))
}

// cellsOfHeader reads a header whose name and value stand on lines of their own.
func (a *assembler) cellsOfHeader(name, value source.Text) {
	name, value = trimBullet(name), unquote(trimBullet(value))
	if !IsNone(value.String()) {
		a.addHeader(probe.Header{Name: name.String(), Value: value.String(), At: name.At()})
	}
}

// headerTable knows by the titles of a table of headers which of its columns holds the value.
type headerTable struct{ width, value int }

// titles takes in the first row of a table; ok is false where the line is none.
func (t *headerTable) titles(line source.Text) (ok bool) {
	if !IsColumnTitles(line) || strings.Contains(line.String(), ":") {
		return false
	}
	cols := columns(trimBullet(line))
	*t = headerTable{width: len(cols), value: 1}
	for i, col := range cols {
		if title := Fold(col.String()); i > 0 && (title == "value" || title == "values" || title == "example") {
			t.value = i
			return true
		}
	}
	for t.value+1 < len(cols) && isAboutValue(Fold(cols[t.value].String())) {
		t.value++
	}
	return true
}

// isAboutValue says that a column tells of what kind the values are, and not what they are.
func isAboutValue(title string) bool {
	switch title {
	case "type", "datatype", "required", "mandatory", "mo", "mandatoryoptional", "requiredoptional", "optional", "format", "length", "in":
		return true
	}
	return false
}

// row reads a row of a table of more than two columns. The others need no titles.
func (t *headerTable) row(a *assembler, line source.Text) bool {
	cols := columns(trimBullet(line))
	if t.width < 3 || t.value >= len(cols) || !isToken(cols[0].String()) {
		return false
	}
	a.addHeader(probe.Header{Name: cols[0].String(), Value: unquote(cols[t.value]).String(), At: cols[0].Join(cols[t.value]).At()})
	return true
}

// headersOfLine reads one line: a header, several that commas part, the options of a curl call, or two columns.
func (a *assembler) headersOfLine(line source.Text) bool {
	if s := line.String(); isCurl(s) || strings.HasPrefix(s, "-H") || strings.HasPrefix(s, "--header") {
		c := readCall(line)
		for _, h := range c.headers {
			a.addHeader(h)
		}
		return len(c.headers) > 0
	}
	if several := splitHeaders(line); len(several) > 1 {
		for _, h := range several {
			a.addHeader(h)
		}
		return true
	}
	if h, ok := headerLine(line); ok {
		if h.Value != "" || len(a.sheet.Headers) > 0 {
			a.addHeader(h)
		}
		return true
	}
	cols := columns(trimBullet(line))
	if len(cols) >= 2 && isToken(cols[0].String()) {
		a.addHeader(probe.Header{Name: cols[0].String(), Value: unquote(cols[1]).String(), At: cols[0].Join(cols[1]).At()})
		return true
	}
	return false
}

// splitHeaders parts "A: 1, B: 2" at commas and semicolons, only where a header with a colon stands behind each. Else it returns nothing:
// the comma is part of the value.
func splitHeaders(line source.Text) []probe.Header {
	line = trimBullet(line)
	s := line.String()
	if !strings.ContainsAny(s, ",;") {
		return nil
	}
	var headers []probe.Header
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != ',' && s[i] != ';' {
			continue
		}
		piece := line.Slice(start, i).TrimSpace()
		name, _, ok := strings.Cut(piece.String(), ":")
		h, isHeader := headerLine(piece)
		if !ok || !isHeader || strings.ContainsAny(name, "= ") && knownSpaced(strings.TrimSpace(name)) == "" && strings.ContainsAny(strings.TrimSpace(name), "= ") {
			return nil
		}
		headers = append(headers, h)
		start = i + 1
	}
	return headers
}

// jsonHeaders reads {"name": "value"} and [{"key": "name", "value": "x"}].
func (a *assembler) jsonHeaders(r nearjson.Result) bool {
	v := r.Value
	before := len(a.sheet.Headers)
	if v.Kind == nearjson.Array {
		for _, item := range v.Items {
			name, value := firstOf(item, "key", "name", "header"), firstOf(item, "value", "example", "default")
			if name != nil && value != nil && isToken(name.Text) {
				a.addHeader(probe.Header{Name: name.Text, Value: value.Text, At: item.At()})
			} else if item.Kind == nearjson.Object {
				a.objectHeaders(item)
			}
		}
	}
	a.objectHeaders(v)
	if len(a.sheet.Headers) == before {
		return false
	}
	a.reportRepairs(probe.FieldHeaders, r)
	return true
}

func (a *assembler) objectHeaders(v *nearjson.Value) {
	if v.Kind != nearjson.Object {
		return
	}
	for i, m := range v.Members {
		if isToken(m.Key) && m.Value.Kind != nearjson.Object && m.Value.Kind != nearjson.Array {
			at := v.KeyAt(i)
			a.addHeader(probe.Header{Name: m.Key, Value: m.Value.Text, At: at})
		}
	}
}

func firstOf(v *nearjson.Value, keys ...string) *nearjson.Value {
	for _, key := range keys {
		for i := 0; v != nil && i < len(v.Members); i++ {
			if strings.EqualFold(v.Members[i].Key, key) {
				return v.Members[i].Value
			}
		}
	}
	return nil
}

// IsColumnTitles recognises the first row of a table: "Key  Value", "Code  Message".
func IsColumnTitles(line source.Text) bool {
	words := strings.FieldsFunc(strings.ToLower(line.String()), func(r rune) bool { return !isWordRune(r) })
	for _, w := range words {
		switch w {
		case "key", "keys", "name", "header", "headers", "value", "values", "description", "code", "codes", "status", "http", "message", "messages",
			"meaning", "reason", "error", "response", "text", "details", "detail", "sr", "no", "explanation", "remark", "remarks", "field", "type",
			"mandatory", "optional", "required", "example", "and", "s", "desc", "business", "number", "m", "o", "condition", "action", "cause", "comments",
			"parameter", "parameters", "param", "params", "attribute", "length", "size", "format", "data", "max", "presence", "default",
			"reference", "references", "note", "notes", "when", "case", "title",
			"参数", "参数名", "参数名称", "字段", "字段名", "名称", "值", "类型", "是否必填", "必填", "必选", "说明", "描述", "含义", "示例", "错误码", "状态码", "返回码",
			"이름", "값", "타입", "필수", "설명", "코드", "메시지", "имя", "значение", "тип", "описание", "код", "сообщение", "обязательный", "параметр",
			"rc", "keterangan", "kode", "deskripsi", "arti", "pesan", "contoh", "wajib", "significado", "bedeutung", "beschreibung", "libellé", "signification",
			"nombre", "valor", "tipo", "descripción", "código", "mensaje", "obligatorio", "campo", "nome", "descrição", "mensagem", "obrigatório":
		default:
			return false
		}
	}
	return len(words) >= 2
}

func isWordRune(r rune) bool {
	return r < 0x80 && isWordByte(byte(r)) || r >= 0x80 && r != '\u00a0' && r != '–' && r != '—'
}
