package probe

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// From how many code points on a value is masked: within a longer text, and where it stands alone. Shorter ones are masked only where a
// credential is known to stand: a header, a key, a parameter.
const (
	minWithin = 6
	minAlone  = 3
	minFolded = 8 // from here on in upper and lower case too
)

// answerWords are values that are never masked by value although somebody keeps them as a secret: they are the vocabulary of answers, so
// that masking them would destroy the evidence and reveal which word is the secret.
var answerWords = map[string]bool{
	"success": true, "successful": true, "error": true, "errors": true, "failed": true, "failure": true, "status": true, "message": true,
	"true": true, "false": true, "null": true, "none": true, "code": true, "data": true, "result": true, "response": true, "request": true,
	"token": true, "password": true, "secret": true, "bearer": true, "basic": true, "authorization": true, "invalid": true, "missing": true,
	"unauthorized": true, "forbidden": true, "expired": true, "http": true, "https": true, "application": true, "json": true, "staging": true,
	"localhost": true, "masked": true, "test": true, "string": true, "user": true, "username": true, "value": true,
}

// patternsOf lists every form in which a secret may travel, each once. The mark of a form other than the value itself says so, so that a
// command line made from it asks for what has to stand there.
func patternsOf(name, value string) []pattern {
	count := utf8.RuneCountInString(value)
	if count < minAlone || answerWords[strings.ToLower(value)] {
		return nil
	}
	set := patternSet{value: value, seen: map[string]bool{}, whole: count < minWithin}
	set.add(name, value)
	set.add(name+"-json", jsonForms(value)...)
	set.add(name+"-html", htmlForms(value)...)
	set.add(name+"-urlencoded", urlForms(value)...)
	set.add(name+"-base64", base64Forms(value)...)
	set.add(name+"-hex", hex.EncodeToString([]byte(value)), strings.ToUpper(hex.EncodeToString([]byte(value))))
	if count >= minFolded {
		set.add(name+"-lower", strings.ToLower(value))
		set.add(name+"-upper", strings.ToUpper(value))
	}
	if count >= minWithin {
		set.add(name+"-base64", base64Cores(value)...)
		for _, part := range jwtParts(value) {
			set.value = part
			set.add(strings.TrimSuffix(name, "-part")+"-part", part)
		}
	}
	return set.patterns
}

type patternSet struct {
	value    string
	patterns []pattern
	seen     map[string]bool
	whole    bool
}

func (s *patternSet) add(name string, texts ...string) {
	for _, text := range texts {
		if !s.seen[text] {
			s.seen[text] = true
			s.patterns = append(s.patterns, pattern{text: text, name: name, stands: s.value, whole: s.whole})
		}
	}
}

// What browsers write otherwise than net/url does, in a component and in a form, and template engines otherwise than html.
var (
	asComponent = strings.NewReplacer("%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*")
	asForm      = strings.NewReplacer("%2A", "*", "~", "%7E")
	asNamed     = strings.NewReplacer("&#34;", "&quot;")
)

// urlForms are the percent-encodings of forms, paths and components, with the hexadecimal digits in either case, and encoded twice.
func urlForms(value string) []string {
	query := url.QueryEscape(value)
	spaced := strings.ReplaceAll(query, "+", "%20")
	component, form := asComponent.Replace(spaced), asForm.Replace(query)
	forms := []string{query, spaced, url.PathEscape(value), component, form, url.QueryEscape(query), url.QueryEscape(spaced)}
	for _, f := range forms {
		forms = append(forms, lowerPercent(f))
	}
	return forms
}

// lowerPercent writes the hexadecimal digits of percent-encoded bytes in lower case.
func lowerPercent(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], strings.ToLower(string(b[i+1:i+3])))
		}
	}
	return string(b)
}

// base64Forms are the four alphabets and paddings of RFC 4648.
func base64Forms(value string) []string {
	b := []byte(value)
	return []string{
		base64.StdEncoding.EncodeToString(b), base64.URLEncoding.EncodeToString(b),
		base64.RawStdEncoding.EncodeToString(b), base64.RawURLEncoding.EncodeToString(b),
	}
}

// base64Cores are what stays the same of a value when it is encoded within a longer text, as the password in Basic credentials is: one
// for each way in which its bytes can fall among groups of three, without the characters that share bits with a neighbour.
func base64Cores(value string) []string {
	var cores []string
	for shift := range 3 {
		padded := append(make([]byte, shift), value...)
		first := (shift*8 + 5) / 6
		last := len(padded) * 8 / 6
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			cores = append(cores, enc.EncodeToString(padded)[first:last])
		}
	}
	return cores
}

// jwtParts are the payload and the signature of a JSON Web Token (RFC 7519), which servers log and return apart.
func jwtParts(value string) []string {
	parts := strings.Split(value, ".")
	if len(parts) != 3 || !strings.HasPrefix(parts[0], "eyJ") {
		return nil
	}
	var long []string
	for _, p := range parts[1:] {
		if len(p) >= 16 {
			long = append(long, p)
		}
	}
	return long
}

// jsonForms are the ways in which common writers escape a string, without its quotes: plain, with slashes, ASCII only, safe for HTML,
// every character, and escaped twice.
func jsonForms(value string) []string {
	plain := jsonEscape(value, func(rune) bool { return false })
	ascii := jsonEscape(value, func(r rune) bool { return r >= utf8.RuneSelf })
	browser := jsonEscape(value, func(r rune) bool { return strings.ContainsRune("<>&\u2028\u2029", r) })
	careful := jsonEscape(value, func(r rune) bool { return r >= utf8.RuneSelf || strings.ContainsRune(`"<>&'+`+"`", r) })
	all := jsonEscape(value, func(rune) bool { return true })
	forms := []string{plain, ascii, browser, careful, all}
	for _, f := range forms {
		forms = append(forms, strings.ReplaceAll(f, "/", `\/`))
	}
	for _, f := range forms {
		forms = append(forms, upperEscapes(f))
	}
	return append(forms, jsonEscape(plain, func(rune) bool { return false }))
}

// jsonEscape writes as \u what JSON demands and what u says; an escape that JSON has a letter for is written so unless u says otherwise.
func jsonEscape(value string, u func(rune) bool) string {
	var b strings.Builder
	for _, r := range value {
		switch {
		case u(r) && r > 0xFFFF:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		case u(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		case r < ' ' || r == '"' || r == '\\':
			quoted, _ := json.Marshal(string(r)) // a string always has an encoding
			b.Write(quoted[1 : len(quoted)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func upperEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+5 < len(b); i++ {
		if b[i] == '\\' && b[i+1] == 'u' {
			copy(b[i+2:i+6], strings.ToUpper(string(b[i+2:i+6])))
		}
	}
	return string(b)
}

// htmlForms are the entities that common template engines write.
func htmlForms(value string) []string {
	escaped := html.EscapeString(value)
	named := asNamed.Replace(escaped)
	return []string{
		escaped, named,
		strings.ReplaceAll(named, "&#39;", "&#x27;"),
		strings.ReplaceAll(named, "&#39;", "&#039;"),
		strings.ReplaceAll(named, "&#39;", "&apos;"),
		strings.ReplaceAll(named, "&#39;", "'"),
	}
}
