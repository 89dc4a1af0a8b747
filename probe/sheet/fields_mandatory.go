package sheet

import (
	"slices"
	"strings"
	"sync"
)

// isMandatoryAbroad knows the word of other languages for what must be sent.
func isMandatoryAbroad(w string) bool {
	if strings.Contains(w, "必填") || strings.Contains(w, "必须") || strings.Contains(w, "必传") || strings.Contains(w, "必选") || strings.Contains(w, "必需") {
		return !strings.Contains(w, "非") && !strings.Contains(w, "不")
	}
	return theMandatoryWords()[plain(w)] > 0 || strings.HasPrefix(w, "обязательн") || w == "обяз"
}

// isOptionalAbroad knows the word of other languages for what may be left out.
func isOptionalAbroad(w string) bool {
	return strings.Contains(w, "非必") || strings.Contains(w, "可选") || strings.Contains(w, "选填") || strings.Contains(w, "可不填") || strings.Contains(w, "可空") ||
		theMandatoryWords()[plain(w)] < 0 || strings.HasPrefix(w, "необязательн") || strings.HasPrefix(w, "опциональн") || w == "необяз"
}

// mandatoryWords are what must be sent, and what may be left out, in other languages.
var mandatoryWords = [...]string{
	`obligatorio|obligatorios|obligatoria|obligatorias|requerido|requeridos|requerida|obrigatório|obrigatórios|obrigatória|obrigatórias|mandatório|
		mandatória|obligatoire|obligatoires|obbligatorio|obbligatoria|richiesto|
		requis|requise|pflicht|pflichtfeld|pflichtfelder|pflichtangabe|verpflichtend|erforderlich|muss|zwingend|wajib|harus|diperlukan|mandatori|
		필수|필수값|필수항목|अनिवार्य|आवश्यक|必須`,
	`opcional|opcionales|opcionais|facultativo|facultativa|optionnel|optionnelle|optionnels|facultatif|facultative|facultatifs|facoltativo|facoltativa|
		opzionale|kann|freiwillig|opsional|pilihan|
		선택|선택값|선택항목|वैकल्पिक|ऐच्छिक|任意`,
}

// theMandatoryWords is built once; it never changes.
var theMandatoryWords = sync.OnceValue(func() map[string]int {
	words := map[string]int{}
	for i, list := range mandatoryWords {
		for w := range strings.SplitSeq(list, "|") {
			words[plain(w)] = 1 - 2*i
		}
	}
	return words
})

// isNegation says that a word before one for what must be sent turns it around: "not required", "không bắt buộc".
func isNegation(w string) bool {
	switch strings.ToLower(w) {
	case "not", "non", "isn't", "no", "não", "nao", "pas", "nicht", "keine", "kein", "tidak", "không", "не", "нет":
		return true
	}
	return false
}

// pairedWord reads the words for mandatory and optional that are two: "bắt buộc", "tùy chọn".
func pairedWord(before, w string) (mandatory, stated bool) {
	switch pair := plain(before + w); {
	case pair == plain("bắt buộc"):
		return true, true
	case pair == plain("tùy chọn"), pair == plain("không bắt"):
		return false, true
	}
	return false, false
}

// cutExceptions parts "all fields are mandatory except lang" from the names behind the word.
func cutExceptions(sentence string) (about, exceptions string) {
	lower := strings.ToLower(sentence)
	about = lower
	for _, word := range []string{" except", " other than", " apart from", " but ", " excluding", " salvo", " excepto", " sauf", " außer", " exceto", " kecuali", "除"} {
		if i := strings.Index(lower, word); i > 0 && i < len(about) {
			about, exceptions = lower[:i], lower[i+len(word):]
		}
	}
	return about, exceptions
}

// isOfAllFields says that words which call something mandatory, in lower case, speak of every field.
func isOfAllFields(about string) bool {
	const fewest = 4 // "all are mandatory" needs no noun
	words := strings.FieldsFunc(about, func(r rune) bool { return !isWordRune(r) })
	all := slices.ContainsFunc(words, func(w string) bool {
		switch w {
		case "all", "every", "each", "both", "todos", "todas", "tous", "toutes", "alle", "semua":
			return true
		}
		return strings.Contains(w, "全部") || strings.Contains(w, "所有") || strings.Contains(w, "均")
	})
	return all && (len(words) < fewest || slices.ContainsFunc(words, isFieldNoun))
}

// isFieldNoun says that a word stands for the fields of a request.
func isFieldNoun(w string) bool {
	switch w {
	case "field", "fields", "parameter", "parameters", "param", "params", "key", "keys", "attribute", "attributes", "input", "inputs", "element", "elements",
		"campo", "campos", "parámetros", "parâmetros", "champs", "paramètres", "felder", "pflichtfelder", "kolom":
		return true
	}
	return strings.Contains(w, "字段") || strings.Contains(w, "参数")
}
