package text

import (
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// authSections follows the sections of a document that say how calls authenticate.
type authSections struct {
	inside bool
	called bool // an API has begun: what follows is about it alone
}

// next takes in a line, and says whether it belongs to such a section.
func (a *authSections) next(l line) bool {
	switch {
	case l.blank():
		return a.inside
	case isAuthTitle(l.s):
		a.inside = true
		return false
	case l.heading, l.number != "":
		a.inside = false
	}
	if !a.called {
		_, a.called = requestLine(l)
	}
	if c, ok := match(l); ok && c.certainty >= likely && !a.called {
		a.called = c.label.Field == probe.FieldMethod || c.label.Field == probe.FieldURL && c.label.Role != sheet.Base
	}
	return a.inside
}

// isAuthTitle says that a line is the title of a section about authentication.
func isAuthTitle(s string) bool {
	const most = 4
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	about := false
	for _, w := range words {
		switch w {
		case "authentication", "authorization", "authorisation", "auth", "security", "authenticating", "autenticación", "autorización", "autenticação", "autorização", "authentification",
			"authentifizierung", "autorisierung", "autorisation", "аутентификация", "авторизация", "autentikasi", "otentikasi", "认证", "鉴权", "认证方式", "인증":
			about = true
		case "api", "apis", "and", "access", "basic", "bearer", "token", "the", "requests", "details", "header", "headers", "y", "e", "et", "und", "и":
		default:
			return false
		}
	}
	return about && len(words) <= most && !strings.ContainsAny(s, "={<\t|")
}

// statedInWords reads "Send Authorization: Basic <key> with every call", and in a section about authentication a sentence that does not
// speak of every call: a header whose name leaves no doubt, in the midst of words.
func statedInWords(l line, auth bool) (statement, bool) {
	words := strings.FieldsFunc(strings.ToLower(l.s), func(r rune) bool { return !unicode.IsLetter(r) })
	all := speaksOfAll(words)
	if !all && !auth {
		return statement{}, false
	}
	for i := 0; i < len(l.s); i++ {
		n := headerNameAt(l.s, i)
		if n == 0 {
			continue
		}
		if sheet.IsHeaderName(l.body.Slice(i, i+n)) {
			headers := cutHeaders(l.body, headerStarts(l.s, i))
			return statement{headers: headers, all: all, except: exceptions(l.s)}, len(headers) > 0
		}
		i += n
	}
	return statement{}, false
}

// headerStarts are the bytes from i on at which headers begin.
func headerStarts(s string, i int) []int {
	var starts []int
	for ; i < len(s); i++ {
		if n := headerNameAt(s, i); n > 0 {
			starts = append(starts, i)
			i += n
		}
	}
	return starts
}
