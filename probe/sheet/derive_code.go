package sheet

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// Keys under which answers carry a business code, folded. The sure ones carry nothing else; the others also hold flags and words, and
// count only where the value looks like a code or stands in the table.
var (
	sureCodeKeys = []string{
		"statuscode", "errorcode", "respcode", "responsecode", "resultcode", "returncode", "errcode", "errorno", "errno", "retcode",
		"statuscd", "errorcd", "respcd", "reasoncode", "faultcode", "rescode", "apicode", "messagecode", "msgcode",
		"koderespon", "kodestatus", "kodekesalahan", "codigoresposta", "codigorespuesta", "codigoretorno", "códigoretorno", "coderetour", "rückgabecode", "statuskode", "mãphảnhồi",
		"кодошибки", "кодответа", "错误码", "返回码", "状态码", "응답코드", "에러코드", "결과코드",
		"fehlercode", "codeerreur", "codigoerror", "codigoerro", "códigoerror", "códigoerro", "maloi", "mãlỗi",
	}
	codeKeys     = []string{"code", "rc", "codigo", "código", "codice", "kode", "код"}
	weakCodeKeys = []string{"status", "result", "error", "response", "ret", "err", "errors", "state", "statusid", "reason", "clave", "esito"}
	// How the names of codes begin, in full and short.
	outcomeWords = []string{
		"error", "err", "er", "response", "respon", "respons", "resp", "rsp", "rspn", "return", "retn", "rtn", "ret", "status", "sts", "stts", "result", "rslt", "rsult",
		"res", "reason", "rsn", "fault", "flt", "message", "msg",
	}
	// Objects whose members speak about the answer and not about its subject: their keys, and how their keys end. The rest (data,
	// payload, customer ...) has codes of countries, products and branches.
	envelopeKeys = []string{"meta", "head", "body", "root", "output", "metadata", "statusinfo", "errordetails", "errorinfo", "errors", "err", "envelope"}
	envelopeEnds = []string{"status", "error", "header", "response", "result", "fault", "exception", "return"}
)

// isSureCodeKey also knows the short forms of words, as in "errCd" and "rspCode": one for how a call ends before one for its code.
func isSureCodeKey(folded string) bool {
	if slices.Contains(sureCodeKeys, folded) {
		return true
	}
	for _, code := range [...]string{"code", "cde", "cd"} {
		if head, ok := strings.CutSuffix(folded, code); ok && slices.Contains(outcomeWords, head) {
			return true
		}
	}
	return false
}

func isEnvelope(folded string) bool {
	return slices.Contains(envelopeKeys, folded) || slices.ContainsFunc(envelopeEnds, func(end string) bool { return strings.HasSuffix(folded, end) })
}

// BusinessCode finds the code by which an answer says how it went, and the value that carries it. A code that the table of status codes
// lists wins; then the more telling key; then the outer one. It returns "" and nil where nothing is recognised.
func BusinessCode(v *nearjson.Value, table []probe.StatusCode) (string, *nearjson.Value) {
	best, at := 0, (*nearjson.Value)(nil)
	consider := func(key string, member *nearjson.Value, depth int) {
		if rank := codeRank(key, member, table); rank > 0 && 10*rank-depth > best {
			best, at = 10*rank-depth, member
		}
	}
	if v != nil && v.Kind == nearjson.Array {
		// A list of errors is an envelope, and a list of countries is not: only what nothing else carries counts.
		doubtful := consider
		consider = func(key string, member *nearjson.Value, depth int) {
			if isSureCodeKey(key) || InTable(member.Text, table) {
				doubtful(key, member, depth)
			}
		}
	}
	walkEnvelope(v, 0, consider)
	if at == nil {
		return "", nil
	}
	return at.Text, at
}

// walkEnvelope visits the scalar members of the answer's envelope. Two wrappers are as deep as envelopes go.
func walkEnvelope(v *nearjson.Value, depth int, visit func(key string, v *nearjson.Value, depth int)) {
	const deepest = 3
	switch {
	case v == nil || depth > deepest:
	case v.Kind == nearjson.Array && len(v.Items) > 0:
		walkEnvelope(v.Items[0], depth+1, visit)
	case v.Kind == nearjson.Object:
		for _, m := range v.Members {
			switch key := Fold(m.Key); {
			case m.Value.Kind != nearjson.Object && m.Value.Kind != nearjson.Array:
				visit(key, m.Value, depth)
			case isEnvelope(key):
				walkEnvelope(m.Value, depth+1, visit)
			}
		}
	}
}

// codeRank says how sure it is that a member carries the business code: 0 not at all, 6 beyond doubt.
func codeRank(key string, v *nearjson.Value, table []probe.StatusCode) int {
	if v.Template || v.Text == "" || v.Kind != nearjson.String && v.Kind != nearjson.Number {
		return 0
	}
	rank := 0
	switch {
	case isSureCodeKey(key):
		rank = 3
	case slices.Contains(codeKeys, key):
		rank = 2
	case slices.Contains(weakCodeKeys, key) && (looksLikeCode(v.Text) || InTable(v.Text, table)):
		rank = 1
	case isListedCode(key, v.Text, table):
		rank = 1
	default:
		return 0
	}
	if InTable(v.Text, table) {
		rank += 3
	}
	return rank
}

// isListedCode says that field 10 lists the value as a business code, so that it is one whatever its key. A value that could be anything,
// such as 1 or S, needs a key that speaks of how the call went.
func isListedCode(key, text string, table []probe.StatusCode) bool {
	if CodeKind(text) != probe.KindBusiness || !InTable(text, table) {
		return false
	}
	telling := strings.ContainsAny(text, "0123456789") && strings.ContainsFunc(text, unicode.IsLetter) && len(text) > 2
	return telling || speaksOfOutcome(key)
}

// speaksOfOutcome says that a folded key can be the name of a code by which an answer says how the call went.
func speaksOfOutcome(key string) bool {
	if isSureCodeKey(key) || slices.Contains(codeKeys, key) || slices.Contains(weakCodeKeys, key) {
		return true
	}
	for _, word := range []string{"status", "outcome", "result", "resp", "reason", "error", "fehler", "erreur", "erro", "loi", "ошибк"} {
		if strings.Contains(key, word) {
			return true
		}
	}
	return key == "res" || strings.HasPrefix(key, "err") || strings.HasPrefix(key, "ret")
}

// looksLikeCode tells "E11", "400" and "ERR_TIMEOUT_01" from flags such as 1, words such as "success", and ids: letters and then digits, or
// three to five digits.
func looksLikeCode(text string) bool {
	const longest = 24
	head := strings.TrimRight(text, "0123456789")
	digits := len(text) - len(head)
	if head == "" {
		return digits >= 3 && digits <= 5
	}
	letter := func(r rune) bool { return r == '_' || r == '-' || r == '.' || unicode.IsLetter(r) }
	return digits > 0 && len(text) >= 3 && len(text) <= longest && strings.IndexFunc(head, func(r rune) bool { return !letter(r) }) < 0
}

// InTable says that the status codes list a code.
func InTable(code string, table []probe.StatusCode) bool {
	return slices.ContainsFunc(table, func(c probe.StatusCode) bool { return c.Code == code })
}
