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
	switch w {
	case "header", "headers", "cabeceras", "encabezados", "cabeçalhos", "kopfzeilen", "заголовки", "заголовок":
		return true
	}
	return false
}

func isCommonWord(w string) bool {
	switch w {
	case "common", "global", "general", "default", "shared", "standard", "comunes", "communs", "gemeinsame", "comuns", "общие":
		return true
	}
	return false
}

// speaksOfAll says that words speak of every call.
func speaksOfAll(words []string) bool {
	all := false
	for _, w := range words {
		switch w {
		case "all", "every", "each", "both", "any", "todas", "todos", "toutes", "tous", "alle", "allen", "jede", "jeder", "всех", "все":
			all = true
		case "api", "apis", "call", "calls", "request", "requests", "endpoint", "endpoints", "method", "methods", "service", "services", "llamadas", "peticiones", "appels",
			"requêtes", "aufrufe", "aufrufen", "anfragen", "anfrage", "chamadas", "requisições", "запросов", "запросы":
			if all {
				return true
			}
		}
	}
	return false
}
