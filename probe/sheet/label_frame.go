package sheet

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/sheetprobe/sheetprobe/probe"
)

// plain folds a text and takes the accents off its letters: people leave them out, and programs write them in two ways.
func plain(s string) string {
	return strings.ReplaceAll(Fold(norm.NFD.String(s)), "đ", "d")
}

// bare is the key of a label without accents and without the small words between its others: "Código do parceiro" is "codigoparceiro".
func bare(words []string) string {
	key := ""
	for i, w := range words {
		if i == 0 || i == len(words)-1 || !isSmall(w) {
			key += plain(w)
		}
	}
	return key
}

func isSmall(word string) bool {
	switch word {
	case "de", "da", "do", "das", "dos", "del", "la", "el", "los", "las", "le", "les", "du", "des", "l", "d", "der", "die", "dem", "den", "für", "von", "of", "the", "for", "a":
		return true
	}
	return false
}

// labelWords parts a label into its words, in lower case.
func labelWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) })
}

// environments are the words for the environments in which an API runs, those for trying out first and those for production second.
var environments = [...]string{
	`staging|stage|stg|uat|sit|test|testing|sandbox|dev|development|qa|preprod|preproduction|homologação|homolog|hml|teste|testes|desenvolvimento|prueba|pruebas|
		desarrollo|preproducción|recette|préproduction|entwicklung|abnahme|testumgebung|testsystem|uji|pengujian|pengembangan|nghiệm|kiểm|тест|тестовый|тестовая|тестовое|
		тестовой|тестового|тестовом|теста|стейдж|стейджинг|песочница|песочницы|разработки|тестирования|测试|沙箱|沙盒|预发布|预发|联调|테스트|개발|스테이징|परीक्षण|टेस्ट|स्टेजिंग|सैंडबॉक्स`,
	`production|prod|prd|live|produção|producción|produktiv|produktivumgebung|produksi|боевой|боевая|боевого|боевое|прод|продуктивный|продуктив|промышленный|
		生产|正式|线上|운영|상용|라이브|उत्पादन|प्रोडक्शन|लाइव|produktion`, //nolint:misspell // German
}

// theEnvironments is built once; it never changes.
var theEnvironments = sync.OnceValue(func() map[string]int {
	scores := map[string]int{}
	for i, words := range environments {
		for w := range strings.SplitSeq(words, "|") {
			scores[plain(w)] = [...]int{3, -1}[i]
		}
	}
	return scores
})

// environmentOf says whether a word names an environment for trying out, which is positive, or production, which is negative; 0 otherwise.
func environmentOf(word string) int { return theEnvironments()[plain(word)] }

// environmentSigns sets the words that Chinese and Korean write without blanks apart; it is built once and never changes.
var environmentSigns = sync.OnceValue(func() *strings.Replacer {
	var pairs []string
	for _, w := range []string{"测试环境", "测试", "沙箱", "沙盒", "预发布", "预发", "联调", "生产环境", "生产", "正式环境", "正式", "线上", "테스트", "개발", "스테이징", "운영", "상용"} {
		pairs = append(pairs, w, " "+strings.TrimSuffix(w, "环境")+" ")
	}
	return strings.NewReplacer(pairs...)
})

// environmentWords are the words of a text, those for environments apart from the others.
func environmentWords(text string) []string { return labelWords(environmentSigns().Replace(text)) }

// joins says that a word only ties the name of an environment to the rest of a label: "URL do ambiente de homologação".
func joins(word string) bool {
	switch plain(word) {
	case "environment", "env", "ambiente", "entorno", "environnement", "umgebung", "среда", "среды", "среде", "lingkungan", "server", "in", "on", "en", "em", "auf", "im", "pour",
		"para", "untuk", "di", "coba", "cho", "moi", "truong", "thu", "на", "в", "для", "环境", "的", "um", "uma", "under", "at", "only", "bei", "zum", "и":
		return true
	}
	return isSmall(word) || word == "का" || word == "के" || word == "लिए" || word == "की" || word == "환경" || word == "서버"
}

// framing says that a word around a label only says how the thing is shown: "Full Request Body JSON", "Ejemplo de Success Response".
func framing(word string) bool {
	switch plain(word) {
	case "the", "sample", "samples", "example", "examples", "expected", "actual", "full", "complete", "our", "following", "json", "xml", "format", "detail", "details", "structure", "schema", "info",
		"information", "section", "spec", "specification", "specifications", "table", "list", "exemplo", "ejemplo", "beispiel", "contoh", "пример", "示例", "样例", "예시", "exemple", //nolint:misspell // French
		"de", "of", "for", "da", "do", "del", "la", "typical", "your", "raw":
		return true
	}
	return false
}

// lookupFramed reads a label with words before or behind it that only say which of several it is, or how it is shown.
func lookupFramed(text string) (Label, bool) {
	words := environmentWords(text)
	if len(words) < 2 || len(words) > 10 || strings.ContainsAny(text, "{}[]<>\"@,;") {
		return Label{}, false
	}
	if l, ok := lookupOutcome(words); ok {
		return l, true
	}
	if rest, ok := withoutEnvironment(words); ok {
		l, known := lookupSingle(strings.Join(rest, " "))
		named := known && (l.Field == probe.FieldURL || l.Field == probe.FieldCredentials && l.Role == Plain)
		l.Strong = l.Strong || l.Words == 1
		return l, named
	}
	from, to := 0, len(words)
	for from < to-1 && framing(words[from]) {
		from++
	}
	for to > from+1 && framing(words[to-1]) {
		to--
	}
	if to-from == len(words) {
		return Label{}, false
	}
	l, ok := lookupSingle(strings.Join(words[from:to], " "))
	return l, ok && l.Strong && (l.Words > 1 || plain(words[from]) != words[from]) && isFramed(l)
}

// lookupOutcome reads the label of an answer with that of an outcome behind it: "Output in case of failure", "Respuesta si error".
func lookupOutcome(words []string) (Label, bool) {
	for at := 1; at < len(words); at++ {
		answer, ok := lookupSingle(strings.Join(words[:at], " "))
		if !ok || answer.Field != probe.FieldSuccessResponse {
			continue
		}
		if l, ok := lookupSingle(strings.Join(words[at:], " ")); ok && isResponse(l.Field) && l.Role == Plain {
			return Label{Field: l.Field, Strong: true, Words: len(words)}, true
		}
	}
	return Label{}, false
}

// isFramed says that a label means the same in a frame: that of a credential or a name is part of one.
func isFramed(l Label) bool {
	switch l.Field {
	case "", probe.FieldName, probe.FieldPartnerCode, probe.FieldMethod:
		return false
	}
	return l.Role != HeaderLine && l.Role != NamedValue
}

// withoutEnvironment cuts the name of an environment off the start or the end of a label.
func withoutEnvironment(words []string) (rest []string, found bool) {
	isOne := func(w string) bool { return environmentOf(w) != 0 }
	from := 0
	for from < len(words)-1 && (isOne(words[from]) || joins(words[from])) {
		from++
	}
	if slices.ContainsFunc(words[:from], isOne) {
		return words[from:], true
	}
	to := len(words)
	for to > 1 && (isOne(words[to-1]) || joins(words[to-1])) {
		to--
	}
	return words[:to], slices.ContainsFunc(words[to:], isOne)
}

// abbreviations are the words of labels that people cut short, in pairs.
var abbreviations = map[string]string{
	"req": "request", "rq": "request", "reqd": "required", "resp": "response", "res": "response", "rsp": "response", "rs": "response", "succ": "success", "err": "error",
	"fail": "failure", "hdr": "header", "hdrs": "headers", "meth": "method", "mthd": "method", "endpt": "endpoint", "ep": "endpoint", "prtnr": "partner", "ptnr": "partner",
	"cd": "code", "cds": "codes", "cred": "credential", "creds": "credentials", "svc": "service", "srvc": "service", "stat": "status", "param": "parameter", "prm": "parameter",
	"parms": "parameters", "nm": "name", "ex": "example", "eg": "example", "smpl": "sample", "msg": "message", "num": "number", "op": "operation", "env": "environment",
}

// unabbreviated writes the words of a label out; ok is false where none is cut short.
func unabbreviated(words []string) (full []string, ok bool) {
	full = slices.Clone(words)
	for i, w := range words {
		if whole := abbreviations[w]; whole != "" {
			full[i], ok = whole, true
		}
	}
	return full, ok
}
