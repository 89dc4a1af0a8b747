package sheet

import (
	"slices"
	"strings"
)

// isMandatoryAbroad knows the word of other languages for what must be sent.
func isMandatoryAbroad(w string) bool {
	switch w {
	case "обязательный", "обязательно", "обязательны", "obligatorio", "obligatorios", "obligatoria", "obligatorias", "requerido", "requeridos", "obrigatório", "obrigatórios", "obrigatória",
		"obrigatórias", "obrigatorio", "obligatoire", "obligatoires", "requis", "pflicht", "pflichtfeld", "pflichtfelder", "verpflichtend", "erforderlich", "wajib", "필수":
		return true
	}
	return !strings.Contains(w, "非") && (strings.Contains(w, "必填") || strings.Contains(w, "必须") || strings.Contains(w, "必传") || strings.Contains(w, "必选"))
}

// isOptionalAbroad knows the word of other languages for what may be left out.
func isOptionalAbroad(w string) bool {
	switch w {
	case "opcional", "opcionales", "opcionais", "необязательный", "необязательно", "optionnel", "optionnels", "facultatif", "facultatifs", "opsional", "선택":
		return true
	}
	return strings.Contains(w, "非必") || strings.Contains(w, "可选") || strings.Contains(w, "选填")
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
