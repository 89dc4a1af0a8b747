package sheet

import (
	"net/http"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// causes fills in what causes each documented error, as far as its title says it.
func causes(errors []probe.Response) {
	for i := range errors {
		if r := &errors[i]; r.When == "" {
			r.When = Cause(r.Title)
		}
	}
}

// Cause is what the title of an error says of what causes it: "invalid mobile number" of "Error 400 - invalid mobile number"; "" where it only says that
// there is an error, or names the status.
func Cause(title string) string {
	const longest = 200
	title = strings.Join(strings.Fields(title), " ")
	if title == "" || len(title) > longest {
		return ""
	}
	if startsCondition(title) {
		return title
	}
	if clause := conditionIn(title); clause != "" {
		if saysNothing(clause) {
			return ""
		}
		return clause
	}
	if namesPlace(title) {
		return withoutLabels(title)
	}
	if tellsOfAnswer(title) {
		return ""
	}
	return strings.Join(telling(title), " - ")
}

// startsCondition says that a title is a condition from its first word on.
func startsCondition(title string) bool {
	l := strings.ToLower(title)
	return strings.HasPrefix(l, "when ") || strings.HasPrefix(l, "if ") || strings.HasPrefix(l, "in case ")
}

// conditionIn is the condition that a title ends with: "the amount is missing" of "400 when the amount is missing".
func conditionIn(title string) string {
	lower := strings.ToLower(title)
	if len(lower) != len(title) {
		return ""
	}
	for _, word := range []string{" when ", " if ", " in case of ", " in case ", " because of ", " because ", " due to "} {
		if i := strings.Index(lower, word); i > 0 {
			return strings.Trim(title[i+len(word):], " ().,:;-–")
		}
	}
	for _, word := range []string{" for ", " on "} { // "Error for a wrong OTP"
		if i := strings.Index(lower, word); i > 0 && saysNothing(title[:i]) {
			return strings.Trim(title[i+len(word):], " ().,:;-–")
		}
	}
	return ""
}

// tellsOfAnswer says that a title is a sentence about what comes back: "the API then returns".
func tellsOfAnswer(title string) bool {
	return slices.ContainsFunc(wordsIn(title), func(w string) bool {
		switch w {
		case "we", "you", "it", "will", "returns", "return", "returned", "get", "gets", "receive", "receives", "following", "below", "otherwise", "respond", "responds", "answers", "sends", "look", "looks":
			return true
		}
		return false
	})
}

// namesPlace says that a title spells out where a request goes that brings the error about: "/records/nosuch", "?filter=zz".
func namesPlace(title string) bool {
	return slices.ContainsFunc(strings.Fields(title), func(word string) bool {
		word = strings.TrimLeft(word, "(\"'`.")
		return strings.HasPrefix(word, "?") && strings.Contains(word, "=") || len(word) > 2 && word[0] == '/' && isWordByte(word[1])
	})
}

// withoutLabels takes off the front of a title whatever says no more than that there is an error, and leaves the rest as it is written: the marks of a
// path are no marks between words.
func withoutLabels(title string) string {
	for {
		end := strings.IndexAny(title, ",:;–—-()|")
		if end < 0 || !saysNothing(withoutStatus(strings.Trim(title[:end], " .*_#>="))) {
			return title
		}
		title = strings.TrimLeft(title[end:], " ,:;–—-()|")
	}
}

// telling are the parts of a title that say more than that there is an error.
func telling(title string) []string {
	var parts []string
	for _, part := range strings.FieldsFunc(title, func(r rune) bool { return strings.ContainsRune("–—:()[]|/", r) }) {
		for piece := range strings.SplitSeq(part, " - ") {
			if piece = withoutStatus(strings.Trim(piece, " -.,;*_#>=")); !saysNothing(piece) {
				parts = append(parts, piece)
			}
		}
	}
	return parts
}

// withoutStatus takes a status, and its name, off the front of words: "400 Bad Request invalid mobile number".
func withoutStatus(piece string) string {
	first, rest, _ := strings.Cut(strings.TrimPrefix(piece, "HTTP "), " ")
	if CodeKind(strings.TrimRight(first, ",;")) != probe.KindHTTP {
		return piece
	}
	rest = strings.TrimSpace(rest)
	for status := http.StatusBadRequest; status < 600; status++ {
		name := http.StatusText(status)
		if name != "" && len(rest) >= len(name) && strings.EqualFold(rest[:len(name)], name) && !isWordByte((rest + " ")[len(name)]) {
			return strings.Trim(rest[len(name):], " -.,;")
		}
	}
	return rest
}

// saysNothing says that words name no cause: a label such as "Error Response 2", or a status.
func saysNothing(words string) bool {
	if l, ok := LookupLabel(words); ok && l.Remark == "" && isResponse(l.Field) {
		return true
	}
	key := Fold(words)
	for status := http.StatusContinue; status < 600; status++ {
		if name := http.StatusText(status); name != "" && Fold(name) == key {
			return true
		}
	}
	return !slices.ContainsFunc(wordsIn(words), func(w string) bool { return !isDigits(w) && !isEmptyWord(w) })
}

func wordsIn(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !isWordRune(r) })
}

// isEmptyWord says that a word in a title of an error names no cause.
func isEmptyWord(w string) bool {
	switch w {
	case "error", "errors", "response", "responses", "resp", "res", "failure", "failures", "fail", "failed", "failing", "sample", "samples", "example", "examples", "scenario", "case", "cases", "body",
		"json", "xml",
		"http", "https", "status", "code", "codes", "negative", "unsuccessful", "exception", "message", "format", "output", "payload", "result", "answer", "reply", "the", "of", "for", "in", "a", "an",
		"and", "or",
		"other", "any", "all", "others", "generic", "general", "common", "default", "unexpected", "internal", "server", "client", "api", "service", "validation", "business", "technical", "type",
		"structure",
		"unauthorised", "unauthorized", "forbidden", "bad", "request", "new", "copy", "structured", "object", "details", "nr", "success",
		"refused", "rejected", "declined", "denied", "anything", "else", "our", "fault", "condition", "negativ", "ko", "nok":
		return true
	}
	return false
}
