package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// The kinds of columns of a table of parameters.
const (
	colName      = "name"
	colType      = "type"
	colMandatory = "mandatory"
	colOptional  = "optional"
	colSample    = "sample"
	colIn        = "in"
	colParent    = "parent"
	colAbout     = "about" // what the parameter means
	colLength    = "length"
	colMinLength = "minlength"
	colMinimum   = "minimum"
	colMaximum   = "maximum"
	colRange     = "range"
	colEnum      = "enum"
	colPattern   = "pattern"
	colRules     = "rules" // more words about it
)

// assumptions are what the columns whose words may say rules of a value say themselves of the numbers in them, in the order in which they are read.
var assumptions = [...]struct {
	column string
	says   assumption
}{
	{colPattern, assumePattern},
	{colEnum, assumeEnum},
	{colMinLength, assumeMinLength},
	{colLength, assumeLength},
	{colMinimum, assumeMinimum},
	{colMaximum, assumeMaximum},
	{colRange, assumeRange},
	{colType, assumeNothing},
	{colRules, assumeNothing},
	{colAbout, assumeNothing},
}

// ruleColumn says which rule of a value the column of a table of parameters holds; "" where it is none that is known.
func ruleColumn(title string) string {
	switch Fold(title) {
	case "length", "maxlength", "maximumlength", "maxlen", "size", "maxsize", "fieldlength", "fieldsize", "datalength", "lengthmax", "len", "maxchars",
		"长度", "最大长度", "길이", "longitud", "tamanho", "länge", "longueur", "длина",
		"panjang":
		return colLength
	case "minlength", "minimumlength", "minlen", "lengthmin", "最小长度":
		return colMinLength
	case "min", "minimum", "minvalue", "minimumvalue":
		return colMinimum
	case "max", "maximum", "maxvalue", "maximumvalue":
		return colMaximum
	case "range", "valuerange", "allowedrange":
		return colRange
	case "allowedvalues", "allowedvalue", "possiblevalues", "validvalues", "acceptedvalues", "permittedvalues", "permissiblevalues", "supportedvalues", "enum", "enumvalues", "enumeration", "枚举值", "取值",
		"valorespermitidos", "erlaubtewerte":
		return colEnum
	case "format", "pattern", "regex", "regexp", "regularexpression", "validationregex", "formatregex":
		return colPattern
	case "validation", "validations", "validationrule", "validationrules", "rule", "rules", "constraint", "constraints", "restriction", "restrictions", "limits",
		"businessrule", "businessrules", "additionalinfo",
		"additionalinformation", "校验规则":
		return colRules
	}
	return ""
}

// parameterColumn says which piece of a parameter the column of a table of parameters holds; "" where it is none that is known. Its words are
// more than those of parameterTitle: many of them mean something else over a table of APIs.
func parameterColumn(title string) string {
	if kind := parameterTitle(title); kind != "" {
		return kind
	}
	if i := strings.IndexAny(title, "([（"); i > 0 { // "Data Type (Length)", "Mandatory (Y/N)"
		return parameterColumn(strings.TrimSpace(title[:i]))
	}
	switch Fold(title) {
	case "header", "headername", "headerparameter", "headerkey", "queryparameter", "queryparam", "pathparameter", "pathparam", "pathvariable", "bodyparameter", "bodyparam", "bodyfield",
		"inputparameter", "inputparam", "inputfield", "formparameter", "formfield", "argument", "property", "element", "elementname", "tag", "tagname", "variable", "名称", "字段名称", "变量名",
		"이름", "필드", "필드명", "파라미터명", "항목", "имя", "имяпараметра", "поле", "campo", "nombre", "nome", "feld", "feldname", "champ", "nom", "nama", "tên", "नाम", "パラメータ", "名前":
		return colName
	case "typ", "tipodedato", "tipodedatos", "参数类型", "字段类型", "변수타입", "数据格式", "자료형", "데이터타입", "типданных", "datentyp", "tipodedados", "型":
		return colType
	case "sample", "samplevalue", "samplevalues", "sampledata", "sampleinput", "exampleinput", "inputexample", "inputsample",
		"example", "examples", "examplevalue", "exampledata", "testvalue", "value", "demo", "eg", "示例", "示例值", "样例", "举例", "例子",
		"예시", "예제", "샘플", "пример", "примерзначения", "ejemplo", "exemplo", "beispiel", "beispielwert", "exemple", "valor", "例": //nolint:misspell // French
		return colSample
	case "in", "location", "paramtype", "parametertype", "paramlocation", "parameterlocation", "parameterin", "sentin", "passedin", "passin", "where", "transport", "位置", "参数位置", "위치", "ubicación":
		return colIn
	case "parent", "parentfield", "parentobject", "parentkey", "parentnode", "parentelement", "parentname", "belongsto", "父级", "父节点", "上级":
		return colParent
	case "description", "desc", "remark", "remarks", "comment", "comments", "note", "notes", "details", "meaning", "explanation", "purpose", "说明", "描述", "备注", "설명", "비고",
		"описание", "descripción", "descrição", "beschreibung", "deskripsi", "keterangan", "môtả", "विवरण", "bedeutung", "significado", "signification":
		return colAbout
	}
	return ruleColumn(title)
}

// parameterColumns tells which columns of a table hold which piece of a parameter. ok is false where the titles are not those of a table of
// parameters: it names them, and says of each its type, its place, or whether it is mandatory. A table of APIs has titles of other fields.
func parameterColumns(titles []source.Text) (at map[string]int, ok bool) {
	const longest, most = 60, 16
	if len(titles) < 2 || len(titles) > most {
		return nil, false
	}
	at = map[string]int{}
	plain := false // the title of the names leaves no doubt
	for i, t := range titles {
		s := strings.Trim(t.String(), " *_`:?")
		if len(s) > longest || strings.ContainsAny(s, "{}<>\"\n") {
			return nil, false
		}
		kind := parameterColumn(s)
		if _, taken := at[kind]; taken && kind == colAbout {
			kind = colRules // "Remarks" beside "Description"
		}
		if _, taken := at[kind]; kind != "" && !taken {
			at[kind] = i
			plain = plain || kind == colName && strings.Contains(strings.ToLower(s), "param")
		}
		if kind != colName && kind != colSample && namesField(s) {
			return nil, false
		}
	}
	if _, ok = at[colName]; !ok {
		return nil, false
	}
	for _, kind := range []string{colType, colMandatory, colOptional, colIn} {
		if _, ok = at[kind]; ok {
			return at, true
		}
	}
	_, sampled := at[colSample]
	return at, sampled && plain && len(titles) > 2
}

// namesField says that a title is that of a field of APIs, and of no piece of a parameter.
func namesField(title string) bool {
	l, ok := LookupLabel(title)
	if !ok {
		return false
	}
	switch l.Field {
	case probe.FieldMethod:
		return parameterTitle(title) != colType
	case probe.FieldURL, probe.FieldRequestBody, probe.FieldSuccessResponse, probe.FieldErrorResponse:
		return parameterColumn(title) == ""
	case probe.FieldStatusCodes:
		return l.Strong
	}
	return false
}

// IsParameterTitles recognises the titles of a table of parameters: "Name", "Type", "Mandatory", "Example".
func IsParameterTitles(titles []source.Text) bool {
	_, ok := parameterColumns(titles)
	return ok
}

// ParameterLines is how many of the lines of a document, from the first, are a table of parameters: its titles, and the rows below them. It is 0
// where the first line has no such titles. Names such as "status" and "url" are no labels there.
func ParameterLines(lines []source.Text) int {
	if len(lines) < 2 {
		return 0
	}
	titles := lineCells(lines[0])
	if !IsParameterTitles(titles) {
		return 0
	}
	n := 1
	for ; n < len(lines); n++ {
		s := strings.TrimSpace(lines[n].String())
		if !isRule(s) && (s == "" || strings.HasPrefix(s, "```") || len(lineCells(lines[n])) < 2) {
			break
		}
	}
	if n == 1 {
		return 0
	}
	return n
}

// isRule recognises the line between the titles and the rows of a table that is drawn: "|---|---|", "----  ----", "+---+---+".
func isRule(s string) bool {
	return len(s) >= 3 && strings.Trim(s, "-|+=: ") == "" && strings.ContainsAny(s, "-=")
}

// lineCells are the cells of a row that stands on one line, empty ones too where tabs or bars part them.
func lineCells(line source.Text) []source.Text {
	mark := "\t"
	if !strings.Contains(line.String(), mark) {
		if mark = "|"; !strings.Contains(line.String(), mark) {
			return columns(line)
		}
		line = line.TrimSpace()
		s := line.String()
		inner := strings.TrimPrefix(s, mark)
		line = line.Slice(len(s)-len(inner), len(s)-b2i(strings.HasSuffix(inner, mark)))
	}
	var cells []source.Text
	s := line.String()
	for from := 0; from <= len(s); {
		end := strings.Index(s[from:], mark)
		if end < 0 {
			end = len(s) - from
		}
		cells = append(cells, line.Slice(from, from+end).TrimSpace())
		from += end + 1
	}
	return cells
}

// alignedCells are the cells of a row whose columns blanks alone part: each stands under the title that begins nearest to it.
func alignedCells(titleLine, line source.Text, titles []source.Text) []source.Text {
	cells := lineCells(line)
	if strings.ContainsAny(line.String(), "\t|") || len(cells) >= len(titles) {
		return cells
	}
	placed := make([]source.Text, len(titles))
	starts := make([]int, len(titles))
	from := 0
	for i, t := range titles {
		starts[i] = from + strings.Index(titleLine.String()[from:], t.String())
		from = starts[i] + t.Len()
	}
	from = 0
	for _, c := range cells {
		at := from + strings.Index(line.String()[from:], c.String())
		from = at + c.Len()
		nearest := 0
		for i, start := range starts {
			if abs(start-at) < abs(starts[nearest]-at) {
				nearest = i
			}
		}
		if placed[nearest].Len() > 0 {
			return cells // the columns do not stand under their titles
		}
		placed[nearest] = c
	}
	return placed
}

// parameterCanon is the first line of a table of parameters that a reader has put into the order that every other reader knows.
var parameterCanon = [...]string{
	colName, colType, colMandatory, colOptional, colSample, colIn, colParent, colAbout,
	colLength, colMinLength, colMinimum, colMaximum, colRange, colEnum, colPattern, colRules,
}

// canonTitle is the title of a column in the canonical table.
func canonTitle(kind string) string {
	switch kind {
	case colName:
		return "Parameter"
	case colSample:
		return "Example"
	case colAbout:
		return "Description"
	}
	return strings.ToUpper(kind[:1]) + kind[1:]
}

// parameterTable writes a table of parameters as lines: a row each, with a tab between the cells and "-" for an empty one, whatever lines the cells
// had. at tells which column holds what. The result is empty where no row names a parameter.
func parameterTable(rows [][]source.Text, at map[string]int) source.Text {
	var kinds []string
	for _, kind := range parameterCanon {
		if _, ok := at[kind]; ok {
			kinds = append(kinds, kind)
		}
	}
	runs := make([]source.Run, 0, 2*len(kinds)*(len(rows)+1))
	for i, kind := range kinds {
		if i > 0 {
			runs = append(runs, source.Run{Text: "\t"})
		}
		runs = append(runs, source.Run{Text: canonTitle(kind)})
	}
	found := false
	var names []source.Text
	for _, row := range rows {
		if i := at[colName]; i < len(row) {
			names = append(names, row[i])
		} else {
			names = append(names, source.Text{})
		}
	}
	deep := depths(names)
	for n, row := range rows {
		if names[n].IsBlank() || IsNone(names[n].String()) {
			continue
		}
		found = true
		for i, kind := range kinds {
			glue := "\t"
			if i == 0 {
				glue = "\n" + strings.Repeat("- ", deep[n])
			}
			runs = append(runs, source.Run{Text: glue}, canonCell(row, at[kind]))
		}
	}
	if !found {
		return source.Text{}
	}
	return source.Compose(runs)
}

// canonCell is one cell of a canonical row, on one line.
func canonCell(row []source.Text, i int) source.Run {
	if i >= len(row) {
		return source.Run{Text: "-"}
	}
	if s := strings.Join(strings.Fields(row[i].String()), " "); s != "" {
		return source.Run{Text: s, From: row[i]}
	}
	return source.Run{Text: "-"}
}

// ParameterRows writes a table as the lines of a table of parameters, for readers of documents that flow; ok is false where its titles, the first row,
// are not those of one.
func ParameterRows(rows [][]source.Text) (lines source.Text, ok bool) {
	if len(rows) < 2 {
		return source.Text{}, false
	}
	at, ok := parameterColumns(rows[0])
	if !ok {
		return source.Text{}, false
	}
	lines = parameterTable(rows[1:], at)
	return lines, lines.Len() > 0
}
