package plan

import (
	"net/url"
	"strings"
	"unicode"
)

// valueIn is the value that the words say is wrong: "OTP = 000000", `status "CANCELLED"` behind "is" or "set to", "such as 2026-13-45". What they say must
// be, is right.
func valueIn(text string, g []word, m mention) *string {
	plain := paddedSigns(g, nil)
	if hasAny(plain, modals) || hasAny(plain, denials) || strings.Contains(plain, " format ") || m.to >= len(g) {
		return nil
	}
	introduced := false
	for i := m.to; i < len(g) && i < m.to+6; i++ {
		w := g[i]
		switch {
		case w.text == "=" && w.sign, w.text == "like" || w.text == "as" && g[i-1].text == "such" || w.text == "example" && g[i-1].text == "for" || w.text == "g" && g[i-1].text == "e":
			return literalFrom(text[w.end:])
		case w.text == "is" || w.text == "to" && g[i-1].text == "set" || w.text == ":" || w.text == "value":
			introduced = true
		case w.number && introduced && i+1 == len(g):
			return literalFrom(text[w.at:])
		case w.text == `"` && introduced:
			return literalFrom(text[w.at:])
		case introduced:
			return nil
		}
	}
	return nil
}

// literalFrom cuts the value at the start of a text: up to its closing quote, or to where a word ends.
func literalFrom(text string) *string {
	text = strings.TrimLeft(text, "=.: \t")
	for _, quotes := range [...]string{`""`, "''", "``", "“”"} {
		opening, closing := string([]rune(quotes)[:1]), string([]rune(quotes)[1:])
		rest, ok := strings.CutPrefix(text, opening)
		if !ok {
			continue
		}
		value, _, closed := strings.Cut(rest, closing)
		if !closed {
			return nil
		}
		return &value
	}
	value := text[:len(text)-len(strings.TrimLeftFunc(text, func(r rune) bool { return !unicode.IsSpace(r) && !strings.ContainsRune(",;)(\"'", r) }))]
	value = strings.TrimRight(value, ".!")
	if value == "" || !strings.ContainsFunc(value, func(r rune) bool { return unicode.IsDigit(r) || unicode.IsUpper(r) }) && holdsWord(connectives, strings.ToLower(value)) {
		return nil
	}
	return &value
}

// listedIn are the values that a list of what is right holds: quoted, in capitals, or behind the words that introduce it.
func (x index) listedIn(text string, g []word, mentions []mention) (listed []string) {
	behind := false
	for i, w := range g {
		for _, m := range mentions {
			behind = behind && i != m.from
		}
		written := text[w.at:w.end]
		switch {
		case w.text == "of" && i > 0 && (g[i-1].text == "one" || g[i-1].text == "any") || w.text == "than" || w.text == "either" || w.text == "among" || w.text == "values" || w.text == "(":
			behind = true
		case w.sign, behind && isParting(w):
		case w.number && behind, behind && !x.isPlain(w.text), len(w.text) > 1 && written == strings.ToUpper(written) && !w.number && !x.isPlain(w.text) && len(mentions) > 0:
			listed = append(listed, written)
		}
	}
	return listed
}

// readAddress reads words that show the wrong request itself: "no such record: .../records/nosuch", "broken filter: ?filter=zz". What they recommend
// instead is no mistake.
func readAddress(text string) (c claim, ok bool) {
	lower := strings.ToLower(text)
	for _, advice := range [...]string{"instead", "please", "must", "should", "use ", "see ", "refer", "visit", "moved", "deprecated", "http://", "https://"} {
		if strings.Contains(lower, advice) {
			return claim{}, false
		}
	}
	for token := range strings.FieldsSeq(text) {
		token = strings.Trim(token, "\"'`“”‘’()[],;")
		token = strings.TrimRight(token, ".:")
		_, query, hasQuery := strings.Cut(token, "?")
		path, isShort := strings.CutPrefix(strings.Replace(token, "…", "...", 1), "...")
		switch {
		case strings.HasPrefix(token, "?") && strings.Contains(query, "="):
			c = claim{query: query}
		case strings.HasPrefix(path, "/") && (isShort || strings.Count(path, "/") > 1 || hasQuery) && strings.ContainsFunc(path, unicode.IsLetter):
			c = claim{path: path}
		default:
			continue
		}
		if ok {
			return claim{}, false // two of them: which is meant, or what it changes into what, is not said
		}
		c.said, c.full, ok = text, true, true
	}
	return c, ok
}

// pathLike sets a path of an error's words into the documented one: behind "..." from its first part on, which the documented path has too.
func pathLike(documented, wrong string) (path string, ok bool) {
	wrong, _, _ = strings.Cut(wrong, "#")
	first, _, _ := strings.Cut(strings.TrimPrefix(wrong, "/"), "/")
	first, _, _ = strings.Cut(first, "?")
	segments := strings.Split(documented, "/")
	for i := len(segments) - 1; i > 0; i-- {
		if segments[i] == first && first != "" {
			path = strings.Join(segments[:i], "/") + wrong
			unescaped, err := url.PathUnescape(path)
			return path, err == nil && path != documented && !strings.Contains(unescaped, "/../") && !strings.ContainsAny(path, "{}<>$")
		}
	}
	return "", false
}
