package sheet

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// lintURL says why a URL cannot be called or, where it can, why it should not be.
func lintURL(l *linter) {
	if l.URL == "" {
		return
	}
	if message, hint := badURL(withoutSecrets(l.URL)); message != "" {
		l.report("sheet.bad-url", probe.FieldURL, l.at(probe.FieldURL), message, hint)
		return
	}
	u, err := url.Parse(fillPlaceholders(l.URL))
	if err != nil || u.Host == "" || placeholderHost(l.URL) {
		return
	}
	lintScheme(l, u)
	lintPublic(l, u)
	lintProduction(l, u)
}

// withoutSecrets leaves out what messages must not repeat: the user name and password before the host, and the values of the query.
func withoutSecrets(raw string) string {
	base, query, found := strings.Cut(raw, "?")
	if authority := base[:pathStart(base)]; strings.Contains(authority, "@") {
		scheme, _, _ := strings.Cut(authority, "://")
		base = scheme + "://" + base[strings.LastIndexByte(authority, '@')+1:]
	}
	if !found {
		return base
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		if probe.LooksSecret(name) && len(probe.FindPlaceholders(value, true)) == 0 && !strings.ContainsFunc(value, unicode.IsSpace) {
			value = "***"
		}
		pairs[i] = name + "=" + value
	}
	return base + "?" + strings.Join(pairs, "&")
}

const fullURL = "write it in full, as in https://staging.example.test/v1/orders"

// badURL says what keeps a URL from being called, or "" where nothing does. Placeholders are taken for whatever fits there.
func badURL(raw string) (message, hint string) {
	if startsOpen(raw) {
		return "", "" // a placeholder stands for the base address: what it is will be known when it is filled in
	}
	filled := fillPlaceholders(raw)
	scheme, rest, found := strings.Cut(filled, "://")
	switch {
	case strings.ContainsFunc(filled, unicode.IsSpace):
		return fmt.Sprintf("%q holds white space", raw), "give one URL and nothing else; %20 stands for a blank"
	case strings.ContainsAny(filled, "<>{}"):
		return fmt.Sprintf("%q has a brace without its counterpart", raw), "write placeholders as in {id} or <<id>>"
	case strings.ContainsAny(filled, "\\\"^`|"):
		return fmt.Sprintf("%q holds a character that no URL may hold", raw), fullURL
	case !found:
		return withoutScheme(raw, filled)
	case !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https"):
		return fmt.Sprintf("the scheme %q is not supported", scheme), "only http and https can be probed"
	}
	return badHost(raw, filled, rest)
}

// withoutScheme tells a path from a host without https://.
func withoutScheme(raw, filled string) (message, hint string) {
	first, _, _ := strings.Cut(strings.TrimPrefix(filled, "//"), "/")
	host, _, _ := strings.Cut(first, ":")
	switch {
	case strings.HasPrefix(filled, "//"), host == "localhost", strings.Contains(host, ".") && !strings.HasPrefix(host, ".") && !strings.HasPrefix(filled, "/"):
		return fmt.Sprintf("%q has no scheme", raw), "write https:// in front of it"
	}
	return fmt.Sprintf("%q is a path; its base URL is missing", raw), "ask the API owner for the base URL, or give it with --base-url"
}

func badHost(raw, filled, rest string) (message, hint string) {
	u, err := url.Parse(filled)
	switch {
	case rest == "" || strings.ContainsAny(rest[:1], "/?#:"):
		return fmt.Sprintf("%q has no host", raw), fullURL
	case err != nil:
		return fmt.Sprintf("%q is not a URL: %s", raw, plainly(err)), fullURL
	case u.Hostname() == "":
		return fmt.Sprintf("%q has no host", raw), fullURL
	case !validHost(u.Hostname()):
		return fmt.Sprintf("%q is no host name", u.Hostname()), fullURL
	}
	if port := u.Port(); port != "" || strings.HasSuffix(u.Host, ":") {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return fmt.Sprintf("%q is no port", port), "a port is a number from 1 to 65535"
		}
	}
	return "", ""
}

// plainly is the reason of a URL error without the URL, which the message already quotes.
func plainly(err error) string {
	text := err.Error()
	return text[strings.LastIndex(text, ": ")+1:]
}

// validHost admits addresses, and names whose labels are made of letters and digits of any script, hyphens and underscores.
func validHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(host, "."), ".") {
		bad := func(r rune) bool {
			return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
		}
		if label == "" || len(label) > 63*4 || strings.ContainsFunc(label, bad) {
			return false
		}
	}
	return true
}

// fillPlaceholders puts something harmless in the place of every placeholder: a digit, which is right in a host, a port, a path and a query.
func fillPlaceholders(raw string) string {
	var b strings.Builder
	from := 0
	for _, ref := range probe.FindPlaceholders(raw, true) {
		b.WriteString(raw[from:ref.Start])
		b.WriteString("1")
		from = ref.End
	}
	b.WriteString(raw[from:])
	return b.String()
}

// startsOpen says that the URL begins with a placeholder: {{base_url}}/v1/orders.
func startsOpen(raw string) bool {
	refs := probe.FindPlaceholders(raw, true)
	return len(refs) > 0 && refs[0].Start == 0 && refs[0].Name != ""
}

// placeholderHost says that a placeholder stands for the host, or for a part of it.
func placeholderHost(raw string) bool {
	end := pathStart(raw)
	return slices.ContainsFunc(probe.FindPlaceholders(raw, true), func(r probe.PlaceholderRef) bool { return r.Start < end })
}

func lintScheme(l *linter, u *url.URL) {
	if strings.EqualFold(u.Scheme, "http") && !notPublic(u.Hostname()) {
		l.report("sheet.plain-http", probe.FieldURL, l.urlPart("http://"), "the URL is plain http: whatever is sent, credentials included, travels in clear text", "")
	}
}

// urlPart is the place of a part of the URL.
func (l *linter) urlPart(part string) source.Span { return Within(l.Sheet, l.at(probe.FieldURL), part) }

func lintPublic(l *linter, u *url.URL) {
	if host := u.Hostname(); notPublic(host) {
		l.report("sheet.url-not-public", probe.FieldURL, l.urlPart(host), fmt.Sprintf("the host %q is not publicly accessible", host), "")
	}
}

// Suffixes of names that no public name server answers for. The names that RFC 6761 reserves for documentation and tests (.test,
// .example, .invalid) are left out: whoever writes them knows.
var privateSuffixes = []string{".local", ".localhost", ".internal", ".intranet", ".corp", ".lan", ".home", ".private", ".localdomain", ".home.arpa"}

// carrierNAT is the shared address space of RFC 6598.
var carrierNAT = netip.MustParsePrefix("100.64.0.0/10")

// notPublic says that a host cannot be reached from the internet: by its address, or because its name means something on one network only.
func notPublic(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if addr, err := netip.ParseAddr(host); err == nil {
		addr = addr.Unmap()
		return addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast() || addr.IsUnspecified() || addr.IsMulticast() || carrierNAT.Contains(addr)
	}
	return !strings.Contains(host, ".") || slices.ContainsFunc(privateSuffixes, func(suffix string) bool { return strings.HasSuffix(host, suffix) })
}

// Words of hosts and paths that say what an environment is. The staging words count anywhere, since one of them is enough to doubt.
var (
	productionWords = []string{"prod", "production", "prd"}
	stagingWords    = []string{"stag", "stg", "uat", "sit", "dev", "test", "sandbox", "sbx", "qa", "preprod", "pre-prod", "nonprod", "non-prod", "demo", "mock", "beta", "pilot"}
)

// lintProduction is careful: only a host or a path segment that says production, in an URL in which nothing says otherwise, is one.
func lintProduction(l *linter, u *url.URL) {
	host := strings.ToLower(u.Hostname())
	whole := host + strings.ToLower(u.Path)
	if slices.ContainsFunc(stagingWords, func(word string) bool { return strings.Contains(whole, word) }) {
		return
	}
	for _, word := range append(hostWords(host), strings.Split(strings.ToLower(u.Path), "/")...) {
		if slices.Contains(productionWords, word) {
			l.production(word)
			return
		}
	}
	if slices.Contains(subdomains(host), "live") {
		l.production("live")
	}
}

func (l *linter) production(word string) {
	l.report("sheet.production-url", probe.FieldURL, l.at(probe.FieldURL), fmt.Sprintf("the endpoint URL says %q and nothing in it says staging", word), "")
}

// hostWords cuts a host name at dots and hyphens.
func hostWords(host string) []string {
	return strings.FieldsFunc(host, func(r rune) bool { return r == '.' || r == '-' || r == '_' })
}

// subdomains are the words of a host before its last two labels, which are the owner's name: login.live.example is no live environment of
// login.
func subdomains(host string) []string {
	labels := strings.Split(host, ".")
	return hostWords(strings.Join(labels[:max(len(labels)-2, 0)], "."))
}
