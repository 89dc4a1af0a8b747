package send

import (
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// stagingWords stand for themselves, or glued to one of affixes.
var stagingWords = []string{
	"staging", "stage", "stg", "sit", "uat", "test", "testing", "tst", "qa", "dev", "development", "sandbox", "sbx", "preprod", "preproduction",
	"nonprod", "nonproduction", "demo", "mock", "local",
}

var productionWords = []string{"prod", "production", "prd", "live"}

// affixes are what people glue to a word about the environment, as in "apisit" or "devportal". The list is closed: "visit", "contest" and
// "developer" are no staging systems.
var affixes = []string{
	"api", "apis", "app", "apps", "web", "www", "gw", "gateway", "ws", "svc", "service", "services", "rest", "portal", "auth", "login", "sso",
	"pay", "payment", "payments", "admin", "backend", "server", "partner", "partners", "internal", "external", "public", "secure", "mobile", "b2b",
}

// reservedDomains hold nothing that the public uses (RFC 2606, RFC 6762).
var reservedDomains = []string{"test", "example", "invalid", "localhost", "local"}

// NotStaging says why the name of a host does not look like staging; "" where it does.
func NotStaging(host string) string {
	labels := strings.Split(host, ".")
	own, registered := ownLabels(host)
	parts := nameParts(registered)
	if len(parts) < 2 {
		parts = nil // the name of a company
	}
	production := slices.ContainsFunc(nameParts(registered), func(p string) bool { return is(p, productionWords, false) })
	staging := slices.ContainsFunc(parts, func(p string) bool { return is(p, stagingWords, false) })
	for _, label := range own {
		for _, p := range nameParts(label) {
			production = production || is(p, productionWords, true)
			staging = staging || is(p, stagingWords, true)
		}
	}
	switch {
	case host == "metadata" || host == "instance-data":
		return "it is where clouds keep credentials of the machine itself"
	case production:
		return "its name says production"
	case len(labels) == 1 || staging || slices.Contains(reservedDomains, labels[len(labels)-1]):
		return ""
	}
	return "its name does not look like staging (a part such as \"staging\", \"uat\" or \"test\")"
}

// carriesAnother says why a name is refused that has the end of another domain within it: the staging system of acme.com is not that of
// acme.com.elsewhere.net.
func carriesAnother(host string) string {
	own, _ := ownLabels(host)
	for _, label := range own {
		if slices.Contains([]string{"com", "net", "org"}, label) {
			return "it carries the name of another domain"
		}
	}
	return ""
}

// ownLabels splits off the public suffix of a name ("com", "co.in"), and the registered label before it. What hosting companies call a
// suffix of theirs ("herokuapp.com") is a domain like others. A name of one label, or under a reserved domain, is all its owner's own.
func ownLabels(host string) (own []string, registered string) {
	labels := strings.Split(host, ".")
	if len(labels) == 1 || slices.Contains(reservedDomains, labels[len(labels)-1]) {
		return labels, ""
	}
	suffix, icann := publicsuffix.PublicSuffix(host)
	for !icann && strings.Contains(suffix, ".") {
		_, suffix, _ = strings.Cut(suffix, ".")
		suffix, icann = publicsuffix.PublicSuffix(suffix)
	}
	labels = labels[:len(labels)-strings.Count(suffix, ".")-1]
	if len(labels) == 0 {
		return nil, ""
	}
	return labels[:len(labels)-1], labels[len(labels)-1]
}

// nameParts cuts a label at dashes and underscores, and drops numbers at the end of a part. "pre-prod" and "non-prod" are one part.
func nameParts(label string) []string {
	words := strings.FieldsFunc(spelled(label), func(r rune) bool { return r == '-' || r == '_' })
	var parts []string
	for i := 0; i < len(words); i++ {
		word := strings.TrimRight(words[i], "0123456789")
		if (word == "pre" || word == "non") && i+1 < len(words) {
			i++
			word += strings.TrimRight(words[i], "0123456789")
		}
		parts = append(parts, word)
	}
	return parts
}

// is says that a part is one of words, or one glued to an affix.
func is(part string, words []string, glued bool) bool {
	if slices.Contains(words, part) {
		return true
	}
	return glued && slices.ContainsFunc(affixes, func(affix string) bool {
		before, isAfter := strings.CutPrefix(part, affix)
		after, isBefore := strings.CutSuffix(part, affix)
		return isAfter && slices.Contains(words, before) || isBefore && slices.Contains(words, after)
	})
}
