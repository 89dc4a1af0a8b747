package probe

import (
	"slices"
	"strings"
	"unicode"
)

// secretWords end a name that stands for a credential, as a segment of their own or glued to the word before ("accesstoken").
var secretWords = []string{
	"token", "secret", "password", "passwd", "passphrase", "pwd", "passcode", "apikey", "authkey", "accesskey", "secretkey", "privatekey",
	"consumerkey", "subscriptionkey", "signature", "credential", "credentials", "authorization", "sessionid", "jwt", "cvv", "mpin",
}

// secretSegments count only as a whole segment: "pin" does, "shipping" does not.
var secretSegments = []string{
	"pass", "pin", "tpin", "upin", "otp", "totp", "auth", "authentication", "sig", "hmac", "session", "sessid", "jsessionid", "phpsessid", "cookie", "cvc", "bearer", "sas",
}

// describing words turn a name into one about a credential: "token_type", "passwordPolicy", "pin code".
var describing = []string{
	"type", "types", "url", "uri", "endpoint", "expiry", "expires", "expired", "expiration", "ttl", "in", "at", "on", "length", "len", "count", "limit",
	"name", "header", "field", "hint", "policy", "status", "message", "error", "required", "valid", "invalid", "verified", "enabled", "format", "method",
	"mode", "size", "prefix", "suffix", "algorithm", "alg", "version", "issuer", "audience", "scope", "reset", "attempts", "retries", "time", "date",
	"timeout", "duration", "flow", "provider", "path", "index", "location", "generated", "sent",
}

// openKeys are what stands before "key" where the key is no credential.
var openKeys = []string{
	"public", "primary", "foreign", "sort", "partition", "object", "cache", "idempotency", "routing", "group", "surrogate", "map", "row", "hash",
	"message", "error", "translation", "unique", "natural", "short", "hot", "websocket", "range", "field", "json", "meta", "tracking",
}

// LooksSecret says that a value of this name (of a variable, a header, a query parameter) is likely a credential. It looks at whole words,
// however they are joined: "X-Api-Key", "clientSecret" and "accesstoken" are; "monkey", "tokenType" and "Idempotency-Key" are not.
func LooksSecret(name string) bool {
	words := nameWords(name)
	if len(words) == 0 || describes(words) {
		return false
	}
	if slices.ContainsFunc(words, isSecretWord) {
		return !strings.HasPrefix(strings.ToLower(name), "access-control-")
	}
	return endsInSecretKey(words)
}

// credentialKey is LooksSecret for keys of bodies, where words such as "otp", "session", "auth" and a bare "key" are mostly plain data that
// the evidence needs.
func credentialKey(name string) bool {
	words := nameWords(name)
	if len(words) == 0 || !LooksSecret(name) {
		return false
	}
	last := words[len(words)-1]
	switch last {
	case "otp", "totp", "auth", "authentication", "session", "key", "pass", "cookie", "bearer", "credentials", "credential", "sas":
		return last == "key" && len(words) > 1
	}
	return true
}

// describes says that the last word speaks about a credential. "in" and "at" do so too, as in "tokenExpiresIn".
func describes(words []string) bool {
	last := words[len(words)-1]
	if len(words) == 1 {
		return last == "pincode"
	}
	before := words[len(words)-2]
	switch last {
	case "code":
		return before == "pin"
	case "id", "ids": // "access_key_id" names a key; a session id is one
		return before != "session"
	}
	return slices.Contains(describing, last)
}

func isSecretWord(word string) bool {
	if slices.Contains(secretSegments, word) {
		return true
	}
	return slices.ContainsFunc(secretWords, func(w string) bool { return strings.HasSuffix(word, w) })
}

func endsInSecretKey(words []string) bool {
	if words[len(words)-1] != "key" {
		return false
	}
	return len(words) == 1 || !slices.Contains(openKeys, words[len(words)-2])
}

// nameWords splits a name into lower-case words at separators, at digits, and where camel case starts a word.
func nameWords(name string) []string {
	var words []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, string(word))
			word = word[:0]
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		if !unicode.IsLetter(r) {
			flush()
			continue
		}
		if unicode.IsUpper(r) && i > 0 && startsWord(runes, i) {
			flush()
		}
		word = append(word, unicode.ToLower(r))
	}
	flush()
	return words
}

// startsWord says that the capital at i opens a word: after a small letter, or as the last capital of an acronym ("APIKey").
func startsWord(runes []rune, i int) bool {
	return unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsUpper(runes[i-1]) && unicode.IsLower(runes[i+1])
}
