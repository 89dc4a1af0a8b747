package sheet

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// urlParts are the addresses that a sheet gives, before it is settled which one counts.
type urlParts struct {
	whole, base, path address
	last              *address // the one that was read last; nil where it did not count
}

// address is one URL, or a part of one, and how much speaks for it being the staging address.
type address struct {
	text  source.Text
	more  string // what goes on on the next line
	score int
}

func (a address) String() string { return a.text.String() + a.more }

// url takes in the value of a URL field. The method may hide in it, or in its label: "URL (POST)".
func (a *assembler) url(label Label, labelText, value source.Text) {
	if word, method, ok := findMethod(labelText); ok {
		a.setMethod(method, word.At())
	}
	a.urls.last = nil
	for _, line := range textLines(value) {
		if a.urls.wraps(line) {
			continue
		}
		for _, part := range perURL(line) {
			a.urlLine(label, labelText, part)
		}
	}
}

// perURL parts a line that gives several URLs, each with the words that say which environment it is: before it, or in brackets behind it.
func perURL(line source.Text) []source.Text {
	var parts []source.Text
	s, start, urls := line.String(), 0, 0
	for i := 0; i < len(s); i++ {
		if s[i]|0x20 != 'h' || !hasScheme(s[i:]) || i > 0 && isWordByte(s[i-1]) {
			continue
		}
		if urls++; urls > 1 {
			parts = append(parts, line.Slice(start, start))
		}
		end := i + max(urlLength(s, i), 1)
		if rest := strings.TrimLeft(s[end:], " \t\u00a0"); strings.HasPrefix(rest, "(") {
			if closer := strings.IndexByte(rest, ')'); closer > 0 {
				end = len(s) - len(rest) + closer + 1
			}
		}
		if len(parts) == 0 {
			parts = append(parts, line)
		}
		parts[len(parts)-1] = line.Slice(start, end)
		start, i = end, end-1
	}
	if urls < 2 {
		return []source.Text{line}
	}
	return parts
}

// wraps takes a line for the rest of the URL above it, where that breaks off behind a mark and nothing but such a rest stands on the line.
func (u *urlParts) wraps(line source.Text) bool {
	last := u.last
	if last == nil || !hasScheme(last.text.String()) {
		return false
	}
	rest := line.TrimSpace().String()
	if !BreaksURL(last.String()) || rest == "" || strings.ContainsFunc(rest, unicode.IsSpace) || strings.ContainsAny(rest, ":") || IsNone(rest) {
		return false
	}
	last.more += rest
	return true
}

// maxWrapped is up to which length, in bytes, the lines of a URL are joined.
const maxWrapped = 2000

// BreaksURL says that a URL at the end of a line may go on below: it ends with a mark that something follows.
func BreaksURL(url string) bool {
	return url != "" && len(url) <= maxWrapped && strings.IndexByte("/?&=-_%", url[len(url)-1]) >= 0 && strings.Count(url, "/") > 2
}

func (a *assembler) urlLine(label Label, labelText, line source.Text) {
	line = trimBullet(line)
	if line.Len() == 0 || IsNone(line.String()) {
		return
	}
	found, at := findURL(line)
	if before := line.Slice(0, at); a.sheet.Method == "" && isMethodHint(before.String()) {
		if word, method, ok := findMethod(before); ok {
			a.setMethod(method, word.At())
		}
	} else if after := line.Slice(at+found.Len(), line.Len()); a.sheet.Method == "" && strings.ContainsAny(after.String(), "([") {
		if word, method, ok := findMethod(after); ok && word.String() == method {
			a.setMethod(method, word.At())
		}
	}
	slot := &a.urls.whole
	switch {
	case label.Role == Base:
		slot = &a.urls.base
	case label.Role == Path, label.Role == Plain && (strings.HasPrefix(found.String(), "/") || isRelative(found.String())):
		slot = &a.urls.path
	}
	words := labelText.String() + " " + line.Slice(0, at).String() + " " + line.Slice(at+found.Len(), line.Len()).String()
	a.urls.last = nil
	if score := stagingScore(words, found.String()); slot.text.Len() == 0 || score > slot.score {
		*slot = address{text: found, score: score}
		a.urls.last = slot
	}
}

// isRelative says that a path begins without a slash: "api/students/{id}". Its first part is a plain word, and no host.
func isRelative(s string) bool {
	first, _, _ := strings.Cut(s, "?")
	first, rest, _ := strings.Cut(first, "/")
	return first != "" && rest != "" && first != "localhost" &&
		strings.IndexFunc(first, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' }) < 0 && !strings.ContainsFunc(s, unicode.IsSpace)
}

// isMethodHint says that the words before a URL may hold its method: they are few.
func isMethodHint(s string) bool { return s != "" && len(strings.Fields(s)) <= 4 }

// settleURL joins what was found to the one URL of the sheet.
func (a *assembler) settleURL() {
	u, s := &a.urls, a.sheet
	if u.whole.text.Len()+u.path.text.Len() == 0 && a.borrowed.url.Len() > 0 {
		u.whole.text = a.borrowed.url
	}
	if own := a.borrowed.url.String(); hasScheme(u.whole.String()) && len(strings.TrimRight(u.whole.String()[pathStart(u.whole.String()):], "/")) == 0 && strings.HasPrefix(own, "/") {
		u.path.text = a.borrowed.url // the host has a field of its own
	}
	if host := a.borrowedHost(); host != "" && u.base.text.Len() == 0 && strings.HasPrefix(u.whole.text.String(), "/") {
		s.URL = joinPath("https://"+host, u.whole.text.String())
		a.place(probe.FieldURL, u.whole.text.At())
		a.note(Note(source.Info, "sheet.ambiguous", probe.FieldURL, u.whole.text.At(), "the scheme of the URL is not given; https is taken",
			"write the URL in full, as in "+s.URL))
		return
	}
	whole, base, path := u.whole.String(), u.base.String(), u.path.String()
	at := u.whole.text
	switch {
	case whole != "" && path != "" && hasScheme(whole):
		whole = joinPath(whole, path)
	case whole != "" && base != "" && !hasScheme(whole) && (whole[0] == '/' || probe.FindPlaceholders(whole, true) == nil):
		whole = joinPath(base, whole)
	case whole != "":
	case path != "":
		whole, at = path, u.path.text
		if base != "" {
			whole = joinPath(base, path)
		}
	default:
		whole, at = base, u.base.text
	}
	s.URL = whole
	a.place(probe.FieldURL, at.At())
}

// borrowedHost takes the Host header of an example message out of its headers: it is part of the URL.
func (a *assembler) borrowedHost() string {
	for i, h := range a.borrowed.headers {
		if strings.EqualFold(h.Name, "Host") {
			a.borrowed.headers = slices.Delete(a.borrowed.headers, i, i+1)
			return h.Value
		}
	}
	return ""
}

// joinPath appends a path to a base. What both hold stands once: ".../v1" and "/v1/orders" is ".../v1/orders".
func joinPath(base, path string) string {
	base = strings.TrimRight(base, "/")
	if base == "" || strings.HasSuffix(base, strings.TrimRight(path, "/")) && path != "/" {
		return base
	}
	path = "/" + strings.TrimLeft(path, "/")
	own := base[pathStart(base):]
	if own != "" && (strings.HasPrefix(path, own+"/") || path == own) {
		path = path[len(own):]
	}
	return base + path
}

// hasScheme says that s starts with http:// or https://.
func hasScheme(s string) bool {
	return len(s) >= 7 && strings.EqualFold(s[:7], "http://") || len(s) >= 8 && strings.EqualFold(s[:8], "https://")
}

// findURL finds the URL in a line: the first http or https URL; else the first word that looks like a host with a path, a path, or a
// placeholder for either; else the whole line. It returns the byte at which it stands.
func findURL(line source.Text) (url source.Text, at int) {
	s := line.String()
	for i := range len(s) {
		if s[i]|0x20 == 'h' && hasScheme(s[i:]) && (i == 0 || !isWordByte(s[i-1])) {
			return line.Slice(i, i+urlLength(s, i)), i
		}
	}
	whole := unquote(line)
	offset := strings.Index(s, whole.String())
	words := whole.String()
	for i := 0; i < len(words); {
		if r, size := utf8.DecodeRuneInString(words[i:]); unicode.IsSpace(r) || strings.ContainsRune("\"'`", r) {
			i += size
			continue
		}
		n := max(urlLength(words, i), 1)
		if word := words[i : i+n]; looksLikeAddress(word) || isRelative(word) {
			return whole.Slice(i, i+n), offset + i
		}
		i += n
	}
	return whole, offset
}

func isWordByte(c byte) bool { return isAlphanumeric(c) || c == '_' }

func looksLikeAddress(word string) bool {
	if strings.HasPrefix(word, "/") || strings.HasPrefix(word, "{") && strings.Contains(word, "}/") || strings.HasPrefix(word, "<") && strings.Contains(word, ">/") {
		return len(word) > 1
	}
	host, _, _ := strings.Cut(word, "/")
	host, _, _ = strings.Cut(host, ":")
	dot := strings.LastIndexByte(host, '.')
	return dot > 0 && dot < len(host)-1 || host == "localhost" || strings.Count(word, "/") >= 2
}

// urlLength measures the URL at byte from. Placeholders may hold blanks; punctuation behind it and the closers of what it stands in are no
// part of it.
func urlLength(s string, from int) int {
	i := from
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if n := bracketLength(s, i); n > 0 {
			i += n
			continue
		}
		if unicode.IsSpace(r) || strings.ContainsRune("\"'`“”‘’|\\<>，。；）", r) || strings.HasPrefix(s[i:], "](") { // [text](link)
			break
		}
		i += size
	}
	for i > from {
		c := s[i-1]
		if strings.IndexByte(".,;:!?*", c) < 0 && !isLoneCloser(s[from:i]) {
			break
		}
		i--
	}
	return i - from
}

// isLoneCloser says that a URL ends with a bracket that it does not open.
func isLoneCloser(url string) bool {
	i := strings.IndexByte(")]}", url[len(url)-1])
	return i >= 0 && strings.Count(url, ")]}"[i:i+1]) > strings.Count(url, "([{"[i:i+1])
}

// bracketLength measures a placeholder in angle brackets or braces, as far as it stands on one line.
func bracketLength(s string, i int) int {
	const longest = 60
	var closer string
	switch {
	case strings.HasPrefix(s[i:], "<<"):
		closer = ">>"
	case s[i] == '<':
		closer = ">"
	case strings.HasPrefix(s[i:], "{{"):
		closer = "}}"
	case s[i] == '{':
		closer = "}"
	default:
		return 0
	}
	window := s[i:min(len(s), i+longest)]
	end := strings.Index(window, closer)
	if end < 0 || strings.ContainsAny(window[:end], "\r\n\"/") {
		return 0
	}
	return end + len(closer)
}

// stagingScore says how much the words around an address, and the address itself, speak for a staging environment.
func stagingScore(words, url string) int {
	for _, w := range environmentWords(words) {
		if score := environmentOf(w); score != 0 {
			return score
		}
	}
	host := strings.ToLower(url[:pathStart(url)])
	for _, w := range []string{"staging", "stage", "stg", "uat", "sit", "test", "sandbox", "dev", "qa", "preprod"} {
		if strings.Contains(host, w) {
			return 1
		}
	}
	return 0
}
