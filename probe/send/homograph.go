package send

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// lookalikes are the letters of other scripts that nobody tells from Latin ones.
const lookalikes = "асԁеһіјӏорԛѕԝхуνοαιυκρτωγ"

// disguised says why a name may be meant to be taken for another: a label that mixes Latin letters with those of a script that has letters
// like them, or that is made of such letters alone (UTS 39).
func disguised(host string) string {
	for label := range strings.SplitSeq(host, ".") {
		shown := spelled(label)
		if shown == label {
			continue
		}
		latin := strings.ContainsFunc(shown, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
		foreign := strings.ContainsFunc(shown, func(r rune) bool {
			return unicode.In(r, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee, unicode.Coptic)
		})
		alike := strings.Trim(shown, lookalikes+"-0123456789") == ""
		if latin && foreign || alike {
			return "its label \"" + label + "\" holds letters of another script that look like Latin ones"
		}
	}
	return ""
}

// spelled is a label as people read it: what "xn--" stands for. Parts of its ASCII form are no words.
func spelled(label string) string {
	if !strings.HasPrefix(label, "xn--") {
		return label
	}
	if shown, err := idna.Punycode.ToUnicode(label); err == nil {
		return shown
	}
	return ""
}
