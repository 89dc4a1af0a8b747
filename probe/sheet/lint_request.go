package sheet

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agext/levenshtein"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// Nearest guesses which of the known words was meant: the nearest one, where it is at most two letters away and most of the word is
// right. It returns "" where none is near. Letter case and separators count for nothing.
func Nearest(word string, known []string) string {
	best, guess := 3, ""
	a := Fold(word)
	for _, k := range known {
		b := Fold(k)
		if n := utf8.RuneCountInString(a) - utf8.RuneCountInString(b); max(n, -n) >= best {
			continue // so many letters apart at least
		}
		d := levenshtein.Distance(a, b, nil)
		if len(a) == len(b) && d == 2 && swapped(a, b) {
			d = 1
		}
		if d < best && 2*d < min(len(a), len(b)) {
			best, guess = d, k
		}
	}
	return guess
}

// swapped says that two neighbouring letters changed places, which is one slip of the fingers.
func swapped(a, b string) bool {
	for i := 0; i+1 < len(a); i++ {
		if a[i] != b[i] {
			return a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
		}
	}
	return false
}

func lintMethod(l *linter) {
	if l.Method == "" {
		return
	}
	if _, ok := Method(l.Method); ok {
		return
	}
	hint := "use one of " + strings.Join(Methods[:], ", ")
	if guess := Nearest(l.Method, Methods[:]); guess != "" {
		hint = fmt.Sprintf("did you mean %q?", guess)
	}
	if several := methodsIn(l.Method); len(several) > 1 {
		hint = "write one sheet per method: " + strings.Join(several, ", ")
	}
	l.report("sheet.bad-method", probe.FieldMethod, l.at(probe.FieldMethod), fmt.Sprintf("%q is not an HTTP method", l.Method), hint)
}

// methodsIn lists the methods that a text such as "GET/POST" names.
func methodsIn(text string) []string {
	var found []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r < 'A' || r > 'Z' }) {
		if m, ok := Method(word); ok {
			found = append(found, m)
		}
	}
	return found
}

// lintBodyOnGet complains about a body where HTTP gives it no meaning (RFC 9110, section 9.3.1). An empty object says that there is none,
// and a DELETE with a body is common enough to be meant.
func lintBodyOnGet(l *linter) {
	body := l.Request.Body
	if l.Method != http.MethodGet && l.Method != http.MethodHead || body.IsZero() || isEmpty(body.Value) {
		return
	}
	l.report("sheet.body-on-get", probe.FieldRequestBody, body.At, fmt.Sprintf("a %s request has no body, and one is documented", l.Method), "")
}

func isEmpty(v *nearjson.Value) bool {
	if v == nil {
		return false
	}
	return v.Kind == nearjson.Null || v.Kind == nearjson.Object && len(v.Members) == 0 || v.Kind == nearjson.Array && len(v.Items) == 0
}

const mediaTypeRule = "sheet.media-type"

// lintMediaType compares the Content-Type header, where there is one, with the form of the header field and with the body.
func lintMediaType(l *linter) {
	var stated []probe.Header
	for _, h := range l.Headers {
		switch {
		case strings.EqualFold(strings.TrimSpace(h.Name), "Content-Type"):
			stated = append(stated, h)
		case Fold(h.Name) == "contenttype":
			l.report(mediaTypeRule, probe.FieldHeaders, h.At, fmt.Sprintf("the header is named %q", h.Name), `its name is "Content-Type"`)
			return
		}
	}
	switch {
	case len(stated) == 0:
		lintNoContentType(l)
	case len(stated) > 1 && !strings.EqualFold(stated[0].Value, stated[1].Value):
		l.report(mediaTypeRule, probe.FieldHeaders, stated[1].At, fmt.Sprintf("Content-Type is %q here and %q before", stated[1].Value, stated[0].Value), "")
	case len(probe.FindPlaceholders(stated[0].Value, false)) > 0:
	default:
		lintContentType(l, stated[0])
	}
}

func lintNoContentType(l *linter) {
	if l.Request.Body.Value == nil || !slices.Contains([]string{"POST", "PUT", "PATCH"}, l.Method) || isEmpty(l.Request.Body.Value) {
		return
	}
	l.report(mediaTypeRule, probe.FieldHeaders, l.at(probe.FieldHeaders), "the request has a JSON body and no Content-Type header",
		"add Content-Type: application/json, or ask the API owner which media type the endpoint accepts")
}

func lintContentType(l *linter, h probe.Header) {
	stated, seen := MediaType([]probe.Header{h}, probe.Body{}), looksLike(l.Request.Body)
	at := Within(l.Sheet, h.At, h.Value)
	if meant, ok := goodMediaType(stated); !ok {
		hint := "a media type has the form type/subtype, as in application/json"
		if meant != "" {
			hint = fmt.Sprintf("did you mean %q?", meant)
		}
		l.report(mediaTypeRule, probe.FieldHeaders, at, fmt.Sprintf("%q is not a media type", h.Value), hint)
		return
	}
	if seen != "" && family(stated) != "" && family(stated) != family(seen) {
		l.report(mediaTypeRule, probe.FieldHeaders, at, fmt.Sprintf("Content-Type says %q and the documented body looks like %q", stated, seen), "")
	}
}

var (
	topLevelTypes = []string{"application", "text", "multipart", "image", "audio", "video", "font", "model", "message", "haptics"}
	commonTypes   = []string{
		"application/json", "application/xml", "text/xml", "text/plain", "text/html", "text/csv", "application/x-www-form-urlencoded",
		"multipart/form-data", "application/octet-stream",
	}
)

// goodMediaType says that a text is a media type (RFC 9110, section 8.3.1) and no misspelt one. meant is a guess at the right spelling.
func goodMediaType(text string) (meant string, ok bool) {
	top, sub, found := strings.Cut(text, "/")
	switch {
	case slices.Contains(commonTypes, text):
		return "", true
	case found && isMediaToken(top) && isMediaToken(sub) && slices.Contains(topLevelTypes, top):
		meant = Nearest(text, commonTypes)
		// A subtype that is not one of ours may still exist; only a slip in the few that everybody uses is a slip for sure.
		return meant, meant == "" || !slipOf(text, meant)
	case Fold(text) == "json", Fold(text) == "applicationjson":
		return "application/json", false
	}
	return Nearest(text, commonTypes), false
}

// slipOf tells "application/jsn" from a type that merely resembles another, such as "application/xhtml": same top-level type, and a
// subtype of json or a long one.
func slipOf(text, meant string) bool {
	top, sub, _ := strings.Cut(text, "/")
	meantTop, meantSub, _ := strings.Cut(meant, "/")
	return top == meantTop && sub != "json5" && sub != "jsonp" && (meantSub == "json" || len(meantSub) > 6)
}

// isMediaToken follows RFC 9110, section 5.6.2.
func isMediaToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

// family groups the media types that one form of body can have. It is "" for a type whose bodies can look like anything.
func family(mediaType string) string {
	_, sub, _ := strings.Cut(mediaType, "/")
	switch {
	case strings.HasSuffix(sub, "json"):
		return "json"
	case strings.HasSuffix(sub, "xml"):
		return "xml"
	case sub == "x-www-form-urlencoded":
		return "form"
	case sub == "form-data", sub == "html", sub == "csv":
		return sub
	}
	return ""
}

// lintPlaceholders complains about masks: there is no name by which anybody could fill them in.
func lintPlaceholders(l *linter) {
	eachSlot(l.Sheet, func(t slot) {
		if t.field == probe.FieldPartnerCode || t.field == probe.FieldCredentials {
			return
		}
		for _, ref := range probe.FindPlaceholders(t.text, t.field == probe.FieldURL) {
			if ref.Name == "" {
				l.report("sheet.placeholder-unnamed", t.field, Within(l.Sheet, t.at(), ref.Written), fmt.Sprintf("%s is masked as %q", t.what(), ref.Written), "")
				return
			}
		}
	})
}

// what names a slot for people.
func (t slot) what() string {
	switch {
	case t.field == probe.FieldURL:
		return "a part of the URL"
	case t.name == "":
		return "a part of the " + strings.ToLower(t.field.Title())
	case t.field == probe.FieldHeaders:
		return fmt.Sprintf("header %q", t.name)
	case t.field == probe.FieldCredentials:
		return fmt.Sprintf("credential %q", t.name)
	}
	return fmt.Sprintf("field %q", t.name)
}
