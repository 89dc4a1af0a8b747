package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// StatusClass is the first digit of a word that means all HTTP statuses of a class: 4 of "4xx", and 0 of any other word.
func StatusClass(word string) int {
	if len(word) != 3 || word[0] < '2' || word[0] > '5' || !strings.EqualFold(word[1:], "xx") && word[1:] != "**" {
		return 0
	}
	return int(word[0] - '0')
}

// lookupClass reads labels that name the class of the statuses of an answer: "2xx", "4XX Response", "Error 5xx", "4xx / 5xx". The class is
// no status: which one comes is not said.
func lookupClass(text string) (Label, bool) {
	const most = 6
	words := labelWords(text)
	l := Label{Words: len(words)}
	var rest []string
	for _, w := range words {
		field := probe.FieldErrorResponse
		switch class := StatusClass(w); {
		case class == 0:
			rest = append(rest, w)
			continue
		case class < 4:
			field = probe.FieldSuccessResponse
		}
		if l.Field != "" && l.Field != field {
			return Label{}, false
		}
		l.Field = field
	}
	if l.Field == "" || len(words) > most {
		return Label{}, false
	}
	return l, isAboutClass(rest)
}

// isAboutClass says that the words beside a class are the label of an answer, or say what kind of statuses the class holds.
func isAboutClass(words []string) bool {
	if l, ok := lookupSingle(strings.Join(words, " ")); ok && isResponse(l.Field) {
		return true
	}
	for _, w := range words {
		switch w {
		case "http", "status", "client", "server", "error", "errors", "success", "successful", "failure", "failures", "redirect", "redirection", "response", "responses", "or", "and", "side", "body", "example":
		default:
			return false
		}
	}
	return true
}
