package sheet

import (
	"slices"
	"strings"
	"sync"

	"github.com/sheetprobe/sheetprobe/probe"
)

// labelPart is what a word contributes to a label that is composed of several.
type labelPart uint8

const (
	partFiller  labelPart = iota // says nothing: "http", "api"
	partSent                     // what travels to the server
	partGot                      // what comes back
	partGood                     // the outcome is a success
	partBad                      // the outcome is an error
	partContent                  // what a message holds, sent or got
	partShown                    // it is an example
	partHead                     // headers
	partCode                     // codes
	partScope                    // which codes, or whose headers
	partWord                     // a word that needs more beside it than an outcome: "error message" is no answer
)

// labelParts are the words of which people compose labels in any order: "Example input", "HTTP Body Request", "输出示例", "Beispielausgabe".
// They are compared without case, accents and blanks.
var labelParts = map[labelPart]string{
	partFiller: `http|https|rest|api|raw|full|complete|expected|actual|typical|our|your|completo|completa|vollständige|lengkap`,
	partSent: `request|requests|req|input|inputs|requisição|requisições|pedido|entrada|solicitud|petición|requête|demande|entrée|anfrage|anfragen|eingabe|anforderung|
		permintaan|masukan|richiesta|ingresso|yêu cầu|đầu vào|запрос|запроса|входные|входных|входящие|输入|请求|入参|传入|요청|입력|अनुरोध|इनपुट`,
	partGot: `response|responses|resp|output|outputs|reply|answer|resposta|retorno|saída|respuesta|salida|réponse|sortie|retour|antwort|antworten|ausgabe|rückgabe|respon|respons|
		keluaran|balasan|risposta|uscita|tanggapan|phản hồi|đầu ra|trả về|ответ|ответа|выходные|выходных|响应|返回|输出|出参|应答|응답|출력|반환|प्रतिक्रिया|आउटपुट|उत्तर`,
	partGood: `success|successful|sucesso|éxito|exitosa|exitoso|succès|erfolg|erfolgreich|erfolgreiche|sukses|berhasil|successo|thành công|успех|успешный|успешного|成功|正常|성공|정상|सफल|सफलता`,
	partBad: `error|errors|failure|failed|fail|erro|erros|falha|fallo|fallida|fallido|échec|erreur|erreurs|fehler|fehlerhafte|gagal|kesalahan|errore|
		errori|lỗi|thất bại|ошибка|ошибки|ошибкой|失败|错误|异常|
		실패|오류|에러|त्रुटि|विफल|असफल|विफलता`,
	partContent: `in|out|body|payload|json|xml|parameter|parameters|param|params|fields|attributes|object|structure|format|schema|corpo|cuerpo|corps|dados|
		datos|dati|parametri|données|daten|parâmetros|parámetros|
		paramètres|isi|тело|тела|данные|данных|параметры|параметров|dữ liệu|tham số|nội dung|data|content|body json|参数|数据|报文|体|正文|内容|格式|字段|데이터|파라미터|본문|바디|전문|डेटा|पैरामीटर`,
	partWord: `message|string|text|value|values|info|information|details|mensagem|mensaje|nachricht|pesan|сообщение|сообщения|消息|信息|值|结果|说明|메시지|값|결과`,
	partShown: "exemple|exemples|" + //nolint:misspell // French
		`example|examples|sample|samples|exemplo|exemplos|ejemplo|ejemplos|beispiel|beispiele|contoh|esempio|esempi|ví dụ|mẫu|пример|примеры|примера|示例|样例|例子|举例|范例|
		예시|예제|샘플|उदाहरण|नमूना`,
	partHead:  `header|headers|cabeçalho|cabeçalhos|cabecera|cabeceras|encabezados|en têtes|kopfzeilen|intestazioni|заголовки|заголовков|请求头|头部|헤더|हेडर`,
	partCode:  `code|codes|código|códigos|kode|codici|коды|кодов|状态码|错误码|返回码|响应码|코드|कोड`,
	partScope: `common|general|generic|global|standard|shared|status|result|return|business|application|list|table|possible|all|comunes|comuns|umum|общие|公共|通用|全局|공통`,
}

// theLabelParts is built once; it never changes.
var theLabelParts = sync.OnceValue(func() map[string]labelPart {
	parts := map[string]labelPart{}
	for part, words := range labelParts {
		for w := range strings.SplitSeq(words, "|") {
			parts[plain(w)] = part
		}
	}
	return parts
})

// lookupComposed reads labels that the vocabulary does not list, of words that it does: each says something of the same field.
func lookupComposed(text string) (Label, bool) {
	const longest, most = 90, 8
	words := slices.DeleteFunc(labelWords(text), func(w string) bool { return isSmall(w) || w == "com" || w == "con" || w == "with" || w == "и" })
	if len(text) > longest || len(words) == 0 || len(words) > most || strings.ContainsAny(text, "{}[]<>\"@,;/:") {
		return Label{}, false
	}
	if isAppendix(words[0]) && len(words) > 1 {
		if words = words[1:]; len(words[0]) == 1 && len(words) > 1 {
			words = words[1:]
		}
		words = append(words, "common")
	}
	parts, ok := segmentLabel(plain(strings.Join(words, "")), theLabelParts())
	if !ok || len(parts) < 2 {
		return Label{}, false
	}
	l, ok := composeLabel(parts)
	l.Strong, l.Words = true, max(len(words), 2)
	return l, ok
}

func isAppendix(word string) bool {
	return slices.Contains([]string{"appendix", "annexure", "annex", "anexo", "annexe", "anhang", "lampiran", "приложение", "附录", "부록"}, word)
}

// segmentLabel parts a text without blanks into words that are known. The longest that fits comes first.
func segmentLabel(s string, known map[string]labelPart) (parts []labelPart, ok bool) {
	const longestWord = 40
	failed := make([]bool, len(s)+1)
	var from func(i int) bool
	from = func(i int) bool {
		if i == len(s) || failed[i] {
			return i == len(s)
		}
		for end := min(len(s), i+longestWord); end > i; end-- {
			if part, isWord := known[s[i:end]]; isWord {
				parts = append(parts, part)
				if from(end) {
					return true
				}
				parts = parts[:len(parts)-1]
			}
		}
		failed[i] = true
		return false
	}
	ok = from(0)
	return parts, ok
}

// composeLabel says which field the parts of a label speak of; ok is false where they speak of several, or of none.
func composeLabel(parts []labelPart) (l Label, ok bool) {
	n := map[labelPart]int{}
	for _, p := range parts {
		n[p]++
	}
	sent, got, outcome := n[partSent] > 0, n[partGot] > 0, n[partGood]+n[partBad] > 0
	shows := n[partContent]+n[partShown]+n[partWord] > 0
	switch {
	case n[partCode] > 0:
		return Label{Field: probe.FieldStatusCodes}, !sent && !shows && n[partHead] == 0 && n[partScope]+n[partGot]+n[partBad] > 0
	case n[partHead] > 0:
		return Label{Field: probe.FieldHeaders}, !got && !outcome
	case n[partScope] > 0, sent && (got || outcome), n[partGood] > 0 && n[partBad] > 0:
		return Label{}, false
	case sent:
		return Label{Field: probe.FieldRequestBody}, shows || n[partSent] > 1 // "HTTP Request" is the title of a section
	case n[partBad] > 0:
		return Label{Field: probe.FieldErrorResponse}, got || n[partContent]+n[partShown] > 0 && n[partWord] == 0
	case n[partGood] > 0:
		return Label{Field: probe.FieldSuccessResponse}, got || n[partContent]+n[partShown] > 0 && n[partWord] == 0
	case got:
		return Label{Field: probe.FieldSuccessResponse, Role: Generic}, shows || n[partGot] > 1
	}
	return Label{}, false
}
