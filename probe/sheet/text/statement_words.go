package text

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// matchShared reads "All requests need the following headers:".
func matchShared(l line) (candidate, bool) {
	if !saysShared(l.s) || isSentence(l.s) && !strings.HasSuffix(l.s, ":") {
		return candidate{}, false
	}
	return candidate{
		label: sheet.Label{Field: probe.FieldHeaders, Strong: true}, text: l.body, value: l.body.Slice(l.body.Len(), l.body.Len()), certainty: possible, colon: true,
	}, true
}

// saysShared says that words speak of the headers of every call: "Common headers", "Headers (all APIs)".
func saysShared(s string) bool {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.ContainsFunc(words, isHeaderNoun) && (slices.ContainsFunc(words, isCommonWord) || speaksOfAll(words))
}

func isHeaderNoun(w string) bool {
	if _, behind, elided := strings.Cut(strings.ReplaceAll(w, "’", "'"), "'"); elided { // "l'en-tête"
		w = behind
	}
	switch w {
	case "header", "headers", "cabecera", "cabeceras", "encabezado", "encabezados", "cabeçalho", "cabeçalhos", "kopfzeile", "kopfzeilen", "header-feld", "http-header",
		"en-tête", "en-têtes", "entête", "entêtes", "tête", "têtes", "заголовки", "заголовок", "请求头", "头部", "消息头", "标头":
		return true
	}
	return false
}

// hanHeaderEnd is the byte behind the words in Chinese that speak of headers and lead to the name of one; 0 where there are none.
func hanHeaderEnd(s string) int {
	for _, noun := range []string{"请求头", "消息头", "标头", "头部", "header", "Header"} {
		at := strings.Index(s, noun)
		if at < 0 || strings.Contains(s[:at], ":") || strings.Contains(s[:at], "：") || !strings.ContainsFunc(s, isHan) {
			continue
		}
		end := at + len(noun)
		behind := strings.TrimLeftFunc(s[end:], func(r rune) bool { return isHan(r) || r == ' ' })
		return len(strings.TrimRight(s[:len(s)-len(behind)], " "))
	}
	return 0
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func isCommonWord(w string) bool {
	switch w {
	case "common", "global", "general", "default", "shared", "standard", "comunes", "communs", "gemeinsame", "comuns", "общие", "公共", "通用", "umum":
		return true
	}
	return false
}

// speaksOfAll says that words speak of every call.
func speaksOfAll(words []string) bool {
	all := false
	for _, w := range words {
		if strings.ContainsFunc(w, isHan) { // without blanks
			all = all || strings.Contains(w, "所有") || strings.Contains(w, "每个") || strings.Contains(w, "全部")
			if all && (strings.Contains(w, "接口") || strings.Contains(w, "请求") || strings.Contains(w, "调用")) {
				return true
			}
		}
		switch w {
		case "all", "every", "each", "both", "any", "todas", "todos", "toutes", "tous", "alle", "allen", "jede", "jeder", "jedem", "jeden", "всех", "все",
			"cada", "chaque", "cualquier", "qualquer", "semua", "setiap":
			all = true
		case "api", "apis", "call", "calls", "request", "requests", "endpoint", "endpoints", "method", "methods", "service", "services", "llamadas", "peticiones", "appels",
			"requêtes", "aufrufe", "aufrufen", "anfragen", "anfrage", "chamadas", "requisições", "запросов", "запросы",
			"panggilan", "permintaan", "solicitudes", "solicitud", "petición", "llamada", "appel", "requête", "chamada", "requisição", "aufruf":
			if all {
				return true
			}
		}
	}
	return false
}
