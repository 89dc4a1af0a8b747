package sheet

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// parameters takes in request data that travel in the query or the path: a=1&b=2, a JSON object, or one parameter per line.
func (a *assembler) parameters(label Label, value source.Text) {
	in := probe.InQuery
	if label.Role == PathParam {
		in = probe.InPath
	}
	a.place(probe.FieldRequestBody, value.At())
	if s := value.String(); strings.HasPrefix(s, "{") {
		if r, err := nearjson.Parse(value); err == nil && r.Value != nil && r.Value.Kind == nearjson.Object {
			for i, m := range r.Value.Members {
				a.addParameter(probe.RequestField{Name: m.Key, In: in, Type: typeOf(m.Value), TypeShown: true, Value: m.Value.Text, At: r.Value.KeyAt(i)})
			}
			a.reportRepairs(probe.FieldRequestBody, r)
			return
		}
	}
	var mandatory *bool
	for _, line := range value.Lines() {
		if endsParameters(line.String()) {
			break
		}
		if s := strings.TrimLeft(strings.TrimSpace(line.String()), "?"); isForm(strings.Trim(s, "`")) {
			s = strings.Trim(s, "`")
			for pair := range strings.SplitSeq(s, "&") {
				name, v, _ := strings.Cut(pair, "=")
				f := a.queryField(name, v, in, line)
				f.Mandatory = mandatory
				a.addParameter(f)
			}
			continue
		}
		if m, ok := statedMandatory(line.String()); ok && len(strings.Fields(line.String())) == 1 {
			mandatory = &m // a title: "Required:"
			continue
		}
		a.parameterLine(line, in)
	}
}

// endsParameters says that a line is a rule or the heading of another section: no parameters stand below it.
func endsParameters(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) > 2 && strings.Trim(s, "-_=* ") == "" || strings.HasPrefix(s, "#") && strings.HasPrefix(strings.TrimLeft(s, "#"), " ")
}

// queryField reads name=value, where the value may be a type: id=[integer]. A name that the path holds as a placeholder travels there.
func (a *assembler) queryField(name, value, in string, line source.Text) probe.RequestField {
	f := probe.RequestField{Name: name, In: in, Value: value, At: line.TrimSpace().At()}
	if kind := typeIn(value); kind != "" && strings.ContainsAny(value, "[<({") {
		f.Type, f.Value = kind, ""
	}
	for _, ref := range probe.FindPlaceholders(a.urls.whole.text.String()+a.urls.path.text.String(), true) {
		if ref.Name == name {
			f.In, f.Value = probe.InPath, ref.Written
		}
	}
	return f
}

func (a *assembler) addParameter(f probe.RequestField) {
	fields := &a.sheet.Request.Fields
	for _, have := range *fields {
		if have.In == f.In && have.Name == f.Name && have.Pointer == f.Pointer {
			return
		}
	}
	if len(*fields) < maxFields {
		*fields = append(*fields, f)
	}
}

// parameterLine reads "mobileNo - string - mandatory", "otp (optional)", "Mandatory: mobileNo, otp" and "page=1".
func (a *assembler) parameterLine(line source.Text, in string) bool {
	t := trimBullet(line)
	t = t.Slice(Numbering(t.String()), t.Len())
	if _, stated := statedMandatory(bracketed(t.String())); a.mandatoryList(t, in) || !stated && IsColumnTitles(t) {
		return true
	}
	if placed := a.placedNames(t); len(placed) > 0 {
		for _, p := range placed {
			a.parameterLine(p.text, p.in)
		}
		return true
	}
	if parts := remarkedNames(t); len(parts) > 1 { // "acc (mandatory), from (optional)"
		read := in != probe.InBody
		for _, part := range parts {
			read = a.parameterLine(part, in) || read
		}
		return read
	}
	name, rest := parameterName(t)
	s := name.String()
	if s == "" || strings.Contains(s, " ") && in == probe.InBody {
		return false
	}
	mandatory, stated := statedMandatory(rest.String())
	kind := typeIn(rest.String())
	if stated {
		a.state(s, mandatory)
	}
	if in == probe.InBody { // what it says of a field is merged with the example
		ruled := a.heldInBody(s) && saysRules(rest)
		if stated || kind != "" || ruled {
			a.list(name, rest, assigned(t, name))
		}
		return stated || kind != "" || ruled
	}
	f := probe.RequestField{Name: s, In: in, Type: kind, At: name.At()}
	if stated {
		f.Mandatory = &mandatory
	}
	switch plain := !stated && kind == ""; {
	case (plain || in == probe.InPath) && sampleOf(source.Text{}, rest).Len() > 0: // "parcelId, e.g. P-1001"
		f.Value = sampleOf(source.Text{}, rest).String()
	case plain && !isProse(rest.String()):
		f.Value = unquote(rest).String()
	}
	if a.addParameter(f); saysRules(rest) {
		a.remarks = append(a.remarks, remarkOn{name: s, in: in, text: rest})
	}
	return true
}

// placedName is what is said of a parameter, and where it travels.
type placedName struct {
	in   string
	text source.Text
}

// placedNames reads "Path: cpf (mandatory). Query: birthDate (mandatory)": each sentence begins with a place, behind which a name follows that the URL
// has there; none where one of them does not.
func (a *assembler) placedNames(t source.Text) (all []placedName) {
	inURL := URLFields(a.urls.whole.text.String()+a.urls.path.text.String(), source.Span{})
	s := t.String()
	for start := 0; start < len(s); {
		end := len(s)
		if i := strings.Index(s[start:], ". "); i >= 0 {
			end = start + i
		}
		colon := strings.IndexByte(s[start:end], ':')
		if colon < 0 {
			return nil
		}
		in := map[string]string{"path": probe.InPath, "query": probe.InQuery}[Fold(s[start:start+colon])]
		rest := t.Slice(start+colon+1, end).TrimSpace()
		name, _, _ := strings.Cut(rest.String(), " ")
		if in == "" || !slices.ContainsFunc(inURL, func(f probe.RequestField) bool { return f.In == in && f.Name == name }) {
			return nil
		}
		all = append(all, placedName{in, rest})
		start = min(end+len(". "), len(s))
	}
	return all
}

// assigned is the value of "name=value (remark)"; nothing where the line is otherwise.
func assigned(line, name source.Text) source.Text {
	s, ok := strings.CutPrefix(line.String(), name.String()+"=")
	if !ok {
		return source.Text{}
	}
	value, _, _ := strings.Cut(s, " (")
	return line.Slice(name.Len()+1, name.Len()+1+len(value)).TrimSpace()
}

// bracketed is what stands between the first pair of round brackets.
func bracketed(s string) string {
	_, behind, _ := strings.Cut(s, "(")
	inner, _, _ := strings.Cut(behind, ")")
	return inner
}

// remarkedNames parts a line that lists names with a remark each; nil where it is none.
func remarkedNames(t source.Text) []source.Text {
	var parts []source.Text
	s, from := t.String(), 0
	for from < len(s) {
		end := strings.Index(s[from:], ")")
		open := strings.Index(s[from:], "(")
		if end < 0 || open < 1 || open > end || strings.ContainsAny(strings.TrimSpace(s[from:from+open]), " :=-") {
			return nil
		}
		end += from + 1
		parts = append(parts, t.Slice(from, end))
		from = len(s) - len(strings.TrimLeft(s[end:], ",; "))
	}
	return parts
}

// parameterName parts a line of parameters into the name and what is said of it.
func parameterName(t source.Text) (name, rest source.Text) {
	if cols := columns(t); len(cols) >= 2 {
		return unquote(cols[0]), cols[1].Join(cols[len(cols)-1])
	}
	name, rest, ok := splitPair(t)
	if !ok {
		s := t.String()
		i := strings.IndexAny(s, " (*")
		if i < 0 {
			return unquote(t), source.Text{}
		}
		name, rest = t.Slice(0, i), t.Slice(i, len(s))
	}
	if s := name.String(); strings.ContainsAny(s, "(") {
		i := strings.IndexByte(s, '(')
		name, rest = name.Slice(0, i).TrimSpace(), name.Slice(i, len(s)).Join(rest)
	}
	return unquote(name), rest
}

// mandatoryList reads "Mandatory: a, b" and "Optional fields - c".
func (a *assembler) mandatoryList(line source.Text, in string) bool {
	title, list, ok := strings.Cut(line.String(), ":")
	if !ok {
		return false
	}
	words := strings.Fields(strings.ToLower(title))
	if len(words) == 0 || len(words) > 3 || slices.ContainsFunc(words, func(w string) bool {
		return !slices.Contains([]string{"mandatory", "optional", "required", "fields", "field", "parameters", "params", "keys", "data", "only"}, strings.Trim(w, "*_"))
	}) {
		return false
	}
	mandatory, stated := statedMandatory(title)
	if !stated {
		return false
	}
	for _, name := range splitList(list) {
		name = strings.Trim(name, " `\"'.*[](){}")
		a.state(name, mandatory)
		if i := strings.Index(line.String(), name); name != "" && !strings.ContainsAny(name, " \t:=") && len(a.listed) < maxFields {
			a.listed = append(a.listed, parameter{name: line.Slice(i, i+len(name)), path: pathOf(name), in: in, mandatory: &mandatory})
		}
	}
	return true
}

// state remembers that a field is mandatory, or not; what is said first counts.
func (a *assembler) state(name string, mandatory bool) {
	if a.stated == nil {
		a.stated = map[string]bool{}
	}
	if _, ok := a.stated[Fold(name)]; !ok {
		a.stated[Fold(name)] = mandatory
	}
}

// statedMandatory finds out whether a remark says that something is mandatory, or that it is not.
func statedMandatory(remark string) (mandatory, stated bool) {
	words := strings.FieldsFunc(remark, func(r rune) bool { return !isWordRune(r) && r != '\'' })
	for i, w := range words {
		negated := i > 0 && isNegation(words[i-1])
		if i > 0 {
			if mandatory, stated := pairedWord(words[i-1], w); stated {
				return mandatory, true
			}
		}
		switch lower := strings.ToLower(w); {
		case lower == "mandatory", lower == "required", lower == "compulsory", w == "M", isMandatoryAbroad(lower):
			return !negated, true
		case lower == "optional", lower == "nonmandatory", w == "O", isOptionalAbroad(lower):
			return negated, true
		}
	}
	return false, false
}

// The two types of numbers: a document that says integer means it.
const (
	kindNumber  = "number"
	kindInteger = "integer"
)

// typeIn finds a type word, and returns the type of JSON Schema that it means.
func typeIn(remark string) string {
	for _, w := range strings.FieldsFunc(strings.ToLower(remark), func(r rune) bool { return !isWordRune(r) }) {
		switch w {
		case "string", "strings", "str", "varchar", "varchar2", "nvarchar", "char", "text", "alphanumeric", "date", "datetime", "uuid", "guid", "enum",
			"字符串", "문자열", "строка", "cadena", "texto", "texte", "zeichenkette", "chaîne":
			return "string"
		case "int", "integer", "integers", "long", "bigint", "int32", "int64", "整数", "整型", "정수", "целое", "entero", "inteiro", "ganzzahl", "entier":
			return kindInteger
		case "number", "numbers", "numeric", "decimal", "float", "double", "bigdecimal", "数字", "숫자", "число", "número", "zahl", "nombre":
			return kindNumber
		case "bool", "boolean", "布尔", "布尔值", "불리언", "booleano", "booléen", "логический":
			return "boolean"
		case "array", "list", "数组", "배열", "массив":
			return "array"
		case "object", "objects", "map", "jsonobject", "dictionary", "对象", "객체", "объект", "objeto", "objekt", "objet":
			return "object"
		}
	}
	return ""
}

// stateInWords reads sentences such as "type is optional", "mobileNo and otp are mandatory" and "all fields are mandatory", for the names of fields.
func (a *assembler) stateInWords(fields []probe.RequestField) {
	names := map[string]string{}
	for _, f := range fields {
		names[Fold(f.Name)] = f.Name
	}
	for _, line := range a.prose {
		if len(columns(line)) > 2 {
			continue // a row of a table
		}
		for sentence := range strings.FieldsFuncSeq(line.String(), func(r rune) bool { return strings.ContainsRune(";.。；", r) }) {
			about, exceptions := cutExceptions(sentence)
			if mandatory, stated := statedMandatory(about); stated && isOfAllFields(about) {
				a.ofAll = &mandatory
				a.stateNamed(exceptions, names, !mandatory)
				continue
			}
			for clause := range strings.FieldsFuncSeq(sentence, func(r rune) bool { return r == ',' || r == '，' }) {
				if mandatory, stated := statedMandatory(clause); stated {
					a.stateNamed(clause, names, mandatory)
				}
			}
		}
	}
}

// stateNamed says of the fields that words name whether they are mandatory.
func (a *assembler) stateNamed(words string, names map[string]string, mandatory bool) {
	for word := range strings.FieldsFuncSeq(words, func(r rune) bool { return !isWordRune(r) && r != '-' }) {
		if name := names[Fold(word)]; name != "" {
			a.state(name, mandatory)
		}
	}
}

// markMandatory says of each field of the request body what the sheet says of it: in a remark on its line, or in words around the example.
func (a *assembler) markMandatory() {
	q, marked := &a.sheet.Request, a.unmark()
	if q.Body.Value == nil {
		return
	}
	remarks := a.lineRemarks()
	fields := BodyFields(q.Body.Value)
	a.stateInWords(fields)
	for i := range fields {
		f := &fields[i]
		mandatory, ok := remarks.at(f.At)
		if v := q.Body.Value.Lookup(f.Pointer); !ok && v != nil && v.Template {
			mandatory, ok = statedMandatory(v.Text)
		}
		row := a.tabled[f.Pointer]
		if f.Type == "" || f.Type == kindNumber && row.kind == kindInteger {
			f.Type = row.kind
		}
		f.TypeShown = f.TypeShown && f.Type != row.kind
		if !ok && row.mandatory != nil {
			mandatory, ok = *row.mandatory, true
		}
		if !ok {
			mandatory, ok = a.stated[Fold(f.Name)]
		}
		if mark, have := marked[f.Pointer]; have {
			mandatory, ok = mark, true
		}
		if !ok && a.ofAll != nil {
			mandatory, ok = *a.ofAll, true
		}
		if ok {
			f.Mandatory = &mandatory
		}
	}
	addFields(q, fields)
}

// lineRemarks are, by line, what the remarks of the request body say. A line that holds several fields belongs to none of them alone.
func (a *assembler) lineRemarks() lineRemarks {
	found := lineRemarks{}
	for _, line := range a.requestText.Lines() {
		s := line.String()
		remark := remarkOf(s)
		if mandatory, ok := statedMandatory(remark); ok && line.At().Line > 0 && strings.Count(s, ":") <= 1+strings.Count(remark, ":") {
			key := lineOf(line.At())
			found[key] = append(found[key], lineRemark{from: line.Pos(0).Offset, to: line.Pos(line.Len()).Offset, mandatory: mandatory})
			continue
		}
		if several := memberRemarks(line); line.At().Line > 0 && len(several) > 0 {
			found[lineOf(line.At())] = append(found[lineOf(line.At())], several...)
		}
	}
	return found
}

// lineRemarks are remarks by the line of the document on which they stand. There may be several: a table of Markdown has the lines of a cell
// on one.
type lineRemarks map[lineKey][]lineRemark

type lineRemark struct {
	from, to  int // the bytes of the document
	mandatory bool
}

// at is the remark on the line of the example that holds a place.
func (r lineRemarks) at(place source.Span) (mandatory, ok bool) {
	for _, remark := range r[lineOf(place)] {
		if remark.from <= place.Offset && place.Offset <= remark.to {
			return remark.mandatory, true
		}
	}
	return false, false
}

// lineKey is a line of the document.
type lineKey struct {
	cell string
	line int
}

func lineOf(at source.Span) lineKey { return lineKey{at.Cell, at.Line} }

// remarkOf is what stands behind the value on a line of an example: a comment, a remark in parentheses, or words within the value.
func remarkOf(line string) string {
	for _, mark := range []string{"//", "/*", "#", "--", "(", "<!--"} {
		if i := strings.LastIndex(line, mark); i > 0 && !strings.HasSuffix(line[:i], ":") {
			if end := strings.IndexByte(line[i:], ')'); mark == "(" && end > 0 { // other fields may follow
				return line[i : i+end+1]
			}
			return line[i:]
		}
	}
	if i := strings.LastIndexAny(line, `",`); i >= 0 && i+1 < len(line) {
		return line[i+1:]
	}
	return ""
}
