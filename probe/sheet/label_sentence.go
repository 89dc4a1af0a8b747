package sheet

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// sentenceWords are the words by which a sentence says what stands below it, in the languages that sheets are written in.
var sentenceWords = struct{ failure, success, answer, request []string }{
	failure: strings.Fields(`error errors failure failures fail fails failed wrong invalid incorrect unauthorized unauthorised rejected declined expired unsuccessful negative
		fallo erreur échec fehler fehlerfall erro falha falla fallan échoue échouer falhar fehlschlägt gagal errore ошибки ошибка ошибке`),
	success: strings.Fields(`success successful successfully succeeds positive éxito succès erfolg erfolgsfall sucesso successo успеха успехе успешно`),
	answer: strings.Fields(`response responses respond responds return returns returned reply replies answer answers get gets receive receives received back output result
		respuesta devuelve recibirá recibe réponse renvoie retourne recevez antwort antwortet zurück resposta retorna recebe devolvemos respondemos retornamos renvoyons répondons
		liefern risposta ответ вернется возвращает`),
	request: strings.Fields(`request payload body send sends sent post call input json parameters params
		solicitud petición cuerpo envíe envías envía enviamos requête corps envoyer anfrage sende senden requisição corpo enviar richiesta запрос тело`),
}

// LookupSentence finds out what a sentence introduces that stands above an example: "You will get the following in case of failure:". The
// sentence itself is the remark of the label. ok is false where it introduces nothing that a sheet holds.
func LookupSentence(text string) (l Label, ok bool) {
	const most = 40
	fewest := 4
	if StartsClause(text) { // "you send"
		fewest = 2
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !isWordRune(r) })
	if len(words) < fewest || len(words) > most {
		return Label{}, false
	}
	says := func(list []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
	}
	l = Label{Words: len(words), Remark: strings.TrimSpace(text)}
	if callbackSentence(words) {
		l.Field, l.Role = probe.FieldSuccessResponse, CallbackBody
		return l, true
	}
	status, _ := titleStatus(text)
	answers := says(sentenceWords.answer) || status != 0
	switch {
	case says(sentenceWords.request) && !answers && !says(sentenceWords.failure) && !says(sentenceWords.success):
		l.Field, l.Remark = probe.FieldRequestBody, ""
	case status >= 400 || says(sentenceWords.failure):
		l.Field = probe.FieldErrorResponse
	case says(sentenceWords.success):
		l.Field = probe.FieldSuccessResponse
	case answers:
		l.Field, l.Role = probe.FieldSuccessResponse, Generic
	default:
		return Label{}, false
	}
	return l, true
}

// StartsClause says that a few words begin as a sentence does, and no title: "you'll get back", "otherwise we return".
func StartsClause(s string) bool {
	word, _, _ := strings.Cut(strings.ToLower(s), " ")
	switch word, _, _ = strings.Cut(strings.ReplaceAll(word, "’", "'"), "'"); strings.Trim(word, ",:") {
	case "you", "we", "it", "if", "when", "otherwise", "else", "then", "and", "this", "that", "which", "is", "he", "they", "tú", "usted", "envías", "si", "vous", "wir", "sie", "você":
		return true
	}
	return false
}
